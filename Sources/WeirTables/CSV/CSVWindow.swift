import Glibc
import WeirBase

/// The piece of a long text that is in memory.
///
/// Safety: it moves on while nobody reads it; between two moves all threads only read.
final class CSVWindow: @unchecked Sendable {
  private var memory = CSVScratch.Memory<UInt8>()
  private(set) var range: Range<Int>
  private let unpacking: Unpacking
  /// Whether the text ends with it.
  private(set) var isLast = false

  /// Starts at `start` of the text, empty.
  init(of text: LongText, from start: Int, room: Int) throws(TableError) {
    unpacking = try text.unpacking()
    range = start..<start
    isLast = try !unpacking.skip(start)
    memory.reserve(room)
  }

  deinit { memory.free() }

  /// Adds the next bytes of the text, so many where there are.
  func extend(by bytes: Int) throws(TableError) {
    guard !isLast, bytes > 0 else { return }
    memory.reserve(range.count + bytes, keeping: range.count)
    let got = try unpacking.read(into: UnsafeMutableRawBufferPointer(start: memory.start + range.count, count: bytes))
    range = range.lowerBound..<range.upperBound + got
    isLast = got < bytes
  }

  /// Leaves out what lies before `place`.
  func drop(before place: Int) {
    let gone = max(0, min(place - range.lowerBound, range.count)), rest = range.count - gone
    memmove(memory.start, memory.start + gone, rest)
    range = range.lowerBound + gone..<range.upperBound
  }

  /// Copies the bytes from `offset` on into `buffer`, as many as there are; nil where that lies outside.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
    guard range.contains(offset), let to = buffer.baseAddress else { return nil }
    let count = min(buffer.count, range.upperBound - offset)
    memcpy(to, memory.start + (offset - range.lowerBound), count)
    return count
  }
}
