/// One column of a Parquet file that holds values: a leaf of its schema.
struct ParquetLeaf: Sendable {
  /// What its values become.
  enum Kind: Sendable, Equatable {
    case bool
    case int(bits: Int, signed: Bool)
    case float
    case text
    case uuid
    case date
    case dateTime(ParquetMetadata.Unit)
    /// 96 bits: nanoseconds of the day and a Julian day.
    case oldDateTime
    /// A time of the day, as the duration since midnight.
    case duration(ParquetMetadata.Unit)
    case decimal(scale: Int)
    /// Nothing but missing values.
    case nothing
  }

  /// How a column of the table holds them: which words the pages write.
  enum Words: Sendable { case flags, days, ints, floats, texts }

  /// The names on the way to it, joined by dots.
  let name: String
  let place: Int
  let physical: ParquetMetadata.Physical
  /// The bytes of a value of fixed length.
  let typeLength: Int
  /// The level at which a value is there; 0 where it always is.
  let level: Int
  var kind: Kind
  /// Why it can't be read, or nil.
  let problem: String?

  var words: Words {
    switch kind {
    case .bool: .flags
    case .date: .days
    case .text, .uuid: .texts
    case .float, .nothing: .floats
    case .decimal(let scale): scale == 0 ? .ints : .floats
    case .int, .dateTime, .oldDateTime, .duration: .ints
    }
  }

  var type: ColumnType {
    switch kind {
    case .bool: .bool
    case .int: .int
    case .float, .nothing: .float
    case .text, .uuid: .text
    case .date: .date
    case .dateTime, .oldDateTime: .dateTime
    case .duration: .duration
    case .decimal(let scale): scale == 0 ? .int : .float
    }
  }

  /// The bytes of one value as PLAIN stores it; nil where values have lengths of their own, or are bits.
  var width: Int? {
    switch physical {
    case .boolean, .byteArray: nil
    case .int32, .float: 4
    case .int64, .double: 8
    case .int96: 12
    case .fixedByteArray: typeLength
    }
  }
}

extension ParquetMetadata {
  /// The leaves in the order of the file. Those inside of lists and maps have a problem, those inside of records do not.
  func leaves() throws(ColumnFileError) -> [ParquetLeaf] {
    guard let root = elements.first else { throw ColumnFileError("its schema is empty") }
    var leaves: [ParquetLeaf] = [], next = 1
    for _ in 0..<max(root.childCount, 0) { try addLeaves(&next, Path(), &leaves) }
    guard next == elements.count else { throw ColumnFileError("its schema does not fit together") }
    return leaves
  }

  private struct Path {
    var names: [String] = []
    var level = 0
    var problem: String?
    /// How many of the names lead to the list or map that is the problem.
    var depth = 0
  }

  private static let deepest = 64

  private func addLeaves(_ next: inout Int, _ path: Path, _ leaves: inout [ParquetLeaf]) throws(ColumnFileError) {
    guard next < elements.count, path.names.count < ParquetMetadata.deepest else {
      throw ColumnFileError("its schema does not fit together")
    }
    let element = elements[next]
    next += 1
    var path = path
    path.names.append(element.name)
    if element.repetition != 0 { path.level += 1 }
    if path.problem == nil {
      if element.meaning == .map {
        path.problem = "a map"
      } else if element.repetition == 2 || element.meaning == .list {
        path.problem = "a list"
      }
      path.depth = path.names.count
    }
    guard element.childCount > 0 else {
      if element.physical == nil {
        // A record without fields has no values.
        return
      }
      leaves.append(try leaf(element, path, place: leaves.count))
      return
    }
    for _ in 0..<element.childCount { try addLeaves(&next, path, &leaves) }
  }

  private func leaf(_ element: Element, _ path: Path, place: Int) throws(ColumnFileError) -> ParquetLeaf {
    let name = path.names.prefix(path.depth).joined(separator: ".")
    guard let physical = element.physical.flatMap(Physical.init(rawValue:)), element.typeLength >= 0,
      element.typeLength <= 1 << 20 || physical != .fixedByteArray, path.level < 1 << 15
    else { throw ColumnFileError("its schema does not fit together", column: name) }
    var problem = path.problem.map { "it is \($0), and such columns are not read" }
    var kind = ParquetLeaf.Kind.text
    do throws(ColumnFileError) {
      kind = try ParquetMetadata.kind(of: element, physical)
    } catch {
      problem = problem ?? error.problem
    }
    return ParquetLeaf(
      name: name, place: place, physical: physical, typeLength: element.typeLength, level: path.level, kind: kind,
      problem: problem)
  }

  private static func kind(of element: Element, _ physical: Physical) throws(ColumnFileError) -> ParquetLeaf.Kind {
    let meaning = element.meaning
    if meaning == .unknown { return .nothing }
    if case .decimal(let scale, let precision) = meaning { return try decimal(scale, precision, element, physical) }
    switch physical {
    case .boolean: return .bool
    case .float, .double: return .float
    case .int96: return .oldDateTime
    case .int32:
      switch meaning {
      case .date: return .date
      case .time(let unit): return .duration(unit)
      case .integer(let bits, let signed): return .int(bits: min(bits, 32), signed: signed)
      default: return .int(bits: 32, signed: true)
      }
    case .int64:
      switch meaning {
      case .time(let unit): return .duration(unit)
      case .timestamp(let unit): return .dateTime(unit)
      case .integer(_, let signed): return .int(bits: 64, signed: signed)
      default: return .int(bits: 64, signed: true)
      }
    case .byteArray:
      if meaning == .bson { throw ColumnFileError("it holds BSON, which is not read", .unsupported) }
      return .text
    case .fixedByteArray:
      if meaning == .uuid, element.typeLength == 16 { return .uuid }
      if meaning == .float16, element.typeLength == 2 { return .float }
      if meaning == .interval { throw ColumnFileError("it holds intervals of months and days, which are not read", .unsupported) }
      return .text
    }
  }

  private static func decimal(
    _ scale: Int, _ precision: Int, _ element: Element, _ physical: Physical
  ) throws(ColumnFileError) -> ParquetLeaf.Kind {
    guard scale >= 0, scale <= 300, precision > 0 else { throw ColumnFileError("it holds decimals of an unknown form", .unsupported) }
    switch physical {
    case .int32, .int64, .byteArray: return .decimal(scale: scale)
    case .fixedByteArray where (1...32).contains(element.typeLength): return .decimal(scale: scale)
    default: throw ColumnFileError("it holds decimals of an unknown form", .unsupported)
    }
  }
}
