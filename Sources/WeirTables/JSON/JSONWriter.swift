package import WeirBase

/// Writes values and tables as JSON (RFC 8259, UTF-8).
///
/// Floats have the fewest digits that read back as the same number, dates and moments are ISO texts, durations texts like
/// `1d2h`. A missing value is `null`, and so are NaN and the infinities, which JSON has not.
package struct JSONWriter: Sendable {
  /// Blanks before each level; 0 writes all in one line.
  private let indent: Int
  package private(set) var bytes: [UInt8] = []

  package init(indent: Int = 0) { self.indent = max(0, min(indent, 16)) }

  /// A table as an object on each line.
  package static func lines(of table: Table) throws -> [UInt8] {
    var out: [UInt8] = []
    try writeLines(of: table) { out += $0 }
    return out
  }

  /// The same piece by piece, in order: blocks of rows are written side by side, and few are in memory at a time.
  package static func writeLines(
    of table: Table, workers: Workers = .one, cancellation: Cancellation = Cancellation(),
    _ piece: ([UInt8]) throws -> Void
  ) throws {
    try write(JSONCells(table, named: "write_jsonl"), of: table, JSONWriter(), workers, cancellation, piece) { writer, row in
      if row > 0 { writer.append("\n") }
    }
    if table.rowCount > 0 { try piece([10]) }
  }

  /// A table as an array of objects, one on each line where there is no indentation.
  package static func array(of table: Table, indent: Int = 0) throws -> [UInt8] {
    var out: [UInt8] = []
    try writeArray(of: table, indent: indent) { out += $0 }
    return out
  }

  /// The same piece by piece.
  package static func writeArray(
    of table: Table, indent: Int = 0, workers: Workers = .one, cancellation: Cancellation = Cancellation(),
    _ piece: ([UInt8]) throws -> Void
  ) throws {
    let cells = try JSONCells(table, named: "write_json")
    try piece([UInt8(ascii: "[")])
    try write(cells, of: table, JSONWriter(indent: indent), workers, cancellation, piece) { writer, row in
      writer.append(row == 0 ? "\n" : ",\n")
    }
    try piece(Array((table.rowCount > 0 ? "\n]\n" : "]\n").utf8))
  }

  /// The objects of all rows, each after what `before` puts there.
  private static func write(
    _ cells: JSONCells, of table: Table, _ writer: JSONWriter, _ workers: Workers, _ cancellation: Cancellation,
    _ piece: ([UInt8]) throws -> Void, before: @Sendable (inout JSONWriter, Int) -> Void
  ) throws {
    let rows = table.rowCount
    // About a MiB.
    let block = max(1, min(1 << 14, (1 << 20) / (24 * max(1, table.columnCount))))
    let blocks = (rows + block - 1) / block, atOnce = 4 * workers.count
    for first in stride(from: 0, to: blocks, by: atOnce) {
      try cancellation.check()
      let written = workers.results(min(atOnce, blocks - first)) { number in
        var writer = writer
        for row in (first + number) * block..<min(rows, (first + number + 1) * block) {
          before(&writer, row)
          writer.append(cells, row)
        }
        return writer.bytes
      }
      for bytes in written { try piece(bytes) }
    }
  }

  /// One value and a line end.
  package static func text(of value: Nested, indent: Int = 0) -> [UInt8] {
    var writer = JSONWriter(indent: indent)
    writer.append(value, level: 0)
    writer.bytes.append(10)
    return writer.bytes
  }

  private mutating func append(_ cells: JSONCells, _ row: Int) {
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
  fileprivate static func quoted(_ text: String) -> [UInt8] {
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

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

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

/// The columns of a table as its rows are written.
private struct JSONCells: Sendable {
  var cells: [(name: [UInt8], column: Column, nested: [Nested]?)] = []

  /// Throws where a column holds what JSON has not.
  init(_ table: Table, named operation: String) throws(TableError) {
    for (name, column) in zip(table.names, table.columns) {
      let nested = column.nestedValues
      if case .object(let type) = column.type, nested == nil {
        throw .wrongType(operation: operation, column: name, type: type, expected: "values that JSON has")
      }
      cells.append((JSONWriter.quoted(name), column, nested))
    }
  }
}
