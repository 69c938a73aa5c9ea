import CWeirKernels
import Glibc
import Synchronization
import WeirBase

/// Memory for the work on one part of a file, used again for the next.
///
/// Safety: a scratch is taken from the pool by one thread at a time, which alone touches it until it gives it back.
final class CSVScratch: @unchecked Sendable {
  /// The text of the part, with room for another line end and for kernels that read ahead.
  private(set) var bytes = CSVScratch.Memory<UInt8>()
  /// A part whose records are not all alike, written anew so that they are.
  var clean = CSVScratch.Memory<UInt8>()
  var ends = CSVScratch.Memory<UInt32>()
  var missing = CSVScratch.Memory<UInt32>()
  /// Where values go that nobody keeps.
  var values = CSVScratch.Memory<Int64>()
  // A dictionary of texts.
  var slots = CSVScratch.Memory<UInt32>()
  var hashes = CSVScratch.Memory<UInt64>()
  var entryBytes = CSVScratch.Memory<UInt8>()
  var entryOffsets = CSVScratch.Memory<Int64>()

  /// What kernels may read past the end of a text.
  static let padding = 128

  /// Reads a range of the text and what follows it up to the padding; false where the file has become shorter.
  func load(_ range: Range<Int>, of text: CSVText) throws -> Bool {
    bytes.reserve(range.count + CSVScratch.padding)
    let wanted = min(range.count + CSVScratch.padding, text.end - range.lowerBound)
    let got = try text.read(
      into: UnsafeMutableRawBufferPointer(start: bytes.start, count: range.count + CSVScratch.padding), at: range.lowerBound)
    memset(bytes.start + got, 0, range.count + CSVScratch.padding - got)
    return got == wanted
  }

  /// Uninitialized memory that grows and never shrinks.
  struct Memory<Element: BitwiseCopyable> {
    private(set) var start = UnsafeMutablePointer<Element>.allocate(capacity: 1)
    private(set) var capacity = 1

    /// Makes room for `count`; what was there is lost unless it is `kept`.
    mutating func reserve(_ count: Int, keeping kept: Int = 0) {
      guard count > capacity else { return }
      let wider = UnsafeMutablePointer<Element>.allocate(capacity: max(count, capacity * 2))
      if kept > 0 { wider.update(from: start, count: kept) }
      start.deallocate()
      start = wider
      capacity = max(count, capacity * 2)
    }

    func free() { start.deallocate() }
  }

  deinit {
    bytes.free()
    clean.free()
    ends.free()
    missing.free()
    values.free()
    slots.free()
    hashes.free()
    entryBytes.free()
    entryOffsets.free()
  }
}

/// Scratches that are not in use.
final class CSVScratchPool: Sendable {
  private let free = Mutex<[CSVScratch]>([])

  func with<Result>(_ body: (CSVScratch) throws -> Result) rethrows -> Result {
    let scratch = free.withLock { $0.popLast() } ?? CSVScratch()
    defer { free.withLock { $0.append(scratch) } }
    return try body(scratch)
  }
}
