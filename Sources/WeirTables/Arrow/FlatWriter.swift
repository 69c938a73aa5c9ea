/// What the field of a table of a flatbuffer holds.
indirect enum FlatValue: Sendable {
  case bool(Bool)
  case int8(Int)
  case int16(Int)
  case int32(Int)
  case int64(Int)
  case text(String)
  /// The fields by their numbers; nil where one is left out.
  case table([FlatValue?])
  case tables([[FlatValue?]])
  /// Structures of so many 64-bit integers each.
  case words([Int], width: Int)

  /// How many bytes it takes within its table; what is longer lies elsewhere, and the table says where.
  fileprivate var size: Int {
    switch self {
    case .bool, .int8: 1
    case .int16: 2
    case .int32, .text, .table, .tables, .words: 4
    case .int64: 8
    }
  }
}

/// Makes a flatbuffer: each table before what it points at.
struct FlatWriter {
  private(set) var bytes: [UInt8] = [0, 0, 0, 0]

  /// The flatbuffer about a table of these fields.
  static func bytes(of fields: [FlatValue?]) -> [UInt8] {
    var writer = FlatWriter()
    writer.point(from: 0, to: writer.table(fields))
    return writer.bytes
  }

  private init() {}

  private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func replace<Value: FixedWidthInteger>(_ place: Int, _ value: Value) {
    withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(place..<place + $0.count, with: $0) }
  }

  private mutating func point(from place: Int, to target: Int) {
    replace(place, UInt32(truncatingIfNeeded: target - place))
  }

  /// Fills up so that what comes `distance` bytes later stands at four beyond a multiple of eight: behind four bytes more
  /// are then eight that lie as they should.
  private mutating func align(before distance: Int = 0) {
    while (bytes.count + distance) % 8 != 4 { bytes.append(0) }
  }

  /// Where the table begins.
  private mutating func table(_ fields: [FlatValue?]) -> Int {
    let listSize = 4 + 2 * fields.count
    align(before: listSize)
    let list = bytes.count, start = list + listSize
    // The widest first, so that each lies at a multiple of its size.
    let order = fields.indices.filter { fields[$0] != nil }
      .sorted { (-(fields[$0]?.size ?? 0), $0) < (-(fields[$1]?.size ?? 0), $1) }
    var places = [Int](repeating: 0, count: fields.count), size = 4
    for field in order {
      places[field] = size
      size += fields[field]?.size ?? 0
    }
    append(UInt16(truncatingIfNeeded: listSize))
    append(UInt16(truncatingIfNeeded: size))
    for place in places { append(UInt16(truncatingIfNeeded: place)) }
    append(Int32(listSize))
    for field in order {
      switch fields[field] {
      case .bool(let value): append(UInt8(value ? 1 : 0))
      case .int8(let value): append(Int8(truncatingIfNeeded: value))
      case .int16(let value): append(Int16(truncatingIfNeeded: value))
      case .int32(let value): append(Int32(truncatingIfNeeded: value))
      case .int64(let value): append(Int64(value))
      default: append(UInt32(0))
      }
    }
    for field in order {
      let target: Int
      switch fields[field] {
      case .text(let text): target = self.text(text)
      case .table(let inner): target = table(inner)
      case .tables(let list): target = tables(list)
      case .words(let words, let width): target = self.words(words, width)
      default: continue
      }
      point(from: start + places[field], to: target)
    }
    return start
  }

  private mutating func text(_ text: String) -> Int {
    align()
    let start = bytes.count
    append(UInt32(truncatingIfNeeded: text.utf8.count))
    bytes += text.utf8
    bytes.append(0)
    return start
  }

  private mutating func tables(_ tables: [[FlatValue?]]) -> Int {
    align()
    let start = bytes.count
    append(UInt32(truncatingIfNeeded: tables.count))
    for _ in tables { append(UInt32(0)) }
    for (index, fields) in tables.enumerated() { point(from: start + 4 + index * 4, to: table(fields)) }
    return start
  }

  private mutating func words(_ words: [Int], _ width: Int) -> Int {
    align()
    let start = bytes.count
    append(UInt32(truncatingIfNeeded: words.count / max(width, 1)))
    words.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return start
  }
}
