import WeirBase

/// What the records at the beginning of a file tell of its columns.
struct CSVSample {
  /// Whether these are all records of the file.
  let isWhole: Bool
  private var kinds: [FieldKinds]
  private var values: [Int]
  private var distinct: [Set<Int>]

  /// Looks at whole records within the sample. Faults are thrown where rows that can't be read are errors.
  init(_ reader: CSVReader) throws(TableError) {
    let positions = reader.positions
    kinds = Array(repeating: .all, count: positions.count)
    values = Array(repeating: 0, count: positions.count)
    distinct = Array(repeating: [], count: positions.count)
    isWhole = reader.dialect.isWhole
    let fault: TableError? = reader.dialect.sample.withUnsafeBytes { bytes in
      do throws(TableError) {
        try look(bytes, reader, positions)
        return nil
      } catch {
        return error
      }
    }
    if let fault { throw fault }
  }

  private mutating func look(
    _ bytes: UnsafeRawBufferPointer, _ reader: CSVReader, _ positions: [Int]
  ) throws(TableError) {
    let tokenizer = CSVTokenizer(bytes: bytes, delimiter: reader.dialect.delimiter)
    let parser = FieldParser(decimal: reader.options.decimal)
    let width = reader.dialect.names.count
    var fields: [CSVField] = []
    var position = reader.dialect.bodyStart
    while position < bytes.count {
      fields.removeAll(keepingCapacity: true)
      let record = tokenizer.readRecord(from: position, to: bytes.count, into: &fields)
      // The last record of a sample may be cut.
      if record.next == bytes.count, !isWhole { break }
      if let bad = UTF8Check.firstFault(in: bytes, position..<record.next) {
        throw CSVDialect.notUTF8(reader.text, at: bad)
      }
      let problem = try CSVPart.problem(
        record, fields, width: width, at: position, base: 0, of: reader.text, reader.options.rejects)
      position = record.next
      guard problem == nil, fields.count == width, !(fields.count == 1 && fields[0].isBlank) else { continue }
      for (number, column) in positions.enumerated() {
        let field = fields[column]
        let raw = UnsafeRawBufferPointer(rebasing: bytes[field.start..<field.start + field.length])
        let trimmed = FieldParser.trimmed(raw)
        if trimmed.isEmpty || reader.markers.holds(trimmed) { continue }
        values[number] += 1
        if !kinds[number].isEmpty { kinds[number].formIntersection(field.escaped ? [] : parser.kinds(of: trimmed)) }
        if kinds[number].isEmpty { distinct[number].insert(CSVSample.hash(raw)) }
      }
    }
  }

  private static func hash(_ raw: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in raw { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 29)
  }

  /// The narrowest type of a column's values; nil where there is none.
  func type(of number: Int) -> ColumnType? { values[number] > 0 ? kinds[number].columnType : nil }

  /// Whether the texts of a column are likely to be few. Of n texts drawn from D, about n²/2D have come before.
  func repeats(_ number: Int) -> Bool {
    let count = values[number], again = count - distinct[number].count
    return count * count <= 2 * again * CSVSample.fewTexts || distinct[number].count <= count / 2
  }

  private static let fewTexts = 8192
}
