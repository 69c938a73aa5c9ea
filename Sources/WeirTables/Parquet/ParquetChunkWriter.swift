import CWeirKernels
import WeirBase

/// The pages of a column in a group of rows, as they stand in the file.
struct ParquetWrittenChunk: Sendable {
  var bytes: [UInt8] = []
  var byteCount = 0
  var start = 0
  var dictionaryBytes = 0
  var unpackedCount = 0
  var encodings: [Int] = []
  var missing = 0
  /// The smallest and the largest value as PLAIN stores them; nil where there is none that can be told.
  var range: (least: [UInt8], largest: [UInt8])?
}

/// Makes the pages of one column in one group of rows.
struct ParquetChunkWriter {
  let column: Column
  let rows: Range<Int>
  let codec: ParquetCodec
  let pageRows: Int

  /// Texts longer than this are not told as the smallest or largest.
  private static let longestRangeText = 64

  static func physical(_ type: ColumnType?) -> ParquetMetadata.Physical {
    switch type {
    case .bool: .boolean
    case .int, .dateTime, .duration: .int64
    case .float: .double
    case .date: .int32
    case .text, .object, nil: .byteArray
    }
  }

  func chunk() throws -> ParquetWrittenChunk {
    var chunk = ParquetWrittenChunk()
    chunk.missing = column.validity.map { validity in rows.reduce(0) { $0 + (validity[$1] ? 0 : 1) } } ?? 0
    chunk.encodings = [ParquetPage.Encoding.hybrid.rawValue]
    var coded: (codes: [UInt32], entries: [Range<Int>])?
    if case .text(let texts) = column.storage { coded = codes(texts) }
    if let coded, case .text(let texts) = column.storage {
      let plain = ParquetChunkWriter.plain(texts, coded.entries)
      try add(plain, to: &chunk, values: coded.entries.count, encoding: .plain, isDictionary: true)
      chunk.dictionaryBytes = chunk.bytes.count
    }
    var start = rows.lowerBound
    while start < rows.upperBound {
      let page = start..<min(start + pageRows, rows.upperBound)
      var body = levels(page)
      let encoding = append(page, coded?.codes, entryCount: coded?.entries.count ?? 0, to: &body)
      try add(body, to: &chunk, values: page.count, encoding: encoding, isDictionary: false)
      start = page.upperBound
    }
    chunk.range = range(coded?.entries)
    chunk.byteCount = chunk.bytes.count
    return chunk
  }

  // MARK: Pages

  private func add(
    _ body: [UInt8], to chunk: inout ParquetWrittenChunk, values: Int, encoding: ParquetPage.Encoding, isDictionary: Bool
  ) throws {
    guard body.count <= Int(Int32.max) else {
      throw ColumnFileError("a page would take more than 2 GiB; write smaller groups with `row_group:`", .unsupported)
    }
    let packed = try codec.pack(body)
    var header = ThriftWriter()
    header.structure { w in
      w.field(1, int32: isDictionary ? 2 : 0)
      w.field(2, int32: body.count)
      w.field(3, int32: packed.count)
      if isDictionary {
        w.field(7) { w in
          w.field(1, int32: values)
          w.field(2, int32: encoding.rawValue)
        }
      } else {
        w.field(5) { w in
          w.field(1, int32: values)
          w.field(2, int32: encoding.rawValue)
          w.field(3, int32: ParquetPage.Encoding.hybrid.rawValue)
          w.field(4, int32: ParquetPage.Encoding.hybrid.rawValue)
        }
      }
    }
    chunk.bytes += header.bytes
    chunk.bytes += packed
    chunk.unpackedCount += header.bytes.count + body.count
    if !chunk.encodings.contains(encoding.rawValue) { chunk.encodings.append(encoding.rawValue) }
  }

  /// Which rows have a value, behind the length of that.
  private func levels(_ page: Range<Int>) -> [UInt8] {
    var levels = [UInt32](repeating: 1, count: page.count)
    if let validity = column.validity {
      for row in page where !validity[row] { levels[row - page.lowerBound] = 0 }
    }
    let packed = ParquetChunkWriter.hybrid(levels, width: 1)
    return withUnsafeBytes(of: UInt32(packed.count).littleEndian, Array.init) + packed
  }

