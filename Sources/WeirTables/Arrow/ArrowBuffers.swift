import CLZ4
import CZstd

/// The buffers of one batch of rows, taken in the order of the columns.
///
/// A buffer that is not packed is read where it lies; one that is, once it is needed.
struct ArrowBuffers {
  enum Packing: Int, Sendable { case lz4, zstd }

  /// A buffer as it lies in the file.
  struct Buffer: Sendable {
    let place: Range<Int>
    let packing: Packing?
  }

  let rowCount: Int
  private var nodes: [Int]
  private var buffers: [Int]
  private var variadic: [Int]
  private let body: Range<Int>
  private let packing: Packing?

  private static let damaged = ColumnFileError("its description is damaged")

  init(_ batch: FlatTable, body: Range<Int>) throws(ColumnFileError) {
    self.body = body
    rowCount = try batch.int(0, Int64.self)
    nodes = try batch.words(1, width: 2).reversed()
    buffers = try batch.words(2, width: 2).reversed()
    variadic = try batch.words(4, width: 1).reversed()
    if let compression = try batch.table(3) {
      guard let packing = Packing(rawValue: try compression.int(0, Int8.self)), try compression.int(1, Int8.self) == 0 else {
        throw ColumnFileError("it is packed in an unknown way", .unsupported)
      }
      self.packing = packing
    } else {
      packing = nil
    }
    // Buffers lie beside each other: none is used twice, so that columns take no more than the file accounts for.
    var left = body.count
    for i in stride(from: 0, to: buffers.count, by: 2) {
      guard buffers[i] >= 0, buffers[i] <= left else { throw ArrowBuffers.damaged }
      left -= buffers[i]
    }
    guard rowCount >= 0 else { throw ArrowBuffers.damaged }
  }

  /// How many rows a column has, and how many of them lack a value.
  mutating func node() throws(ColumnFileError) -> (count: Int, missing: Int) {
    guard let count = nodes.popLast(), let missing = nodes.popLast(), count >= 0, missing >= 0, missing <= count else {
      throw ArrowBuffers.damaged
    }
    return (count, missing)
  }

  mutating func buffer() throws(ColumnFileError) -> Buffer {
    guard let offset = buffers.popLast(), let count = buffers.popLast(), offset >= 0, count >= 0, offset <= body.count,
      count <= body.count - offset
    else { throw ArrowBuffers.damaged }
    let start = body.lowerBound + offset
    return Buffer(place: start..<start + count, packing: packing)
  }

  /// The buffers of long texts of a column of views.
  mutating func variadicBuffers() throws(ColumnFileError) -> [Buffer] {
    guard let count = variadic.popLast(), count >= 0, count <= buffers.count / 2 else { throw ArrowBuffers.damaged }
    var found: [Buffer] = []
    for _ in 0..<count { found.append(try buffer()) }
    return found
  }
}

extension ArrowBuffers.Buffer {
  /// Hands over the bytes, unpacked where they are packed.
  func withBytes<Result>(
    in bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result {
    let own = UnsafeRawBufferPointer(rebasing: bytes[place])
    guard let packing, !own.isEmpty else { return try body(own) }
    let damaged = ColumnFileError("a packed buffer is damaged", offset: place.lowerBound)
    guard own.count >= 8 else { throw damaged }
    let count = Int(own.loadUnaligned(as: Int64.self)), packed = UnsafeRawBufferPointer(rebasing: own[8...])
    if count == -1 { return try body(packed) }
    guard count >= 0, ParquetCodec.mayHold(count, in: packed.count) else { throw damaged }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    defer { room.deallocate() }
    SharedMemory.prepare(room.baseAddress, count)
    guard let out = room.bindMemory(to: UInt8.self).baseAddress else { throw damaged }
    let source = packed.bindMemory(to: UInt8.self).baseAddress
    let made = switch packing {
    case .lz4: weir_lz4_unpack_frame(out, count, source, packed.count)
    case .zstd: weir_zstd_unpack(out, count, source, packed.count)
    }
    guard made == count else { throw damaged }
    return try body(UnsafeRawBufferPointer(rebasing: room[0..<count]))
  }
}
