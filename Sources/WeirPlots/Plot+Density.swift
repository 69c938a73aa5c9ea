import Glibc

/// Which axes of a plot are logarithmic.
package struct LogAxes: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }
  package static let x = LogAxes(rawValue: 1)
  package static let y = LogAxes(rawValue: 2)

  /// Whether a point has a place on these axes.
  func hold(_ point: Point) -> Bool {
    point.isFinite && (point.x > 0 || !contains(.x)) && (point.y > 0 || !contains(.y))
  }

  /// Why points have no place, as a sentence; empty where all have one.
  func caption(leftOut: Int, of count: Int, _ things: String) -> String {
    guard leftOut > 0 else { return "" }
    let reason = isEmpty ? "missing or infinite" : "missing, infinite, or not above 0 on a log axis"
    return "\(Numerals.grouped(leftOut)) of \(Numerals.grouped(count)) \(things) left out: \(reason)."
  }

  /// The parameters that ask for them, as a mend names them.
  private var names: String {
    [contains(.x) ? "`log_x`" : "", contains(.y) ? "`log_y`" : ""].filter { !$0.isEmpty }.joined(separator: " and ")
  }

  func nothing(_ things: String) -> PlotError {
    isEmpty
      ? PlotError("there are no \(things) to show")
      : PlotError("there are no \(things) above 0 to show on a log axis", mend: "leave out \(names)")
  }
}

extension Tile {
  static let levels = 8

  /// How strongly it is drawn, 1 to `levels`: by the logarithm, so that few points beside many can still be seen.
  func level(of most: Double) -> Int {
    guard most > 1 else { return Tile.levels }
    return min(Tile.levels, 1 + Int(log(max(count, 1)) / log(most) * Double(Tile.levels - 1) + 1e-9))
  }
}

/// A grid over points that are too many to draw one by one.
struct DensityGrid {
  static let columns = 96
  static let rows = 56
  /// From here on, points are counted.
  static let least = 10_000

  private let logs: LogAxes
  private let x: (low: Double, high: Double)
  private let y: (low: Double, high: Double)

  /// Over all points, which must have places on the axes.
  init(over groups: [[Point]], _ logs: LogAxes) {
    var left = Double.infinity, right = -left, low = left, high = right
    for points in groups {
      for point in points {
        left = min(left, point.x)
        right = max(right, point.x)
        low = min(low, point.y)
        high = max(high, point.y)
      }
    }
    self.logs = logs
    x = DensityGrid.ends(left, right, logs.contains(.x))
    y = DensityGrid.ends(low, high, logs.contains(.y))
  }

  private static func ends(_ low: Double, _ high: Double, _ isLog: Bool) -> (Double, Double) {
    guard isLog else { return Ticks.spread(low, high) }
    let ends = Ticks.spreadRatio(low, high)
    return (log10(ends.0), log10(ends.1))
  }

  /// The cells with points in them, row by row.
  func tiles(_ points: [Point]) -> [Tile] {
    var counts = [Int](repeating: 0, count: DensityGrid.columns * DensityGrid.rows)
    let logX = logs.contains(.x), logY = logs.contains(.y)
    for point in points {
      let column = place(logX ? log10(point.x) : point.x, x, DensityGrid.columns)
      let row = place(logY ? log10(point.y) : point.y, y, DensityGrid.rows)
      counts[row * DensityGrid.columns + column] += 1
    }
    return counts.indices.compactMap { cell in
      guard counts[cell] > 0 else { return nil }
      let column = cell % DensityGrid.columns, row = cell / DensityGrid.columns
      return Tile(
        left: edge(column, x, DensityGrid.columns, logX), right: edge(column + 1, x, DensityGrid.columns, logX),
        low: edge(row, y, DensityGrid.rows, logY), high: edge(row + 1, y, DensityGrid.rows, logY),
        count: Double(counts[cell]))
    }
  }

  private func place(_ value: Double, _ ends: (low: Double, high: Double), _ count: Int) -> Int {
    let share = (value - ends.low) / (ends.high - ends.low) * Double(count)
    return Int(min(max(share, 0), Double(count - 1)))
  }

  private func edge(_ index: Int, _ ends: (low: Double, high: Double), _ count: Int, _ isLog: Bool) -> Double {
    let value = ends.low + (ends.high - ends.low) * (Double(index) / Double(count))
    return isLog ? pow(10, value) : value
  }
}
