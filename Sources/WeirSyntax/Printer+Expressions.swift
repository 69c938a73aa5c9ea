import WeirDiagnostics

extension Expression {
  /// How tightly its outermost form binds, as it is printed.
  var precedence: Precedence {
    switch kind {
    case .literal(.int(let value)): value == .min ? .negation : .atom
    case .unary(let operation, _): operation.precedence
    case .binary(let operation, _, _, _): operation.precedence
    case .range: .range
    case .then: .then
    case .pipe: .pipe
    // What runs on to the right as far as it can.
    case .lambda, .conditional: .lambda
    case .call, .field, .index: .postfix
    case .literal, .interpolation, .name, .column, .list, .record, .match, .comprehension, .block, .error: .atom
    }
  }
}

extension Printer {
  /// An expression, in parentheses where what stands around it would tear it apart.
  mutating func expression(_ expression: Expression, _ minimum: Precedence = .lambda) -> Layout {
    var needsParentheses = expression.precedence < minimum
    if case .lambda = expression.kind, !lambdasAllowed { needsParentheses = true }
    guard needsParentheses else { return bare(expression) }
    return allowing(true) { .text("(") + .indented($0.bare(expression)) + .text(")") }
  }

  private mutating func bare(_ expression: Expression) -> Layout {
    let span = expression.span
    switch expression.kind {
    case .literal(let literal): return .text(written(literal, span))
    case .interpolation(let parts): return interpolation(parts, span)
    case .name(let name): return .text(name)
    case .column(let name): return .text(Written.column(name))
    case .list(let items): return list(items, span)
    case .record(let fields): return bracketed("{", fields.map(item), "}", source?.brackets(span))
    case .range(let a, let b, let closed):
      return self.expression(a, .sum) + .text(closed ? ".." : "..<") + self.expression(b, .sum)
    case .unary(.negate, let inner): return .text("-") + self.expression(inner, .negation)
    case .unary(.not, let inner): return .text("not ") + self.expression(inner, .not)
    case .binary(let operation, _, _, _): return binary(expression, operation)
    case .then, .pipe: return chain(expression)
    case .call(let callee, let arguments): return call(callee, arguments, span)
    case .field(let base, let name, _): return self.expression(base, .postfix) + .text(Written.column(name))
    case .index(let base, let indices):
      let head = self.expression(base, .postfix)
      return head + bracketed("[", indices.map(item), "]", source?.brackets(span))
    case .lambda(let parameters, let body): return lambda(parameters, body, span)
    case .conditional: return conditional(expression)
    case .match(let subject, let arms): return match(subject, arms, span)
    case .comprehension(let element, let clauses): return comprehension(element, clauses, span)
    case .block(let statements): return block(statements, span)
    case .error: return .text("<error>")
    }
  }

  private func written(_ literal: Literal, _ span: SourceSpan) -> String {
    switch literal {
    case .missing, .bool, .int(.min): Written.literal(literal)
    default: source?.text(span) ?? Written.literal(literal)
    }
  }

  private mutating func interpolation(_ parts: [TextPart], _ span: SourceSpan) -> Layout {
    if let source {
      _ = comments(span.start, span.end)
      return .text(source.text(span))
    }
    let inner = parts.map { part in
      switch part {
      case .text(let text): return Written.escaped(text)
      case .expression(let value):
        let text = allowing(true) { $0.expression(value) }.flat
        // `{{` would be a brace of the text.
        return "{" + (text.hasPrefix("{") ? " " : "") + text + "}"
      }
    }
    return .text("\"" + inner.joined() + "\"")
  }

  // MARK: Operators

  /// Operators that follow each other on one level, broken all together: `and` and `or` open their line, others end it.
  private mutating func binary(_ expression: Expression, _ operation: BinaryOperator) -> Layout {
    let level = operation.precedence
    if level == .power {
      guard case .binary(_, let left, let right, _) = expression.kind else { return .empty }
      // The exponent may carry a sign: `2 ^ -1`.
      return self.expression(left, .postfix) + .text(" ^ ") + self.expression(right, .negation)
    }
    var steps: [(mark: BinaryOperator, left: Expression, right: Expression)] = []
    var head = expression
    while case .binary(let mark, let left, let right, _) = head.kind, mark.precedence == level {
      steps.append((mark, left, right))
      head = left
      if level == .comparison { break }
    }
    let opens = level == .and || level == .or
    var rest: [Layout] = []
    let first = self.expression(head, level == .comparison ? level.tighter : level)
    for (mark, left, right) in steps.reversed() {
      let gap = gap(left.span.end, right.span.start, or: .line)
      let operand = self.expression(right, level.tighter)
      rest += opens ? [gap, .text(mark.rawValue + " "), operand] : [.text(" " + mark.rawValue), gap, operand]
    }
    return .group(first, .indented(.sequence(rest)))
  }

