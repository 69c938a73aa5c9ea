/// The footer of a Parquet file: what columns there are and where their pages lie.
struct ParquetMetadata: Sendable {
  enum Physical: Int, Sendable {
    case boolean, int32, int64, int96, float, double, byteArray, fixedByteArray
  }

  enum Unit: Int, Sendable { case millis = 1, micros, nanos }

  /// What the values of a column stand for, beyond how they are stored.
  enum Logical: Sendable, Equatable {
    case text, enumeration, json, bson, uuid, date, float16, unknown, interval
    case map, list
    case decimal(scale: Int, precision: Int)
    case time(Unit)
    case timestamp(Unit)
    case integer(bits: Int, signed: Bool)
    case other(Int)
  }

  struct Element: Sendable {
    var name = ""
    var physical: Int?
    var typeLength = 0
    /// 0 required, 1 optional, 2 repeated.
    var repetition = 0
    var childCount = 0
    var logical: Logical?
    var converted: Int?
    var scale = 0
    var precision = 0
  }

  struct Chunk: Sendable {
    var isElsewhere = false
    var isEncrypted = false
    var physical = -1
    var codec = 0
    var valueCount = 0
    var uncompressed = 0
    var compressed = 0
    var dataOffset = 0
    var dictionaryOffset: Int?
    var statistics: ParquetStatistics?

    /// Where its pages begin.
    var start: Int { dictionaryOffset.map { $0 > 0 ? min($0, dataOffset) : dataOffset } ?? dataOffset }
  }

  struct RowGroup: Sendable {
    var chunks: [Chunk] = []
    var rowCount = 0
  }

  var elements: [Element] = []
  var rowCount = 0
  var groups: [RowGroup] = []
  var notes: [String: String] = [:]
  var writer: String?

  init(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var elements: [Element] = [], groups: [RowGroup] = [], notes: [String: String] = [:]
    var rowCount = 0, writer: String?
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 2: try r.list { r throws(ColumnFileError) in elements.append(try Element(&r)) }
      case 3: rowCount = try r.int()
      case 4: try r.list { r throws(ColumnFileError) in groups.append(try RowGroup(&r)) }
      case 5: try r.list { r throws(ColumnFileError) in try ParquetMetadata.note(&r, into: &notes) }
      case 6: writer = try r.text()
      default: return false
      }
      return true
    }
    (self.elements, self.groups, self.notes, self.rowCount, self.writer) = (elements, groups, notes, rowCount, writer)
  }

  private static func note(_ reader: inout ThriftReader, into notes: inout [String: String]) throws(ColumnFileError) {
    var key = "", value = ""
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: key = try r.text()
      case 2: value = try r.text()
      default: return false
      }
      return true
    }
    notes[key] = value
  }
}

extension ParquetMetadata.Element {
  init(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var element = ParquetMetadata.Element()
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: element.physical = try r.int()
      case 2: element.typeLength = try r.int()
      case 3: element.repetition = try r.int()
      case 4: element.name = try r.text()
      case 5: element.childCount = try r.int()
      case 6: element.converted = try r.int()
      case 7: element.scale = try r.int()
      case 8: element.precision = try r.int()
      case 10: element.logical = try ParquetMetadata.Logical(&r)
      default: return false
      }
      return true
    }
    self = element
  }

  /// The meaning by the newer annotation, or by the older one where that is all there is.
  var meaning: ParquetMetadata.Logical? {
    if let logical { return logical }
    switch converted {
    case nil: return nil
    case 0: return .text
    case 1, 2: return .map
    case 3: return .list
    case 4: return .enumeration
    case 5: return .decimal(scale: scale, precision: precision)
    case 6: return .date
    case 7: return .time(.millis)
    case 8: return .time(.micros)
    case 9: return .timestamp(.millis)
    case 10: return .timestamp(.micros)
    case .some(let k) where (11...14).contains(k): return .integer(bits: 8 << (k - 11), signed: false)
    case .some(let k) where (15...18).contains(k): return .integer(bits: 8 << (k - 15), signed: true)
    case 19: return .json
    case 20: return .bson
    case 21: return .interval
    case .some(let k): return .other(k)
    }
  }
}

extension ParquetMetadata.Logical {
  init?(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var found: ParquetMetadata.Logical?
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: found = .text
      case 2: found = .map
      case 3: found = .list
      case 4: found = .enumeration
      case 5:
        var scale = 0, precision = 0
        try r.structure { r, id throws(ColumnFileError) in
          switch id {
          case 1: scale = try r.int()
          case 2: precision = try r.int()
          default: return false
          }
          return true
        }
        found = .decimal(scale: scale, precision: precision)
        return true
      case 6: found = .date
      case 7:
        found = .time(try ParquetMetadata.Logical.unit(&r))
        return true
      case 8:
        found = .timestamp(try ParquetMetadata.Logical.unit(&r))
        return true
      case 10:
        var bits = 64, signed = true
        try r.structure { r, id throws(ColumnFileError) in
          switch id {
          case 1: bits = try r.int()
          case 2: signed = try r.bool()
          default: return false
          }
          return true
        }
        found = .integer(bits: bits, signed: signed)
        return true
      case 11: found = .unknown
      case 12: found = .json
      case 13: found = .bson
      case 14: found = .uuid
      case 15: found = .float16
      default: found = .other(id)
      }
      return false
    }
    guard let found else { return nil }
    self = found
  }

  private static func unit(_ reader: inout ThriftReader) throws(ColumnFileError) -> ParquetMetadata.Unit {
    var unit = ParquetMetadata.Unit.micros
    try reader.structure { r, id throws(ColumnFileError) in
      guard id == 2 else { return false }
      try r.structure { _, id throws(ColumnFileError) in
        unit = ParquetMetadata.Unit(rawValue: id) ?? unit
        return false
      }
      return true
    }
    return unit
  }
}

extension ParquetMetadata.RowGroup {
  init(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var group = ParquetMetadata.RowGroup()
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: try r.list { r throws(ColumnFileError) in group.chunks.append(try ParquetMetadata.Chunk(&r)) }
      case 3: group.rowCount = try r.int()
      default: return false
      }
      return true
    }
    self = group
  }
}

extension ParquetMetadata.Chunk {
  init(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var chunk = ParquetMetadata.Chunk()
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: chunk.isElsewhere = try !r.binary().isEmpty
      case 3: try chunk.readMetadata(&r)
      case 8, 9:
        chunk.isEncrypted = true
        return false
      default: return false
      }
      return true
    }
    self = chunk
  }

  private mutating func readMetadata(_ reader: inout ThriftReader) throws(ColumnFileError) {
    var chunk = self
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1: chunk.physical = try r.int()
      case 4: chunk.codec = try r.int()
      case 5: chunk.valueCount = try r.int()
      case 6: chunk.uncompressed = try r.int()
      case 7: chunk.compressed = try r.int()
      case 9: chunk.dataOffset = try r.int()
      case 11: chunk.dictionaryOffset = try r.int()
      case 12:
        let bytes = r.bytes
        chunk.statistics = try ParquetStatistics(&r) { Array(bytes[$0]) }
      default: return false
      }
      return true
    }
    self = chunk
  }
}
