import WeirDiagnostics

extension Printer {
  /// On one line with commas, or an arm a line without them.
  mutating func match(_ subject: Expression, _ arms: [MatchArm], _ span: SourceSpan) -> Layout {
    let place = source?.brackets(span)
    let head = .text("match ") + .group(expression(subject)) + .text(" {")
    return allowing(true) { printer in
      var parts: [Layout] = []
      var end = place?.open.end ?? subject.span.end
      for (number, arm) in arms.enumerated() {
        if number > 0 { parts.append(.ifFlat(",")) }
        parts.append(printer.gap(end, arm.pattern.span.start, or: .line))
        parts.append(printer.arm(arm))
        end = arm.body.span.end
      }
      for comment in place.map({ printer.comments(end, $0.close.start) }) ?? [] {
        parts += comment.ownLine ? [.lineEnd, .text(printer.text(comment))] : [.comment(printer.text(comment))]
      }
      return .group(
        head, .indented(.sequence(parts)), .line, .text("}"), broken: place?.isOpened == true)
    }
  }

  private mutating func arm(_ arm: MatchArm) -> Layout {
    var head = Layout.text(pattern(arm.pattern))
    var end = arm.pattern.span.end
    if let condition = arm.condition {
      head = head + .text(" if ") + allowing(false) { .group($0.expression(condition)) }
      end = condition.span.end
    }
    head = head + .text(" =>")
    if hasComments(end, arm.body.span.start) {
      return head + .indented(gap(end, arm.body.span.start, or: .blank) + .group(expression(arm.body)))
    }
    return head + .blank + .group(expression(arm.body))
  }

  func loopPattern(_ pattern: Pattern) -> String {
    guard case .list(let parts) = pattern.kind, parts.count > 1 else { return simplePattern(pattern) }
    return parts.map(simplePattern).joined(separator: ", ")
  }

  /// Alternatives in parentheses, where only one pattern may stand.
  private func simplePattern(_ pattern: Pattern) -> String {
    if case .either = pattern.kind { return "(\(self.pattern(pattern)))" }
    return self.pattern(pattern)
  }

  func pattern(_ pattern: Pattern) -> String {
    switch pattern.kind {
    case .wildcard: "_"
    case .literal(let literal): written(literal, pattern.span)
    case .range(let low, let high, let closed):
      Written.literal(low) + (closed ? ".." : "..<") + Written.literal(high)
    case .binding(let name): name
    case .list(let parts): "[" + parts.map(self.pattern).joined(separator: ", ") + "]"
    case .either(let parts): parts.map(simplePattern).joined(separator: " or ")
    }
  }

  private func written(_ literal: Literal, _ span: SourceSpan) -> String {
    guard let source else { return Written.literal(literal) }
    switch literal {
    case .string: return source.text(span)
    case .int(let value) where value >= 0: return source.text(span)
    case .float(let value) where value.sign == .plus: return source.text(span)
    case .duration(let value) where value >= 0: return source.text(span)
    default: return Written.literal(literal)
    }
  }
}
