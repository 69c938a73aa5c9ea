package import WeirBase

/// Reads back one object of a column of objects: (kind, archive).
package typealias ObjectReader = (String, Archive) throws -> any ColumnObject

extension Column {
  package var archive: Archive {
    let validity: Archive = self.validity.map { .ints($0.words.map { Int64(bitPattern: $0) }) } ?? .none
    return .of(["type": .text(type.description), "rows": .int(Int64(count)), "valid": validity, "values": storage.archive])
  }

  package init(archive: Archive, objects: ObjectReader) throws {
    let rows = try archive.part("rows").asInt(), type = try archive.part("type").asText()
    let storage = try Storage(archive: try archive.part("values"), type: type, objects: objects)
    guard rows >= 0, storage.count == rows else { throw ArchiveError("a column of the wrong length") }
    var validity: Bitmap?
    if case .ints(let words) = try archive.part("valid") {
      guard words.count == (rows + 63) / 64 else { throw ArchiveError("a column with the wrong validity") }
      validity = Bitmap(words: words.map { UInt64(bitPattern: $0) }, count: rows)
    }
    self.init(storage, validity: validity)
  }
}

extension Column.Storage {
  fileprivate var archive: Archive {
    switch self {
    case .bool(let values): return .bytes(values.map { $0 ? 1 : 0 })
    case .int(let values), .dateTime(let values), .duration(let values): return .ints(values)
    case .float(let values): return .floats(values)
    case .date(let values): return .ints(values.map { Int64($0) })
    case .text(let shared):
      // Entries of its own: what is kept must not depend on the column that the rows were chosen from.
      let texts = shared.entriesAreDistinct ? shared : shared.compacted
      let codes: Archive = texts.codes.map { .ints($0.map { Int64($0) }) } ?? .none
      return .of(["bytes": .bytes(texts.bytes), "offsets": .ints(texts.offsets.map { Int64($0) }), "codes": codes])
    case .objects(let values, _):
      return .list(values.map {
        .of(["kind": .text(Swift.type(of: $0).archiveName), "value": $0.archive])
      })
    }
  }

  fileprivate init(archive: Archive, type: String, objects: ObjectReader) throws {
    switch type {
    case "bool": self = .bool(try archive.asBytes().map { $0 != 0 })
    case "int": self = .int(try archive.asInts())
    case "float": self = .float(try archive.asFloats())
    case "datetime": self = .dateTime(try archive.asInts())
    case "duration": self = .duration(try archive.asInts())
    case "date":
      self = .date(try archive.asInts().map {
        guard let day = Int32(exactly: $0) else { throw ArchiveError("a date out of range") }
        return day
      })
    case "text": self = .text(try TextValues(archive: archive))
    default:
      let values = try archive.asList().map { try objects(try $0.part("kind").asText(), try $0.part("value")) }
      self = .objects(values, type: type)
    }
  }
}

extension TextValues {
  fileprivate init(archive: Archive) throws {
    let bytes = try archive.part("bytes").asBytes()
    let offsets = try archive.part("offsets").asInts().map { Int($0) }
    var codes: [UInt32]?
    if case .ints(let stored) = try archive.part("codes") {
      codes = try stored.map {
        guard $0 >= 0, $0 < offsets.count - 1 else { throw ArchiveError("a text column with a wrong code") }
        return UInt32($0)
      }
    }
    guard offsets.first == 0, offsets.last == bytes.count, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw ArchiveError("a text column with wrong offsets")
    }
    self.init(bytes: bytes, offsets: offsets, codes: codes)
  }
}

extension Table {
  package var archive: Archive {
    let origins = lineage.origins.sorted().map { Archive.texts([$0.split, $0.part.rawValue]) }
    return .of([
      "rows": .int(Int64(rowCount)),
      "columns": .list(zip(names, columns).map { .of(["name": .text($0), "column": $1.archive]) }),
      "origins": .list(origins),
      "allowed": lineage.allowed.map { .text($0) } ?? .none,
    ])
  }

  package init(archive: Archive, objects: ObjectReader) throws {
    let columns = try archive.part("columns").asList().map {
      (name: try $0.part("name").asText(), column: try Column(archive: try $0.part("column"), objects: objects))
    }
    var origins: Set<Lineage.Origin> = []
    for origin in try archive.part("origins").asList() {
      let texts = try origin.asTexts()
      guard texts.count == 2, let part = Lineage.Part(rawValue: texts[1]) else { throw ArchiveError("a wrong lineage") }
      origins.insert(Lineage.Origin(split: texts[0], part: part))
    }
    let allowed: String? = if case .text(let reason) = try archive.part("allowed") { reason } else { nil }
    let rows = try archive.part("rows").asInt()
    do {
      try self.init(columns, rowCount: rows, lineage: Lineage(origins: origins, allowed: allowed))
    } catch {
      throw ArchiveError("a table whose columns do not fit together")
    }
  }
}
