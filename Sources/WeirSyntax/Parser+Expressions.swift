import WeirDiagnostics

extension Parser {
  /// An expression whose operators bind at least as tightly as `minimum`.
  mutating func expression(_ minimum: Precedence = .lambda) throws(Abandoned) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.nestingLimit else {
      throw fail(.tooDeeplyNested(limit: Self.nestingLimit, at: span(current)))
    }
    var left = try operand()
    while let (infix, length) = infixHere(), infix.precedence >= minimum {
      let mark = current
      for _ in 0..<length { advance() }
      let rightmost: Precedence = infix.precedence == .power ? .power : infix.precedence.tighter
      // The right side of `^` may carry a sign of its own: `2 ^ -1`.
      let right = try expression(rightmost)
      left = try joined(left, infix, right, markSpan: span(from: mark.start, to: token(-1).end), mark: mark)
    }
    return left
  }

  private func infixHere() -> (Infix, length: Int)? {
    if atLineEnd && !kind.continuesLine { return nil }
    if kind == .not { return token(1).kind == .in ? (.binary(.notContained), 2) : nil }
    return Infix(kind).map { ($0, 1) }
  }

  private mutating func joined(
    _ left: Expression, _ infix: Infix, _ right: Expression, markSpan: SourceSpan, mark: Token
  ) throws(Abandoned) -> Expression {
    let whole = left.span.merged(with: right.span)
    switch infix {
    case .then: return try make(.then(left, right), whole)
    case .pipe: return try make(.pipe(left, right), whole)
    case .range(let closed):
      let range = try make(.range(left, right, closed: closed), whole)
      if let (next, _) = infixHere(), next.precedence == .range { throw fail(.chainedRange(at: span(current))) }
      return range
    case .binary(let operation):
      let operatorSpan =
        operation == .notContained
        ? span(from: mark.start, to: markEnd(of: mark)) : span(mark)
      let node = try make(.binary(operation, left, right, operatorSpan: operatorSpan), whole)
      return operation.precedence == .comparison ? try chain(node, last: right) : node
    }
  }

  /// Where the two words `not in` end.
  private func markEnd(of mark: Token) -> UInt32 {
    var index = position
    while index > 0, tokens[index].start > mark.start { index -= 1 }
    return index + 1 < tokens.count ? tokens[index + 1].end : mark.end
  }

  /// Reports `a < b < c` and reads it as the mend would be read.
  private mutating func chain(_ first: Expression, last: Expression) throws(Abandoned) -> Expression {
    var whole = first, last = last
    var mend = source(first.span)
    while let (infix, length) = infixHere(), case .binary(let operation) = infix,
      operation.precedence == .comparison
    {
      let mark = span(current)
      for _ in 0..<length { advance() }
      let right = try expression(.range)
      mend += " and \(source(last.span)) \(operation.rawValue) \(source(right.span))"
      let next = try make(
        .binary(operation, last, right, operatorSpan: mark), last.span.merged(with: right.span))
      whole = try make(.binary(.and, whole, next, operatorSpan: mark), whole.span.merged(with: right.span))
      last = right
    }
    if whole.id != first.id {
      report(.chainedComparison(at: whole.span, mend: mend.contains("\n") || mend.count > 100 ? nil : mend))
    }
    return whole
  }

  func source(_ span: SourceSpan) -> String { text(from: Int(span.start), to: Int(span.end)) }

  /// An operand with its signs and what follows it: calls, fields, indices.
  private mutating func operand() throws(Abandoned) -> Expression {
    let start = current
    switch kind {
    case .minus:
      advance()
      if let lowest = try lowestInteger(from: start) { return lowest }
      let inner = try expression(.negation)
      return try make(.unary(.negate, inner), span(start).merged(with: inner.span))
    case .not:
      advance()
      let inner = try expression(.not)
      return try make(.unary(.not, inner), span(start).merged(with: inner.span))
    default:
      return try suffixed(primary())
    }
  }

  /// `-9223372036854775808`, whose digits alone would be too large.
  private mutating func lowestInteger(from minus: Token) throws(Abandoned) -> Expression? {
    guard kind == .number, token(1).kind != .power, token(1).startsLine || !token(1).kind.opensSuffix,
      text(current).filter({ $0 != "_" }) == "9223372036854775808"
    else { return nil }
    advance()
    return try make(.literal(.int(.min)), span(from: minus.start))
  }

  private mutating func suffixed(_ base: Expression) throws(Abandoned) -> Expression {
    var base = base
    while !current.startsLine {
      switch kind {
      case .leftParenthesis:
        let arguments = try callArguments()
        base = try make(.call(base, arguments), span(from: base.span.start))
      case .leftBracket:
        let opening = current
        let indices = try bracketed { parser throws(Abandoned) in try parser.expression() }
        guard !indices.isEmpty else { throw fail(.expectedExpression(after: "`[`", at: span(from: opening.start))) }
        base = try make(.index(base, indices), span(from: base.span.start))
      case .column:
        let token = current
        advance()
        let nameSpan = span(from: token.start + 1, to: token.end)
        base = try make(.field(base, columnName(token), nameSpan: nameSpan), span(from: base.span.start))
      default: return base
      }
    }
    return base
  }

  /// `.name` without its dot, and without the backticks of a quoted one.
  func columnName(_ token: Token) -> String {
    let written = text(from: Int(token.start) + 1, to: Int(token.end))
    guard written.first == "`" else { return written }
    var name = String.UnicodeScalarView(), previousTick = false
    for scalar in written.unicodeScalars.dropFirst().dropLast() {
      if scalar == "`" && previousTick { previousTick = false; continue }
      previousTick = scalar == "`"
      name.append(scalar)
    }
    return String(name)
  }

  mutating func conditional() throws(Abandoned) -> Expression {
    let start = current
    advance()
    let condition = try expression(.pipe)
    if kind == .assign && !atLineEnd { throw fail(.assignmentInExpression(at: span(current))) }
    guard kind == .thenWord else { throw fail(.incompleteConditional(missing: "then", at: span(start))) }
    advance()
    let yes = try expression(.pipe)
    guard kind == .else else { throw fail(.incompleteConditional(missing: "else", at: span(start))) }
    advance()
    let no = try expression(.pipe)
    return try make(.conditional(condition, yes, no), span(from: start.start))
  }

  mutating func matching() throws(Abandoned) -> Expression {
    let start = current
    advance()
    let subject = try expression(.pipe)
    let opening = current
    guard kind == .leftBrace else {
      throw fail(.expectedSeparator("`{`", found: found, opening: span(start), at: gap))
    }
    advance()
    let arms = try within(lineEnds: true) { parser throws(Abandoned) in try parser.matchArms(opening) }
    let whole = span(from: start.start)
    guard !arms.isEmpty else { throw fail(.matchWithoutArms(at: whole)) }
    return try make(.match(subject, arms), whole)
  }

  private mutating func matchArms(_ opening: Token) throws(Abandoned) -> [MatchArm] {
    var arms: [MatchArm] = []
    while kind != .rightBrace {
      if kind == .end || startsOuterStatement { throw unclosed(opening) }
      let pattern = try pattern()
      var condition: Expression?
      if kind == .if {
        advance()
        condition = try within(lineEnds: false, lambdas: false) { parser throws(Abandoned) in
          try parser.expression(.pipe)
        }
      }
      guard kind == .arrow else {
        throw fail(.expectedSeparator("`=>`", found: found, opening: span(opening), at: gap))
      }
      advance()
      arms.append(MatchArm(pattern: pattern, condition: condition, body: try expression()))
      if kind == .comma {
        advance()
      } else if kind != .rightBrace && !current.startsLine {
        throw separatorMissing("`,` or a line end", opening)
      }
    }
    advance()
    return arms
  }
}

extension Token.Kind {
  /// Marks that make a call, an index or a field of what stands before them.
  fileprivate var opensSuffix: Bool { self == .leftParenthesis || self == .leftBracket || self == .column }
}
