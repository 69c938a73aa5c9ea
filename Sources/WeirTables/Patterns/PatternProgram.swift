/// A regular expression as instructions for `PatternMatcher`.
struct PatternProgram: Sendable {
  enum Instruction: Sendable {
    case set(Int)
    /// Goes on at one place, and at the other if that fails.
    case split(Int, orElse: Int)
    case jump(Int)
    /// Notes the position in a slot.
    case save(Int)
    /// Goes back to the beginning of a loop unless nothing was taken since the position in the slot.
    case loop(slot: Int, Int)
    /// One set again and again.
    case span(Int, least: Int, most: Int, isLazy: Bool)
    case assertion(PatternNode.Assertion)
    case look(Int, isBehind: Bool, isNegated: Bool)
    case atomic(Int)
    case backreference(Int, foldsCase: Bool)
    case match
  }

  private(set) var instructions: [Instruction] = []
  private(set) var sets: [ScalarSet] = []
  /// What `look` and `atomic` run, with the widths of what lies behind.
  private(set) var parts: [(program: [Instruction], width: (least: Int, most: Int))] = []
  /// Slots 2 g and 2 g + 1 are the ends of group g; loops have the rest.
  private(set) var slotCount: Int
  let groupCount: Int
  let names: [String: Int]
  let hasBackreferences: Bool
  /// Whether it fits only at the beginning of the text.
  private(set) var isAnchored = false
  /// What the first character can be; nil where that is open.
  private(set) var firstSets: [Int]?

  static let longest = 50_000

  init(_ pattern: String) throws(TableError) {
    var parser = PatternParser(pattern)
    let node = try parser.parse()
    groupCount = parser.groupCount
    names = parser.names
    hasBackreferences = parser.hasBackreferences
    slotCount = 2 * (groupCount + 1)
    instructions = try compiled(node)
    isAnchored = Self.isAnchored(node)
    firstSets = firsts(node)
  }

  private mutating func compiled(_ node: PatternNode) throws(TableError) -> [Instruction] {
    var out: [Instruction] = []
    try emit(node, &out)
    out.append(.match)
    return out
  }

  private mutating func number(of set: ScalarSet) -> Int {
    if let known = sets.firstIndex(of: set) { return known }
    sets.append(set)
    return sets.count - 1
  }

  private mutating func emit(_ node: PatternNode, _ out: inout [Instruction]) throws(TableError) {
    guard out.count <= Self.longest else {
      throw .other("this regular expression is too large", mend: "repeat parts less often")
    }
    switch node {
    case .empty: break
    case .set(let set): out.append(.set(number(of: set)))
    case .sequence(let nodes): for node in nodes { try emit(node, &out) }
    case .either(let nodes):
      var ends: [Int] = []
      for (index, node) in nodes.enumerated() {
        guard index < nodes.count - 1 else {
          try emit(node, &out)
          break
        }
        let split = out.count
        out.append(.jump(0))
        try emit(node, &out)
        ends.append(out.count)
        out.append(.jump(0))
        out[split] = .split(split + 1, orElse: out.count)
      }
      for end in ends { out[end] = .jump(out.count) }
    case .repeated(let node, let least, let most, let isLazy): try emit(node, least, most, isLazy, &out)
    case .group(let node, let number):
      out.append(.save(2 * number))
      try emit(node, &out)
      out.append(.save(2 * number + 1))
    case .assertion(let assertion): out.append(.assertion(assertion))
    case .look(let node, let isBehind, let isNegated):
      out.append(.look(try part(node), isBehind: isBehind, isNegated: isNegated))
    case .atomic(let node): out.append(.atomic(try part(node)))
    case .backreference(let number, let foldsCase): out.append(.backreference(number, foldsCase: foldsCase))
    }
  }

  private mutating func part(_ node: PatternNode) throws(TableError) -> Int {
    let program = try compiled(node)
    let width = node.width
    parts.append((program, (width.least, width.most ?? 0)))
    return parts.count - 1
  }

  private mutating func emit(
    _ node: PatternNode, _ least: Int, _ most: Int?, _ isLazy: Bool, _ out: inout [Instruction]
  ) throws(TableError) {
    if case .set(let set) = node {
      out.append(.span(number(of: set), least: least, most: most ?? .max, isLazy: isLazy))
      return
    }
    for _ in 0..<least { try emit(node, &out) }
    func split(_ body: Int, _ end: Int) -> Instruction { isLazy ? .split(end, orElse: body) : .split(body, orElse: end) }
    if let most {
      var splits: [Int] = []
      for _ in least..<max(least, most) {
        splits.append(out.count)
        out.append(.jump(0))
        try emit(node, &out)
      }
      for place in splits { out[place] = split(place + 1, out.count) }
      return
    }
    let start = out.count
    out.append(.jump(0))
    if node.width.least > 0 {
      try emit(node, &out)
      out.append(.jump(start))
    } else {
      let slot = slotCount
      slotCount += 1
      out.append(.save(slot))
      try emit(node, &out)
      out.append(.loop(slot: slot, start))
    }
    out[start] = split(start + 1, out.count)
  }

  private static func isAnchored(_ node: PatternNode) -> Bool {
    switch node {
    case .assertion(.textStart): true
    case .sequence(let nodes): nodes.first.map(isAnchored) ?? false
    case .either(let nodes): nodes.allSatisfy(isAnchored)
    case .group(let node, _), .atomic(let node): isAnchored(node)
    default: false
    }
  }

  /// The sets that the first character may be of; nil where it may be anything or nothing.
  private mutating func firsts(_ node: PatternNode) -> [Int]? {
    switch node {
    case .set(let set): return [number(of: set)]
    case .sequence(let nodes):
      var all: [Int] = []
      for node in nodes {
        switch node {
        case .assertion, .look: continue
        default: break
        }
        // An optional part before adds what it may begin with.
        if node.width.least == 0 {
          guard case .repeated(let inner, _, _, _) = node, inner.width.least > 0, let own = firsts(inner) else { return nil }
          all += own
          continue
        }
        return firsts(node).map { all + $0 }
      }
      return nil
    case .either(let nodes):
      var all: [Int] = []
      for node in nodes {
        guard let own = firsts(node) else { return nil }
        all += own
      }
      return all
    case .repeated(let node, let least, _, _): return least > 0 ? firsts(node) : nil
    case .group(let node, _), .atomic(let node): return firsts(node)
    default: return nil
    }
  }
}
