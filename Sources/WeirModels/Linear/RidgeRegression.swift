import COpenBLAS
package import WeirBase

/// Least squares with a penalty: minimises Σ wᵢ (yᵢ - b - xᵢ·β)² + l2 · Σ βⱼ². The intercept b is not penalised.
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
    let coefficients: [Double]
    if l2 == 0 {
      if problem.rowCount >= problem.width, let model = try problem.solvedByQR(name: name) {
        return LinearModel(
          name: name, features: model.features, coefficients: model.coefficients, intercept: model.intercept,
          inference: nil)
      }
      coefficients = try problem.solvedByMinimumNorm().solution
    } else {
      coefficients = try problem.solvedByRidge(l2)
    }
    return LinearModel(
      name: name, features: problem.design.names, coefficients: coefficients,
      intercept: problem.intercept(for: coefficients), inference: nil)
  }
}

extension LinearProblem {
  /// Appends √l2 times the identity to the centred design and solves by QR, which squares no condition number; more
  /// columns than rows are first turned into as many as there are rows.
  func solvedByRidge(_ l2: Double) throws -> [Double] {
    let n = rowCount, p = columnCount
    try LinearAlgebra.checkSize(n + p, min(n, p))
    let y = target.indices.map { i in (weights.map { $0[i].squareRoot() } ?? 1) * (target[i] - targetMean) }
    if p > n { return try dualRidge(l2, y) }
    let r = try reducedByQR(y)
    let root = l2.squareRoot(), k = r.rows
    var a = [Double](repeating: 0, count: (k + p) * p)
    for j in 0..<p {
      for i in 0..<min(k, j + 1) { a[j * (k + p) + i] = r.triangle[j * k + i] }
      a[j * (k + p) + k + j] = root
    }
    let right = r.right + [Double](repeating: 0, count: p)
    if let result = try LeastSquares.byQR(a, right, rows: k + p, columns: p) { return result.solution }
    return try LeastSquares.minimumNorm(a, right, rows: k + p, columns: p).solution
  }

  /// The centred, weighted design, row by row.
  private func centered() -> [Double] {
    let n = rowCount, p = columnCount
    return design.values.withUnsafeBufferPointer { x in
      [Double](unsafeUninitializedCapacity: n * p) { buffer, count in
        for i in 0..<n {
          let root = weights.map { $0[i].squareRoot() } ?? 1
          for j in 0..<p { buffer[i * p + j] = root * (x[i * p + j] - means[j]) }
        }
        count = n * p
      }
    }
  }

  /// R and the first part of Qᵀy of the centred design: the same problem in p rows.
  private func reducedByQR(_ y: [Double]) throws -> (triangle: [Double], right: [Double], rows: Int) {
    let n = rowCount, p = columnCount
    var a = [Double](repeating: 0, count: n * (p + 1))
    let x = centered()
    for i in 0..<n { for j in 0..<p { a[j * n + i] = x[i * p + j] } }
    for i in 0..<n { a[p * n + i] = y[i] }
    // With y as a last column, R's last column is Qᵀy.
    let (packed, _) = try OrthogonalFactors.factor(a, rows: n, columns: p + 1)
    var triangle = [Double](repeating: 0, count: p * p)
    for j in 0..<p { for i in 0...j { triangle[j * p + i] = packed[j * n + i] } }
    return (triangle, (0..<p).map { packed[p * n + $0] }, p)
  }

  /// β = Xᵀ (XXᵀ + l2 I)⁻¹ y, for more columns than rows.
  private func dualRidge(_ l2: Double, _ y: [Double]) throws -> [Double] {
    let n = rowCount, p = columnCount, x = centered()
    var kernel = try x.withUnsafeBufferPointer { x -> [Double] in
      guard let base = x.baseAddress else { return [] }
      return try LinearAlgebra.product(base, base, m: n, k: p, n: n, transposedB: true)
    }
    for i in 0..<n { kernel[i * n + i] += l2 }
    if let dual = try LinearAlgebra.solvePositive(kernel, size: n, y) {
      return try x.withUnsafeBufferPointer { x in
        try dual.withUnsafeBufferPointer { dual in
          guard let x = x.baseAddress, let dual = dual.baseAddress else { return [] }
          return try LinearAlgebra.transposedProduct(x, dual, m: n, k: p, n: 1)
        }
      }
    }
    // So small a penalty that the kernel is singular: its limit is the solution of minimal length.
    return try solvedByMinimumNorm().solution
  }
}
