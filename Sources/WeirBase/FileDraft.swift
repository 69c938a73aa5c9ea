import Glibc

/// The content of a file while it is made.
///
/// A copy notes how far it was: what is appended to the copy later takes the place of all that was appended since.
package struct FileDraft {
  private enum Place {
    case file(Int32)
    case memory([UInt8])
    case nowhere
  }

  private var place: Place
  /// The bytes so far.
  package private(set) var count = 0

  /// The system did not let it be written.
  package struct Refused: Error {
    package let fault: FileFault
  }

  /// A file that is open for writing, and empty.
  init(to descriptor: Int32) { place = .file(descriptor) }

  /// Without a file: the bytes are kept, or counted alone.
  package init(keepsBytes: Bool) { place = keepsBytes ? .memory([]) : .nowhere }

  /// What was appended, where that is kept in memory.
  package var bytes: [UInt8] { if case .memory(let bytes) = place { bytes } else { [] } }

  package mutating func append(_ bytes: [UInt8]) throws {
    switch place {
    case .file(let descriptor): try write(bytes, to: descriptor)
    case .memory(var kept):
      place = .nowhere
      kept += bytes
      place = .memory(kept)
    case .nowhere: break
    }
    count += bytes.count
  }

  /// Cuts the file where it ends: more may have been written.
  func finish() throws {
    guard case .file(let descriptor) = place else { return }
    while ftruncate(descriptor, off_t(count)) != 0 {
      guard errno == EINTR else { throw Refused(fault: FileFault(code: errno)) }
    }
  }

  private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
    var fault: Int32?
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var done = 0
      while done < buffer.count {
        let wrote = pwrite(descriptor, base + done, buffer.count - done, off_t(count + done))
        if wrote < 0 {
          if errno == EINTR { continue }
          fault = errno
          return
        }
        done += wrote
      }
    }
    if let fault { throw Refused(fault: FileFault(code: fault)) }
  }
}
