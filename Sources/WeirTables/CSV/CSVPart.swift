/// The records of one part of a file, split into the fields that were asked for.
struct CSVPart: Sendable {
  /// Row after row, one field for each column wanted.
  var fields: [CSVField] = []
  var rowCount = 0
  /// What each column wanted can be, and whether it has a value at all.
  var kinds: [FieldKinds] = []
  var hasValues: [Bool] = []
  /// Rows left out, by the offset where they start.
  var rejected: [(offset: Int, problem: String)] = []

  /// Leaves out the rows in `rows`, which rise.
  mutating func drop(_ rows: [Int], width: Int) {
    guard !rows.isEmpty else { return }
    var kept: [CSVField] = []
    kept.reserveCapacity(fields.count)
    var next = 0
    for row in 0..<rowCount {
      if next < rows.count, rows[next] == row {
        next += 1
      } else {
        kept.append(contentsOf: fields[row * width..<(row + 1) * width])
      }
    }
    fields = kept
    rowCount -= rows.count
  }
}

/// Splits one part of a file into records and looks at what their values can be.
struct CSVPartReader {
  let text: CSVText
  let tokenizer: CSVTokenizer
  /// How many fields each record must have.
  let width: Int
  /// The columns wanted, by their place in the file.
  let wanted: [Int]
  let parser: FieldParser
  let markers: MissingMarkers
  let rejects: CSVOptions.Rejects

  func read(from start: Int, to end: Int) throws(TableError) -> CSVPart {
    if let bad = UTF8Check.firstFault(in: tokenizer.bytes, start..<end) { throw CSVDialect.notUTF8(text, at: bad) }
    var part = CSVPart()
    part.kinds = Array(repeating: .all, count: wanted.count)
    part.hasValues = Array(repeating: false, count: wanted.count)
    part.fields.reserveCapacity((end - start) / 8)
    var record: [CSVField] = []
    var position = start
    while position < end {
      record.removeAll(keepingCapacity: true)
      let rowStart = position
      do throws(CSVFault) {
        position = try tokenizer.readRecord(from: position, to: end, into: &record)
      } catch {
        guard rejects == .skip, case .textAfterQuote = error else {
          throw text.fault(error.problem, at: error.offset)
        }
        part.rejected.append((rowStart, error.problem))
        position = (tokenizer.find(tokenizer.lineEnd, from: error.offset, to: end) ?? end - 1) + 1
        continue
      }
      if record.count == 1, record[0].isBlank { continue }
      guard record.count == width else {
        try refuse(record, at: rowStart, &part)
        continue
      }
      for column in wanted { part.fields.append(record[column]) }
      part.rowCount += 1
    }
    look(&part)
    return part
  }

  private func refuse(_ record: [CSVField], at rowStart: Int, _ part: inout CSVPart) throws(TableError) {
    let values = record.count == 1 ? "1 value" : "\(record.count) values"
    let problem = "the row has \(values) where the first row has \(width)"
    guard rejects == .skip else { throw text.fault(problem + " (`rejects: \"skip\"` leaves such rows out)", at: rowStart) }
    part.rejected.append((rowStart, problem))
  }

  private func look(_ part: inout CSVPart) {
    for column in wanted.indices {
      var kinds = FieldKinds.all
      var hasValues = false
      var i = column
      for _ in 0..<part.rowCount {
        let field = part.fields[i]
        i += wanted.count
        let raw = FieldParser.trimmed(tokenizer.raw(field))
        if raw.isEmpty || markers.holds(raw) { continue }
        hasValues = true
        kinds = field.escaped ? [] : kinds.intersection(parser.kinds(of: raw))
        if kinds.isEmpty { break }
      }
      part.kinds[column] = kinds
      part.hasValues[column] = hasValues
    }
  }
}

extension CSVTokenizer {
  @inline(__always) func raw(_ field: CSVField) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[field.start..<field.start &+ Int(field.length)])
  }
}
