import CLZ4
import CSnappy
import CZlib
import CZstd

/// How the bytes of pages are packed.
enum ParquetCodec: Int, Sendable {
  case none, snappy, gzip, lzo, brotli, oldLZ4, zstd, lz4

  private var name: String {
    switch self {
    case .none: "none"
    case .snappy: "Snappy"
    case .gzip: "gzip"
    case .lzo: "LZO"
    case .brotli: "Brotli"
    case .oldLZ4, .lz4: "LZ4"
    case .zstd: "Zstandard"
    }
  }

  /// Pages packed beyond this ratio are taken for damage before there is memory for them.
  private static let largestRatio = 1 << 17

  static func mayHold(_ unpacked: Int, in packed: Int) -> Bool { unpacked <= (packed + 16) * largestRatio }

  /// Fills all of `out`.
  func unpack(_ bytes: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) throws(ColumnFileError) {
    guard let target = out.bindMemory(to: UInt8.self).baseAddress else { return }
    guard let source = bytes.bindMemory(to: UInt8.self).baseAddress else {
      throw ColumnFileError("a page is empty that should not be")
    }
    let made: Int64
    switch self {
    case .none: made = -1
    case .snappy: made = weir_snappy_unpack(target, out.count, source, bytes.count)
    case .zstd: made = weir_zstd_unpack(target, out.count, source, bytes.count)
    case .lz4: made = weir_lz4_unpack_block(target, out.count, source, bytes.count)
    case .oldLZ4: made = ParquetCodec.unpackOldLZ4(target, out.count, source, bytes.count)
    case .gzip: made = ParquetCodec.inflate(target, out.count, source, bytes.count)
    case .lzo, .brotli:
      throw ColumnFileError(
        "it is packed by \(name), which is not read; write it anew with zstd, snappy, gzip, lz4 or none", .unsupported)
    }
    if made == Int64(WEIR_SNAPPY_ABSENT) { throw ColumnFileError("reading Snappy needs the library libsnappy1v5", .unsupported) }
    guard made == out.count else { throw ColumnFileError("a page packed by \(name) is damaged") }
  }

  /// As Hadoop wrote it: blocks behind their sizes, highest byte first; others wrote one raw block under this name.
  private static func unpackOldLZ4(
    _ out: UnsafeMutablePointer<UInt8>, _ capacity: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int
  ) -> Int64 {
    func size(_ at: Int) -> Int {
      Int(bytes[at]) << 24 | Int(bytes[at + 1]) << 16 | Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
    }
    var position = 0, made = 0
    while position + 8 <= count {
      let unpacked = size(position), packed = size(position + 4)
      guard packed <= count - position - 8, unpacked <= capacity - made,
        weir_lz4_unpack_block(out + made, unpacked, bytes + position + 8, packed) == Int64(unpacked)
      else { break }
      position += 8 + packed
      made += unpacked
    }
    if position == count, made == capacity { return Int64(made) }
    return weir_lz4_unpack_block(out, capacity, bytes, count)
  }

  /// gzip or zlib, one or several members.
  private static func inflate(
    _ out: UnsafeMutablePointer<UInt8>, _ capacity: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int
  ) -> Int64 {
    guard capacity <= Int(UInt32.max), count <= Int(UInt32.max) else { return -1 }
    var stream = z_stream()
    // 47: the largest window, gzip or zlib by what the bytes say.
    guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return -1 }
    defer { inflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: bytes)
    stream.avail_in = UInt32(count)
    stream.next_out = out
    stream.avail_out = UInt32(capacity)
    while true {
      let status = CZlib.inflate(&stream, Z_FINISH)
      guard status == Z_STREAM_END else { return -1 }
      if stream.avail_in == 0 || stream.avail_out == 0 { break }
      guard inflateReset(&stream) == Z_OK else { return -1 }
    }
    return Int64(capacity - Int(stream.avail_out))
  }
}

extension ParquetCodec {
  func pack(_ bytes: [UInt8]) throws(ColumnFileError) -> [UInt8] {
    let bound: Int
    switch self {
    case .none: return bytes
    case .snappy: bound = weir_snappy_bound(bytes.count)
    case .zstd: bound = weir_zstd_bound(bytes.count)
    case .gzip: bound = Int(compressBound(UInt(bytes.count))) + 32
    case .lzo, .brotli, .oldLZ4, .lz4:
      throw ColumnFileError("packing by \(name) is not written", .unsupported)
    }
    var made: Int64 = -1
    let packed = [UInt8](unsafeUninitializedCapacity: bound) { out, count in
      guard let base = out.baseAddress else { return }
      made = bytes.withUnsafeBufferPointer { source in
        switch self {
        case .snappy: weir_snappy_pack(base, bound, source.baseAddress, source.count)
        case .zstd: weir_zstd_pack(base, bound, source.baseAddress, source.count, 3)
        default: ParquetCodec.deflate(base, bound, source.baseAddress, source.count)
        }
      }
      count = max(Int(made), 0)
    }
    if made == Int64(WEIR_SNAPPY_ABSENT) {
      throw ColumnFileError("writing Snappy needs the library libsnappy1v5", .unsupported)
    }
    guard made >= 0 else { throw ColumnFileError("there is no memory to pack a page", .unsupported) }
    return packed
  }

  private static func deflate(
    _ out: UnsafeMutablePointer<UInt8>, _ capacity: Int, _ bytes: UnsafePointer<UInt8>?, _ count: Int
  ) -> Int64 {
    guard capacity <= Int(UInt32.max), count <= Int(UInt32.max) else { return -1 }
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    // 31: the largest window, and a gzip header.
    guard deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else { return -1 }
    defer { deflateEnd(&stream) }
    stream.next_in = UnsafeMutablePointer(mutating: bytes)
    stream.avail_in = UInt32(count)
    stream.next_out = out
    stream.avail_out = UInt32(capacity)
    guard CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END else { return -1 }
    return Int64(capacity - Int(stream.avail_out))
  }
}
