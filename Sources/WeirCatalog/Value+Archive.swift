package import WeirBase

import WeirModels
package import WeirTables

/// Why a value can't be kept: functions live only as long as the session.
package struct NotArchivable: Error, Sendable {
  package let kind: String
}

/// What is needed to read values back: the foreign kinds and the builtins.
extension Value {
  package func archive() throws -> Archive {
    switch self {
    case .missing: .none
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .float(let value): .float(value)
    case .string(let value): .text(value)
    case .date(let value): tagged("date", .int(Int64(value.number)))
    case .dateTime(let value): tagged("datetime", .int(value.microseconds))
    case .duration(let value): tagged("duration", .int(value.microseconds))
    case .range(let value): tagged("range", .ints([value.lower, value.upper]))
    case .list(let items): .list(try items.map { try $0.archive() })
    case .record(let record):
      tagged("record", .record(try record.fields.map { Archive.Field($0.name, try $0.value.archive()) }))
    case .column(let column): tagged("column", column.archive)
    case .table(let table): tagged("table", table.archive)
    case .query(let query): tagged("table", try query.collect().archive)
    case .function(let function):
      if let builtin = function as? Builtin {
        tagged("builtin", .text(builtin.name))
      } else {
        throw NotArchivable(kind: "function")
      }
    case .plan(let plan): tagged("plan", plan.archive)
    case .model(let model): tagged("model", ModelKinds.tagged(model))
    case .other(let value): tagged("other", .of(["kind": .text(type(of: value).archiveName), "value": value.archive]))
    }
  }

  private func tagged(_ tag: String, _ value: Archive) -> Archive { .record([Archive.Field("#" + tag, value)]) }

  package init(archive: Archive, catalog: Catalog) throws {
    switch archive {
    case .none: self = .missing
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .text(let value): self = .string(value)
    case .list(let items): self = .list(try items.map { try Value(archive: $0, catalog: catalog) })
    case .record(let fields):
      guard let field = fields.first, fields.count == 1 else { throw ArchiveError("an untagged record") }
      self = try Value(tag: field.name, field.value, catalog)
    case .bytes, .ints, .floats: throw ArchiveError("an untagged sequence")
    }
  }

  private init(tag: String, _ value: Archive, _ catalog: Catalog) throws {
    switch tag {
    case "#date":
      guard let day = Int32(exactly: try value.asInt()) else { throw ArchiveError("a date out of range") }
      self = .date(Day(day))
    case "#datetime": self = .dateTime(Instant(Int64(try value.asInt())))
    case "#duration": self = .duration(TimeSpan(Int64(try value.asInt())))
    case "#range":
      let ends = try value.asInts()
      guard ends.count == 2 else { throw ArchiveError("a range has two ends") }
      self = .range(IntRange(ends[0], ends[1]))
    case "#record":
      self = .record(Record(try value.asFields().map { Record.Field($0.name, try Value(archive: $0.value, catalog: catalog)) }))
    case "#column": self = .column(try Column(archive: value, objects: catalog.columnObject))
    case "#table": self = .table(try Table(archive: value, objects: catalog.columnObject))
    case "#builtin":
      guard let builtin = catalog[try value.asText()] else { throw ArchiveError("an unknown builtin") }
      self = .function(builtin)
    case "#plan": self = .plan(try Plan(archive: value, kinds: catalog.kinds))
    case "#model": self = .model(try catalog.kinds.model(value))
    case "#other":
      let kind = try value.part("kind").asText()
      guard let read = catalog.foreign[kind] else { throw ArchiveError("an unknown kind of value, `\(kind)`") }
      self = .other(try read(try value.part("value")))
    default: throw ArchiveError("an unknown tag, `\(tag)`")
    }
  }
}

extension Catalog {
  /// Reads back one object of a column of objects.
  package func columnObject(_ kind: String, _ archive: Archive) throws -> any ColumnObject {
    if kind == Nested.archiveName { return try Nested(archive: archive) }
    guard let read = foreign[kind], let object = try read(archive) as? any ColumnObject else {
      throw ArchiveError("an unknown kind of column, `\(kind)`")
    }
    return object
  }
}
