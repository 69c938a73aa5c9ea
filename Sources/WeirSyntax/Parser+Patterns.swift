import WeirDiagnostics

extension Parser {
  /// A pattern of a match arm, with its alternatives.
  mutating func pattern() throws(Abandoned) -> Pattern {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.nestingLimit else {
      throw fail(.tooDeeplyNested(limit: Self.nestingLimit, at: span(current)))
    }
    let first = try simplePattern()
    guard kind == .or else { return first }
    var alternatives = [first]
    while kind == .or {
      advance()
      alternatives.append(try simplePattern())
    }
    let whole = first.span.merged(with: span(from: first.span.start))
    let either = Pattern(span: whole, kind: .either(alternatives))
    if let binding = either.bindings.first { throw fail(.namesInAlternatives(at: binding.span)) }
    return either
  }

  /// `x`, `(a, b)` or `a, b` of a comprehension.
  mutating func loopPattern() throws(Abandoned) -> Pattern {
    let first = try simplePattern()
    guard kind == .comma else { return try checked(first) }
    var parts = [first]
    while kind == .comma {
      advance()
      parts.append(try simplePattern())
    }
    return try checked(Pattern(span: span(from: first.span.start), kind: .list(parts)))
  }

  private mutating func checked(_ pattern: Pattern) throws(Abandoned) -> Pattern {
    try refuseDuplicates(pattern.bindings.map { ($0.name, $0.span) }, "name")
    return pattern
  }

  private mutating func simplePattern() throws(Abandoned) -> Pattern {
    let start = current
    switch kind {
    case .underscore:
      advance()
      return Pattern(span: span(start), kind: .wildcard)
    case .name:
      advance()
      return Pattern(span: span(start), kind: .binding(text(start)))
    case .leftBracket, .leftParenthesis:
      let parts = try bracketed { parser throws(Abandoned) in try parser.pattern() }
      let whole = span(from: start.start)
      if start.kind == .leftParenthesis, parts.count == 1, let only = parts.first { return only }
      return try checked(Pattern(span: whole, kind: .list(parts)))
    default: return try literalPattern()
    }
  }

  private mutating func literalPattern() throws(Abandoned) -> Pattern {
    let start = current
    let low = try patternLiteral()
    guard kind == .closedRange || kind == .openRange else {
      return Pattern(span: span(from: start.start), kind: .literal(low))
    }
    let closed = kind == .closedRange
    advance()
    let high = try patternLiteral()
    return Pattern(span: span(from: start.start), kind: .range(low, high, closed: closed))
  }

  private mutating func patternLiteral() throws(Abandoned) -> Literal {
    let start = current
    switch kind {
    case .missing, .true, .false:
      advance()
      return start.kind == .missing ? .missing : .bool(start.kind == .true)
    case .minus where token(1).kind == .number:
      advance()
      return try numberLiteral(negative: true)
    case .number: return try numberLiteral()
    case .textStart:
      let text = try interpolatedText()
      guard case .literal(let literal) = text.kind else { throw fail(.expectedPattern(at: text.span)) }
      return literal
    default: throw fail(.expectedPattern(at: gap))
    }
  }
}
