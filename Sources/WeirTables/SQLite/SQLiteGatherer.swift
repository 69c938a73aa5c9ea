import GRDBSQLite
import WeirBase

/// Gathers the values of one column, row by row, in the narrowest type so far.
///
/// The type comes from the values: only ints make an int column; ints and reals floats; texts a text column, and a date,
/// datetime or duration where it is declared so and every value reads as one. Texts together with numbers are texts, the
/// numbers written with the fewest digits that read back. NULL is a missing value. Binary data become texts as
/// `SQLiteBlobs` says, and stand with nothing else in one column: their digits could not be told from such texts.
final class SQLiteGatherer {
  private enum Kind { case nothing, ints, floats, texts, mixed, blobs }

  let name: String
  private let declared: SQLiteType
  private let blobs: SQLiteBlobs
  private var kind = Kind.nothing
  private var rows = 0
  private var ints: [Int64] = []
  private var floats: [Double] = []
  private var texts = TextGatherer()
  private var mixed: [Scalar] = []
  private var missing: [Int] = []

  init(_ name: String, _ declared: SQLiteType, _ blobs: SQLiteBlobs) {
    self.name = name
    self.declared = declared
    self.blobs = blobs
  }

  /// Whether its texts are the digits of binary data.
  var holdsDigits: Bool { kind == .blobs }

  /// Takes the value at `place` of the statement's row.
  @inline(__always)
  func append(_ statement: SQLiteStatement, _ place: Int32) throws {
    let handle = statement.handle
    switch sqlite3_column_type(handle, place) {
    case SQLITE_INTEGER:
      let value = sqlite3_column_int64(handle, place)
      if kind == .ints { ints.append(value) } else { try widen(.int(value), statement) }
    case SQLITE_FLOAT:
      let value = sqlite3_column_double(handle, place)
      if kind == .floats { floats.append(value) } else { try widen(.float(value), statement) }
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, place)
      try append(
        text: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, place))), statement)
    case SQLITE_NULL:
      missing.append(rows)
      appendZero()
    default:
      let start = sqlite3_column_blob(handle, place)
      let blob = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, place)))
      if blobs == .text { try append(text: blob, statement) } else { try append(blob: blob, statement) }
    }
    rows += 1
  }

  private func append(text: UnsafeRawBufferPointer, _ statement: SQLiteStatement) throws {
    guard isUTF8(text) else {
      throw statement.connection.malformed("row \(rows + 1) holds a text that is not UTF-8", column: name)
    }
    if kind == .texts { texts.append(text) } else { try widen(.text(String(decoding: text, as: UTF8.self)), statement) }
  }

  private func append(blob: UnsafeRawBufferPointer, _ statement: SQLiteStatement) throws {
    guard blobs != .error else {
      throw SQLiteError.blob(file: statement.connection.name, column: name, row: rows + 1, besides: nil)
    }
    if kind == .nothing {
      kind = .blobs
      for _ in 0..<rows { texts.append(UnsafeRawBufferPointer(start: nil, count: 0)) }
    }
    guard kind == .blobs else { throw mixture(statement, besides: kind == .ints || kind == .floats ? "numbers" : "texts") }
    let digits = blobs == .base64 ? BlobDigits.base64(blob) : BlobDigits.hex(blob)
    digits.withUnsafeBytes { texts.append($0) }
  }

  private func mixture(_ statement: SQLiteStatement, besides others: String) -> SQLiteError {
    .blob(file: statement.connection.name, column: name, row: rows + 1, besides: others)
  }

  private func appendZero() {
    switch kind {
    case .nothing: break
    case .ints: ints.append(0)
    case .floats: floats.append(0)
    case .texts, .blobs: texts.append(UnsafeRawBufferPointer(start: nil, count: 0))
    case .mixed: mixed.append(.missing)
    }
  }

  /// Takes a value that does not fit the kind so far.
  private func widen(_ value: Scalar, _ statement: SQLiteStatement) throws {
    if kind == .blobs {
      let others = if case .text = value { "texts" } else { "numbers" }
      throw mixture(statement, besides: others)
    }
    if kind == .nothing {
      switch value {
      case .int(let x): (kind, ints) = (.ints, Array(repeating: 0, count: rows) + [x])
      case .float(let x): (kind, floats) = (.floats, Array(repeating: 0, count: rows) + [x])
      case .text(let x):
        kind = .texts
        for _ in 0..<rows { texts.append(UnsafeRawBufferPointer(start: nil, count: 0)) }
        texts.append(x)
      default: break
      }
      return
    }
    if kind != .mixed {
      mixed = soFar()
      (kind, ints, floats, texts) = (.mixed, [], [], TextGatherer())
    }
    mixed.append(value)
  }

  private func soFar() -> [Scalar] {
    var out: [Scalar]
    switch kind {
    case .ints: out = ints.map { .int($0) }
    case .floats: out = floats.map { .float($0) }
    case .texts:
      let values = texts.finished()
      out = (0..<rows).map { .text(values[$0]) }
    case .nothing, .mixed, .blobs: out = mixed
    }
    for row in missing { out[row] = .missing }
    return out
  }

  private func isUTF8(_ text: UnsafeRawBufferPointer) -> Bool {
    var i = 0
    while i + 8 <= text.count {
      if text.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { break }
      i += 8
    }
    while i < text.count, text[i] < 0x80 { i += 1 }
    return i == text.count || String(validating: text[i...], as: UTF8.self) != nil
  }
}

