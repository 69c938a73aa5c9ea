/// Numbers as a line of small bars, one character each.
package enum Sparkline {
  package static let levels: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// The least number is the lowest bar and the largest the highest. More numbers than `width` are brought down to as many
  /// means; what is not finite has no part in them.
  package static func text(of values: [Double], width: Int) -> String {
    let values = values.filter(\.isFinite), width = min(values.count, max(width, 0))
    guard width > 0 else { return "" }
    let means = (0..<width).map { place in
      let part = values[place * values.count / width..<(place + 1) * values.count / width]
      return part.reduce(0) { $0 + $1 / Double(part.count) }
    }
    let least = means.min() ?? 0, range = (means.max() ?? 0) - least
    return String(means.map { value in
      let share = range > 0 && range.isFinite ? (value - least) / range : 0
      return levels[max(0, min(7, Int((share * 7).rounded())))]
    })
  }
}
