/// Reads Thrift's compact protocol, in which Parquet keeps its metadata.
///
/// Nothing is read past the end, nesting is bounded, and a list never takes more memory than it has bytes.
struct ThriftReader {
  enum Kind: UInt8 {
    case stop, yes, no, byte, int16, int32, int64, double, binary, list, set, map, structure
  }

  private static let deepest = 32

  let bytes: UnsafeRawBufferPointer
  private(set) var position: Int
  private let end: Int
  private var depth = 0
  /// What stands for the value of the field at hand where it is a bool: its kind alone says it.
  private var kind = Kind.stop

  init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  private func fault() -> ColumnFileError { ColumnFileError("its description is damaged", offset: position) }

  private mutating func byte() throws(ColumnFileError) -> UInt8 {
    guard position < end else { throw fault() }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func varint() throws(ColumnFileError) -> UInt64 {
    var value: UInt64 = 0, shift: UInt64 = 0
    while shift < 64 {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw fault()
  }

  /// An integer of the field at hand, of whatever width.
  mutating func int() throws(ColumnFileError) -> Int {
    switch kind {
    case .byte: return Int(Int8(bitPattern: try byte()))
    case .int16, .int32, .int64:
      let value = try varint()
      return Int(Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1))
    default: throw fault()
    }
  }

  func bool() throws(ColumnFileError) -> Bool {
    guard kind == .yes || kind == .no else { throw fault() }
    return kind == .yes
  }

  /// Where the bytes of the field at hand stand.
  mutating func binary() throws(ColumnFileError) -> Range<Int> {
    guard kind == .binary else { throw fault() }
    let count = try varint()
    guard count <= UInt64(end - position) else { throw fault() }
    let start = position
    position += Int(count)
    return start..<position
  }

  mutating func text() throws(ColumnFileError) -> String {
    String(decoding: UnsafeRawBufferPointer(rebasing: bytes[try binary()]), as: UTF8.self)
  }

  /// Reads the fields of a structure. `field` says whether it read the value; what it leaves is skipped.
  mutating func structure(
    _ field: (inout ThriftReader, _ id: Int) throws(ColumnFileError) -> Bool
  ) throws(ColumnFileError) {
    guard kind == .structure || kind == .stop, depth < ThriftReader.deepest else { throw fault() }
    depth += 1
    var id = 0
    while true {
      let header = try byte()
      guard let next = Kind(rawValue: header & 15) else { throw fault() }
      if next == .stop { break }
      if header >> 4 != 0 {
        id &+= Int(header >> 4)
      } else {
        kind = .int16
        id = try int()
      }
      kind = next
      if !(try field(&self, id)) {
        kind = next
        try skip()
      }
    }
    depth -= 1
    kind = .structure
  }

  /// Reads the items of a list one after the other.
  mutating func list(_ item: (inout ThriftReader) throws(ColumnFileError) -> Void) throws(ColumnFileError) {
    guard kind == .list || kind == .set, depth < ThriftReader.deepest else { throw fault() }
    let header = try byte()
    guard var next = Kind(rawValue: header & 15), next != .stop else { throw fault() }
    let count = header >> 4 == 15 ? try varint() : UInt64(header >> 4)
    // Each item takes a byte at least.
    guard count <= UInt64(end - position) else { throw fault() }
    depth += 1
    for _ in 0..<count {
      if next == .yes || next == .no { next = try byte() == 1 ? .yes : .no }
      kind = next
      try item(&self)
    }
    depth -= 1
  }

  private mutating func skip() throws(ColumnFileError) {
    switch kind {
    case .stop, .yes, .no: break
    case .byte: _ = try byte()
    case .int16, .int32, .int64: _ = try varint()
    case .double:
      guard end - position >= 8 else { throw fault() }
      position += 8
    case .binary: _ = try binary()
    case .list, .set: try list { reader throws(ColumnFileError) in try reader.skip() }
    case .structure: try structure { _, _ throws(ColumnFileError) in false }
    case .map:
      let count = try varint()
      guard count > 0 else { return }
      guard count <= UInt64(end - position), depth < ThriftReader.deepest else { throw fault() }
      let kinds = try byte()
      guard let key = Kind(rawValue: kinds >> 4), let value = Kind(rawValue: kinds & 15) else { throw fault() }
      depth += 1
      for _ in 0..<count {
        for part in [key, value] {
          kind = part
          if part == .yes || part == .no { _ = try byte() } else { try skip() }
        }
      }
      depth -= 1
    }
  }
}
