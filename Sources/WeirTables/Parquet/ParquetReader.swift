package import WeirBase

/// Reads a Parquet file into a table.
///
/// Its description is read at once, and of the columns only those that are asked for. The pages of the columns are
/// unpacked side by side, each into its place in the column, so a table has the same bytes at any number of workers.
/// Texts that the file keeps as a dictionary stay one.
package struct ParquetReader: ColumnFile {
  package static let verb = "read_parquet"

  let contents: FileContents
  let name: String
  /// The groups of rows, by the rows of the table that they are.
  private(set) var groups: [(rows: Range<Int>, chunks: [ParquetMetadata.Chunk])]
  private let leaves: [ParquetLeaf]
  /// The columns wanted, by their place in `leaves`.
  private var wanted: [Int]
  package private(set) var rowCount: Int
  /// The program that wrote the file, in its own words.
  package let writer: String?

  /// `name` is what the file is called in messages. Without `columns` the columns are all; then none may be of a kind
  /// that is not read.
  package init(_ contents: FileContents, name: String, columns: [String]? = nil) throws {
    self.contents = contents
    self.name = name
    let parsed: Result<(ParquetMetadata, [ParquetLeaf]), ColumnFileError> = contents.withUnsafeBytes { bytes in
      do throws(ColumnFileError) {
        let metadata = try ParquetReader.metadata(bytes)
        return .success((metadata, ParquetReader.withDurations(try metadata.leaves(), metadata)))
      } catch { return .failure(error) }
    }
    let metadata: ParquetMetadata
    do throws(ColumnFileError) {
      (metadata, leaves) = try parsed.get()
      (groups, rowCount) = try ParquetReader.groups(metadata, leaves)
    } catch { throw error.named(name) }
    writer = metadata.writer
    do {
      wanted = try ColumnChoice(leaves.map(\.name), problems: leaves.map(\.problem)).places(of: columns)
    } catch let error as ColumnFileError { throw error.named(name) }
  }

  /// The names of the columns that are read.
  package var names: [String] { wanted.map { leaves[$0].name } }

  /// The columns that are read, with their types.
  package var schema: TableSchema {
    TableSchema(wanted.map { TableSchema.Field(leaves[$0].name, leaves[$0].type) })
  }

  /// The same with only those of its columns.
  package func keeping(_ names: Set<String>) -> ParquetReader {
    var reader = self
    reader.wanted = wanted.filter { names.contains(leaves[$0].name) }
    return reader
  }

  /// The same without the groups of rows where, as the file notes, no row can meet all of the bounds.
  package func skipping(_ bounds: [ColumnBound]) -> ParquetReader {
    let places = Dictionary(leaves.indices.map { (leaves[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    var reader = self
    reader.groups = groups.filter { group in
      bounds.allSatisfy { bound in
        guard let place = places[bound.column], let statistics = group.chunks[place].statistics else { return true }
        return statistics.mayMeet(bound, leaves[place], rows: group.rows.count)
      }
    }
    reader.rowCount = reader.groups.reduce(0) { $0 + $1.rows.count }
    return reader
  }

  package func release() { contents.release() }

  package var partRows: [Int] { groups.map(\.rows.count) }

  package func read(parts: Range<Int>, workers: Workers, cancellation: Cancellation) throws -> Table {
    try read(groups: parts, workers: workers, cancellation: cancellation)
  }

  /// How many groups of rows the file has: each can be read without the others.
  package var groupCount: Int { groups.count }

  package func read(workers: Workers = .one, cancellation: Cancellation = Cancellation()) throws -> Table {
    try read(groups: 0..<groups.count, workers: workers, cancellation: cancellation)
  }

  /// Reads some of the groups of rows.
  package func read(
    groups part: Range<Int>, workers: Workers = .one, cancellation: Cancellation = Cancellation()
  ) throws -> Table {
    let groups = Array(self.groups[part.clamped(to: 0..<self.groups.count)])
    let rows = groups.reduce(0) { $0 + $1.rows.count }
    var columns: [Column] = []
    do {
      var next = 0
      while next < wanted.count {
        try cancellation.check()
        let batch = wanted[next..<min(next + ParquetBatch.largest, wanted.count)].map { leaves[$0] }
        columns += try contents.withUnsafeBytes { bytes in
          try ParquetBatch(
            bytes: SharedBytes(bytes), leaves: batch, groups: groups, rowCount: rows, workers: workers,
            cancellation: cancellation
          ).columns()
        }
        next += batch.count
      }
    } catch let error as ColumnFileError { throw error.named(name) }
    return try Table(zip(names, columns).map { (name: $0, column: $1) }, rowCount: rows)
  }

  // MARK: The description

  private static let mark = Array("PAR1".utf8)

  static func isParquet(_ contents: FileContents) -> Bool { contents.withUnsafeBytes { $0.starts(with: mark) } }

  private static func metadata(_ bytes: UnsafeRawBufferPointer) throws(ColumnFileError) -> ParquetMetadata {
    guard bytes.count >= 12, bytes.starts(with: mark) else { throw ColumnFileError("it is not a Parquet file") }
    let tail = bytes.suffix(4)
    if tail.elementsEqual("PARE".utf8) { throw ColumnFileError("it is encrypted, which is not read", .unsupported) }
    guard tail.elementsEqual(mark) else { throw ColumnFileError("it ends early: its description is missing") }
    let count = Int(bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt32.self))
    guard count <= bytes.count - 12 else { throw ColumnFileError("its description is damaged") }
    var reader = ThriftReader(bytes, bytes.count - 8 - count..<bytes.count - 8)
    return try ParquetMetadata(&reader)
  }

  /// Integers that a note says are durations.
  private static func withDurations(_ leaves: [ParquetLeaf], _ metadata: ParquetMetadata) -> [ParquetLeaf] {
    guard let note = metadata.notes[ParquetWriter.durationNote] else { return leaves }
    var leaves = leaves
    for place in note.split(separator: ",").compactMap({ Int($0) }) where leaves.indices.contains(place) {
      if leaves[place].kind == .int(bits: 64, signed: true) { leaves[place].kind = .duration(.micros) }
    }
    return leaves
  }

  private static func groups(
    _ metadata: ParquetMetadata, _ leaves: [ParquetLeaf]
  ) throws(ColumnFileError) -> (groups: [(rows: Range<Int>, chunks: [ParquetMetadata.Chunk])], rowCount: Int) {
    var groups: [(rows: Range<Int>, chunks: [ParquetMetadata.Chunk])] = [], row = 0
    for group in metadata.groups {
      guard group.chunks.count == leaves.count, group.rowCount >= 0, group.rowCount <= 1 << 40 - row else {
        throw ColumnFileError("its description is damaged")
      }
      groups.append((row..<row + group.rowCount, group.chunks))
      row += group.rowCount
    }
    guard row == metadata.rowCount else { throw ColumnFileError("its description is damaged") }
    return (groups, row)
  }
}
