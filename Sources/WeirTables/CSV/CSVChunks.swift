import WeirBase

/// The runs of parts of a file that are read together, in order. They depend on the text alone, and are the same whether
/// it is a file or unpacked on the way.
struct CSVChunks {
  private let text: CSVText
  private let rule: CSVLayout.Rule
  private let size: Int
  private let pool: CSVScratchPool
  private let workers: Workers
  private let cancellation: Cancellation
  /// The parts of a text that can be read anywhere.
  private let parts: [CSVLayout.Part]

  init(
    _ text: CSVText, _ rule: CSVLayout.Rule, size: Int, pool: CSVScratchPool, workers: Workers, cancellation: Cancellation
  ) throws {
    (self.text, self.rule, self.size, self.pool) = (text, rule, size, pool)
    (self.workers, self.cancellation) = (workers, cancellation)
    parts = text.long != nil ? [] : try CSVLayout(
      of: text, rule, pool: pool, workers: workers, cancellation: cancellation).parts
  }

  /// Hands the chunks over, and the text to read each of them from: at least one, if without parts.
  func forEach(_ body: (CSVText, [CSVLayout.Part]) throws -> Void) throws {
    var gathering = Gathering(size: size)
    if let long = text.long {
      try unpack(long, &gathering, body)
    } else {
      for part in parts {
        guard let chunk = gathering.adding(part) else { continue }
        try cancellation.check()
        try body(text, chunk)
      }
      try cancellation.check()
      if let rest = gathering.rest { try body(text, rest) }
    }
  }

  /// Blocks looked at together: of so many more than a chunk is in memory.
  private static let blocksAtOnce = 8

  private func unpack(
    _ long: LongText, _ gathering: inout Gathering, _ body: (CSVText, [CSVLayout.Part]) throws -> Void
  ) throws {
    let step = CSVChunks.blocksAtOnce * rule.blockSize
    let window = try CSVWindow(of: long, from: rule.start, room: size + 3 * step)
    var text = text, layout = CSVLayout(rule)
    text.window = window
    while !window.isLast {
      try cancellation.check()
      try window.extend(by: step)
      let end = window.range.upperBound
      // Where a block ends in a carriage return, what follows counts.
      let known = end - rule.start - CSVScratch.padding
      let wanted = window.isLast ? end : rule.start + max(0, known / rule.blockSize * rule.blockSize)
      try layout.add(text, to: wanted, pool: pool, workers: workers, cancellation: cancellation)
      if window.isLast { try layout.finish(text, at: end) }
      for part in layout.takeParts() {
        guard let chunk = gathering.adding(part) else { continue }
        try body(text, chunk)
        window.drop(before: part.range.upperBound)
      }
    }
    if let rest = gathering.rest { try body(text, rest) }
  }

  /// Parts until they are enough for a chunk.
  private struct Gathering {
    let size: Int
    private var parts: [CSVLayout.Part] = []
    private var bytes = 0
    private var hasGiven = false

    init(size: Int) { self.size = size }

    /// The chunk that a part makes full.
    mutating func adding(_ part: CSVLayout.Part) -> [CSVLayout.Part]? {
      parts.append(part)
      bytes += part.range.count
      guard bytes >= size else { return nil }
      defer { (parts, bytes) = ([], 0) }
      hasGiven = true
      return parts
    }

    /// What is left at the end; a file without parts is a chunk too.
    var rest: [CSVLayout.Part]? { parts.isEmpty && hasGiven ? nil : parts }
  }
}
