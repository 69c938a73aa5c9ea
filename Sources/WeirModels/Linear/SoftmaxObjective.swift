import CWeirKernels
import WeirBase

/// Σ wᵢ · -log P(yᵢ | xᵢ) + l2/2 Σ βⱼ² of several classes by softmax.
///
/// Parameters lie feature by feature: number `j * classes + c` is feature `j` of class `c`, the intercepts come last.
/// Rows are gone through in blocks that stay in the cache; within a block all lies class by class.
struct SoftmaxObjective: SmoothObjective {
  let features: FeatureColumns
  let centers: [Double]
  let codes: [Int32]
  let weights: [Double]?
  let classes: Int
  let l2: Double
  let workers: Workers
  let cancellation: Cancellation
  /// Products of the features with each other, for the preconditioner; nil where there are too many.
  private let products: [Double]?
  private let totalWeight: Double

  private static let mostProducts = 2000

  init(
    _ features: FeatureColumns, centers: [Double], codes: [Int32], weights: [Double]?, classes: Int, l2: Double,
    workers: Workers, cancellation: Cancellation
  ) throws {
    self.features = features
    self.centers = centers
    self.codes = codes
    self.weights = weights
    self.classes = classes
    self.l2 = l2
    self.workers = workers
    self.cancellation = cancellation
    totalWeight = weights?.reduce(0, +) ?? Double(features.rowCount)
    let d = features.featureCount + 1
    products = SoftmaxObjective.isDense(d, classes, features.rowCount) || d > SoftmaxObjective.mostProducts
      ? nil
      : try features.gram(
        less: centers, extra: [nil], factors: weights?.map { $0.squareRoot() }, workers: workers,
        cancellation: cancellation)
  }

  var parameterCount: Int { (features.featureCount + 1) * classes }
  var penalizedCount: Int { features.featureCount * classes }
  var gradientGoal: Double { 1e-12 * max(1, totalWeight) }
  var isDense: Bool { SoftmaxObjective.isDense(features.featureCount + 1, classes, features.rowCount) }

  /// The matrix takes all pairs of classes: worth it for few parameters, and for few rows.
  private static func isDense(_ d: Int, _ k: Int, _ rows: Int) -> Bool {
    d * k <= 200 || d * k <= ScoreObjective.mostDense && Double(rows) * Double(d * k) * Double(d * k) < 2e9
  }

  func point(at parameters: [Double]) throws -> ObjectivePoint {
    _ = LinearAlgebra.singleThreaded
    let p = features.featureCount, k = classes, count = parameterCount
    var sums: [Double] = []
    let state = try [Double](filling: features.rowCount * k) { out in
      let probabilities = Places(out)
      sums = try workers.mapRows(features.rowCount, cancellation: cancellation) { rows in
        var sums = [Double](repeating: 0, count: count + 1)
        try features.forEachBlock(of: rows, extra: k + 3) { block, space in
          let n = block.count, slopes = space + p * n, room = slopes + n * k
          let scores = probabilities.base + block.lowerBound * k
          features.write(block, less: centers, to: space)
          try writeScores(space, parameters, rows: n, to: scores)
          let loss = codes.withUnsafeBufferPointer { codes -> Double in
            guard let own = codes.baseAddress else { return 0 }
            guard let weights else {
              return weir_softmax_rows(scores, own + block.lowerBound, nil, n, k, slopes, room)
            }
            return weights.withUnsafeBufferPointer { weights in
              weir_softmax_rows(
                scores, own + block.lowerBound, weights.baseAddress.map { $0 + block.lowerBound }, n, k, slopes, room)
            }
          }
          try addSlopes(space, slopes, rows: n, to: &sums)
          sums[count] += loss
        }
        return sums
      }.summed(count: count + 1)
    }
    var value = sums.removeLast()
    for i in 0..<penalizedCount {
      value += l2 / 2 * parameters[i] * parameters[i]
      sums[i] += l2 * parameters[i]
    }
    return ObjectivePoint(parameters: parameters, value: value, gradient: sums, state: state, hessian: nil)
  }

  /// The scores of a block, class by class.
  private func writeScores(
    _ x: UnsafePointer<Double>, _ parameters: [Double], rows: Int, to scores: UnsafeMutablePointer<Double>
  ) throws {
    let p = features.featureCount, k = classes
    for c in 0..<k { (scores + c * rows).update(repeating: parameters[p * k + c], count: rows) }
    // Features lie one after another, and so do classes: the scores by class are the parameters, turned, times the features.
    MatrixProduct.compute(k, rows, p, parameters, k, transposed: true, x, rows, into: scores, rows, adding: true)
  }

