/// The sizes of a tensor's axes, the last one running fastest.
package struct Shape: Sendable, Hashable, CustomStringConvertible {
  package let sizes: [Int]
  /// How many elements there are.
  package let count: Int

  /// More axes than these are refused.
  package static let mostAxes = 16
  /// More elements than these are refused: such a tensor fits into no memory.
  static let mostElements = 1 << 40

  package static let scalar = Shape(known: [], count: 1)

  /// Throws for negative sizes, too many axes, and more elements than can be.
  package init(_ sizes: [Int], for operation: String) throws(TensorError) {
    guard sizes.count <= Shape.mostAxes else {
      throw .other("`\(operation)`: a tensor has at most \(Shape.mostAxes) axes, not \(sizes.count)", mend: nil)
    }
    var product = 1, isEmpty = false
    for size in sizes {
      guard size >= 0 else {
        throw .other("`\(operation)`: the size of an axis can't be negative (\(size))", mend: nil)
      }
      if size == 0 { isEmpty = true; continue }
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next <= Shape.mostElements else { throw .tooLarge(operation: operation, sizes: sizes) }
      product = next
    }
    self.sizes = sizes
    count = isEmpty ? 0 : product
  }

  init(known sizes: [Int], count: Int) {
    self.sizes = sizes
    self.count = count
  }

  /// The same elements on other axes, known to be as many.
  func with(_ sizes: [Int]) -> Shape { Shape(known: sizes, count: count) }

  package var rank: Int { sizes.count }

  package var description: String { "[" + sizes.map(String.init).joined(separator: ", ") + "]" }

  var rowMajorStrides: [Int] {
    var strides = [Int](repeating: 1, count: sizes.count)
    var product = 1
    for axis in stride(from: sizes.count - 1, through: 0, by: -1) {
      strides[axis] = product
      product *= max(sizes[axis], 1)
    }
    return strides
  }

  /// The axis as counted from the front; negative ones count from the back.
  package func axis(_ axis: Int, for operation: String) throws(TensorError) -> Int {
    let wanted = axis < 0 ? axis + rank : axis
    guard wanted >= 0, wanted < rank else { throw .noAxis(operation: operation, axis: axis, self) }
    return wanted
  }

  /// Axes counted from the front, in order; throws where one is named twice.
  package func axes(_ axes: [Int], for operation: String) throws(TensorError) -> [Int] {
    var out: [Int] = []
    for axis in axes {
      let wanted = try self.axis(axis, for: operation)
      guard !out.contains(wanted) else {
        throw .other("`\(operation)`: axis \(axis) is named twice", mend: nil)
      }
      out.append(wanted)
    }
    return out.sorted()
  }

  /// The shape that two are stretched to: axes are matched from the last, and a size of 1 stretches.
  package static func broadcast(_ a: Shape, _ b: Shape, for operation: String) throws(TensorError) -> Shape {
    if a.sizes == b.sizes || b.rank == 0 { return a }
    if a.rank == 0 { return b }
    let rank = max(a.rank, b.rank)
    var sizes = [Int](repeating: 1, count: rank)
    for back in 1...rank {
      let x = back <= a.rank ? a.sizes[a.rank - back] : 1, y = back <= b.rank ? b.sizes[b.rank - back] : 1
      guard x == y || x == 1 || y == 1 else {
        throw .shapes(operation: operation, a, b, mend: mend(a, b, differing: back))
      }
      sizes[rank - back] = x == 1 ? y : x
    }
    return try Shape(sizes, for: operation)
  }

  private static func mend(_ a: Shape, _ b: Shape, differing back: Int) -> String {
    let hint = "axes are matched from the last; sizes must be the same, or 1"
    for (one, other) in [(a, b), (b, a)] where one.rank == 1 && other.rank > 1 {
      if let axis = other.sizes.firstIndex(of: one.sizes[0]) {
        let sizes = [one.sizes[0]] + [Int](repeating: 1, count: other.rank - axis - 1)
        return hint + "; to go along axis \(axis), give the one of \(one) the shape "
          + "\(Shape(known: sizes, count: one.count)) with `reshape`"
      }
    }
    if a.rank == 2, b.rank == 2, a.sizes == Array(b.sizes.reversed()) { return hint + "; `transpose` turns one of them" }
    return hint
  }
}
