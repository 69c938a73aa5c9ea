import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

/// An operator on two values. Plain numbers are handled in place; all else goes to `Operators`.
class BinaryNode: Node, @unchecked Sendable {
  final let left: Node
  final let right: Node
  final let op: BinaryOperator
  private let place: SourceSpan?

  required init(_ op: BinaryOperator, _ left: Node, _ right: Node, _ place: SourceSpan?) {
    self.op = op
    self.left = left
    self.right = right
    self.place = place
  }

  override final var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    return try Operators.binary(op, a, b, at: place)
  }

  @inline(never)
  final func slow(_ a: Value, _ b: Value) throws -> Value { try Operators.binary(op, a, b, at: place) }

  @inline(never)
  final func overflow() -> Diagnostic { .overflow("`\(op.rawValue)`", at: place) }

  static func make(_ op: BinaryOperator, _ left: Node, _ right: Node, _ span: SourceSpan?) -> Node {
    if let right = right as? ConstantNode, case .int(let constant) = right.value {
      switch op {
      case .add: return AddConstantNode(left, constant, span, op: .add)
      case .subtract where constant != Int64.min: return AddConstantNode(left, -constant, span, op: .subtract)
      case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
        return CompareConstantNode(op, left, right, span)
      default: break
      }
    }
    switch op {
    case .add: return AddNode(op, left, right, span)
    case .subtract: return SubtractNode(op, left, right, span)
    case .multiply: return MultiplyNode(op, left, right, span)
    case .divide: return DivideNode(op, left, right, span)
    case .floorDivide, .remainder: return IntegerDivisionNode(op, left, right, span)
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: return CompareNode(op, left, right, span)
    default: return BinaryNode(op, left, right, span)
    }
  }
}

final class AddNode: BinaryNode, @unchecked Sendable {
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    switch (a, b) {
    case (.int(let x), .int(let y)):
      let (result, overflow) = x.addingReportingOverflow(y)
      if overflow { throw self.overflow() }
      return .int(result)
    case (.float(let x), .float(let y)): return .float(x + y)
    case (.float(let x), .int(let y)): return .float(x + Double(y))
    case (.int(let x), .float(let y)): return .float(Double(x) + y)
    default: return try slow(a, b)
    }
  }
}

final class SubtractNode: BinaryNode, @unchecked Sendable {
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    switch (a, b) {
    case (.int(let x), .int(let y)):
      let (result, overflow) = x.subtractingReportingOverflow(y)
      if overflow { throw self.overflow() }
      return .int(result)
    case (.float(let x), .float(let y)): return .float(x - y)
    case (.float(let x), .int(let y)): return .float(x - Double(y))
    case (.int(let x), .float(let y)): return .float(Double(x) - y)
    default: return try slow(a, b)
    }
  }
}

final class MultiplyNode: BinaryNode, @unchecked Sendable {
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    switch (a, b) {
    case (.int(let x), .int(let y)):
      let (result, overflow) = x.multipliedReportingOverflow(by: y)
      if overflow { throw self.overflow() }
      return .int(result)
    case (.float(let x), .float(let y)): return .float(x * y)
    case (.float(let x), .int(let y)): return .float(x * Double(y))
    case (.int(let x), .float(let y)): return .float(Double(x) * y)
    default: return try slow(a, b)
    }
  }
}

final class DivideNode: BinaryNode, @unchecked Sendable {
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    switch (a, b) {
    case (.float(let x), .float(let y)): return .float(x / y)
    case (.float(let x), .int(let y)): return .float(x / Double(y))
    case (.int(let x), .float(let y)): return .float(Double(x) / y)
    case (.int(let x), .int(let y)) where y != 0: return .float(Double(x) / Double(y))
    default: return try slow(a, b)
    }
  }
}

final class IntegerDivisionNode: BinaryNode, @unchecked Sendable {
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    // Where both are positive, rounding down is what the processor does.
    if case .int(let x) = a, case .int(let y) = b, x >= 0, y > 0 { return .int(op == .remainder ? x % y : x / y) }
    return try slow(a, b)
  }
}

