import WeirBase

/// The delimiter, the line end and the header of a file: given, or found out from its text.
struct CSVDialect: Sendable {
  var delimiter: UInt8
  var lineEnd: UInt8
  /// The names of all columns.
  var names: [String]
  /// Where the first record after the header starts.
  var bodyStart: Int

  static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|")]
  /// Records looked at to find the delimiter.
  private static let sniffed = 1000

  init(_ text: CSVText, _ options: CSVOptions) throws(TableError) {
    let outcome: Result<CSVDialect, TableError> = text.contents.withUnsafeBytes { bytes in
      do throws(TableError) {
        return .success(try CSVDialect(bytes, text, options))
      } catch {
        return .failure(error)
      }
    }
    self = try outcome.get()
  }

  private init(_ bytes: UnsafeRawBufferPointer, _ text: CSVText, _ options: CSVOptions) throws(TableError) {
    try CSVDialect.refuseBinary(bytes, text)
    let hasLineFeed = CSVTokenizer(bytes: bytes, delimiter: 0, lineEnd: 10).find(10, from: 0, to: bytes.count) != nil
    lineEnd = hasLineFeed ? 10 : 13
    delimiter = options.delimiter ?? CSVDialect.delimiter(of: bytes, from: text.start, lineEnd: lineEnd)
    let tokenizer = CSVTokenizer(bytes: bytes, delimiter: delimiter, lineEnd: lineEnd)
    var fields: [CSVField] = []
    var position = text.start
    var recordStart = position
    while position < bytes.count, fields.allSatisfy(\.isBlank), fields.count < 2 {
      fields = []
      recordStart = position
      do throws(CSVFault) {
        position = try tokenizer.readRecord(from: position, to: bytes.count, into: &fields)
      } catch {
        throw text.fault(error.problem, at: error.offset)
      }
    }
    guard let last = fields.last, !(fields.count == 1 && last.isBlank) else {
      throw .malformed(file: text.name, problem: "the file is empty", line: nil, offset: nil, column: nil)
    }
    if let bad = UTF8Check.firstFault(in: bytes, recordStart..<position) { throw CSVDialect.notUTF8(text, at: bad) }
    let hasHeader: Bool
    switch options.header {
    case .first: hasHeader = true
    case .none: hasHeader = false
    case .detected: hasHeader = CSVDialect.looksLikeHeader(fields, tokenizer, options)
    }
    if hasHeader {
      names = CSVDialect.names(fields, tokenizer)
      bodyStart = position
    } else {
      names = fields.indices.map { "column_\($0 + 1)" }
      bodyStart = recordStart
    }
  }

  static func notUTF8(_ text: CSVText, at offset: Int) -> TableError {
    text.fault("the text is not UTF-8 here (for older files try `encoding: \"latin-1\"`)", at: offset)
  }

  private static func refuseBinary(_ bytes: UnsafeRawBufferPointer, _ text: CSVText) throws(TableError) {
    guard let zero = CSVTokenizer(bytes: bytes, delimiter: 0, lineEnd: 10).find(0, from: 0, to: bytes.count) else { return }
    let utf16 = zero < 2
    throw text.fault(
      utf16
        ? "a zero byte: the text may be UTF-16 (`encoding: \"utf-16\"`)" : "a zero byte: this is not a text file",
      at: zero)
  }

  /// The candidate that splits the most records like the first one, and of equals the one that makes more fields.
  private static func delimiter(of bytes: UnsafeRawBufferPointer, from start: Int, lineEnd: UInt8) -> UInt8 {
    var best: (delimiter: UInt8, agreeing: Double, width: Int) = (delimiters[0], 0, 1)
    for candidate in delimiters {
      let tokenizer = CSVTokenizer(bytes: bytes, delimiter: candidate, lineEnd: lineEnd)
      var fields: [CSVField] = []
      var (width, records, agreeing) = (0, 0, 0)
      var position = start
      while position < bytes.count, records < sniffed {
        fields.removeAll(keepingCapacity: true)
        guard let next = try? tokenizer.readRecord(from: position, to: bytes.count, into: &fields) else { break }
        position = next
        if fields.count == 1, fields[0].isBlank { continue }
        if records == 0 { width = fields.count }
        records += 1
        if fields.count == width { agreeing += 1 }
      }
      guard width > 1, records > 0 else { continue }
      let share = Double(agreeing) / Double(records)
      // A file with a few ragged rows keeps its delimiter: shares within a tenth count as equal.
      if share > best.agreeing + 0.1 || (share > best.agreeing - 0.1 && width > best.width) {
        best = (candidate, share, width)
      }
    }
    return best.delimiter
  }

  private static func names(_ fields: [CSVField], _ tokenizer: CSVTokenizer) -> [String] {
    var names: [String] = []
    var taken: Set<String> = []
    for (position, field) in fields.enumerated() {
      let raw = tokenizer.text(of: field)
      let wanted = field.quoted ? raw : raw.trimmingBlanks()
      let base = wanted.isEmpty ? "column_\(position + 1)" : wanted
      var name = base
      var copy = 2
      while !taken.insert(name).inserted {
        name = "\(base)_\(copy)"
        copy += 1
      }
      names.append(name)
    }
    return names
  }

  private static func looksLikeHeader(_ fields: [CSVField], _ tokenizer: CSVTokenizer, _ options: CSVOptions) -> Bool {
    let parser = FieldParser(decimal: options.decimal)
    let markers = MissingMarkers(options.missing)
    var seen: Set<String> = []
    for field in fields {
      let raw = UnsafeRawBufferPointer(rebasing: tokenizer.bytes[field.start..<field.start + Int(field.length)])
      let trimmed = FieldParser.trimmed(raw)
      if markers.holds(trimmed) || !parser.kinds(of: trimmed).isEmpty { return false }
      if !seen.insert(tokenizer.text(of: field)).inserted { return false }
    }
    return true
  }
}

extension String {
  /// Without the blanks and tabs at both ends.
  func trimmingBlanks() -> String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { $0 != 32 && $0 != 9 }),
      let last = bytes.lastIndex(where: { $0 != 32 && $0 != 9 })
    else { return "" }
    return first == 0 && last == bytes.count - 1 ? self : String(decoding: bytes[first...last], as: UTF8.self)
  }
}
