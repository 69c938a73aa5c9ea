/// Axes, marks and legend of a chart within a rectangle.
struct ChartLayout {
  let chart: Chart
  let room: Scene.Rectangle

  private static let size = 12.0

  /// Bars and boxes with long names lie on their side, so that the names can be read.
  static func isTransposed(_ chart: Chart, width: Double) -> Bool {
    guard case .categories(let names) = chart.x.scale else { return false }
    let longest = names.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    return longest + 8 > (width - 90) / Double(max(names.count, 1))
  }

  func draw(into scene: inout Scene) {
    let legend = drawLegend(into: &scene)
    let transposed = ChartLayout.isTransposed(chart, width: room.width)
    let frame = makeFrame(top: room.y + legend + (verticalLabel(transposed).isEmpty ? 4 : 28), transposed)
    drawAxes(frame, into: &scene)
    for series in chart.series { draw(series, frame, into: &scene) }
    if ChartRange(chart).hasBars || transposed { drawBaseline(frame, into: &scene) }
  }

  private func verticalLabel(_ transposed: Bool) -> String { transposed ? chart.x.label : chart.y.label }

  /// The height that the legend took.
  private func drawLegend(into scene: inout Scene) -> Double {
    let named = chart.series.filter { !$0.label.isEmpty }
    guard named.count > 1 || (named.count == 1 && chart.series.count > 1) else { return 0 }
    var x = room.x + 16, y = room.y + 10
    for series in named.prefix(24) {
      let text = series.label.fitting(180, size: ChartLayout.size)
      let width = 18 + StrokeFont.width(of: text, size: ChartLayout.size) + 16
      if x + width > room.right, x > room.x + 16 {
        x = room.x + 16
        y += 18
      }
      scene.rectangle(.init(x: x, y: y - 5, width: 10, height: 10), .series(series.color), radius: 2.5)
      scene.text(text, x + 16, y, size: ChartLayout.size, opacity: 0.85)
      x += width
    }
    return y - room.y + 12
  }

  private func makeFrame(top: Double, _ transposed: Bool) -> ChartFrame {
    let range = ChartRange(chart)
    let bottom = room.bottom - (horizontalLabel(transposed).isEmpty ? 26 : 44)
    let height = max(20, bottom - top)
    let upAxis = transposed ? chart.x : chart.y, upRange = transposed ? range.x : range.y
    let isWholeUp = transposed ? range.isWholeX : range.isWholeY
    let up = upAxis.ticks(
      over: upRange, count: max(2, Int(height / 46)), widens: upAxis.range == nil, isWhole: isWholeUp)
    let labels = up.labels.map { min(StrokeFont.width(of: $0, size: ChartLayout.size), room.width * 0.35) }
    let left = room.x + 16 + (labels.max() ?? 0) + 8
    let width = max(20, room.right - 20 - left)
    let acrossAxis = transposed ? chart.y : chart.x, acrossRange = transposed ? range.y : range.x
    let widens = acrossAxis.range == nil && !(range.hasBars && !transposed)
    let isWholeAcross = transposed ? range.isWholeY : range.isWholeX
    let across = acrossAxis.ticks(
      over: acrossRange, count: max(2, Int(width / 70)), widens: widens, isWhole: isWholeAcross)
    let area = Scene.Rectangle(x: left, y: top, width: width, height: height)
    return ChartFrame(across: across, up: up, area: area, isTransposed: transposed)
  }

  private func horizontalLabel(_ transposed: Bool) -> String { transposed ? chart.y.label : chart.x.label }

