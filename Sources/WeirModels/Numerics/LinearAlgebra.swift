import WeirBase
import COpenBLAS

/// Products and factorisations by the system's OpenBLAS, on flat arrays of doubles.
///
/// OpenBLAS runs on one thread here: parallel work splits the rows above it, so that the bytes do not depend on how many
/// threads there are.
enum LinearAlgebra {
  /// Touched before each call, so that the library's own threads are off whatever is called first.
  static let singleThreaded: Void = MatrixProduct.singleThreaded

  /// A dimension as LAPACK takes it.
  static func dimension(_ count: Int) throws -> Int32 {
    guard let small = Int32(exactly: count), small >= 0 else {
      throw ModelError("the data are too large for this model: \(count) rows or columns")
    }
    return small
  }

  /// Throws where `count` numbers of 8 bytes are more than a model should allocate.
  static func checkSize(_ rows: Int, _ columns: Int) throws {
    let (size, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard !overflow, size <= 1 << 31 else {
      throw ModelError("the data are too large for this model: \(rows) rows and \(columns) columns")
    }
  }

  /// A (m x k) times B (k x n), row-major; `transposedB` means that B is stored n x k.
  static func product(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, m: Int, k: Int, n: Int, transposedB: Bool = false
  ) throws -> [Double] {
    guard m > 0, n > 0 else { return [] }
    guard k > 0 else { return [Double](repeating: 0, count: m * n) }
    for size in [m, k, n] { _ = try dimension(size) }
    return [Double](unsafeUninitializedCapacity: m * n) { buffer, count in
      guard let out = buffer.baseAddress else { return }
      MatrixProduct.compute(m, n, k, a, k, b, transposedB ? k : n, transposedB: transposedB, into: out, n)
      count = m * n
    }
  }

  /// The transpose of A (m x k) times B (m x n), row-major: k x n.
  static func transposedProduct(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, m: Int, k: Int, n: Int
  ) throws -> [Double] {
    guard m > 0, k > 0, n > 0 else { return [Double](repeating: 0, count: k * n) }
    for size in [m, k, n] { _ = try dimension(size) }
    return [Double](unsafeUninitializedCapacity: k * n) { buffer, count in
      guard let out = buffer.baseAddress else { return }
      MatrixProduct.compute(k, n, m, a, k, transposed: true, b, n, into: out, n)
      count = k * n
    }
  }

  /// The lower triangle (row-major) of the transpose of A (m x k) times A; the rest is zero.
  static func gram(_ a: UnsafePointer<Double>, m: Int, k: Int) throws -> [Double] {
    var result = [Double](repeating: 0, count: k * k)
    guard m > 0, k > 0 else { return result }
    for size in [m, k] { _ = try dimension(size) }
    MatrixProduct.addGram(a, k, rows: m, columns: k, to: &result, k)
    return result
  }

  /// Solves a positive definite system by Cholesky; nil where the matrix is not positive definite to working precision.
  /// `lower` is the lower triangle, row-major.
  static func solvePositive(_ lower: [Double], size: Int, _ right: [Double]) throws -> [Double]? {
    guard size > 0 else { return [] }
    _ = singleThreaded
    var factor = lower, solution = right
    var n = try dimension(size), columns: Int32 = 1, info: Int32 = 0
    // Row-major lower is column-major upper.
    var leading = n
    dpotrf_("U", &n, &factor, &leading, &info)
    guard info == 0 else { return nil }
    dpotrs_("U", &n, &columns, &factor, &leading, &solution, &n, &info)
    guard info == 0, solution.allSatisfy(\.isFinite) else { return nil }
    return solution
  }
}
