import CZlib
import WeirBase

/// Files packed by gzip (RFC 1952), read whole.
enum Gzip {
  /// A packed file may not grow beyond this.
  static let largest = 4 << 30

  static func isPacked(_ contents: FileContents) -> Bool {
    contents.withUnsafeBytes { $0.starts(with: [0x1F, 0x8B, 0x08]) }
  }

  static func unpacked(_ contents: FileContents, name: String) throws(TableError) -> FileContents {
    let outcome: Result<[UInt8], TableError> = contents.withUnsafeBytes { inflated($0, name: name) }
    return FileContents(try outcome.get())
  }

  private static func inflated(_ bytes: UnsafeRawBufferPointer, name: String) -> Result<[UInt8], TableError> {
    func fault(_ problem: String) -> Result<[UInt8], TableError> {
      .failure(.malformed(file: name, problem: problem, line: nil, offset: nil, column: nil))
    }
    var stream = z_stream()
    // 31: the largest window, and a gzip header.
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return fault("there is no memory to unpack it")
    }
    defer { inflateEnd(&stream) }
    var out: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    var position = 0
    while position < bytes.count {
      let given = min(bytes.count - position, 1 << 20)
      let (status, used, made) = step(&stream, bytes, position, given, &chunk)
      position += used
      out.append(contentsOf: chunk[0..<made])
      if out.count > largest { return fault("it unpacks to more than \(largest >> 30) GiB") }
      if status == Z_STREAM_END {
        // Several packed files in a row make one text; zeros after the last are padding.
        guard position < bytes.count, bytes[position] == 0x1F else { return .success(out) }
        inflateReset(&stream)
      } else if status != Z_OK || (used == 0 && made == 0) {
        return fault("the packed data is damaged after \(out.count) bytes")
      }
    }
    return fault("the packed data ends early")
  }

  private static func step(
    _ stream: inout z_stream, _ bytes: UnsafeRawBufferPointer, _ position: Int, _ given: Int, _ chunk: inout [UInt8]
  ) -> (status: Int32, used: Int, made: Int) {
    chunk.withUnsafeMutableBufferPointer { out in
      stream.next_in = UnsafeMutablePointer(
        mutating: bytes.baseAddress?.advanced(by: position).assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(given)
      stream.next_out = out.baseAddress
      stream.avail_out = UInt32(out.count)
      let status = inflate(&stream, Z_NO_FLUSH)
      return (status, given - Int(stream.avail_in), out.count - Int(stream.avail_out))
    }
  }
}
