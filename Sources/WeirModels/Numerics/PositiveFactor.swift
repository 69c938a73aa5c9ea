import COpenBLAS

/// The Cholesky factor of a positive definite matrix, whose rows and columns are scaled to a diagonal of one before.
struct PositiveFactor: Sendable {
  let size: Int
  private let scales: [Double]
  /// R of RᵀR, as LAPACK leaves it: the upper triangle by columns.
  private let factor: [Double]
  /// An estimate of 1 / condition of R, which is that of the scaled columns behind a Gram matrix.
  let reciprocalCondition: Double

  /// `lower` is the lower triangle, row-major; nil where the matrix is not positive definite to working precision.
  init?(_ lower: [Double], size n: Int) throws {
    _ = LinearAlgebra.singleThreaded
    size = n
    scales = (0..<n).map { 1 / lower[$0 * n + $0].squareRoot() }
    guard scales.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    var a = [Double](repeating: 0, count: n * n)
    // Row-major lower is column-major upper.
    for i in 0..<n { for j in 0...i { a[i * n + j] = lower[i * n + j] * scales[i] * scales[j] } }
    var order = try LinearAlgebra.dimension(n), leading = max(1, order), info: Int32 = 0
    dpotrf_("U", &order, &a, &leading, &info)
    guard info == 0 else { return nil }
    var condition = 0.0
    var work = [Double](repeating: 0, count: max(1, 3 * n)), integers = [Int32](repeating: 0, count: max(1, n))
    dtrcon_("1", "U", "N", &order, a, &leading, &condition, &work, &integers, &info)
    guard info == 0 else { return nil }
    factor = a
    reciprocalCondition = condition
  }

  func solve(_ right: [Double]) throws -> [Double] {
    var x = zip(right, scales).map { $0 * $1 }
    var order = try LinearAlgebra.dimension(size), leading = max(1, order), one: Int32 = 1, info: Int32 = 0
    dpotrs_("U", &order, &one, factor, &leading, &x, &leading, &info)
    guard info == 0 else { throw ModelError("the decomposition did not succeed") }
    return zip(x, scales).map { $0 * $1 }
  }

  /// vᵀ A⁻¹ v.
  func inverseForm(_ v: [Double]) throws -> Double {
    try triangular(zip(v, scales).map { $0 * $1 }, transposed: true).reduce(0) { $0 + $1 * $1 }
  }

  /// The diagonal of A⁻¹.
  func inverseDiagonal() throws -> [Double] {
    var sums = [Double](repeating: 0, count: size)
    for j in 0..<size {
      var unit = [Double](repeating: 0, count: size)
      unit[j] = 1
      let column = try triangular(unit, transposed: false)
      for i in 0...j { sums[i] += column[i] * column[i] }
    }
    return zip(sums, scales).map { $0 * $1 * $1 }
  }

  private func triangular(_ right: [Double], transposed: Bool) throws -> [Double] {
    var x = right
    var order = try LinearAlgebra.dimension(size), leading = max(1, order), one: Int32 = 1, info: Int32 = 0
    dtrtrs_("U", transposed ? "T" : "N", "N", &order, &one, factor, &leading, &x, &leading, &info)
    guard info == 0 else { throw ModelError("the decomposition did not succeed") }
    return x
  }
}
