/// What a file notes of a column in a group of rows.
struct ParquetStatistics: Sendable {
  /// The bytes of the ends, as the column stores values; in older files under another name and only for numbers.
  var least: [UInt8]?
  var greatest: [UInt8]?
  var missingCount: Int?
  var isOld = false

  init(_ reader: inout ThriftReader, _ bytes: (Range<Int>) -> [UInt8]) throws(ColumnFileError) {
    var ends: [Int: Range<Int>] = [:], missing: Int?
    try reader.structure { r, id throws(ColumnFileError) in
      switch id {
      case 1, 2, 5, 6: ends[id] = try r.binary()
      case 3: missing = try r.int()
      default: return false
      }
      return true
    }
    missingCount = missing
    isOld = ends[5] == nil && ends[6] == nil
    greatest = (ends[5] ?? ends[1]).map(bytes)
    least = (ends[6] ?? ends[2]).map(bytes)
  }

  /// Whether a row of the group may meet the bound; `leaf` is its column.
  func mayMeet(_ bound: ColumnBound, _ leaf: ParquetLeaf, rows: Int) -> Bool {
    // No comparison is true of a value that is not there.
    if let missingCount, missingCount == rows, rows > 0 { return false }
    return bound.mayHold(from: end(least, leaf), to: end(greatest, leaf))
  }

  /// An end as a value of the column; nil where its form is not sure.
  private func end(_ bytes: [UInt8]?, _ leaf: ParquetLeaf) -> Scalar? {
    guard let bytes else { return nil }
    func word<T: FixedWidthInteger>(_ type: T.Type) -> T? {
      guard bytes.count == T.bitWidth / 8 else { return nil }
      return T(littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(as: T.self) })
    }
    func whole() -> Int64? {
      leaf.physical == .int32 ? word(Int32.self).map { Int64($0) } : leaf.physical == .int64 ? word(Int64.self) : nil
    }
    switch leaf.kind {
    case .int(_, signed: true): return whole().map { .int($0) }
    case .float:
      switch leaf.physical {
      case .double: return word(UInt64.self).map { .float(Double(bitPattern: $0)) }
      case .float: return word(UInt32.self).map { .float(Double(Float(bitPattern: $0))) }
      default: return nil
      }
    case .date: return word(Int32.self).map { .date(Day($0)) }
    case .dateTime(.micros): return whole().map { .dateTime(Instant($0)) }
    case .text: return isOld ? nil : String(validating: bytes, as: UTF8.self).map { .text($0) }
    default: return nil
    }
  }
}
