import CWeirKernels
import WeirBase

/// Where the parts of a file lie: each starts at a record, and where they do depends on the text alone.
struct CSVLayout: Sendable {
  struct Part: Sendable, Hashable {
    var range: Range<Int>
    /// As many rows as it may have: its line ends.
    var rows: Int
  }

  private(set) var parts: [Part] = []
  private let rule: Rule
  /// The part that is not ended yet.
  private var partStart: Int
  private var rows = 0
  /// Where the next block starts.
  private(set) var next: Int
  /// Whether that is within quotes.
  private var isInside = false
  private var follower: CSVQuoteFollower?

  /// How parts are told apart.
  struct Rule: Sendable {
    let start: Int
    let blockSize: Int
    /// Nil where quotes are counted, and where every quote is followed the delimiter.
    ///
    /// Counting is right as long as all quotes stand where RFC 4180 has them, which who reads the parts must look at.
    let followed: UInt8?
  }

  /// A part holds offsets in 32 bits.
  static let largestPart = Int(Int32.max) - 1024

  init(_ rule: Rule) {
    self.rule = rule
    (partStart, next) = (rule.start, rule.start)
    follower = rule.followed.map { CSVQuoteFollower(delimiter: $0) }
  }

  /// The parts of a text that is all there.
  init(
    of text: CSVText, _ rule: Rule, pool: CSVScratchPool, workers: Workers, cancellation: Cancellation
  ) throws {
    self.init(rule)
    try add(text, to: text.contents.count, pool: pool, workers: workers, cancellation: cancellation)
    try finish(text, at: text.contents.count)
  }

  /// Goes on to `end`, block by block; all but the last block of a text are whole.
  mutating func add(
    _ text: CSVText, to end: Int, pool: CSVScratchPool, workers: Workers, cancellation: Cancellation
  ) throws {
    if follower == nil { try count(text, to: end, pool, workers) } else { try follow(text, to: end, cancellation) }
    try check(text)
  }

  /// Takes the parts that were found.
  mutating func takeParts() -> [Part] {
    defer { parts = [] }
    return parts
  }

  /// Ends the last part at the end of the text.
  mutating func finish(_ text: CSVText, at count: Int) throws {
    if partStart < count {
      let last = try text.bytes(count - 1..<count)
      let isOpen = follower?.isInside ?? isInside
      let isEnded = !isOpen && (last.first == 10 || last.first == 13)
      parts.append(Part(range: partStart..<count, rows: rows + (isEnded ? 0 : 1)))
    }
    try check(text)
  }

  private func check(_ text: CSVText) throws {
    let long = parts.first { $0.range.count > CSVLayout.largestPart }?.range.lowerBound
      ?? (next - partStart > CSVLayout.largestPart ? partStart : nil)
    if let long { throw text.fault("a row here is longer than 2 GiB", at: long) }
  }

  // MARK: Counting

  /// Counts quotes and line ends in blocks side by side.
  private mutating func count(_ text: CSVText, to end: Int, _ pool: CSVScratchPool, _ workers: Workers) throws {
    guard next < end else { return }
    let first = next, size = rule.blockSize
    let surveys = try workers.map((end - first + size - 1) / size) { block in
      let range = first + block * size..<min(first + (block + 1) * size, end)
      return try pool.with { scratch in
        guard try scratch.load(range, of: text) else { throw text.changed }
        var result = weir_csv_survey_result()
        weir_csv_survey(scratch.bytes.start, range.count, &result)
        if result.has_zero != 0, let zero = (0..<range.count).first(where: { scratch.bytes.start[$0] == 0 }) {
          throw text.fault("a zero byte: this is not a text file", at: range.lowerBound + zero)
        }
        return result
      }
    }
    for survey in surveys {
      add(survey)
      next = min(next + size, end)
    }
  }

  private mutating func add(_ survey: weir_csv_survey_result) {
    let lines = Int(isInside ? survey.lines.1 : survey.lines.0), first = Int(isInside ? survey.first.1 : survey.first.0)
    if next > rule.start, first > 0 {
      // The part before ends with the first line end of this block.
      parts.append(Part(range: partStart..<next + first, rows: rows + 1))
      (partStart, rows) = (next + first, lines - 1)
    } else {
      rows += lines
    }
    if survey.quotes & 1 == 1 { isInside.toggle() }
  }

  // MARK: Following

  private mutating func follow(_ text: CSVText, to end: Int, _ cancellation: Cancellation) throws {
    while next < end, var state = follower {
      try cancellation.check()
      let block = try text.bytes(next..<min(next + (1 << 20), end))
      guard !block.isEmpty else { throw text.changed }
      for (i, byte) in block.enumerated() {
        if state.isAtLineStart, rows > 0, next + i - partStart >= rule.blockSize, !state.isLineFeedOfReturn(byte) {
          parts.append(Part(range: partStart..<next + i, rows: rows))
          (partStart, rows) = (next + i, 0)
        }
        if state.endsLine(byte) { rows += 1 }
      }
      follower = state
      next += block.count
    }
  }
}

/// Follows every quote from the start of a text, byte by byte: for texts with quotes in odd places.
struct CSVQuoteFollower: Sendable {
  private enum State { case fieldStart, plain, quoted, afterQuote }

  let delimiter: UInt8
  private var state = State.fieldStart
  /// A carriage return ended the last line: a line feed after it belongs to it.
  private var isAfterReturn = false
  private(set) var isAtLineStart = false

  init(delimiter: UInt8) { self.delimiter = delimiter }

  var isInside: Bool { state == .quoted }

  func isLineFeedOfReturn(_ byte: UInt8) -> Bool { isAfterReturn && byte == 10 }

  /// Goes past a byte; true where it ends a line.
  mutating func endsLine(_ byte: UInt8) -> Bool {
    if isLineFeedOfReturn(byte) {
      isAfterReturn = false
      return false
    }
    (isAfterReturn, isAtLineStart) = (false, false)
    switch (state, byte) {
    case (.quoted, CSVTokenizer.quote): state = .afterQuote
    case (.quoted, _): break
    case (.afterQuote, CSVTokenizer.quote): state = .quoted
    case (_, 10), (_, 13):
      state = .fieldStart
      (isAtLineStart, isAfterReturn) = (true, byte == 13)
      return true
    case (_, delimiter): state = .fieldStart
    case (.fieldStart, CSVTokenizer.quote): state = .quoted
    default: state = .plain
    }
    return false
  }
}