  private func drawAxes(_ frame: ChartFrame, into scene: inout Scene) {
    let area = frame.area, size = ChartLayout.size
    let listsAcross = isCategories(chart.x) && !frame.isTransposed
    let standingBars = !frame.isTransposed && ChartRange(chart).hasBars
    for (value, label) in zip(frame.up.values, frame.up.labels) {
      let y = frame.down(value)
      if !frame.isTransposed { scene.line([Point(area.x, y), Point(area.right, y)], .text, opacity: Scene.faint) }
      let text = label.fitting(area.x - room.x - 20, size: size)
      scene.text(text, area.x - 8, y, size: size, .end, opacity: Scene.quiet)
    }
    let widest = frame.across.labels.map { StrokeFont.width(of: $0, size: size) }.max() ?? 0
    let slot = area.width / Double(max(frame.across.labels.count, 1))
    let every = listsAcross && widest + 6 > slot ? max(1, Int(((widest + 6) / max(slot, 1)).rounded(.up))) : 1
    for (index, (value, label)) in zip(frame.across.values, frame.across.labels).enumerated() where index % every == 0 {
      let x = frame.at(value)
      if !listsAcross && !standingBars {
        scene.line([Point(x, area.y), Point(x, area.bottom)], .text, opacity: Scene.faint)
      }
      let half = StrokeFont.width(of: label, size: size) / 2
      let middle = min(max(x, room.x + 4 + half), room.right - 4 - half)
      scene.text(label, middle, area.bottom + 14, size: size, .middle, opacity: Scene.quiet)
    }
    let below = horizontalLabel(frame.isTransposed)
    scene.text(below.fitting(area.width, size: size), area.x + area.width / 2, area.bottom + 33, size: size, .middle)
    let above = verticalLabel(frame.isTransposed)
    scene.text(above.fitting(room.width - 32, size: size), room.x + 16, area.y - 19, size: size)
  }

  private func isCategories(_ axis: Axis) -> Bool { if case .categories = axis.scale { true } else { false } }

  private func drawBaseline(_ frame: ChartFrame, into scene: inout Scene) {
    let values = frame.isTransposed ? frame.across : frame.up
    guard values.low <= 0, values.high >= 0 else { return }
    let ends: [Point] =
      frame.isTransposed
      ? [Point(frame.at(0), frame.area.y), Point(frame.at(0), frame.area.bottom)]
      : [Point(frame.area.x, frame.down(0)), Point(frame.area.right, frame.down(0))]
    scene.line(ends, .text, opacity: 0.55)
  }

  private func draw(_ series: Series, _ frame: ChartFrame, into scene: inout Scene) {
    let ink = Scene.Ink.series(series.color)
    switch series.marks {
    case .line(let points):
      for run in LineRuns.of(points.map { $0.isFinite ? frame.place($0.x, $0.y) : nil }) {
        if run.count == 1 { scene.shapes.append(.disc(run[0], radius: 2, ink, opacity: 1)) }
        scene.line(run, ink, width: 2)
      }
    case .guide(let points):
      let places = points.filter(\.isFinite).map { frame.place($0.x, $0.y) }
      scene.line(places, .text, width: 1.2, opacity: 0.45, isBroken: true)
    case .points(let points):
      let opacity = points.count > 2000 ? 0.35 : points.count > 300 ? 0.55 : 0.75
      let radius = points.count > 2000 ? 1.8 : points.count > 300 ? 2.4 : 3.2
      for place in LineRuns.distinct(points.map { frame.place($0.x, $0.y) }) {
        scene.shapes.append(.disc(place, radius: radius, ink, opacity: opacity))
      }
    case .bars(let bars):
      let layered = chart.series.count > 1 && !isCategories(chart.x)
      // Fills of more than two on top of each other are mud: outlines tell them apart.
      let outlined = layered && chart.series.count > 2
      for bar in bars { draw(bar, ink, opacity: outlined ? 0.1 : layered ? 0.55 : 1, frame, into: &scene) }
      if outlined { scene.line(ChartLayout.outline(bars).map { frame.place($0.x, $0.y) }, ink, width: 1.8) }
    case .boxes(let boxes):
      for (index, box) in boxes.enumerated() { draw(box, .series(series.color + index), frame, into: &scene) }
    case .cells(let tiles): draw(tiles, ink, frame, into: &scene)
    }
  }

  /// Up, along the tops of neighbouring bars, and down again.
  private static func outline(_ bars: [Bar]) -> [Point] {
    guard let first = bars.first, let last = bars.last else { return [] }
    return [Point(first.low, 0)] + bars.flatMap { [Point($0.low, $0.value), Point($0.high, $0.value)] }
      + [Point(last.high, 0)]
  }

