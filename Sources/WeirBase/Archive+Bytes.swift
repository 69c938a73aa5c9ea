extension Archive {
  /// The canonical bytes: a tag, then little-endian lengths and values.
  package func encoded() -> [UInt8] {
    var out: [UInt8] = []
    write(to: &out)
    return out
  }

  private func write(to out: inout [UInt8]) {
    switch self {
    case .none: out.append(0)
    case .bool(let value): out.append(value ? 2 : 1)
    case .int(let value):
      out.append(3)
      Archive.append(UInt64(bitPattern: value), to: &out)
    case .float(let value):
      out.append(4)
      // One byte form for every NaN, so that equal results have equal bytes.
      Archive.append(value.isNaN ? Double.nan.bitPattern : value.bitPattern, to: &out)
    case .text(let value):
      out.append(5)
      Archive.append(UInt64(value.utf8.count), to: &out)
      out.append(contentsOf: value.utf8)
    case .bytes(let value):
      out.append(6)
      Archive.append(UInt64(value.count), to: &out)
      out.append(contentsOf: value)
    case .ints(let values):
      out.append(7)
      Archive.append(UInt64(values.count), to: &out)
      Archive.append(words: values, to: &out)
    case .floats(let values):
      out.append(8)
      Archive.append(UInt64(values.count), to: &out)
      Archive.append(words: values.contains { $0.isNaN } ? values.map { $0.isNaN ? Double.nan : $0 } : values, to: &out)
    case .list(let values):
      out.append(9)
      Archive.append(UInt64(values.count), to: &out)
      for value in values { value.write(to: &out) }
    case .record(let fields):
      out.append(10)
      Archive.append(UInt64(fields.count), to: &out)
      for field in fields {
        Archive.append(UInt64(field.name.utf8.count), to: &out)
        out.append(contentsOf: field.name.utf8)
        field.value.write(to: &out)
      }
    }
  }

  /// The bytes of numbers of eight bytes, in one piece: archives are little-endian, as every machine is that this runs on.
  private static func append<T>(words values: [T], to out: inout [UInt8]) {
    values.withUnsafeBytes { out.append(contentsOf: $0) }
  }

  private static func append(_ value: UInt64, to out: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
  }

  /// Reads bytes that `encoded()` wrote. Hostile bytes give an error, with memory bounded by their length.
  package init(decoding bytes: [UInt8]) throws {
    var reader = Reader(bytes: bytes)
    self = try reader.read(depth: 0)
    guard reader.position == bytes.count else { throw ArchiveError("bytes are left over at \(reader.position)") }
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read(depth: Int) throws -> Archive {
      guard depth < 300 else { throw ArchiveError("nested deeper than 300") }
      guard position < bytes.count else { throw ArchiveError("the bytes end early") }
      let tag = bytes[position]
      position += 1
      switch tag {
      case 0: return .none
      case 1: return .bool(false)
      case 2: return .bool(true)
      case 3: return .int(Int64(bitPattern: try word()))
      case 4: return .float(Double(bitPattern: try word()))
      case 5: return .text(try text())
      case 6: return .bytes(Array(try slice(try length(unit: 1))))
      case 7:
        return .ints(try words(try length(unit: 8), zero: Int64(0)))
      case 8:
        return .floats(try words(try length(unit: 8), zero: 0.0))
      case 9:
        let count = try length(unit: 1)
        var values: [Archive] = []
        for _ in 0..<count { values.append(try read(depth: depth + 1)) }
        return .list(values)
      case 10:
        let count = try length(unit: 9)
        var fields: [Field] = []
        for _ in 0..<count { fields.append(Field(try text(), try read(depth: depth + 1))) }
        return .record(fields)
      default: throw ArchiveError("an unknown tag \(tag) at \(position - 1)")
      }
    }

    mutating func word() throws -> UInt64 {
      guard bytes.count - position >= 8 else { throw ArchiveError("the bytes end early") }
      let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: UInt64.self) }
      position += 8
      return UInt64(littleEndian: value)
    }

    /// A count of things of at least `unit` bytes each; refused where the bytes left cannot hold them.
    mutating func length(unit: Int) throws -> Int {
      let value = try word()
      guard let count = Int(exactly: value), count <= (bytes.count - position) / unit else {
        throw ArchiveError("a length of \(value) is more than the bytes left")
      }
      return count
    }

    /// Numbers of eight bytes, in one piece.
    mutating func words<T: BitwiseCopyable>(_ count: Int, zero: T) throws -> [T] {
      let part = try slice(count * 8)
      return [T](unsafeUninitializedCapacity: count) { buffer, filled in
        part.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
        filled = count
      }
    }

    mutating func slice(_ count: Int) throws -> ArraySlice<UInt8> {
      guard count <= bytes.count - position else { throw ArchiveError("the bytes end early") }
      defer { position += count }
      return bytes[position..<position + count]
    }

    mutating func text() throws -> String {
      let part = try slice(try length(unit: 1))
      guard let value = String(validating: part, as: UTF8.self) else { throw ArchiveError("a text is not UTF-8") }
      return value
    }
  }
}
