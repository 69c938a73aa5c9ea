package import WeirBase

/// A value with values inside it: what stands in a column of lists or records, and what a JSON text says.
package indirect enum Nested: Sendable, Hashable {
  case scalar(Scalar)
  case list([Nested])
  case record([Field])

  package struct Field: Sendable, Hashable {
    package let name: String
    package let value: Nested
    package init(_ name: String, _ value: Nested) {
      self.name = name
      self.value = value
    }
  }

  package static let missing = Nested.scalar(.missing)

  /// The type of a column of such values, as a user reads it.
  package var columnTypeName: String {
    switch self {
    case .scalar: "value"
    case .list: "list"
    case .record: "record"
    }
  }
}

extension Nested: ColumnObject {
  package static var archiveName: String { "nested" }

  package var shortDescription: String { shortText(room: 60) }

  /// In one line, cut after about so many characters.
  private func shortText(room: Int) -> String {
    var out = ""
    append(to: &out, room: room)
    return out.count > room ? out.prefix(max(1, room - 1)) + "…" : out
  }

  private func append(to out: inout String, room: Int) {
    guard out.utf8.count <= room * 4 else { return }
    switch self {
    case .scalar(.text(let text)): out += quotedText(String(text.prefix(room + 1)))
    case .scalar(let value): out += value == .missing ? "missing" : formatScalar(value)
    case .list(let items):
      out += "["
      for (i, item) in items.prefix(room).enumerated() {
        if i > 0 { out += ", " }
        item.append(to: &out, room: room)
      }
      out += "]"
    case .record(let fields):
      out += "{"
      for (i, field) in fields.prefix(room).enumerated() {
        if i > 0 { out += ", " }
        out += field.name + ": "
        field.value.append(to: &out, room: room)
      }
      out += "}"
    }
  }

  // Lists and records are those of the archive; times, which it lacks, are pairs of ints.
  package var archive: Archive {
    switch self {
    case .scalar(let scalar):
      switch scalar {
      case .missing: .none
      case .bool(let x): .bool(x)
      case .int(let x): .int(x)
      case .float(let x): .float(x)
      case .text(let x): .text(x)
      case .date(let x): .ints([0, Int64(x.number)])
      case .dateTime(let x): .ints([1, x.microseconds])
      case .duration(let x): .ints([2, x.microseconds])
      }
    case .list(let items): .list(items.map(\.archive))
    case .record(let fields): .record(fields.map { Archive.Field($0.name, $0.value.archive) })
    }
  }

  package init(archive: Archive) throws {
    switch archive {
    case .none: self = .missing
    case .bool(let x): self = .scalar(.bool(x))
    case .int(let x): self = .scalar(.int(x))
    case .float(let x): self = .scalar(.float(x))
    case .text(let x): self = .scalar(.text(x))
    case .ints(let pair): self = .scalar(try Nested.time(pair))
    case .list(let items): self = .list(try items.map { try Nested(archive: $0) })
    case .record(let fields): self = .record(try fields.map { Field($0.name, try Nested(archive: $0.value)) })
    case .bytes, .floats: throw ArchiveError("a nested value of an unknown shape")
    }
  }

  private static func time(_ pair: [Int64]) throws -> Scalar {
    guard pair.count == 2 else { throw ArchiveError("a time of a wrong shape") }
    switch pair[0] {
    case 0:
      guard let day = Int32(exactly: pair[1]) else { throw ArchiveError("a date out of range") }
      return .date(Day(day))
    case 1: return .dateTime(Instant(pair[1]))
    case 2: return .duration(TimeSpan(pair[1]))
    default: throw ArchiveError("a time of an unknown kind")
    }
  }
}

extension Column {
  /// A column of lists, records, or values of several kinds; `validity` says which rows have one.
  package init(nested values: [Nested], validity: Bitmap? = nil) {
    var names: Set<String> = []
    for (row, value) in values.enumerated() where validity?[row] ?? true { names.insert(value.columnTypeName) }
    let type = names.count == 1 ? names.first ?? "value" : "value"
    self.init(.objects(values, type: type), validity: validity)
  }

  /// The values of a column of lists and records; nil for other columns.
  package var nestedValues: [Nested]? {
    guard case .objects(let objects, _) = storage, let nested = objects as? [Nested] else { return nil }
    return nested
  }
}
