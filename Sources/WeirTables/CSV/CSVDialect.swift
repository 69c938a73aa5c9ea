import WeirBase

/// The delimiter and the header of a file: given, or found out from its beginning.
struct CSVDialect: Sendable {
  var delimiter: UInt8
  /// The names of all columns.
  var names: [String]
  /// Where the first record after the header starts.
  var bodyStart: Int
  /// The beginning of the file, from offset 0 on.
  let sample: [UInt8]
  /// Whether that is all of it.
  let isWhole: Bool

  static let delimiters: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), 9, UInt8(ascii: "|")]
  /// Records looked at to find the delimiter.
  private static let sniffed = 1000
  private static let sampleSize = 1 << 16
  /// Of a text that is unpacked on the way, which may be made to fill the memory.
  private static let longestHeader = 1 << 28

  init(_ text: CSVText, _ options: CSVOptions, sampleSize: Int = CSVDialect.sampleSize) throws(TableError) {
    // A header longer than the sample is read with more and more of the file.
    var size = sampleSize
    while true {
      guard text.long == nil || size <= CSVDialect.longestHeader else {
        throw text.fault("the first row is longer than \(CSVDialect.longestHeader >> 20) MiB", at: text.start)
      }
      let sample = try text.bytes(0..<size)
      if let dialect = try CSVDialect(text, options, sample: sample) {
        self = dialect
        return
      }
      size *= 8
    }
  }

  /// Nil where the sample ends before the header does.
  private init?(_ text: CSVText, _ options: CSVOptions, sample: [UInt8]) throws(TableError) {
    if let zero = sample.firstIndex(of: 0) {
      throw text.fault(
        zero < 2
          ? "a zero byte: the text may be UTF-16 (`encoding: \"utf-16\"`)" : "a zero byte: this is not a text file", at: zero)
    }
    let isWhole = text.long == nil && sample.count == text.contents.count
    (self.sample, self.isWhole) = (sample, isWhole)
    let outcome: Result<CSVDialect.Header?, TableError> = sample.withUnsafeBytes { bytes in
      do throws(TableError) {
        return .success(try Header(bytes, text, options, isWhole: isWhole))
      } catch {
        return .failure(error)
      }
    }
    guard let header = try outcome.get() else { return nil }
    (delimiter, names, bodyStart) = (header.delimiter, header.names, header.bodyStart)
  }

  static func notUTF8(_ text: CSVText, at offset: Int) -> TableError {
    text.fault("the text is not UTF-8 here (for older files try `encoding: \"latin-1\"`)", at: offset)
  }

  private struct Header {
    let delimiter: UInt8
    let names: [String]
    let bodyStart: Int

    init?(
      _ bytes: UnsafeRawBufferPointer, _ text: CSVText, _ options: CSVOptions, isWhole: Bool
    ) throws(TableError) {
      delimiter = options.delimiter ?? CSVDialect.delimiter(of: bytes, from: text.start, isWhole: isWhole)
      let tokenizer = CSVTokenizer(bytes: bytes, delimiter: delimiter)
      var fields: [CSVField] = []
      var position = text.start
      var recordStart = position
      var fault: CSVFault?
      while position < bytes.count, fields.allSatisfy(\.isBlank), fields.count < 2 {
        fields = []
        recordStart = position
        let record = tokenizer.readRecord(from: position, to: bytes.count, into: &fields)
        (position, fault) = (record.next, record.fault)
      }
      if position >= bytes.count, !isWhole { return nil }
      if let fault { throw text.fault(fault.problem, at: fault.offset) }
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
      names = hasHeader ? CSVDialect.names(fields, tokenizer) : fields.indices.map { "column_\($0 + 1)" }
      bodyStart = hasHeader ? position : recordStart
    }
  }

  /// The candidate that splits the most records like the first one, and of equals the one that makes more fields.
  private static func delimiter(of bytes: UnsafeRawBufferPointer, from start: Int, isWhole: Bool) -> UInt8 {
    var best: (delimiter: UInt8, agreeing: Double, width: Int) = (delimiters[0], 0, 1)
    for candidate in delimiters {
      let tokenizer = CSVTokenizer(bytes: bytes, delimiter: candidate)
      var fields: [CSVField] = []
      var (width, records, agreeing) = (0, 0, 0)
      var position = start
      while position < bytes.count, records < sniffed {
        fields.removeAll(keepingCapacity: true)
        let record = tokenizer.readRecord(from: position, to: bytes.count, into: &fields)
        position = record.next
        // The last record of a sample may be cut.
        if position == bytes.count, !isWhole, records > 0 { break }
        if record.fault != nil { break }
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
    // Where the next number for a name that comes often may be free.
    var copies: [String: Int] = [:]
    for (position, field) in fields.enumerated() {
      let raw = tokenizer.text(of: field)
      let wanted = field.quoted ? raw : raw.trimmingBlanks()
      let base = wanted.isEmpty ? "column_\(position + 1)" : wanted
      var name = base
      var copy = copies[base] ?? 2
      while !taken.insert(name).inserted {
        name = "\(base)_\(copy)"
        copy += 1
      }
      copies[base] = copy
      names.append(name)
    }
    return names
  }

  private static func looksLikeHeader(_ fields: [CSVField], _ tokenizer: CSVTokenizer, _ options: CSVOptions) -> Bool {
    let parser = FieldParser(decimal: options.decimal)
    let markers = MissingMarkers(options.missing)
    var seen: Set<String> = []
    for field in fields {
      let raw = UnsafeRawBufferPointer(rebasing: tokenizer.bytes[field.start..<field.start + field.length])
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
