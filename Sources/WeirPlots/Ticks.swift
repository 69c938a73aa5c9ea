import Glibc

/// Round numbers along an axis (Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990).
package struct Ticks: Sendable, Hashable {
  package let values: [Double]
  package let labels: [String]
  /// The ends of the axis, at or outside those of the data.
  package let low: Double
  package let high: Double
  /// Whether equal ratios, not equal differences, are equally far apart.
  package var isLog = false

  /// The place of a value between both ends, 0 to 1; on a log axis, numbers of 0 and less stand at its foot.
  package func share(_ value: Double) -> Double {
    guard isLog else { return (value - low) / (high - low) }
    guard value > 0, value.isFinite else { return value.isFinite ? 0 : value }
    return (log10(value) - log10(low)) / (log10(high) - log10(low))
  }

  /// The value at a place between both ends.
  package func value(at share: Double) -> Double {
    isLog ? pow(10, log10(low) + (log10(high) - log10(low)) * share) : low + (high - low) * share
  }

  /// About `count` ticks over `low...high`. Where `widens`, the axis ends at ticks; else just where the data does.
  /// Ticks are `leastStep` apart at least: counts and epochs have no halves.
  package static func numbers(
    _ low: Double, _ high: Double, count: Int, widens: Bool = true, leastStep: Double = 0
  ) -> Ticks {
    let (low, high) = spread(low, high)
    let step = max(leastStep, niceNumber((high - low) / Double(max(count - 1, 1)), rounds: true))
    let first = (low / step).rounded(widens ? .down : .up), last = (high / step).rounded(widens ? .up : .down)
    let number = Int(min(max(last - first, 0), 60))
    let values = (0...number).map { (first + Double($0)) * step }
    let ends = widens ? (values.first ?? low, values.last ?? high) : (low, high)
    return Ticks(values: values, labels: Numerals.labels(values, step: step), low: ends.0, high: ends.1)
  }

  /// The nearest of 1, 2, 5 and 10 times a power of ten, or the next above.
  static func niceNumber(_ x: Double, rounds: Bool) -> Double {
    guard x > 0, x.isFinite else { return 1 }
    let power = pow(10, log10(x).rounded(.down))
    let share = x / power
    let nice: Double =
      if rounds { share < 1.5 ? 1 : share < 3 ? 2 : share < 7 ? 5 : 10 } else {
        share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10
      }
    return nice * power
  }

  /// Ends that differ, however the data lies.
  static func spread(_ low: Double, _ high: Double) -> (Double, Double) {
    let low = min(max(low.isFinite ? low : 0, -1e300), 1e300), high = min(max(high.isFinite ? high : 0, -1e300), 1e300)
    let margin = max(low.magnitude, high.magnitude) * 1e-9
    if high - low > margin, high - low > 1e-290 { return (low, high) }
    let half = low == 0 ? 0.5 : low.magnitude / 2
    return (low - half, low + half)
  }
}

/// Numbers as short texts.
package enum Numerals {
  /// All with the digits that their step needs.
  static func labels(_ values: [Double], step: Double) -> [String] {
    let most = values.map(\.magnitude).max() ?? 0
    guard most < 1e7, most == 0 || most >= 1e-4, step > 0 else { return values.map { short($0, digits: 4) } }
    let decimals = min(max(Int(-log10(step).rounded(.down)) , 0), 9)
    return values.map { fixed($0, decimals: decimals) }
  }

  /// With exactly so many digits after the point.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "-∞" : "∞" }
    let scale = pow(10, Double(decimals))
    guard (value.magnitude * scale) < 9e15 else { return "\(value)" }
    let scaled = Int((value.magnitude * scale).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A count with commas between thousands.
  static func grouped(_ count: Int) -> String {
    var text = "", digits = String(count)[...]
    while digits.count > 3 {
      text = "," + digits.suffix(3) + text
      digits = digits.dropLast(3)
    }
    return digits + text
  }

  /// With so many significant digits at most, and a power of ten where that is shorter.
  package static func short(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : fixed(value, decimals: 0) }
    let exponent = Int(log10(value.magnitude).rounded(.down))
    if exponent < -4 || exponent > 6 {
      let mantissa = trimmed(fixed(value / pow(10, Double(exponent)), decimals: max(digits - 1, 0)))
      return mantissa + "e" + String(exponent)
    }
    return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text[...]
    while text.hasSuffix("0") { text = text.dropLast() }
    return String(text.hasSuffix(".") ? text.dropLast() : text)
  }
}
