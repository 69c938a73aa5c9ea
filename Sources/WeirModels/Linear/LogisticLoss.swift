import Glibc
import WeirBase

/// The penalised negative log likelihood of a logistic model, with its derivatives.
///
/// Parameters lie feature by feature: number `j * outputs + c` is feature `j` of output `c`, the intercepts come last.
/// Two classes have one output (the logit of the second), more have one each. Features are centred, which the intercepts
/// absorb and which makes the second derivatives better conditioned.
struct LogisticLoss {
  /// n rows of p + 1 numbers: centred features, then one.
  private let x: [Double]
  private let codes: [Int32]
  private let weights: [Double]?
  private let means: [Double]
  private let n: Int
  /// The number of features, and one.
  private let d: Int
  let outputs: Int
  private let l2: Double
  private let totalWeight: Double
  private let workers: Workers
  private let cancellation: Cancellation

  var parameterCount: Int { d * outputs }

  init(
    _ values: [Double], codes: [Int32], weights: [Double]?, rows n: Int, columns p: Int, classes: Int, l2: Double,
    workers: Workers, cancellation: Cancellation
  ) throws {
    try LinearAlgebra.checkSize(n, p + 1)
    let means = try columnMeans(values, rows: n, columns: p, weights: weights, workers: workers)
    x = values.withUnsafeBufferPointer { values in
      [Double](unsafeUninitializedCapacity: n * (p + 1)) { buffer, count in
        for i in 0..<n {
          for j in 0..<p { buffer[i * (p + 1) + j] = values[i * p + j] - means[j] }
          buffer[i * (p + 1) + p] = 1
        }
        count = n * (p + 1)
      }
    }
    self.codes = codes
    self.weights = weights
    self.means = means
    self.n = n
    d = p + 1
    outputs = classes == 2 ? 1 : classes
    self.l2 = l2
    totalWeight = weights?.reduce(0, +) ?? Double(n)
    self.workers = workers
    self.cancellation = cancellation
  }

  /// The loss and its gradient, both with the penalty, and the probabilities (n x outputs) that second derivatives need.
  struct Point {
    var parameters: [Double]
    var value: Double
    var gradient: [Double]
    var probabilities: [Double]
  }

  func point(at parameters: [Double]) throws -> Point {
    let (d, k) = (d, outputs)
    let parts = try workers.mapRows(n, cancellation: cancellation) { rows in
      try x.withUnsafeBufferPointer { x in
        try parameters.withUnsafeBufferPointer { w -> (Double, [Double], [Double]) in
          guard let base = x.baseAddress, let w = w.baseAddress else { return (0, [], []) }
          let first = base + rows.lowerBound * d
          var scores = try LinearAlgebra.product(first, w, m: rows.count, k: d, n: k)
          var residual = [Double](repeating: 0, count: scores.count)
          let loss = k == 1 ? logistic(&scores, &residual, rows) : softmax(&scores, &residual, rows)
          let gradient = try LinearAlgebra.transposedProduct(first, residual, m: rows.count, k: d, n: k)
          return (loss, gradient, scores)
        }
      }
    }
    var value = parts.reduce(0) { $0 + $1.0 }
    var gradient = parts.map(\.1).summed(count: parameterCount)
    for i in 0..<(d - 1) * k {
      value += l2 / 2 * parameters[i] * parameters[i]
      gradient[i] += l2 * parameters[i]
    }
    return Point(
      parameters: parameters, value: value, gradient: gradient, probabilities: parts.flatMap(\.2))
  }

  /// Turns scores into probabilities, fills the derivatives by score, gives the loss.
  private func logistic(_ scores: inout [Double], _ residual: inout [Double], _ rows: Range<Int>) -> Double {
    var loss = 0.0
    for i in 0..<rows.count {
      let row = rows.lowerBound + i, weight = weights?[row] ?? 1
      let score = scores[i], shrunk = exp(-abs(score))
      let probability = (score >= 0 ? 1 : shrunk) / (1 + shrunk)
      let positive = codes[row] == 1
      loss += weight * (log1p(shrunk) + max(positive ? -score : score, 0))
      residual[i] = weight * (positive ? -(score >= 0 ? shrunk : 1) / (1 + shrunk) : probability)
      scores[i] = probability
    }
    return loss
  }

