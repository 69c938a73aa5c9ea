package import WeirBase

/// Least squares with penalties on sizes and squares: minimises 1/(2W) Σ wᵢ (yᵢ - b - xᵢ·β)² + l1 Σ |βⱼ| + l2/2 Σ βⱼ²,
/// where W is the weight of all rows. The intercept b is not penalised. `l1` of `lasso` is scikit-learn's `alpha`; of
/// `elastic_net`, l1 = alpha · l1_ratio and l2 = alpha · (1 - l1_ratio).
///
/// Solved by coordinate descent (Friedman, Hastie, Tibshirani: "Regularization paths for generalized linear models via
/// coordinate descent", 2010) until the duality gap is below 1e-12 of the target's sum of squares, or no step changes
/// anything. Of equal columns the first gets the coefficient.
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
    let coefficients: [Double]
    if l1 == 0 {
      coefficients = l2 == 0
        ? try problem.solvedByMinimumNorm().solution : try problem.solvedByRidge(l2 * problem.totalWeight)
    } else {
      coefficients = try CoordinateDescent(problem, workers: context.workers).minimized(l1: l1, l2: l2, in: context)
    }
    return LinearModel(
      name: name, features: problem.design.names, coefficients: coefficients,
      intercept: problem.intercept(for: coefficients), inference: nil)
  }
}

/// The elastic net as products of columns, so that a round costs no look at the rows.
private struct CoordinateDescent {
  /// With more columns than this, products are computed for those that get a coefficient only.
  private static let mostProducts = 3000
  private static let partRows = 4096

  private let rows: Int
  private let width: Int
  /// The centred rows times the roots of their weights.
  private let values: [Double]
  /// Products of columns with the target, and of the target with itself, per unit of weight.
  private let start: [Double]
  private let whole: Double
  private let weight: Double
  private let workers: Workers
  private let squares: [Double]
  /// All products of columns, where there are not too many.
  private let all: [Double]?

  init(_ problem: LinearProblem, workers: Workers) throws {
    let n = problem.rowCount, p = problem.columnCount, weight = problem.totalWeight
    let roots = problem.weights.map { $0.map { $0.squareRoot() } }
    let means = problem.means, x = problem.design.values
    let values = [Double](unsafeUninitializedCapacity: n * p) { buffer, count in
      for i in 0..<n {
        let root = roots?[i] ?? 1
        for j in 0..<p { buffer[i * p + j] = root * (x[i * p + j] - means[j]) }
      }
      count = n * p
    }
    let target = (0..<n).map { i in (roots?[i] ?? 1) * (problem.target[i] - problem.targetMean) }
    start = try CoordinateDescent.products(values, n, p, with: target, 1, workers).map { $0 / weight }
    whole = target.reduce(0) { $0 + $1 * $1 } / weight
    if p <= CoordinateDescent.mostProducts {
      let gram = try CoordinateDescent.products(values, n, p, with: values, p, workers).map { $0 / weight }
      squares = (0..<p).map { gram[$0 * p + $0] }
      all = gram
    } else {
      squares = (0..<p).map { j in stride(from: j, to: n * p, by: p).reduce(0) { $0 + values[$1] * values[$1] } / weight }
      all = nil
    }
    (rows, width, self.values, self.weight, self.workers) = (n, p, values, weight, workers)
  }

  /// Xᵀ B in parts of so many rows, added up in their order.
  private static func products(
    _ x: [Double], _ n: Int, _ p: Int, with b: [Double], _ k: Int, _ workers: Workers
  ) throws -> [Double] {
    let parts = try workers.map((n + partRows - 1) / partRows) { part -> [Double] in
      let first = part * partRows, count = min(partRows, n - first)
      return try x.withUnsafeBufferPointer { x in
        try b.withUnsafeBufferPointer { b in
          guard let x = x.baseAddress, let b = b.baseAddress else { return [] }
          return try LinearAlgebra.transposedProduct(x + first * p, b + first * k, m: count, k: p, n: k)
        }
      }
    }
    var sum = [Double](repeating: 0, count: p * k)
    for part in parts { for place in part.indices { sum[place] += part[place] } }
    return sum
  }

  /// The products of column `j` with all columns.
  private func products(of j: Int, _ known: inout [Int: [Double]]) throws -> [Double] {
    if let all { return Array(all[j * width..<(j + 1) * width]) }
    if let column = known[j] { return column }
    let own = (0..<rows).map { values[$0 * width + j] }
    let column = try CoordinateDescent.products(values, rows, width, with: own, 1, workers).map { $0 / weight }
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
