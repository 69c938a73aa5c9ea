package import WeirBase
import WeirTables

/// Least squares: minimises Σ wᵢ (yᵢ - b - xᵢ·β)².
///
/// Solved by QR with refinement. Where columns depend on each other, or there are fewer rows than columns, the solution
/// with the smallest Σ βⱼ² is taken and nothing is said about standard errors. A weight counts as repeated rows.
package struct LinearRegression: Estimator {
  package static let archiveName = "linear"
  package let intercept: Bool

  package init(intercept: Bool = true) { self.intercept = intercept }

  package var name: String { "linear" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] { [Setting("intercept", .bool(intercept), default: .bool(true))] }

  package init(archive: Archive) throws { intercept = try archive.part("intercept").asBool() }
  package var archive: Archive { .of(["intercept": .bool(intercept)]) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let problem = try LinearProblem(sample, for: name, intercept: intercept, workers: context.workers)
    try context.cancellation.check()
    if problem.rowCount >= problem.width, let model = try problem.solvedByQR(name: name) { return model }
    let solution = try problem.solvedByMinimumNorm()
    return LinearModel(
      name: name, features: problem.design.names, coefficients: solution.solution,
      intercept: problem.intercept(for: solution.solution), inference: nil)
  }
}

/// Features and target of a linear model, with the rows of weight zero left out.
struct LinearProblem {
  let design: Design
  let target: [Double]
  let weights: [Double]?
  let hasIntercept: Bool
  /// Weighted means; zero without an intercept.
  let means: [Double]
  let targetMean: Double

  var rowCount: Int { design.rowCount }
  var columnCount: Int { design.featureCount }
  /// The number of parameters.
  var width: Int { columnCount + (hasIntercept ? 1 : 0) }
  var totalWeight: Double { weights?.reduce(0, +) ?? Double(rowCount) }

  init(_ sample: TrainingSample, for step: String, intercept: Bool, workers: Workers) throws {
    let all = try Design(sample.features, for: step, workers: workers)
    let numbers = try sample.numbers(for: step)
    guard all.rowCount > 0 else { throw ModelError.noRows(step) }
    let given = try sample.checkedWeights(for: step)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    design = all.keeping(kept)
    target = kept.map { $0.map { numbers[$0] } } ?? numbers
    weights = given.map { $0.filter { $0 > 0 } }
    hasIntercept = intercept
    means = intercept
      ? try columnMeans(
        design.values, rows: design.rowCount, columns: design.featureCount, weights: weights, workers: workers)
      : [Double](repeating: 0, count: design.featureCount)
    targetMean = intercept
      ? try columnMeans(target, rows: target.count, columns: 1, weights: weights, workers: workers)[0] : 0
    try LinearAlgebra.checkSize(design.rowCount, design.featureCount + 1)
  }

  /// The intercept that goes with coefficients of the centred problem.
  func intercept(for coefficients: [Double]) -> Double {
    guard hasIntercept else { return 0 }
    return targetMean - zip(means, coefficients).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The design by columns, with a first column of ones where there is an intercept; rows times √w.
  private func columns(centered: Bool) -> [Double] {
    let n = rowCount, p = columnCount, first = hasIntercept && !centered ? 1 : 0
    var a = [Double](repeating: 0, count: n * (p + first))
    design.values.withUnsafeBufferPointer { x in
      for i in 0..<n {
        let root = weights.map { $0[i].squareRoot() } ?? 1
        if first == 1 { a[i] = root }
        for j in 0..<p { a[(j + first) * n + i] = root * (centered ? x[i * p + j] - means[j] : x[i * p + j]) }
      }
    }
    return a
  }

  private func right(centered: Bool) -> [Double] {
    target.indices.map { i in
      (weights.map { $0[i].squareRoot() } ?? 1) * (centered ? target[i] - targetMean : target[i])
    }
  }

  func solvedByQR(name: String) throws -> LinearModel? {
    guard
      let result = try LeastSquares.byQR(
        columns(centered: false), right(centered: false), rows: rowCount, columns: width)
    else { return nil }
    let first = hasIntercept ? 1 : 0
    return LinearModel(
      name: name, features: design.names, coefficients: Array(result.solution[first...]),
      intercept: hasIntercept ? result.solution[0] : 0, inference: inference(result))
  }

  func solvedByMinimumNorm() throws -> LeastSquares {
    try LeastSquares.minimumNorm(
      columns(centered: true), right(centered: true), rows: rowCount, columns: columnCount)
  }

  private func inference(_ result: LeastSquares) -> LinearModel.Inference? {
    let freedom = totalWeight - Double(width)
    guard freedom > 0, let diagonal = result.inverseDiagonal else { return nil }
    let variance = result.residualSquares / freedom
    var total = 0.0
    for i in 0..<rowCount {
      let distance = target[i] - targetMean
      total += (weights?[i] ?? 1) * distance * distance
    }
    let first = hasIntercept ? 1 : 0
    return LinearModel.Inference(
      standardErrors: diagonal[first...].map { ($0 * variance).squareRoot() },
      interceptError: hasIntercept ? (diagonal[0] * variance).squareRoot() : nil,
      freedom: freedom, residualError: variance.squareRoot(),
      r2: total > 0 ? 1 - result.residualSquares / total : nil)
  }
}

extension Design {
  /// The rows of these numbers; all for nil.
  func keeping(_ rows: [Int]?) -> Design {
    guard let rows, rows.count < rowCount else { return self }
    var kept: [Double] = []
    kept.reserveCapacity(rows.count * featureCount)
    for row in rows { kept.append(contentsOf: self.row(row)) }
    return Design(names: names, rowCount: rows.count, values: kept)
  }
}
