extension Plot {
  /// As text within `width` columns; `height` lines for the area of a chart (names and legend come on top).
  package func rendered(width: Int, height: Int = 14, color: Bool) -> String {
    sheet(width: max(24, width), height: max(4, height), color: color).text(color: color)
  }

  func sheet(width: Int, height: Int, color: Bool) -> TextSheet {
    var head = TextSheet(width: width, height: title.isEmpty ? 0 : 1)
    head.write(title.shortened(to: width), 0, 0, isBold: true)
    let body: TextSheet
    switch content {
    case .chart(let chart): body = TerminalChart(chart: chart, width: width, height: height, color: color).sheet()
    case .matrix(let matrix): body = TerminalMatrix(matrix: matrix, width: width, color: color).sheet()
    case .grid(let plots, let columns): body = Plot.sheet(of: plots, columns: columns, width, height, color)
    }
    let lines = plainLines(of: caption, width: width - 1)
    var foot = TextSheet(width: width, height: lines.count)
    for (y, line) in lines.enumerated() { foot.write(line, 1, y) }
    return head.above(body).above(foot)
  }

  /// A text in lines of whole words.
  private func plainLines(of text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(String(word).shortened(to: width))
      }
    }
    return lines
  }

  private static func sheet(of plots: [Plot], columns: Int, _ width: Int, _ height: Int, _ color: Bool) -> TextSheet {
    let across = max(1, min(columns, width / 26)), cell = width / across
    let parts = plots.map { $0.sheet(width: cell - 2, height: max(5, min(height, cell / 4)), color: color) }
    var out = TextSheet(width: width, height: 0), start = 0
    while start < parts.count {
      let row = parts[start..<min(start + across, parts.count)]
      var band = TextSheet(width: width, height: (row.map(\.height).max() ?? 0) + 1)
      for (index, part) in row.enumerated() { band.copy(part, x: index * cell, y: 0) }
      out = out.above(band)
      start += across
    }
    return out
  }
}
