/// Reads the syntax of regular expressions that Perl, Python and Swift have in common.
struct PatternParser {
  private let source: [Unicode.Scalar]
  private var place = 0
  private var foldsCase = false
  private var dotTakesLineEnds = false
  private var linesCount = false
  private var depth = 0
  private(set) var groupCount = 0
  private(set) var names: [String: Int] = [:]
  private(set) var hasBackreferences = false

  static let deepest = 200
  static let mostRepeats = 1000

  init(_ pattern: String) { source = Array(pattern.unicodeScalars) }

  mutating func parse() throws(TableError) -> PatternNode {
    let node = try alternatives()
    if place < source.count { throw problem("`)` closes nothing") }
    return node
  }

  private func problem(_ what: String, at position: Int? = nil) -> TableError {
    let pattern = String(String.UnicodeScalarView(source))
    return .other(
      "`\(pattern)` is not a regular expression: \(what), at character \((position ?? place) + 1)",
      mend: "a character that means something else is written with `\\\\` before it")
  }

  private var next: Unicode.Scalar? { place < source.count ? source[place] : nil }

  private mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard place + wanted.count <= source.count, source[place..<(place + wanted.count)].elementsEqual(wanted) else { return false }
    place += wanted.count
    return true
  }

  private mutating func alternatives() throws(TableError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw problem("groups are nested too deeply") }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .either(branches)
  }

  private mutating func sequence() throws(TableError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let character = next, character != "|", character != ")" {
      let start = place
      guard let node = try atom() else { continue }
      nodes.append(try quantified(node, from: start))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func quantified(_ node: PatternNode, from start: Int) throws(TableError) -> PatternNode {
    var node = node
    while let (least, most) = try quantifier() {
      if case .assertion = node { throw problem("nothing stands before this that could be repeated", at: start) }
      guard least <= Self.mostRepeats, most ?? 0 <= Self.mostRepeats else {
        throw problem("a part is repeated more than \(Self.mostRepeats) times")
      }
      if let most, most < least { throw problem("the second number of `{\(least),\(most)}` is below the first") }
      let isLazy = take("?")
      node = .repeated(node, least: least, most: most, isLazy: isLazy)
      if !isLazy, take("+") { node = .atomic(node) }
    }
    return node
  }

  private mutating func quantifier() throws(TableError) -> (least: Int, most: Int?)? {
    switch next {
    case "*": place += 1; return (0, nil)
    case "+": place += 1; return (1, nil)
    case "?": place += 1; return (0, 1)
    case "{":
      // `{` that begins no numbers is a character.
      let start = place
      place += 1
      let least = number()
      var most = least
      if take(",") { most = number() } else if least == nil { place = start; return nil }
      guard take("}"), least != nil || most != nil else {
        place = start
        return nil
      }
      return (least ?? 0, most)
    default: return nil
    }
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next?.value, (48...57).contains(digit) {
      value = min((value ?? 0) * 10 + Int(digit - 48), 1_000_000)
      place += 1
    }
    return value
  }

  private func set(_ set: ScalarSet) -> PatternNode { .set(set.prepared(foldingCase: foldsCase)) }

  /// Nil for what takes no part in matching: flags and comments.
  private mutating func atom() throws(TableError) -> PatternNode? {
    guard let character = next else { return nil }
    let start = place
    switch character {
    case "(": return try group()
    case "[":
      place += 1
      return set(try bracket(from: start))
    case ".":
      place += 1
      return set(.any(withLineEnds: dotTakesLineEnds))
    case "^":
      place += 1
      return .assertion(linesCount ? .lineStart : .textStart)
    case "$":
      place += 1
      return .assertion(linesCount ? .lineEnd : .textEndOrLineEnd)
    case "\\":
      place += 1
      return try escaped(from: start)
    case "*", "+", "?": throw problem("nothing stands before `\(character)` that could be repeated")
    case "{":
      if try quantifier() != nil { throw problem("nothing stands before this that could be repeated", at: start) }
      place += 1
      return set(ScalarSet(123))
    default:
      place += 1
      return set(ScalarSet(character.value))
    }
  }

  // MARK: Groups

  private mutating func group() throws(TableError) -> PatternNode? {
    let start = place
    place += 1
    let flags = (foldsCase, dotTakesLineEnds, linesCount)
    func closed(_ parser: inout PatternParser) throws(TableError) {
      guard parser.take(")") else { throw parser.problem("`(` is never closed", at: start) }
      (parser.foldsCase, parser.dotTakesLineEnds, parser.linesCount) = flags
    }
    guard take("?") else { return try captured(nil, closed) }
    if take("#") {
      while let character = next, character != ")" { _ = character; place += 1 }
      try closed(&self)
      return nil
    }
    if take(":") {
      let node = try alternatives()
      try closed(&self)
      return node
    }
    if take(">") {
      let node = try alternatives()
      try closed(&self)
      return .atomic(node)
    }
    for (mark, isBehind, isNegated) in [("=", false, false), ("!", false, true), ("<=", true, false), ("<!", true, true)] where take(mark) {
      let node = try alternatives()
      try closed(&self)
      if isBehind, node.width.most.map({ $0 > 255 }) ?? true {
        throw problem("what is looked for behind must be of a bounded length", at: start)
      }
      return .look(node, isBehind: isBehind, isNegated: isNegated)
    }
    if take("P<") || take("<") { return try captured(try name(until: ">"), closed) }
    return try flagged(from: start, closed)
  }

  private mutating func captured(
    _ name: String?, _ closed: (inout PatternParser) throws(TableError) -> Void
  ) throws(TableError) -> PatternNode {
    groupCount += 1
    let number = groupCount
    if let name {
      if names[name] != nil { throw problem("two groups are called `\(name)`") }
      names[name] = number
    }
    let node = try alternatives()
    try closed(&self)
    return .group(node, number)
  }

  private mutating func name(until end: Unicode.Scalar) throws(TableError) -> String {
    var name = ""
    while let character = next, character == "_" || character.properties.isAlphabetic || (48...57).contains(character.value) {
      name.unicodeScalars.append(character)
      place += 1
    }
    guard !name.isEmpty, take(String(end)) else { throw problem("a group has no name that ends with `\(end)`") }
    return name
  }

  /// `(?i)` to the end of the group that it stands in, or `(?i:…)`.
  private mutating func flagged(
    from start: Int, _ closed: (inout PatternParser) throws(TableError) -> Void
  ) throws(TableError) -> PatternNode? {
    var isOn = true
    while let character = next {
      place += 1
      switch character {
      case "i": foldsCase = isOn
      case "s": dotTakesLineEnds = isOn
      case "m": linesCount = isOn
      case "-": isOn = false
      case ")": return nil
      case ":":
        let node = try alternatives()
        try closed(&self)
        return node
      default: throw problem("`(?\(character)` stands for nothing here", at: start)
      }
    }
    throw problem("`(` is never closed", at: start)
  }

  // MARK: Escapes

  private mutating func escaped(from start: Int) throws(TableError) -> PatternNode {
    guard let character = next else { throw problem("it ends with `\\`", at: start) }
    switch character {
    case "b": place += 1; return .assertion(.wordEdge)
    case "B": place += 1; return .assertion(.noWordEdge)
    case "A": place += 1; return .assertion(.textStart)
    case "z": place += 1; return .assertion(.textEnd)
    case "Z": place += 1; return .assertion(.textEndOrLineEnd)
    case "k":
      place += 1
      guard take("<") else { throw problem("`\\k` names no group") }
      let name = try self.name(until: ">")
      guard let number = names[name] else { throw problem("no group before this is called `\(name)`", at: start) }
      hasBackreferences = true
      return .backreference(number, foldsCase: foldsCase)
    case "1"..."9":
      let number = self.number() ?? 0
      guard number <= groupCount else { throw problem("there is no group \(number) before this", at: start) }
      hasBackreferences = true
      return .backreference(number, foldsCase: foldsCase)
    default:
      if let (kind, isNegated) = try self.kind() { return set(ScalarSet(kind, isNegated: isNegated)) }
      return set(ScalarSet(try code(from: start)))
    }
  }

  /// `\d`, `\W`, `\p{L}`: a kind of characters, after its `\`.
  private mutating func kind() throws(TableError) -> (ScalarSet.Kind, Bool)? {
    guard let character = next else { return nil }
    switch character {
    case "d": place += 1; return (.digit, false)
    case "D": place += 1; return (.digit, true)
    case "w": place += 1; return (.word, false)
    case "W": place += 1; return (.word, true)
    case "s": place += 1; return (.space, false)
    case "S": place += 1; return (.space, true)
    case "p", "P":
      place += 1
      guard take("{") else { throw problem("`\\p` is followed by a category in braces, as `\\p{L}`") }
      let name = try self.name(until: "}")
      guard ScalarSet.Kind.known.contains(name) else { throw problem("`\(name)` is no category of characters; L, Lu, N and P are some") }
      return (.category(name), character == "P")
    default: return nil
    }
  }

  /// A single character, after its `\`.
  private mutating func code(from start: Int) throws(TableError) -> UInt32 {
    guard let character = next else { throw problem("it ends with `\\`", at: start) }
    place += 1
    switch character {
    case "n": return 10
    case "t": return 9
    case "r": return 13
    case "f": return 12
    case "v": return 11
    case "e": return 27
    case "0": return 0
    case "x": return try hexadecimal(2, from: start)
    case "u": return try hexadecimal(4, from: start)
    default:
      guard !character.properties.isAlphabetic, !(48...57).contains(character.value) else {
        throw problem("`\\\(character)` stands for nothing", at: start)
      }
      return character.value
    }
  }

  private mutating func hexadecimal(_ digits: Int, from start: Int) throws(TableError) -> UInt32 {
    let isBraced = take("{")
    var value: UInt32 = 0, count = 0
    while count < (isBraced ? 6 : digits), let digit = next.flatMap({ Character($0).hexDigitValue }) {
      value = value * 16 + UInt32(digit)
      count += 1
      place += 1
    }
    guard count > 0, isBraced ? take("}") : count == digits, Unicode.Scalar(value) != nil else {
      throw problem("the digits stand for no character", at: start)
    }
    return value
  }

  // MARK: Brackets

  private static let posix: [String: [ClosedRange<UInt32>]] = [
    "alpha": [65...90, 97...122], "digit": [48...57], "alnum": [48...57, 65...90, 97...122], "upper": [65...90], "lower": [97...122],
    "space": [9...13, 32...32], "blank": [9...9, 32...32], "punct": [33...47, 58...64, 91...96, 123...126],
    "xdigit": [48...57, 65...70, 97...102],
  ]

  private mutating func bracket(from start: Int) throws(TableError) -> ScalarSet {
    var set = ScalarSet()
    if take("^") { set.negate() }
    var isFirst = true
    while let character = next {
      if character == "]", !isFirst {
        place += 1
        return set
      }
      isFirst = false
      if take("[:") {
        let isNegated = take("^")
        let name = try self.name(until: ":")
        guard take("]"), !isNegated, let ranges = Self.posix[name] else { throw problem("`[:\(name):]` is no kind of characters", at: start) }
        for range in ranges { set.insert(range) }
        continue
      }
      if character == "\\" {
        place += 1
        if let (kind, isNegated) = try self.kind() {
          set.insert(kind, isNegated: isNegated)
          continue
        }
      }
      let low = try bracketCode(character, start)
      if next == "-", place + 1 < source.count, source[place + 1] != "]" {
        place += 1
        let character = source[place]
        if character == "\\" { place += 1 }
        let high = try bracketCode(character, start)
        guard low <= high else { throw problem("a range runs backwards", at: start) }
        set.insert(low...high)
      } else {
        set.insert(low...low)
      }
    }
    throw problem("`[` is never closed", at: start)
  }

  /// A character inside brackets; of an escaped one, the `\` is behind us.
  private mutating func bracketCode(_ character: Unicode.Scalar, _ start: Int) throws(TableError) -> UInt32 {
    if character == "\\" {
      if take("b") { return 8 }
      return try code(from: start)
    }
    place += 1
    return character.value
  }
}
