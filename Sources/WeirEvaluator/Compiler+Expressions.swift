package import WeirCatalog
import WeirDiagnostics
package import WeirSyntax
import WeirTables

extension Value {
  package init(_ literal: Literal) {
    switch literal {
    case .missing: self = .missing
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .string(let value): self = .string(value)
    case .duration(let microseconds): self = .duration(TimeSpan(microseconds))
    }
  }
}

extension Compiler {
  mutating func compile(_ expression: Expression) throws -> Node {
    let span = expression.span
    switch expression.kind {
    case .literal(let literal): return ConstantNode(Value(literal))
    case .interpolation(let parts): return try interpolation(parts)
    case .name(let name): return try resolve(name, at: span)
    case .column(let name):
      guard let rows = rowScope else { throw Diagnostic.columnWithoutTable(name, at: span) }
      rows.columnsRead.insert(name)
      return ColumnNode(name, span)
    case .list(let items): return folded(items: try items.map { try compile($0) })
    case .record(let fields): return RecordNode(try fields.map { ($0.name ?? "", try compile($0.value)) })
    case .range(let lower, let upper, let closed): return try range(lower, upper, closed, span)
    case .unary(let op, let operand): return try unary(op, operand, span)
    case .binary(let op, let left, let right, let place): return try binary(op, left, right, place)
    case .then(let left, let right): return ThenNode(try compile(left), try compile(right), span)
    case .pipe(let input, let target): return try pipe(input, target, span)
    case .call(let callee, let arguments): return try call(callee, arguments, at: span)
    case .field(let value, let name, let place): return folded(field: try compile(value), name, place)
    case .index(let value, let indices): return try index(value, indices, span)
    case .lambda(let parameters, let body): return try function(named: "function", parameters, body, kind: .lambda)
    case .conditional(let test, let yes, let no):
      return ConditionalNode(try conditionNode(test), try compile(yes), try compile(no))
    case .match(let value, let arms): return try match(value, arms, span)
    case .comprehension(let body, let clauses): return try comprehension(body, clauses)
    case .block(let statements): return try block(statements, span)
    case .error: throw Diagnostic.failure("this could not be read", at: span)
    }
  }

  /// A condition whose error points at itself, whatever kind of node it is.
  private mutating func conditionNode(_ expression: Expression) throws -> Node {
    let node = try compile(expression)
    return node.span == nil ? PlacedNode(node, expression.span) : node
  }

  private mutating func interpolation(_ parts: [TextPart]) throws -> Node {
    InterpolationNode(try parts.map { part in
      switch part {
      case .text(let text): .text(text)
      case .expression(let expression): .value(try compile(expression))
      }
    })
  }

  private func folded(items: [Node]) -> Node {
    var values: [Value] = []
    for item in items {
      guard let constant = item as? ConstantNode else { return ListNode(items) }
      values.append(constant.value)
    }
    return ConstantNode(.list(values))
  }

  /// A function of a module is known when the program is compiled.
  private func folded(field value: Node, _ name: String, _ span: SourceSpan) -> Node {
    if let constant = value as? ConstantNode, case .record(let record) = constant.value, let held = record[name] {
      return ConstantNode(held)
    }
    return FieldNode(value, name, span)
  }

  private mutating func range(_ lower: Expression, _ upper: Expression, _ closed: Bool, _ span: SourceSpan) throws -> Node {
    let low = try compile(lower), high = try compile(upper)
    let node = RangeNode(low, high, closed: closed, span)
    if let a = low as? ConstantNode, let b = high as? ConstantNode, case .int(let x) = a.value, case .int(let y) = b.value,
      closed || y > Int64.min
    {
      return ConstantNode(.range(IntRange(x, closed ? y : y - 1)))
    }
    return node
  }

  private mutating func unary(_ op: UnaryOperator, _ operand: Expression, _ span: SourceSpan) throws -> Node {
    let node = try compile(operand)
    if op == .negate, let constant = node as? ConstantNode, let value = try? Operators.negate(constant.value, at: span) {
      return ConstantNode(value)
    }
    return UnaryNode(op, node, span)
  }

