import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

final class ConditionalNode: Node, @unchecked Sendable {
  private let test: Node
  private let yes: Node
  private let no: Node
  init(_ test: Node, _ yes: Node, _ no: Node) {
    self.test = test
    self.yes = yes
    self.no = no
  }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    try test.condition(machine, frame) ? yes.evaluate(machine, frame) : no.evaluate(machine, frame)
  }
  override func condition(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Bool {
    try test.condition(machine, frame) ? yes.condition(machine, frame) : no.condition(machine, frame)
  }
}

/// A definition inside a block: stores into the frame.
final class BlockNode: Node, @unchecked Sendable {
  enum Step {
    case store(Int, Node)
    case unpack([Int?], Node, SourceSpan)
    case evaluate(Node)
  }

  private let steps: [Step]
  private let result: Node

  init(_ steps: [Step], _ result: Node) {
    self.steps = steps
    self.result = result
  }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    for step in steps {
      switch step {
      case .store(let slot, let node): frame[slot] = try node.evaluate(machine, frame).forced()
      case .unpack(let slots, let node, let span):
        let values = try node.evaluate(machine, frame).unpacked(slots.count, at: span)
        for (slot, value) in zip(slots, values) { if let slot { frame[slot] = value } }
      case .evaluate(let node): _ = try node.evaluate(machine, frame)
      }
    }
    return try result.evaluate(machine, frame)
  }
}

extension Value {
  /// The values for `a, b = value`: as many as there are names.
  func unpacked(_ count: Int, at span: SourceSpan) throws -> [Value] {
    let values: [Value]
    switch self {
    case .record(let record): values = record.fields.map(\.value)
    default:
      guard let items = try items() else { throw Diagnostic.notUnpackable(typeName, at: span) }
      values = items
    }
    guard values.count == count else { throw Diagnostic.wrongCount(values.count, wanted: count, at: span) }
    return try values.map { try $0.forced() }
  }
}

/// A pattern as compiled: names are slots.
indirect enum CompiledPattern {
  case wildcard
  case constant(Value)
  case range(Value, Value, closed: Bool)
  case binding(Int)
  case list([CompiledPattern])
  case either([CompiledPattern])

  func matches(_ value: Value, _ frame: UnsafeMutablePointer<Value>) -> Bool {
    switch self {
    case .wildcard: return true
    case .constant(let constant):
      if case .missing = constant { return value.isMissing }
      return value.isEqual(to: constant) == true
    case .range(let low, let high, let closed): return within(value, low, high, closed)
    case .binding(let slot):
      frame[slot] = value
      return true
    case .list(let parts):
      guard let items = try? value.items(), items.count == parts.count else { return false }
      return zip(parts, items).allSatisfy { $0.matches($1, frame) }
    case .either(let options): return options.contains { $0.matches(value, frame) }
    }
  }

  private func within(_ value: Value, _ low: Value, _ high: Value, _ closed: Bool) -> Bool {
    let below = (try? Operators.binary(.lessOrEqual, low, value, at: nil)) ?? .missing
    let above = (try? Operators.binary(closed ? .lessOrEqual : .less, value, high, at: nil)) ?? .missing
    if case .bool(true) = below, case .bool(true) = above { return true }
    return false
  }
}

final class MatchNode: Node, @unchecked Sendable {
  struct Arm {
    let pattern: CompiledPattern
    let condition: Node?
    let body: Node
  }

  private let value: Node
  private let arms: [Arm]
  private let place: SourceSpan?

  init(_ value: Node, _ arms: [Arm], _ place: SourceSpan?) {
    self.value = value
    self.arms = arms
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let subject = try value.evaluate(machine, frame).forced()
    for arm in arms where arm.pattern.matches(subject, frame) {
      if let condition = arm.condition, try !condition.condition(machine, frame) { continue }
      return try arm.body.evaluate(machine, frame)
    }
    throw Diagnostic.noMatch(subject.shortText, at: place)
  }
}

final class ComprehensionNode: Node, @unchecked Sendable {
  enum Clause {
    case each(CompiledPattern, Node, SourceSpan)
    case condition(Node)
  }

  private let body: Node
  private let clauses: [Clause]

  init(_ body: Node, _ clauses: [Clause]) {
    self.body = body
    self.clauses = clauses
  }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    var out: [Value] = []
    try run(0, machine, frame, &out)
    return .list(out)
  }

  private func run(_ index: Int, _ machine: Machine, _ frame: UnsafeMutablePointer<Value>, _ out: inout [Value]) throws {
    guard index < clauses.count else {
      out.append(try body.evaluate(machine, frame))
      if out.count > machine.limits.items { throw Diagnostic.tooLarge("this list", at: nil) }
      return
    }
    switch clauses[index] {
    case .condition(let test):
      if try test.condition(machine, frame) { try run(index + 1, machine, frame, &out) }
    case .each(let pattern, let source, let span):
      let value = try source.evaluate(machine, frame).forced()
      func visit(_ item: Value) throws {
        try machine.cancellation.check()
        guard pattern.matches(item, frame) else { throw Diagnostic.noMatch(item.shortText, at: span) }
        try run(index + 1, machine, frame, &out)
      }
      if case .range(let range) = value {
        if !range.isEmpty { for i in range.lower...range.upper { try visit(.int(i)) } }
      } else if case .table(let table) = value {
        for row in 0..<table.rowCount { try visit(try value.item(at: .int(Int64(row)))) }
      } else if case .record(let record) = value {
        for field in record.fields { try visit(.list([.string(field.name), field.value])) }
      } else {
        guard let items = try value.items() else { throw Diagnostic.notIterable(value.typeName, at: span) }
        for item in items { try visit(item) }
      }
    }
  }
}

/// `x => x + k`: takes along what it reads from around it.
final class LambdaNode: Node, @unchecked Sendable {
  private let prototype: Prototype
  private let captures: [Node]
  init(_ prototype: Prototype, _ captures: [Node]) {
    self.prototype = prototype
    self.captures = captures
  }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    .function(try closure(machine, frame))
  }
  var body: Node { prototype.body }
  func closure(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Closure {
    Closure(prototype, captures: try captures.map { try $0.evaluate(machine, frame) })
  }
}
