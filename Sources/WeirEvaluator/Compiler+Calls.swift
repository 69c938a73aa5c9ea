import WeirCatalog
import WeirDiagnostics
import WeirSyntax

extension Compiler {
  mutating func call(_ callee: Expression, _ arguments: [Argument], at span: SourceSpan) throws -> Node {
    if case .name(let name) = callee.kind, isItself(name), let prototype = scope.prototype {
      return try direct(prototype, .itself, arguments, span)
    }
    let node = try compile(callee)
    if let constant = node as? ConstantNode, case .function(let function) = constant.value {
      if let builtin = function as? Builtin { return try call(builtin, arguments, at: span, name: callee.span) }
      if let closure = function as? Closure { return try direct(closure.prototype, .closure(closure), arguments, span) }
    }
    return CallNode(
      node, try arguments.map { ($0.name, try compile($0.value), $0.nameSpan ?? $0.value.span) }, span)
  }

  /// A call of a known function: arguments in the order of its parameters, defaults left to the call where they come last.
  private mutating func direct(
    _ prototype: Prototype, _ callee: DirectCallNode.Callee, _ arguments: [Argument], _ span: SourceSpan
  ) throws -> Node {
    let order = try ArgumentOrder(arguments.map { ($0.name, $0.nameSpan ?? $0.value.span) }, prototype, at: span).slots
    let given = order.prefix { $0 != nil }.compactMap { $0 }
    let inOrder = given == Array(given.indices) && order[given.count...].allSatisfy { $0 == nil }
    if inOrder { return DirectCallNode(prototype, callee, try arguments.map { try compile($0.value) }, span) }
    let node: Node
    switch callee {
    case .itself:
      scope.usesClosure = true
      node = SelfNode()
    case .closure(let closure): node = ConstantNode(.function(closure))
    }
    return CallNode(node, try arguments.map { ($0.name, try compile($0.value), $0.nameSpan ?? $0.value.span) }, span)
  }

  private mutating func call(_ builtin: Builtin, _ arguments: [Argument], at span: SourceSpan, name: SourceSpan) throws -> Node {
    let binding = CallBinding(builtin, written(arguments), at: name)
    if let problem = binding.problems.first { throw problem }
    if case .elementwise(let number?) = builtin.kernel, arguments.count == 1, arguments[0].name == nil {
      return NumberCallNode(builtin, try compile(arguments[0].value), number, span)
    }
    if case .aggregate = builtin.kernel, arguments.isEmpty, rowScope != nil {
      return BuiltinCallNode(builtin, [.scope], span)
    }
    let nodes = try zip(builtin.slots, binding.arguments).map { slot, numbers in
      try argument(slot, numbers.map { arguments[$0] })
    }
    if let lead = binding.lead(builtin, written(arguments)) {
      return LeadingCallNode(
        builtin, try compile(arguments[lead].value), nodes, try otherwise(builtin, arguments, lead, at: name), span)
    }
    return BuiltinCallNode(builtin, nodes, span)
  }

  /// The call as it is where the first argument is no table after all: the slot that takes it, and the other slots.
  private mutating func otherwise(
    _ builtin: Builtin, _ arguments: [Argument], _ lead: Int, at name: SourceSpan
  ) throws -> LeadingCallNode.Otherwise? {
    let binding = CallBinding(builtin, written(arguments, noTable: lead), at: name)
    guard binding.problems.isEmpty, let slot = binding.arguments.firstIndex(where: { $0.contains(lead) }) else { return nil }
    let nodes = try zip(builtin.slots, binding.arguments).map { slot, numbers in
      try argument(slot, numbers.filter { $0 != lead }.map { arguments[$0] })
    }
    return LeadingCallNode.Otherwise(slot: slot, nodes: nodes)
  }

  private func written(_ arguments: [Argument], noTable: Int? = nil) -> [CallBinding.Written] {
    arguments.enumerated().map { number, argument in
      CallBinding.Written(
        name: argument.name, nameSpan: argument.nameSpan, span: argument.value.span,
        mayBeTable: argument.value.mayBeTable && number != noTable)
    }
  }

  private mutating func argument(_ slot: Slot, _ given: [Argument]) throws -> ArgumentNode {
    guard let first = given.first else { return .absent }
    switch slot.kind {
    case .value: return .value(try compile(first.value))
    case .variadic: return .values(try given.map { try compile($0.value) })
    case .namedValues: return .named(try given.map { ($0.name ?? "", try compile($0.value)) })
    case .rows:
      // A function, or a value that is the same for all rows, is handed over as it is.
      if !readsColumns(first.value) { return .value(try compile(first.value)) }
      return .rows(try program(first.value))
    case .namedRows: return .namedRows(try given.map { ($0.name ?? "", try program($0.value)) })
    case .namedColumns:
      return .namedColumns(try given.map { argument in
        let names = try columnNames(argument.value)
        guard let name = names.first, names.count == 1 else {
          throw Diagnostic.wrongOperand(argument.name ?? "", "several columns", at: argument.value.span)
        }
        return (argument.name ?? "", name)
      })
    case .namedGroups: return .namedGroups(try given.map { ($0.name ?? "", try groupProgram($0.value)) })
    case .namedWindows: return .namedWindows(try given.map { ($0.name ?? "", try windowProgram($0.value)) })
    case .columns, .variadicColumns: return .columns(try given.flatMap { try columnNames($0.value) })
    case .order: return .order(try given.flatMap { try orderKeys($0.value) })
    }
  }

