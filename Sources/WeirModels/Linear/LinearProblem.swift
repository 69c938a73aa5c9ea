import WeirBase
import WeirTables

/// Features and target of a linear model, with the rows of weight zero left out.
struct LinearProblem {
  let features: FeatureColumns
  let target: [Double]
  let weights: [Double]?
  let hasIntercept: Bool
  let workers: Workers

  var rowCount: Int { features.rowCount }
  var columnCount: Int { features.featureCount }
  /// The number of parameters.
  var width: Int { columnCount + (hasIntercept ? 1 : 0) }
  var totalWeight: Double { weights?.reduce(0, +) ?? Double(rowCount) }

  init(_ sample: TrainingSample, for step: String, intercept: Bool, workers: Workers) throws {
    let all = try FeatureColumns(sample.features, for: step, workers: workers)
    let numbers = try sample.numbers(for: step)
    guard all.rowCount > 0 else { throw ModelError.noRows(step) }
    let given = try sample.checkedWeights(for: step)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    features = try all.keeping(kept, workers: workers)
    target = kept.map { $0.map { numbers[$0] } } ?? numbers
    weights = given.map { $0.filter { $0 > 0 } }
    hasIntercept = intercept
    self.workers = workers
    try LinearAlgebra.checkSize(features.rowCount, features.featureCount + 1)
  }

  /// Weighted means of the columns, and of the target; zeros without an intercept.
  func means() throws -> (columns: [Double], target: Double) {
    guard hasIntercept else { return ([Double](repeating: 0, count: columnCount), 0) }
    return (
      try features.means(weights: weights, workers: workers),
      try columnMeans(target, rows: target.count, columns: 1, weights: weights, workers: workers)[0])
  }

  /// A model of coefficients of the centred problem.
  func model(
    _ name: String, _ coefficients: [Double], means: [Double], targetMean: Double,
    inference: LinearModel.Inference? = nil
  ) -> LinearModel {
    LinearModel(
      name: name, features: features.names, coefficients: coefficients,
      intercept: hasIntercept ? targetMean - zip(means, coefficients).reduce(0) { $0 + $1.0 * $1.1 } : 0,
      inference: inference)
  }
}

/// Products of the centred columns of a linear problem with each other and with the target: all that least squares with
/// penalties need to know of the rows.
struct LinearMoments {
  let weight: Double
  /// Zeros without an intercept.
  let means: [Double]
  let targetMean: Double
  /// The lower triangle, row-major, of the columns' products.
  let gram: [Double]
  let cross: [Double]
  let targetSquares: Double

  /// Products are taken around the means of a few rows, which is as good as around the means themselves unless those lie
  /// far away: then again around what was found.
  init(_ problem: LinearProblem) throws {
    let p = problem.columnCount, width = p + (problem.hasIntercept ? 2 : 1)
    let roots = problem.weights.map { $0.map { $0.squareRoot() } }
    var centers = [Double](repeating: 0, count: p), targetCenter = 0.0
    if problem.hasIntercept {
      let step = max(1, problem.rowCount / 512), sampled = Array(stride(from: 0, to: problem.rowCount, by: step))
      func near(_ x: [Double]) -> Double {
        let first = x[0], mean = sampled.reduce(0) { $0 + (x[$1] - first) } / Double(sampled.count)
        return first + mean
      }
      centers = problem.features.columns.map(near)
      targetCenter = near(problem.target)
    }
    var isLast = !problem.hasIntercept
    while true {
      let shifted = targetCenter == 0 ? problem.target : problem.target.map { $0 - targetCenter }
      var full = try problem.features.gram(
        less: centers, extra: problem.hasIntercept ? [shifted, nil] : [shifted], factors: roots,
        workers: problem.workers)
      guard (0..<width).allSatisfy({ full[$0 * width + $0].isFinite }) else {
        throw ModelError("the features hold numbers too large to square", mend: "put `standardize()` before")
      }
      var isFar = false
      if problem.hasIntercept {
        let total = full[width * width - 1]
        let distances = (0...p).map { full[(p + 1) * width + $0] / total }
        for i in 0...p {
          let before = full[i * width + i]
          for j in 0...i { full[i * width + j] -= total * distances[i] * distances[j] }
          if full[i * width + i] < 0.01 * before { isFar = true }
        }
        for j in 0..<p { centers[j] += distances[j] }
        targetCenter += distances[p]
      }
      if isLast || !isFar {
        // What is left of a column of one number is rounding.
        for j in 0..<p where full[j * width + j] <= problem.constantSquares(around: centers[j]) {
          for i in 0...p { full[max(i, j) * width + min(i, j)] = 0 }
        }
        weight = problem.totalWeight
        means = centers
        targetMean = targetCenter
        targetSquares = max(0, full[p * width + p])
        cross = (0..<p).map { full[p * width + $0] }
        gram = (0..<p).flatMap { full[$0 * width..<$0 * width + p] }
        return
      }
      isLast = true
    }
  }
}

extension LinearProblem {
  /// The most that squares around the mean of a column of one number can add up to.
  fileprivate func constantSquares(around mean: Double) -> Double {
    guard hasIntercept else { return 0 }
    let step = 4 * mean.ulp
    return totalWeight * step * step
  }

  /// Whether the normal equations are worth forming: many more rows than columns, and more than the small problems, which
  /// are solved with more care.
  var isTall: Bool { rowCount >= 4 * width && rowCount * width > 1 << 16 && columnCount <= 2000 }

  /// Solves (G + l2) β = c by Cholesky and mends the rounding with residuals of the rows; nil where the columns depend on
  /// each other so much that its digits could not be relied on. (Björck 1987, "Stability analysis of the method of
  /// seminormal equations for linear least squares problems".)
  func solvedByMoments(_ moments: LinearMoments, l2: Double = 0) throws -> MomentSolution? {
    let p = columnCount
    var matrix = moments.gram
    if l2 > 0 { for j in 0..<p { matrix[j * p + j] += l2 } }
    guard let factor = try PositiveFactor(matrix, size: p), factor.reciprocalCondition > 1e-4 else { return nil }
    var beta = try factor.solve(moments.cross), squares = 0.0
    for _ in 0..<3 {
      let found = try features.residualProducts(
        beta, start: moments.targetMean, target: target, weights: weights, less: moments.means, workers: workers)
      squares = found.squares
      let step = try factor.solve((0..<p).map { found.products[$0] - l2 * beta[$0] })
      let size = sqrtOfSum(zip(step, factorScale(moments)).map { $0 * $1 })
      let whole = sqrtOfSum(zip(beta, factorScale(moments)).map { $0 * $1 })
      guard size.isFinite else { return nil }
      for j in 0..<p { beta[j] += step[j] }
      if size <= 1e-8 * whole { break }
    }
    return MomentSolution(coefficients: beta, residualSquares: squares, factor: factor)
  }

  private func factorScale(_ moments: LinearMoments) -> [Double] {
    let p = columnCount
    return (0..<p).map { moments.gram[$0 * p + $0].squareRoot() }
  }

  private func sqrtOfSum(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

/// Coefficients of the centred problem, with what inference needs.
struct MomentSolution {
  let coefficients: [Double]
  let residualSquares: Double
  let factor: PositiveFactor
}
