/// Operators and functions element by element. Kinds follow PyTorch: bool, i64, f32, f64 rise in this order; a tensor without
/// axes does not raise the kind of one with axes within whole numbers or floats; division and functions make floats.
extension Tensor {
  /// The kind that two go on with.
  static func promoted(_ a: Tensor, _ b: Tensor) -> DType {
    if a.dtype == b.dtype { return a.dtype }
    if a.rank == 0 && b.rank > 0, b.dtype.isFloat || !a.dtype.isFloat, b.dtype != .bool || a.dtype == .bool { return b.dtype }
    if b.rank == 0 && a.rank > 0, a.dtype.isFloat || !b.dtype.isFloat, a.dtype != .bool || b.dtype == .bool { return a.dtype }
    // A float without axes makes floats of whole numbers, but of the usual width.
    if a.rank == 0 && b.rank > 0 || b.rank == 0 && a.rank > 0 {
      let high = max(a.dtype, b.dtype)
      return high.isFloat ? .f32 : high
    }
    return max(a.dtype, b.dtype)
  }

  /// Of another kind. Floats lose what stands after the point on the way to whole numbers.
  package func converted(to wanted: DType) throws(TensorError) -> Tensor {
    dtype == wanted ? self : try Tensor.elementwise(.convert(wanted), dtype, [self], shape)
  }

  private static func binary(_ op: ElementOperation, _ a: Tensor, _ b: Tensor, _ dtype: DType) throws(TensorError) -> Tensor {
    let shape = try Shape.broadcast(a.shape, b.shape, for: op.name)
    return try elementwise(op, dtype, [try a.converted(to: dtype), try b.converted(to: dtype)], shape)
  }

  private static func arithmetic(_ op: ElementOperation, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let dtype = promoted(a, b)
    return try binary(op, a, b, dtype == .bool ? .i64 : dtype)
  }

  package func adding(_ b: Tensor) throws(TensorError) -> Tensor { try Tensor.arithmetic(.add, self, b) }
  package func subtracting(_ b: Tensor) throws(TensorError) -> Tensor { try Tensor.arithmetic(.subtract, self, b) }
  package func multiplied(by b: Tensor) throws(TensorError) -> Tensor { try Tensor.arithmetic(.multiply, self, b) }
  package func floorDivided(by b: Tensor) throws(TensorError) -> Tensor { try Tensor.arithmetic(.floorDivide, self, b) }
  package func remainder(by b: Tensor) throws(TensorError) -> Tensor { try Tensor.arithmetic(.remainder, self, b) }

  package func divided(by b: Tensor) throws(TensorError) -> Tensor {
    try Tensor.binary(.divide, self, b, Tensor.promoted(self, b).floating)
  }

  /// The greater of two, element by element; NaN where one is.
  package func maximum(_ b: Tensor) throws(TensorError) -> Tensor { try Tensor.binary(.maximum, self, b, Tensor.promoted(self, b)) }
  package func minimum(_ b: Tensor) throws(TensorError) -> Tensor { try Tensor.binary(.minimum, self, b, Tensor.promoted(self, b)) }

  package func power(_ b: Tensor) throws(TensorError) -> Tensor {
    if b.count == 1, b.rank == 0, dtype.isFloat, let exponent = try b.number() {
      switch exponent {
      case 1: return self
      case 2: return try multiplied(by: self)
      case 3: return try multiplied(by: self).multiplied(by: self)
      case 0.5: return try mapped(.sqrt)
      case -1: return try mapped(.reciprocal)
      default: break
      }
    }
    return try Tensor.arithmetic(.power, self, b)
  }

  package enum Comparison: Sendable, Hashable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

  package func compared(_ comparison: Comparison, _ b: Tensor) throws(TensorError) -> Tensor {
    let op: ElementOperation =
      switch comparison {
      case .equal: .equal
      case .notEqual: .notEqual
      case .less: .less
      case .lessOrEqual: .lessOrEqual
      case .greater: .greater
      case .greaterOrEqual: .greaterOrEqual
      }
    return try Tensor.binary(op, self, b, Tensor.promoted(self, b))
  }

  package func and(_ b: Tensor) throws(TensorError) -> Tensor { try truths(.and, b) }
  package func or(_ b: Tensor) throws(TensorError) -> Tensor { try truths(.or, b) }
  package func not() throws(TensorError) -> Tensor {
    guard dtype == .bool else { throw .wrongType(operation: "not", found: dtype, wanted: "truths") }
    return try Tensor.elementwise(.not, .bool, [self], shape)
  }

  private func truths(_ op: ElementOperation, _ b: Tensor) throws(TensorError) -> Tensor {
    for side in [self, b] where side.dtype != .bool {
      throw .wrongType(operation: op.name, found: side.dtype, wanted: "truths")
    }
    return try Tensor.binary(op, self, b, .bool)
  }

  package func negated() throws(TensorError) -> Tensor {
    try Tensor.elementwise(.negate, dtype == .bool ? .i64 : dtype, [dtype == .bool ? try converted(to: .i64) : self], shape)
  }

  /// A function that keeps whole numbers whole (`abs`, `sign`, `relu`, `floor`).
  func mappedKeeping(_ op: ElementOperation) throws(TensorError) -> Tensor {
    let kept: DType = dtype == .bool ? .i64 : dtype
    switch op {
    case .floor, .ceil, .round: if !kept.isFloat { return try converted(to: kept) }
    default: break
    }
    return try Tensor.elementwise(op, kept, [try converted(to: kept)], shape)
  }

  /// A function of floats.
  func mapped(_ op: ElementOperation) throws(TensorError) -> Tensor {
    let kept = dtype.floating
    return try Tensor.elementwise(op, kept, [try converted(to: kept)], shape)
  }

  /// This where the truths say so, and `other` elsewhere.
  package func chosen(where truths: Tensor, else other: Tensor) throws(TensorError) -> Tensor {
    guard truths.dtype == .bool else {
      throw .wrongType(operation: "if_else", found: truths.dtype, wanted: "truths as its condition")
    }
    let dtype = Tensor.promoted(self, other)
    let both = try Shape.broadcast(shape, other.shape, for: "if_else")
    let shape = try Shape.broadcast(truths.shape, both, for: "if_else")
    return try Tensor.elementwise(.choose, dtype, [truths, try converted(to: dtype), try other.converted(to: dtype)], shape)
  }

  /// The number of a tensor with one element.
  package func number() throws(TensorError) -> Double? {
    guard count == 1 else { return nil }
    let stored = try node.stored(), place = stored.pointer(dtype.width)
    return withExtendedLifetime(stored.buffer) {
      switch dtype {
      case .f32: Double(place.load(as: Float.self))
      case .f64: place.load(as: Double.self)
      case .i64: Double(place.load(as: Int64.self))
      case .bool: Double(place.load(as: UInt8.self))
      }
    }
  }

  /// The whole number of a tensor with one element.
  package func whole() throws(TensorError) -> Int64? {
    guard count == 1, dtype == .i64 else { return nil }
    let stored = try node.stored()
    return withExtendedLifetime(stored.buffer) { stored.pointer(8).load(as: Int64.self) }
  }
}
