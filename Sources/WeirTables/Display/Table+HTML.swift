extension Table {
  private static let columnLimit = 200

  /// As a fragment of a page: names with their types, numbers to the right, in a box that scrolls, and the size below.
  ///
  /// `totalRows` is the number of rows where these are only the first. `picture` draws objects that have a picture; the
  /// others show as text.
  package func html(rows limit: Int, totalRows: Int? = nil, picture: (any ColumnObject) -> String? = { _ in nil }) -> String {
    let total = totalRows ?? rowCount
    let shown = total > rowCount ? (rows: Array(0..<min(limit, rowCount)), gap: nil) : rowsToShow(limit)
    let blocks = zip(names, columns).prefix(Table.columnLimit).map { name, column in
      (head: ShownColumn(name, column, rows: shown.rows, cellLimit: 200), column: column)
    }
    var html = "<div class=\"table\"><div class=\"box\"><table class=\"data\"><thead><tr>"
    for (head, _) in blocks {
      html += "<th\(head.alignsRight ? " class=\"n\"" : "")>\(escapedHTML(head.name))<small>\(escapedHTML(head.type))</small></th>"
    }
    html += "</tr></thead><tbody>\n"
    let gap = "<tr class=\"gap\">" + blocks.map { "<td\($0.head.alignsRight ? " class=\"n\"" : "")>⋮</td>" }.joined() + "</tr>\n"
    for (place, row) in shown.rows.enumerated() {
      if place == shown.gap { html += gap }
      html += "<tr>" + blocks.map { $0.head.cell(place, of: $0.column, row: row, picture) }.joined() + "</tr>\n"
    }
    if total > rowCount || shown.rows.count < rowCount && shown.gap == nil { html += gap }
    let hidden = columnCount > blocks.count ? ", the first \(blocks.count) shown" : ""
    let size = "\(total) row\(total == 1 ? "" : "s"), \(columnCount) column\(columnCount == 1 ? "" : "s")\(hidden)"
    return html + "</tbody></table></div><p class=\"count\">\(size)</p></div>\n"
  }
}

extension ShownColumn {
  fileprivate func cell(_ place: Int, of column: Column, row: Int, _ picture: (any ColumnObject) -> String?) -> String {
    if column.isMissing(row) { return "<td class=\"\(alignsRight ? "n " : "")none\">·</td>" }
    if case .objects(let objects, _) = column.storage, let drawing = picture(objects[row]) { return "<td>\(drawing)</td>" }
    return "<td\(alignsRight ? " class=\"n\"" : "")>\(escapedHTML(cells[place]))</td>"
  }
}

/// Text for the inside of elements of XML and HTML.
///
/// Characters that XML forbids show as their pictures (`␛`), so that nothing is lost without a trace.
package func escapedHTML(_ text: String) -> String {
  var out = ""
  out.reserveCapacity(text.utf8.count + 16)
  var afterReturn = false
  for scalar in text.unicodeScalars {
    // A carriage return alone shows; before a line feed it is part of the line's end.
    if afterReturn, scalar != "\n" { out += "␍" }
    afterReturn = scalar == "\r"
    if !afterReturn { appendEscaped(scalar, to: &out) }
  }
  return afterReturn ? out + "␍" : out
}

/// One character for elements and quoted attributes.
package func appendEscaped(_ scalar: Unicode.Scalar, to out: inout String) {
  switch scalar {
  case "&": out += "&amp;"
  case "<": out += "&lt;"
  case ">": out += "&gt;"
  case "\"": out += "&quot;"
  case "'": out += "&#39;"
  case "\n", "\t": out.unicodeScalars.append(scalar)
  default:
    switch scalar.value {
    case 0..<32: out.unicodeScalars.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
    case 127: out += "␡"
    case 128...159, 0xFFFE, 0xFFFF: out += "\u{FFFD}"
    default: out.unicodeScalars.append(scalar)
    }
  }
}
