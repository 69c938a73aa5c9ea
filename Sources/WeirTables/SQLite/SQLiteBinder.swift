import GRDBSQLite
import WeirBase

/// Hands the values of a column to a statement, one row at a time.
enum SQLiteBinder {
  typealias Bind = (OpaquePointer, Int) -> Int32

  static func make(_ column: Column, name: String, at place: Int32) throws(TableError) -> Bind {
    let bind = try values(column, name, place)
    guard let validity = column.validity else { return bind }
    return { statement, row in validity[row] ? bind(statement, row) : sqlite3_bind_null(statement, place) }
  }

  private static func values(_ column: Column, _ name: String, _ place: Int32) throws(TableError) -> Bind {
    switch column.storage {
    case .bool(let values): return { sqlite3_bind_int($0, place, values[$1] ? 1 : 0) }
    case .int(let values), .duration(let values): return { sqlite3_bind_int64($0, place, values[$1]) }
    // SQLite turns NaN into NULL.
    case .float(let values): return { sqlite3_bind_double($0, place, values[$1]) }
    case .text(let values): return texts(values, place)
    case .date(let values):
      return texts(try ISOTimes.texts(column, name) { (Day(values[$0]), nil) }, place)
    case .dateTime(let values):
      return texts(try ISOTimes.texts(column, name) { row in
        let instant = Instant(values[row])
        return (instant.day, instant.timeOfDay)
      }, place)
    case .objects(_, let type):
      throw .wrongType(operation: "write_sqlite", column: name, type: type, expected: "numbers, texts or times")
    }
  }

  private static func texts(_ values: TextValues, _ place: Int32) -> Bind {
    let (bytes, offsets, codes) = (StableBytes(values.bytes), values.offsets, values.codes)
    return { statement, row in
      let entry = codes.map { Int($0[row]) } ?? row
      let length = UInt64(offsets[entry + 1] - offsets[entry])
      // No destructor: the bytes stay where they are while this closure lives, and it outlives the use of the statement.
      return sqlite3_bind_text64(statement, place, bytes.start(offsets[entry]), length, nil, UInt8(SQLITE_UTF8))
    }
  }
}

/// Days and moments as ISO texts (`2026-01-31`, `2026-01-31 12:30:00.500000`), which SQLite's own functions read; of the
/// years that those know.
private enum ISOTimes {
  private static let years = Day(-719_528)...Day(2_932_896)

  /// `time` gives the day of a row, and the microseconds since midnight where it is a moment.
  @inline(__always)
  static func texts(_ column: Column, _ name: String, _ time: (Int) -> (Day, Int64?)) throws(TableError) -> TextValues {
    var bytes: [UInt8] = []
    var offsets = [0]
    bytes.reserveCapacity(column.count * 19)
    offsets.reserveCapacity(column.count + 1)
    for row in 0..<column.count {
      if !column.isMissing(row) {
        let (day, micros) = time(row)
        guard years.contains(day) else {
          throw .other("column `\(name)` has a date that SQLite does not: \(day.text)", mend: "its years are 0000 to 9999")
        }
        append(day, to: &bytes)
        if let micros { append(micros, to: &bytes) }
      }
      offsets.append(bytes.count)
    }
    return TextValues(bytes: bytes, offsets: offsets)
  }

  private static func append(_ day: Day, to bytes: inout [UInt8]) {
    let (year, month, day) = day.parts
    append(year / 100, to: &bytes)
    append(year % 100, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(month, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(day, to: &bytes)
  }

  private static func append(_ micros: Int64, to bytes: inout [UInt8]) {
    let seconds = Int(micros / 1_000_000), fraction = Int(micros % 1_000_000)
    for (mark, value) in [(UInt8(ascii: " "), seconds / 3600), (58, seconds / 60 % 60), (58, seconds % 60)] {
      bytes.append(mark)
      append(value, to: &bytes)
    }
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    for part in [fraction / 10_000, fraction / 100 % 100, fraction % 100] { append(part, to: &bytes) }
  }

  /// Two digits.
  @inline(__always)
  private static func append(_ value: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: 48 + value / 10))
    bytes.append(UInt8(truncatingIfNeeded: 48 + value % 10))
  }
}

/// Bytes at an address that does not change.
private final class StableBytes {
  private let memory: UnsafeMutableRawBufferPointer

  init(_ bytes: [UInt8]) {
    memory = .allocate(byteCount: bytes.count + 1, alignment: 1)
    memory.copyBytes(from: bytes)
  }

  deinit { memory.deallocate() }

  /// Never nil, which SQLite would take for NULL.
  func start(_ offset: Int) -> UnsafePointer<CChar>? {
    memory.baseAddress.map { UnsafeRawPointer($0 + offset).assumingMemoryBound(to: CChar.self) }
  }
}
