import COpenBLAS
import WeirBase

/// How principal components are found.
package enum ComponentSolver: String, Sendable, CaseIterable {
  /// What is quick for the shape of the data and as good to ten digits: by the covariances where there are many rows and
  /// few columns and these show all directions (which is tried before the others), at random for few directions of large data, and whole otherwise.
  case auto
  /// All directions, by QR of the rows and singular values of R.
  case full
  /// The leading directions, from random ones (Halko, Martinsson and Tropp 2011).
  case randomized
}

/// The leading singular values of centred rows, the right vectors (values x columns) and the sum of all squares.
struct LeadingDirections: Sendable {
  var values: [Double]
  var vectors: [Double]
  var squareSum: Double

  static func find(
    _ rows: CenteredRows, count k: Int, solver: ComponentSolver, random: RandomStream
  ) throws -> LeadingDirections {
    let n = rows.rows, p = rows.columns, least = min(n, p)
    switch solver {
    case .full: return try whole(rows, k)
    case .randomized: return try drawn(rows, k, random)
    case .auto:
      if max(n, p) > 500, 5 * k < 4 * least, least > 2 * (k + 10) { return try drawn(rows, k, random) }
      return try whole(rows, k)
    }
  }

  private static func whole(_ rows: CenteredRows, _ k: Int) throws -> LeadingDirections {
    let p = rows.columns
    let triangle = rows.rows > p ? try rows.triangle() : nil
    let (values, right) = try SingularValues.decompose(
      triangle ?? rows.transposed(), rows: triangle == nil ? rows.rows : p, columns: p)
    var vectors: [Double] = []
    for c in 0..<k { for j in 0..<p { vectors.append(right[j * values.count + c]) } }
    return LeadingDirections(
      values: Array(values.prefix(k)), vectors: vectors, squareSum: values.reduce(0) { $0 + $1 * $1 })
  }

  /// From the eigenvectors of the products of `p` columns. These lose digits where directions are much weaker than the first:
  /// nil then.
  static func byCovariance(_ products: [Double], columns p: Int, _ k: Int) throws -> LeadingDirections? {
    var gram = products
    guard gram.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to square") }
    let squareSum = (0..<p).reduce(0.0) { $0 + gram[$1 * p + $1] }
    var size = try LinearAlgebra.dimension(p), values = [Double](repeating: 0, count: p), info: Int32 = 0
    var work: [Double] = [0], length: Int32 = -1, integers: [Int32] = [0], integerLength: Int32 = -1
    for _ in 0..<2 {
      // Row-major lower is column-major upper. The first call only asks how much room it needs.
      dsyevd_("V", "U", &size, &gram, &size, &values, &work, &length, &integers, &integerLength, &info)
      if length == -1 {
        (length, integerLength) = (Int32(max(1, min(work[0], 2e9))), max(1, integers[0]))
        work = [Double](repeating: 0, count: Int(length))
        integers = [Int32](repeating: 0, count: Int(integerLength))
      }
    }
    guard info == 0 else { return nil }
    let leading = (0..<k).map { values[p - 1 - $0] }
    guard let first = leading.first, let last = leading.last, first > 0, last >= 1e-6 * first else { return nil }
    return LeadingDirections(
      values: leading.map { $0.squareRoot() },
      vectors: (0..<k).flatMap { c in gram[(p - 1 - c) * p..<(p - c) * p] }, squareSum: squareSum)
  }

  /// Directions that are multiplied by the covariances several times lean to the leading ones; of those that a few more
  /// than `k` span, the best are taken.
  private static func drawn(_ rows: CenteredRows, _ k: Int, _ random: RandomStream) throws -> LeadingDirections {
    let p = rows.columns, least = min(rows.rows, p), width = min(k + 10, least)
    let turns = 10 * k < least ? 7 : 4
    var stream = random
    var directions = (0..<p * width).map { _ in stream.nextNormal() }
    for _ in 0..<turns { directions = try orthogonal(rows.twice(directions, width: width), rows: p, columns: width) }
    guard let triangle = try rows.triangle(times: directions, width: width) else { return try whole(rows, k) }
    let (values, right) = try SingularValues.decompose(triangle, rows: width, columns: width)
    var vectors = [Double](repeating: 0, count: k * p)
    for c in 0..<k {
      for j in 0..<p {
        vectors[c * p + j] = (0..<width).reduce(0.0) { $0 + directions[j * width + $1] * right[$1 * values.count + c] }
      }
    }
    return LeadingDirections(values: Array(values.prefix(k)), vectors: vectors, squareSum: try rows.squareSum())
  }

  /// Q of QR, of and as row-major matrices.
  private static func orthogonal(_ matrix: [Double], rows m: Int, columns n: Int) throws -> [Double] {
    guard matrix.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to square") }
    var columns = [Double](repeating: 0, count: m * n)
    for i in 0..<m { for j in 0..<n { columns[j * m + i] = matrix[i * n + j] } }
    let q = try OrthogonalFactors.orthogonal(columns, rows: m, columns: n)
    var out = [Double](repeating: 0, count: m * n)
    for i in 0..<m { for j in 0..<n { out[i * n + j] = q[j * m + i] } }
    return out
  }
}
