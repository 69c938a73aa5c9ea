/// The messages of an Arrow file or stream, one after the other: a description and the buffers that belong to it.
///
/// A stream begins with its schema; a file ends with it, and with a list of where its messages are.
struct ArrowMessages {
  enum Kind: Int { case schema = 1, dictionary, batch }

  struct Message {
    let kind: Kind
    let header: FlatTable
    let body: Range<Int>
  }

  /// What columns there are.
  private(set) var schema: FlatTable
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// Where the messages of a file start that are still to come, the last first; nil for a stream.
  private var places: [Int]?

  static let fileMark = Array("ARROW1".utf8)

  init(_ bytes: UnsafeRawBufferPointer) throws(ColumnFileError) {
    if bytes.starts(with: "FEA1".utf8) {
      throw ColumnFileError("it is of the first form of Feather, which is not read; write it anew as Feather 2", .unsupported)
    }
    guard bytes.count >= 8 else { throw ColumnFileError("it is not an Arrow file") }
    self.bytes = bytes
    if bytes.starts(with: ArrowMessages.fileMark) {
      (schema, places) = try ArrowMessages.list(bytes)
      return
    }
    schema = FlatTable.none
    guard let first = try? next(), first.kind == .schema else { throw ColumnFileError("it is not an Arrow file") }
    schema = first.header
  }

  /// What stands behind the messages of a file: the schema, and where each message starts.
  private static func list(_ bytes: UnsafeRawBufferPointer) throws(ColumnFileError) -> (FlatTable, [Int]) {
    guard bytes.count >= 18, bytes.suffix(6).elementsEqual(fileMark) else {
      throw ColumnFileError("it is damaged or ends early")
    }
    let count = Int(bytes.loadUnaligned(fromByteOffset: bytes.count - 10, as: UInt32.self))
    guard count <= bytes.count - 18 else { throw ColumnFileError("its description is damaged") }
    let start = bytes.count - 10 - count
    let footer = try FlatTable(UnsafeRawBufferPointer(rebasing: bytes[start..<start + count]))
    guard let schema = try footer.table(1) else { throw ColumnFileError("its description is damaged") }
    // Each place is three words: the offset, the size of the description and that of the buffers.
    let blocks = try footer.words(2, width: 3) + footer.words(3, width: 3)
    let places = stride(from: 0, to: blocks.count, by: 3).map { blocks[$0] }
    // A message listed twice would make rows from nothing.
    guard Set(places).count == places.count else { throw ColumnFileError("its description is damaged") }
    return (schema, places.reversed())
  }

  private func word(_ at: Int) -> Int { Int(bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self)) }

  /// The next message, or nil at the end.
  mutating func next() throws(ColumnFileError) -> Message? {
    if places != nil {
      guard let place = places?.popLast() else { return nil }
      guard place >= 0, place <= bytes.count - 8 else { throw ColumnFileError("its description is damaged") }
      position = place
    }
    let damaged = ColumnFileError("it is damaged or ends early", offset: position)
    guard position + 4 <= bytes.count else {
      guard position == bytes.count else { throw damaged }
      return nil
    }
    var count = word(position)
    position += 4
    // Before the sizes stand four bytes that older writers left out.
    if count == 0xFFFF_FFFF {
      guard position + 4 <= bytes.count else { throw damaged }
      count = word(position)
      position += 4
    }
    if count == 0 { return nil }
    guard count >= 8, count <= bytes.count - position else { throw damaged }
    let message = try FlatTable(UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
    position += count
    let bodyCount = try message.int(3, Int64.self)
    guard bodyCount >= 0, bodyCount <= bytes.count - position, let header = try message.table(2) else { throw damaged }
    let body = position..<position + bodyCount
    position += bodyCount
    guard let kind = Kind(rawValue: try message.int(1, UInt8.self)) else {
      throw ColumnFileError("it holds tensors, which are not read", .unsupported)
    }
    return Message(kind: kind, header: header, body: body)
  }
}
