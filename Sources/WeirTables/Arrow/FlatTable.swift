/// A table of a flatbuffer, the form in which Arrow keeps its metadata. Nothing is read past the ends.
struct FlatTable {
  let bytes: UnsafeRawBufferPointer
  private let position: Int
  private let slots: Int
  private let slotCount: Int

  private static let damaged = ColumnFileError("its description is damaged")

  /// A table without fields.
  static var none: FlatTable { FlatTable() }

  private init() {
    bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    (position, slots, slotCount) = (0, 0, 0)
  }

  /// The table that a buffer is about.
  init(_ bytes: UnsafeRawBufferPointer) throws(ColumnFileError) {
    try self.init(bytes, at: Int(FlatTable.load(UInt32.self, bytes, 0)))
  }

  private init(_ bytes: UnsafeRawBufferPointer, at position: Int) throws(ColumnFileError) {
    self.bytes = bytes
    self.position = position
    slots = position - Int(try FlatTable.load(Int32.self, bytes, position))
    let size = Int(try FlatTable.load(UInt16.self, bytes, slots))
    guard size >= 4, size <= bytes.count - slots else { throw FlatTable.damaged }
    slotCount = (size - 4) / 2
  }

  private static func load<Value: FixedWidthInteger & BitwiseCopyable>(
    _ type: Value.Type, _ bytes: UnsafeRawBufferPointer, _ at: Int
  ) throws(ColumnFileError) -> Value {
    guard at >= 0, at <= bytes.count - MemoryLayout<Value>.size else { throw damaged }
    return bytes.loadUnaligned(fromByteOffset: at, as: Value.self)
  }

  /// Where the value of a field stands; nil where it is left out.
  private func place(_ field: Int) throws(ColumnFileError) -> Int? {
    guard field < slotCount else { return nil }
    let offset = Int(try FlatTable.load(UInt16.self, bytes, slots + 4 + field * 2))
    return offset == 0 ? nil : position + offset
  }

  func int<Value: FixedWidthInteger & BitwiseCopyable>(
    _ field: Int, _ type: Value.Type, default value: Int = 0
  ) throws(ColumnFileError) -> Int {
    guard let place = try place(field) else { return value }
    return Int(truncatingIfNeeded: try FlatTable.load(type, bytes, place))
  }

  func bool(_ field: Int) throws(ColumnFileError) -> Bool { try int(field, UInt8.self) != 0 }

  /// Where a table, text or list begins that a field points at.
  private func target(_ field: Int) throws(ColumnFileError) -> Int? {
    guard let place = try place(field) else { return nil }
    return place + Int(try FlatTable.load(UInt32.self, bytes, place))
  }

  func table(_ field: Int) throws(ColumnFileError) -> FlatTable? {
    guard let target = try target(field) else { return nil }
    return try FlatTable(bytes, at: target)
  }

  func text(_ field: Int) throws(ColumnFileError) -> String {
    guard let list = try list(field, stride: 1) else { return "" }
    return String(decoding: UnsafeRawBufferPointer(rebasing: bytes[list.start..<list.start + list.count]), as: UTF8.self)
  }

  /// Where the items of a list begin, and how many there are.
  func list(_ field: Int, stride: Int) throws(ColumnFileError) -> (start: Int, count: Int)? {
    guard let target = try target(field) else { return nil }
    let count = Int(try FlatTable.load(UInt32.self, bytes, target))
    guard count <= (bytes.count - target - 4) / stride else { throw FlatTable.damaged }
    return (target + 4, count)
  }

  func tables(_ field: Int) throws(ColumnFileError) -> [FlatTable] {
    guard let list = try list(field, stride: 4) else { return [] }
    var tables: [FlatTable] = []
    for i in 0..<list.count {
      let place = list.start + i * 4
      tables.append(try FlatTable(bytes, at: place + Int(try FlatTable.load(UInt32.self, bytes, place))))
    }
    return tables
  }

  /// The 64-bit integers of a list of structures that have `width` of them each.
  func words(_ field: Int, width: Int) throws(ColumnFileError) -> [Int] {
    guard let list = try list(field, stride: width * 8) else { return [] }
    return (0..<list.count * width).map { i in
      Int(bytes.loadUnaligned(fromByteOffset: list.start + i * 8, as: Int64.self))
    }
  }
}
