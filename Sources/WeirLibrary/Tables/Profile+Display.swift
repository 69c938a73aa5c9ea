package import WeirCatalog
import WeirBase
import WeirTables

extension ProfileReport {
  package func rendered(_ style: DisplayStyle) -> String {
    var parts = [head]
    if columns.rowCount > 0 { parts.append(columnLines(style)) }
    if unusual.rowCount > 0 {
      parts.append("rows unlike the others\n" + rows(of: unusual).map { "  row \($0[0]): \($0[2])" }.joined(separator: "\n"))
    }
    if correlations.rowCount > 0 {
      let lines = rows(of: correlations).prefix(10).map { "  \($0[0]) and \($0[1]): \($0[2]) (\($0[3]))" }
      parts.append("columns that go together\n" + lines.joined(separator: "\n") + more(correlations.rowCount - 10))
    }
    let lines = shownFindings.map { "  - \($0.text)" + ($0.mend.isEmpty ? "" : "\n      \(dim($0.mend, style))") }
    parts.append(lines.isEmpty ? "nothing stands out" : "to look at\n" + lines.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  /// Of each kind the first three: a table of a hundred columns may have as many outliers.
  private var shownFindings: [(text: String, mend: String)] {
    var shown: [(text: String, mend: String)] = [], counts: [String: Int] = [:]
    let found = rows(of: findings), total = Dictionary(grouping: found, by: \.[0]).mapValues(\.count)
    for finding in found {
      let count = counts[finding[0], default: 0] + 1
      counts[finding[0]] = count
      if count <= 3 { shown.append((finding[2], finding[3])) }
      let rest = total[finding[0], default: 0] - 3
      if count == 4 { shown.append(("… and \(rest) more of this kind (\(finding[0].replacing("_", with: " ")))", "")) }
    }
    return shown
  }

  private var head: String {
    var head = "\(rowCount) row\(rowCount == 1 ? "" : "s"), \(columns.rowCount) column\(columns.rowCount == 1 ? "" : "s"), "
      + (duplicateRows == 0 ? "no copies" : "\(duplicateRows) of them copies")
    if nearDuplicateRows > 0 { head += ", \(nearDuplicateRows) nearly so" }
    return ([head] + samples).joined(separator: "; ")
  }

  /// What comes from fewer rows than there are, and from how many.
  private var samples: [String] {
    guard let counts = try? coverage["rows"]?.asDoubles() else {
      return sampledRows > 0 ? ["quartiles and shapes from \(sampledRows) of them"] : []
    }
    return zip(texts("part", of: coverage), counts).filter { $1 < Double(rowCount) }.map { "\($0) from \(Int($1)) of them" }
  }

  private func more(_ count: Int) -> String { count > 0 ? "\n  … and \(count) more" : "" }

  private func dim(_ text: String, _ style: DisplayStyle) -> String { style.color ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

  private func rows(of table: Table) -> [[String]] {
    let cells = table.columns.map { $0.shownCells(Array(0..<table.rowCount)) }
    return (0..<table.rowCount).map { row in cells.map { $0[row] } }
  }

  /// A line for each column: what it holds, and its shape in blocks.
  private func columnLines(_ style: DisplayStyle) -> String {
    let names = texts("column", of: columns), types = texts("type", of: columns), common = texts("common", of: columns)
    let filled = shares.map { ProfileReport.percent($0) }, distinct = texts("distinct", of: columns)
    let nameWidth = min(max(6, names.map(displayWidth).max() ?? 0), max(12, style.width / 3))
    let widths = [nameWidth, max(4, types.map(\.count).max() ?? 0), max(6, filled.map(\.count).max() ?? 0),
      max(8, distinct.map(\.count).max() ?? 0), 12]
    let rest = max(8, style.width - widths.reduce(0) { $0 + $1 + 2 })
    func line(_ cells: [String]) -> String {
      var out = ""
      for (place, cell) in cells.enumerated() {
        out += place < 5 ? padded(fitted(cell, to: widths[place]), to: widths[place], right: place == 2 || place == 3) + "  " : fitted(cell, to: rest)
      }
      while out.last == " " { out.removeLast() }
      return out
    }
    let limit = max(style.rows, 200)
    var lines = [bold(line(["column", "type", "filled", "distinct", "distribution", "values"]), style)]
    for place in names.indices.prefix(limit) {
      lines.append(line([names[place], types[place], filled[place], distinct[place], blocks(place), common[place]]))
    }
    if names.count > limit { lines.append("… and \(names.count - limit) more columns") }
    return lines.joined(separator: "\n")
  }

  private func bold(_ text: String, _ style: DisplayStyle) -> String { style.color ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  private var shares: [Double] { (try? columns["complete"]?.asDoubles()) ?? [] }

  private static func percent(_ share: Double) -> String {
    share == 1 ? "100 %" : share > 0.995 ? "> 99 %" : share > 0 && share < 0.005 ? "< 1 %" : "\(Int((share * 100).rounded())) %"
  }

  private func blocks(_ place: Int) -> String {
    guard histograms.indices.contains(place), let most = histograms[place].max(), most > 0 else { return "" }
    return String(histograms[place].map { count -> Character in
      count == 0 ? " " : Sparkline.levels[min(7, Int((Double(count) / Double(most) * 7).rounded()))]
    })
  }

  // MARK: Pages

  package var html: String? {
    var html = "<p>\(escapedHTML(head))</p>" + columnPage
    let found = shownFindings
    if !found.isEmpty {
      html += "<h4>to look at</h4><ul>" + found.map { finding in
        let mend = finding.mend.isEmpty ? "" : "<br><small>\(ProfileReport.code(finding.mend))</small>"
        return "<li>\(ProfileReport.code(finding.text))\(mend)</li>"
      }.joined() + "</ul>"
    }
    if balance.rowCount > 0 { html += "<h4>classes</h4>" + balance.html(rows: 200) }
    if correlations.rowCount > 0 { html += "<h4>columns that go together</h4>" + correlations.html(rows: 200) }
    if unusual.rowCount > 0 { html += "<h4>rows unlike the others</h4>" + unusual.html(rows: 200) }
    return html
  }

  private var columnPage: String {
    let names = texts("column", of: columns), types = texts("type", of: columns), common = texts("common", of: columns)
    let distinct = texts("distinct", of: columns), filled = shares
    var html = "<div class=\"table\"><div class=\"box\"><table class=\"data\"><thead><tr><th>column</th><th class=\"n\">filled</th>"
      + "<th class=\"n\">distinct</th><th>distribution</th><th>values</th></tr></thead><tbody>\n"
    for place in names.indices.prefix(1000) {
      html += "<tr><td>\(escapedHTML(names[place])) <small>\(escapedHTML(types[place]))</small></td>"
        + "<td class=\"n\">\(ProfileReport.percent(filled[place]).replacing("<", with: "&lt;").replacing(">", with: "&gt;"))</td>"
        + "<td class=\"n\">\(distinct[place])</td><td>\(bars(place))</td><td>\(escapedHTML(common[place]))</td></tr>\n"
    }
    let hidden = names.count > 1000 ? "<p class=\"count\">… and \(names.count - 1000) more columns</p>" : ""
    return html + "</tbody></table></div>\(hidden)</div>\n"
  }

  /// A drawing of the size of a word.
  private func bars(_ place: Int) -> String {
    guard histograms.indices.contains(place), let most = histograms[place].max(), most > 0 else { return "" }
    let counts = histograms[place], height = 22.0
    var svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(counts.count * 9)\" height=\"24\" role=\"img\"><title>"
      + counts.map { String($0) }.joined(separator: ", ") + "</title><g fill=\"#3b7dd8\">"
    for (index, count) in counts.enumerated() where count > 0 {
      let tall = max(1, Double(count) / Double(most) * height)
      svg += "<rect x=\"\(index * 9)\" y=\"\(fixed(23 - tall, decimals: 1))\" width=\"8\" height=\"\(fixed(tall, decimals: 1))\"/>"
    }
    return svg + "</g></svg>"
  }

  /// Text for a page, with what stands in backticks as code.
  private static func code(_ text: String) -> String {
    var html = "", isCode = false
    for part in text.split(separator: "`", omittingEmptySubsequences: false) {
      html += isCode ? "<code>\(escapedHTML(String(part)))</code>" : escapedHTML(String(part))
      isCode.toggle()
    }
    return html
  }
}
