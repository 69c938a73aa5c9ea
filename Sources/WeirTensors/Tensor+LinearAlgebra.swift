import COpenBLAS

/// Linear algebra on LAPACK, in doubles whatever the kind of the input; results have its kind again. Axes before the last two
/// hold several matrices.
extension Tensor {
  /// The matrices of a tensor, each as doubles column by column.
  struct Matrices {
    let front: [Int]
    let rows, columns: Int
    let values: [[Double]]
    let dtype: DType
  }

  func matrices(for operation: String, square: Bool = false) throws(TensorError) -> Matrices {
    guard rank >= 2 else {
      throw .other("`\(operation)` works on matrices, and the shape \(shape) has \(rank == 1 ? "one axis" : "no axes")", mend: nil)
    }
    let rows = shape.sizes[rank - 2], columns = shape.sizes[rank - 1]
    guard !square || rows == columns else {
      throw .other("`\(operation)` needs a square matrix, not one of shape \(shape)", mend: nil)
    }
    guard rows <= 1 << 15, columns <= 1 << 15 else { throw .tooLarge(operation: operation, sizes: shape.sizes) }
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    let numbers = try transposed(order).doubles()
    let size = rows * columns, count = size == 0 ? shape.sizes.dropLast(2).reduce(1, *) : count / size
    return Matrices(
      front: Array(shape.sizes.dropLast(2)), rows: rows, columns: columns,
      values: (0..<count).map { Array(numbers[($0 * size)..<(($0 + 1) * size)]) }, dtype: dtype.floating)
  }

  /// The elements in the order of the axes.
  package func doubles() throws(TensorError) -> [Double] {
    do { return try converted(to: .f64).withElements(as: Double.self) { Array($0) } }
    catch let error as TensorError { throw error } catch { throw .other("\(error)", mend: nil) }
  }

  /// Matrices from columns after each other.
  private static func columns(_ values: [[Double]], _ front: [Int], _ rows: Int, _ columns: Int, _ dtype: DType)
    throws(TensorError) -> Tensor
  {
    let shape = try Shape(front + [columns, rows], for: "matrix")
    var order = Array(0..<shape.rank)
    order.swapAt(shape.rank - 2, shape.rank - 1)
    return try Tensor(values.flatMap { $0 }, shape, dtype).transposed(order)
  }

