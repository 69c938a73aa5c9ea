import COpenBLAS
import Glibc
import WeirBase

/// The solution of a least squares problem, with what inference needs.
struct LeastSquares: Sendable {
  /// One for each column of the design.
  var solution: [Double]
  /// The sum of squared residuals.
  var residualSquares: Double
  var rank: Int
  /// The diagonal of the inverse of AᵀA; nil where the columns are dependent.
  var inverseDiagonal: [Double]?

  /// Below this reciprocal condition number (columns scaled to length one) columns count as dependent.
  static let dependent = 1e-13

  /// Minimises |b - A x|, A column-major m x n with its columns scaled to a length near one by powers of two, by
  /// Householder QR; nil where the columns are dependent.
  ///
  /// The solution is refined on the augmented system with residuals in twofold precision (Björck 1967, "Iterative
  /// refinement of linear least squares solutions I"): then its accuracy is that of the data, whatever the residual.
  static func byQR(_ design: [Double], _ b: [Double], rows m: Int, columns n: Int) throws -> LeastSquares? {
    guard m >= n else { return nil }
    guard n > 0 else { return LeastSquares(solution: [], residualSquares: b.reduce(0) { $0 + $1 * $1 }, rank: 0) }
    var scales = [Double](repeating: 1, count: n)
    var a = design
    for j in 0..<n {
      let length = a.withUnsafeBufferPointer { a in
        cblas_dnrm2(Int32(truncatingIfNeeded: m), a.baseAddress.map { $0 + j * m }, 1)
      }
      guard length.isFinite else { throw ModelError("the features hold numbers too large to square") }
      // Powers of two, so that scaling rounds nothing.
      guard length > 0 else { return nil }
      scales[j] = scalbn(1, -Int32(length.exponent))
      if scales[j] != 1 { for i in j * m..<(j + 1) * m { a[i] *= scales[j] } }
    }
    let scaled = a
    guard let factors = try OrthogonalFactors(a, rows: m, columns: n) else { return nil }
    var (r, x) = try factors.solveAugmented(f: b, g: [Double](repeating: 0, count: n))
    // Large, well-conditioned problems are already as good as their data.
    if m * n <= 1 << 20 || factors.reciprocalCondition < 1e-6 {
      try refine(&r, &x, scaled, b, rows: m, columns: n, factors)
    }
    let squares = r.reduce(0) { $0 + $1 * $1 }
    let inverse = try factors.inverseDiagonal()
    return LeastSquares(
      solution: zip(x, scales).map { $0 * $1 }, residualSquares: squares, rank: n,
      inverseDiagonal: zip(inverse, scales).map { $0 * $1 * $1 })
  }

  private static func refine(
    _ r: inout [Double], _ x: inout [Double], _ a: [Double], _ b: [Double], rows m: Int, columns n: Int,
    _ factors: OrthogonalFactors
  ) throws {
    var last = Double.infinity
    for _ in 0..<8 {
      let (f, g) = TwofoldSum.augmentedResiduals(a, b, r, x, rows: m, columns: n)
      let (dr, dx) = try factors.solveAugmented(f: f, g: g)
      let size = dx.reduce(0) { max($0, abs($1)) }, all = x.reduce(0) { max($0, abs($1)) }
      guard size.isFinite, size < last / 2 else { return }
      for i in 0..<m { r[i] += dr[i] }
      for j in 0..<n { x[j] += dx[j] }
      if size <= all * 0x1p-53 { return }
      last = size
    }
  }

  /// The solution of minimal length, by the singular value decomposition; A column-major m x n.
  static func minimumNorm(_ design: [Double], _ b: [Double], rows m: Int, columns n: Int) throws -> LeastSquares {
    guard m > 0, n > 0 else {
      return LeastSquares(
        solution: [Double](repeating: 0, count: n), residualSquares: b.reduce(0) { $0 + $1 * $1 }, rank: 0)
    }
    _ = LinearAlgebra.singleThreaded
    var a = design
    var right = b + [Double](repeating: 0, count: max(0, n - m))
    var rows = try LinearAlgebra.dimension(m), columns = try LinearAlgebra.dimension(n), one: Int32 = 1
    var leading = rows, leadingRight = max(rows, columns), rank: Int32 = 0, info: Int32 = 0
    var values = [Double](repeating: 0, count: min(m, n))
    var limit = Double(max(m, n)) * 0x1p-52
    var work: [Double] = [0], integers: [Int32] = [0], length: Int32 = -1
    dgelsd_(
      &rows, &columns, &one, &a, &leading, &right, &leadingRight, &values, &limit, &rank, &work, &length, &integers,
      &info)
    length = Int32(max(1, min(work[0], 2e9)))
    work = [Double](repeating: 0, count: Int(length))
    integers = [Int32](repeating: 0, count: max(1, Int(integers[0])))
    dgelsd_(
      &rows, &columns, &one, &a, &leading, &right, &leadingRight, &values, &limit, &rank, &work, &length, &integers,
      &info)
    guard info == 0, right.allSatisfy(\.isFinite) else { throw ModelError("the decomposition did not converge") }
    let solution = Array(right[0..<n])
    var residual = b
    design.withUnsafeBufferPointer { design in
      for j in 0..<n { for i in 0..<m { residual[i] -= design[j * m + i] * solution[j] } }
    }
    return LeastSquares(
      solution: solution, residualSquares: residual.reduce(0) { $0 + $1 * $1 }, rank: Int(rank), inverseDiagonal: nil)
  }
}
