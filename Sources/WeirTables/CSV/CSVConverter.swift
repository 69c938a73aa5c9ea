import WeirBase

/// The values of one column in one part of a file.
struct CSVPiece: Sendable {
  enum Values: Sendable {
    case bool([Bool])
    case int([Int64])
    case float([Double])
    case text(TextGatherer)
    case date([Int32])
  }

  var values: Values
  /// The rows without a value, rising.
  var missing: [Int] = []
  /// The rows whose value can't be read as the type, rising.
  var unreadable: [Int] = []

  var rowCount: Int {
    switch values {
    case .bool(let values): values.count
    case .int(let values): values.count
    case .float(let values): values.count
    case .text(let values): values.rowCount
    case .date(let values): values.count
    }
  }
}

/// Turns the fields of a part into values of a known type.
struct CSVConverter {
  let tokenizer: CSVTokenizer
  let width: Int
  let parser: FieldParser
  let markers: MissingMarkers

  func piece(of part: CSVPart, column: Int, as type: ColumnType) -> CSVPiece {
    switch type {
    case .bool: values(part, column, zero: false, CSVPiece.Values.bool) { parser.bool($0) }
    case .int: values(part, column, zero: 0, CSVPiece.Values.int) { parser.int($0) }
    case .float: values(part, column, zero: 0, CSVPiece.Values.float) { parser.float($0) }
    case .date: values(part, column, zero: 0, CSVPiece.Values.date) { parser.date($0) }
    case .dateTime: values(part, column, zero: 0, CSVPiece.Values.int) { parser.dateTime($0) }
    case .duration: values(part, column, zero: 0, CSVPiece.Values.int) { parser.duration($0) }
    case .text, .object: texts(part, column)
    }
  }

  @inline(__always)
  private func values<Element>(
    _ part: CSVPart, _ column: Int, zero: Element, _ wrap: ([Element]) -> CSVPiece.Values,
    _ parse: (UnsafeRawBufferPointer) -> Element?
  ) -> CSVPiece {
    var out: [Element] = []
    out.reserveCapacity(part.rowCount)
    var (missing, unreadable): ([Int], [Int]) = ([], [])
    var i = column
    for row in 0..<part.rowCount {
      let raw = FieldParser.trimmed(tokenizer.raw(part.fields[i]))
      i += width
      if raw.isEmpty || markers.holds(raw) {
        missing.append(row)
        out.append(zero)
      } else if let value = parse(raw) {
        out.append(value)
      } else {
        unreadable.append(row)
        out.append(zero)
      }
    }
    return CSVPiece(values: wrap(out), missing: missing, unreadable: unreadable)
  }

  private func texts(_ part: CSVPart, _ column: Int) -> CSVPiece {
    var out = TextGatherer()
    var missing: [Int] = []
    var scratch: [UInt8] = []
    var i = column
    for row in 0..<part.rowCount {
      let field = part.fields[i]
      i += width
      let raw = tokenizer.raw(field)
      if !field.quoted, markers.holds(raw) {
        missing.append(row)
        out.append(UnsafeRawBufferPointer(start: nil, count: 0))
      } else if field.escaped {
        scratch.removeAll(keepingCapacity: true)
        tokenizer.unescape(raw, into: &scratch)
        scratch.withUnsafeBytes { out.append($0) }
      } else {
        out.append(raw)
      }
    }
    return CSVPiece(values: .text(out), missing: missing)
  }

  /// The pieces of a column, in the order of the parts, as one column.
  static func joined(_ pieces: [CSVPiece], as type: ColumnType) -> Column {
    var (bools, ints, floats, days): ([Bool], [Int64], [Double], [Int32]) = ([], [], [], [])
    var texts = TextGatherer()
    var missing: [Int] = []
    var rows = 0
    for piece in pieces {
      for row in piece.missing { missing.append(rows + row) }
      rows += piece.rowCount
      switch piece.values {
      case .bool(let values): bools.append(contentsOf: values)
      case .int(let values): ints.append(contentsOf: values)
      case .float(let values): floats.append(contentsOf: values)
      case .date(let values): days.append(contentsOf: values)
      case .text(let values): texts.append(values)
      }
    }
    var validity: Bitmap?
    if !missing.isEmpty {
      var bits = Bitmap(repeating: true, count: rows)
      for row in missing { bits[row] = false }
      validity = bits
    }
    switch type {
    case .bool: return Column(.bool(bools), validity: validity)
    case .int: return Column(.int(ints), validity: validity)
    case .float: return Column(.float(floats), validity: validity)
    case .date: return Column(.date(days), validity: validity)
    case .dateTime: return Column(.dateTime(ints), validity: validity)
    case .duration: return Column(.duration(ints), validity: validity)
    case .text, .object: return Column(.text(texts.finished()), validity: validity)
    }
  }
}
