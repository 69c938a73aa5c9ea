package import WeirBase

/// Writes tables as JSON: an object for each row.
package struct JSONTableWriter: TableEncoder, Sendable {
  package enum Form: Sendable {
    /// An object on each line, and nothing else.
    case lines
    /// An array of objects, one on each line where there is no indentation.
    case array(indent: Int = 0)
  }

  private let form: Form
  private var rows = 0

  package init(_ form: Form) { self.form = form }

  private var isArray: Bool { if case .array = form { true } else { false } }

  /// Hands the bytes over piece by piece, in order: blocks of rows are written side by side, and few are in memory at a
  /// time.
  package mutating func encode(
    _ part: Table, workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws {
    let cells = try JSONCells(part, named: isArray ? "write_json" : "write_jsonl"), before = self.rows, count = part.rowCount
    let empty: JSONWriter, start: String, between: String
    switch form {
    case .lines: (empty, start, between) = (JSONWriter(), "", "\n")
    case .array(let indent): (empty, start, between) = (JSONWriter(indent: indent), "[\n", ",\n")
    }
    self.rows += count
    // About a MiB.
    let block = max(1, min(1 << 14, (1 << 20) / (24 * max(1, part.columnCount))))
    let blocks = (count + block - 1) / block, atOnce = 4 * workers.count
    for first in stride(from: 0, to: blocks, by: atOnce) {
      try cancellation.check()
      let written = workers.results(min(atOnce, blocks - first)) { number in
        var writer = empty
        for row in (first + number) * block..<min(count, (first + number + 1) * block) {
          writer.append(before + row == 0 ? start : between)
          writer.append(cells, row)
        }
        return writer.bytes
      }
      for bytes in written { try piece(bytes) }
    }
  }

  package func finish(workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void) throws {
    switch form {
    case .lines: if rows > 0 { try piece([10]) }
    case .array: try piece(Array((rows > 0 ? "\n]\n" : "[]\n").utf8))
    }
  }
}

/// The columns of a table as its rows are written.
struct JSONCells: Sendable {
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
