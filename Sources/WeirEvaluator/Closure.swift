package import WeirCatalog
import WeirDiagnostics

/// A function as compiled: its parameters, how many values its frame holds, and its body.
final class Prototype: @unchecked Sendable {
  let name: String
  let parameters: [String]
  let documentation: String
  /// For each parameter, the expression of its default in the frame of the call; nil where it must be given.
  var defaults: [Node?] = []
  var defaultTexts: [String?] = []
  var slotCount = 0 { didSet { target.pointee.slots = slotCount } }
  /// Set once when the body is compiled, after which the prototype never changes; a body may call its own prototype.
  var body: Node = ConstantNode(.missing) { didSet { target.pointee.body = .passUnretained(body) } }
  /// Whether the body reads captured values or itself.
  var usesClosure = false

  init(name: String, parameters: [String], documentation: String = "") {
    self.name = name
    self.parameters = parameters
    self.documentation = documentation
    target = .allocate(capacity: 1)
    target.initialize(
      to: Target(slots: 0, parameters: parameters.count, body: .passUnretained(body), owner: .passUnretained(self)))
  }

  deinit { target.deallocate() }

  /// What each call reads of it, where reading costs neither a check of exclusive access nor a count of references.
  ///
  /// Safety: written while the prototype is compiled and never after; `body` is kept alive by the prototype, which the
  /// caller holds.
  struct Target {
    var slots: Int
    var parameters: Int
    var body: Unmanaged<Node>
    var owner: Unmanaged<Prototype>
  }
  let target: UnsafeMutablePointer<Target>

  var info: CallableInfo {
    let parameters = self.parameters.enumerated().map { index, name in
      let text = index < defaultTexts.count ? defaultTexts[index] : nil
      return CallableInfo.Parameter(name: name, defaultText: text, isRequired: text == nil)
    }
    return CallableInfo(name: name, summary: documentation, parameters: parameters)
  }
}

/// A function value: a prototype with the values that it took along from where it was written.
package final class Closure: Callable {
  let prototype: Prototype
  let captures: [Value]

  init(_ prototype: Prototype, captures: [Value]) {
    self.prototype = prototype
    self.captures = captures
  }

  package var info: CallableInfo { prototype.info }
}

extension Machine: Invoker {
  package func invoke(_ function: any Callable, _ a: Value) throws -> Value {
    guard type(of: function) == Closure.self else { return try invoke(function, [a]) }
    let closure = unsafeDowncast(function, to: Closure.self)
    let target = closure.prototype.target
    guard target.pointee.parameters == 1 else { return try call(closure, [a]) }
    let frame = try reserve(target.pointee.slots)
    frame.initialize(to: a)
    return try run(closure, frame, given: 1)
  }

  package func invoke(_ function: any Callable, _ a: Value, _ b: Value) throws -> Value {
    guard type(of: function) == Closure.self else { return try invoke(function, [a, b]) }
    let closure = unsafeDowncast(function, to: Closure.self)
    let target = closure.prototype.target
    guard target.pointee.parameters == 2 else { return try call(closure, [a, b]) }
    let frame = try reserve(target.pointee.slots)
    frame.initialize(to: a)
    (frame + 1).initialize(to: b)
    return try run(closure, frame, given: 2)
  }

  package func invoke(_ function: any Callable, _ arguments: [Value]) throws -> Value {
    if let closure = function as? Closure { return try call(closure, arguments) }
    if let native = function as? any NativeFunction { return try native.call(arguments, context(random: false)) }
    guard let builtin = function as? Builtin else { throw Diagnostic.notCallable("function", at: nil) }
    return try builtin.callPositionally(arguments, context: context(random: builtin.isRandom))
  }

  /// Calls with positional arguments, fewer where the rest have defaults.
  func call(_ closure: Closure, _ arguments: [Value]) throws -> Value {
    let prototype = closure.prototype
    guard arguments.count <= prototype.parameters.count else {
      throw Diagnostic.tooManyArguments(
        prototype.name, takes: prototype.parameters.count, signature: prototype.info.signature, at: nil)
    }
    let frame = try reserve(prototype.slotCount)
    for (index, argument) in arguments.enumerated() { (frame + index).initialize(to: argument) }
    return try run(closure, frame, given: arguments.count)
  }

  /// Runs a closure whose first `given` arguments are in its frame.
  @inline(__always)
  func run(_ closure: Closure, _ frame: UnsafeMutablePointer<Value>, given: Int) throws -> Value {
    let prototype = closure.prototype
    let outer = self.closure
    self.closure = closure
    defer { self.closure = outer }
    return try run(prototype.target, frame, given: given)
  }

  /// Runs a prototype whose first `given` arguments are in its frame; the frame is emptied whatever happens.
  @inline(__always)
  func run(_ target: UnsafeMutablePointer<Prototype.Target>, _ frame: UnsafeMutablePointer<Value>, given: Int) throws -> Value {
    let slots = target.pointee.slots
    var slot = given
    while slot < slots {
      (frame + slot).initialize(to: .missing)
      slot &+= 1
    }
    top = frame + slots
    defer {
      top = frame
      var slot = 0
      while slot < slots {
        (frame + slot).deinitialize(count: 1)
        slot &+= 1
      }
      depth &-= 1
    }
    try enter()
    if given < target.pointee.parameters { try fillDefaults(target, frame, from: given) }
    return try target.pointee.body._withUnsafeGuaranteedRef { try $0.evaluate(self, frame) }
  }

  @inline(never)
  private func fillDefaults(
    _ target: UnsafeMutablePointer<Prototype.Target>, _ frame: UnsafeMutablePointer<Value>, from given: Int
  ) throws {
    let prototype = target.pointee.owner.takeUnretainedValue()
    for index in given..<prototype.parameters.count {
      guard index < prototype.defaults.count, let value = prototype.defaults[index] else {
        throw Diagnostic.missingArgument(
          prototype.parameters[index], of: prototype.name, signature: prototype.info.signature)
      }
      frame[index] = try value.evaluate(self, frame)
    }
  }
}

extension Builtin {
  /// Calls with values by position, as a function given to another function is called.
  func callPositionally(_ values: [Value], context: CallContext) throws -> Value {
    let binding = CallBinding(
      self, values.map { CallBinding.Written(name: nil, nameSpan: nil, span: nil, mayBeTable: $0.isTable) }, at: nil)
    if let problem = binding.problems.first { throw problem }
    let arguments = try zip(slots, binding.arguments).map { slot, given in
      try ArgumentValue(slot, given.map { (nil, values[$0]) }, of: name)
    }
    return try body(Call(self, arguments, context))
  }
}
