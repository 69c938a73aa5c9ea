import WeirDiagnostics

extension Parser {
  /// All statements of the text.
  mutating func program() -> [Statement] {
    var statements: [Statement] = []
    while kind != .end { statements.append(statement()) }
    return statements
  }

  /// One statement; a mistake in it is reported and skipped, up to a line that starts no further right.
  mutating func statement() -> Statement {
    let first = current
    let outer = (statementStart, statementColumn, lineEndsCount, lambdasAllowed)
    statementStart = position
    if first.startsLine { statementColumn = first.column }
    (lineEndsCount, lambdasAllowed) = (true, true)
    defer { (statementStart, statementColumn, lineEndsCount, lambdasAllowed) = outer }
    let documentation = documentation(above: first)
    var kind: Statement.Kind = .error
    do throws(Abandoned) {
      kind = try statementKind()
      try endStatement(kind)
    } catch {
      recover()
    }
    return Statement(span: span(from: first.start), kind: kind, documentation: documentation)
  }

  private mutating func statementKind() throws(Abandoned) -> Statement.Kind {
    let start = current
    if let word = contextualWord {
      let statement = try contextual(word)
      if blockDepth > 0 { report(.misplacedStatement(word, at: span(start))) }
      return statement
    }
    if kind == .fn { return .function(try function()) }
    if let names = try definedNames() {
      let value = definitionValue()
      return .definition(names, value)
    }
    try refuseForeignWords()
    return .expression(try expression())
  }

  /// What stands after `=`; a mistake there still leaves the name defined.
  private mutating func definitionValue() -> Expression {
    let start = current.start
    do throws(Abandoned) {
      return try expression()
    } catch {
      recover()
      return mistake(at: span(from: min(start, token(-1).start)))
    }
  }

  private mutating func endStatement(_ statement: Statement.Kind) throws(Abandoned) {
    if current.startsLine || kind == .end || position == Int(blockEnd) { return }
    if kind == .rightBrace && partners[position] >= 0 { return }
    switch (kind, statement) {
    case (.assign, .expression(let target)):
      throw fail(.notAssignable(at: target.span, mend: assignmentMend(target)))
    case (.compoundAssign, .expression(let target)):
      let mark = text(current)
      let mend = "\(source(target.span)) = \(source(target.span)) \(mark.dropLast()) …"
      throw fail(.compoundAssignment(mark, mend: target.isName ? mend : nil, at: span(current)))
    case (.comma, .definition), (.comma, .expression):
      throw fail(.unexpected(found, mend: "put several values in brackets: `[a, b]`", at: span(current)))
    case (.name, _) where position > 0 && text(token(-1)) == "lambda":
      throw fail(.unexpected(found, mend: "a function without a name is written `x => x + 1`", at: span(current)))
    case (.if, _):
      throw fail(.unexpected(found, mend: "write `if condition then a else b`", at: span(current)))
    case (let kind, _) where kind.isCloser:
      throw fail(.unmatchedClosing(text(current), at: span(current)))
    case (.name, .expression(let callee)) where callee.isName, (.number, .expression(let callee)) where callee.isName,
      (.textStart, .expression(let callee)) where callee.isName, (.column, .expression(let callee)) where callee.isName:
      throw fail(.unexpected(found, mend: "a call has parentheses: `\(source(callee.span))(…)`", at: span(current)))
    default: throw fail(.unexpected(found, at: span(current)))
    }
  }

  private func assignmentMend(_ target: Expression) -> String? {
    switch target.kind {
    case .call(let callee, _) where callee.isName: "define a function with `fn \(source(target.span)) = …`"
    case .index, .field: "define a new value with the change in it"
    case .list(let items) where !items.isEmpty && items.allSatisfy(\.isName):
      "write `\(items.map { source($0.span) }.joined(separator: ", ")) = …`"
    default: nil
    }
  }

  /// `a, b =` with what may stand for a name; nil where the statement is something else.
  private mutating func definedNames() throws(Abandoned) -> [DefinedName]? {
    var offset = 0
    while true {
      let kind = token(offset).kind
      guard kind == .name || kind == .underscore || kind.isKeyword else { return nil }
      if offset > 0, kind.isKeyword, token(offset + 1).kind != .assign { return nil }
      let next = token(offset + 1)
      if next.kind == .assign { break }
      guard next.kind == .comma else { return nil }
      offset += 2
    }
    var names: [DefinedName] = []
    for _ in 0...(offset / 2) {
      if kind.isKeyword { throw fail(.keywordAsName(text(current), at: span(current))) }
      names.append(DefinedName(name: text(current), span: span(current)))
      advance()
      advance()
    }
    try refuseDuplicates(names.map { ($0.name, $0.span) }, "name")
    return names
  }

