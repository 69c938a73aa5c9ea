import WeirBase

extension ArrowWriter {
  private static let alignment = 64

  /// The next place that a buffer may begin at.
  static func aligned(_ place: Int) -> Int { (place + alignment - 1) / alignment * alignment }

  /// What stands at the end of the file: the columns again, and where each message is.
  func description() -> [UInt8] {
    func words(_ blocks: [Block]) -> FlatValue {
      .words(blocks.flatMap { [$0.start, $0.description, $0.body] }, width: 3)
    }
    return FlatWriter.bytes(of: [.int16(4), .table(schemaFields), words(dictionaryBlocks), words(batches)])
  }

  /// The columns: the lowest byte of numbers first, then each with its name and its type.
  var schemaFields: [FlatValue?] {
    let fields = schema?.fields ?? []
    return [.int16(0), .tables(fields.indices.map { field($0, fields[$0].name, fields[$0].type) })]
  }

  private func field(_ place: Int, _ name: String, _ type: ColumnType?) -> [FlatValue?] {
    let (kind, details) = ArrowWriter.kind(type)
    var coding: FlatValue?
    if dictionaries[place] != nil {
      coding = .table([.int64(place), .table([.int32(32), .bool(true)]), .bool(false)])
    }
    return [.text(name), .bool(true), .int8(kind), .table(details), coding, .tables([])]
  }

  /// The number that the format has for a type, and the details of it.
  private static func kind(_ type: ColumnType?) -> (Int, [FlatValue?]) {
    switch type {
    case .bool: (6, [])
    case .int: (2, [.int32(64), .bool(true)])
    case .float: (3, [.int16(2)])
    case .date: (8, [.int16(0)])
    case .dateTime: (10, [.int16(ArrowField.Unit.micros.rawValue)])
    case .duration: (18, [.int16(ArrowField.Unit.micros.rawValue)])
    case .text, .object, nil: (5, [])
    }
  }

  /// A batch of rows: how many they are, then of each column how many lack a value, and where its buffers lie.
  static func batch(
    rows: Int, _ columns: [ArrowWrittenColumn], _ compression: ArrowOptions.Compression
  ) -> [FlatValue?] {
    var buffers: [Int] = [], offset = 0
    for buffer in columns.lazy.flatMap(\.buffers) {
      buffers += [offset, buffer.count]
      offset += aligned(buffer.count)
    }
    let packing: FlatValue? = switch compression {
    case .lz4: .table([.int8(0), .int8(0)])
    case .zstd: .table([.int8(1), .int8(0)])
    case .none: nil
    }
    return [
      .int64(rows), .words(columns.flatMap { [$0.rowCount, $0.missing] }, width: 2), .words(buffers, width: 2), packing,
    ]
  }
}
