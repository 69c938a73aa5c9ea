import Glibc
package import WeirBase

/// Reads JSON texts and JSON lines (RFC 8259; gzip too, and a byte order mark is passed over).
///
/// Lines are read in parts of about a mebibyte side by side. Parts depend on the text alone, so a table has the same
/// bytes at any number of workers.
package struct JSONReader: Sendable {
  private let text: CSVText
  private let options: JSONOptions
  private let partSize: Int

  /// `name` is what the file is called in messages; `partSize` in bytes is for tests.
  package init(
    _ contents: FileContents, name: String, options: JSONOptions = JSONOptions(), partSize: Int = 1 << 20
  ) throws {
    text = try CSVText(contents, name: name, encoding: .utf8)
    self.options = options
    self.partSize = max(1, partSize)
  }

  // MARK: One text

  /// Reads the text as one value; `path` leads to the one wanted, by the names of objects around it.
  package func document(
    at path: [String] = [], workers: Workers = .one, cancellation: Cancellation = Cancellation()
  ) throws -> (document: JSONDocument, remarks: [String]) {
    try text.contents.withUnsafeBytes { bytes in
      try refuseOtherThanUTF8(bytes, text.start..<bytes.count)
      var scanner = JSONScanner(bytes, from: text.start, to: bytes.count)
      do {
        let document = try find(path[...], &scanner, depth: 0, workers, cancellation)
        try scanner.demandEnd()
        return (document, scanner.remarks.messages(text))
      } catch let fault as JSONFault { throw error(fault) }
    }
  }

  /// The value at the end of `path`, read; what is beside it is only read past.
  private func find(
    _ path: ArraySlice<String>, _ scanner: inout JSONScanner, depth: Int, _ workers: Workers, _ cancellation: Cancellation
  ) throws -> JSONDocument {
    guard let wanted = path.first else { return try value(&scanner, depth, workers, cancellation) }
    guard scanner.peek() == UInt8(ascii: "{") else {
      throw TableError.other("`\(text.name)` has no object around `\(wanted)`", mend: nil)
    }
    try scanner.open(depth: depth)
    var found: JSONDocument?
    var names: [String] = []
    if !scanner.take(UInt8(ascii: "}")) {
      repeat {
        let name = scanner.string(try scanner.name().0)
        if name == wanted {
          found = try find(path.dropFirst(), &scanner, depth: depth + 1, workers, cancellation)
        } else {
          names.append(name)
          try scanner.skip(depth: depth + 1)
        }
      } while scanner.take(UInt8(ascii: ","))
      try scanner.demand(UInt8(ascii: "}"), "a comma or `}` belongs here")
    }
    guard let found else {
      let known = names.prefix(8).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 8 ? " and more" : "")
      throw TableError.other(
        "`\(text.name)` has no `\(wanted)` there", mend: names.isEmpty ? "the object is empty" : "it has \(known)")
    }
    return found
  }

  private func value(
    _ scanner: inout JSONScanner, _ depth: Int, _ workers: Workers, _ cancellation: Cancellation
  ) throws -> JSONDocument {
    if scanner.peek() == UInt8(ascii: "["), let table = try rows(&scanner, depth, workers, cancellation) {
      return .table(table)
    }
    return .value(try scanner.value(depth: depth))
  }

  /// An array of nothing but objects as a table; nil, with nothing read, where something else is in it.
  private func rows(
    _ scanner: inout JSONScanner, _ depth: Int, _ workers: Workers, _ cancellation: Cancellation
  ) throws -> Table? {
    let before = scanner
    var builder = JSONRowBuilder(options)
    var count = 0
    try scanner.open(depth: depth)
    if !scanner.take(UInt8(ascii: "]")) {
      repeat {
        guard scanner.peek() == UInt8(ascii: "{") else {
          scanner = before
          return nil
        }
        try builder.read(&scanner, row: count, depth: depth + 1)
        count += 1
        if count & 0xFFFF == 0 { try cancellation.check() }
      } while scanner.take(UInt8(ascii: ","))
      try scanner.demand(UInt8(ascii: "]"), "a comma or `]` belongs here")
    }
    builder.finish(rows: count)
    return try table([(builder, count)], workers)
  }

  // MARK: Lines

  /// Reads a text that has an object on each line.
  package func lines(workers: Workers = .one, cancellation: Cancellation = Cancellation()) throws -> JSONResult {
    let bounds = text.contents.withUnsafeBytes { partBounds($0) }
    let parts = try workers.map(bounds.count) { index in
      try cancellation.check()
      return try text.contents.withUnsafeBytes { try part($0, bounds[index]) }
    }
    var remarks = JSONRemarks()
    var lines: [Int64] = [], lineCount: Int64 = 0
    for part in parts {
      remarks.add(part.remarks)
      lines += part.lines.map { $0 + lineCount }
      lineCount += part.lineCount
    }
    var table = try table(parts.map { ($0.builder, $0.rows) }, workers)
    if options.numbersLines {
      let name = table["line"] == nil ? "line" : "line_number"
      table = try Table([(name, Column(.int(lines)))] + zip(table.names, table.columns).map { ($0, $1) })
    }
    return JSONResult(
      table: table,
      rejected: parts.flatMap(\.rejected), remarks: remarks.messages(text))
  }

  private struct Part: Sendable {
    var builder: JSONRowBuilder
    var rows = 0
    var rejected: [CSVReject] = []
    /// The lines of the rows, counted within the part, where they are wanted.
    var lines: [Int64] = []
    var lineCount: Int64 = 0
    var remarks = JSONRemarks()
  }

  private func part(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws -> Part {
    if options.rejects == .error { try refuseOtherThanUTF8(bytes, range) }
    var part = Part(builder: JSONRowBuilder(options))
    var scanner = JSONScanner(bytes, from: range.lowerBound, to: range.upperBound)
    var start = range.lowerBound
    while start < range.upperBound {
      let stop = JSONReader.find(10, in: bytes, start..<range.upperBound) ?? range.upperBound
      (scanner.position, scanner.end) = (start, stop)
      part.lineCount += 1
      if let fault = readLine(&scanner, &part) {
        guard options.rejects == .skip else { throw error(fault) }
        let shown = String(decoding: bytes[start..<min(stop, start + CSVReject.longestText)], as: UTF8.self)
        part.rejected.append(CSVReject(line: text.line(at: start), offset: start, column: nil, problem: fault.problem, text: shown))
      }
      start = stop + 1
    }
    part.builder.finish(rows: part.rows)
    part.remarks = scanner.remarks
    return part
  }

  /// Reads the line that the scanner is held to; gives what is wrong with it.
  @inline(__always) private func readLine(_ scanner: inout JSONScanner, _ part: inout Part) -> JSONFault? {
    guard let first = scanner.peek() else { return nil }
    do throws(JSONFault) {
      if options.rejects == .skip { try check(scanner) }
      guard first == UInt8(ascii: "{") else { throw scanner.fault("each line is to be an object") }
      try part.builder.read(&scanner, row: part.rows, depth: 0)
      try scanner.demandEnd()
      part.rows += 1
      if options.numbersLines { part.lines.append(part.lineCount) }
      return nil
    } catch {
      return error
    }
  }

  /// Throws where the line can't be read; before any of its values is taken.
  private func check(_ scanner: JSONScanner) throws(JSONFault) {
    if let bad = UTF8Check.firstFault(in: scanner.bytes, scanner.position..<scanner.end) { throw JSONFault(problem: "this is not UTF-8", offset: bad) }
    var trial = scanner
    guard trial.peek() == UInt8(ascii: "{") else { throw trial.fault("each line is to be an object") }
    try trial.skip(depth: 0)
    try trial.demandEnd()
  }

  private func partBounds(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    var bounds: [Range<Int>] = []
    var start = text.start
    while start < bytes.count {
      let least = min(start + partSize, bytes.count)
      let end = JSONReader.find(10, in: bytes, least..<bytes.count).map { $0 + 1 } ?? bytes.count
      bounds.append(start..<end)
      start = end
    }
    return bounds
  }

  static func find(_ byte: UInt8, in bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty, let base = bytes.baseAddress,
      let found = memchr(base + range.lowerBound, Int32(byte), range.count)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  // MARK: Both

  private func table(_ parts: [(builder: JSONRowBuilder, rows: Int)], _ workers: Workers) throws -> Table {
    let read = JSONColumns(parts)
    var columns = try read.columns(workers)
    if let wanted = options.columns {
      let known = Dictionary(columns.map { ($0.name, $0.column) }, uniquingKeysWith: { first, _ in first })
      columns = try wanted.map { name in
        guard let column = known[name] else { throw TableError.noColumn(name, columns: read.names) }
        return (name, column)
      }
    }
    let places = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, type) in options.types.sorted(by: { $0.key < $1.key }) {
      guard let place = places[name] else {
        throw TableError.noColumn(name, columns: columns.map(\.name))
      }
      columns[place].column = try columns[place].column.cast(to: type, column: name)
    }
    return try Table(columns, rowCount: parts.reduce(0) { $0 + $1.rows })
  }

  private func refuseOtherThanUTF8(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws {
    if let bad = UTF8Check.firstFault(in: bytes, range) {
      throw error(JSONFault(problem: "the text is not UTF-8 here", offset: bad))
    }
  }

  private func error(_ fault: JSONFault) -> JSONError {
    text.contents.withUnsafeBytes { bytes in
      let offset = min(fault.offset, bytes.count)
      let start = bytes[..<offset].lastIndex(of: 10).map { $0 + 1 } ?? text.start
      let column = start <= offset ? bytes[start..<offset].reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } : 1
      return JSONError(
        file: text.name, problem: fault.problem, line: text.line(at: offset), column: column, offset: offset)
    }
  }
}
