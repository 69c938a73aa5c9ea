/// A chart in characters: standing bars in blocks, lines and dots in braille, categories as lying bars and boxes.
struct TerminalChart {
  let chart: Chart
  let width: Int
  let height: Int
  let color: Bool

  /// Without colours, series are told apart by these.
  static let symbols: [Character] = ["●", "○", "■", "□", "▲", "△", "◆", "◇", "+", "×"]

  func sheet() -> TextSheet {
    let listed = chart.series.contains { if case .bars = $0.marks { true } else if case .boxes = $0.marks { true } else { false } }
    if listed, case .categories(let names) = chart.x.scale {
      return legend().above(TerminalCategories(chart: chart, names: names, width: width, color: color).sheet())
    }
    let bars = chart.series.filter { if case .bars = $0.marks { true } else { false } }
    if !bars.isEmpty { return histograms(bars) }
    return legend().above(dots())
  }

  private func ink(_ series: Series) -> Int? { color ? Palette.terminal[Palette.slot(series.color)] : nil }

  private func symbol(_ series: Series) -> Character {
    if case .bars = series.marks { return Palette.slot(series.color) % 2 == 1 ? "▒" : "█" }
    return TerminalChart.symbols[Palette.slot(series.color) % TerminalChart.symbols.count]
  }

  private func legend() -> TextSheet {
    let named = chart.series.filter { !$0.label.isEmpty }
    guard named.count > 1 || (named.count == 1 && chart.series.count > 1) else {
      return TextSheet(width: width, height: 0)
    }
    var lines: [[Series]] = [[]], x = 0
    for series in named.prefix(20) {
      let size = min(series.label.count, 30) + 5
      if x + size > width, x > 0 {
        lines.append([])
        x = 0
      }
      lines[lines.count - 1].append(series)
      x += size
    }
    var sheet = TextSheet(width: width, height: lines.count)
    for (y, line) in lines.enumerated() {
      x = 1
      for series in line {
        sheet.put(color ? "●" : symbol(series), x, y, ink: ink(series))
        sheet.write(series.label.shortened(to: 30), x + 2, y)
        x += min(series.label.count, 30) + 5
      }
    }
    return sheet
  }

  // MARK: Lines and dots

  private func dots() -> TextSheet {
    let frame = TerminalFrame(chart, width: width, height: height, widensX: true)
    var sheet = frame.sheet()
    var dots = Dots(width: frame.width, height: height)
    let drawn = chart.series.filter { !$0.label.isEmpty }
    let usesSymbols = !color && drawn.count > 1
    for series in chart.series {
      switch series.marks {
      case .line(let points):
        for run in points.split(whereSeparator: { !$0.isFinite }) { draw(Array(run), frame, series, &dots) }
      case .guide(let points): draw(points.filter(\.isFinite), frame, Series(color: 9, .guide([])), &dots)
      case .points(let points) where !usesSymbols:
        for point in points where point.isFinite {
          let place = frame.dot(point)
          dots.dot(Int(place.x), Int(place.y), ink: ink(series))
        }
      default: break
      }
    }
    let density = TerminalDensity(chart: chart, frame: frame)
    density.draw(on: &sheet, ink: { self.ink($0) }, symbol: { usesSymbols ? self.symbol($0) : nil })
    dots.draw(on: &sheet, x: frame.left, y: frame.top)
    if usesSymbols { mark(drawn, frame, on: &sheet) }
    return sheet
  }

  private func draw(_ points: [Point], _ frame: TerminalFrame, _ series: Series, _ dots: inout Dots) {
    if points.count == 1 {
      let place = frame.dot(points[0])
      dots.dot(Int(place.x), Int(place.y), ink: ink(series))
    }
    for (a, b) in zip(points, points.dropFirst()) { dots.line(frame.dot(a), frame.dot(b), ink: ink(series)) }
  }

  /// Symbols on top of the dots: each point of a scatter plot, a few of each line.
  private func mark(_ series: [Series], _ frame: TerminalFrame, on sheet: inout TextSheet) {
    for one in series {
      let points: [Point]
      switch one.marks {
      case .points(let all): points = all
      case .line(let all):
        let step = max(1, all.count / 6)
        points = stride(from: step / 2, to: all.count, by: step).map { all[$0] }
      default: continue
      }
      for point in points where point.isFinite {
        let place = frame.dot(point)
        sheet.put(symbol(one), frame.left + Int(place.x) / 2, frame.top + Int(place.y) / 4)
      }
    }
  }

  // MARK: Standing bars

