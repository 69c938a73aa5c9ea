import CZlib

/// Files packed by gzip (RFC 1952): several packed texts in a row make one, and zeros after the last are padding.
struct Gzip: Unpacker {
  static let mark: [UInt8] = [0x1F, 0x8B, 0x08]

  /// zlib keeps where it lies, so it stays in one place.
  private let stream: UnsafeMutablePointer<z_stream>

  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 31: the largest window, and a gzip header.
    guard inflateInit2_(stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  func step(_ input: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> UnpackingStep {
    let given = min(input.count, 1 << 20), room = min(out.count, 1 << 30)
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(given)
    stream.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let status = inflate(stream, Z_NO_FLUSH)
    let used = given - Int(stream.pointee.avail_in), made = room - Int(stream.pointee.avail_out)
    // Where there is nothing to be done it says that the buffer is at fault.
    let isDamaged = status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR
    return UnpackingStep(used: used, made: made, outcome: isDamaged ? .damaged : status == Z_STREAM_END ? .ended : .more)
  }

  func startsAnother(_ first: UInt8) -> Bool {
    guard first == Gzip.mark[0] else { return false }
    return inflateReset(stream) == Z_OK
  }

  func close() {
    inflateEnd(stream)
    stream.deallocate()
  }
}
