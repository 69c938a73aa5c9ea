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
/// is left out and noted. The chunks are made side by side and put down in their order.
package struct ParquetWriter: Sendable {
  /// The note that says which columns are durations: the format has no type for them.
  static let durationNote = "weir:durations"
  private static let mark = Array("PAR1".utf8)

  private let options: ParquetOptions

  package init(_ options: ParquetOptions = ParquetOptions()) { self.options = options }

  package func bytes(of table: Table, workers: Workers = .one) throws -> [UInt8] {
    for (name, column) in zip(table.names, table.columns) {
      if case .object(let type) = column.type {
        throw TableError.wrongType(
          operation: "write_parquet", column: name, type: type, expected: "numbers, texts or times")
      }
    }
    guard options.groupRows > 0, options.pageRows > 0 else {
      throw TableError.other("a group needs one row at least", mend: nil)
    }
    let columns = table.columns, options = options
    let groups = stride(from: 0, to: columns.isEmpty ? 0 : table.rowCount, by: min(options.groupRows, max(table.rowCount, 1)))
      .map { $0..<min($0 + options.groupRows, table.rowCount) }
    var out = ParquetWriter.mark
    var written: [[ParquetWrittenChunk]] = []
    // Some groups at a time, so that no more than these are in memory twice.
    let chunks = try workers.map(groups.count * columns.count) { index in
      try ParquetChunkWriter(
        column: columns[index % columns.count], rows: groups[index / columns.count], codec: options.codec,
        pageRows: options.pageRows
      ).chunk()
    }
    var next = 0
    for _ in groups {
      var group: [ParquetWrittenChunk] = []
      for _ in columns {
        var chunk = chunks[next]
        chunk.start = out.count
        out.append(contentsOf: chunk.bytes)
        chunk.bytes = []
        group.append(chunk)
        next += 1
      }
      written.append(group)
    }
    let footer = description(table, groups, written)
    out.append(contentsOf: footer)
    withUnsafeBytes(of: UInt32(footer.count).littleEndian) { out.append(contentsOf: $0) }
    return out + ParquetWriter.mark
  }

  // MARK: The description

  private func description(_ table: Table, _ groups: [Range<Int>], _ chunks: [[ParquetWrittenChunk]]) -> [UInt8] {
    var writer = ThriftWriter()
    let durations = table.columns.indices.filter { table.columns[$0].type == .duration }
    writer.structure { w in
      w.field(1, int32: 2)
      w.field(2, listOf: .structure, 0...table.columnCount) { w, item in
        w.structure { w in
          if item == 0 {
            w.field(4, text: "schema")
            w.field(5, int32: table.columnCount)
          } else {
            element(table.names[item - 1], table.columns[item - 1].type, &w)
          }
        }
      }
      w.field(3, int64: table.columnCount == 0 ? 0 : table.rowCount)
      w.field(4, listOf: .structure, groups.indices) { w, index in
        w.structure { w in group(table, groups[index], chunks[index], &w) }
      }
      if !durations.isEmpty {
        w.field(5, listOf: .structure, 0..<1) { w, _ in
          w.structure { w in
            w.field(1, text: ParquetWriter.durationNote)
            w.field(2, text: durations.map(String.init).joined(separator: ","))
          }
        }
      }
      w.field(6, text: "weir")
      // Smallest and largest values are by the order of the type.
      w.field(7, listOf: .structure, table.columns.indices) { w, _ in w.structure { $0.field(1) { _ in } } }
    }
    return writer.bytes
  }

  private func element(_ name: String, _ type: ColumnType, _ w: inout ThriftWriter) {
    w.field(1, int32: ParquetChunkWriter.physical(type).rawValue)
    w.field(3, int32: 1)
    w.field(4, text: name)
    switch type {
    case .text:
      w.field(6, int32: 0)
      w.field(10) { $0.field(1) { _ in } }
    case .date:
      w.field(6, int32: 6)
      w.field(10) { $0.field(6) { _ in } }
    case .dateTime:
      w.field(10) { w in
        w.field(8) { w in
          w.field(1, bool: false)
          w.field(2) { $0.field(2) { _ in } }
        }
      }
    case .bool, .int, .float, .duration, .object: break
    }
  }

  private func group(_ table: Table, _ rows: Range<Int>, _ chunks: [ParquetWrittenChunk], _ w: inout ThriftWriter) {
    w.field(1, listOf: .structure, chunks.indices) { w, index in
      let chunk = chunks[index]
      w.structure { w in
        w.field(2, int64: 0)
        w.field(3) { w in
          w.field(1, int32: ParquetChunkWriter.physical(table.columns[index].type).rawValue)
          w.field(2, listOf: .int32, chunk.encodings) { w, encoding in w.item(encoding) }
          w.field(3, listOf: .binary, [table.names[index]]) { w, name in w.item(Array(name.utf8)) }
          w.field(4, int32: options.codec.rawValue)
          w.field(5, int64: rows.count)
          w.field(6, int64: chunk.unpackedCount)
          w.field(7, int64: chunk.byteCount)
          w.field(9, int64: chunk.start + chunk.dictionaryBytes)
          if chunk.dictionaryBytes > 0 { w.field(11, int64: chunk.start) }
          w.field(12) { w in
            w.field(3, int64: chunk.missing)
            if let range = chunk.range {
              w.field(5, bytes: range.largest)
              w.field(6, bytes: range.least)
            }
          }
        }
      }
    }
    w.field(2, int64: chunks.reduce(0) { $0 + $1.unpackedCount })
    w.field(3, int64: rows.count)
  }
}
