import WeirBase
import WeirCatalog
import WeirModels
import WeirTables

extension Shown {
  /// The output with its `kind`.
  var json: JSONText {
    switch self {
    case .printed(let text): .object(["kind": .string("text"), "text": .string(text)])
    case .table(let table, let rowCount): .output(table, rowCount: rowCount)
    case .value(let value): .output(value)
    }
  }
}

extension JSONText {
  /// The most rows of a table, and items of a list, that are written.
  private static let itemLimit = 1000
  /// Beyond it a value is written as the text that shows it.
  private static let depthLimit = 32

  fileprivate static func output(_ value: Value) -> JSONText {
    switch value {
    case .table(let table): return output(table, rowCount: table.rowCount)
    case .query(let query):
      if let table = try? query.collect() { return output(table, rowCount: table.rowCount) }
    case .other(let foreign):
      let text = JSONText.string(foreign.rendered(.plain))
      if let drawing = foreign.html, drawing.hasPrefix("<svg") {
        return .object(["kind": .string("plot"), "svg": .string(drawing), "text": text])
      }
      if let picture = foreign.png {
        return .object(["kind": .string("image"), "png": .string(Base64.text(picture)), "text": text])
      }
    default: break
    }
    return .object([
      "kind": .string("value"), "type": .string(value.typeName), "value": JSONText(value, depth: 0),
      "text": .string(value.rendered(.plain)),
    ])
  }

  fileprivate static func output(_ table: Table, rowCount: Int) -> JSONText {
    .object(["kind": .string("table"), "row_count": .int(Int64(rowCount)), "columns": columns(table)])
  }

  private static func columns(_ table: Table) -> JSONText {
    .array(zip(table.names, table.columns).map { name, column in
      .object(["name": .string(name), "type": .string(column.type.description), "values": values(column)])
    })
  }

  private static func values(_ column: Column) -> JSONText {
    let rows = 0..<min(column.count, itemLimit)
    if case .objects(let objects, _) = column.storage {
      return .array(rows.map { column.isMissing($0) ? .null : .string(objects[$0].shortDescription) })
    }
    return .array(column.prefixValues(itemLimit).map { JSONText($0, depth: 0) })
  }

  init(_ value: Value, depth: Int) {
    if depth > JSONText.depthLimit {
      self = .string("…")
      return
    }
    switch value {
    case .missing: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let value): self = .string(value)
    case .date, .dateTime, .duration: self = .string(value.plainText)
    case .list(let items): self = .array(items.prefix(JSONText.itemLimit).map { JSONText($0, depth: depth + 1) })
    case .record(let record):
      let fields = record.fields.map { ($0.name, JSONText($0.value, depth: depth + 1)) }
      self = .object(Dictionary(fields, uniquingKeysWith: { first, _ in first }))
    case .column(let column): self = JSONText.values(column)
    case .table(let table): self = JSONText.output(table, rowCount: table.rowCount)
    case .model(let model):
      let learned = (try? model.learned()).map(JSONText.columns) ?? .null
      self = .object(["model": .string(model.name), "learned": learned])
    case .other(let foreign) where !foreign.fieldNames.isEmpty:
      let fields = foreign.fieldNames.compactMap { name in foreign.field(name).map { (name, JSONText($0, depth: depth + 1)) } }
      self = .object(Dictionary(fields, uniquingKeysWith: { first, _ in first }))
    case .query, .range, .function, .plan, .other: self = .string(value.shortText)
    }
  }
}

/// Bytes as text (RFC 4648).
enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let rest = min(3, bytes.count - start)
      var group = UInt32(bytes[start]) << 16
      if rest > 1 { group |= UInt32(bytes[start + 1]) << 8 }
      if rest > 2 { group |= UInt32(bytes[start + 2]) }
      for place in 0..<4 {
        out.append(place <= rest ? digits[Int(group >> UInt32(18 - 6 * place)) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
