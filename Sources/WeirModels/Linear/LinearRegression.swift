package import WeirBase
import WeirTables

/// Least squares: minimises Σ wᵢ (yᵢ - b - xᵢ·β)².
///
/// Many rows are solved by the normal equations, mended with residuals of the rows, unless columns depend on each other so
/// much that digits would be lost; those, and few rows, by QR with refinement. Where columns depend on each other
/// entirely, or there are fewer rows than columns, the solution with the smallest Σ βⱼ² is taken and nothing is said about
/// standard errors. A weight counts as repeated rows. A constant target gives its value and coefficients of zero.
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
    if problem.isTall {
      let moments = try LinearMoments(problem)
      if let solution = try problem.solvedByMoments(moments) {
        return problem.model(
          name, solution.coefficients, means: moments.means, targetMean: moments.targetMean,
          inference: try problem.inference(solution, moments))
      }
    }
    if problem.rowCount >= problem.width, let model = try problem.solvedByQR(name: name) { return model }
    return try problem.solvedByMinimumNorm(name: name)
  }
}

extension LinearProblem {
  /// The design by columns, with a first column of ones for `ones`; rows times √w.
  private func columns(less means: [Double]?, ones: Bool) -> [Double] {
    let n = rowCount, p = columnCount, first = ones ? 1 : 0
    let roots = weights.map { $0.map { $0.squareRoot() } }
    return [Double](filling: n * (p + first)) { a in
      if ones {
        if let roots { roots.withUnsafeBufferPointer { if let x = $0.baseAddress { a.update(from: x, count: n) } } }
        else { a.update(repeating: 1, count: n) }
      }
      let centers = means ?? [Double](repeating: 0, count: p), start = a + first * n
      if let roots {
        roots.withUnsafeBufferPointer { features.write(0..<n, less: centers, times: $0.baseAddress, to: start) }
      } else {
        features.write(0..<n, less: centers, to: start)
      }
    }
  }

  private func right(less mean: Double) -> [Double] {
    guard let weights else { return mean == 0 ? target : target.map { $0 - mean } }
    return zip(target, weights).map { ($0 - mean) * $1.squareRoot() }
  }

  func solvedByQR(name: String) throws -> LinearModel? {
    guard
      let result = try LeastSquares.byQR(
        columns(less: nil, ones: hasIntercept), right(less: 0), rows: rowCount, columns: width)
    else { return nil }
    let first = hasIntercept ? 1 : 0
    return LinearModel(
      name: name, features: features.names, coefficients: Array(result.solution[first...]),
      intercept: hasIntercept ? result.solution[0] : 0, inference: try inference(result))
  }

  func solvedByMinimumNorm(name: String) throws -> LinearModel {
    let means = try means()
    let result = try LeastSquares.minimumNorm(
      columns(less: means.columns, ones: false), right(less: means.target), rows: rowCount, columns: columnCount)
    return model(name, result.solution, means: means.columns, targetMean: means.target)
  }

  private func inference(_ result: LeastSquares) throws -> LinearModel.Inference? {
    guard let diagonal = result.inverseDiagonal else { return nil }
    let mean = try means().target
    var total = 0.0
    for i in 0..<rowCount {
      let distance = target[i] - mean
      total += (weights?[i] ?? 1) * distance * distance
    }
    let first = hasIntercept ? 1 : 0
    return inference(
      squares: result.residualSquares, total: total, diagonal: Array(diagonal[first...]),
      first: hasIntercept ? diagonal[0] : nil)
  }

  fileprivate func inference(_ solution: MomentSolution, _ moments: LinearMoments) throws -> LinearModel.Inference? {
    inference(
      squares: solution.residualSquares, total: moments.targetSquares, diagonal: try solution.factor.inverseDiagonal(),
      first: hasIntercept ? try 1 / moments.weight + solution.factor.inverseForm(moments.means) : nil)
  }

  /// `diagonal` and `first` are variances of the coefficients and of the intercept where errors have a variance of one.
  private func inference(squares: Double, total: Double, diagonal: [Double], first: Double?) -> LinearModel.Inference? {
    let freedom = totalWeight - Double(width)
    guard freedom > 0 else { return nil }
    let variance = squares / freedom
    return LinearModel.Inference(
      standardErrors: diagonal.map { ($0 * variance).squareRoot() },
      interceptError: first.map { ($0 * variance).squareRoot() }, freedom: freedom,
      residualError: variance.squareRoot(), r2: total > 0 ? 1 - squares / total : nil)
  }
}
