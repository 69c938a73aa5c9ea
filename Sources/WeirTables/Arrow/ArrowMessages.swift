/// The messages of an Arrow file or stream, one after the other: a description and the buffers that belong to it.
struct ArrowMessages {
  enum Kind: Int { case schema = 1, dictionary, batch }

  struct Message {
    let kind: Kind
    let header: FlatTable
    let body: Range<Int>
  }

  private let bytes: UnsafeRawBufferPointer
  private var position: Int
  /// Where the messages of a file end; in a stream, the end of the bytes.
  private let end: Int

  private static let fileMark = Array("ARROW1".utf8)

  /// A file is a stream between marks, with a list of its messages behind it that is not needed here.
  init(_ bytes: UnsafeRawBufferPointer) throws(ColumnFileError) {
    self.bytes = bytes
    if bytes.starts(with: "FEA1".utf8) {
      throw ColumnFileError("it is of the first form of Feather, which is not read; write it anew as Feather 2", .unsupported)
    }
    guard bytes.count >= 8 else { throw ColumnFileError("it is not an Arrow file") }
    guard bytes.starts(with: ArrowMessages.fileMark) else {
      (position, end) = (0, bytes.count)
      return
    }
    // Behind the messages stand the list, its size and the mark again.
    guard bytes.count >= 18, bytes.suffix(6).elementsEqual(ArrowMessages.fileMark) else {
      throw ColumnFileError("it is damaged or ends early")
    }
    let list = Int(bytes.loadUnaligned(fromByteOffset: bytes.count - 10, as: UInt32.self))
    guard list <= bytes.count - 18 else { throw ColumnFileError("its description is damaged") }
    (position, end) = (8, bytes.count - 10 - list)
  }

  private func word(_ at: Int) -> Int { Int(bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)) }

  /// The next message, or nil at the end.
  mutating func next() throws(ColumnFileError) -> Message? {
    let damaged = ColumnFileError("it is damaged or ends early", offset: position)
    guard position + 4 <= end else {
      guard position == end else { throw damaged }
      return nil
    }
    var count = word(position)
    position += 4
    // Before the sizes stand four bytes that older writers left out.
    if count == 0xFFFF_FFFF {
      guard position + 4 <= end else { throw damaged }
      count = word(position)
      position += 4
    }
    if count == 0 { return nil }
    guard count >= 8, count <= end - position else { throw damaged }
    let message = try FlatTable(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
    position += count
    let bodyCount = try message.int(3, Int64.self)
    guard bodyCount >= 0, bodyCount <= end - position, let header = try message.table(2) else { throw damaged }
    let body = position..<position + bodyCount
    position += bodyCount
    guard let kind = Kind(rawValue: try message.int(1, UInt8.self)) else {
      throw ColumnFileError("it holds tensors, which are not read", .unsupported)
    }
    return Message(kind: kind, header: header, body: body)
  }
}
