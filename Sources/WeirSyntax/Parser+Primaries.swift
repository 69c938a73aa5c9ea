import WeirDiagnostics

extension Parser {
  /// A literal, name, bracketed expression, or one of the forms that start with a word.
  mutating func primary() throws(Abandoned) -> Expression {
    if startsOuterStatement { throw missingValue() }
    let start = current
    switch kind {
    case .number: return try number()
    case .textStart: return try interpolatedText()
    case .true, .false, .missing: return try constant()
    case .name: return try token(1).kind == .arrow && lambdasAllowed ? lambda() : name()
    case .underscore:
      if token(1).kind == .arrow, lambdasAllowed { return try lambda() }
      throw fail(.underscoreAsValue(at: span(start)))
    case .column:
      advance()
      return try make(.column(columnName(start)), span(start))
    case .leftParenthesis:
      return try opensLambda ? lambda() : parenthesised()
    case .leftBracket: return try listOrComprehension()
    case .leftBrace: return try opensRecord ? record() : block()
    case .if: return try conditional()
    case .match: return try matching()
    case .assign where !current.startsLine: throw fail(.assignmentInExpression(at: span(start)))
    case .rightParenthesis, .rightBracket, .rightBrace:
      if partners[position] < 0 { throw fail(.unmatchedClosing(text(start), at: span(start))) }
      throw missingValue()
    default: throw missingValue()
    }
  }

  private mutating func missingValue() -> Abandoned {
    let previous = position > 0 && !opensStatement ? "`\(text(token(-1)))`" : nil
    if previous == nil, kind != .end {
      return fail(.unexpectedStart(found, mend: mendOfStart, at: span(current)))
    }
    return fail(.expectedExpression(after: previous, at: gap))
  }

  private var mendOfStart: String? {
    switch kind {
    case .for: "write `[f(x) for x in xs]`, or `map(xs, x => f(x))`"
    case .floorSlash, .slash: "a comment begins with `#`"
    case .percent: "commands of the prompt begin with `:`, such as `:time` and `:help`"
    case .pipe, .then: "what is handed on stands before it: `value |> f(…)`"
    default: nil
    }
  }

  /// The current token opens its statement, so that nothing before it wants a value.
  private var opensStatement: Bool { position == statementStart }

  private mutating func constant() throws(Abandoned) -> Expression {
    let start = current
    advance()
    let literal: Literal = start.kind == .missing ? .missing : .bool(start.kind == .true)
    return try make(.literal(literal), span(start))
  }

  private mutating func name() throws(Abandoned) -> Expression {
    let start = current
    advance()
    return try make(.name(text(start)), span(start))
  }

  private var opensLambda: Bool {
    let partner = Int(partners[position])
    return lambdasAllowed && partner > position && partner + 1 < tokens.count && tokens[partner + 1].kind == .arrow
  }

  private mutating func lambda() throws(Abandoned) -> Expression {
    let start = current
    var parameters: [FunctionParameter] = []
    if kind == .leftParenthesis {
      parameters = try functionParameters()
    } else {
      parameters = [FunctionParameter(name: text(start), span: span(start))]
      advance()
    }
    guard kind == .arrow else { throw fail(.expectedSeparator("`=>`", found: found, opening: span(start), at: gap)) }
    advance()
    let body = try expression()
    return try make(.lambda(parameters, body), span(start).merged(with: body.span))
  }

  /// `(a)` is `a`; `(a, b)` and `(a,)` are lists.
  private mutating func parenthesised() throws(Abandoned) -> Expression {
    let opening = current
    var comma = false
    let items = try bracketed(trailing: &comma) { parser throws(Abandoned) in try parser.expression() }
    let whole = span(from: opening.start)
    guard let first = items.first else { throw fail(.emptyParentheses(at: whole)) }
    if items.count > 1 || comma { return try make(.list(items), whole) }
    switch first.kind {
    case .literal, .interpolation: return first
    default: return Expression(id: first.id, span: whole, kind: first.kind)
    }
  }

  private mutating func listOrComprehension() throws(Abandoned) -> Expression {
    let opening = current
    var clauses: [ComprehensionClause] = []
    let items = try bracketed { parser throws(Abandoned) in
      let item = try parser.expression()
      if parser.kind == .for, clauses.isEmpty { clauses = try parser.comprehensionClauses() }
      return item
    }
    let whole = span(from: opening.start)
    guard !clauses.isEmpty, let element = items.first else { return try make(.list(items), whole) }
    if items.count > 1 { throw fail(.unexpected("`,`", at: whole)) }
    return try make(.comprehension(element, clauses), whole)
  }

  private mutating func comprehensionClauses() throws(Abandoned) -> [ComprehensionClause] {
    var clauses: [ComprehensionClause] = []
    while kind == .for || kind == .if {
      let isLoop = kind == .for
      advance()
      guard isLoop else {
        clauses.append(.condition(try expression(.pipe)))
        continue
      }
      let pattern = try loopPattern()
      guard kind == .in else {
        throw fail(.expectedSeparator("`in`", found: found, opening: pattern.span, at: gap))
      }
      advance()
      clauses.append(.each(pattern, in: try expression(.pipe)))
    }
    return clauses
  }

  /// `{}`, `{name:` and `{"text":` open a record, all else a block.
  private var opensRecord: Bool {
    switch token(1).kind {
    case .rightBrace: return true
    case .textStart:
      let colon = token(2).kind == .textEnd ? token(3) : token(4)
      return colon.kind == .colon && (token(2).kind == .textEnd || token(3).kind == .textEnd)
    case let kind where kind.isWord: return token(2).kind == .colon
    default: return false
    }
  }

  private mutating func record() throws(Abandoned) -> Expression {
    let opening = current
    let fields = try bracketed { parser throws(Abandoned) in
      let field = try parser.argument()
      guard field.name != nil else { throw parser.fail(.fieldWithoutName(at: field.value.span)) }
      return field
    }
    try refuseDuplicates(fields.compactMap(Self.writtenName), "field")
    return try make(.record(fields), span(from: opening.start))
  }

  static func writtenName(_ argument: Argument) -> (String, SourceSpan)? {
    guard let name = argument.name, let span = argument.nameSpan else { return nil }
    return (name, span)
  }

  mutating func refuseDuplicates(_ names: [(String, SourceSpan)], _ role: String) throws(Abandoned) {
    var seen: [String: SourceSpan] = [:]
    for (name, span) in names where name != "_" {
      if let first = seen[name] {
        report(.duplicateName(name, as: role, at: span, first: first))
        return
      }
      seen[name] = span
    }
  }
}
