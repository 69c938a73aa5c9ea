import WeirBase
import WeirCatalog
import WeirModels
import WeirTables

/// What a cell showed, as fragments of a page.
enum OutputPage {
  private static let rowLimit = 50
  private static let textLimit = 60_000
  private static let pictureLimit = 64
  private static let style = DisplayStyle(width: 100, rows: 20)

  static func html(_ shown: [Shown]) -> String {
    var out = "", printed: [String] = []
    func flush() {
      if !printed.isEmpty { out += text(printed.joined(separator: "\n")) }
      printed = []
    }
    for one in shown {
      switch one {
      case .printed(let text): printed.append(text)
      case .value(let value):
        flush()
        out += html(value, depth: 0)
      case .table(let table, let rowCount):
        flush()
        out += html(table, rowCount)
      }
    }
    flush()
    return out
  }

  private static func text(_ text: String) -> String {
    guard text.utf8.count > textLimit else { return "<pre>\(Markup.escaped(text))</pre>\n" }
    let head = text.prefix(textLimit)
    return "<pre>\(Markup.escaped(String(head)))\n… \(text.utf8.count - head.utf8.count) more bytes</pre>\n"
  }

  private static func html(_ value: Value, depth: Int) -> String {
    switch value {
    case .table(let table): return html(table, table.rowCount)
    case .query(let query):
      if let table = try? query.collect() { return html(table, table.rowCount) }
    case .column(let column):
      if let table = try? Table([("value", column)]) { return html(table, table.rowCount) }
    case .model(let model):
      if let table = try? model.learned() {
        return "<p class=\"caption\">model \(Markup.escaped(model.name))</p>\n" + html(table, table.rowCount)
      }
    case .other(let foreign): return html(foreign)
    case .list(let items):
      let pictures = items.prefix(pictureLimit).compactMap { picture($0) }
      if !items.isEmpty, pictures.count == min(items.count, pictureLimit) {
        let rest = items.count - pictures.count
        return "<div class=\"pictures\">\(pictures.joined())\(rest > 0 ? "<span>… \(rest) more</span>" : "")</div>\n"
      }
    case .record(let record) where depth < 3: return html(record, depth: depth)
    default: break
    }
    return text(value.rendered(style))
  }

  private static func html(_ table: Table, _ rowCount: Int) -> String {
    guard table.columnCount > 0 else { return text(table.rendered(width: 100, rows: 1, color: false, totalRows: rowCount)) }
    return table.html(rows: rowLimit, totalRows: rowCount) { object in
      (object as? any ForeignValue).flatMap { picture(.other($0)) }
    }
  }

  private static func html(_ foreign: any ForeignValue) -> String {
    if let drawing = foreign.html, drawing.hasPrefix("<svg") { return "<figure>\(drawing)</figure>\n" }
    if let picture = picture(.other(foreign), isAlone: true) { return "<figure>\(picture)</figure>\n" }
    if let fragment = foreign.html { return "<div class=\"fragment\">\(fragment)</div>\n" }
    return text(foreign.rendered(style))
  }

  private static func picture(_ value: Value, isAlone: Bool = false) -> String? {
    guard case .other(let foreign) = value, let bytes = foreign.png else { return nil }
    let size = isAlone ? enlarged(bytes) : ""
    return "<img\(size) src=\"data:image/png;base64,\(Base64.text(bytes))\" alt=\"\(Markup.attribute(foreign.shortText))\">"
  }

  /// The width to show a small picture at: each of its pixels as several.
  private static func enlarged(_ png: [UInt8]) -> String {
    // The width follows the signature and the name of the first part of the file.
    guard png.count > 24 else { return "" }
    let width = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
    guard width > 0, width <= 120 else { return "" }
    return " width=\"\(width * min(8, 240 / width))\" style=\"image-rendering:pixelated\""
  }

  /// What fits on a line stands in one table, what is large below it under its name.
  private static func html(_ record: Record, depth: Int) -> String {
    let large = record.fields.filter { isLarge($0.value) }
    let rows = record.fields.filter { !isLarge($0.value) }.map { field in
      let number = if case .int = field.value { true } else if case .float = field.value { true } else { false }
      return "<tr><th>\(Markup.escaped(field.name))</th><td\(number ? " class=\"n\"" : "")>"
        + "\(Markup.escaped(field.value.shortText))</td></tr>\n"
    }
    let table = "<div class=\"table\"><div class=\"box\"><table class=\"data record\"><tbody>\n\(rows.joined())</tbody></table>"
    return (rows.isEmpty ? "" : table + "</div></div>\n") + large.map { field in
      "<p class=\"caption\">\(Markup.escaped(field.name))</p>\n" + html(field.value, depth: depth + 1)
    }.joined()
  }

  private static func isLarge(_ value: Value) -> Bool {
    switch value {
    case .table, .query, .column, .model: true
    case .record(let record): !record.fields.isEmpty
    case .other(let foreign): foreign.html != nil || foreign.png != nil
    default: false
    }
  }
}
