package import WeirBase

/// Least squares with penalties on sizes and squares: minimises 1/(2W) Σ wᵢ (yᵢ - b - xᵢ·β)² + l1 Σ |βⱼ| + l2/2 Σ βⱼ²,
/// where W is the weight of all rows. The intercept b is not penalised. `l1` of `lasso` is scikit-learn's `alpha`; of
/// `elastic_net`, l1 = alpha · l1_ratio and l2 = alpha · (1 - l1_ratio).
///
/// Solved by coordinate descent (Friedman, Hastie, Tibshirani: "Regularization paths for generalized linear models via
/// coordinate descent", 2010) until the duality gap is below 1e-12 of the target's sum of squares, or no step changes
/// anything. Of equal columns the first gets the coefficient; a column of one number gets none.
package struct ElasticNet: Estimator {
  package static let archiveName = "elastic_net"
  /// The most rounds over all coefficients.
  static let mostRounds = 20_000

  package let l1: Double
  package let l2: Double
  package let intercept: Bool
  /// Written as `lasso`, which has no `l2`.
  package let isLasso: Bool

  package init(l1: Double, l2: Double, intercept: Bool = true, isLasso: Bool = false) throws {
    let name = isLasso ? "lasso" : "elastic_net"
    guard l1.isFinite, l1 >= 0 else { throw ModelError.settingBelowZero("l1", of: name, found: l1) }
    guard l2.isFinite, l2 >= 0 else { throw ModelError.settingBelowZero("l2", of: name, found: l2) }
    self.l1 = l1
    self.l2 = l2
    self.intercept = intercept
    self.isLasso = isLasso
  }

  package var name: String { isLasso ? "lasso" : "elastic_net" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] {
    let intercept = Setting("intercept", .bool(intercept), default: .bool(true))
    if isLasso { return [Setting("l1", .float(l1), default: .float(1)), intercept] }
    return [
      Setting("l1", .float(l1), default: .float(0.5)), Setting("l2", .float(l2), default: .float(0.5)), intercept,
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try ElasticNet(
        l1: archive.part("l1").asFloat(), l2: archive.part("l2").asFloat(), intercept: archive.part("intercept").asBool(),
        isLasso: archive.part("lasso").asBool())
    }
  }
  package var archive: Archive {
    .of(["l1": .float(l1), "l2": .float(l2), "intercept": .bool(intercept), "lasso": .bool(isLasso)])
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let problem = try LinearProblem(sample, for: name, intercept: intercept, workers: context.workers)
    try context.cancellation.check()
    guard l1 > 0 else {
      let step = try RidgeRegression(l2: l2 * problem.totalWeight, intercept: intercept)
      guard let model = try step.fit(sample, in: context) as? LinearModel else { return try step.fit(sample, in: context) }
      return LinearModel(
        name: name, features: model.features, coefficients: model.coefficients, intercept: model.intercept,
        inference: nil)
    }
    let descent = try CoordinateDescent(problem)
    return problem.model(
      name, try descent.minimized(l1: l1, l2: l2, in: context), means: descent.means, targetMean: descent.targetMean)
  }
}

/// The elastic net as products of columns, so that a round costs no look at the rows.
private struct CoordinateDescent {
  /// With more columns than this, products are computed for those that get a coefficient only.
  private static let mostProducts = 3000

  private let problem: LinearProblem
  private let width: Int
  let means: [Double]
  let targetMean: Double
  /// Products of columns with the target, and of the target with itself, per unit of weight.
  private let start: [Double]
  private let whole: Double
  private let weight: Double
  private let squares: [Double]
  /// All products of columns, where there are not too many.
  private let all: [Double]?

