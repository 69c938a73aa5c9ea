import CWeirKernels

/// The text of one part of a file with the ends of its fields: every record has as many as the header.
struct CSVPart {
  let text: CSVText
  /// Where the part lies in the text.
  let range: Range<Int>
  let delimiter: UInt8
  let width: Int
  private(set) var bytes: UnsafePointer<UInt8>
  private(set) var ends: UnsafePointer<UInt32>
  private(set) var rows = 0
  /// Where the rows start in the part, if it was written anew.
  private var origins: [Int]?
  private(set) var rejected: [CSVReject] = []

  /// Thrown where quotes must be followed from the start of the file to know where records end.
  struct NeedsCare: Error {}

  /// Loads and splits a part; rows in `excluded` (numbered without those that can't be read) are left out.
  init(
    _ range: Range<Int>, of text: CSVText, delimiter: UInt8, width: Int, isCareful: Bool,
    rejects: CSVOptions.Rejects, excluded: Set<Int> = [], in scratch: CSVScratch
  ) throws {
    (self.text, self.range, self.delimiter, self.width) = (text, range, delimiter, width)
    guard try scratch.load(range, of: text) else { throw text.changed }
    bytes = UnsafePointer(scratch.bytes.start)
    ends = UnsafePointer(scratch.ends.start)
    var count = range.count
    if let last = range.isEmpty ? nil : bytes[count - 1], last != 10, last != 13 {
      scratch.bytes.start[count] = 10
      count += 1
    }
    let index = CSVPart.index(scratch, count, delimiter)
    if index.has_high != 0 {
      let raw = UnsafeRawBufferPointer(start: scratch.bytes.start, count: range.count)
      if let bad = UTF8Check.firstFault(in: raw, 0..<range.count) {
        throw CSVDialect.notUTF8(text, at: range.lowerBound + bad)
      }
    }
    let isIrregular = index.irregular != 0 || index.in_quotes != 0
    if isIrregular, !isCareful { throw NeedsCare() }
    let isEven = !isIrregular && excluded.isEmpty
      && weir_csv_is_even(scratch.bytes.start, scratch.ends.start + 1, index.found, index.lines, width) != 0
    if isEven {
      ends = UnsafePointer(scratch.ends.start + 1)
      rows = index.lines
    } else {
      try writeAnew(rejects, excluded, scratch)
    }
  }

  private static func index(_ scratch: CSVScratch, _ count: Int, _ delimiter: UInt8) -> weir_csv_index {
    scratch.ends.reserve(max(scratch.ends.capacity, count / 8 + 256))
    var index = weir_csv_index()
    (index.bytes, index.count, index.delimiter) = (UnsafePointer(scratch.bytes.start), count, delimiter)
    index.after_end = 1
    while true {
      index.ends = scratch.ends.start + 1
      index.capacity = scratch.ends.capacity - 1
      weir_csv_find_ends(&index)
      if index.position >= count { break }
      scratch.ends.reserve(scratch.ends.capacity * 2, keeping: index.found + 1)
    }
    // The first field starts at 0.
    scratch.ends.start[0] = .max
    return index
  }

  // MARK: Parts that are not even

