/// Reads the part of the syntax of regular expressions that `LineProgram` knows; all else gives nil.
struct LinePatternParser {
  indirect enum Node {
    case set(LineProgram.ByteSet)
    case start, end
    case sequence([Node])
    case group(Node, Int)
    case choice([Node])
    case repeated(Node, Int, Int, isGreedy: Bool)

    var canBeEmpty: Bool {
      switch self {
      case .set: false
      case .start, .end: true
      case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
      case .group(let inner, _): inner.canBeEmpty
      case .choice(let branches): branches.contains(where: \.canBeEmpty)
      case .repeated(let inner, let least, _, _): least == 0 || inner.canBeEmpty
      }
    }

    var hasGroups: Bool {
      switch self {
      case .set, .start, .end: false
      case .sequence(let nodes), .choice(let nodes): nodes.contains(where: \.hasGroups)
      case .group: true
      case .repeated(let inner, _, _, _): inner.hasGroups
      }
    }
  }

  private let bytes: [UInt8]
  private var position = 0
  private(set) var names: [String] = []
  private var depth = 0

  init(_ pattern: String) { bytes = Array(pattern.utf8) }

  mutating func parse() -> Node? {
    guard bytes.allSatisfy({ $0 >= 32 && $0 < 127 }), let node = choice(), position == bytes.count else { return nil }
    return node
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    for i in 0..<text.utf8CodeUnitCount where bytes[position + i] != text.utf8Start[i] { return false }
    position += text.utf8CodeUnitCount
    return true
  }

  private mutating func choice() -> Node? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { return nil }
    var branches: [Node] = []
    repeat {
      guard let branch = sequence() else { return nil }
      branches.append(branch)
    } while take("|")
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() -> Node? {
    var nodes: [Node] = []
    while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      guard let atom = atom(), let node = quantified(atom) else { return nil }
      nodes.append(node)
    }
    return .sequence(nodes)
  }

  private mutating func atom() -> Node? {
    guard let byte = next else { return nil }
    switch byte {
    case UInt8(ascii: "("): return group()
    case UInt8(ascii: "["): return bracket().map { .set($0) }
    case UInt8(ascii: "."):
      position += 1
      return .set(.any)
    case UInt8(ascii: "^"):
      position += 1
      return .start
    case UInt8(ascii: "$"):
      position += 1
      return .end
    case UInt8(ascii: "\\"): return escape().map { .set($0) }
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "]"): return nil
    default:
      position += 1
      return .set(.single(byte))
    }
  }

  private mutating func group() -> Node? {
    position += 1
    if take("?<") || take("?P<") {
      var name: [UInt8] = []
      while let byte = next, LineProgram.ByteSet.word.contains(byte) {
        name.append(byte)
        position += 1
      }
      guard let first = name.first, !LineProgram.ByteSet.digits.contains(first), take(">") else { return nil }
      names.append(String(decoding: name, as: UTF8.self))
      let number = names.count - 1
      guard let inner = choice(), take(")") else { return nil }
      return .group(inner, number)
    }
    if take("?:") {} else if next == UInt8(ascii: "?") || next == UInt8(ascii: "*") { return nil }
    guard let inner = choice(), take(")") else { return nil }
    return inner
  }

  /// `\d` and the like, and marks that would mean something else without the backslash.
  private mutating func escape() -> LineProgram.ByteSet? {
    guard position + 1 < bytes.count else { return nil }
    let byte = bytes[position + 1]
    position += 2
    switch byte {
    case UInt8(ascii: "d"): return .digits
    case UInt8(ascii: "D"): return LineProgram.ByteSet.digits.inverted
    case UInt8(ascii: "w"): return .word
    case UInt8(ascii: "W"): return LineProgram.ByteSet.word.inverted
    case UInt8(ascii: "s"): return .blanks
    case UInt8(ascii: "S"): return LineProgram.ByteSet.blanks.inverted
    case UInt8(ascii: "t"): return .single(9)
    default: return LineProgram.ByteSet.word.contains(byte) ? nil : .single(byte)
    }
  }

  private mutating func bracket() -> LineProgram.ByteSet? {
    position += 1
    let isNegated = take("^")
    var set = LineProgram.ByteSet()
    var isFirst = true
    while let byte = next {
      if byte == UInt8(ascii: "]") {
        // An empty bracket means different things to different readers.
        if isFirst { return nil }
        position += 1
        return isNegated ? set.inverted : set
      }
      isFirst = false
      guard let low = bracketItem() else { return nil }
      guard next == UInt8(ascii: "-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") else {
        set = set.union(low)
        continue
      }
      position += 1
      guard let high = bracketItem(), let first = low.only, let last = high.only, first <= last else { return nil }
      for byte in first...last { set.insert(byte) }
    }
    return nil
  }

  private mutating func bracketItem() -> LineProgram.ByteSet? {
    guard let byte = next else { return nil }
    switch byte {
    case UInt8(ascii: "\\"): return escape()
    // Sets in sets, and marks that are doubled for set operations, are left to the general engine.
    case UInt8(ascii: "["): return nil
    case UInt8(ascii: "&"), UInt8(ascii: "~"), UInt8(ascii: "-"):
      if position + 1 < bytes.count, bytes[position + 1] == byte { return nil }
    default: break
    }
    position += 1
    return .single(byte)
  }

  private mutating func quantified(_ atom: Node) -> Node? {
    var (least, most) = (1, 1)
    if take("*") { (least, most) = (0, .max) } else if take("+") { (least, most) = (1, .max) } else if take("?") {
      (least, most) = (0, 1)
    } else if next == UInt8(ascii: "{") {
      guard let bounds = bounds() else { return nil }
      (least, most) = bounds
    } else { return atom }
    switch atom {
    case .start, .end: return nil
    default: break
    }
    if take("?") { return checked(.repeated(atom, least, most, isGreedy: false)) }
    if next == UInt8(ascii: "+") || next == UInt8(ascii: "*") || next == UInt8(ascii: "{") { return nil }
    return checked(.repeated(atom, least, most, isGreedy: true))
  }

  private func checked(_ node: Node) -> Node? {
    if case .repeated(_, let least, let most, _) = node, least > 1000 || (most != .max && (most > 1000 || most < least)) { return nil }
    return node
  }

  private mutating func bounds() -> (Int, Int)? {
    position += 1
    guard let least = number() else { return nil }
    if take("}") { return (least, least) }
    guard take(",") else { return nil }
    if take("}") { return (least, .max) }
    guard let most = number(), take("}") else { return nil }
    return (least, most)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let byte = next, byte &- 48 < 10 {
      value = (value ?? 0) * 10 + Int(byte &- 48)
      guard value ?? 0 <= 10_000 else { return nil }
      position += 1
    }
    return value
  }
}

extension LineProgram.ByteSet {
  /// The byte of a set of one.
  fileprivate var only: UInt8? {
    guard low.nonzeroBitCount + high.nonzeroBitCount == 1 else { return nil }
    return UInt8(low != 0 ? low.trailingZeroBitCount : 64 + high.trailingZeroBitCount)
  }
}
