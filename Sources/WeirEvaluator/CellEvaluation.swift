package import WeirBase
package import WeirCatalog
import WeirDiagnostics
package import WeirSyntax

/// A cell to evaluate, with what keys its random streams.
package struct CellTask {
  package let name: String
  package let statements: [Statement]
  /// The stream of the notebook's seed.
  package let random: RandomStream
  /// How often each name was defined above this cell.
  package let versions: (String) -> Int
  /// Values for `param` statements that replace the defaults.
  package let parameters: [String: Value]

  package init(
    name: String, statements: [Statement], random: RandomStream, versions: @escaping (String) -> Int = { _ in 0 },
    parameters: [String: Value] = [:]
  ) {
    self.name = name
    self.statements = statements
    self.random = random
    self.versions = versions
    self.parameters = parameters
  }
}

/// What a cell gives: the names it defines, in order, and the value of its last expression.
package struct CellValues: Sendable {
  package var values: [(name: String, value: Value)] = []
  package var shown: Value?
}

/// Evaluates the statements of a cell from top to bottom.
package struct CellEvaluation {
  private let machine: Machine
  private var compiler: Compiler
  private let task: CellTask
  private var versions: [String: Int] = [:]
  private let frame: UnsafeMutablePointer<Value>
  private let capacity: Int

  /// Throws a `Diagnostic` with its place.
  package static func run(_ task: CellTask, _ surroundings: Surroundings, on machine: Machine) throws -> CellValues {
    var evaluation = try CellEvaluation(task, surroundings, machine)
    defer { evaluation.end() }
    return try evaluation.run()
  }

  private init(_ task: CellTask, _ surroundings: Surroundings, _ machine: Machine) throws {
    self.task = task
    self.machine = machine
    compiler = Compiler(surroundings, scope: FrameScope(.cell, parent: nil))
    // Each name, pattern and block of the cell takes at most one slot; a cell is rarely a hundred lines.
    capacity = task.statements.reduce(256) { $0 + 8 + $1.kind.children.reduce(0) { $0 + $1.size } }
    frame = try machine.reserve(capacity)
    frame.initialize(repeating: .missing, count: capacity)
    machine.top = frame + capacity
  }

  private func end() {
    machine.top = frame
    frame.deinitialize(count: capacity)
  }

  private mutating func run() throws -> CellValues {
    var out = CellValues()
    var order: [String] = []
    for (number, statement) in task.statements.enumerated() {
      begin(statement, number)
      do {
        out.shown = try run(statement, &order)
      } catch { throw Diagnostic.from(error, at: statement.span) }
    }
    var seen: Set<String> = []
    for name in order.reversed() where seen.insert(name).inserted {
      guard let value = value(of: name) else { continue }
      out.values.insert((name, value), at: 0)
    }
    return out
  }

  /// Keys the stream of a statement by the name it defines and its version, or by its number where it defines none.
  private mutating func begin(_ statement: Statement, _ number: Int) {
    var place = "\(task.name)#\(number)"
    if case .definition(let names, _) = statement.kind, let name = names.first?.name {
      versions[name, default: task.versions(name)] += 1
      place = "\(name)@\(versions[name] ?? 1)"
      for other in names.dropFirst() { versions[other.name, default: task.versions(other.name)] += 1 }
    }
    machine.begin(random: task.random.child(place), place: place)
  }

  private func value(of name: String) -> Value? {
    switch compiler.scope.binding(name) {
    case .slot(let slot): frame[slot]
    case .constant(let value): value
    case nil: nil
    }
  }

  /// Runs one statement; gives its value where it is an expression.
  private mutating func run(_ statement: Statement, _ order: inout [String]) throws -> Value? {
    switch statement.kind {
    case .expression(let expression):
      let value = try compiled(expression).evaluate(machine, frame).forced()
      return value.isMissing && givesNothing(expression) ? nil : value
    case .definition(let names, let expression):
      try define(names, try compiled(expression), statement.span)
      order += names.map(\.name).filter { $0 != "_" }
    case .function(let function):
      let lambda = try compiler.function(
        named: function.name.name, function.parameters, function.body, kind: .function,
        documentation: statement.documentation ?? "")
      // What it takes along is known by now, so that later statements call it directly.
      compiler.scope.bind(function.name.name, to: .function(try lambda.closure(machine, frame)))
      order.append(function.name.name)
    case .parameter(let parameter):
      compiler.scope.bind(parameter.name.name, to: try value(of: parameter))
      order.append(parameter.name.name)
    case .use(let module):
      guard let value = compiler.surroundings.module(module.name) else {
        throw Diagnostic.unknownModule(module.name, known: [], at: module.span)
      }
      compiler.scope.bind(module.name, to: value)
    case .output, .stage: break
    case .error: throw Diagnostic.failure("this statement could not be read", at: statement.span)
    }
    return nil
  }

  /// Whether it calls a builtin that is called for what it does (`print`, `expect`): then there is nothing to show.
  private func givesNothing(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .call(let callee, _): givesNothing(callee)
    case .pipe(_, let target): givesNothing(target)
    case .name(let name):
      if compiler.scope.binding(name) == nil, compiler.surroundings.value(name) == nil,
        case .type(.missing)? = compiler.surroundings.catalog[name]?.returns { true } else { false }
    default: false
    }
  }

  private mutating func compiled(_ expression: Expression) throws -> Node {
    let node = try compiler.compile(expression)
    guard compiler.scope.slotCount <= capacity else { throw Diagnostic.tooLarge("this cell", at: expression.span) }
    return node
  }

  private mutating func define(_ names: [DefinedName], _ node: Node, _ span: SourceSpan) throws {
    let value = try node.evaluate(machine, frame).forced()
    if names.count == 1, let name = names.first {
      if name.name != "_" { compiler.scope.bind(name.name, to: value) }
      return
    }
    for (name, value) in zip(names, try value.unpacked(names.count, at: span)) where name.name != "_" {
      compiler.scope.bind(name.name, to: value)
    }
  }

  private mutating func value(of parameter: ParameterDefinition) throws -> Value {
    if let given = task.parameters[parameter.name.name] { return given }
    guard let expression = parameter.defaultValue else {
      throw Diagnostic.parameterWithoutValue(parameter.name.name, at: parameter.name.span)
    }
    return try compiled(expression).evaluate(machine, frame).forced()
  }
}

extension Expression {
  /// How many nodes it has.
  fileprivate var size: Int { kind.children.reduce(1) { $0 + $1.size } }
}
