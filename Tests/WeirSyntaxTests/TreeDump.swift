import WeirDiagnostics
import WeirSyntax

/// A tree as one line of nested parentheses, for comparing with what a test writes down.
func dump(_ text: String) -> String {
  let result = parse(SourceFile(id: FileID(1), name: "test", text: text))
  return result.tree.statements.map(dump).joined(separator: " ; ")
}

func dump(_ statement: Statement) -> String {
  switch statement.kind {
  case .definition(let names, let value): "(= \(names.map(\.name).joined(separator: ",")) \(dump(value)))"
  case .function(let f): "(fn \(f.name.name) \(dump(f.parameters)) \(dump(f.body)))"
  case .parameter(let p):
    "(param \(p.name.name)\(p.type.map { ":" + $0.name } ?? "")\(p.defaultValue.map { " " + dump($0) } ?? ""))"
  case .output(let names): "(output \(names.map(\.name).joined(separator: " ")))"
  case .use(let name): "(use \(name.name))"
  case .stage(let name): "(stage \(name.name))"
  case .expression(let expression): dump(expression)
  case .error: "<error>"
  }
}

func dump(_ parameters: [FunctionParameter]) -> String {
  "[" + parameters.map { $0.name + ($0.defaultValue.map { ":" + dump($0) } ?? "") }.joined(separator: " ") + "]"
}

func dump(_ arguments: [Argument]) -> String {
  arguments.map { " " + ($0.name.map { $0 + ":" } ?? "") + dump($0.value) }.joined()
}

func dump(_ literal: Literal) -> String {
  switch literal {
  case .missing: "missing"
  case .bool(let value): "\(value)"
  case .int(let value): "\(value)"
  case .float(let value): "\(value)f"
  case .string(let value): "'\(value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "|"))'"
  case .duration(let value): "\(value)us"
  }
}

func dump(_ pattern: Pattern) -> String {
  switch pattern.kind {
  case .wildcard: "_"
  case .literal(let literal): dump(literal)
  case .range(let a, let b, let closed): "(\(closed ? ".." : "..<") \(dump(a)) \(dump(b)))"
  case .binding(let name): name
  case .list(let parts): "[\(parts.map(dump).joined(separator: " "))]"
  case .either(let parts): "(or \(parts.map(dump).joined(separator: " ")))"
  }
}

func dump(_ expression: Expression) -> String {
  switch expression.kind {
  case .literal(let literal): dump(literal)
  case .interpolation(let parts):
    "(text" + parts.map { part in
      switch part {
      case .text(let text): " " + dump(.string(text))
      case .expression(let expression): " " + dump(expression)
      }
    }.joined() + ")"
  case .name(let name): name
  case .column(let name): "." + name
  case .list(let items): "[\(items.map(dump).joined(separator: " "))]"
  case .record(let fields): "{\(dump(fields).dropFirst())}"
  case .range(let a, let b, let closed): "(\(closed ? ".." : "..<") \(dump(a)) \(dump(b)))"
  case .unary(let operation, let a): "(\(operation.rawValue) \(dump(a)))"
  case .binary(let operation, let a, let b, _): "(\(operation.rawValue) \(dump(a)) \(dump(b)))"
  case .then(let a, let b): "(>> \(dump(a)) \(dump(b)))"
  case .pipe(let a, let b): "(|> \(dump(a)) \(dump(b)))"
  case .call(let callee, let arguments): "(call \(dump(callee))\(dump(arguments)))"
  case .field(let base, let name, _): "(field \(dump(base)) \(name))"
  case .index(let base, let indices): "(at \(dump(base)) \(indices.map(dump).joined(separator: " ")))"
  case .lambda(let parameters, let body): "(=> \(dump(parameters)) \(dump(body)))"
  case .conditional(let a, let b, let c): "(if \(dump(a)) \(dump(b)) \(dump(c)))"
  case .match(let subject, let arms): "(match \(dump(subject))\(arms.map { " " + dump($0) }.joined()))"
  case .comprehension(let element, let clauses): "(each \(dump(element))\(clauses.map { " " + dump($0) }.joined()))"
  case .block(let statements): "(do \(statements.map(dump).joined(separator: " ; ")))"
  case .error: "<error>"
  }
}

private func dump(_ arm: MatchArm) -> String {
  "(\(dump(arm.pattern))\(arm.condition.map { " if " + dump($0) } ?? "") \(dump(arm.body)))"
}

private func dump(_ clause: ComprehensionClause) -> String {
  switch clause {
  case .each(let pattern, in: let source): "(for \(dump(pattern)) \(dump(source)))"
  case .condition(let condition): "(if \(dump(condition)))"
  }
}
