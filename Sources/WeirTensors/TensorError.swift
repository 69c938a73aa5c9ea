/// Why an operation on tensors is not possible.
package enum TensorError: Error, Sendable, Hashable {
  /// Two shapes that do not fit each other.
  case shapes(operation: String, Shape, Shape, mend: String?)
  case noAxis(operation: String, axis: Int, Shape)
  case tooLarge(operation: String, sizes: [Int])
  case singular(operation: String, matrix: Int?)
  case wrongType(operation: String, found: DType, wanted: String)
  case notDifferentiable(operation: String)
  /// It has a derivative elsewhere, but not at these numbers.
  case noDerivativeHere(operation: String, why: String, mend: String?)
  /// The value of a function to differentiate has more than one number.
  case notOneNumber(shape: Shape)
  case overflow(operation: String)
  case divisionByZero
  case indexOutOfRange(Int, count: Int)
  case other(String, mend: String?)
}