  private mutating func function() throws(Abandoned) -> FunctionDefinition {
    let start = current
    advance()
    let name = try definedName("the name of the function", after: "`fn`")
    guard kind == .leftParenthesis else {
      throw fail(.expectedSeparator("`(`", found: found, opening: span(start), at: gap))
    }
    let parameters = try functionParameters()
    if kind == .leftBrace {
      return FunctionDefinition(name: name, parameters: parameters, body: try functionBody { parser throws(Abandoned) in
        try parser.block()
      })
    }
    guard kind == .assign else {
      let mend = kind == .arrow || kind == .colon ? "`=`" : "`=` or `{`"
      throw fail(.expectedSeparator(mend, found: found, opening: span(start), at: gap))
    }
    advance()
    let body = try functionBody { parser throws(Abandoned) in try parser.expression() }
    return FunctionDefinition(name: name, parameters: parameters, body: body)
  }

  /// A body with a mistake still leaves the function defined.
  private mutating func functionBody(
    _ body: (inout Parser) throws(Abandoned) -> Expression
  ) throws(Abandoned) -> Expression {
    let start = current.start
    do throws(Abandoned) {
      return try body(&self)
    } catch {
      recover()
      return mistake(at: span(from: min(start, token(-1).start)))
    }
  }

  mutating func definedName(_ what: String, after previous: String) throws(Abandoned) -> DefinedName {
    let name = current
    guard kind == .name else {
      if kind.isKeyword || kind == .underscore { throw fail(.keywordAsName(text(name), at: span(name))) }
      throw fail(.expectedName(what, after: previous, at: gap))
    }
    advance()
    return DefinedName(name: text(name), span: span(name))
  }

  /// `{ statements }`, the last of which gives the value.
  mutating func block() throws(Abandoned) -> Expression {
    let opening = current
    let outer = (blockEnd, lineEndsCount, lambdasAllowed)
    blockEnd = partners[position]
    blockDepth += 1
    defer {
      (blockEnd, lineEndsCount, lambdasAllowed) = outer
      blockDepth -= 1
    }
    advance()
    var statements: [Statement] = []
    while kind != .rightBrace {
      guard kind != .end else { throw unclosed(opening) }
      statements.append(statement())
    }
    let closing = current
    advance()
    switch statements.last?.kind {
    case .expression, .error: break
    default: report(.blockWithoutValue(at: span(closing)))
    }
    return try make(.block(statements), span(from: opening.start))
  }

  /// Skips what is left of a statement with a mistake in it.
  private mutating func recover() {
    if position == statementStart { advance() }
    while kind != .end, position != Int(blockEnd) {
      if current.startsLine, current.column <= statementColumn, !kind.isCloser, !kind.continuesLine { return }
      advance()
    }
  }

  /// The `##` lines straight above a statement.
  private mutating func documentation(above token: Token) -> String? {
    var lines: [Comment] = []
    while nextComment < comments.count, comments[nextComment].end <= token.start {
      let comment = comments[nextComment]
      nextComment += 1
      if let last = lines.last, !isNextLine(last.end, comment.start) { lines = [] }
      if comment.ownLine, comment.isDocumentation { lines.append(comment) } else { lines = [] }
    }
    guard let last = lines.last, token.startsLine, isNextLine(last.end, token.start) else { return nil }
    return lines.map { comment in
      let line = text(from: Int(comment.start) + 2, to: Int(comment.end))
      return line.first == " " ? String(line.dropFirst()) : line
    }.joined(separator: "\n")
  }

  private func isNextLine(_ end: UInt32, _ start: UInt32) -> Bool {
    let between = Int(end)..<max(Int(end), Int(start))
    guard between.upperBound <= bytes.count else { return false }
    return bytes[between].reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 } == 1
  }
}

extension Expression {
  var isName: Bool { if case .name = kind { true } else { false } }
}
