package import WeirBase

/// How a Parquet file is written.
package struct ParquetOptions: Sendable {
  package enum Compression: String, Sendable, CaseIterable { case zstd, snappy, gzip, none }

  package var compression = Compression.zstd
  /// How many rows stand together in a group.
  package var groupRows = 1 << 18
  /// How many of them make a page.
  package var pageRows = 1 << 16

  package init() {}

  var codec: ParquetCodec {
    switch compression {
    case .zstd: .zstd
    case .snappy: .snappy
    case .gzip: .gzip
    case .none: .none
    }
  }
}

/// Writes tables as Parquet files.
///
/// Pages are of the first version, which every reader has. Texts that repeat are written as a dictionary and the places
/// in it, whole numbers and times by their differences where that is shorter, floats as they are; a row without a value
/// is left out and noted. The chunks are made side by side and put down in their order, so that a file has the same bytes
/// whatever the parts in which its rows come.
package struct ParquetWriter: TableEncoder, Sendable {
  /// The note that says which columns are durations: the format has no type for them.
  static let durationNote = "weir:durations"
  static let mark = Array("PAR1".utf8)

  let options: ParquetOptions
  /// The columns, of which parts make rows; nil before the first.
  private(set) var schema: TableSchema?
  /// The groups that are written.
  private(set) var groups: [Group] = []
  /// Rows that do not make a group yet.
  private var pending: [Table] = []
  private var position = 0

  struct Group: Sendable {
    let rowCount: Int
    var chunks: [ParquetWrittenChunk] = []
  }

  package init(_ options: ParquetOptions = ParquetOptions()) { self.options = options }

  package mutating func encode(
    _ part: Table, workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws {
    if schema == nil { try begin(part, piece) }
    guard part.columnCount > 0 else { return }
    pending.append(part)
    guard pending.reduce(0, { $0 + $1.rowCount }) >= options.groupRows else { return }
    let rows = try joined()
    let full = rows.rowCount / options.groupRows * options.groupRows
    try write(rows, 0..<full, workers, cancellation, piece)
    guard full < rows.rowCount else { return }
    // Copied, so that the rest need not stay.
    let rest = zip(rows.names, rows.columns).map { (name: $0, column: $1.sliced(full..<rows.rowCount)) }
    pending = [try Table(rest, rowCount: rows.rowCount - full)]
  }

  package mutating func finish(
    workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void
  ) throws {
    let rest = try joined()
    try write(rest, 0..<rest.rowCount, workers, cancellation, piece)
    let footer = description()
    try put(footer + withUnsafeBytes(of: UInt32(footer.count).littleEndian, Array.init) + ParquetWriter.mark, piece)
  }

  private mutating func begin(_ part: Table, _ piece: ([UInt8]) throws -> Void) throws {
    for (name, column) in zip(part.names, part.columns) {
      if case .object(let type) = column.type {
        throw TableError.wrongType(
          operation: "write_parquet", column: name, type: type, expected: "numbers, texts or times")
      }
    }
    guard options.groupRows > 0, options.pageRows > 0 else {
      throw TableError.other("a group needs one row at least", mend: nil)
    }
    schema = TableSchema(zip(part.names, part.columns).map { TableSchema.Field($0, $1.type) })
    try put(ParquetWriter.mark, piece)
  }

  /// The rows that wait, as one table.
  private mutating func joined() throws -> Table {
    defer { pending = [] }
    return pending.count == 1 ? pending[0] : try Table.concatenated(pending)
  }

  private mutating func put(_ bytes: [UInt8], _ piece: ([UInt8]) throws -> Void) throws {
    try piece(bytes)
    position += bytes.count
  }

  /// Writes groups of rows, some at a time, so that no more than these are in memory twice.
  private mutating func write(
    _ table: Table, _ rows: Range<Int>, _ workers: Workers, _ cancellation: Cancellation,
    _ piece: ([UInt8]) throws -> Void
  ) throws {
    guard !rows.isEmpty else { return }
    let columns = table.columns, options = options, size = min(options.groupRows, rows.count)
    let parts = stride(from: rows.lowerBound, to: rows.upperBound, by: size).map { $0..<min($0 + size, rows.upperBound) }
    let atOnce = max(1, 8 * workers.count / columns.count)
    for first in stride(from: 0, to: parts.count, by: atOnce) {
      try cancellation.check()
      let some = parts[first..<min(first + atOnce, parts.count)]
      let chunks = try workers.map(some.count * columns.count) { index in
        try ParquetChunkWriter(
          column: columns[index % columns.count], rows: parts[first + index / columns.count], codec: options.codec,
          pageRows: options.pageRows
        ).chunk()
      }
      for (place, part) in some.enumerated() {
        var group = Group(rowCount: part.count)
        for var chunk in chunks[place * columns.count..<(place + 1) * columns.count] {
          chunk.start = position
          try put(chunk.bytes, piece)
          chunk.bytes = []
          group.chunks.append(chunk)
        }
        groups.append(group)
      }
    }
  }
}
