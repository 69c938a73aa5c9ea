import WeirDiagnostics

extension Printer {
  /// The statements between two places with the comments around them; one blank line stays where there were any.
  mutating func statements(_ statements: [Statement], from start: UInt32, to end: UInt32, opensLine: Bool) -> Layout {
    var lines: [Layout] = []
    var previousEnd = start
    func add(_ layout: Layout, at place: UInt32, blank: Bool? = nil) {
      if !lines.isEmpty || !opensLine { lines.append(.lineEnd) }
      let wanted = blank ?? ((source?.lineEnds(previousEnd, place) ?? 0) > 1)
      if wanted, lines.count > (opensLine ? 0 : 1) { lines.append(.lineEnd) }
      lines.append(layout)
    }
    func addComments(_ comments: [Comment]) {
      for comment in comments {
        if comment.ownLine || (lines.isEmpty && opensLine) {
          add(.text(text(comment)), at: comment.start)
        } else {
          lines.append(.comment(text(comment)))
        }
        previousEnd = comment.end
      }
    }
    for item in statements {
      addComments(comments(previousEnd, item.span.start))
      let layout = statement(item)
      // Comments in places where a line can't end move above the statement.
      let moved = comments(item.span.start, item.span.end)
      if !moved.isEmpty {
        let documentation = item.documentation == nil ? [] : trailingDocumentation(&lines)
        for (number, comment) in moved.enumerated() {
          add(.text(text(comment)), at: item.span.start, blank: number == 0 && documentation.isEmpty ? nil : false)
        }
        if moved.contains(where: \.isDocumentation) { lines.append(.lineEnd) }
        lines += documentation.isEmpty ? [] : [.lineEnd] + documentation
        add(layout, at: item.span.start, blank: false)
      } else {
        add(layout, at: item.span.start)
      }
      previousEnd = item.span.end
    }
    addComments(comments(previousEnd, end))
    return .sequence(lines)
  }

  /// Takes off the `##` lines that stand last, with the line ends between them.
  private func trailingDocumentation(_ lines: inout [Layout]) -> [Layout] {
    var start = lines.count
    while start > 0, case .text(let text) = lines[start - 1].kind, text.hasPrefix("##") {
      start -= 1
      guard start > 0, case .lineEnd = lines[start - 1].kind else { break }
      start -= 1
    }
    var taken = Array(lines[start...])
    lines.removeSubrange(start...)
    if let first = taken.first, case .lineEnd = first.kind { taken.removeFirst() }
    return taken
  }

  mutating func statement(_ statement: Statement) -> Layout {
    switch statement.kind {
    case .definition(let names, let value):
      let head = names.map(\.name).joined(separator: ", ") + " ="
      return assigned(head, after: names.last?.span.end ?? statement.span.start, value)
    case .function(let function): return functionDefinition(function)
    case .parameter(let parameter):
      let head = "param \(parameter.name.name)" + (parameter.type.map { ": \($0.name)" } ?? "")
      guard let value = parameter.defaultValue else { return .text(head) }
      return assigned(head + " =", after: (parameter.type ?? parameter.name).span.end, value)
    case .output(let names): return .text("output " + names.map(\.name).joined(separator: ", "))
    case .use(let name): return .text("use \(name.name)")
    case .stage(let name): return .text("stage \(Written.stage(name.name))")
    case .expression(let value): return .group(expression(value))
    case .error: return .text("<error>")
    }
  }

  private mutating func assigned(_ head: String, after end: UInt32, _ value: Expression) -> Layout {
    if hasComments(end, value.span.start) {
      let gap = gap(end, value.span.start, or: .blank)
      return .text(head) + .indented(gap + .group(expression(value)))
    }
    return .text(head + " ") + .group(expression(value))
  }

  private mutating func functionDefinition(_ function: FunctionDefinition) -> Layout {
    let place = source?.brackets(after: function.name.span.end)
    let head = .text("fn \(function.name.name)") + parameters(function.parameters, place)
    let start = place?.close.end ?? function.name.span.end
    if case .block = function.body.kind { return head + .blank + expression(function.body) }
    if hasComments(start, function.body.span.start) {
      return head + .text(" =") + .indented(gap(start, function.body.span.start, or: .blank) + .group(expression(function.body)))
    }
    return head + .text(" ") + .group(.text("= ") + expression(function.body))
  }

  mutating func parameters(_ parameters: [FunctionParameter], _ place: (open: Token, close: Token)?) -> Layout {
    let items = parameters.map { parameter in
      BracketItem(
        start: parameter.span.start, end: parameter.defaultValue?.span.end ?? parameter.span.end,
        layout: { printer in
          guard let value = parameter.defaultValue else { return .text(parameter.name) }
          return .text(parameter.name + ": ") + printer.expression(value)
        })
    }
    return bracketed("(", items, ")", place.map { ($0.open, $0.close, false) })
  }

  /// `{ a }` on one line where it is one expression that its author left there, else a statement a line.
  mutating func block(_ statements: [Statement], _ span: SourceSpan) -> Layout {
    let place = source?.brackets(span)
    let start = place?.open.end ?? span.start, end = place?.close.start ?? span.end
    return allowing(true) { printer in
      if statements.count == 1, let only = statements.first, place?.isOpened != true, !printer.hasComments(start, only.span.start),
        !printer.hasComments(only.span.end, end)
      {
        let inner = printer.statement(only)
        let moved = printer.comments(only.span.start, only.span.end)
        if moved.isEmpty { return .group(.text("{") + .indented(.line + inner) + .line + .text("}")) }
        let lines = moved.map { Layout.lineEnd + .text(printer.text($0)) }
        return .text("{") + .indented(.sequence(lines) + .lineEnd + inner) + .lineEnd + .text("}")
      }
      guard printer.source != nil else {
        let lines = printer.joined(statements.map { printer.statement($0) }, by: .lineEnd)
        return .text("{") + .indented(.line + lines) + .line + .text("}")
      }
      let lines = printer.statements(statements, from: start, to: end, opensLine: false)
      return .text("{") + .indented(lines) + .lineEnd + .text("}")
    }
  }
}
