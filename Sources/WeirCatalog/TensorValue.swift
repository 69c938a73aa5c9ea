package import WeirBase
package import WeirDiagnostics
import WeirTables
package import WeirTensors

/// A tensor as a value of the language. What has no axes is a plain number, but where a derivative is being taken of it.
package struct TensorValue: ForeignValue {
  package let variable: Variable

  package init(_ variable: Variable) { self.variable = variable }

  package var tensor: Tensor { variable.tensor }
  package var isTraced: Bool { variable.isTraced }

  package static let archiveName = Tensor.archiveName
  package init(archive: Archive) throws { self.init(Variable(try Tensor(archive: archive))) }
  package var archive: Archive { tensor.archive }

  package var typeName: String { "tensor" }
  package var shortText: String {
    guard tensor.count <= 24, tensor.rank > 0 else {
      return tensor.rank == 0 ? tensor.text(number: Self.text) : "<tensor of shape \(tensor.shape), \(tensor.dtype.rawValue)>"
    }
    return "tensor(\(tensor.text(isShort: true, number: Self.text)))"
  }

  package func rendered(_ style: DisplayStyle) -> String {
    let line = shortText
    if tensor.rank <= 1, tensor.count <= 24, line.count <= style.width { return line }
    return tensor.text(number: Self.text) + "\ntensor of shape \(tensor.shape), \(tensor.dtype.rawValue)"
  }

  /// A number of a tensor: six digits, as numbers are shown everywhere.
  @Sendable private static func text(_ number: Double) -> String { Value.float(number).shortText }

  package var fieldNames: [String] { ["shape", "dtype", "count"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "shape": .list(tensor.shape.sizes.map { .int(Int64($0)) })
    case "dtype": .string(tensor.dtype.rawValue)
    case "count": .int(Int64(tensor.count))
    default: nil
    }
  }

  package func mapped(_ function: String) throws -> Value? {
    switch function {
    case "int": return try .tensor(variable.converted(to: .i64))
    case "float": return try .tensor(variable.converted(to: .f32))
    case "bool": return try .tensor(variable.converted(to: .bool))
    default:
      guard let operation = Operation.functions.first(where: { $0.name == function }) else { return nil }
      return try .tensor(Variable.apply(operation, [variable]))
    }
  }

  /// The parts along the first axis.
  package func items() throws -> [Value]? {
    guard let count = tensor.shape.sizes.first, count <= largestList else { return nil }
    return try (0..<count).map { try .tensor(variable.part([.at($0)])) }
  }

  package func applied(_ op: String) throws -> Value? {
    switch op {
    case "-": try .tensor(-variable)
    case "not": try .tensor(Variable(tensor.not()))
    default: nil
    }
  }

  package func combined(_ op: String, _ a: Value, _ b: Value) throws -> Value? {
    if a.isMissing || b.isMissing { return .missing }
    guard let x = try Variable(a, beside: tensor.dtype), let y = try Variable(b, beside: tensor.dtype) else { return nil }
    if let comparison = Self.comparisons[op] { return try .tensor(x.compared(comparison, y)) }
    switch op {
    case "and": return try .tensor(Variable(x.tensor.and(y.tensor)))
    case "or": return try .tensor(Variable(x.tensor.or(y.tensor)))
    default:
      guard let operation = Operation.byName[op] else { return nil }
      return try .tensor(Variable.apply(operation, [x, y]))
    }
  }

  private static let comparisons: [String: Tensor.Comparison] = [
    "==": .equal, "!=": .notEqual, "<": .less, "<=": .lessOrEqual, ">": .greater, ">=": .greaterOrEqual,
  ]
}

extension Value {
  /// A result: a plain number where it has no axes and no derivative is being taken of it.
  package static func tensor(_ variable: Variable) throws -> Value {
    guard variable.rank == 0, !variable.isTraced else { return .other(TensorValue(variable)) }
    if variable.dtype == .i64, let whole = try variable.tensor.whole() { return .int(whole) }
    let number = try variable.tensor.number() ?? .nan
    return variable.dtype == .bool ? .bool(number != 0) : .float(number)
  }

  package static func tensor(_ tensor: Tensor) throws -> Value { try .tensor(Variable(tensor)) }

  /// The tensor that this is, but nothing that could become one.
  package var asTensor: Variable? {
    if case .other(let value) = self, let tensor = value as? TensorValue { return tensor.variable }
    return nil
  }
}

extension TensorError: DiagnosedError {
  package var diagnostic: Diagnostic {
    switch self {
    case .shapes(let operation, let a, let b, let mend): .shapesDiffer(operation, a.description, b.description, mend: mend)
    case .noAxis(let operation, let axis, let shape): .noAxis(axis, shape: shape.description, axes: shape.rank, of: operation)
    case .tooLarge(let operation, let sizes): .tensorTooLarge(operation, sizes)
    case .singular(let operation, let matrix): .singularMatrix(operation, matrix: matrix)
    case .wrongType(let operation, let found, let wanted): .wrongNumbers(operation, found: found.rawValue, wanted: wanted)
    case .notDifferentiable(let operation): .notDifferentiable(operation)
    case .noDerivativeHere(let operation, let why, let mend): .noDerivativeHere(operation, why, mend: mend)
    case .notOneNumber(let shape): .gradientOfMany("a tensor of shape \(shape)")
    case .overflow(let operation): .overflow("`\(operation)`")
    case .divisionByZero: .divisionByZero()
    case .indexOutOfRange(let index, let count): .indexOutOfRange(Int64(index), count: count)
    case .other(let message, let mend): .tensorProblem(message, mend: mend)
    }
  }
}