  private mutating func program(_ expression: Expression) throws -> RowProgram {
    RowProgram(try rows(expression), span: expression.span)
  }

  private mutating func columnNames(_ expression: Expression) throws -> [ArgumentNode.ColumnNames] {
    switch expression.kind {
    case .column(let name), .literal(.string(let name)): [.literal(name)]
    case .list(let items): try items.flatMap { try columnNames($0) }
    default: [.computed(try compile(expression))]
    }
  }

  /// One key, or a list of them.
  private mutating func orderKeys(_ expression: Expression) throws -> [(program: RowProgram, descending: Bool)] {
    guard case .list(let items) = expression.kind else { return [try orderKey(expression)] }
    return try items.map { try orderKey($0) }
  }

  private mutating func orderKey(_ expression: Expression) throws -> (program: RowProgram, descending: Bool) {
    if case .call(let callee, let arguments) = expression.kind, arguments.count == 1, case .name(let name) = callee.kind,
      let constant = try resolve(name, at: callee.span) as? ConstantNode, case .function(let function) = constant.value,
      let builtin = function as? Builtin, case .descending = builtin.kernel
    {
      return (try key(arguments[0].value), true)
    }
    return (try key(expression), false)
  }

  /// A key written as a text names a column.
  private mutating func key(_ expression: Expression) throws -> RowProgram {
    guard case .literal(.string(let name)) = expression.kind else { return try program(expression) }
    return try program(Expression(id: expression.id, span: expression.span, kind: .column(name)))
  }

  // MARK: Groups

  private mutating func groupProgram(_ expression: Expression) throws -> GroupProgram {
    let fallback = try rows(expression)
    let part = try groupPart(expression)
    return GroupProgram(
      part, fallback: RowProgram(fallback, span: expression.span), lambda: fallback.lambda, span: expression.span)
  }

  /// The expression as kernels over groups, or nil where it has to run group by group.
  private mutating func groupPart(_ expression: Expression) throws -> GroupProgram.Part? {
    switch expression.kind {
    case .literal: return .constant(try compile(expression))
    case .name: return .constant(try compile(expression))
    case .binary(let op, let left, let right, let span):
      guard op != .contained, op != .notContained, op != .matrixMultiply else { return nil }
      guard let a = try groupPart(left), let b = try groupPart(right) else { return nil }
      let none = ConstantNode(.missing)
      return .operation(BinaryNode(op, none, none, span), a, b)
    case .call(let callee, let arguments): return try groupCall(callee, arguments)
    case .pipe(let input, let target):
      let first = Argument(name: nil, nameSpan: nil, value: input)
      if case .call(let callee, let arguments) = target.kind { return try groupCall(callee, [first] + arguments) }
      return try groupCall(target, [first])
    default: return nil
    }
  }

  private mutating func groupCall(_ callee: Expression, _ arguments: [Argument]) throws -> GroupProgram.Part? {
    guard let constant = try compile(callee) as? ConstantNode, case .function(let function) = constant.value,
      let builtin = function as? Builtin
    else { return nil }
    let binding = CallBinding(builtin, written(arguments), at: callee.span)
    if let problem = binding.problems.first { throw problem }
    let given = binding.arguments.map { $0.map { arguments[$0] } }
    switch builtin.kernel {
    case .aggregate(let inputs, _):
      var columns: [RowProgram] = []
      for slot in given.prefix(inputs) {
        guard let column = slot.first else { continue }
        // `mean(abs(.x - mean(.x)))`: what looks at several rows must look at those of its group.
        guard dependence(of: column.value).isRowwise else { return nil }
        columns.append(try program(column.value))
      }
      guard let settings = try settings(builtin, given, from: inputs) else { return nil }
      return .aggregate(builtin, columns: columns, settings: settings)
    case .elementwise:
      guard let input = given.first?.first, let part = try groupPart(input.value) else { return nil }
      guard let settings = try settings(builtin, given, from: 1) else { return nil }
      return .elementwise(builtin, part, settings: settings)
    default: return nil
    }
  }

  private mutating func settings(_ builtin: Builtin, _ given: [[Argument]], from first: Int) throws -> [ArgumentNode]? {
    var nodes: [ArgumentNode] = []
    for (slot, arguments) in zip(builtin.slots, given).dropFirst(first) {
      if arguments.contains(where: { readsColumns($0.value) }) { return nil }
      nodes.append(try argument(slot, arguments))
    }
    return nodes
  }

  /// Whether `.name` stands anywhere in it, so that it means something different on every row.
  private func readsColumns(_ expression: Expression) -> Bool {
    if case .column = expression.kind { return true }
    return expression.kind.children.contains { readsColumns($0) }
  }
}
