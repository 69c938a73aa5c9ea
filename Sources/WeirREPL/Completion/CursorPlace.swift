import WeirDiagnostics
import WeirSyntax

/// Where the cursor stands in a text that is still being typed, from its tokens alone.
struct CursorPlace {
  enum Kind: Equatable {
    /// In a comment, or after a number: nothing to offer.
    case nothing
    /// Inside a text, after these bytes of it.
    case text(String)
    /// After `.`, where an expression starts: a column.
    case column(String)
    /// After `value.`.
    case field(of: String, String)
    /// After `use`.
    case module(String)
    case word(String)
  }

  /// A call whose brackets are open at the cursor.
  struct OpenCall: Equatable {
    var callee: String
    /// What is piped into it, as written.
    var piped: String?
    /// Its first argument, as written; nil while that is being typed.
    var first: String?
    /// The names that arguments were given under.
    var given: [String]
    /// How many arguments stand before the cursor, what is piped included.
    var position: Int
    /// The name under which the argument at the cursor is given.
    var argument: String?
  }

  var kind: Kind
  /// Where the word at the cursor starts, in bytes.
  var start: Int
  /// Innermost last.
  var calls: [OpenCall] = []
  /// The word is the first of an argument of the innermost call.
  var startsArgument = false

  init(_ text: String, cursor: Int) {
    let scan = TokenScan(text, cursor: cursor)
    (kind, start) = scan.word()
    guard kind != .nothing else { return }
    let last = scan.tokens.lastIndex { Int($0.end) <= start } ?? -1
    for opener in scan.openers(upTo: last) {
      if let call = scan.call(at: opener, upTo: last) { calls.append(call) }
      startsArgument = last == opener || (scan.kind(last) == .comma && scan.lastComma(after: opener, upTo: last) == last)
      if scan.kind(opener) != .leftParenthesis || scan.callee(at: opener) == nil { startsArgument = false }
    }
  }
}

/// The tokens up to the cursor, and walks over them.
private struct TokenScan {
  let bytes: [UInt8]
  let tokens: [Token]
  let comments: [Comment]
  /// What closes the innermost open text or interpolation, where one is open.
  let open: Token.Kind?

  init(_ text: String, cursor: Int) {
    bytes = Array(text.utf8.prefix(max(0, cursor)))
    let list = WeirSyntax.tokens(
      of: SourceFile(id: FileID(0), name: "", text: String(decoding: bytes, as: UTF8.self)))
    comments = list.comments
    let end = bytes.count
    var kept = list.tokens.filter { $0.kind != .end }
    var innermost: Token.Kind?
    if let index = kept.firstIndex(where: { Int($0.start) == end && $0.start == $0.end }) {
      innermost = kept[index].kind
      kept.removeSubrange(index...)
    }
    tokens = kept
    open = innermost
  }

  func kind(_ index: Int) -> Token.Kind? { tokens.indices.contains(index) ? tokens[index].kind : nil }

  func source(_ start: Int, _ end: Int) -> String {
    start < end && end <= bytes.count ? String(decoding: bytes[start..<end], as: UTF8.self) : ""
  }

  func source(_ index: Int) -> String {
    tokens.indices.contains(index) ? source(Int(tokens[index].start), Int(tokens[index].end)) : ""
  }

  /// What is being typed, and where it starts.
  func word() -> (CursorPlace.Kind, Int) {
    let end = bytes.count
    if open == .textEnd, let quote = tokens.lastIndex(where: { $0.kind == .textStart }) {
      let start = Int(tokens[quote].end)
      return (.text(source(start, end)), start)
    }
    if let comment = comments.last, !bytes[min(Int(comment.start), end)...].contains(UInt8(ascii: "\n")) {
      return (.nothing, end)
    }
    guard let last = tokens.last, touches(last, end) else {
      let follows = kind(tokens.count - 1) == .name && source(tokens.count - 1) == "use" && startsStatement(tokens.count - 1)
      return (follows ? .module("") : .word(""), end)
    }
    let index = tokens.count - 1, start = Int(last.start)
    switch last.kind {
    case .column: return dotted(index)
    case .unreadable where bytes[start] == UInt8(ascii: "."): return dotted(index)
    case .number, .textEnd: return (.nothing, end)
    case .name where source(index - 1) == "use" && startsStatement(index - 1): return (.module(source(index)), start)
    case .name, .underscore: return (.word(source(index)), start)
    case let kind where kind.isKeyword: return (.word(source(index)), start)
    default: return (.word(""), end)
    }
  }

  /// A quoted column that is not closed runs on over blanks.
  private func touches(_ token: Token, _ end: Int) -> Bool { Int(token.end) == end }

  private func startsStatement(_ index: Int) -> Bool {
    tokens.indices.contains(index) && (index == 0 || tokens[index].startsLine)
  }

