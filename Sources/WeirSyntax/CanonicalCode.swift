/// The code of statements in a normal form for keys: the tree alone, so that layout, comments and parentheses that change
/// nothing do not count, and every change of meaning does.
package func canonicalCode(of statements: [Statement]) -> String {
  var writer = CanonicalWriter()
  for statement in statements { writer.write(statement) }
  return writer.text
}

private struct CanonicalWriter {
  var text = ""

  private mutating func node(_ head: String, _ body: (inout CanonicalWriter) -> Void = { _ in }) {
    text += "(" + head
    body(&self)
    text += ")"
  }

  /// A text with its length before it, so that no text can look like structure.
  private mutating func atom(_ word: String) { text += " \(word.utf8.count):\(word)" }

  mutating func write(_ statement: Statement) {
    switch statement.kind {
    case .definition(let names, let value):
      node("define") { w in
        for name in names { w.atom(name.name) }
        w.write(value)
      }
    case .function(let function):
      node("fn") { w in
        w.atom(function.name.name)
        w.write(function.parameters)
        w.write(function.body)
      }
    case .parameter(let parameter):
      node("param") { w in
        w.atom(parameter.name.name)
        w.atom(parameter.type?.name ?? "")
        if let value = parameter.defaultValue { w.write(value) }
      }
    case .output(let names): node("output") { w in for name in names { w.atom(name.name) } }
    case .use(let module): node("use") { $0.atom(module.name) }
    case .expression(let expression): node("show") { $0.write(expression) }
    // The name of a stage is that of its cell, which is no part of the code.
    case .stage: break
    case .error: node("error")
    }
  }

  private mutating func write(_ parameters: [FunctionParameter]) {
    node("parameters") { w in
      for parameter in parameters {
        w.atom(parameter.name)
        if let value = parameter.defaultValue { w.node("default") { $0.write(value) } }
      }
    }
  }

  private mutating func write(_ arguments: [Argument]) {
    for argument in arguments {
      node(argument.name == nil ? "argument" : "named") { w in
        if let name = argument.name { w.atom(name) }
        w.write(argument.value)
      }
    }
  }

  private mutating func write(_ literal: Literal) {
    switch literal {
    case .missing: node("missing")
    case .bool(let value): node(value ? "true" : "false")
    case .int(let value): node("int") { $0.atom(String(value)) }
    case .float(let value): node("float") { $0.atom(String(value.bitPattern, radix: 16)) }
    case .string(let value): node("text") { $0.atom(value) }
    case .duration(let value): node("duration") { $0.atom(String(value)) }
    }
  }

  mutating func write(_ expression: Expression) {
    switch expression.kind {
    case .literal(let literal): write(literal)
    case .interpolation(let parts):
      node("texts") { w in
        for part in parts {
          switch part {
          case .text(let text): w.atom(text)
          case .expression(let expression): w.write(expression)
          }
        }
      }
    case .name(let name): node("name") { $0.atom(name) }
    case .column(let name): node("column") { $0.atom(name) }
    case .list(let items): node("list") { w in for item in items { w.write(item) } }
    case .record(let fields): node("record") { $0.write(fields) }
    case .range(let low, let high, let closed): pair(closed ? "closed" : "open", low, high)
    case .unary(let op, let value): node("unary \(op.rawValue)") { $0.write(value) }
    case .binary(let op, let left, let right, _): pair("binary \(op.rawValue)", left, right)
    case .then(let left, let right): pair("then", left, right)
    case .pipe(let input, let target): pair("pipe", input, target)
    case .call(let callee, let arguments):
      node("call") { w in
        w.write(callee)
        w.write(arguments)
      }
    case .field(let value, let name, _):
      node("field") { w in
        w.write(value)
        w.atom(name)
      }
    default: writeForm(expression)
    }
  }

  private mutating func pair(_ head: String, _ a: Expression, _ b: Expression) {
    node(head) { w in
      w.write(a)
      w.write(b)
    }
  }

  private mutating func writeForm(_ expression: Expression) {
    switch expression.kind {
    case .index(let value, let indices):
      node("index") { w in
        w.write(value)
        for index in indices { w.write(index) }
      }
    case .lambda(let parameters, let body):
      node("lambda") { w in
        w.write(parameters)
        w.write(body)
      }
    case .conditional(let condition, let then, let otherwise):
      node("if") { w in
        w.write(condition)
        w.write(then)
        w.write(otherwise)
      }
    case .match(let subject, let arms):
      node("match") { w in
        w.write(subject)
        for arm in arms { w.write(arm) }
      }
    case .comprehension(let element, let clauses):
      node("comprehension") { w in
        w.write(element)
        for clause in clauses { w.write(clause) }
      }
    case .block(let statements): node("block") { w in for statement in statements { w.write(statement) } }
    default: node("error")
    }
  }

  private mutating func write(_ arm: MatchArm) {
    node("arm") { w in
      w.write(arm.pattern)
      if let condition = arm.condition { w.node("where") { $0.write(condition) } }
      w.write(arm.body)
    }
  }

  private mutating func write(_ clause: ComprehensionClause) {
    switch clause {
    case .each(let pattern, let source):
      node("each") { w in
        w.write(pattern)
        w.write(source)
      }
    case .condition(let condition): node("where") { $0.write(condition) }
    }
  }

  private mutating func write(_ pattern: Pattern) {
    switch pattern.kind {
    case .wildcard: node("any")
    case .literal(let literal): node("equal") { $0.write(literal) }
    case .range(let low, let high, let closed):
      node(closed ? "within" : "below") { w in
        w.write(low)
        w.write(high)
      }
    case .binding(let name): node("bind") { $0.atom(name) }
    case .list(let parts): node("parts") { w in for part in parts { w.write(part) } }
    case .either(let parts): node("either") { w in for part in parts { w.write(part) } }
    }
  }
}