  private mutating func binary(_ op: BinaryOperator, _ left: Expression, _ right: Expression, _ span: SourceSpan) throws -> Node {
    let a = try compile(left), b = try compile(right)
    switch op {
    case .and, .or: return LogicalNode(op, a, b, span)
    case .coalesce: return CoalesceNode(a, b, span)
    default: return BinaryNode.make(op, a, b, span)
    }
  }

  private mutating func pipe(_ input: Expression, _ target: Expression, _ span: SourceSpan) throws -> Node {
    let first = Argument(name: nil, nameSpan: nil, value: input)
    if case .call(let callee, let arguments) = target.kind {
      return try call(callee, [first] + arguments, at: target.span)
    }
    return try call(target, [first], at: target.span)
  }

  private mutating func index(_ value: Expression, _ indices: [Expression], _ span: SourceSpan) throws -> Node {
    let node = try compile(value)
    return IndexNode(node, try indices.map { try compile($0) }, span)
  }

  private mutating func match(_ value: Expression, _ arms: [MatchArm], _ span: SourceSpan) throws -> Node {
    let subject = try compile(value)
    let compiled = try arms.map { arm in
      scope.blocks.append([:])
      defer { scope.blocks.removeLast() }
      let pattern = pattern(arm.pattern)
      return MatchNode.Arm(
        pattern: pattern, condition: try arm.condition.map { try conditionNode($0) }, body: try compile(arm.body))
    }
    return MatchNode(subject, compiled, span)
  }

  private func pattern(_ pattern: Pattern) -> CompiledPattern {
    switch pattern.kind {
    case .wildcard: .wildcard
    case .literal(let literal): .constant(Value(literal))
    case .range(let low, let high, let closed): .range(Value(low), Value(high), closed: closed)
    case .binding(let name): .binding(scope.bind(name))
    case .list(let parts): .list(parts.map { self.pattern($0) })
    case .either(let options): .either(options.map { self.pattern($0) })
    }
  }

  private mutating func comprehension(_ body: Expression, _ clauses: [ComprehensionClause]) throws -> Node {
    scope.blocks.append([:])
    defer { scope.blocks.removeLast() }
    let compiled: [ComprehensionNode.Clause] = try clauses.map { clause in
      switch clause {
      case .each(let pattern, let source):
        // The source is read before the pattern's names exist.
        let node = try compile(source)
        return .each(self.pattern(pattern), node, source.span)
      case .condition(let test): return .condition(try conditionNode(test))
      }
    }
    return ComprehensionNode(try compile(body), compiled)
  }

  private mutating func block(_ statements: [Statement], _ span: SourceSpan) throws -> Node {
    scope.blocks.append([:])
    defer { scope.blocks.removeLast() }
    var steps: [BlockNode.Step] = []
    for (number, statement) in statements.enumerated() {
      switch statement.kind {
      case .expression(let expression):
        let node = try compile(expression)
        if number == statements.count - 1 { return steps.isEmpty ? node : BlockNode(steps, node) }
        steps.append(.evaluate(node))
      case .definition(let names, let value): steps.append(definition(names, try compile(value), statement.span))
      case .function(let definition):
        let lambda = try function(
          named: definition.name.name, definition.parameters, definition.body, kind: .function,
          documentation: statement.documentation ?? "")
        steps.append(.store(scope.bind(definition.name.name), lambda))
      default: throw Diagnostic.failure("only definitions and expressions can stand in a block", at: statement.span)
      }
    }
    throw Diagnostic.blockWithoutValue(at: span)
  }

  func definition(_ names: [DefinedName], _ value: Node, _ span: SourceSpan) -> BlockNode.Step {
    if names.count == 1, let name = names.first { return .store(scope.bind(name.name), value) }
    return .unpack(names.map { $0.name == "_" ? nil : scope.bind($0.name) }, value, span)
  }
}

/// A node that carries the place of the expression it stands for.
final class PlacedNode: Node, @unchecked Sendable {
  let node: Node
  private let place: SourceSpan
  init(_ node: Node, _ place: SourceSpan) {
    self.node = node
    self.place = place
  }
  override var span: SourceSpan? { place }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    try node.evaluate(machine, frame)
  }
}