  /// `a |> b |> c` and `a >> b >> c`, a step a line where they do not fit or their author wrote them so.
  private mutating func chain(_ expression: Expression) -> Layout {
    let level = expression.precedence, isPipe = level == .pipe
    var steps: [(left: Expression, right: Expression)] = []
    var head = expression
    while let (left, right) = head.joined(pipe: isPipe) {
      steps.append((left, right))
      head = left
    }
    let first = self.expression(head, level.tighter)
    var rest: [Layout] = []
    var isBroken = false
    for (left, right) in steps.reversed() {
      if source?.startsLine(isPipe ? .pipe : .then, left.span.end, right.span.start) == true { isBroken = true }
      let gap = gap(left.span.end, right.span.start, or: .line)
      rest += [gap, .text(isPipe ? "|> " : ">> "), .group(self.expression(right, level.tighter))]
    }
    return .group(first, .indented(.sequence(rest)), broken: isBroken)
  }

  // MARK: Forms with words

  private mutating func lambda(_ parameters: [FunctionParameter], _ body: Expression, _ span: SourceSpan) -> Layout {
    var head: Layout
    var end = parameters.last?.span.end ?? span.start
    if parameters.count == 1, let only = parameters.first, only.defaultValue == nil {
      head = .text(only.name)
    } else {
      let place = source?.brackets(openingLambda: span)
      end = place?.close.end ?? end
      head = self.parameters(parameters, place)
    }
    head = head + .text(" =>")
    if hasComments(end, body.span.start) { return head + .indented(gap(end, body.span.start, or: .blank) + expression(body)) }
    return head + .blank + expression(body)
  }

  private mutating func conditional(_ expression: Expression) -> Layout {
    var parts: [Layout] = []
    var current = expression
    var word = "if "
    while case .conditional(let condition, let yes, let no) = current.kind {
      parts += [.text(word), .group(self.expression(condition)), gap(condition.span.end, yes.span.start, or: .line)]
      parts += [.text("then "), .group(self.expression(yes)), gap(yes.span.end, no.span.start, or: .line)]
      word = "else if "
      current = no
    }
    parts += [.text("else "), .group(self.expression(current))]
    return .group(.indented(.sequence(parts)))
  }

  private mutating func comprehension(
    _ element: Expression, _ clauses: [ComprehensionClause], _ span: SourceSpan
  ) -> Layout {
    let place = source?.brackets(span)
    return allowing(true) { printer in
      var parts = [
        printer.gap(place?.open.end ?? element.span.start, element.span.start, or: .softLine),
        .group(printer.expression(element)),
      ]
      var end = element.span.end
      for clause in clauses {
        parts.append(printer.gap(end, clause.expression.span.start, or: .line))
        switch clause {
        case .each(let pattern, in: _): parts.append(.text("for \(printer.loopPattern(pattern)) in "))
        case .condition: parts.append(.text("if "))
        }
        parts.append(.group(printer.expression(clause.expression)))
        end = clause.expression.span.end
      }
      let rest = place.map { printer.comments(end, $0.close.start) } ?? []
      for comment in rest {
        parts += comment.ownLine ? [.lineEnd, .text(printer.text(comment))] : [.comment(printer.text(comment))]
      }
      return .group(
        .text("["), .indented(.sequence(parts)), .softLine, .text("]"), broken: place?.isOpened == true)
    }
  }
}

extension Expression {
  fileprivate func joined(pipe: Bool) -> (Expression, Expression)? {
    switch kind {
    case .pipe(let left, let right): pipe ? (left, right) : nil
    case .then(let left, let right): pipe ? nil : (left, right)
    default: nil
    }
  }
}