  /// Reads record by record, and writes those that are well into another buffer as a part that is even.
  private mutating func writeAnew(
    _ rejects: CSVOptions.Rejects, _ excluded: Set<Int>, _ scratch: CSVScratch
  ) throws(TableError) {
    let tokenizer = CSVTokenizer(bytes: raw(scratch), delimiter: delimiter)
    var (origins, ends): ([Int], [UInt32]) = ([], [.max])
    var made: [UInt8] = []
    made.reserveCapacity(range.count + CSVScratch.padding)
    var fields: [CSVField] = []
    var (position, good) = (0, 0)
    while position < range.count {
      fields.removeAll(keepingCapacity: true)
      let start = position
      let record = tokenizer.readRecord(from: start, to: range.count, into: &fields)
      position = record.next
      if let problem = try CSVPart.problem(
        record, fields, width: width, at: start, base: range.lowerBound, of: text, rejects) {
        rejected.append(reject(tokenizer, start..<record.next, nil, problem))
        continue
      }
      if fields.count == 1, fields[0].isBlank { continue }
      good += 1
      if excluded.contains(good - 1) { continue }
      origins.append(start)
      for (i, field) in fields.enumerated() {
        let (from, to) = field.quoted ? (field.start - 1, field.start + field.length + 1) : (field.start, field.start + field.length)
        made.append(contentsOf: tokenizer.bytes[from..<to])
        ends.append(UInt32(truncatingIfNeeded: made.count))
        made.append(i == fields.count - 1 ? 10 : delimiter)
      }
    }
    rows = origins.count
    self.origins = origins
    scratch.clean.reserve(made.count + CSVScratch.padding)
    made.append(contentsOf: repeatElement(0, count: CSVScratch.padding))
    made.withUnsafeBufferPointer { if let from = $0.baseAddress { scratch.clean.start.update(from: from, count: $0.count) } }
    scratch.ends.reserve(ends.count)
    ends.withUnsafeBufferPointer { if let from = $0.baseAddress { scratch.ends.start.update(from: from, count: $0.count) } }
    bytes = UnsafePointer(scratch.clean.start)
    self.ends = UnsafePointer(scratch.ends.start + 1)
  }

  /// What is wrong with a record at `start`, which lies at `base` in the text; thrown where it is an error.
  static func problem(
    _ record: CSVTokenizer.Record, _ fields: [CSVField], width: Int, at start: Int, base: Int, of text: CSVText,
    _ rejects: CSVOptions.Rejects
  ) throws(TableError) -> String? {
    if let fault = record.fault {
      if rejects == .error { throw text.fault(fault.problem, at: base + fault.offset) }
      return fault.problem
    }
    if fields.count == width || (fields.count == 1 && fields[0].isBlank) { return nil }
    let values = fields.count == 1 ? "1 value" : "\(fields.count) values"
    let problem = "the row has \(values) where the first row has \(width)"
    guard rejects == .error else { return problem }
    throw text.fault(problem + " (`rejects: \"keep\"` puts such rows aside)", at: base + start)
  }

  private func raw(_ scratch: CSVScratch) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: scratch.bytes.start, count: range.count)
  }

  private func reject(_ tokenizer: CSVTokenizer, _ record: Range<Int>, _ column: String?, _ problem: String) -> CSVReject {
    var raw = tokenizer.bytes[record]
    while let last = raw.last, last == 10 || last == 13 { raw = raw.dropLast() }
    let isLong = raw.count > CSVReject.longestText
    return CSVReject(
      offset: range.lowerBound + record.lowerBound, column: column, problem: problem,
      text: String(decoding: raw.prefix(CSVReject.longestText), as: UTF8.self) + (isLong ? "…" : ""))
  }

  // MARK: Values that can't be read

  /// The row with a value that can't be read as its type, as thrown or put aside.
  func unreadable(_ row: Int, _ column: Int, named name: String, as type: ColumnType, in scratch: CSVScratch) -> (error: TableError, reject: CSVReject) {
    let tokenizer = CSVTokenizer(bytes: raw(scratch), delimiter: delimiter)
    let start = origins?[row] ?? (row == 0 ? 0 : Int(ends[row * width - 1]) + 1)
    var fields: [CSVField] = []
    let record = tokenizer.readRecord(from: start, to: range.count, into: &fields)
    guard fields.indices.contains(column) else { return (text.changed, reject(tokenizer, start..<record.next, name, "")) }
    let full = tokenizer.text(of: fields[column])
    let problem = "`\(full.count > 40 ? full.prefix(40) + "…" : full)` can't be read as \(type)"
    return (
      text.fault(problem, at: range.lowerBound + fields[column].start, column: name),
      reject(tokenizer, start..<record.next, name, problem)
    )
  }
}
