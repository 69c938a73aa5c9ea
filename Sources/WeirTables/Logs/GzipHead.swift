import CZlib
package import WeirBase

/// The beginning of what is packed in a gzip file.
package enum GzipHead {
  /// The first `limit` bytes, and whether that is all; nothing where it is no gzip.
  package static func unpacked(_ contents: FileContents, limit: Int) -> (bytes: [UInt8], isWhole: Bool) {
    contents.withUnsafeBytes { packed in
      var stream = z_stream()
      guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return ([], false) }
      defer { inflateEnd(&stream) }
      var out = [UInt8](repeating: 0, count: max(1, limit))
      var status: Int32 = Z_OK
      let made = out.withUnsafeMutableBufferPointer { buffer in
        stream.next_in = UnsafeMutablePointer(mutating: packed.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(min(packed.count, limit))
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(buffer.count)
        status = inflate(&stream, Z_SYNC_FLUSH)
        return buffer.count - Int(stream.avail_out)
      }
      // Another packed text may follow the first.
      let isWhole = status == Z_STREAM_END && Int(stream.total_in) == packed.count
      return (Array(out[..<made]), isWhole)
    }
  }
}