  /// Cells of one strength follow each other, and neighbours of one row are drawn as one.
  private func draw(_ tiles: [Tile], _ ink: Scene.Ink, _ frame: ChartFrame, into scene: inout Scene) {
    let most = tiles.map(\.count).max() ?? 1
    for level in 1...Tile.levels {
      var run: Scene.Rectangle?
      for tile in tiles where tile.level(of: most) == level {
        let a = frame.place(tile.left, tile.high), b = frame.place(tile.right, tile.low)
        if let last = run, (last.right - a.x).magnitude < 0.01, (last.y - a.y).magnitude < 0.01 {
          run?.width = b.x - last.x
          continue
        }
        if let run { scene.rectangle(run, ink, opacity: 0.1 + 0.9 * Double(level) / Double(Tile.levels)) }
        run = .init(x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y)
      }
      if let run { scene.rectangle(run, ink, opacity: 0.1 + 0.9 * Double(level) / Double(Tile.levels)) }
    }
  }

  private func draw(_ bar: Bar, _ ink: Scene.Ink, opacity: Double, _ frame: ChartFrame, into scene: inout Scene) {
    let a = frame.place(bar.low, 0), b = frame.place(bar.high, bar.value)
    let gap = min(1, (frame.isTransposed ? b.y - a.y : b.x - a.x).magnitude * 0.1)
    var place = Scene.Rectangle(
      x: min(a.x, b.x), y: min(a.y, b.y), width: (b.x - a.x).magnitude, height: (b.y - a.y).magnitude)
    if frame.isTransposed {
      place.y += gap / 2
      place.height -= gap
    } else {
      place.x += gap / 2
      place.width -= gap
    }
    if place.width > 0, place.height > 0 { scene.rectangle(place, ink, opacity: opacity) }
  }

  private func draw(_ box: Box, _ ink: Scene.Ink, _ frame: ChartFrame, into scene: inout Scene) {
    let x = box.position, half = 0.28
    let a = frame.place(x - half, box.lowerQuartile), b = frame.place(x + half, box.upperQuartile)
    let body = Scene.Rectangle(
      x: min(a.x, b.x), y: min(a.y, b.y), width: (b.x - a.x).magnitude, height: (b.y - a.y).magnitude)
    for (from, to) in [(box.lowerQuartile, box.low), (box.upperQuartile, box.high)] {
      scene.line([frame.place(x, from), frame.place(x, to)], ink, width: 1.6)
      scene.line([frame.place(x - half / 2, to), frame.place(x + half / 2, to)], ink, width: 1.6)
    }
    scene.rectangle(body, ink, opacity: 0.3)
    let outline = [
      frame.place(x - half, box.lowerQuartile), frame.place(x + half, box.lowerQuartile),
      frame.place(x + half, box.upperQuartile), frame.place(x - half, box.upperQuartile),
      frame.place(x - half, box.lowerQuartile),
    ]
    scene.line(outline, ink, width: 1.6)
    scene.line([frame.place(x - half, box.median), frame.place(x + half, box.median)], ink, width: 3)
    for place in LineRuns.distinct(box.outliers.map { frame.place(x, $0) }) {
      scene.shapes.append(.disc(place, radius: 2.4, ink, opacity: 0.7))
    }
  }
}

/// Fewer points for the same picture.
enum LineRuns {
  /// Parts the line at gaps; where many points fall on one column of pixels, keeps the first, lowest, highest and last.
  static func of(_ points: [Point?]) -> [[Point]] {
    points.split(separator: nil, omittingEmptySubsequences: true).map { thinned($0.compactMap { $0 }) }
  }

  private static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > 4000 else { return points }
    var out: [Point] = [], start = 0
    while start < points.count {
      let column = points[start].x.rounded()
      var end = start, low = start, high = start
      while end < points.count, points[end].x.rounded() == column {
        if points[end].y < points[low].y { low = end }
        if points[end].y > points[high].y { high = end }
        end += 1
      }
      for index in Set([start, low, high, end - 1]).sorted() { out.append(points[index]) }
      start = end
    }
    return out
  }

  /// Without points that fall on the same half pixel.
  static func distinct(_ points: [Point]) -> [Point] {
    guard points.count > 500 else { return points }
    var seen: Set<Point> = []
    return points.filter { seen.insert(Point(($0.x * 2).rounded(), ($0.y * 2).rounded())).inserted }
  }
}
