/// The axes of a chart with their ends, and the way from numbers to places.
struct ChartFrame {
  let across: Ticks
  let up: Ticks
  let area: Scene.Rectangle
  /// Whether the chart's x axis runs upwards: categories are then listed downwards.
  let isTransposed: Bool

  func place(_ x: Double, _ y: Double) -> Point {
    isTransposed ? Point(at(y), down(x)) : Point(at(x), down(y))
  }

  func at(_ value: Double) -> Double {
    area.x + across.share(value) * area.width
  }

  func down(_ value: Double) -> Double {
    let share = up.share(value)
    return isTransposed ? area.y + share * area.height : area.bottom - share * area.height
  }
}

/// The ends of the axes as the marks ask for them.
struct ChartRange {
  var x: ClosedRange<Double>
  var y: ClosedRange<Double>
  let hasBars: Bool
  /// Whether an axis without ends of its own has marks at whole numbers alone, as counts and epochs are.
  let isWholeX: Bool
  let isWholeY: Bool

  init(_ chart: Chart) {
    var left = Double.infinity, right = -left, low = left, high = right
    var hasBars = false, wholeX = chart.x.range == nil, wholeY = chart.y.range == nil
    let logX = chart.x.scale == .log, logY = chart.y.scale == .log
    func take(_ x: Double, _ y: Double) {
      if x.isFinite && y.isFinite && (x > 0 || !logX) && (y > 0 || !logY) {
        left = min(left, x)
        right = max(right, x)
        low = min(low, y)
        high = max(high, y)
        wholeX = wholeX && x == x.rounded()
        wholeY = wholeY && y == y.rounded()
      }
    }
    for series in chart.series {
      switch series.marks {
      case .line(let points), .guide(let points), .points(let points): for point in points { take(point.x, point.y) }
      case .bars(let bars):
        hasBars = true
        for bar in bars {
          take(bar.low, 0)
          take(bar.high, bar.value)
        }
      case .boxes(let boxes):
        for box in boxes {
          take(box.position - 0.4, min(box.low, box.outliers.min() ?? box.low))
          take(box.position + 0.4, max(box.high, box.outliers.max() ?? box.high))
        }
      case .cells(let tiles):
        for tile in tiles {
          take(tile.left, tile.low)
          take(tile.right, tile.high)
        }
      }
    }
    self.hasBars = hasBars
    (isWholeX, isWholeY) = (wholeX, wholeY)
    x = chart.x.range ?? (left <= right ? left...right : 0...1)
    y = chart.y.range ?? (low <= high ? low...high : 0...1)
    // Counts of nothing stand on an axis of counts.
    if hasBars, chart.y.range == nil, low == 0, high == 0 { y = 0...1 }
    if case .categories(let names) = chart.x.scale { x = -0.5...(Double(max(names.count, 1)) - 0.5) }
  }
}

extension Axis {
  /// Ticks for this axis over `range`; `isWhole` keeps them at whole numbers.
  func ticks(over range: ClosedRange<Double>, count: Int, widens: Bool, isWhole: Bool = false) -> Ticks {
    switch scale {
    case .number:
      Ticks.numbers(
        range.lowerBound, range.upperBound, count: count, widens: widens, leastStep: isWhole ? 1 : 0)
    case .log: Ticks.powers(range.lowerBound, range.upperBound, count: count, widens: widens)
    case .time: Ticks.times(range.lowerBound, range.upperBound, count: count)
    case .categories(let names):
      Ticks(
        values: names.indices.map { Double($0) }, labels: names, low: range.lowerBound, high: range.upperBound)
    }
  }
}
