import COpenBLAS

/// The singular value decomposition.
enum SingularValues {
  /// The singular values of A (column-major m x n), largest first, and Vᵀ (column-major, as many rows as there are
  /// values).
  static func decompose(_ matrix: [Double], rows m: Int, columns n: Int) throws -> (values: [Double], right: [Double]) {
    let k = min(m, n)
    guard k > 0 else { return ([], []) }
    guard matrix.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to square") }
    _ = LinearAlgebra.singleThreaded
    var a = matrix, values = [Double](repeating: 0, count: k)
    var left = [Double](repeating: 0, count: m * k), right = [Double](repeating: 0, count: k * n)
    var rows = try LinearAlgebra.dimension(m), columns = try LinearAlgebra.dimension(n)
    var leading = rows, leadingLeft = rows, leadingRight = try LinearAlgebra.dimension(k), info: Int32 = 0
    var work: [Double] = [0], length: Int32 = -1
    var integers = [Int32](repeating: 0, count: 8 * k)
    for _ in 0..<2 {
      dgesdd_(
        "S", &rows, &columns, &a, &leading, &values, &left, &leadingLeft, &right, &leadingRight, &work, &length,
        &integers, &info)
      if length == -1 {
        // The first call only asks how much room it needs.
        length = Int32(max(1, min(work[0], 2e9)))
        work = [Double](repeating: 0, count: Int(length))
      }
    }
    guard info == 0 else { throw ModelError("the decomposition did not converge") }
    return (values, right)
  }
}
