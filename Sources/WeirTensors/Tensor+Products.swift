import Synchronization
import WeirBase

extension Tensor {
  /// `a @ b` as NumPy has it: matrices by their last two axes, the axes before them are stretched; a vector counts as a row
  /// on the left and a column on the right.
  package func matrixProduct(_ other: Tensor) throws(TensorError) -> Tensor {
    guard rank > 0, other.rank > 0 else {
      throw .shapes(operation: "@", shape, other.shape, mend: "a matrix product takes axes; `*` multiplies by a number")
    }
    let a = rank == 1 ? try unsqueezed(0) : self, b = other.rank == 1 ? try other.unsqueezed(1) : other
    guard a.shape.sizes[a.rank - 1] == b.shape.sizes[b.rank - 2] else {
      throw .shapes(operation: "@", shape, other.shape, mend: productMend(other))
    }
    let dtype = max(self.dtype, other.dtype) == .bool ? .i64 : max(self.dtype, other.dtype)
    var product = try Tensor.product(try a.converted(to: dtype), try b.converted(to: dtype))
    if rank == 1 { product = try product.squeezed([product.rank - 2]) }
    if other.rank == 1 { product = try product.squeezed([product.rank - 1]) }
    return product
  }

  private func productMend(_ other: Tensor) -> String {
    let inner = "the last size of the left must be the \(other.rank == 1 ? "" : "last but one ")size of the right"
    let left = shape.sizes[rank - 1]
    if other.rank >= 2, other.shape.sizes[other.rank - 1] == left { return inner + "; `a @ transpose(b)` would fit" }
    if rank == 2, other.shape.sizes[max(0, other.rank - 2)] == shape.sizes[0] { return inner + "; `transpose(a) @ b` would fit" }
    return inner
  }

  private static func product(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let m = a.shape.sizes[a.rank - 2], k = a.shape.sizes[a.rank - 1], n = b.shape.sizes[b.rank - 1]
    let front = try Shape.broadcast(
      try Shape(Array(a.shape.sizes.dropLast(2)), for: "@"), try Shape(Array(b.shape.sizes.dropLast(2)), for: "@"), for: "@")
    let shape = try Shape(front.sizes + [m, n], for: "@")
    guard k > 0, shape.count > 0 else { return try Tensor(repeating: 0.0, shape, a.dtype) }
    // Batches that share the right side are one tall product.
    if b.rank == 2, a.rank > 2 {
      let rows = try a.reshaped([front.count * m, k])
      return try product(rows, b).reshaped(shape.sizes)
    }
    let left = try Batches(a, front), right = try Batches(b, front)
    let dtype = a.dtype, overflowed = Atomic(false)
    let result = try Tensor(shape, dtype, for: "@") { out in
      let to = Places(out.assumingMemoryBound(to: UInt8.self))
      // Parts by rows, or by columns where there are few rows; their sizes depend on the shapes alone.
      let byRows = m >= n || m >= 128
      let long = byRows ? m : n
      let cost = Double(m) * Double(n) * Double(k)
      let size = cost < 262_144 ? long : max(16, min(512, (long / 2 + 15) / 16 * 16))
      let parts = (long + size - 1) / size
      Workers.current.run(front.count * parts) { part in
        let batch = part / parts, first = part % parts * size, some = min(size, long - first)
        let piece = Piece(m: byRows ? some : m, n: byRows ? n : some, k: k, row: byRows ? first : 0, column: byRows ? 0 : first, width: n)
        let place = UnsafeMutableRawPointer(to.base + batch * m * n * dtype.width)
        switch dtype {
        case .f32: left.floats(right, batch, piece, place.assumingMemoryBound(to: Float.self))
        case .f64: left.doubles(right, batch, piece, place.assumingMemoryBound(to: Double.self))
        default:
          if left.wholes(right, batch, piece, place.assumingMemoryBound(to: Int64.self)) {
            overflowed.store(true, ordering: .relaxed)
          }
        }
      }
    }
    if overflowed.load(ordering: .relaxed) { throw .overflow(operation: "@") }
    return result
  }
}

