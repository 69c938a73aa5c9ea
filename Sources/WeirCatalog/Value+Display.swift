import WeirBase
import WeirModels
package import WeirTables

extension Value {
  /// One short line: as it stands inside a list, a record, a message.
  package var shortText: String {
    switch self {
    case .missing: return "missing"
    case .bool(let value): return value ? "true" : "false"
    case .int(let value): return String(value)
    case .float(let value): return formatNumber(value)
    case .string(let value): return Value.quoted(value)
    case .date, .dateTime, .duration: return plainText
    case .range(let range): return "\(range.lower)..\(range.upper)"
    case .list(let items):
      let shown = items.prefix(12).map(\.shortText).joined(separator: ", ")
      return items.count > 12 ? "[\(shown), … \(items.count) items]" : "[\(shown)]"
    case .record(let record):
      return "{" + record.fields.map { "\($0.name): \($0.value.shortText)" }.joined(separator: ", ") + "}"
    case .column(let column):
      let shown = column.prefixValues(8).map(\.shortText).joined(separator: ", ")
      return column.count > 8 ? "[\(shown), … \(column.count) rows]" : "[\(shown)]"
    case .table(let table): return "<table of \(table.rowCount) rows and \(table.columnCount) columns>"
    case .query: return "<table>"
    case .function(let function): return "<function \(function.info.signature)>"
    case .plan(let plan): return plan.description
    case .model(let model): return "<model \(model.name)>"
    case .other(let value): return value.shortText
    }
  }

  /// As text that is put into other text: `"{name}"`, `print(name)`.
  package var plainText: String {
    switch self {
    case .string(let value): value
    case .date, .dateTime, .duration: scalar.map(formatScalar) ?? shortText
    default: shortText
    }
  }

  /// As a person wants to see it in a terminal.
  package func rendered(_ style: DisplayStyle) -> String {
    switch self {
    case .string(let value): return Value.quoted(value)
    case .table(let table): return table.rendered(width: style.width, rows: style.rows, color: style.color)
    case .query(let query): return (try? query.collect()).map { Value.table($0).rendered(style) } ?? "<table>"
    case .column(let column): return column.rendered(width: style.width, rows: style.rows, color: style.color)
    case .list(let items): return renderedList(items, style)
    case .record(let record): return renderedRecord(record, style)
    case .model(let model):
      guard let table = try? model.learned() else { return shortText }
      return "model \(model.name)\n" + table.rendered(width: style.width, rows: style.rows, color: style.color)
    case .other(let value): return value.rendered(style)
    default: return shortText
    }
  }

  private func renderedList(_ items: [Value], _ style: DisplayStyle) -> String {
    let line = "[" + items.prefix(200).map(\.shortText).joined(separator: ", ") + (items.count > 200 ? ", …]" : "]")
    if line.count <= style.width { return line }
    var lines: [String] = [], current = "["
    for (number, item) in items.prefix(200).enumerated() {
      let part = item.shortText + (number == items.count - 1 ? "]" : ",")
      if current.count + part.count + 1 > style.width, current.count > 1 {
        lines.append(current)
        current = ""
        if lines.count == style.rows {
          return lines.joined(separator: "\n") + "\n … \(items.count) items]"
        }
      }
      current += (current == "[" ? "" : " ") + part
    }
    return (lines + [current]).joined(separator: "\n")
  }

  private func renderedRecord(_ record: Record, _ style: DisplayStyle) -> String {
    let line = shortText
    if line.count <= style.width { return line }
    let width = record.names.map(\.count).max() ?? 0
    return record.fields.map { field in
      field.name + ":" + String(repeating: " ", count: max(1, width - field.name.count + 1)) + field.value.shortText
    }.joined(separator: "\n")
  }

  /// As the language writes a text.
  package static func quoted(_ text: String) -> String { quotedText(text) }
}

extension Column {
  /// The first rows as values.
  package func prefixValues(_ count: Int) -> [Value] {
    count >= self.count ? values() : taking(Array(0..<count)).values()
  }
}
