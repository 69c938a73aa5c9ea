import GRDBSQLite
import WeirBase

/// Gathers the values of one column, row by row, in the narrowest type so far.
///
/// The type comes from the values: only ints make an int column; ints and reals floats; texts a text column, and a date,
/// datetime or duration where it is declared so and every value reads as one. Texts together with numbers are texts, the
/// numbers written with the fewest digits that read back. NULL is a missing value; binary data is refused.
final class SQLiteGatherer {
  private enum Kind { case nothing, ints, floats, texts, mixed }

  let name: String
  private let declared: SQLiteType
  private var kind = Kind.nothing
  private var rows = 0
  private var ints: [Int64] = []
  private var floats: [Double] = []
  private var texts = TextGatherer()
  private var mixed: [Scalar] = []
  private var missing: [Int] = []

  init(_ name: String, _ declared: SQLiteType) {
    self.name = name
    self.declared = declared
  }

  /// Takes the value at `place` of the statement's row.
  @inline(__always)
  func append(_ statement: SQLiteStatement, _ place: Int32) throws {
    let handle = statement.handle
    switch sqlite3_column_type(handle, place) {
    case SQLITE_INTEGER:
      let value = sqlite3_column_int64(handle, place)
      if kind == .ints { ints.append(value) } else { widen(.int(value)) }
    case SQLITE_FLOAT:
      let value = sqlite3_column_double(handle, place)
      if kind == .floats { floats.append(value) } else { widen(.float(value)) }
    case SQLITE_TEXT:
      let start = sqlite3_column_text(handle, place)
      let text = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, place)))
      guard isUTF8(text) else {
        throw statement.connection.malformed("row \(rows + 1) holds a text that is not UTF-8", column: name)
      }
      if kind == .texts { texts.append(text) } else { widen(.text(String(decoding: text, as: UTF8.self))) }
    case SQLITE_NULL:
      missing.append(rows)
      appendZero()
    default:
      throw TableError.other(
        "column `\(name)` of `\(statement.connection.name)` holds binary data (row \(rows + 1))",
        mend: "leave it out, or take its digits: `query: \"select hex(\(name)) as \(name), ... from ...\"`")
    }
    rows += 1
  }

  private func appendZero() {
    switch kind {
    case .nothing: break
    case .ints: ints.append(0)
    case .floats: floats.append(0)
    case .texts: texts.append(UnsafeRawBufferPointer(start: nil, count: 0))
    case .mixed: mixed.append(.missing)
    }
  }

  /// Takes a value that does not fit the kind so far.
  private func widen(_ value: Scalar) {
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
    case .nothing, .mixed: out = mixed
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