  private func dotted(_ index: Int) -> (CursorPlace.Kind, Int) {
    let start = Int(tokens[index].start), written = source(index)
    if index > 0, Int(tokens[index - 1].end) == start {
      let before = tokens[index - 1].kind
      if before == .name || before == .column || before.isCloser {
        let base = chainStart(endingAt: index - 1)
        return (.field(of: source(Int(tokens[base].start), start), String(written.dropFirst())), start + 1)
      }
    }
    return (.column(written), start)
  }

  /// The first token of `a.b(c).d` that ends at an index.
  private func chainStart(endingAt index: Int) -> Int {
    var at = index
    while at > 0 {
      if tokens[at].kind.isCloser, let opener = partner(of: at) { at = opener }
      let adjacent = at > 0 && tokens[at - 1].end == tokens[at].start
      let joins = tokens[at].kind == .column || tokens[at].kind == .leftParenthesis || tokens[at].kind == .leftBracket
      let before = at > 0 ? tokens[at - 1].kind : .end
      guard adjacent, joins, before == .name || before == .column || before.isCloser else { break }
      at -= 1
    }
    return at
  }

  private func partner(of closer: Int) -> Int? {
    var depth = 0
    for index in stride(from: closer, through: 0, by: -1) {
      if tokens[index].kind.isCloser || tokens[index].kind == .textEnd { depth += 1 }
      if tokens[index].kind.closer != nil || tokens[index].kind == .textStart { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  /// The brackets that are open after a token, outermost first.
  func openers(upTo last: Int) -> [Int] {
    var open: [Int] = []
    for index in 0..<max(0, last + 1) {
      if tokens[index].kind.closer != nil { open.append(index) }
      if tokens[index].kind.isCloser { _ = open.popLast() }
    }
    return open
  }

  func callee(at opener: Int) -> (name: String, index: Int)? {
    guard kind(opener) == .leftParenthesis, opener > 0, tokens[opener - 1].end == tokens[opener].start else { return nil }
    switch tokens[opener - 1].kind {
    case .name: return (source(opener - 1), opener - 1)
    case .column where kind(opener - 2) == .name && tokens[opener - 2].end == tokens[opener - 1].start:
      return (source(opener - 2) + source(opener - 1), opener - 2)
    default: return nil
    }
  }

  /// The commas of a bracket's own level.
  private func commas(after opener: Int, upTo last: Int) -> [Int] {
    var depth = 0, found: [Int] = []
    for index in stride(from: opener + 1, through: last, by: 1) {
      let kind = tokens[index].kind
      if kind.closer != nil { depth += 1 }
      if kind.isCloser { depth -= 1 }
      if kind == .comma, depth == 0 { found.append(index) }
    }
    return found
  }

  func lastComma(after opener: Int, upTo last: Int) -> Int? { commas(after: opener, upTo: last).last }

  func call(at opener: Int, upTo last: Int) -> CursorPlace.OpenCall? {
    guard let (name, index) = callee(at: opener) else { return nil }
    let commas = commas(after: opener, upTo: last)
    let starts = ([opener] + commas).map { $0 + 1 }
    let names = starts.map { kind($0 + 1) == .colon && $0 + 1 <= last ? source($0) : nil }
    let piped = kind(index - 1) == .pipe ? source(Int(tokens[pipelineStart(before: index - 1)].start),
      Int(tokens[index - 1].start)) : nil
    let first = commas.first.flatMap { comma in
      names[0] == nil ? source(Int(tokens[opener].end), Int(tokens[comma].start)).trimmed : nil
    }
    let complete = names.dropLast()
    return CursorPlace.OpenCall(
      callee: name, piped: piped?.trimmed, first: first, given: complete.compactMap { $0 },
      position: complete.count { $0 == nil } + (piped == nil ? 0 : 1), argument: names.last ?? nil)
  }

  /// The first token of what is piped in by the `|>` at an index.
  private func pipelineStart(before pipe: Int) -> Int {
    var at = pipe
    while at > 0 {
      let before = at - 1
      let kind = tokens[before].kind
      if kind.isCloser || kind == .textEnd, let opener = partner(of: before) {
        at = opener
      } else {
        switch kind {
        case .comma, .colon, .assign, .arrow, .thenWord, .else, .if, .in, .leftBrace, .leftBracket, .leftParenthesis,
          .interpolationStart:
          return at
        default: at = before
        }
      }
      let token = tokens[at]
      if token.startsLine, !token.kind.continuesLine, at == 0 || !joins(tokens[at - 1].kind) { return at }
    }
    return at
  }

  /// After these a statement goes on in the next line.
  private func joins(_ kind: Token.Kind) -> Bool {
    kind == .pipe || kind == .then || kind == .assign
  }
}
