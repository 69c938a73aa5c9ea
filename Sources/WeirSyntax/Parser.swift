package import WeirDiagnostics

/// What parsing gives: always a tree, with every mistake found on the way.
package struct ParseResult: Sendable {
  package let tree: SyntaxTree
  package let diagnostics: [Diagnostic]
  /// True where the text stops inside a bracket, string or after an operator, so that a REPL asks for another line.
  package let isIncomplete: Bool
  package init(tree: SyntaxTree, diagnostics: [Diagnostic], isIncomplete: Bool) {
    self.tree = tree
    self.diagnostics = diagnostics
    self.isIncomplete = isIncomplete
  }
}

/// Parses a cell, script or module.
package func parse(_ file: SourceFile) -> ParseResult {
  var parser = Parser(file)
  let statements = parser.program()
  let reports = parser.reports
  let diagnostics = reports.map(\.diagnostic).enumerated().sorted { a, b in
    let first = a.element.primary.span?.start ?? 0, second = b.element.primary.span?.start ?? 0
    return (first, a.offset) < (second, b.offset)
  }
  return ParseResult(
    tree: SyntaxTree(file: file, statements: statements, nodeCount: parser.heights.count),
    diagnostics: diagnostics.map(\.element),
    isIncomplete: !reports.isEmpty && reports.allSatisfy(\.atEnd))
}

/// Leaves the statement that is being parsed; its mistake has been reported.
struct Abandoned: Error {}

/// A Pratt parser over the tokens of one text.
struct Parser {
  /// How deep brackets and operators may nest, and how high a tree may grow: what walks a tree later recurses.
  static let nestingLimit = 256
  static let heightLimit = 512

  let file: SourceFile
  let bytes: [UInt8]
  let tokens: [Token]
  let comments: [Comment]
  let partners: [Int32]
  var reports: [Report]
  var position = 0
  /// The height of the tree under each node, by its number.
  var heights: [UInt16] = []
  var depth = 0
  /// False inside brackets, where a line end is a blank.
  var lineEndsCount = true
  /// False in the condition of a match arm, whose `=>` belongs to the arm.
  var lambdasAllowed = true
  /// Where the innermost statement starts on its line; recovery looks for a line that starts no further right.
  var statementColumn: UInt32 = 0
  /// The index of the `}` that ends the innermost block, -1 at the top level.
  var blockEnd: Int32 = -1
  var blockDepth = 0
  /// The index of the first token of the innermost statement.
  var statementStart = 0
  var nextComment = 0

  init(_ file: SourceFile) {
    let bytes = Array(file.text.utf8)
    var lexer = Lexer(file, bytes: bytes)
    lexer.run()
    self.file = file
    self.bytes = bytes
    tokens = lexer.list.tokens
    comments = lexer.list.comments
    partners = lexer.list.partners
    reports = lexer.reports
    heights.reserveCapacity(tokens.count)
  }

  var current: Token { tokens[position] }
  var kind: Token.Kind { tokens[position].kind }

  func token(_ offset: Int) -> Token {
    let index = position + offset
    return index >= 0 && index < tokens.count ? tokens[index] : tokens[tokens.count - 1]
  }

  mutating func advance() {
    if position + 1 < tokens.count { position += 1 }
  }

  /// Whether a line end before the current token ends the expression.
  var atLineEnd: Bool { lineEndsCount && current.startsLine }

  func text(_ token: Token) -> String { text(from: Int(token.start), to: Int(token.end)) }

  func text(from start: Int, to end: Int) -> String {
    start >= 0 && start < end && end <= bytes.count ? String(decoding: bytes[start..<end], as: UTF8.self) : ""
  }

  func span(_ token: Token) -> SourceSpan { SourceSpan(file: file.id, start: token.start, end: token.end) }

  /// From a token up to the one before the current.
  func span(from start: UInt32) -> SourceSpan { SourceSpan(file: file.id, start: start, end: token(-1).end) }

  func span(from start: UInt32, to end: UInt32) -> SourceSpan { SourceSpan(file: file.id, start: start, end: end) }

  /// The current token as a message names it.
  var found: String {
    switch kind {
    case .end: "the end of the text"
    case .textStart: "this text"
    case .textEnd, .interpolationEnd: "the end of the text"
    default: "`\(text(current))`"
    }
  }

  mutating func report(_ diagnostic: Diagnostic) {
    reports.append(Report(diagnostic: diagnostic, atEnd: false))
  }

  /// Reports a mistake that ends the parsing of this statement. Many brackets may be open where the text ends; the
  /// innermost is the one to name.
  mutating func fail(_ diagnostic: Diagnostic) -> Abandoned {
    let atEnd = kind == .end
    if kind != .unreadable, !(atEnd && reports.last?.atEnd == true) {
      reports.append(Report(diagnostic: diagnostic, atEnd: atEnd))
    }
    return Abandoned()
  }

  /// A place to point at where something is missing: the current token, or where it starts the next line, the end of
  /// the one before.
  var gap: SourceSpan {
    guard current.startsLine || kind == .end, position > 0 else { return span(current) }
    let end = token(-1).end
    return SourceSpan(file: file.id, start: end, end: end)
  }

  /// Gives a node its number, and refuses a tree that has grown too high.
  mutating func make(_ kind: Expression.Kind, _ span: SourceSpan) throws(Abandoned) -> Expression {
    let height = kind.children.reduce(0) { max($0, heightOf($1)) } + 1
    guard height <= Self.heightLimit else {
      throw fail(.tooDeeplyNested(limit: Self.heightLimit, at: span))
    }
    heights.append(UInt16(clamping: height))
    return Expression(id: NodeID(heights.count - 1), span: span, kind: kind)
  }

  func heightOf(_ expression: Expression) -> Int {
    let number = expression.id.number
    return number >= 0 && number < heights.count ? Int(heights[number]) : 0
  }

  /// The stand-in for what could not be parsed.
  mutating func mistake(at span: SourceSpan) -> Expression {
    heights.append(1)
    return Expression(id: NodeID(heights.count - 1), span: span, kind: .error)
  }

  /// Runs a part of the grammar with line ends and lambdas counted as the brackets around it want.
  mutating func within<Result>(
    lineEnds: Bool, lambdas: Bool = true, _ body: (inout Parser) throws(Abandoned) -> Result
  ) throws(Abandoned) -> Result {
    let outer = (lineEndsCount, lambdasAllowed)
    (lineEndsCount, lambdasAllowed) = (lineEnds, lambdas)
    defer { (lineEndsCount, lambdasAllowed) = outer }
    return try body(&self)
  }
}
