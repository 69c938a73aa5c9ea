import WeirDiagnostics

extension Parser {
  /// The items between the bracket here and its partner, parted by commas; a last comma may follow them.
  mutating func bracketed<Item>(
    _ item: (inout Parser) throws(Abandoned) -> Item
  ) throws(Abandoned) -> [Item] {
    var trailing = false
    return try bracketed(trailing: &trailing, item)
  }

  mutating func bracketed<Item>(
    trailing: inout Bool, _ item: (inout Parser) throws(Abandoned) -> Item
  ) throws(Abandoned) -> [Item] {
    let opening = current
    guard let closer = kind.closer else { throw fail(.unexpected(found, at: span(current))) }
    let outer = (lineEndsCount, lambdasAllowed)
    (lineEndsCount, lambdasAllowed) = (false, true)
    defer { (lineEndsCount, lambdasAllowed) = outer }
    advance()
    var items: [Item] = []
    while kind != closer {
      if kind == .end || startsOuterStatement { throw unclosed(opening) }
      items.append(try item(&self))
      trailing = kind == .comma
      if trailing {
        advance()
      } else if kind != closer {
        throw separatorMissing("`,` or `\(closing(opening))`", opening)
      }
    }
    advance()
    return items
  }

  /// What to say where a comma or closing bracket should have been.
  mutating func separatorMissing(_ wanted: String, _ opening: Token) -> Abandoned {
    if kind == .end || kind.isCloser || (current.startsLine && current.column <= statementColumn) {
      return unclosed(opening)
    }
    if kind == .assign { return fail(.assignmentInExpression(at: span(current))) }
    return fail(.expectedSeparator(wanted, found: found, opening: span(opening), at: span(current)))
  }

  mutating func unclosed(_ opening: Token) -> Abandoned {
    let culprit = kind == .end ? nil : (text: found, span: span(current))
    return fail(.unclosedBracket(text(opening), at: span(opening), found: culprit))
  }

  private func closing(_ opening: Token) -> String {
    switch opening.kind {
    case .leftParenthesis: ")"
    case .leftBracket: "]"
    default: "}"
    }
  }

  /// The current token starts a line no further right than the statement being parsed and reads like the next one, so
  /// that what is open was forgotten.
  var startsOuterStatement: Bool {
    guard current.startsLine, position != statementStart, current.column <= statementColumn else { return false }
    return startsDefinition || contextualWord != nil || (kind == .fn && token(1).kind == .name)
  }

  var startsDefinition: Bool { (kind == .name || kind == .underscore) && token(1).kind == .assign }

  mutating func callArguments() throws(Abandoned) -> [Argument] {
    var named: SourceSpan?
    var mistaken = false
    return try bracketed { parser throws(Abandoned) in
      let argument = try parser.argument()
      if let span = argument.nameSpan {
        named = named ?? span
      } else if let named, !mistaken {
        parser.report(.positionalAfterNamed(at: argument.value.span, named: named))
        mistaken = true
      }
      return argument
    }
  }

  /// `value`, `name: value` or `"text": value`.
  mutating func argument() throws(Abandoned) -> Argument {
    let start = current
    if kind.isWord, token(1).kind == .assign {
      throw fail(.namedWithEquals(text(start), at: span(token(1))))
    }
    if kind.isWord || kind == .underscore, token(1).kind == .colon {
      advance()
      advance()
      return Argument(name: text(start), nameSpan: span(start), value: try expression())
    }
    if kind == .textStart, let (name, length) = try quotedName() {
      let nameSpan = span(from: start.start, to: token(length - 1).end)
      for _ in 0...length { advance() }
      return Argument(name: name, nameSpan: nameSpan, value: try expression())
    }
    return Argument(name: nil, nameSpan: nil, value: try expression())
  }

  /// A text before a colon, and how many tokens it takes.
  private mutating func quotedName() throws(Abandoned) -> (String, Int)? {
    if token(1).kind == .textEnd, token(2).kind == .colon { return ("", 2) }
    guard token(1).kind == .textPart, token(2).kind == .textEnd, token(3).kind == .colon else { return nil }
    return (decoded(token(1)), 3)
  }

  /// `(x, times: 1)` of a function or lambda.
  mutating func functionParameters() throws(Abandoned) -> [FunctionParameter] {
    var defaulted = false
    let parameters = try bracketed { parser throws(Abandoned) in
      let parameter = try parser.functionParameter()
      if parameter.defaultValue != nil {
        defaulted = true
      } else if defaulted {
        parser.report(.requiredAfterDefault(parameter.name, at: parameter.span))
      }
      return parameter
    }
    try refuseDuplicates(parameters.map { ($0.name, $0.span) }, "parameter")
    return parameters
  }

  private mutating func functionParameter() throws(Abandoned) -> FunctionParameter {
    let name = current
    guard kind == .name || kind == .underscore else {
      if kind.isKeyword { throw fail(.keywordAsName(text(name), at: span(name))) }
      throw fail(.expectedName("the name of a parameter", after: "`\(text(token(-1)))`", at: gap))
    }
    advance()
    if kind == .assign { throw fail(.namedWithEquals(text(name), at: span(current))) }
    guard kind == .colon else { return FunctionParameter(name: text(name), span: span(name)) }
    advance()
    return FunctionParameter(name: text(name), span: span(name), defaultValue: try expression())
  }
}