  static func hybrid(_ values: [UInt32], width: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: weir_parquet_hybrid_bound(values.count, Int32(width))) { out, count in
      guard let base = out.baseAddress else { return }
      count = weir_parquet_write_hybrid(base, values, values.count, Int32(width))
    }
  }

  private func present<Value>(_ values: [Value], _ page: Range<Int>) -> [Value] {
    guard let validity = column.validity else { return Array(values[page]) }
    return page.filter { validity[$0] }.map { values[$0] }
  }

  private func append(
    _ page: Range<Int>, _ codes: [UInt32]?, entryCount: Int, to body: inout [UInt8]
  ) -> ParquetPage.Encoding {
    switch column.storage {
    case .bool(let values):
      var bits = Bitmap(repeating: false, count: 0)
      for value in present(values, page) { bits.append(value) }
      bits.words.withUnsafeBytes { body.append(contentsOf: $0.prefix((bits.count + 7) / 8)) }
    case .float(let values):
      present(values, page).withUnsafeBytes { body.append(contentsOf: $0) }
    case .int(let values), .dateTime(let values), .duration(let values):
      return append(present(values, page), width: 8, to: &body)
    case .date(let values):
      return append(present(values, page).map(Int64.init), width: 4, to: &body)
    case .text(let texts):
      if let codes {
        let own = (page.lowerBound - rows.lowerBound)..<(page.upperBound - rows.lowerBound)
        let places = column.validity.map { validity in
          own.filter { validity[rows.lowerBound + $0] }.map { codes[$0] }
        } ?? Array(codes[own])
        let width = max(Int.bitWidth - max(entryCount - 1, 0).leadingZeroBitCount, 1)
        body.append(UInt8(width))
        body += ParquetChunkWriter.hybrid(places, width: width)
        return .dictionary
      }
      let entries = page.lazy.filter { !column.isMissing($0) }.map { row in
        let entry = texts.codes.map { Int($0[row]) } ?? row
        return texts.offsets[entry]..<texts.offsets[entry + 1]
      }
      body += ParquetChunkWriter.plain(texts, Array(entries))
    case .objects: break
    }
    return .plain
  }

  /// By differences where that is shorter.
  private func append(_ values: [Int64], width: Int, to body: inout [UInt8]) -> ParquetPage.Encoding {
    let deltas = [UInt8](unsafeUninitializedCapacity: weir_parquet_delta_bound(values.count)) { out, count in
      guard let base = out.baseAddress else { return }
      count = weir_parquet_write_delta(base, values, values.count, Int32(width * 8))
    }
    if deltas.count < values.count * width * 7 / 8 {
      body += deltas
      return .delta
    }
    if width == 8 {
      values.withUnsafeBytes { body.append(contentsOf: $0) }
    } else {
      values.map { Int32(truncatingIfNeeded: $0) }.withUnsafeBytes { body.append(contentsOf: $0) }
    }
    return .plain
  }

  private static func plain(_ texts: TextValues, _ entries: [Range<Int>]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(entries.reduce(0) { $0 + $1.count + 4 })
    texts.bytes.withUnsafeBytes { bytes in
      for entry in entries {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: entry.count).littleEndian) { out.append(contentsOf: $0) }
        out.append(contentsOf: bytes[entry])
      }
    }
    return out
  }

  // MARK: Dictionaries

  /// The distinct texts of these rows, in the order of their first appearance, and the place of each row's text; nil
  /// where they do not repeat.
  private func codes(_ texts: TextValues) -> (codes: [UInt32], entries: [Range<Int>])? {
    let few = 4096
    var codes = [UInt32](repeating: 0, count: rows.count)
    var entries: [Range<Int>] = []
    var known: [Int: UInt32] = [:], dictionary = TextDictionary()
    let isCoded = texts.codes != nil && texts.entriesAreDistinct
    for row in rows where !column.isMissing(row) {
      let entry = texts.codes.map { Int($0[row]) } ?? row
      let place = texts.offsets[entry]..<texts.offsets[entry + 1]
      let code: UInt32
      if isCoded {
        code = known[entry] ?? UInt32(entries.count)
        known[entry] = code
      } else {
        code = dictionary.code(of: texts.bytes[place])
      }
      if Int(code) == entries.count { entries.append(place) }
      codes[row - rows.lowerBound] = code
      if entries.count > few, entries.count > (row - rows.lowerBound) / 2 { return nil }
    }
    return entries.count <= max(rows.count / 2, 1) ? (codes, entries) : nil
  }

  // MARK: Ranges

  private func range(_ entries: [Range<Int>]?) -> (least: [UInt8], largest: [UInt8])? {
    func bytes<Value>(_ value: Value) -> [UInt8] { withUnsafeBytes(of: value, Array.init) }
    func range<Value: Comparable>(_ values: [Value]) -> (least: [UInt8], largest: [UInt8])? {
      let own = present(values, rows)
      guard let least = own.min(), let largest = own.max() else { return nil }
      return (bytes(least), bytes(largest))
    }
    switch column.storage {
    case .bool(let values):
      let own = present(values, rows)
      return own.isEmpty ? nil : ([own.contains(false) ? 0 : 1], [own.contains(true) ? 1 : 0])
    case .int(let values), .dateTime(let values), .duration(let values): return range(values)
    case .date(let values): return range(values)
    case .float(let values):
      let own = present(values, rows)
      guard var least = own.min(), var largest = own.max(), !own.contains(where: \.isNaN) else { return nil }
      // Zeros of either sign are equal, and readers compare by the sign.
      if least == 0 { least = -0.0 }
      if largest == 0 { largest = 0 }
      return (bytes(least), bytes(largest))
    case .text(let texts):
      guard let entries, let first = entries.first else { return nil }
      var least = texts.bytes[first], largest = least
      for entry in entries {
        let text = texts.bytes[entry]
        if text.lexicographicallyPrecedes(least) { least = text }
        if largest.lexicographicallyPrecedes(text) { largest = text }
      }
      let longest = ParquetChunkWriter.longestRangeText
      return least.count <= longest && largest.count <= longest ? (Array(least), Array(largest)) : nil
    case .objects: return nil
    }
  }
}
