import Crypto
import Glibc
package import WeirBase

/// The SHA-256 of some bytes, in lower-case hexadecimal digits: the name under which a store keeps them.
package struct ContentHash: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let hex: String

  /// Reads 64 lower-case hexadecimal digits; nil for anything else.
  package init?(hex: String) {
    let isDigit: (UInt8) -> Bool = { (48...57).contains($0) || (97...102).contains($0) }
    guard hex.utf8.count == 64, hex.utf8.allSatisfy(isDigit) else { return nil }
    self.hex = hex
  }

  package init(of bytes: [UInt8]) {
    var hasher = ContentHasher()
    hasher.combine(raw: bytes)
    self = hasher.finished()
  }

  /// The hash of a file, read to its end in pieces; the file may be larger than memory.
  package init(contentsOf path: String) throws(FileFault) {
    let descriptor = try RegularFile.open(path)
    defer { close(descriptor) }
    var hasher = ContentHasher()
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = read(descriptor, &chunk, chunk.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw FileFault(code: errno) }
      if got == 0 { break }
      chunk.withUnsafeBytes { hasher.combine(UnsafeRawBufferPointer(rebasing: $0[0..<got])) }
    }
    self = hasher.finished()
  }

  fileprivate init(digest: SHA256Digest) {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    hex = String(decoding: text, as: UTF8.self)
  }

  package var description: String { hex }
  package static func < (a: ContentHash, b: ContentHash) -> Bool { a.hex < b.hex }
}

/// Hashes parts one after the other. Parts given with `combine` carry their length, so that "ab", "c" and "a", "bc"
/// differ; with `raw` they do not, and the result is the hash of the bytes joined.
package struct ContentHasher: Sendable {
  private var state = SHA256()

  package init() {}

  package mutating func combine(_ text: String) { combine(Array(text.utf8)) }
  package mutating func combine(_ hash: ContentHash) { combine(Array(hash.hex.utf8)) }
  package mutating func combine(_ number: Int64) {
    withUnsafeBytes(of: number.littleEndian) { combine($0) }
  }

  package mutating func combine(_ bytes: [UInt8]) {
    combine(Int64(bytes.count))
    combine(raw: bytes)
  }

  package mutating func combine(raw bytes: [UInt8]) {
    bytes.withUnsafeBytes { combine($0) }
  }

  mutating func combine(_ bytes: UnsafeRawBufferPointer) { state.update(bufferPointer: bytes) }

  package consuming func finished() -> ContentHash { ContentHash(digest: state.finalize()) }
}

/// Files that are plain bytes on a disk: opening a pipe or a device could wait for ever.
enum RegularFile {
  /// A descriptor to read from; the caller closes it.
  static func open(_ path: String) throws(FileFault) -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileFault(code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
      close(descriptor)
      throw FileFault(code: code)
    }
    return descriptor
  }

  /// All bytes of a file.
  static func bytes(_ path: String) throws(FileFault) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFault(code: errno) }
    var fault: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { fault = errno }
        if got <= 0 { return }
        count += got
      }
    }
    guard fault == 0 else { throw FileFault(code: fault) }
    return bytes
  }
}
