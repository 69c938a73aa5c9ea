package import WeirBase

/// Least squares with a penalty: minimises Σ wᵢ (yᵢ - b - xᵢ·β)² + l2 · Σ βⱼ². The intercept b is not penalised.
///
/// Many rows are solved by the normal equations where they lose no digits, else by QR; a penalty of none is `linear`.
package struct RidgeRegression: Estimator {
  package static let archiveName = "ridge"
  package let l2: Double
  package let intercept: Bool

  package init(l2: Double = 1, intercept: Bool = true) throws {
    guard l2.isFinite, l2 >= 0 else { throw ModelError.settingBelowZero("l2", of: "ridge", found: l2) }
    self.l2 = l2
    self.intercept = intercept
  }

  package var name: String { "ridge" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] {
    [Setting("l2", .float(l2), default: .float(1)), Setting("intercept", .bool(intercept), default: .bool(true))]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try RidgeRegression(l2: archive.part("l2").asFloat(), intercept: archive.part("intercept").asBool())
    }
  }
  package var archive: Archive { .of(["l2": .float(l2), "intercept": .bool(intercept)]) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let problem = try LinearProblem(sample, for: name, intercept: intercept, workers: context.workers)
    try context.cancellation.check()
    if problem.isTall {
      let moments = try LinearMoments(problem)
      if let solution = try problem.solvedByMoments(moments, l2: l2) {
        return problem.model(name, solution.coefficients, means: moments.means, targetMean: moments.targetMean)
      }
    }
    guard l2 == 0 else { return try problem.solvedByRidge(l2, name: name) }
    if problem.rowCount >= problem.width, let model = try problem.solvedByQR(name: name) {
      return LinearModel(
        name: name, features: model.features, coefficients: model.coefficients, intercept: model.intercept,
        inference: nil)
    }
    return try problem.solvedByMinimumNorm(name: name)
  }
}

extension LinearProblem {
  /// Appends √l2 times the identity to the centred design and solves by QR, which squares no condition number; more
  /// columns than rows are first turned into as many as there are rows.
  func solvedByRidge(_ l2: Double, name: String) throws -> LinearModel {
    let n = rowCount, p = columnCount
    try LinearAlgebra.checkSize(n + p, min(n, p))
    let means = try means()
    let y = target.indices.map { i in (weights.map { $0[i].squareRoot() } ?? 1) * (target[i] - means.target) }
    func model(_ coefficients: [Double]) -> LinearModel {
      self.model(name, coefficients, means: means.columns, targetMean: means.target)
    }
    let x = centered(means.columns)
    if p > n {
      guard let coefficients = try dualRidge(x, l2, y) else { return try solvedByMinimumNorm(name: name) }
      return model(coefficients)
    }
    let r = try reducedByQR(x, y)
    let root = l2.squareRoot(), k = r.rows
    var a = [Double](repeating: 0, count: (k + p) * p)
    for j in 0..<p {
      for i in 0..<min(k, j + 1) { a[j * (k + p) + i] = r.triangle[j * k + i] }
      a[j * (k + p) + k + j] = root
    }
    let right = r.right + [Double](repeating: 0, count: p)
    if let result = try LeastSquares.byQR(a, right, rows: k + p, columns: p) { return model(result.solution) }
    return model(try LeastSquares.minimumNorm(a, right, rows: k + p, columns: p).solution)
  }

  /// The centred, weighted design by columns.
  private func centered(_ means: [Double]) -> [Double] {
    let n = rowCount
    return [Double](filling: n * columnCount) { buffer in
      guard let weights else { return features.write(0..<n, less: means, to: buffer) }
      weights.map { $0.squareRoot() }.withUnsafeBufferPointer {
        features.write(0..<n, less: means, times: $0.baseAddress, to: buffer)
      }
    }
  }

  /// R and the first part of Qᵀy of the centred design: the same problem in p rows.
  private func reducedByQR(_ x: [Double], _ y: [Double]) throws -> (triangle: [Double], right: [Double], rows: Int) {
    let n = rowCount, p = columnCount
    // With y as a last column, R's last column is Qᵀy.
    let (packed, _) = try OrthogonalFactors.factor(x + y, rows: n, columns: p + 1)
    var triangle = [Double](repeating: 0, count: p * p)
    for j in 0..<p { for i in 0...j { triangle[j * p + i] = packed[j * n + i] } }
    return (triangle, (0..<p).map { packed[p * n + $0] }, p)
  }

  /// β = Xᵀ (XXᵀ + l2 I)⁻¹ y, for more columns than rows; nil for so small a penalty that the kernel is singular: its
  /// limit is the solution of minimal length. X column-major is its transpose row-major.
  private func dualRidge(_ x: [Double], _ l2: Double, _ y: [Double]) throws -> [Double]? {
    let n = rowCount, p = columnCount
    return try x.withUnsafeBufferPointer { x -> [Double]? in
      guard let x = x.baseAddress else { return nil }
      var kernel = try LinearAlgebra.gram(x, m: p, k: n)
      for i in 0..<n { kernel[i * n + i] += l2 }
      guard let dual = try LinearAlgebra.solvePositive(kernel, size: n, y) else { return nil }
      return try dual.withUnsafeBufferPointer { dual in
        guard let dual = dual.baseAddress else { return nil }
        return try LinearAlgebra.product(x, dual, m: p, k: n, n: 1)
      }
    }
  }
}
