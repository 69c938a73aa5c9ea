import WeirCatalog
import WeirDiagnostics
import WeirTables

/// A call of a function that is known when the program is compiled: arguments are in the order of the parameters.
final class DirectCallNode: Node, @unchecked Sendable {
  enum Callee {
    /// The function that runs calls itself.
    case itself
    case closure(Closure)
  }

  private unowned(unsafe) let prototype: Prototype
  private let target: UnsafeMutablePointer<Prototype.Target>
  private let callee: Callee
  private let isPlain: Bool
  private let arguments: [Node]
  private let first: Node
  private let second: Node
  private let count: Int
  private let place: SourceSpan?

  init(_ prototype: Prototype, _ callee: Callee, _ arguments: [Node], _ place: SourceSpan?) {
    self.prototype = prototype
    target = prototype.target
    self.callee = callee
    if case .closure(let closure) = callee { isPlain = !closure.prototype.usesClosure } else { isPlain = true }
    self.arguments = arguments
    self.place = place
    count = arguments.count
    first = arguments.first ?? ConstantNode(.missing)
    second = arguments.count > 1 ? arguments[1] : ConstantNode(.missing)
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let inner: UnsafeMutablePointer<Value>
    switch count {
    case 1:
      let a = try first.evaluate(machine, frame)
      inner = try machine.reserve(target.pointee.slots)
      inner.initialize(to: a)
    case 2:
      let a = try first.evaluate(machine, frame), b = try second.evaluate(machine, frame)
      inner = try machine.reserve(target.pointee.slots)
      inner.initialize(to: a)
      (inner + 1).initialize(to: b)
    default:
      let values = try arguments.map { try $0.evaluate(machine, frame) }
      inner = try machine.reserve(target.pointee.slots)
      for (index, value) in values.enumerated() { (inner + index).initialize(to: value) }
    }
    do {
      return try isPlain ? machine.run(target, inner, given: count) : runClosure(machine, inner)
    } catch { throw called(error) }
  }

  /// The body reads captured values, so the machine has to know whose they are.
  @inline(never)
  private func runClosure(_ machine: Machine, _ inner: UnsafeMutablePointer<Value>) throws -> Value {
    guard case .closure(let closure) = callee else { return try machine.run(target, inner, given: count) }
    return try machine.run(closure, inner, given: count)
  }

  @inline(never)
  private func called(_ error: any Error) -> any Error { Diagnostic.called(error, prototype.name, from: place) }
}

extension Diagnostic {
  /// Adds where a function was called from, for the innermost two calls: enough to find the way, not a page of them.
  static func called(_ error: any Error, _ function: String, from span: SourceSpan?) -> Diagnostic {
    var diagnostic = Diagnostic.from(error, at: span)
    guard let span, diagnostic.primary.span != span, diagnostic.others.count < 2,
      !diagnostic.others.contains(where: { $0.span == span })
    else { return diagnostic }
    diagnostic.others.append(Label(span, "`\(function)` called here"))
    return diagnostic
  }
}

/// A call of a value that is only known when it runs.
final class CallNode: Node, @unchecked Sendable {
  private let callee: Node
  private let arguments: [(name: String?, node: Node, span: SourceSpan?)]
  private let place: SourceSpan?

  init(_ callee: Node, _ arguments: [(name: String?, node: Node, span: SourceSpan?)], _ place: SourceSpan?) {
    self.callee = callee
    self.arguments = arguments
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let value = try callee.evaluate(machine, frame)
    guard case .function(let function) = value else { throw Diagnostic.notCallable(value.typeName, at: callee.span ?? place) }
    let values = try arguments.map { try $0.node.evaluate(machine, frame) }
    do {
      if let closure = function as? Closure {
        return try machine.call(closure, try ordered(values, closure.prototype), at: place)
      }
      if let native = function as? any NativeFunction {
        if let named = arguments.first(where: { $0.name != nil }) {
          throw Diagnostic.unknownArgument(named.name ?? "", of: native.info.name, known: [], at: named.span)
        }
        return try native.call(values, machine.context(random: false))
      }
      guard let builtin = function as? Builtin else { throw Diagnostic.notCallable("function", at: place) }
      let binding = CallBinding(
        builtin,
        zip(arguments, values).map {
          CallBinding.Written(name: $0.name, nameSpan: nil, span: $0.span, mayBeTable: $1.isTable)
        }, at: place)
      if let problem = binding.problems.first { throw problem }
      let given = try zip(builtin.slots, binding.arguments).map { slot, numbers in
        try ArgumentValue(slot, numbers.map { (arguments[$0].name, values[$0]) }, of: builtin.name)
      }
      return try builtin.body(Call(builtin, given, machine.context(random: builtin.isRandom)))
    } catch { throw Diagnostic.called(error, function.info.name, from: place) }
  }

  /// The arguments in the order of the parameters; nil where the default is to be taken.
  private func ordered(_ values: [Value], _ prototype: Prototype) throws -> [Value?] {
    try ArgumentOrder(arguments.map { ($0.name, $0.span) }, prototype, at: place).slots.map { $0.map { values[$0] } }
  }
}

/// Which argument of a call goes to which parameter of a function written in Weir.
struct ArgumentOrder {
  /// For each parameter the number of its argument, nil where the default is to be taken.
  let slots: [Int?]