/// A part of a product: `m` rows and `n` columns from a place of the output on, whose rows are `width` apart.
private struct Piece {
  let m, n, k, row, column, width: Int
}

/// The matrices of a tensor, as BLAS wants them: rows or columns without gaps, and the steps between.
///
/// Safety: they are read only, and the buffer is kept.
private struct Batches: @unchecked Sendable {
  private let buffer: TensorBuffer
  private let base: UnsafeMutableRawPointer
  private let starts: [Int]
  private let isTurned: Bool
  private let step: Int

  init(_ tensor: Tensor, _ front: Shape) throws(TensorError) {
    let rows = tensor.shape.sizes[tensor.rank - 2], columns = tensor.shape.sizes[tensor.rank - 1]
    var stored = try tensor.node.stored()
    func isRows(_ s: [Int]) -> Bool {
      (s[s.count - 1] == 1 || columns == 1) && (s[s.count - 2] >= columns || rows == 1) && s[s.count - 2] <= Int(Int32.max)
    }
    func isColumns(_ s: [Int]) -> Bool {
      (s[s.count - 2] == 1 || rows == 1) && (s[s.count - 1] >= rows || columns == 1) && s[s.count - 1] <= Int(Int32.max)
    }
    if !isRows(stored.strides), !isColumns(stored.strides) { stored = try tensor.contiguous().node.stored() }
    let strides = stored.strides
    isTurned = !isRows(strides)
    step = isTurned ? max(strides[strides.count - 1], rows) : max(strides[strides.count - 2], columns)
    buffer = stored.buffer
    base = stored.pointer(tensor.dtype.width)
    let own = tensor.rank - 2, missing = front.rank - own, frontStrides = front.rowMajorStrides
    starts = (0..<front.count).map { batch in
      (0..<own).reduce(0) { sum, axis in
        guard tensor.shape.sizes[axis] != 1 else { return sum }
        return sum + batch / frontStrides[axis + missing] % front.sizes[axis + missing] * strides[axis]
      }
    }
  }

  private func offset(_ batch: Int, row: Int, column: Int) -> Int {
    starts[batch] + (isTurned ? row + column * step : row * step + column)
  }

  func floats(_ right: Batches, _ batch: Int, _ p: Piece, _ out: UnsafeMutablePointer<Float>) {
    MatrixProduct.compute(
      p.m, p.n, p.k, base.assumingMemoryBound(to: Float.self) + offset(batch, row: p.row, column: 0), step,
      transposed: isTurned, right.base.assumingMemoryBound(to: Float.self) + right.offset(batch, row: 0, column: p.column),
      right.step, transposedB: right.isTurned, into: out + p.row * p.width + p.column, p.width)
  }

  func doubles(_ right: Batches, _ batch: Int, _ p: Piece, _ out: UnsafeMutablePointer<Double>) {
    MatrixProduct.compute(
      p.m, p.n, p.k, base.assumingMemoryBound(to: Double.self) + offset(batch, row: p.row, column: 0), step,
      transposed: isTurned, right.base.assumingMemoryBound(to: Double.self) + right.offset(batch, row: 0, column: p.column),
      right.step, transposedB: right.isTurned, into: out + p.row * p.width + p.column, p.width)
  }

  /// Whole numbers; gives whether any sum is too large.
  func wholes(_ right: Batches, _ batch: Int, _ p: Piece, _ out: UnsafeMutablePointer<Int64>) -> Bool {
    let a = base.assumingMemoryBound(to: Int64.self), b = right.base.assumingMemoryBound(to: Int64.self)
    var failed = false
    for i in 0..<p.m {
      for j in 0..<p.n {
        var total: Int64 = 0
        for l in 0..<p.k {
          let x = a[offset(batch, row: p.row + i, column: l)], y = b[right.offset(batch, row: l, column: p.column + j)]
          let product = x.multipliedReportingOverflow(by: y), sum = total.addingReportingOverflow(product.partialValue)
          failed = failed || product.overflow || sum.overflow
          total = sum.partialValue
        }
        out[(p.row + i) * p.width + p.column + j] = total
      }
    }
    return failed
  }
}