  /// Adds up what the derivatives of the scores mean for the parameters.
  private func addSlopes(
    _ x: UnsafePointer<Double>, _ slopes: UnsafePointer<Double>, rows: Int, to sums: inout [Double]
  ) throws {
    let p = features.featureCount, k = classes
    MatrixProduct.compute(p, k, rows, x, rows, slopes, rows, transposedB: true, into: &sums, k, adding: true)
    for c in 0..<k {
      var sum = 0.0
      for i in 0..<rows { sum += slopes[c * rows + i] }
      sums[p * k + c] += sum
    }
  }

  func hessianProduct(at point: ObjectivePoint, _ direction: [Double]) throws -> [Double] {
    let p = features.featureCount, k = classes
    var result = try workers.mapRows(features.rowCount, cancellation: cancellation) { rows in
      var sums = [Double](repeating: 0, count: parameterCount)
      try features.forEachBlock(of: rows, extra: k + 3) { block, space in
        let n = block.count, scores = space + p * n, room = scores + n * k
        features.write(block, less: centers, to: space)
        try writeScores(space, direction, rows: n, to: scores)
        point.state.withUnsafeBufferPointer { state in
          guard let chances = state.baseAddress else { return }
          let own = chances + block.lowerBound * k
          if let weights {
            weights.withUnsafeBufferPointer {
              weir_softmax_curve(own, $0.baseAddress.map { $0 + block.lowerBound }, n, k, scores, room)
            }
          } else {
            weir_softmax_curve(own, nil, n, k, scores, room)
          }
        }
        try addSlopes(space, scores, rows: n, to: &sums)
      }
      return sums
    }.summed(count: parameterCount)
    for i in 0..<penalizedCount { result[i] += l2 * direction[i] }
    return result
  }
}

extension SoftmaxObjective {
  /// By pairs of classes, side by side over the rows.
  func hessian(at point: ObjectivePoint) throws -> [Double] {
    let p = features.featureCount, d = p + 1, k = classes, size = parameterCount
    let pairs = (0..<k).flatMap { a in (0...a).map { b in (a, b) } }
    let blocks = try workers.mapRows(features.rowCount, cancellation: cancellation) { rows in
      var sums = [[Double]](repeating: [Double](repeating: 0, count: d * d), count: pairs.count)
      try features.forEachBlock(of: rows, extra: d + 2) { block, space in
        let n = block.count, scaled = space + d * n, roots = scaled + d * n
        features.write(block, less: centers, to: space)
        (space + p * n).update(repeating: 1, count: n)
        for (number, pair) in pairs.enumerated() {
          writeRoots(point.state, block, pair, to: roots)
          for j in 0..<d { weir_shift_scale(space + j * n, n, 0, roots, scaled + j * n) }
          try FeatureColumns.addGram(scaled, rows: n, columns: d, to: &sums[number])
        }
      }
      return sums.flatMap { $0 }
    }.summed(count: pairs.count * d * d)
    var result = [Double](repeating: 0, count: size * size)
    for (number, (a, b)) in pairs.enumerated() {
      let sign: Double = a == b ? 1 : -1
      for i in 0..<d {
        for j in 0..<d {
          let value = sign * blocks[(number * d + max(i, j)) * d + min(i, j)]
          result[(i * k + a) * size + j * k + b] = value
          result[(i * k + b) * size + j * k + a] = value
        }
      }
    }
    for i in 0..<penalizedCount { result[i * size + i] += l2 }
    return result
  }

  /// The roots of the second derivatives by two scores, without their sign.
  private func writeRoots(
    _ state: [Double], _ block: Range<Int>, _ pair: (Int, Int), to roots: UnsafeMutablePointer<Double>
  ) {
    let n = block.count, start = block.lowerBound * classes
    for i in 0..<n {
      let first = state[start + pair.0 * n + i], second = state[start + pair.1 * n + i]
      let weight = weights?[block.lowerBound + i] ?? 1
      roots[i] = (weight * first * (pair.0 == pair.1 ? max(0, 1 - first) : second)).squareRoot()
    }
  }

  /// Adding one number to a feature's coefficients of all classes changes no probability. The gradient has no part along
  /// that direction, so giving it curvature makes the matrix definite and leaves the step as it is.
  func mend(_ hessian: inout [Double]) {
    let size = parameterCount, k = classes
    let largest = (0..<size).reduce(0) { max($0, hessian[$1 * size + $1]) }
    for j in stride(from: 0, to: size, by: k) {
      let lift = (0..<k).reduce(0) { $0 + hessian[(j + $1) * size + j + $1] } / Double(k)
      for a in 0..<k { for b in 0..<k { hessian[(j + a) * size + j + b] += max(lift, largest * 1e-12) } }
    }
  }

