import WeirBase

/// Texts of a column as they are found, that get the type which all of them have.
struct TextColumn: Sendable {
  private var texts = TextGatherer()
  private var missing: [Int] = []

  mutating func append(_ text: UnsafeRawBufferPointer, _ markers: MissingMarkers) {
    if markers.holds(text) { return appendMissing() }
    texts.append(text)
  }

  mutating func appendMissing() {
    missing.append(texts.rowCount)
    texts.append(UnsafeRawBufferPointer(start: nil, count: 0))
  }

  mutating func append(_ later: TextColumn) {
    for row in later.missing { missing.append(texts.rowCount + row) }
    texts.append(later.texts)
  }

  /// As the type given, or as the narrowest that fits every text: as in a CSV file, and moments as web servers write them.
  func column(as given: ColumnType?, name: String) throws -> Column {
    let values = texts.finished()
    var validity: Bitmap?
    var used = [Bool](repeating: true, count: values.entryCount)
    if !missing.isEmpty {
      var bits = Bitmap(repeating: true, count: values.count)
      for row in missing { bits[row] = false }
      validity = bits
      used = TextColumn.used(values, bits)
    }
    let plain = Column(.text(values), validity: validity)
    if let given { return given == .text ? plain : try plain.cast(to: given, column: name) }
    if missing.count == values.count { return plain }
    let parser = FieldParser()
    let kinds = TextColumn.kinds(values, used, parser)
    let storage: Column.Storage? = values.bytes.withUnsafeBytes { bytes in
      let entries = TextColumn.Entries(values: values, bytes: bytes, used: used)
      switch kinds.columnType {
      case .bool: return entries.parsed(zero: false, parser.bool).map { .bool($0) }
      case .int: return entries.parsed(zero: 0, parser.int).map { .int($0) }
      case .float: return entries.parsed(zero: 0, parser.float).map { .float($0) }
      case .date: return entries.parsed(zero: 0, parser.date).map { .date($0) }
      case .dateTime: return entries.parsed(zero: 0, parser.dateTime).map { .dateTime($0) }
      default: return entries.parsed(zero: 0, ServerTime.microseconds).map { .dateTime($0) }
      }
    }
    return storage.map { Column($0, validity: validity) } ?? plain
  }

  /// Which entries some row with a value has.
  private static func used(_ values: TextValues, _ valid: Bitmap) -> [Bool] {
    var used = [Bool](repeating: false, count: values.entryCount)
    for row in 0..<values.count where valid[row] { used[values.codes.map { Int($0[row]) } ?? row] = true }
    return used
  }

  private static func kinds(_ values: TextValues, _ used: [Bool], _ parser: FieldParser) -> FieldKinds {
    values.bytes.withUnsafeBytes { bytes in
      var kinds = FieldKinds.all
      for entry in 0..<values.entryCount where used[entry] {
        kinds = kinds.intersection(
          parser.kinds(of: UnsafeRawBufferPointer(rebasing: bytes[values.offsets[entry]..<values.offsets[entry + 1]])))
        if kinds.isEmpty { break }
      }
      return kinds
    }
  }

  private struct Entries {
    let values: TextValues
    let bytes: UnsafeRawBufferPointer
    let used: [Bool]

    /// Every row as a value, each entry read once; nil where one can't be.
    func parsed<Element>(zero: Element, _ parse: (UnsafeRawBufferPointer) -> Element?) -> [Element]? {
      var entries: [Element] = []
      entries.reserveCapacity(values.entryCount)
      for entry in 0..<values.entryCount {
        guard used[entry] else {
          entries.append(zero)
          continue
        }
        let raw = UnsafeRawBufferPointer(rebasing: bytes[values.offsets[entry]..<values.offsets[entry + 1]])
        guard let value = parse(raw) else { return nil }
        entries.append(value)
      }
      return values.codes.map { codes in codes.map { entries[Int($0)] } } ?? entries
    }
  }
}

/// `10/Oct/2000:13:55:36 -0700`, as web servers write moments.
enum ServerTime {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  static func microseconds(_ raw: UnsafeRawBufferPointer) -> Int64? {
    guard raw.count == 26, raw[2] == UInt8(ascii: "/"), raw[6] == UInt8(ascii: "/"), raw[11] == UInt8(ascii: ":"),
      raw[20] == 32
    else { return nil }
    let name = String(decoding: raw[3..<6].map { $0 | 0x20 }, as: UTF8.self)
    guard let month = months.firstIndex(of: name) else { return nil }
    // The same moment as ISO 8601 has it.
    var iso = Array(raw[7..<11]) + [45] + Array((month < 9 ? "0\(month + 1)" : "\(month + 1)").utf8) + [45]
    iso += Array(raw[0..<2]) + [UInt8(ascii: "T")] + Array(raw[12..<20]) + Array(raw[21..<26])
    return iso.withUnsafeBytes { FieldParser().dateTime($0) }
  }
}
