/// Operations on variables, each written down where it has to be.
extension Variable {
  static func number(_ value: Double) throws -> Variable { Variable(try Tensor(value)) }

  func apply(_ operation: Operation, _ settings: Settings = Settings()) throws -> Variable {
    try Variable.apply(operation, [self], settings)
  }

  package static func + (a: Variable, b: Variable) throws -> Variable { try apply(.add, [a, b]) }
  package static func - (a: Variable, b: Variable) throws -> Variable { try apply(.subtract, [a, b]) }
  package static func * (a: Variable, b: Variable) throws -> Variable { try apply(.multiply, [a, b]) }
  package static func / (a: Variable, b: Variable) throws -> Variable { try apply(.divide, [a, b]) }
  static func + (a: Double, b: Variable) throws -> Variable { try number(a) + b }
  static func - (a: Double, b: Variable) throws -> Variable { try number(a) - b }
  static func - (a: Variable, b: Double) throws -> Variable { try a - number(b) }
  static func * (a: Double, b: Variable) throws -> Variable { try number(a) * b }
  package static prefix func - (a: Variable) throws -> Variable { try apply(.negate, [a]) }

  package func power(_ other: Variable) throws -> Variable { try Variable.apply(.power, [self, other]) }
  package func matrixProduct(_ other: Variable) throws -> Variable { try Variable.apply(.matrixProduct, [self, other]) }

  /// Truths have no derivative.
  package func compared(_ comparison: Tensor.Comparison, _ other: Variable) throws -> Variable {
    Variable(try tensor.compared(comparison, other.tensor))
  }
  func compared(_ comparison: Tensor.Comparison, _ number: Double) throws -> Variable { try compared(comparison, .number(number)) }

  /// One of two, as these truths say.
  package func choose(_ yes: Variable, _ no: Variable) throws -> Variable { try Variable.apply(.choose, [self, yes, no]) }

  package func sum(_ axes: [Int]?, keep: Bool) throws -> Variable { try apply(.sum, Settings(axes: axes, keep: keep)) }
  package func mean(_ axes: [Int]?, keep: Bool) throws -> Variable { try apply(.mean, Settings(axes: axes, keep: keep)) }
  package func reshaped(_ sizes: [Int]) throws -> Variable { try apply(.reshape, Settings(sizes: sizes)) }
  package func expanded(to sizes: [Int]) throws -> Variable { try apply(.expand, Settings(sizes: sizes)) }
  package func transposed(_ order: [Int]?) throws -> Variable { try apply(.transpose, Settings(axes: order)) }
  package func converted(to dtype: DType) throws -> Variable { try apply(.convert, Settings(dtype: dtype)) }
  package func part(_ indices: [Tensor.Index]) throws -> Variable { try apply(.slice, Settings(indices: indices)) }

  /// The last two axes swapped.
  func turned() throws -> Variable {
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    return try transposed(order)
  }

  package static func concatenated(_ variables: [Variable], axis: Int) throws -> Variable {
    try apply(.concat, variables, Settings(axes: [axis]))
  }

  /// Along a new axis.
  package static func stacked(_ variables: [Variable], axis: Int) throws -> Variable {
    guard let first = variables.first else { throw TensorError.other("`stack` needs at least one tensor", mend: nil) }
    for variable in variables where variable.shape != first.shape {
      throw TensorError.shapes(
        operation: "stack", first.shape, variable.shape, mend: "all must have the same shape; `concat` joins along an axis")
    }
    let place = axis < 0 ? axis + first.rank + 1 : axis
    guard place >= 0, place <= first.rank else { throw TensorError.noAxis(operation: "stack", axis: axis, first.shape) }
    var sizes = first.shape.sizes
    sizes.insert(1, at: place)
    return try concatenated(try variables.map { try $0.reshaped(sizes) }, axis: place)
  }

  /// Variance (or its root) over axes; `ddof` is taken from the count.
  package func spread(_ axes: [Int]?, keep: Bool, ddof: Int, root: Bool) throws -> Variable {
    let off = try self - mean(axes, keep: true), squares = try (off * off).sum(axes, keep: keep)
    let count = Double(tensor.count) / Double(Swift.max(squares.tensor.count, 1)) - Double(ddof)
    let variance = try squares / .number(count > 0 ? count : .nan)
    return root ? try variance.apply(.sqrt) : variance
  }
}
