import WeirBase

/// Runs a pattern on one text: by trying, in the order in which Perl would, and with two bounds.
///
/// Once a search takes more steps than a harmless one does, it notes each place where it has two ways to go on and never goes
/// the same way from the same position twice, so that `(a+)+b` takes time in proportion to the text and not to two to its
/// length. What refers to earlier groups can't be bounded so; it, and all else, ends with an error after a number of steps.
struct PatternMatcher {
  private struct Entry {
    enum Kind { case branch, restore, spanGreedy, spanLazy }
    let kind: Kind
    /// Where to go on, or the slot to set back.
    let target: Int
    var position: Int
    /// The least position of a span, or the most of a lazy one.
    let limit: Int
    var set = 0
  }

  private static let mostSteps = 20_000_000

  private let program: PatternProgram
  let text: [UInt32]
  private let cancellation: Cancellation
  private(set) var slots: [Int]
  private var steps = 0
  private var seen: Set<Int> = []
  private var isCareful = false
  private let careful: Int

  init(_ program: PatternProgram, _ text: String, _ cancellation: Cancellation) {
    self.program = program
    self.text = text.unicodeScalars.map(\.value)
    self.cancellation = cancellation
    slots = Array(repeating: -1, count: program.slotCount)
    careful = 10_000 + 32 * self.text.count
  }

  /// The first fit at or after a position, in slots 0 and 1; groups that took no part have -1.
  mutating func search(from start: Int) throws -> Bool {
    steps = 0
    isCareful = false
    seen.removeAll(keepingCapacity: true)
    var position = start
    while position <= text.count {
      if program.isAnchored, position > 0 { return false }
      if let firsts = program.firstSets {
        while position < text.count, !firsts.contains(where: { program.sets[$0].contains(text[position]) }) { position += 1 }
        if position == text.count { return false }
      }
      for slot in slots.indices { slots[slot] = -1 }
      if let end = try run(program.instructions, from: position, isWhole: true) {
        slots[0] = position
        slots[1] = end
        return true
      }
      position += 1
    }
    return false
  }

  private mutating func count() throws {
    steps += 1
    if steps & 0xFFFF == 0 { try cancellation.check() }
    if steps > careful, !program.hasBackreferences { isCareful = true }
    if steps > Self.mostSteps + 64 * text.count {
      throw TableError.other(
        "the regular expression takes too long on a text of \(text.count) characters",
        mend: "make it simpler: parts that repeat what repeats, as in `(a+)+`, and `\\\\1` are what takes long")
    }
  }

  /// Where a fit at a position ends, or nil. Slots are set where there is one.
  private mutating func run(
    _ code: [PatternProgram.Instruction], from start: Int, isWhole: Bool, endingAt wanted: Int? = nil
  ) throws -> Int? {
    var stack: [Entry] = []
    var counter = 0, position = start
    while true {
      try count()
      var fits = true
      switch code[counter] {
      case .set(let set):
        if position < text.count, program.sets[set].contains(text[position]) {
          position += 1
          counter += 1
        } else { fits = false }
      case .split(let first, let second):
        if isWhole, isCareful, !seen.insert(counter * (text.count + 1) + position).inserted {
          fits = false
        } else {
          stack.append(Entry(kind: .branch, target: second, position: position, limit: 0))
          counter = first
        }
      case .jump(let target): counter = target
      case .save(let slot):
        stack.append(Entry(kind: .restore, target: slot, position: slots[slot], limit: 0))
        slots[slot] = position
        counter += 1
      case .loop(let slot, let target): counter = slots[slot] == position ? counter + 1 : target
      case .span(let set, let least, let most, let isLazy):
        fits = try span(set, least, most, isLazy, isWhole, &counter, &position, &stack)
      case .assertion(let assertion):
        if holds(assertion, position) { counter += 1 } else { fits = false }
      case .look(let part, let isBehind, let isNegated):
        if try looks(part, isBehind, isNegated, position) { counter += 1 } else { fits = false }
      case .atomic(let part):
        if let end = try run(program.parts[part].program, from: position, isWhole: false) {
          position = end
          counter += 1
        } else { fits = false }
      case .backreference(let group, let foldsCase):
        if let end = again(group, foldsCase, position) {
          position = end
          counter += 1
        } else { fits = false }
      case .match:
        if wanted == nil || position == wanted { return position }
        fits = false
      }
      if !fits, !backtrack(&stack, &counter, &position) { return nil }
    }
  }

