import Synchronization
import WeirBase

/// A packed text that is too long to be unpacked as a whole: it is read from its beginning on, window by window.
///
/// Safety: whoever unpacks for `read` alone holds the cursor.
final class LongText: @unchecked Sendable {
  private let packed: FileContents
  private let form: any Unpacker.Type
  private let name: String
  /// The text has more bytes than this.
  let least: Int
  /// Where somebody looks at other places than the window.
  private var cursor: Cursor?
  private let isReading = Mutex<Void>(())

  private struct Cursor {
    let unpacking: Unpacking
    var position: Int
  }

  init(_ packed: FileContents, _ form: any Unpacker.Type, name: String, least: Int) {
    (self.packed, self.form, self.name, self.least) = (packed, form, name, least)
  }

  /// The text from its beginning on.
  func unpacking() throws(TableError) -> Unpacking { try Unpacking(packed, form, name: name) }

  /// How many bytes there are, or `limit` where there are more.
  func count(upTo limit: Int) throws(TableError) -> Int {
    guard limit > least else { return limit }
    let unpacking = try unpacking()
    return try unpacking.skip(limit) ? limit : unpacking.count
  }

  /// Copies the bytes from `offset` on into `buffer` and returns how many: fewer than it holds at the end of the text.
  ///
  /// All before is unpacked again where what was read last lies behind.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(TableError) -> Int {
    let outcome: Result<Int, TableError> = isReading.withLock { _ in
      do throws(TableError) { return .success(try readAlone(into: buffer, at: offset)) } catch { return .failure(error) }
    }
    return try outcome.get()
  }

  private func readAlone(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(TableError) -> Int {
    let kept = cursor.flatMap { $0.position <= offset ? $0 : nil }
    var place = if let kept { kept } else { Cursor(unpacking: try unpacking(), position: 0) }
    cursor = nil
    guard try place.unpacking.skip(offset - place.position) else { return 0 }
    let got = try place.unpacking.read(into: buffer)
    place.position = offset + got
    cursor = place
    return got
  }

  /// All of the text, unpacked; more than `largest` is refused.
  func whole() throws(TableError) -> FileContents {
    let (bytes, isWhole) = try LongText.beginning(of: packed, form, name: name, upTo: LongText.largest)
    guard isWhole else { throw LongText.tooLarge(name) }
    return FileContents(bytes)
  }

  /// A text that is unpacked as a whole may not grow beyond this.
  static let largest = 4 << 30

  static func tooLarge(_ name: String) -> TableError {
    .malformed(
      file: name, problem: "it unpacks to more than \(largest >> 30) GiB", line: nil, offset: nil, column: nil)
  }

  /// The beginning of a packed text, of at most so many bytes, and whether it is all.
  static func beginning(
    of packed: FileContents, _ form: any Unpacker.Type, name: String, upTo limit: Int
  ) throws(TableError) -> (bytes: [UInt8], isWhole: Bool) {
    let unpacking = try Unpacking(packed, form, name: name)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, packed.count.multipliedReportingOverflow(by: 5).partialValue))
    guard try unpacking.append(limit, to: &bytes) else { return (bytes, true) }
    var more: [UInt8] = []
    return (bytes, try !unpacking.append(1, to: &more))
  }
}
