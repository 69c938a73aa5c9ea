import WeirBase
import WeirDiagnostics
package import WeirTables
package import WeirTensors

extension Variable {
  /// A value beside a tensor of this kind, as an operator takes it: numbers without axes, lists and columns as floats of the
  /// same kind. Nil for what is no number.
  package init?(_ value: Value, beside dtype: DType) throws {
    switch value {
    case .other, .int, .float, .bool: try self.init(value)
    default: try self.init(value, as: dtype == .f64 ? .f64 : nil)
    }
  }

  /// What a value is as a tensor; nil for kinds that can't be one. Whole numbers give i64, truths bool, other numbers f32
  /// (or what is asked for), and one plain number keeps its 64 bits.
  package init?(_ value: Value, as wanted: DType? = nil) throws {
    switch value {
    case .other: 
      guard let variable = value.asTensor else { return nil }
      self = variable
    case .int(let number): self.init(try Tensor(number))
    case .float(let number): self.init(try Tensor(number))
    case .bool(let truth): self.init(try Tensor(truth))
    case .column(let column): self.init(try Tensor(column, floats: wanted?.isFloat == true ? wanted ?? .f32 : .f32))
    case .range: self.init(try Tensor(try value.asColumn()))
    case .list(let items):
      guard let variable = try Variable(items: items, as: wanted, depth: 0) else { return nil }
      self = variable
    default: return nil
    }
    if let wanted, dtype != wanted { self = try converted(to: wanted) }
  }

  /// Items one after the other along a new first axis.
  private init?(items: [Value], as wanted: DType?, depth: Int) throws {
    guard depth < Shape.mostAxes else { throw TensorError.other("lists are nested more deeply than \(Shape.mostAxes)", mend: nil) }
    if items.allSatisfy({ $0.scalar != nil }) {
      let column = items.isEmpty ? Column(.float([])) : try Column.of(items)
      self.init(try Tensor(column, floats: wanted == .f64 ? .f64 : .f32))
      return
    }
    var parts: [Variable] = []
    for item in items {
      let part: Variable?
      if case .list(let inner) = item {
        part = try Variable(items: inner, as: wanted, depth: depth + 1)
      } else {
        part = try Variable(item, as: wanted)
      }
      guard let part else { return nil }
      if let first = parts.first, first.shape != part.shape {
        throw TensorError.other(
          "the rows of a tensor must have one shape, and row \(parts.count) has \(part.shape) where the first has \(first.shape)",
          mend: "give every row as many numbers; `missing` stands for those that lack")
      }
      parts.append(part)
    }
    self = try Variable.stacked(parts, axis: 0)
  }
}

extension Tensor {
  /// The numbers of a column; a missing float is NaN.
  package init(_ column: Column, floats: DType = .f32) throws {
    let shape = try Shape([column.count], for: "tensor")
    switch column.type {
    case .float, .duration: try self.init(try column.tensorFloats(), shape, floats)
    case .int:
      if column.missingCount > 0 { try self.init(try column.tensorFloats(), shape, floats) }
      else if case .int(let numbers) = column.storage { try self.init((0..<numbers.count).map { numbers[$0] }, shape) }
      else { try self.init(try column.tensorFloats(), shape, floats) }
    case .bool:
      guard column.missingCount == 0 else {
        throw TensorError.other("a missing truth has no place in a tensor", mend: "`fill_missing` or `drop_missing` first")
      }
      let truths = column.values().map { if case .bool(true) = $0 { true } else { false } }
      try self.init(truths, shape)
    default:
      throw TensorError.other(
        "a tensor holds numbers, not \(column.type.description)",
        mend: "`one_hot` or `ordinal` makes numbers of categories")
    }
  }
}

extension Column {
  /// Each number as a double, NaN where it is missing.
  fileprivate func tensorFloats() throws -> [Double] {
    values().map { value in
      switch value {
      case .float(let x): x
      case .int(let x): Double(x)
      case .bool(let x): x ? 1 : 0
      default: .nan
      }
    }
  }
}

/// The parameters `axis` and `keep` of an aggregate that works on tensors as well.
struct TensorReduction: Sendable {
  private let kernel: @Sendable (TensorValue, [Int]?, Bool, Call) throws -> Value
  private let axis: Parameter<[Int]?>
  private let keep: Parameter<Bool>

  init(
    _ kernel: @escaping @Sendable (TensorValue, [Int]?, Bool, Call) throws -> Value, _ definition: inout BuiltinDefinition
  ) {
    self.kernel = kernel
    axis = definition.axes("Of a tensor: the axis or axes to go over; without it, all.")
    keep = definition.optional(Bool.self, "keep", default: false, "Of a tensor: whether those axes stay, with size 1.")
  }

  func applies<T>(_ bound: BoundTypes, _ values: Parameter<T>) -> Bool {
    if !bound.isAbsent(axis) { return true }
    if case .other = bound.type(values) ?? .any { return true }
    return false
  }

  /// What the kernel gives, where the argument is a tensor, a list with tensors in it, or an axis is named.
  func value(_ argument: ArgumentValue, _ call: Call) throws -> Value? {
    guard case .value(let value) = argument else { return nil }
    guard call.has(axis) || value.holdsTensors else { return nil }
    guard let variable = try Variable(value) else { return nil }
    return try kernel(TensorValue(variable), try call[axis], try call[keep], call)
  }
}

extension Value {
  /// Whether this is a tensor, or a list with one in it.
  package var holdsTensors: Bool {
    switch self {
    case .other: asTensor != nil
    case .list(let items): items.contains { $0.asTensor != nil }
    default: false
    }
  }
}

extension BuiltinDefinition {
  /// `axis: 0` or `axis: [0, 2]`.
  package mutating func axes(_ summary: String, named name: String = "axis") -> Parameter<[Int]?> {
    let given = optional(Value.self, name, summary, accepts: .either([.int, .list(.int), .range]))
    return Parameter(slot: given.slot) { argument, call in
      switch argument {
      case .absent, .value(.missing): return nil
      case .value(.int(let axis)): return [try Self.small(axis)]
      case .value(let value):
        guard let items = try [Int].from(value) else {
          throw ArgumentReader.wrongKind(argument, wanted: "int or list of ints", name, in: call)
        }
        return items
      default: throw ArgumentReader.wrongKind(argument, wanted: "int or list of ints", name, in: call)
      }
    }
  }

  private static func small(_ number: Int64) throws -> Int {
    guard let small = Int(exactly: number) else { throw Diagnostic.tooLarge("this axis") }
    return small
  }
}