  init(_ problem: LinearProblem) throws {
    let p = problem.columnCount, weight = problem.totalWeight
    (self.problem, width, self.weight) = (problem, p, weight)
    if p <= CoordinateDescent.mostProducts {
      let moments = try LinearMoments(problem)
      var gram = moments.gram.map { $0 / weight }
      for i in 0..<p { for j in 0..<i { gram[j * p + i] = gram[i * p + j] } }
      (means, targetMean) = (moments.means, moments.targetMean)
      start = moments.cross.map { $0 / weight }
      whole = moments.targetSquares / weight
      squares = (0..<p).map { gram[$0 * p + $0] }
      all = gram
    } else {
      let means = try problem.means(), zeros = [Double](repeating: 0, count: p)
      (self.means, targetMean) = (means.columns, means.target)
      let found = try problem.features.residualProducts(
        zeros, start: means.target, target: problem.target, weights: problem.weights, less: means.columns,
        workers: problem.workers)
      start = found.products.map { $0 / weight }
      whole = found.squares / weight
      squares = try problem.workers.map(p) { j in
        let center = means.columns[j]
        return zip(problem.features.columns[j].indices, problem.features.columns[j]).reduce(0) { sum, place in
          sum + (problem.weights?[place.0] ?? 1) * (place.1 - center) * (place.1 - center)
        } / weight
      }
      all = nil
    }
  }

  /// The products of column `j` with all columns.
  private func products(of j: Int, _ known: inout [Int: [Double]]) throws -> [Double] {
    if let all { return Array(all[j * width..<(j + 1) * width]) }
    if let column = known[j] { return column }
    let zeros = [Double](repeating: 0, count: width)
    let column = try problem.features.residualProducts(
      zeros, start: means[j], target: problem.features.columns[j], weights: problem.weights, less: means,
      workers: problem.workers
    ).products.map { $0 / weight }
    known[j] = column
    return column
  }

  func minimized(l1: Double, l2: Double, in context: FitContext) throws -> [Double] {
    let p = width
    var beta = [Double](repeating: 0, count: p)
    // Products of columns with the residual.
    var slopes = start
    guard whole > 0 else { return beta }
    var known: [Int: [Double]] = [:]
    for round in 0..<ElasticNet.mostRounds {
      try context.cancellation.check()
      var greatestStep = 0.0
      for j in 0..<p where squares[j] > 0 {
        let raw = slopes[j] + squares[j] * beta[j]
        let next = raw > l1 ? (raw - l1) / (squares[j] + l2) : raw < -l1 ? (raw + l1) / (squares[j] + l2) : 0
        let step = next - beta[j]
        if step == 0 { continue }
        let column = try products(of: j, &known)
        for k in 0..<p { slopes[k] -= step * column[k] }
        beta[j] = next
        greatestStep = max(greatestStep, step * step * squares[j])
      }
      // Steps that change the value in its last digits only go on for ever.
      if greatestStep <= 1e-30 * whole { break }
      if round % 5 == 4 || greatestStep < 1e-24 * whole {
        if gap(beta, slopes, l1: l1, l2: l2) <= 1e-12 * whole { break }
      }
    }
    return beta
  }

  /// How far the value may lie above the least one (scikit-learn's duality gap, per unit of weight).
  private func gap(_ beta: [Double], _ slopes: [Double], l1: Double, l2: Double) -> Double {
    var residual = whole, sizes = 0.0, square = 0.0, fitted = 0.0, greatest = 0.0
    for j in beta.indices {
      // Σ r² = Σ y² - β·(Xᵀy + Xᵀr), and Xᵀr is at hand.
      residual -= beta[j] * (start[j] + slopes[j])
      fitted += beta[j] * start[j]
      sizes += abs(beta[j])
      square += beta[j] * beta[j]
      greatest = max(greatest, abs(slopes[j] - l2 * beta[j]))
    }
    residual = max(residual, 0)
    let scale = greatest > l1 ? l1 / greatest : 1
    let crossed = whole - fitted
    return 0.5 * residual * (1 + scale * scale) + l1 * sizes - scale * crossed + 0.5 * l2 * (1 + scale * scale) * square
  }
}
