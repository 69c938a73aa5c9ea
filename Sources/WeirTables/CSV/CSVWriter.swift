package import WeirBase

/// Writes tables as CSV (RFC 4180, lines ended by a line feed).
///
/// Floats are written with the fewest digits that read back as the same number. A missing value is an empty field, and
/// an empty text is `""`; in a table of one column a missing value is `NA`, because a blank line would be no row. A
/// text that could be taken for something else (a marker of missing values, blanks at its ends) is quoted.
package struct CSVWriter: TableEncoder, Sendable {
  package var delimiter: UInt8
  package var header: Bool
  private var isBegun = false

  package init(delimiter: UInt8 = UInt8(ascii: ","), header: Bool = true) {
    self.delimiter = delimiter
    self.header = header
  }

  /// Hands the bytes over piece by piece, in their order: blocks of rows are written side by side, and few are in memory
  /// at a time.
  package mutating func encode(
    _ part: Table, workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws {
    if !isBegun { try piece(try head(of: part)) }
    isBegun = true
    let writer = self, rows = part.columnCount == 0 ? 0 : part.rowCount
    // About a MiB.
    let block = max(1, min(1 << 14, (1 << 20) / (8 * max(1, part.columnCount))))
    let blocks = (rows + block - 1) / block, atOnce = 4 * workers.count
    for first in stride(from: 0, to: blocks, by: atOnce) {
      try cancellation.check()
      let written = workers.results(min(atOnce, blocks - first)) { number in
        writer.bytes(of: part, (first + number) * block..<min(rows, (first + number + 1) * block))
      }
      for bytes in written { try piece(bytes) }
    }
  }

  package func finish(workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void) {}

  /// The line of names. Throws where a column can't be written.
  private func head(of table: Table) throws(TableError) -> [UInt8] {
    for (name, column) in zip(table.names, table.columns) {
      if case .object(let type) = column.type {
        throw .wrongType(operation: "write_csv", column: name, type: type, expected: "numbers, texts or times")
      }
    }
    var out: [UInt8] = []
    if header, table.columnCount > 0 {
      for (i, name) in table.names.enumerated() {
        if i > 0 { out.append(delimiter) }
        append(name, to: &out)
      }
      out.append(10)
    }
    return out
  }

  private func bytes(of table: Table, _ rows: Range<Int>) -> [UInt8] {
    let columns = table.columns
    var out: [UInt8] = []
    out.reserveCapacity(rows.count * columns.count * 8)
    for row in rows {
      for (i, column) in columns.enumerated() {
        if i > 0 { out.append(delimiter) }
        if !column.isMissing(row) {
          append(column.storage, row, to: &out)
        } else if columns.count == 1 {
          out.append(contentsOf: "NA".utf8)
        }
      }
      out.append(10)
    }
    return out
  }

  private func append(_ storage: Column.Storage, _ row: Int, to out: inout [UInt8]) {
    switch storage {
    case .bool(let values): out.append(contentsOf: (values[row] ? "true" : "false").utf8)
    case .int(let values): out.append(contentsOf: values[row].description.utf8)
    case .float(let values): out.append(contentsOf: values[row].description.utf8)
    case .text(let values): append(values[row], to: &out)
    case .date(let values): append(day: Int(values[row]), to: &out)
    case .dateTime(let values): append(instant: values[row], to: &out)
    case .duration(let values): append(duration: values[row], to: &out)
    case .objects: break
    }
  }

  private func append(_ text: String, to out: inout [UInt8]) {
    let bytes = Array(text.utf8)
    let isSpecial: (UInt8) -> Bool = { $0 == delimiter || $0 == CSVTokenizer.quote || $0 == 10 || $0 == 13 }
    let blankEnds = bytes.first == 32 || bytes.last == 32 || bytes.first == 9 || bytes.last == 9
    guard bytes.contains(where: isSpecial) || blankEnds || CSVOptions.standardMissing.contains(text) else {
      out.append(contentsOf: bytes)
      return
    }
    out.append(CSVTokenizer.quote)
    for byte in bytes {
      if byte == CSVTokenizer.quote { out.append(byte) }
      out.append(byte)
    }
    out.append(CSVTokenizer.quote)
  }

  private func append(day: Int, to out: inout [UInt8]) {
    let (year, month, day) = FieldParser.calendar(day)
    append(year, width: 4, to: &out)
    out.append(UInt8(ascii: "-"))
    append(month, width: 2, to: &out)
    out.append(UInt8(ascii: "-"))
    append(day, width: 2, to: &out)
  }

  private func append(instant: Int64, to out: inout [UInt8]) {
    let perDay: Int64 = 86_400_000_000
    let day = instant >= 0 ? instant / perDay : -((perDay - 1 - instant) / perDay)
    let micros = Int(instant - day * perDay)
    append(day: Int(day), to: &out)
    out.append(UInt8(ascii: "T"))
    append(micros / 3_600_000_000, width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    append(micros / 60_000_000 % 60, width: 2, to: &out)
    out.append(UInt8(ascii: ":"))
    append(micros / 1_000_000 % 60, width: 2, to: &out)
    if micros % 1_000_000 != 0 {
      out.append(UInt8(ascii: "."))
      append(micros % 1_000_000, width: 6, to: &out)
    }
  }

  private func append(duration: Int64, to out: inout [UInt8]) {
    let micros = duration.magnitude
    if duration < 0 { out.append(UInt8(ascii: "-")) }
    var text = ""
    for (letter, unit) in [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000)] as [(String, UInt64)] {
      let rest = letter == "d" ? micros : letter == "h" ? micros % 86_400_000_000 : micros % 3_600_000_000
      if rest / unit > 0 { text += "\(rest / unit)\(letter)" }
    }
    let seconds = micros % 60_000_000
    if seconds > 0 || text.isEmpty {
      text += "\(seconds / 1_000_000)"
      if seconds % 1_000_000 > 0 {
        let digits = String(seconds % 1_000_000)
        text += "." + String(repeating: "0", count: 6 - digits.count) + digits
      }
      text += "s"
    }
    out.append(contentsOf: text.utf8)
  }

  private func append(_ number: Int, width: Int, to out: inout [UInt8]) {
    let digits = String(number.magnitude)
    if number < 0 { out.append(UInt8(ascii: "-")) }
    for _ in digits.utf8.count..<max(width, digits.utf8.count) { out.append(48) }
    out.append(contentsOf: digits.utf8)
  }
}
