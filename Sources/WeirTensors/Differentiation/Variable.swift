/// A tensor that may be part of what is being differentiated: then each operation on it is written down.
package struct Variable: Sendable {
  package let tensor: Tensor
  /// Its entry on the current tape; nil for what no derivative is taken of.
  let index: Int?

  package init(_ tensor: Tensor) {
    self.tensor = tensor
    index = nil
  }

  init(_ tensor: Tensor, index: Int?) {
    self.tensor = tensor
    self.index = index
  }

  package var isTraced: Bool { index != nil }
  package var shape: Shape { tensor.shape }
  package var dtype: DType { tensor.dtype }
  package var rank: Int { tensor.rank }

  /// Runs an operation, and writes it down where an operand is traced.
  package static func apply(_ operation: Operation, _ inputs: [Variable], _ settings: Settings = Settings()) throws -> Variable {
    let output = try operation.apply(inputs.map(\.tensor), settings)
    guard inputs.contains(where: \.isTraced), let tape = Tape.current else { return Variable(output) }
    guard operation.rule != nil else { throw TensorError.notDifferentiable(operation: operation.name) }
    // Truths and whole numbers do not change by a little.
    guard output.dtype.isFloat else { return Variable(output) }
    let index = tape.append(Tape.Entry(
      operation: operation, inputs: inputs.map { Tape.Input(tensor: $0.tensor, index: $0.index) }, output: output,
      settings: settings))
    return Variable(output, index: index)
  }
}

/// What an operation is told beside its operands.
package struct Settings: Sendable, Hashable {
  package var axes: [Int]?
  package var keep = false
  package var sizes: [Int] = []
  package var indices: [Tensor.Index] = []
  package var places: [Int] = []
  package var dtype: DType?
  package var low: Double?
  package var high: Double?

  package init(
    axes: [Int]? = nil, keep: Bool = false, sizes: [Int] = [], indices: [Tensor.Index] = [], places: [Int] = [],
    dtype: DType? = nil, low: Double? = nil, high: Double? = nil
  ) {
    self.axes = axes
    self.keep = keep
    self.sizes = sizes
    self.indices = indices
    self.places = places
    self.dtype = dtype
    self.low = low
    self.high = high
  }

  var axis: Int { axes?.first ?? 0 }
}
