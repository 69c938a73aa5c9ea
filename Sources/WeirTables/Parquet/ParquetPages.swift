import CWeirKernels
import CZlib
import WeirBase

/// One page of a column: some of its values, packed.
struct ParquetPage: Sendable {
  enum Encoding: Int, Sendable {
    case plain = 0, plainDictionary = 2, hybrid, bits, delta, deltaLengths, deltaTexts, dictionary, split

    var isDictionary: Bool { self == .plainDictionary || self == .dictionary }
  }

  /// Its packed bytes in the file.
  var body = 0..<0
  var unpackedCount = 0
  var rowCount = 0
  var encoding = Encoding.plain
  var isDictionary = false
  /// Pages of the second version keep their levels apart and not packed.
  var isSecond = false
  var levelBytes = 0
  var isPacked = true
  var hasOldLevels = false
  var checksum: UInt32?
  /// The row of the column that its first value belongs to.
  var firstRow = 0
}

/// The pages of a column within one group of rows.
struct ParquetChunk: Sendable {
  var codec = ParquetCodec.none
  var dictionary: ParquetPage?
  var pages: [ParquetPage] = []
  var rowCount = 0
  /// The bytes it takes in the file.
  var byteCount = 0
}

extension ParquetChunk {
  /// Finds the pages by their headers; what is between them is not touched.
  init(
    _ chunk: ParquetMetadata.Chunk, of leaf: ParquetLeaf, rows: Range<Int>, in bytes: UnsafeRawBufferPointer
  ) throws(ColumnFileError) {
    func fault(
      _ problem: String, _ offset: Int? = nil, _ kind: ColumnFileError.Kind = .damaged
    ) -> ColumnFileError {
      ColumnFileError(problem, kind, column: leaf.name, offset: offset)
    }
    guard !chunk.isEncrypted else { throw fault("it is encrypted, which is not read", nil, .unsupported) }
    guard !chunk.isElsewhere else { throw fault("its values are in another file, which is not read", nil, .unsupported) }
    guard let codec = ParquetCodec(rawValue: chunk.codec) else { throw fault("it is packed in an unknown way") }
    let start = chunk.start
    guard start >= 0, start <= bytes.count, chunk.compressed >= 0, chunk.physical == leaf.physical.rawValue,
      chunk.valueCount == rows.count
    else { throw fault("its description is damaged") }
    self.codec = codec
    rowCount = rows.count
    var reader = ThriftReader(bytes, start..<start + min(chunk.compressed, bytes.count - start))
    var row = rows.lowerBound
    while row < rows.upperBound {
      let at = reader.position
      var header = PageHeader()
      do { try header.read(&reader) } catch { throw fault("a page is damaged", at) }
      guard header.packed >= 0, header.packed <= bytes.count - reader.position, header.unpacked >= 0,
        ParquetCodec.mayHold(header.unpacked, in: header.packed)
      else { throw fault("a page is damaged", at) }
      var page = header.page
      page.body = reader.position..<reader.position + header.packed
      reader = ThriftReader(bytes, page.body.upperBound..<bytes.count)
      guard let kind = header.kind else { continue }
      guard page.rowCount >= 0, page.levelBytes >= 0 else { throw fault("a page is damaged", at) }
      guard let encoding = ParquetPage.Encoding(rawValue: header.encoding) else {
        throw fault("a page is encoded in an unknown way (\(header.encoding))", at, .unsupported)
      }
      page.encoding = encoding
      if kind == .dictionary {
        guard dictionary == nil, pages.isEmpty else { throw fault("a page is damaged", at) }
        dictionary = page
        continue
      }
      guard page.rowCount <= rows.upperBound - row else { throw fault("its pages hold more values than there are rows", at) }
      page.firstRow = row
      row += page.rowCount
      if page.rowCount > 0 { pages.append(page) }
    }
    byteCount = reader.position - start
  }
}

/// The description before a page.
private struct PageHeader {
  enum Kind { case data, dictionary }

  var kind: Kind?
  var packed = -1
  var unpacked = -1
  var encoding = -1
  var page = ParquetPage()

