package import WeirBase

/// How an Arrow file is written.
package struct ArrowOptions: Sendable {
  package enum Compression: String, Sendable, CaseIterable { case lz4, zstd, none }

  package var compression = Compression.lz4
  /// How many rows stand together in a batch.
  package var batchRows = 1 << 16
  /// The columns of texts that are written by categories: each distinct text once, and which of them each row has.
  package var categories: [String] = []

  package init() {}
}

/// Writes tables as Arrow files (Feather 2).
///
/// Rows are put down in batches as they come. The distinct texts of columns by categories are gathered meanwhile and stand
/// behind the last batch, where the format allows them: a file has the same bytes whatever the parts in which its rows come.
package struct ArrowWriter: TableEncoder, Sendable {
  /// A message that is written: where it starts, and how long its description and its buffers are.
  struct Block: Sendable {
    let start: Int
    let description: Int
    let body: Int
  }

  let options: ArrowOptions
  /// The columns; nil before the first part.
  private(set) var schema: TableSchema?
  private(set) var batches: [Block] = []
  private(set) var dictionaryBlocks: [Block] = []
  /// The distinct texts so far, by the column.
  private(set) var dictionaries: [Int: TextDictionary] = [:]
  /// Rows that do not make a batch yet.
  private var pending: [Table] = []
  /// Rows of a table that has no columns.
  private var bareRows = 0
  private var position = 0

  package init(_ options: ArrowOptions = ArrowOptions()) { self.options = options }

  package mutating func encode(
    _ part: Table, workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws {
    if schema == nil { try begin(part, piece) }
    guard part.columnCount > 0 else {
      bareRows += part.rowCount
      return
    }
    pending.append(part)
    guard pending.reduce(0, { $0 + $1.rowCount }) >= options.batchRows else { return }
    let rows = try joined()
    let full = rows.rowCount / options.batchRows * options.batchRows
    try write(rows, 0..<full, workers, cancellation, piece)
    guard full < rows.rowCount else { return }
    // Copied, so that the rest need not stay.
    let rest = zip(rows.names, rows.columns).map { (name: $0, column: $1.sliced(full..<rows.rowCount)) }
    pending = [try Table(rest, rowCount: rows.rowCount - full)]
  }

  package mutating func finish(
    workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws {
    if bareRows > 0 {
      batches.append(try put(.batch, ArrowWriter.batch(rows: bareRows, [], options.compression), [], piece))
    } else if !pending.isEmpty {
      let rest = try joined()
      try write(rest, 0..<rest.rowCount, workers, cancellation, piece)
    }
    try writeDictionaries(piece)
    // No message follows, and behind that the footer.
    let footer = description()
    var end: [UInt8] = [255, 255, 255, 255, 0, 0, 0, 0] + footer
    end += withUnsafeBytes(of: UInt32(truncatingIfNeeded: footer.count).littleEndian, Array.init) + ArrowMessages.fileMark
    try put(end, piece)
  }

  private mutating func begin(_ part: Table, _ piece: ([UInt8]) throws -> Void) throws {
    for (name, column) in zip(part.names, part.columns) {
      if case .object(let type) = column.type {
        throw TableError.wrongType(
          operation: "write_arrow", column: name, type: type, expected: "numbers, texts or times")
      }
    }
    for name in options.categories {
      guard let place = part.names.firstIndex(of: name) else { throw TableError.noColumn(name, columns: part.names) }
      guard part.columns[place].type == .text else {
        throw TableError.wrongType(
          operation: "write_arrow", column: name, type: "\(part.columns[place].type)", expected: "texts, to be categories")
      }
      dictionaries[place] = TextDictionary()
    }
    guard options.batchRows > 0 else { throw TableError.other("a batch needs one row at least", mend: nil) }
    schema = TableSchema(zip(part.names, part.columns).map { TableSchema.Field($0, $1.type) })
    try put(ArrowMessages.fileMark + [0, 0], piece)
    _ = try put(.schema, schemaFields, [], piece)
  }

  /// The rows that wait, as one table.
  private mutating func joined() throws -> Table {
    defer { pending = [] }
    return pending.count == 1 ? pending[0] : try Table.concatenated(pending)
  }

  // MARK: Batches

  /// Writes batches of rows, some at a time, so that no more than these are in memory twice.
  private mutating func write(
    _ table: Table, _ rows: Range<Int>, _ workers: Workers, _ cancellation: Cancellation,
    _ piece: ([UInt8]) throws -> Void
  ) throws {
    guard !rows.isEmpty else { return }
    let columns = table.columns, names = table.names, compression = options.compression
    let parts = stride(from: rows.lowerBound, to: rows.upperBound, by: min(options.batchRows, rows.count))
      .flatMap { split($0..<min($0 + options.batchRows, rows.upperBound), columns) }
    let atOnce = max(1, 8 * workers.count / columns.count)
    for first in stride(from: 0, to: parts.count, by: atOnce) {
      try cancellation.check()
      let some = Array(parts[first..<min(first + atOnce, parts.count)])
      var codes: [[Int32]?] = []
      for rows in some { for place in columns.indices { codes.append(self.codes(columns[place], place, rows)) } }
      let all = codes
      let written = try workers.map(some.count * columns.count) { index in
        do {
          return try ArrowColumnWriter(
            column: columns[index % columns.count], rows: some[index / columns.count], codes: all[index],
            compression: compression
          ).written()
        } catch let error as ColumnFileError { throw error.with(column: names[index % columns.count]) }
      }
      for (place, part) in some.enumerated() {
        let own = Array(written[place * columns.count..<(place + 1) * columns.count])
        batches.append(
          try put(.batch, ArrowWriter.batch(rows: part.count, own, compression), own.flatMap(\.buffers), piece))
      }
    }
  }

  /// Halves of the rows, and of these, until no column has more text in one than a batch may hold.
  private func split(_ rows: Range<Int>, _ columns: [Column]) -> [Range<Int>] {
    let most = columns.indices.reduce(0) { most, place in
      dictionaries[place] == nil ? max(most, ArrowColumnWriter.textBytes(columns[place], rows)) : most
    }
    guard most > ArrowColumnWriter.mostTextBytes, rows.count > 1 else { return [rows] }
    let middle = rows.lowerBound + rows.count / 2
    return split(rows.lowerBound..<middle, columns) + split(middle..<rows.upperBound, columns)
  }

  /// The categories of the rows of a column, new ones where they come first; nil for a column that is not written so.
  private mutating func codes(_ column: Column, _ place: Int, _ rows: Range<Int>) -> [Int32]? {
    guard case .text(let texts) = column.storage, var dictionary = dictionaries[place] else { return nil }
    // Not kept twice while it grows.
    dictionaries[place] = TextDictionary()
    defer { dictionaries[place] = dictionary }
    var known: [Int32] = texts.codes != nil && texts.entryCount <= rows.count
      ? Array(repeating: -1, count: texts.entryCount) : []
    return rows.map { row in
      if column.isMissing(row) { return 0 }
      let entry = texts.codes.map { Int($0[row]) } ?? row
      if !known.isEmpty, known[entry] >= 0 { return known[entry] }
      let code = Int32(truncatingIfNeeded: dictionary.code(of: texts.bytes[texts.offsets[entry]..<texts.offsets[entry + 1]]))
      if !known.isEmpty { known[entry] = code }
      return code
    }
  }

  private mutating func writeDictionaries(_ piece: ([UInt8]) throws -> Void) throws {
    for place in dictionaries.keys.sorted() {
      guard let dictionary = dictionaries[place] else { continue }
      let texts = Column(.text(TextValues(bytes: dictionary.bytes, offsets: dictionary.offsets)))
      let column: ArrowWrittenColumn
      do {
        column = try ArrowColumnWriter(
          column: texts, rows: 0..<texts.count, codes: nil, compression: options.compression
        ).written()
      } catch { throw error.with(column: schema?.fields[place].name ?? "") }
      let batch = ArrowWriter.batch(rows: texts.count, [column], options.compression)
      dictionaryBlocks.append(
        try put(.dictionary, [.int64(place), .table(batch), .bool(false)], column.buffers, piece))
    }
  }

  // MARK: Messages

  private mutating func put(_ bytes: [UInt8], _ piece: ([UInt8]) throws -> Void) throws {
    try piece(bytes)
    position += bytes.count
  }

  /// Writes a message; its buffers begin at a multiple of `alignment` within the file, as each of them does.
  private mutating func put(
    _ kind: ArrowMessages.Kind, _ header: [FlatValue?], _ buffers: [[UInt8]], _ piece: ([UInt8]) throws -> Void
  ) throws -> Block {
    let start = position, body = buffers.reduce(0) { $0 + ArrowWriter.aligned($1.count) }
    // The fifth version of the format.
    var message = FlatWriter.bytes(of: [.int16(4), .int8(kind.rawValue), .table(header), .int64(body)])
    message += [UInt8](repeating: 0, count: ArrowWriter.aligned(start + 8 + message.count) - start - 8 - message.count)
    let size = withUnsafeBytes(of: UInt32(truncatingIfNeeded: message.count).littleEndian, Array.init)
    try put([255, 255, 255, 255] + size + message, piece)
    for buffer in buffers where !buffer.isEmpty {
      try put(buffer, piece)
      let gap = ArrowWriter.aligned(buffer.count) - buffer.count
      if gap > 0 { try put([UInt8](repeating: 0, count: gap), piece) }
    }
    return Block(start: start, description: 8 + message.count, body: body)
  }
}