  /// One panel a series, over the same axis.
  private func histograms(_ series: [Series]) -> TextSheet {
    var out = TextSheet(width: width, height: 0)
    let share = series.count == 1 ? height : max(4, height / series.count)
    for (index, one) in series.prefix(8).enumerated() {
      if !one.label.isEmpty && series.count > 1 {
        var name = TextSheet(width: width, height: 1)
        name.write("● " + one.label.shortened(to: width - 3), 1, 0, ink: ink(one))
        out = out.above(name)
      }
      var part = chart
      part.series = [one]
      // All panels share the axis, whichever series is the widest.
      part.x.range = chart.x.range ?? ChartRange(chart).x
      if index < series.count - 1 { part.x.label = "" }
      out = out.above(histogram(part, one, height: share))
    }
    return out
  }

  private static let levels: [Character] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  private func histogram(_ chart: Chart, _ series: Series, height: Int) -> TextSheet {
    guard case .bars(let bars) = series.marks else { return TextSheet(width: width, height: 0) }
    let frame = TerminalFrame(chart, width: width, height: height, widensX: false)
    var sheet = frame.sheet()
    for column in 0..<frame.width {
      // The tallest bar that has a part in this column of characters.
      let from = frame.value(ofColumn: column), to = frame.value(ofColumn: column + 1)
      let middle = (from + to) / 2
      let here = bars.first { $0.low <= middle && middle < $0.high }
      let value = here?.value ?? bars.filter { $0.low < to && $0.high > from }.map(\.value).max() ?? 0
      let share = frame.y.isLog ? frame.y.share(value) : frame.y.high > 0 ? value / frame.y.high : 0
      guard share > 0 else { continue }
      let eighths = max(1, Int((min(share, 1) * Double(height * 8)).rounded()))
      for row in 0..<height {
        let filled = min(8, max(0, eighths - row * 8))
        if filled > 0 {
          sheet.put(TerminalChart.levels[filled], frame.left + column, frame.top + height - 1 - row, ink: ink(series))
        }
      }
    }
    return sheet
  }
}

/// The axes of a chart in characters, and the way from numbers to places.
struct TerminalFrame {
  let x: Ticks
  let y: Ticks
  let left: Int
  let top: Int
  let width: Int
  let height: Int
  private let chart: Chart
  private let whole: Int

  init(_ chart: Chart, width whole: Int, height: Int, widensX: Bool) {
    let range = ChartRange(chart)
    self.chart = chart
    self.whole = whole
    self.height = height
    y = chart.y.ticks(over: range.y, count: max(2, height / 3), widens: chart.y.range == nil, isWhole: range.isWholeY)
    left = min((y.labels.map(\.count).max() ?? 0) + 2, whole / 2)
    width = max(4, whole - left - 1)
    x = chart.x.ticks(over: range.x, count: max(2, width / 11), widens: widensX && chart.x.range == nil, isWhole: range.isWholeX)
    top = chart.y.label.isEmpty ? 0 : 1
  }

  /// Axis, ticks and names, without marks.
  func sheet() -> TextSheet {
    var sheet = TextSheet(width: whole, height: top + height + 2 + (chart.x.label.isEmpty ? 0 : 1))
    sheet.write(chart.y.label.shortened(to: whole), 1, 0)
    for row in 0..<height { sheet.put("│", left - 1, top + row) }
    for (value, label) in zip(y.values, y.labels) {
      let row = top + min(height - 1, Int(dot(Point(x.low, value)).y) / 4)
      sheet.write(label.indented(to: left - 2).shortened(to: left - 2), 0, row)
      sheet.put("┤", left - 1, row)
    }
    let bottom = top + height
    sheet.put("└", left - 1, bottom)
    for column in 0..<width { sheet.put("─", left + column, bottom) }
    var free = 0
    for (value, label) in zip(x.values, x.labels) {
      let column = left + min(width - 1, Int(dot(Point(value, y.low)).x) / 2)
      sheet.put("┬", column, bottom)
      let start = min(max(0, column - label.count / 2), max(0, whole - label.count))
      if start >= free {
        sheet.write(label, start, bottom + 1)
        free = start + label.count + 1
      }
    }
    let name = chart.x.label.shortened(to: width)
    sheet.write(name, left + max(0, (width - name.count) / 2), bottom + 2)
    return sheet
  }

  /// The place in dots.
  func dot(_ point: Point) -> Point {
    let across = x.share(point.x) * Double(width * 2 - 1)
    let down = (1 - y.share(point.y)) * Double(height * 4 - 1)
    func held(_ value: Double, _ most: Int) -> Double {
      min(max(value.isFinite ? value.rounded() : 0, 0), Double(most))
    }
    return Point(held(across, width * 2 - 1), held(down, height * 4 - 1))
  }

  func value(ofColumn column: Int) -> Double { x.value(at: Double(column) / Double(width)) }
}