  private mutating func span(
    _ set: Int, _ least: Int, _ most: Int, _ isLazy: Bool, _ isWhole: Bool, _ counter: inout Int, _ position: inout Int,
    _ stack: inout [Entry]
  ) throws -> Bool {
    if isWhole, isCareful, !seen.insert(counter * (text.count + 1) + position).inserted { return false }
    let members = program.sets[set]
    let end = most >= text.count - position ? text.count : position + most
    let wanted = isLazy ? min(position + least, text.count) : end
    var reached = position
    while reached < wanted, members.contains(text[reached]) { reached += 1 }
    steps += (reached - position) >> 3
    guard reached - position >= least else { return false }
    if isLazy {
      if reached < end { stack.append(Entry(kind: .spanLazy, target: counter + 1, position: reached, limit: end, set: set)) }
    } else if reached > position + least {
      stack.append(Entry(kind: .spanGreedy, target: counter + 1, position: reached, limit: position + least))
    }
    position = reached
    counter += 1
    return true
  }

  /// Takes the latest way that was left open; false where there is none.
  private mutating func backtrack(_ stack: inout [Entry], _ counter: inout Int, _ position: inout Int) -> Bool {
    while var entry = stack.popLast() {
      switch entry.kind {
      case .restore: slots[entry.target] = entry.position
      case .branch:
        counter = entry.target
        position = entry.position
        return true
      case .spanGreedy:
        entry.position -= 1
        counter = entry.target
        position = entry.position
        if entry.position > entry.limit { stack.append(entry) }
        return true
      case .spanLazy:
        guard entry.position < entry.limit, program.sets[entry.set].contains(text[entry.position]) else { continue }
        entry.position += 1
        counter = entry.target
        position = entry.position
        if entry.position < entry.limit { stack.append(entry) }
        return true
      }
    }
    return false
  }

  private func isWord(_ position: Int) -> Bool {
    guard text.indices.contains(position), let scalar = Unicode.Scalar(text[position]) else { return false }
    return ScalarSet.Kind.word.contains(scalar)
  }

  private func holds(_ assertion: PatternNode.Assertion, _ position: Int) -> Bool {
    switch assertion {
    case .textStart: position == 0
    case .textEnd: position == text.count
    case .textEndOrLineEnd: position == text.count || (position == text.count - 1 && text[position] == 10)
    case .lineStart: position == 0 || text[position - 1] == 10
    case .lineEnd: position == text.count || text[position] == 10
    case .wordEdge: isWord(position - 1) != isWord(position)
    case .noWordEdge: isWord(position - 1) == isWord(position)
    }
  }

  private mutating func looks(_ part: Int, _ isBehind: Bool, _ isNegated: Bool, _ position: Int) throws -> Bool {
    let kept = slots
    var found = false
    if isBehind {
      let width = program.parts[part].width
      for length in width.least...max(width.least, width.most) where !found && length <= position {
        found = try run(program.parts[part].program, from: position - length, isWhole: false, endingAt: position) != nil
      }
    } else {
      found = try run(program.parts[part].program, from: position, isWhole: false) != nil
    }
    if !found || isNegated { slots = kept }
    return found != isNegated
  }

  /// Where the text of a group ends that comes again; a group that took no part comes nowhere.
  private func again(_ group: Int, _ foldsCase: Bool, _ position: Int) -> Int? {
    let start = slots[2 * group], end = slots[2 * group + 1]
    guard start >= 0, end >= start, position + end - start <= text.count else { return nil }
    for offset in 0..<(end - start) {
      let a = text[start + offset], b = text[position + offset]
      if a == b { continue }
      guard foldsCase, ScalarSet(a).prepared(foldingCase: true).contains(b) else { return nil }
    }
    return position + end - start
  }

  /// The text between two positions.
  func part(_ start: Int, _ end: Int) -> String {
    var view = String.UnicodeScalarView()
    for code in text[start..<end] { if let scalar = Unicode.Scalar(code) { view.append(scalar) } }
    return String(view)
  }
}
