import WeirBase

/// Means of columns and the products of what lies about them, in one look at the rows where that is good to all digits.
struct CovarianceMoments: Sendable {
  let means: [Double]
  /// The lower triangle, row-major.
  let products: [Double]

  /// Products are taken around the means of a few rows, and then around what was found where those lay far away; nil for rows
  /// that weigh nothing.
  init?(_ columns: FeatureColumns, weights: [Double]?, in context: FitContext) throws {
    let p = columns.featureCount, n = columns.rowCount, width = p + 1, step = max(1, n / 512)
    try LinearAlgebra.checkSize(n, width)
    let roots = weights.map { $0.map { $0.squareRoot() } }
    var centers = columns.columns.map { x in
      let sampled = stride(from: 0, to: n, by: step), first = x[0]
      return first + sampled.reduce(0) { $0 + (x[$1] - first) } / Double((n + step - 1) / step)
    }
    guard centers.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to square") }
    var isLast = false
    while true {
      var full = try columns.gram(
        less: centers, extra: [nil], factors: roots, workers: context.workers, cancellation: context.cancellation)
      let total = full[width * width - 1]
      guard total > 0 else { return nil }
      let distances = (0..<p).map { full[p * width + $0] / total }
      var isFar = false
      for i in 0..<p {
        let before = full[i * width + i]
        for j in 0...i { full[i * width + j] -= total * distances[i] * distances[j] }
        // A column of one number lies on its center.
        if full[i * width + i] < 0.01 * before, distances[i] != 0 { isFar = true }
      }
      let moved = zip(centers, distances).map { $0 + $1 }
      guard isFar, !isLast else {
        means = moved
        products = (0..<p).flatMap { full[$0 * width..<$0 * width + p] }
        return
      }
      centers = moved
      isLast = true
    }
  }
}
