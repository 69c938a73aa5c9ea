/// A regular expression as steps over the bytes of an ASCII text, for what is common in patterns of logs.
///
/// It finds what `TextPattern` finds, only sooner; where a pattern has more than this knows, there is no program. Each
/// way that a pattern can go is tried in the order that the pattern says, and a text that needs too many tries is given up.
struct LineProgram: Sendable {
  enum Operation: UInt8 {
    /// One byte; `a` is it.
    case byte
    /// One byte of set `a`.
    case set
    /// Bytes of set `a`, at least `b` and at most `c`: as many as there are, as few as do, or never fewer than there are.
    case runMost, runLeast, runAll
    /// Goes on at `a`, and at `b` where that fails.
    case split
    case jump
    /// Notes the place in slot `a`.
    case save
    case atStart, atEnd, match
  }

  struct Step: Sendable {
    let operation: Operation
    var a = 0
    var b = 0
    var c = 0
  }

  /// Which of the 128 bytes are in it.
  struct ByteSet: Sendable, Hashable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
      (byte < 64 ? low >> UInt64(byte & 63) : high >> UInt64(byte & 63)) & 1 != 0
    }

    mutating func insert(_ byte: UInt8) { if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) } }
    var inverted: ByteSet { ByteSet(low: ~low, high: ~high) }
    func union(_ other: ByteSet) -> ByteSet { ByteSet(low: low | other.low, high: high | other.high) }

    init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }
    init() {}
    init(_ ranges: ClosedRange<UInt8>...) { for range in ranges { for byte in range { insert(byte) } } }

    static func single(_ byte: UInt8) -> ByteSet {
      var set = ByteSet()
      set.insert(byte)
      return set
    }

    static let digits = ByteSet(48...57)
    static let word = ByteSet(48...57, 65...90, 95...95, 97...122)
    static let blanks = ByteSet(9...13, 32...32)
    /// What `.` matches: all but line ends.
    static let any = ByteSet(10...13).inverted
  }

  private(set) var steps: [Step] = []
  private(set) var sets: [ByteSet] = []
  /// The names of the groups; group `g` is between slots `2g` and `2g + 1`.
  let names: [String]

  static let mostSteps = 4000

  /// Nil where the pattern has what this does not know.
  init?(_ pattern: String) {
    var parser = LinePatternParser(pattern)
    guard let tree = parser.parse(), Set(parser.names).count == parser.names.count else { return nil }
    names = parser.names
    guard emit(tree) else { return nil }
    steps.append(Step(operation: .match))
    settleRuns()
  }

  private mutating func set(_ set: ByteSet) -> Int {
    if let known = sets.firstIndex(of: set) { return known }
    sets.append(set)
    return sets.count - 1
  }

  private mutating func emit(_ node: LinePatternParser.Node) -> Bool {
    guard steps.count < LineProgram.mostSteps else { return false }
    switch node {
    case .set(let bytes):
      if bytes.low.nonzeroBitCount + bytes.high.nonzeroBitCount == 1 {
        let byte = bytes.low != 0 ? bytes.low.trailingZeroBitCount : 64 + bytes.high.trailingZeroBitCount
        steps.append(Step(operation: .byte, a: byte))
      } else {
        steps.append(Step(operation: .set, a: set(bytes)))
      }
    case .start: steps.append(Step(operation: .atStart))
    case .end: steps.append(Step(operation: .atEnd))
    case .sequence(let nodes): for node in nodes { guard emit(node) else { return false } }
    case .group(let inner, let number):
      steps.append(Step(operation: .save, a: 2 * number))
      guard emit(inner) else { return false }
      steps.append(Step(operation: .save, a: 2 * number + 1))
    case .choice(let branches): return emit(choice: branches)
    case .repeated(let inner, let least, let most, let isGreedy): return emit(inner, least, most, isGreedy)
    }
    return true
  }

  private mutating func emit(choice branches: [LinePatternParser.Node]) -> Bool {
    var jumps: [Int] = []
    for (place, branch) in branches.enumerated() {
      let isLast = place == branches.count - 1
      let split = steps.count
      if !isLast { steps.append(Step(operation: .split, a: split + 1)) }
      guard emit(branch) else { return false }
      if !isLast {
        jumps.append(steps.count)
        steps.append(Step(operation: .jump))
        steps[split].b = steps.count
      }
    }
    for jump in jumps { steps[jump].a = steps.count }
    return true
  }

  private mutating func emit(_ inner: LinePatternParser.Node, _ least: Int, _ most: Int, _ isGreedy: Bool) -> Bool {
    if case .set(let bytes) = inner {
      steps.append(Step(operation: isGreedy ? .runMost : .runLeast, a: set(bytes), b: least, c: most))
      return true
    }
    // A group that can be empty could go round for ever, and one that is noted in each round is left to the general engine.
    guard !inner.canBeEmpty, most <= 1 || !inner.hasGroups else { return false }
    for _ in 0..<least { guard emit(inner) else { return false } }
    if most == Int.max {
      let split = steps.count
      steps.append(Step(operation: .split))
      guard emit(inner) else { return false }
      steps.append(Step(operation: .jump, a: split))
      (steps[split].a, steps[split].b) = isGreedy ? (split + 1, steps.count) : (steps.count, split + 1)
      return true
    }
    var splits: [Int] = []
    for _ in least..<max(least, most) {
      splits.append(steps.count)
      steps.append(Step(operation: .split))
      guard emit(inner) else { return false }
    }
    for split in splits { (steps[split].a, steps[split].b) = isGreedy ? (split + 1, steps.count) : (steps.count, split + 1) }
    return true
  }

  /// A run before a byte that is not of its set need never give one back.
  private mutating func settleRuns() {
    for i in steps.indices where steps[i].operation == .runMost && steps[i].c == Int.max {
      var next = i + 1
      while steps.indices.contains(next), steps[next].operation == .save { next += 1 }
      guard steps.indices.contains(next) else { continue }
      let isApart: Bool =
        switch steps[next].operation {
        case .byte: !sets[steps[i].a].contains(UInt8(truncatingIfNeeded: steps[next].a))
        case .atEnd: true
        case .set:
          sets[steps[i].a].low & sets[steps[next].a].low == 0 && sets[steps[i].a].high & sets[steps[next].a].high == 0
        default: false
        }
      if isApart { steps[i] = Step(operation: .runAll, a: steps[i].a, b: steps[i].b, c: steps[i].c) }
    }
  }
}