  /// The mean of p (1 - p) by class.
  private func spreads(_ point: ObjectivePoint) -> [Double] {
    let k = classes, size = FeatureColumns.blockRows(columns: features.featureCount + k + 3)
    var sums = [Double](repeating: 0, count: k)
    for rows in RowParts.ranges(features.rowCount) {
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
        let n = min(size, rows.upperBound - start)
        point.state.withUnsafeBufferPointer { state in
          for c in 0..<k {
            let own = start * k + c * n
            for i in 0..<n { sums[c] += (weights?[start + i] ?? 1) * state[own + i] * (1 - state[own + i]) }
          }
        }
      }
    }
    return sums.map { max($0 / totalWeight, 1e-6) }
  }

  func diagonal(at point: ObjectivePoint) throws -> [Double] {
    let p = features.featureCount, spreads = spreads(point)
    let squares = try workers.map(p) { j in
      features.columns[j].indices.reduce(0) { sum, i in
        let distance = features.columns[j][i] - centers[j]
        return sum + (weights?[i] ?? 1) * distance * distance
      }
    }
    let result = (0..<parameterCount).map { i in
      i < penalizedCount ? l2 + spreads[i % classes] * squares[i / classes] : spreads[i % classes] * totalWeight
    }
    let least = max(result.reduce(0, max) * 1e-12, .leastNormalMagnitude)
    return result.map { max($0, least) }
  }

  /// The products of the features by the mean second derivatives by pairs of scores: exact but for how these differ from
  /// row to row. Along the main directions of those means each direction is a problem of its own.
  func preconditioner(at point: ObjectivePoint) throws -> ([Double]) throws -> [Double] {
    let d = features.featureCount + 1, k = classes
    let directions = k <= SoftmaxObjective.mostDirections ? try directions(point) : nil
    let spreads = directions?.spreads ?? spreads(point)
    let factors: [PositiveFactor?] = try products.map { products in
      try workers.map(k) { c in
        var matrix = products.map { $0 * spreads[c] }
        for j in 0..<d - 1 { matrix[j * d + j] += l2 }
        let largest = (0..<d).reduce(0) { max($0, matrix[$1 * d + $1]) }
        for j in 0..<d { matrix[j * d + j] = matrix[j * d + j] * (1 + 1e-10) + largest * 1e-14 }
        return try PositiveFactor(matrix, size: d)
      }
    } ?? []
    let whole = factors.compactMap { $0 }
    guard whole.count == k else {
      let diagonal = try diagonal(at: point)
      return { vector in zip(vector, diagonal).map { $0 / $1 } }
    }
    return { vector in
      let turned = directions.map { SoftmaxObjective.product(vector, $0.vectors, k, transposed: false) } ?? vector
      var result = turned
      for c in 0..<k {
        let solved = try whole[c].solve((0..<d).map { turned[$0 * k + c] })
        for j in 0..<d { result[j * k + c] = solved[j] }
      }
      return directions.map { SoftmaxObjective.product(result, $0.vectors, k, transposed: true) } ?? result
    }
  }

  private static let mostDirections = 64

  /// The main directions (in columns, row-major) of the mean second derivatives by pairs of scores, with their sizes; the
  /// direction in which nothing changes counts a little.
  private func directions(_ point: ObjectivePoint) throws -> (vectors: [Double], spreads: [Double]) {
    let k = classes, size = FeatureColumns.blockRows(columns: features.featureCount + k + 3)
    var pairs = [Double](repeating: 0, count: k * k)
    for rows in RowParts.ranges(features.rowCount) {
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
        let n = min(size, rows.upperBound - start)
        point.state.withUnsafeBufferPointer { state in
          for a in 0..<k {
            let first = start * k + a * n
            for b in 0...a {
              let second = start * k + b * n
              var sum = 0.0
              for i in 0..<n {
                sum += (weights?[start + i] ?? 1) * state[first + i] * ((a == b ? 1 : 0) - state[second + i])
              }
              pairs[a * k + b] += sum
              if a != b { pairs[b * k + a] += sum }
            }
          }
        }
      }
    }
    // Of a symmetric matrix without directions below zero the singular vectors are the main directions.
    let singular = try SingularValues.decompose(pairs, rows: k, columns: k)
    let found = (values: singular.values, vectors: singular.right)
    let least = max((found.values.max() ?? 0) / totalWeight * 1e-3, 1e-9)
    return (found.vectors, found.values.map { max($0 / totalWeight, least) })
  }

  /// Rows of k numbers times a k x k matrix, or its transpose.
  private static func product(_ rows: [Double], _ matrix: [Double], _ k: Int, transposed: Bool) -> [Double] {
    var result = [Double](repeating: 0, count: rows.count)
    for start in stride(from: 0, to: rows.count, by: k) {
      for b in 0..<k {
        var sum = 0.0
        for a in 0..<k { sum += rows[start + a] * (transposed ? matrix[b * k + a] : matrix[a * k + b]) }
        result[start + b] = sum
      }
    }
    return result
  }
}