  mutating func read(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var found = self
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1:
        switch try r.int() {
        case 0: found.kind = .data
        case 2:
          found.kind = .dictionary
          found.page.isDictionary = true
        case 3:
          found.kind = .data
          found.page.isSecond = true
        default: break
        }
      case 2: found.unpacked = try r.int()
      case 3: found.packed = try r.int()
      case 4: found.page.checksum = UInt32(truncatingIfNeeded: try r.int())
      case 5, 7: try found.readFirst(&r)
      case 8: try found.readSecond(&r)
      default: return false
      }
      return true
    }
    self = found
    page.unpackedCount = unpacked
  }

  /// Data pages of the first version, and dictionary pages.
  private mutating func readFirst(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var found = self
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: found.page.rowCount = try r.int()
      case 2: found.encoding = try r.int()
      case 3 where !found.page.isDictionary: found.page.hasOldLevels = try r.int() == 4
      default: return false
      }
      return true
    }
    self = found
  }

  private mutating func readSecond(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var found = self, repetitionBytes = 0
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: found.page.rowCount = try r.int()
      case 4: found.encoding = try r.int()
      case 5: found.page.levelBytes = try r.int()
      case 6: repetitionBytes = try r.int()
      case 7: found.page.isPacked = try r.bool()
      default: return false
      }
      return true
    }
    guard repetitionBytes == 0 else { throw ColumnFileError("a page of a column without lists has lists") }
    self = found
  }
}

/// A page unpacked: which of its rows have a value, and the bytes of the values.
struct UnpackedPage {
  let values: UnsafeRawBufferPointer
  /// Bits of the rows with a value; nil where all have one.
  let bits: [UInt64]?
  /// How many rows have a value.
  let present: Int

  /// Unpacks into `memory`, which has room for `page.unpackedCount` bytes and is not touched where the page is not packed.
  init(
    _ page: ParquetPage, _ codec: ParquetCodec, level: Int, in bytes: UnsafeRawBufferPointer,
    memory: UnsafeMutableRawPointer?
  ) throws(ColumnFileError) {
    let body = UnsafeRawBufferPointer(rebasing: bytes[page.body])
    if let checksum = page.checksum, checksum != UnpackedPage.checksum(body) {
      throw ColumnFileError("the checksum of a page does not fit", offset: page.body.lowerBound)
    }
    let damaged = ColumnFileError("a page is damaged", offset: page.body.lowerBound)
    var apart = UnsafeRawBufferPointer(rebasing: body[0..<0]), packed = body, unpackedCount = page.unpackedCount
    if page.isSecond {
      guard page.levelBytes <= body.count, page.levelBytes <= unpackedCount else { throw damaged }
      apart = UnsafeRawBufferPointer(rebasing: body[0..<page.levelBytes])
      packed = UnsafeRawBufferPointer(rebasing: body[page.levelBytes...])
      unpackedCount -= page.levelBytes
    }
    var unpacked = packed
    if codec != .none, page.isPacked, unpackedCount > 0 {
      let room = UnsafeMutableRawBufferPointer(start: memory, count: unpackedCount)
      do { try codec.unpack(packed, into: room) } catch {
        throw ColumnFileError(error.problem, error.kind, offset: page.body.lowerBound)
      }
      unpacked = UnsafeRawBufferPointer(room)
    }
    guard level > 0, !page.isDictionary else {
      (values, bits, present) = (unpacked, nil, page.rowCount)
      return
    }
    var levels = apart, rest = unpacked
    let isPrefixed = !page.isSecond && !page.hasOldLevels
    if isPrefixed {
      guard unpacked.count >= 4 else { throw damaged }
      let count = Int(unpacked.loadUnaligned(as: UInt32.self))
      guard count <= unpacked.count - 4 else { throw damaged }
      levels = UnsafeRawBufferPointer(rebasing: unpacked[4..<4 + count])
      rest = UnsafeRawBufferPointer(rebasing: unpacked[(4 + count)...])
    } else if !page.isSecond {
      levels = unpacked
    }
    let found = UnpackedPage.levels(levels, level, page)
    guard let found else { throw damaged }
    if !page.isSecond, page.hasOldLevels { rest = UnsafeRawBufferPointer(rebasing: unpacked[found.taken...]) }
    values = rest
    present = found.present
    bits = found.present == page.rowCount ? nil : found.bits
  }

  private static func levels(
    _ levels: UnsafeRawBufferPointer, _ level: Int, _ page: ParquetPage
  ) -> (bits: [UInt64], present: Int, taken: Int)? {
    var bits = [UInt64](repeating: 0, count: (page.rowCount + 63) / 64)
    var present = 0
    let width = Int32(Int.bitWidth - level.leadingZeroBitCount)
    let source = levels.bindMemory(to: UInt8.self).baseAddress
    let taken = page.hasOldLevels
      ? weir_parquet_old_levels(&bits, page.rowCount, source, levels.count, width, UInt32(level), &present)
      : weir_parquet_levels(&bits, page.rowCount, source, levels.count, width, UInt32(level), &present)
    return taken < 0 ? nil : (bits, present, Int(taken))
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var sum = crc32(0, nil, 0), position = 0
    while position < bytes.count {
      let count = min(bytes.count - position, 1 << 30)
      sum = crc32(sum, bytes.bindMemory(to: UInt8.self).baseAddress.map { $0 + position }, UInt32(count))
      position += count
    }
    return UInt32(truncatingIfNeeded: sum)
  }
}