  init(_ written: [(name: String?, span: SourceSpan?)], _ prototype: Prototype, at span: SourceSpan?) throws {
    var slots: [Int?] = Array(repeating: nil, count: prototype.parameters.count)
    var position = 0
    for (number, argument) in written.enumerated() {
      if let name = argument.name {
        guard let slot = prototype.parameters.firstIndex(of: name) else {
          throw Diagnostic.unknownArgument(name, of: prototype.name, known: prototype.parameters, at: argument.span)
        }
        guard slots[slot] == nil else { throw Diagnostic.argumentGivenTwice(name, of: prototype.name, at: argument.span) }
        slots[slot] = number
      } else {
        guard position < slots.count else {
          throw Diagnostic.tooManyArguments(
            prototype.name, takes: slots.count, signature: prototype.info.signature, at: argument.span)
        }
        slots[position] = number
        position += 1
      }
    }
    for (index, slot) in slots.enumerated() where slot == nil {
      guard index < prototype.defaults.count, prototype.defaults[index] != nil else {
        throw Diagnostic.missingArgument(
          prototype.parameters[index], of: prototype.name, signature: prototype.info.signature, at: span)
      }
    }
    self.slots = slots
  }
}

extension Machine {
  /// Calls with one value for each parameter, nil for those whose default is to be taken.
  func call(_ closure: Closure, _ arguments: [Value?], at span: SourceSpan?) throws -> Value {
    let prototype = closure.prototype
    let given = arguments.prefix { $0 != nil }.count
    if given == arguments.count || arguments[given...].allSatisfy({ $0 == nil }) {
      return try call(closure, arguments.prefix(given).compactMap { $0 })
    }
    let frame = try reserve(prototype.slotCount)
    frame.initialize(repeating: .missing, count: prototype.slotCount)
    let outer = self.closure
    self.closure = closure
    top = frame + prototype.slotCount
    defer {
      top = frame
      frame.deinitialize(count: prototype.slotCount)
      depth &-= 1
      self.closure = outer
    }
    try enter()
    for (index, argument) in arguments.enumerated() {
      if let argument {
        frame[index] = argument
      } else if index < prototype.defaults.count, let value = prototype.defaults[index] {
        frame[index] = try value.evaluate(self, frame)
      }
    }
    return try prototype.body.evaluate(self, frame)
  }
}

/// A call of a builtin, bound to its slots when the program was compiled.
final class BuiltinCallNode: Node, @unchecked Sendable {
  private let builtin: Builtin
  private let arguments: [ArgumentNode]
  private let place: SourceSpan?

  init(_ builtin: Builtin, _ arguments: [ArgumentNode], _ place: SourceSpan?) {
    self.builtin = builtin
    self.arguments = arguments
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let values = try arguments.map { try $0.evaluate(machine, frame) }
    do {
      if machine.window != nil, let column = try machine.inWindow(builtin, values) { return .column(column) }
      return try builtin.body(Call(builtin, values, machine.context(random: builtin.isRandom)))
    } catch { throw Diagnostic.from(error, at: place) }
  }
}

/// A call of an elementwise builtin with one argument: a plain number goes straight to the kernel.
final class NumberCallNode: Node, @unchecked Sendable {
  private let builtin: Builtin
  private let argument: Node
  private let kernel: @Sendable (Double) -> Double
  private let place: SourceSpan?

  init(_ builtin: Builtin, _ argument: Node, _ kernel: @escaping @Sendable (Double) -> Double, _ place: SourceSpan?) {
    self.builtin = builtin
    self.argument = argument
    self.kernel = kernel
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let value = try argument.evaluate(machine, frame)
    switch value {
    case .float(let x): return .float(kernel(x))
    case .int(let x): return .float(kernel(Double(x)))
    default:
      do {
        return try builtin.body(Call(builtin, [.value(value)], machine.context(random: false)))
      } catch { throw Diagnostic.from(error, at: place) }
    }
  }
}

/// A call whose first argument is a table, or else goes to the next slot: which, is seen when it runs.
final class LeadingCallNode: Node, @unchecked Sendable {
  /// Where the argument goes if it is no table.
  struct Otherwise {
    let slot: Int
    /// All slots; the one above without that argument.
    let nodes: [ArgumentNode]
  }

  private let builtin: Builtin
  private let lead: Node
  private let arguments: [ArgumentNode]
  private let otherwise: Otherwise?
  private let place: SourceSpan?

  init(_ builtin: Builtin, _ lead: Node, _ arguments: [ArgumentNode], _ otherwise: Otherwise?, _ place: SourceSpan?) {
    self.builtin = builtin
    self.lead = lead
    self.arguments = arguments
    self.otherwise = otherwise
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let first = try lead.evaluate(machine, frame)
    var values: [ArgumentValue]
    do {
      if let otherwise, !first.isTable {
        values = try otherwise.nodes.map { try $0.evaluate(machine, frame) }
        let moved = try ArgumentValue(builtin.slots[otherwise.slot], [(nil, first)], of: builtin.name)
        if case .columns(let names) = moved, case .columns(let others) = values[otherwise.slot] {
          values[otherwise.slot] = .columns(names + others)
        } else {
          values[otherwise.slot] = moved
        }
      } else {
        values = [.value(first)] + (try arguments.dropFirst().map { try $0.evaluate(machine, frame) })
      }
      return try builtin.body(Call(builtin, values, machine.context(random: builtin.isRandom)))
    } catch { throw Diagnostic.from(error, at: place) }
  }
}
