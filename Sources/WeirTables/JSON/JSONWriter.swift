import WeirBase

/// Writes values and tables as JSON (RFC 8259, UTF-8).
///
/// Floats have the fewest digits that read back as the same number, dates and moments are ISO texts, durations texts like
/// `1d2h`. A missing value is `null`, and so are NaN and the infinities, which JSON has not.
package struct JSONWriter: Sendable {
  /// Blanks before each level; 0 writes all in one line.
  private let indent: Int
  package private(set) var bytes: [UInt8] = []

  package init(indent: Int = 0) { self.indent = max(0, min(indent, 16)) }

  /// One value and a line end.
  package static func text(of value: Nested, indent: Int = 0) -> [UInt8] {
    var writer = JSONWriter(indent: indent)
    writer.append(value, level: 0)
    writer.bytes.append(10)
    return writer.bytes
  }

  /// The object of a row.
  mutating func append(_ cells: JSONCells, _ row: Int) {
    let level = indent > 0 ? 1 : 0
    if indent > 0 { appendBlanks(level) }
    append("{")
    for (place, cell) in cells.cells.enumerated() {
      if place > 0 { append(",") }
      if indent > 0 { appendLine(level + 1) }
      bytes += cell.name
      append(indent > 0 ? ": " : ":")
      if cell.column.isMissing(row) { append("null") } else if let nested = cell.nested {
        append(nested[row], level: level + 1)
      } else { append(cell.column.storage, row) }
    }
    if indent > 0, !cells.cells.isEmpty { appendLine(level) }
    append("}")
  }

  /// The bytes of a text between quotes.
  static func quoted(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.append(quoted: text)
    return writer.bytes
  }

  private mutating func append(_ storage: Column.Storage, _ row: Int) {
    switch storage {
    case .bool(let values): append(values[row] ? "true" : "false")
    case .int(let values): append(String(values[row]))
    case .float(let values): append(values[row])
    case .text(let values):
      let entry = values.codes.map { Int($0[row]) } ?? row
      append(quoted: values.bytes[values.offsets[entry]..<values.offsets[entry + 1]])
    case .date(let values): append(Scalar.date(Day(values[row])))
    case .dateTime(let values): append(Scalar.dateTime(Instant(values[row])))
    case .duration(let values): append(Scalar.duration(TimeSpan(values[row])))
    case .objects: append("null")
    }
  }

  private mutating func append(_ value: Nested, level: Int) {
    switch value {
    case .scalar(let scalar): append(scalar)
    case .list(let items):
      appendInner(items, level, "[", "]") { writer, item in writer.append(item, level: level + 1) }
    case .record(let fields):
      appendInner(fields, level, "{", "}") { writer, field in
        writer.append(quoted: field.name)
        writer.append(writer.indent > 0 ? ": " : ":")
        writer.append(field.value, level: level + 1)
      }
    }
  }

  private mutating func appendInner<Item>(
    _ items: [Item], _ level: Int, _ opening: String, _ closing: String, _ body: (inout JSONWriter, Item) -> Void
  ) {
    append(opening)
    for (place, item) in items.enumerated() {
      if place > 0 { append(",") }
      if indent > 0 { appendLine(level + 1) }
      body(&self, item)
    }
    if indent > 0, !items.isEmpty { appendLine(level) }
    append(closing)
  }

  private mutating func append(_ scalar: Scalar) {
    switch scalar {
    case .missing: append("null")
    case .bool(let value): append(value ? "true" : "false")
    case .int(let value): append(String(value))
    case .float(let value): append(value)
    case .text(let value): append(quoted: value)
    case .date, .duration: append(quoted: scalar.exactText)
    // The `T` of ISO 8601 stands between the day and the time.
    case .dateTime: append(quoted: String(scalar.exactText.map { $0 == " " ? "T" : $0 }))
    }
  }

  private mutating func append(_ value: Double) { append(value.isFinite ? value.description : "null") }

  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func appendBlanks(_ level: Int) { bytes.append(contentsOf: repeatElement(32, count: level * indent)) }

  private mutating func appendLine(_ level: Int) {
    bytes.append(10)
    appendBlanks(level)
  }

  private mutating func append(quoted text: String) { append(quoted: Array(text.utf8)[...]) }

  private mutating func append(quoted text: ArraySlice<UInt8>) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 10: append("\\n")
      case 13: append("\\r")
      case 9: append("\\t")
      case 0..<32:
        append("\\u00")
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
