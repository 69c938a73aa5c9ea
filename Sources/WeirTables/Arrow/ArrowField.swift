/// A column of an Arrow file as its schema describes it.
struct ArrowField: Sendable {
  enum Unit: Int, Sendable { case seconds, millis, micros, nanos }

  indirect enum Kind: Sendable, Equatable {
    case nothing, bool
    case int(bits: Int, signed: Bool)
    case float(bits: Int)
    case text(isLarge: Bool)
    case textView
    case days
    case dayMillis
    case time(Unit, bits: Int)
    case moment(Unit)
    case duration(Unit)
    case decimal(scale: Int, bits: Int)
    case record
    /// What is not read: what it is, and how many buffers it has before those of its children.
    case other(String, buffers: Int)
  }

  struct Dictionary: Sendable {
    let id: Int
    let bits: Int
    let signed: Bool
  }

  var name: String
  let kind: Kind
  var dictionary: Dictionary?
  var children: [ArrowField]

  private static let deepest = 32

  /// The field of what its codes stand for.
  var values: ArrowField {
    var field = self
    field.dictionary = nil
    return field
  }

  init(_ table: FlatTable, depth: Int = 0) throws(ColumnFileError) {
    guard depth < ArrowField.deepest else { throw ColumnFileError("its description is damaged") }
    name = try table.text(0)
    kind = try ArrowField.kind(try table.int(2, UInt8.self), try table.table(3))
    if let encoding = try table.table(4) {
      let index = try encoding.table(1)
      dictionary = Dictionary(
        id: try encoding.int(0, Int64.self), bits: try index?.int(0, Int32.self) ?? 32,
        signed: try index?.bool(1) ?? true)
    } else {
      dictionary = nil
    }
    children = []
    for child in try table.tables(5) { children.append(try ArrowField(child, depth: depth + 1)) }
  }

  private static func kind(_ type: Int, _ table: FlatTable?) throws(ColumnFileError) -> Kind {
    func unit(_ fallback: Int) throws(ColumnFileError) -> Unit {
      guard let unit = Unit(rawValue: try table?.int(0, Int16.self, default: fallback) ?? fallback) else {
        throw ColumnFileError("its description is damaged")
      }
      return unit
    }
    switch type {
    case 1: return .nothing
    case 2: return .int(bits: try table?.int(0, Int32.self) ?? 0, signed: try table?.bool(1) ?? false)
    case 3: return .float(bits: 16 << min(max(try table?.int(0, Int16.self) ?? 0, 0), 2))
    case 4: return .other("bytes", buffers: 3)
    case 5: return .text(isLarge: false)
    case 6: return .bool
    case 7:
      return .decimal(
        scale: try table?.int(1, Int32.self) ?? 0, bits: try table?.int(2, Int32.self, default: 128) ?? 128)
    case 8: return try table?.int(0, Int16.self, default: 1) == 0 ? .days : .dayMillis
    case 9: return .time(try unit(1), bits: try table?.int(1, Int32.self, default: 32) ?? 32)
    case 10: return .moment(try unit(0))
    case 11: return .other("intervals of months and days", buffers: 2)
    case 12, 17: return .other(type == 12 ? "lists" : "maps", buffers: 2)
    case 13: return .record
    case 15: return .other("bytes", buffers: 2)
    case 16: return .other("lists", buffers: 1)
    case 18: return .duration(try unit(1))
    case 19: return .other("bytes", buffers: 3)
    case 20: return .text(isLarge: true)
    case 21: return .other("lists", buffers: 2)
    case 24: return .textView
    default: throw ColumnFileError("it has columns of a kind that is not read (\(type))", .unsupported)
    }
  }
}
