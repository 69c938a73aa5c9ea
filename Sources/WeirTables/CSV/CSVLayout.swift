import CWeirKernels
import WeirBase

/// Where the parts of a file lie: each starts at a record, and where they do depends on the text alone.
struct CSVLayout: Sendable {
  struct Part: Sendable, Hashable {
    var range: Range<Int>
    /// As many rows as it may have: its line ends.
    var rows: Int
  }

  var parts: [Part] = []
  /// Whether every quote has been followed from the start of the file, rather than counted.
  var isCareful: Bool

  /// A part holds offsets in 32 bits.
  static let largestPart = Int(Int32.max) - 1024

  /// Counts quotes and line ends in blocks of `blockSize` bytes side by side. That is right as long as all quotes stand
  /// where RFC 4180 has them, which who reads the parts must look at.
  init(counting text: CSVText, from start: Int, blockSize: Int, pool: CSVScratchPool, workers: Workers) throws {
    isCareful = false
    let count = text.contents.count
    guard start < count else { return }
    let blocks = (count - start + blockSize - 1) / blockSize
    let surveys = try workers.map(blocks) { block in
      let range = start + block * blockSize..<min(start + (block + 1) * blockSize, count)
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
    var inside = false
    var (partStart, rows) = (start, 0)
    for (block, survey) in surveys.enumerated() {
      let lines = Int(inside ? survey.lines.1 : survey.lines.0), first = Int(inside ? survey.first.1 : survey.first.0)
      if block > 0, first > 0 {
        // The part before ends with the first line end of this block.
        let boundary = start + block * blockSize + first
        parts.append(Part(range: partStart..<boundary, rows: rows + 1))
        (partStart, rows) = (boundary, lines - 1)
      } else {
        rows += lines
      }
      if survey.quotes & 1 == 1 { inside.toggle() }
    }
    try finish(text, partStart, rows, isOpen: inside)
  }

  private mutating func finish(_ text: CSVText, _ start: Int, _ rows: Int, isOpen: Bool) throws {
    let count = text.contents.count
    if start < count {
      let last = try text.bytes(count - 1..<count)
      let isEnded = !isOpen && (last.first == 10 || last.first == 13)
      parts.append(Part(range: start..<count, rows: rows + (isEnded ? 0 : 1)))
    }
    for part in parts where part.range.count > CSVLayout.largestPart {
      throw text.fault("a row here is longer than 2 GiB", at: part.range.lowerBound)
    }
  }

  /// Follows every quote from the start of the file, byte by byte: for files with quotes in odd places.
  init(following text: CSVText, from start: Int, delimiter: UInt8, blockSize: Int, cancellation: Cancellation) throws {
    enum State { case fieldStart, plain, quoted, afterQuote }
    isCareful = true
    let count = text.contents.count
    var state = State.fieldStart
    var (partStart, rows) = (start, 0)
    var position = start
    // A carriage return that ended the last line: a line feed after it belongs to it.
    var afterReturn = false
    var atLineStart = false
    while position < count {
      try cancellation.check()
      let block = try text.bytes(position..<min(position + (1 << 20), count))
      for (i, byte) in block.enumerated() {
        if afterReturn, byte == 10 {
          afterReturn = false
          continue
        }
        if rows > 0, state == .fieldStart, position + i - partStart >= blockSize, atLineStart {
          parts.append(Part(range: partStart..<position + i, rows: rows))
          (partStart, rows) = (position + i, 0)
        }
        afterReturn = false
        atLineStart = false
        switch (state, byte) {
        case (.quoted, CSVTokenizer.quote): state = .afterQuote
        case (.quoted, _): break
        case (.afterQuote, CSVTokenizer.quote): state = .quoted
        case (_, 10), (_, 13):
          state = .fieldStart
          rows += 1
          atLineStart = true
          afterReturn = byte == 13
        case (_, delimiter): state = .fieldStart
        case (.fieldStart, CSVTokenizer.quote): state = .quoted
        default: state = .plain
        }
      }
      position += block.count
    }
    try finish(text, partStart, rows, isOpen: state == .quoted)
  }
}