/// `x + 1`, `n - 1`.
final class AddConstantNode: Node, @unchecked Sendable {
  private let left: Node
  private let constant: Int64
  private let place: SourceSpan?
  private let op: BinaryOperator

  init(_ left: Node, _ constant: Int64, _ place: SourceSpan?, op: BinaryOperator) {
    self.left = left
    self.constant = constant
    self.place = place
    self.op = op
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame)
    guard case .int(let x) = a else {
      return try Operators.binary(op, a, .int(op == .subtract ? 0 &- constant : constant), at: place)
    }
    let (result, overflow) = x.addingReportingOverflow(constant)
    if overflow { throw Diagnostic.overflow("`\(op.rawValue)`", at: place) }
    return .int(result)
  }
}

class CompareNode: BinaryNode, @unchecked Sendable {
  override final func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    if case .int(let x) = a, case .int(let y) = b { return .bool(compared(x, y)) }
    if case .float(let x) = a, case .float(let y) = b { return .bool(compared(x, y)) }
    return try slow(a, b)
  }

  override func condition(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Bool {
    let a = try left.evaluate(machine, frame), b = try right.evaluate(machine, frame)
    if case .int(let x) = a, case .int(let y) = b { return compared(x, y) }
    return try truth(a, b)
  }

  @inline(never)
  final func truth(_ a: Value, _ b: Value) throws -> Bool {
    let value = try slow(a, b)
    guard case .bool(let truth) = value else { throw Diagnostic.notACondition(value.typeName, at: span) }
    return truth
  }

  @inline(__always)
  final func compared<T: Comparable>(_ x: T, _ y: T) -> Bool {
    switch op {
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    case .equal: x == y
    default: x != y
    }
  }
}

/// `n < 2`: the number is known when the program is compiled.
final class CompareConstantNode: CompareNode, @unchecked Sendable {
  private let constant: Int64

  required init(_ op: BinaryOperator, _ left: Node, _ right: Node, _ place: SourceSpan?) {
    if let right = right as? ConstantNode, case .int(let value) = right.value { constant = value } else { constant = 0 }
    super.init(op, left, right, place)
  }

  override func condition(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Bool {
    let a = try left.evaluate(machine, frame)
    if case .int(let x) = a { return compared(x, constant) }
    return try truth(a, .int(constant))
  }
}

final class LogicalNode: Node, @unchecked Sendable {
  let left: Node
  let right: Node
  let op: BinaryOperator
  private let place: SourceSpan?

  init(_ op: BinaryOperator, _ left: Node, _ right: Node, _ place: SourceSpan?) {
    self.op = op
    self.left = left
    self.right = right
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame)
    // The right side is not looked at where the left decides.
    if case .bool(let x) = a, x == (op == .or) { return a }
    return try Operators.logical(op, a, try right.evaluate(machine, frame), at: place)
  }
}

final class CoalesceNode: Node, @unchecked Sendable {
  private let left: Node
  private let right: Node
  private let place: SourceSpan?

  init(_ left: Node, _ right: Node, _ place: SourceSpan?) {
    self.left = left
    self.right = right
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let a = try left.evaluate(machine, frame)
    switch a {
    case .missing: return try right.evaluate(machine, frame)
    case .column(let column) where column.missingCount > 0:
      return try Operators.binary(.coalesce, a, try right.evaluate(machine, frame), at: place)
    default: return a
    }
  }
}

final class UnaryNode: Node, @unchecked Sendable {
  private let operand: Node
  private let op: UnaryOperator
  private let place: SourceSpan?

  init(_ op: UnaryOperator, _ operand: Node, _ place: SourceSpan?) {
    self.op = op
    self.operand = operand
    self.place = place
  }

  override var span: SourceSpan? { place }

  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    let value = try operand.evaluate(machine, frame)
    return switch op {
    case .negate: try Operators.negate(value, at: place)
    case .not: try Operators.negated(value, at: place)
    }
  }
}
