import COpenBLAS

/// A = QR by Householder reflections, kept as LAPACK leaves them.
struct OrthogonalFactors {
  private let rows: Int
  private let columns: Int
  private let packed: [Double]
  private let tau: [Double]
  let reciprocalCondition: Double

  /// Factors A, column-major with at least as many rows as columns; nil where its columns are dependent.
  init?(_ a: [Double], rows m: Int, columns n: Int) throws {
    (packed, tau) = try OrthogonalFactors.factor(a, rows: m, columns: n)
    (rows, columns) = (m, n)
    var size = try LinearAlgebra.dimension(n), leading = try LinearAlgebra.dimension(m), info: Int32 = 0
    var condition = 0.0
    var work = [Double](repeating: 0, count: 3 * n), integers = [Int32](repeating: 0, count: n)
    dtrcon_("1", "U", "N", &size, packed, &leading, &condition, &work, &integers, &info)
    reciprocalCondition = condition
    guard info == 0, condition > LeastSquares.dependent else { return nil }
  }

  /// LAPACK's packed reflections and R above them.
  static func factor(_ matrix: [Double], rows m: Int, columns n: Int) throws -> (packed: [Double], tau: [Double]) {
    _ = LinearAlgebra.singleThreaded
    var a = matrix, tau = [Double](repeating: 0, count: min(m, n))
    var rows = try LinearAlgebra.dimension(m), columns = try LinearAlgebra.dimension(n)
    var leading = rows, length = columns &* 64, info: Int32 = 0
    var work = [Double](repeating: 0, count: max(1, Int(length)))
    length = Int32(work.count)
    dgeqrf_(&rows, &columns, &a, &leading, &tau, &work, &length, &info)
    guard info == 0 else { throw ModelError("the decomposition did not succeed") }
    return (a, tau)
  }

  /// Q, column-major m x n.
  static func orthogonal(_ matrix: [Double], rows m: Int, columns n: Int) throws -> [Double] {
    let (packed, tau) = try factor(matrix, rows: m, columns: n)
    var q = [Double](repeating: 0, count: m * n)
    for j in 0..<n { q[j * m + j] = 1 }
    var rows = try LinearAlgebra.dimension(m), columns = try LinearAlgebra.dimension(n), info: Int32 = 0
    var work = [Double](repeating: 0, count: max(1, n * 64 + 64 * 65)), length = try LinearAlgebra.dimension(work.count)
    dormqr_("L", "N", &rows, &columns, &columns, packed, &rows, tau, &q, &rows, &work, &length, &info)
    guard info == 0 else { throw ModelError("the decomposition did not succeed") }
    return q
  }

  /// R, column-major n x n.
  static func upperTriangle(_ packed: [Double], rows m: Int, columns n: Int) -> [Double] {
    var r = [Double](repeating: 0, count: n * n)
    for j in 0..<n { for i in 0...j { r[j * n + i] = packed[j * m + i] } }
    return r
  }

  /// Solves r + A x = f, Aᵀ r = g.
  func solveAugmented(f: [Double], g: [Double]) throws -> (r: [Double], x: [Double]) {
    // Rᵀ z = g;  d = Qᵀ f;  R x = d₁ - z;  r = Q (z, d₂).
    let z = try triangular(g, transposed: true)
    var d = try applyQ(f, transposed: true)
    let x = try triangular((0..<columns).map { d[$0] - z[$0] }, transposed: false)
    for j in 0..<columns { d[j] = z[j] }
    return (try applyQ(d, transposed: false), x)
  }

  /// The diagonal of (RᵀR)⁻¹: the squared lengths of the rows of R⁻¹.
  func inverseDiagonal() throws -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    for j in 0..<columns {
      var unit = [Double](repeating: 0, count: columns)
      unit[j] = 1
      let column = try triangular(unit, transposed: false)
      for i in 0..<columns { sums[i] += column[i] * column[i] }
    }
    return sums
  }

  private func triangular(_ right: [Double], transposed: Bool) throws -> [Double] {
    var solution = right
    var size = try LinearAlgebra.dimension(columns), one: Int32 = 1, info: Int32 = 0
    var leading = try LinearAlgebra.dimension(rows)
    dtrtrs_("U", transposed ? "T" : "N", "N", &size, &one, packed, &leading, &solution, &size, &info)
    guard info == 0 else { throw ModelError("the columns of the features depend on each other") }
    return solution
  }

  private func applyQ(_ vector: [Double], transposed: Bool) throws -> [Double] {
    var result = vector
    var m = try LinearAlgebra.dimension(rows), k = try LinearAlgebra.dimension(columns), one: Int32 = 1
    var length: Int32 = 64, info: Int32 = 0
    var work = [Double](repeating: 0, count: 64 * 65 + 64)
    length = Int32(work.count)
    dormqr_("L", transposed ? "T" : "N", &m, &one, &k, packed, &m, tau, &result, &m, &work, &length, &info)
    guard info == 0 else { throw ModelError("the decomposition did not succeed") }
    return result
  }
}