  private static func checkFinite(_ matrices: Matrices, for operation: String) throws(TensorError) {
    guard matrices.values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .other("`\(operation)`: the matrix holds NaN or infinite numbers", mend: nil)
    }
  }

  /// A matrix as a product of triangles, with the rows swapped; `pivots` is nil for a singular one.
  private struct Factors {
    var lu: [Double]
    var pivots: [Int32]
    var isSingular: Bool
    /// The reciprocal of the condition.
    var condition: Double
  }

  private static func factors(_ values: [Double], _ size: Int) -> Factors {
    var out = Factors(lu: values, pivots: Array(repeating: 0, count: size), isSingular: false, condition: 1)
    guard size > 0 else { return out }
    var n = Int32(size), info: Int32 = 0
    var norm = (0..<size).map { column in values[(column * size)..<((column + 1) * size)].reduce(0) { $0 + abs($1) } }.max() ?? 0
    dgetrf_(&n, &n, &out.lu, &n, &out.pivots, &info)
    guard info == 0 else {
      out.isSingular = true
      return out
    }
    var work = [Double](repeating: 0, count: 4 * size), whole = [Int32](repeating: 0, count: size)
    dgecon_("1", &n, out.lu, &n, &norm, &out.condition, &work, &whole, &info)
    return out
  }

  /// `x` with `a @ x == b`. A vector `b` gives a vector.
  package func solving(_ b: Tensor) throws(TensorError) -> Tensor {
    let a = try matrices(for: "solve", square: true), size = a.rows
    try Tensor.checkFinite(a, for: "solve")
    let isVector = b.rank == 1
    let sides = isVector ? try b.unsqueezed(1) : b
    guard sides.rank >= 2, sides.shape.sizes[sides.rank - 2] == size else {
      throw .shapes(operation: "solve", shape, b.shape, mend: "the right side needs \(size) rows, as many as the matrix")
    }
    let front = try Shape.broadcast(
      try Shape(a.front, for: "solve"), try Shape(Array(sides.shape.sizes.dropLast(2)), for: "solve"), for: "solve")
    let right = try sides.expanded(to: Shape(front.sizes + Array(sides.shape.sizes.suffix(2)), for: "solve"), for: "solve")
      .matrices(for: "solve")
    let left = try expanded(to: Shape(front.sizes + [size, size], for: "solve"), for: "solve").matrices(for: "solve")
    var out: [[Double]] = []
    for (number, (matrix, side)) in zip(left.values, right.values).enumerated() {
      let factors = Tensor.factors(matrix, size)
      guard !factors.isSingular, factors.condition >= 1e-16 else {
        throw .singular(operation: "solve", matrix: left.values.count > 1 ? number : nil)
      }
      var x = side, n = Int32(size), columns = Int32(right.columns), info: Int32 = 0
      if size > 0, right.columns > 0 { dgetrs_("N", &n, &columns, factors.lu, &n, factors.pivots, &x, &n, &info) }
      out.append(x)
    }
    let dtype = max(self.dtype, b.dtype).floating
    let x = try Tensor.columns(out, front.sizes, size, right.columns, dtype)
    return isVector ? try x.squeezed([x.rank - 1]) : x
  }

  package func inverse() throws(TensorError) -> Tensor {
    let size = try matrices(for: "inverse", square: true).rows
    do { return try converted(to: dtype.floating).solving(try Tensor.eye(size, size, dtype.floating)) } catch {
      if case .singular(_, let matrix) = error { throw .singular(operation: "inverse", matrix: matrix) }
      throw error
    }
  }

  package func determinant() throws(TensorError) -> Tensor {
    let a = try matrices(for: "determinant", square: true)
    try Tensor.checkFinite(a, for: "determinant")
    let values = a.values.map { matrix in
      let factors = Tensor.factors(matrix, a.rows)
      if factors.isSingular { return 0.0 }
      return (0..<a.rows).reduce(1.0) { product, i in
        product * factors.lu[i * a.rows + i] * (factors.pivots[i] == Int32(i + 1) ? 1 : -1)
      }
    }
    return try Tensor(values, Shape(a.front, for: "determinant"), a.dtype)
  }

  /// `u`, `s`, `vt` with `u * s @ vt` this matrix; `u` and `vt` as narrow as the smaller side.
  package func singularValues() throws(TensorError) -> (u: Tensor, s: Tensor, vt: Tensor) {
    let a = try matrices(for: "svd")
    try Tensor.checkFinite(a, for: "svd")
    let rows = a.rows, columns = a.columns, least = min(rows, columns)
    var u: [[Double]] = [], s: [[Double]] = [], vt: [[Double]] = []
    for matrix in a.values {
      var a = matrix, m = Int32(rows), n = Int32(columns), k = Int32(max(least, 1)), info: Int32 = 0
      var values = [Double](repeating: 0, count: least), left = [Double](repeating: 0, count: rows * least)
      var right = [Double](repeating: 0, count: least * columns)
      if least > 0 {
        var whole = [Int32](repeating: 0, count: 8 * least), size = [0.0], ask: Int32 = -1
        dgesdd_("S", &m, &n, &a, &m, &values, &left, &m, &right, &k, &size, &ask, &whole, &info)
        var length = Int32(clamping: Int(size[0]) + 1), work = [Double](repeating: 0, count: Int(length))
        dgesdd_("S", &m, &n, &a, &m, &values, &left, &m, &right, &k, &work, &length, &whole, &info)
        guard info == 0 else { throw .other("`svd` did not converge", mend: nil) }
      }
      u.append(left)
      s.append(values)
      vt.append(right)
    }
    let values = try Tensor(s.flatMap { $0 }, Shape(a.front + [least], for: "svd"), a.dtype)
    return (
      try Tensor.columns(u, a.front, rows, least, a.dtype), values, try Tensor.columns(vt, a.front, least, columns, a.dtype)
    )
  }

  /// `q` with orthonormal columns and `r` upper triangular, whose product is this matrix.
  package func orthogonal() throws(TensorError) -> (q: Tensor, r: Tensor) {
    let a = try matrices(for: "qr")
    try Tensor.checkFinite(a, for: "qr")
    let rows = a.rows, columns = a.columns, least = min(rows, columns)
    var q: [[Double]] = [], r: [[Double]] = []
    for matrix in a.values {
      var a = matrix, m = Int32(rows), n = Int32(columns), k = Int32(least), info: Int32 = 0
      var tau = [Double](repeating: 0, count: least), length = Int32(max(64 * max(columns, 1), 1))
      var work = [Double](repeating: 0, count: Int(length))
      var upper = [Double](repeating: 0, count: least * columns)
      if least > 0 {
        dgeqrf_(&m, &n, &a, &m, &tau, &work, &length, &info)
        for column in 0..<columns {
          for row in 0...min(column, least - 1) { upper[column * least + row] = a[column * rows + row] }
        }
        dorgqr_(&m, &k, &k, &a, &m, tau, &work, &length, &info)
        guard info == 0 else { throw .other("`qr` failed", mend: nil) }
      }
      q.append(Array(a.prefix(rows * least)))
      r.append(upper)
    }
    return (try Tensor.columns(q, a.front, rows, least, a.dtype), try Tensor.columns(r, a.front, least, columns, a.dtype))
  }

  /// Eigenvalues, and eigenvectors as columns: of a symmetric matrix by rising value and orthonormal, of another by falling
  /// size. Complex ones are refused.
  package func eigen() throws(TensorError) -> (values: Tensor, vectors: Tensor) {
    let a = try matrices(for: "eigen", square: true), size = a.rows
    try Tensor.checkFinite(a, for: "eigen")
    var values: [[Double]] = [], vectors: [[Double]] = []
    for matrix in a.values {
      let isSymmetric = (0..<size).allSatisfy { i in (0..<i).allSatisfy { matrix[i * size + $0] == matrix[$0 * size + i] } }
      let (w, v) = size == 0 ? ([], []) : isSymmetric ? try Tensor.symmetricEigen(matrix, size) : try Tensor.generalEigen(matrix, size)
      values.append(w)
      vectors.append(v)
    }
    return (
      try Tensor(values.flatMap { $0 }, Shape(a.front + [size], for: "eigen"), a.dtype),
      try Tensor.columns(vectors, a.front, size, size, a.dtype)
    )
  }

  private static func symmetricEigen(_ matrix: [Double], _ size: Int) throws(TensorError) -> ([Double], [Double]) {
    var a = matrix, n = Int32(size), w = [Double](repeating: 0, count: size), info: Int32 = 0
    var length = Int32(clamping: 1 + 6 * size + 2 * size * size), whole = Int32(clamping: 3 + 5 * size)
    var work = [Double](repeating: 0, count: Int(length)), wholes = [Int32](repeating: 0, count: Int(whole))
    dsyevd_("V", "L", &n, &a, &n, &w, &work, &length, &wholes, &whole, &info)
    guard info == 0 else { throw .other("`eigen` did not converge", mend: nil) }
    return (w, signed(a, size))
  }

  private static func generalEigen(_ matrix: [Double], _ size: Int) throws(TensorError) -> ([Double], [Double]) {
    var a = matrix, n = Int32(size), one: Int32 = 1, info: Int32 = 0, length = Int32(clamping: 34 * size + 64)
    var real = [Double](repeating: 0, count: size), imaginary = real, unused = [0.0]
    var v = [Double](repeating: 0, count: size * size), work = [Double](repeating: 0, count: Int(length))
    dgeev_("N", "V", &n, &a, &n, &real, &imaginary, &unused, &one, &v, &n, &work, &length, &info)
    guard info == 0 else { throw .other("`eigen` did not converge", mend: nil) }
    guard imaginary.allSatisfy({ $0 == 0 }) else {
      throw .other("`eigen`: the matrix has complex eigenvalues, which tensors can't hold", mend: "`svd` works for every matrix")
    }
    let order = (0..<size).sorted { abs(real[$0]) != abs(real[$1]) ? abs(real[$0]) > abs(real[$1]) : $0 < $1 }
    return (order.map { real[$0] }, signed(order.flatMap { Array(v[($0 * size)..<(($0 + 1) * size)]) }, size))
  }

  /// Vectors with the sign that makes the entry of the greatest size positive: LAPACK leaves it open.
  private static func signed(_ vectors: [Double], _ size: Int) -> [Double] {
    var out = vectors
    for column in 0..<size {
      let range = (column * size)..<((column + 1) * size)
      let greatest = out[range].max { abs($0) < abs($1) } ?? 0
      if greatest < 0 { for i in range { out[i] = -out[i] } }
    }
    return out
  }
}
