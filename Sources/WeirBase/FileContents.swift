import Glibc
import Synchronization

/// The bytes of a file, mapped into memory where that is possible.
package final class FileContents: Sendable {
  /// The file, where it is kept open for `read(into:at:)`; -1 where it is not.
  private let descriptor: Int32
  /// A process may have so many files open as the system lets it, and others want some too.
  private static let mostOpen = 256
  private static let openCount = Atomic<Int>(0)

  /// Safety: the mapping is read-only, private, and lives as long as this object; the array is immutable.
  private nonisolated(unsafe) let base: UnsafeRawBufferPointer
  private let mapped: Bool
  private let array: [UInt8]

  package init(_ bytes: [UInt8]) {
    array = bytes
    mapped = false
    base = UnsafeRawBufferPointer(start: nil, count: 0)
    descriptor = -1
  }

  /// Maps the file at `path`; throws the system's error number.
  package init(mapping path: String) throws(FileFault) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault(code: errno) }
    var isKept = false
    defer { if !isKept { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileFault(code: errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileFault(code: EISDIR) }
    let size = Int(status.st_size)
    if status.st_mode & S_IFMT == S_IFREG, size > FileContents.smallest,
      let start = FileContents.mapping(of: descriptor, size) {
      base = UnsafeRawBufferPointer(start: start, count: size)
      array = []
      mapped = true
      isKept = FileContents.openCount.wrappingAdd(1, ordering: .relaxed).newValue <= FileContents.mostOpen
      self.descriptor = isKept ? descriptor : -1
      if !isKept { FileContents.openCount.wrappingSubtract(1, ordering: .relaxed) }
      return
    }
    array = try FileContents.rest(of: descriptor, expected: size)
    mapped = false
    base = UnsafeRawBufferPointer(start: nil, count: 0)
    self.descriptor = -1
  }

  /// Smaller files are read at once: a process may have no more than some ten thousand mappings.
  private static let smallest = 1 << 16

  /// Nil where the system allows no more mappings.
  private static func mapping(of descriptor: Int32, _ size: Int) -> UnsafeMutableRawPointer? {
    let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    return start == MAP_FAILED ? nil : start
  }

  private static func rest(of descriptor: Int32, expected: Int) throws(FileFault) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(max(0, min(expected, 1 << 30)))
    var chunk = [UInt8](repeating: 0, count: expected > 0 ? min(expected + 1, 65536) : 65536)
    while true {
      let got = Glibc.read(descriptor, &chunk, chunk.count)
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw FileFault(code: errno) }
      if got == 0 { return bytes }
      bytes.append(contentsOf: chunk[0..<got])
    }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      FileContents.openCount.wrappingSubtract(1, ordering: .relaxed)
    }
    if mapped, let start = base.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), base.count) }
  }

  package var count: Int { mapped ? base.count : array.count }

  /// Copies the bytes from `offset` on into `buffer` and returns how many: fewer than it holds at the end of the file.
  ///
  /// Unlike a look at the mapping, this ends in no signal where another program has cut the file since it was opened.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileFault) -> Int {
    let wanted = max(0, min(buffer.count, count - offset))
    guard wanted > 0, let start = buffer.baseAddress else { return 0 }
    guard descriptor >= 0 else {
      withUnsafeBytes { bytes in
        if let source = bytes.baseAddress { memcpy(start, source + offset, wanted) }
      }
      return wanted
    }
    var done = 0
    while done < wanted {
      let got = pread(descriptor, start + done, wanted - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw FileFault(code: errno) }
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Lets the system take back the memory of what was looked at; it is read again where it is looked at again.
  package func release() {
    guard mapped, let start = base.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), base.count, MADV_DONTNEED)
  }

  package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    mapped ? try body(base) : try array.withUnsafeBytes(body)
  }

  package var bytes: [UInt8] { mapped ? Array(base) : array }
}

/// A file operation that the system refused.
package struct FileFault: Error, Sendable {
  package let code: Int32
  package init(code: Int32) { self.code = code }
  /// The system's own words ("No such file or directory").
  package var message: String { String(cString: strerror(code)) }
  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}
