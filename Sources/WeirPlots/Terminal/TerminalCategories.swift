/// Bars and boxes of categories in characters, lying: one line for each, names on the left.
struct TerminalCategories {
  let chart: Chart
  let names: [String]
  let width: Int
  let color: Bool

  private static let most = 40
  private static let eighths: [Character] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]

  func sheet() -> TextSheet {
    var out = TextSheet(width: width, height: 0)
    if !chart.y.label.isEmpty {
      var head = TextSheet(width: width, height: 1)
      head.write((chart.y.label + (chart.x.label.isEmpty ? "" : " by " + chart.x.label)).shortened(to: width), 1, 0)
      out = head
    }
    let hasBoxes = chart.series.contains { if case .boxes = $0.marks { true } else { false } }
    out = out.above(hasBoxes ? boxes() : bars())
    if names.count > TerminalCategories.most {
      var more = TextSheet(width: width, height: 1)
      more.write("… and \(names.count - TerminalCategories.most) more", 1, 0)
      out = out.above(more)
    }
    return out
  }

  private var left: Int { min(names.prefix(TerminalCategories.most).map(\.count).max() ?? 0, width / 3) + 2 }

  private func ink(_ index: Int) -> Int? { color ? Palette.terminal[Palette.slot(index)] : nil }

  private func bars() -> TextSheet {
    var lines: [(name: String, value: Double, color: Int)] = []
    for (place, name) in names.prefix(TerminalCategories.most).enumerated() {
      var isFirst = true
      for series in chart.series {
        guard case .bars(let bars) = series.marks,
          let bar = bars.first(where: { $0.low < Double(place) + 0.5 && $0.high > Double(place) - 0.5 })
        else { continue }
        lines.append((isFirst ? name : "", bar.value, series.color))
        isFirst = false
      }
    }
    let values = lines.map(\.value)
    // Bars stand on 0, and on a log axis on the foot of the axis.
    let foot = chart.y.scale == .log ? ChartRange(chart).y : nil
    let ticks = foot.map { chart.y.ticks(over: $0, count: 6, widens: false) }
    let sizes = ticks.map { ticks in values.map { min(max(ticks.share($0), 0), 1) } } ?? values
    let low = min(sizes.min() ?? 0, 0), high = ticks == nil ? max(sizes.max() ?? 0, 0) : 1
    let texts = values.map { Numerals.short($0, digits: 4) }
    let room = max(4, width - left - 2 - (texts.map(\.count).max() ?? 0))
    let span = high > low ? high - low : 1
    let zero = Int((-low / span * Double(room)).rounded())
    let hasSeries = !color && chart.series.count > 1
    var sheet = TextSheet(width: width, height: lines.count)
    for (y, line) in lines.enumerated() {
      sheet.write(line.name.shortened(to: left - 2).indented(to: left - 2), 0, y)
      sheet.put("│", left - 1 + zero, y)
      let eighths = Int((sizes[y].magnitude / span * Double(room * 8)).rounded())
      let full = eighths / 8, rest = eighths % 8
      let block: Character = hasSeries && line.color % 2 == 1 ? "▒" : "█"
      if line.value >= 0 {
        for x in 0..<full { sheet.put(block, left + zero + x, y, ink: ink(line.color)) }
        if rest > 0 { sheet.put(TerminalCategories.eighths[rest], left + zero + full, y, ink: ink(line.color)) }
        sheet.write(texts[y], left + zero + full + (rest > 0 ? 1 : 0) + 1, y)
      } else {
        for x in 0..<min(max(full, 1), zero) { sheet.put(block, left - 2 + zero - x, y, ink: ink(line.color)) }
        sheet.write(texts[y], left + zero + 1, y)
      }
    }
    return sheet
  }

  private func boxes() -> TextSheet {
    let range = ChartRange(chart)
    let room = max(10, width - left - 1)
    let ticks = chart.y.ticks(over: range.y, count: max(2, room / 11), widens: true)
    func column(_ value: Double) -> Int {
      let share = ticks.share(value)
      return left + min(room - 1, max(0, Int((min(max(share, 0), 1) * Double(room - 1)).rounded())))
    }
    let all = chart.series.flatMap { series in if case .boxes(let boxes) = series.marks { boxes } else { [Box]() } }
    let shown = min(names.count, TerminalCategories.most)
    var sheet = TextSheet(width: width, height: shown + 2)
    for y in 0..<shown {
      sheet.write(names[y].shortened(to: left - 2).indented(to: left - 2), 0, y)
      sheet.put("│", left - 1, y)
    }
    for (index, box) in all.enumerated() {
      let y = Int(box.position.rounded())
      guard (0..<shown).contains(y) else { continue }
      let ink = ink(index), places = box.ordered.map(column)
      for x in places[0]...places[4] { sheet.put("─", x, y, ink: ink) }
      for x in places[1]...places[3] { sheet.put("▒", x, y, ink: ink) }
      sheet.put("├", places[0], y, ink: ink)
      sheet.put("┤", places[4], y, ink: ink)
      sheet.put("┃", places[2], y, ink: ink, isBold: true)
      for outlier in box.outliers { sheet.put("∘", column(outlier), y, ink: ink) }
    }
    sheet.put("└", left - 1, shown)
    for x in 0..<room { sheet.put("─", left + x, shown) }
    for (value, label) in zip(ticks.values, ticks.labels) {
      sheet.put("┬", column(value), shown)
      sheet.write(label, min(max(0, column(value) - label.count / 2), max(0, width - label.count)), shown + 1)
    }
    return sheet
  }
}
