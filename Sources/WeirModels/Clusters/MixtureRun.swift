import WeirBase

/// Expectation and maximisation over one set of rows.
struct MixtureRun {
  struct Result: Sendable {
    var mixture: NormalMixture
    /// The mean log likelihood of the rows.
    var score: Double
    var iterations: Int
  }

  private let design: Design
  private let weights: [Double]?
  private let k: Int
  private let covariance: GaussianMixture.Covariance
  private let maxIterations: Int
  private let workers: Workers
  private let cancellation: Cancellation
  private let parts: [Range<Int>]
  private let total: Double

  private static let added = 1e-6
  private static let block = 512

  init(
    _ design: Design, weights: [Double]?, k: Int, covariance: GaussianMixture.Covariance, maxIterations: Int,
    workers: Workers, cancellation: Cancellation
  ) throws {
    let p = design.featureCount
    try LinearAlgebra.checkSize(design.rowCount, k)
    try LinearAlgebra.checkSize(k * p, p)
    self.design = design
    self.weights = weights
    self.k = k
    self.covariance = covariance
    self.maxIterations = maxIterations
    self.workers = workers
    self.cancellation = cancellation
    // Of so few parts that their sums take no more room than the rows.
    parts = RowParts.ranges(design.rowCount, atLeast: max(2048, k * p))
    total = weights?.reduce(0, +) ?? Double(design.rowCount)
  }

  func run(from labels: [Int32]) throws -> Result {
    var shares = [Double](repeating: 0, count: design.rowCount * k)
    for (row, label) in labels.enumerated() { shares[row * k + Int(label)] = 1 }
    var mixture = try fitted(to: shares), score = -Double.infinity, iterations = 0
    while iterations < maxIterations {
      try cancellation.check()
      iterations += 1
      let next = try split(mixture, into: &shares)
      mixture = try fitted(to: shares)
      defer { score = next }
      if abs(next - score) < 1e-3 { break }
    }
    // The score belongs to the final distributions.
    return Result(mixture: mixture, score: try split(mixture, into: &shares), iterations: iterations)
  }

  /// The share of each distribution in each row, and the mean log likelihood.
  private func split(_ mixture: NormalMixture, into shares: inout [Double]) throws -> Double {
    let p = design.featureCount
    let sums = try shares.withUnsafeMutableBufferPointer { shares in
      let out = Unchecked(shares.baseAddress)
      return try workers.map(parts.count) { part in
        try cancellation.check()
        return try design.values.withUnsafeBufferPointer { x -> Double in
          guard let x = x.baseAddress, let out = out.pointer else { return 0 }
          var sum = 0.0
          for start in stride(from: parts[part].lowerBound, to: parts[part].upperBound, by: MixtureRun.block) {
            let count = min(MixtureRun.block, parts[part].upperBound - start)
            let found = try mixture.split(x + start * p, rows: count, into: out + start * k)
            for i in 0..<count { sum += found[i] * (weights?[start + i] ?? 1) }
          }
          return sum
        }
      }
    }
    let score = sums.reduce(0, +) / total
    guard score.isFinite else { throw ModelError("the features hold numbers too large to square", mend: "put `standardize()` before `gaussian_mixture`") }
    return score
  }

  /// The distributions that make rows of these shares most likely.
  private func fitted(to shares: [Double]) throws -> NormalMixture {
    let p = design.featureCount
    let sums = try workers.map(parts.count) { part in
      var counts = [Double](repeating: 0, count: k), sums = [Double](repeating: 0, count: k * p)
      design.values.withUnsafeBufferPointer { x in
        shares.withUnsafeBufferPointer { shares in
          for i in parts[part] {
            for c in 0..<k {
              let share = shares[i * k + c] * (weights?[i] ?? 1)
              if share == 0 { continue }
              counts[c] += share
              for j in 0..<p { sums[c * p + j] += share * x[i * p + j] }
            }
          }
        }
      }
      return [counts, sums]
    }
    // So that nothing is divided by zero.
    let counts = sums.map { $0[0] }.summed(count: k).map { $0 + 10 * Double.ulpOfOne }
    let means = sums.map { $0[1] }.summed(count: k * p).enumerated().map { $1 / counts[$0 / p] }
    let spread = try covariance == .full || covariance == .tied
      ? products(shares, means, counts) : squares(shares, means, counts)
    let all = counts.reduce(0, +)
    return try NormalMixture(covariance: covariance, shares: counts.map { $0 / all }, means: means, covariances: spread)
  }

  /// The covariance matrix of each distribution, or of all together.
  private func products(_ shares: [Double], _ means: [Double], _ counts: [Double]) throws -> [Double] {
    let p = design.featureCount, tied = covariance == .tied
    let matrices = tied ? 1 : k
    var sums = try workers.map(parts.count) { part in
      try cancellation.check()
      var sums = [Double](repeating: 0, count: matrices * p * p)
      var rows = [Double](repeating: 0, count: min(MixtureRun.block, parts[part].count) * p)
      for start in stride(from: parts[part].lowerBound, to: parts[part].upperBound, by: MixtureRun.block) {
        let count = min(MixtureRun.block, parts[part].upperBound - start)
        for c in 0..<k {
          scaled(shares, means, c, start..<start + count, into: &rows)
          sums.withUnsafeMutableBufferPointer { sums in
            guard let base = sums.baseAddress else { return }
            MatrixProduct.addGram(rows, p, rows: count, columns: p, to: base + (tied ? 0 : c * p * p), p)
          }
        }
      }
      return sums
    }.summed(count: matrices * p * p)
    for m in 0..<matrices {
      let count = tied ? counts.reduce(0, +) : counts[m]
      for i in 0..<p {
        for j in 0...i {
          let value = sums[(m * p + i) * p + j] / count + (i == j ? MixtureRun.added : 0)
          sums[(m * p + i) * p + j] = value
          sums[(m * p + j) * p + i] = value
        }
      }
    }
    return sums
  }

  /// Rows less a mean, times the roots of their shares.
  private func scaled(_ shares: [Double], _ means: [Double], _ c: Int, _ range: Range<Int>, into rows: inout [Double]) {
    let p = design.featureCount
    rows.withUnsafeMutableBufferPointer { rows in
      design.values.withUnsafeBufferPointer { x in
        means.withUnsafeBufferPointer { means in
          for i in range {
            let root = (shares[i * k + c] * (weights?[i] ?? 1)).squareRoot(), to = (i - range.lowerBound) * p
            for j in 0..<p { rows[to + j] = root * (x[i * p + j] - means[c * p + j]) }
          }
        }
      }
    }
  }

  /// The variance of each distribution along each column, or the mean of these.
  private func squares(_ shares: [Double], _ means: [Double], _ counts: [Double]) throws -> [Double] {
    let p = design.featureCount
    let sums = try workers.map(parts.count) { part in
      try cancellation.check()
      var sums = [Double](repeating: 0, count: k * p)
      design.values.withUnsafeBufferPointer { x in
        means.withUnsafeBufferPointer { means in
          for i in parts[part] {
            for c in 0..<k {
              let share = shares[i * k + c] * (weights?[i] ?? 1)
              if share == 0 { continue }
              for j in 0..<p {
                let difference = x[i * p + j] - means[c * p + j]
                sums[c * p + j] += share * difference * difference
              }
            }
          }
        }
      }
      return sums
    }.summed(count: k * p).enumerated().map { $1 / counts[$0 / p] + MixtureRun.added }
    guard covariance == .spherical else { return sums }
    return (0..<k).map { c in sums[c * p..<(c + 1) * p].reduce(0, +) / Double(p) }
  }
}