  private func softmax(_ scores: inout [Double], _ residual: inout [Double], _ rows: Range<Int>) -> Double {
    let k = outputs
    var loss = 0.0
    for i in 0..<rows.count {
      let row = rows.lowerBound + i, weight = weights?[row] ?? 1, start = i * k
      var top = scores[start], sum = 0.0
      for c in 1..<k { top = max(top, scores[start + c]) }
      let own = scores[start + Int(codes[row])] - top
      for c in 0..<k {
        scores[start + c] = exp(scores[start + c] - top)
        sum += scores[start + c]
      }
      loss += weight * (log(sum) - own)
      for c in 0..<k {
        scores[start + c] /= sum
        residual[start + c] = weight * (scores[start + c] - (c == Int(codes[row]) ? 1 : 0))
      }
    }
    return loss
  }

  /// The second derivatives (lower triangle, row-major), by pairs of outputs, side by side over the rows.
  func hessian(at point: Point) throws -> [Double] {
    let (d, k, size) = (d, outputs, parameterCount)
    let pairs = (0..<k).flatMap { a in (0...a).map { b in (a, b) } }
    let parts = try workers.mapRows(n, cancellation: cancellation) { rows in
      var blocks: [Double] = []
      var scaled = [Double](repeating: 0, count: rows.count * d)
      try x.withUnsafeBufferPointer { x in
        guard let base = x.baseAddress else { return }
        let first = base + rows.lowerBound * d
        for (a, b) in pairs {
          for i in 0..<rows.count {
            let row = rows.lowerBound + i
            let factor = (weights?[row] ?? 1) * curvature(point.probabilities, row, a, b)
            for j in 0..<d { scaled[i * d + j] = factor * first[i * d + j] }
          }
          blocks += try LinearAlgebra.transposedProduct(first, scaled, m: rows.count, k: d, n: d)
        }
      }
      return blocks
    }
    let blocks = parts.summed(count: pairs.count * d * d)
    var result = [Double](repeating: 0, count: size * size)
    for (index, (a, b)) in pairs.enumerated() {
      for i in 0..<d {
        for j in 0..<d {
          let value = blocks[(index * d + i) * d + j]
          result[(i * k + a) * size + j * k + b] = value
          result[(i * k + b) * size + j * k + a] = value
        }
      }
    }
    for i in 0..<(d - 1) * k { result[i * size + i] += l2 }
    return result
  }

  /// The derivative of score `a`'s derivative by score `b`, for a row.
  private func curvature(_ probabilities: [Double], _ row: Int, _ a: Int, _ b: Int) -> Double {
    let p = probabilities[row * outputs + a]
    return a == b ? p * (1 - p) : -p * probabilities[row * outputs + b]
  }

  /// The second derivatives times a direction.
  func hessianProduct(at point: Point, _ direction: [Double]) throws -> [Double] {
    let (d, k) = (d, outputs)
    let parts = try workers.mapRows(n, cancellation: cancellation) { rows in
      try x.withUnsafeBufferPointer { x in
        try direction.withUnsafeBufferPointer { v -> [Double] in
          guard let base = x.baseAddress, let v = v.baseAddress else { return [] }
          let first = base + rows.lowerBound * d
          var scores = try LinearAlgebra.product(first, v, m: rows.count, k: d, n: k)
          for i in 0..<rows.count {
            let row = rows.lowerBound + i, weight = weights?[row] ?? 1
            if k == 1 {
              let p = point.probabilities[row]
              scores[i] *= weight * p * (1 - p)
            } else {
              var mean = 0.0
              for c in 0..<k { mean += point.probabilities[row * k + c] * scores[i * k + c] }
              for c in 0..<k { scores[i * k + c] = weight * point.probabilities[row * k + c] * (scores[i * k + c] - mean) }
            }
          }
          return try LinearAlgebra.transposedProduct(first, scores, m: rows.count, k: d, n: k)
        }
      }
    }
    var result = parts.summed(count: parameterCount)
    for i in 0..<(d - 1) * k { result[i] += l2 * direction[i] }
    return result
  }

  var gradientGoal: Double { 1e-12 * max(1, totalWeight) }

  /// The parameters as a model has them: for each output its coefficients, and its intercept for features as they come.
  func unpacked(_ parameters: [Double]) -> (coefficients: [Double], intercepts: [Double]) {
    let p = d - 1, k = outputs
    var coefficients = [Double](repeating: 0, count: k * p), intercepts: [Double] = []
    for c in 0..<k {
      var intercept = parameters[p * k + c]
      for j in 0..<p {
        coefficients[c * p + j] = parameters[j * k + c]
        intercept -= parameters[j * k + c] * means[j]
      }
      intercepts.append(intercept)
    }
    return (coefficients, intercepts)
  }
}
