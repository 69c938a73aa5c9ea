package import WeirBase

extension Tensor {
  /// A number without axes.
  package init(_ number: Double, _ dtype: DType = .f64) throws(TensorError) { try self.init(repeating: number, .scalar, dtype) }

  package init(_ number: Int64) throws(TensorError) {
    try self.init(.scalar, .i64, for: "tensor") { $0.storeBytes(of: number, as: Int64.self) }
  }

  package init(_ truth: Bool) throws(TensorError) {
    try self.init(.scalar, .bool, for: "tensor") { $0.storeBytes(of: truth ? 1 : 0, as: UInt8.self) }
  }

  /// One number everywhere: a view of a single element.
  package init(repeating number: Double, _ shape: Shape, _ dtype: DType) throws(TensorError) {
    let one = try Tensor(.scalar, dtype, for: "full") { Tensor.store(number, dtype, $0, 0) }
    self = shape.rank == 0 ? one : try one.expanded(to: shape, for: "full")
  }

  package init(repeating number: Int64, _ shape: Shape) throws(TensorError) {
    let one = try Tensor(number)
    self = shape.rank == 0 ? one : try one.expanded(to: shape, for: "full")
  }

  /// From doubles in the order of the axes, as many as the shape says.
  package init(_ numbers: [Double], _ shape: Shape, _ dtype: DType) throws(TensorError) {
    try Tensor.check(numbers.count, shape)
    try self.init(shape, dtype, for: "tensor") { out in
      switch dtype {
      case .f32:
        let to = out.assumingMemoryBound(to: Float.self)
        for i in 0..<numbers.count { to[i] = Float(numbers[i]) }
      case .f64:
        let to = out.assumingMemoryBound(to: Double.self)
        for i in 0..<numbers.count { to[i] = numbers[i] }
      default: for i in 0..<numbers.count { Tensor.store(numbers[i], dtype, out, i) }
      }
    }
  }

  package init(_ numbers: [Float], _ shape: Shape) throws(TensorError) {
    try Tensor.check(numbers.count, shape)
    try self.init(shape, .f32, for: "tensor") { out in numbers.withUnsafeBytes { copy($0, to: out) } }
  }

  package init(_ numbers: [Int64], _ shape: Shape) throws(TensorError) {
    try Tensor.check(numbers.count, shape)
    try self.init(shape, .i64, for: "tensor") { out in numbers.withUnsafeBytes { copy($0, to: out) } }
  }

  package init(_ truths: [Bool], _ shape: Shape) throws(TensorError) {
    try Tensor.check(truths.count, shape)
    try self.init(shape, .bool, for: "tensor") { out in
      let to = out.assumingMemoryBound(to: UInt8.self)
      for i in 0..<truths.count { to[i] = truths[i] ? 1 : 0 }
    }
  }

  private static func check(_ count: Int, _ shape: Shape) throws(TensorError) {
    guard count == shape.count else {
      throw .other("\(count) numbers do not fill the shape \(shape), which takes \(shape.count)", mend: nil)
    }
  }

  static func store(_ number: Double, _ dtype: DType, _ out: UnsafeMutableRawPointer, _ index: Int) {
    switch dtype {
    case .f32: out.assumingMemoryBound(to: Float.self)[index] = Float(number)
    case .f64: out.assumingMemoryBound(to: Double.self)[index] = number
    case .i64: out.assumingMemoryBound(to: Int64.self)[index] = Int64(exactly: number.rounded(.towardZero)) ?? 0
    case .bool: out.assumingMemoryBound(to: UInt8.self)[index] = number == 0 ? 0 : 1
    }
  }

  /// `start`, `start + step`, ... as long as it is before `end`; `end` itself is not in it.
  package static func range(_ start: Double, _ end: Double, step: Double, _ dtype: DType) throws(TensorError) -> Tensor {
    guard step != 0, step.isFinite, start.isFinite, end.isFinite else {
      throw .other("`arange` needs finite numbers and a step other than 0", mend: nil)
    }
    let wanted = ((end - start) / step).rounded(.up)
    guard wanted < Double(Shape.mostElements) else { throw .tooLarge(operation: "arange", sizes: [Int.max]) }
    let count = max(0, Int(wanted))
    return try filled(Shape([count], for: "arange"), dtype, for: "arange") { start + Double($0) * step }
  }

  /// `count` numbers from `start` to `end`, both in it, equally far apart.
  package static func spaced(_ start: Double, _ end: Double, _ count: Int, _ dtype: DType) throws(TensorError) -> Tensor {
    let step = count > 1 ? (end - start) / Double(count - 1) : 0
    return try filled(Shape([count], for: "linspace"), dtype, for: "linspace") {
      $0 == count - 1 && count > 1 ? end : start + Double($0) * step
    }
  }

  package static func eye(_ rows: Int, _ columns: Int, _ dtype: DType) throws(TensorError) -> Tensor {
    try filled(Shape([rows, columns], for: "eye"), dtype, for: "eye") { $0 / columns == $0 % columns ? 1 : 0 }
  }

  /// Uniform numbers in `low ..< high`: element `i` is a function of the stream and `i` alone.
  package static func uniform(_ shape: Shape, _ low: Double, _ high: Double, _ random: RandomStream, _ dtype: DType)
    throws(TensorError) -> Tensor
  {
    try filled(shape, dtype, for: "random_uniform") { i in
      let value = low + (high - low) * random.uniform(at: UInt64(i))
      // Rounding to a narrower kind may reach the end, which is not in it.
      return dtype == .f32 && Float(value) >= Float(high) && high > low ? Double(Float(high).nextDown) : value
    }
  }

  /// Normal numbers (Box and Muller 1958): element `i` is made of draws `2i` and `2i + 1`.
  package static func normal(_ shape: Shape, _ mean: Double, _ spread: Double, _ random: RandomStream, _ dtype: DType)
    throws(TensorError) -> Tensor
  {
    try filled(shape, dtype, for: "random_normal") { i in
      var stream = RandomStream(key: random.key, position: 2 &* UInt64(i))
      return mean + spread * stream.nextNormal()
    }
  }

  /// Each element from its number.
  static func filled(_ shape: Shape, _ dtype: DType, for operation: String, _ value: @Sendable (Int) -> Double)
    throws(TensorError) -> Tensor
  {
    try Tensor(shape, dtype, for: operation) { out in
      let places = Places(out.assumingMemoryBound(to: UInt8.self))
      Workers.current.overRows(shape.count) { rows in
        let out = UnsafeMutableRawPointer(places.base)
        for i in rows { store(value(i), dtype, out, i) }
      }
    }
  }
}

private func copy(_ bytes: UnsafeRawBufferPointer, to out: UnsafeMutableRawPointer) {
  if let base = bytes.baseAddress { out.copyMemory(from: base, byteCount: bytes.count) }
}