// MARK: - The column

extension SQLiteGatherer {
  /// The column of all rows taken.
  func finished() -> Column {
    var validity: Bitmap?
    if !missing.isEmpty {
      var bits = Bitmap(repeating: true, count: rows)
      for row in missing { bits[row] = false }
      validity = bits
    }
    switch kind {
    case .nothing: return .missing(declared.whenEmpty, count: rows)
    case .ints: return Column(whole(), validity: validity)
    case .floats: return Column(.float(floats), validity: validity)
    case .texts:
      let values = texts.finished()
      return Column(times(values, validity) ?? .text(values), validity: validity)
    case .blobs: return Column(.text(texts.finished()), validity: validity)
    case .mixed: return Column(joined(), validity: validity)
    }
  }

  private func whole() -> Column.Storage {
    switch declared.meaning {
    case .bool where ints.allSatisfy({ $0 == 0 || $0 == 1 }): .bool(ints.map { $0 == 1 })
    case .duration: .duration(ints)
    default: .int(ints)
    }
  }

  private func joined() -> Column.Storage {
    if !mixed.contains(where: { if case .text = $0 { true } else { false } }) {
      return .float(mixed.map { $0.double ?? 0 })
    }
    return .text(
      TextValues(
        mixed.map {
          switch $0 {
          case .int(let x): x.description
          case .float(let x): x.description
          case .text(let x): x
          default: ""
          }
        }))
  }

  /// The texts as what they are declared to be, where every one of them is; a day in a column of days, else a moment.
  private func times(_ values: TextValues, _ validity: Bitmap?) -> Column.Storage? {
    let parser = FieldParser()
    switch declared.meaning {
    case .date:
      return parsed(values, validity, zero: 0, parser.date).map { .date($0) }
        ?? parsed(values, validity, zero: 0, parser.dateTime).map { .dateTime($0) }
    case .dateTime: return parsed(values, validity, zero: 0, parser.dateTime).map { .dateTime($0) }
    case .duration: return parsed(values, validity, zero: 0, parser.duration).map { .duration($0) }
    case .bool, .plain: return nil
    }
  }

  private func parsed<Element>(
    _ values: TextValues, _ validity: Bitmap?, zero: Element, _ parse: (UnsafeRawBufferPointer) -> Element?
  ) -> [Element]? {
    values.bytes.withUnsafeBytes { bytes in
      var out: [Element] = []
      out.reserveCapacity(values.count)
      for row in 0..<values.count {
        if let validity, !validity[row] {
          out.append(zero)
          continue
        }
        let entry = values.codes.map { Int($0[row]) } ?? row
        let raw = UnsafeRawBufferPointer(rebasing: bytes[values.offsets[entry]..<values.offsets[entry + 1]])
        guard let value = parse(raw) else { return nil }
        out.append(value)
      }
      return out
    }
  }
}
