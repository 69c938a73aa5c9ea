import COpenBLAS
import CWeirKernels
import WeirBase

/// What a row costs, as a function of its score.
enum RowLoss: Sendable, Hashable {
  /// -log of the probability of the row's side; targets are 1 and -1.
  case logistic
  /// How far the score falls short of 1 on the row's side, squared; or, with a width, as it is with its corner rounded over
  /// that width.
  case margin(width: Double?)
  /// How far the score lies beyond a distance from the target, squared or rounded as above.
  case tube(Double, width: Double?)

  var width: Double? {
    switch self {
    case .logistic: nil
    case .margin(let width), .tube(_, let width): width
    }
  }

  func sum(
    _ scores: UnsafePointer<Double>, _ targets: UnsafePointer<Double>, _ weights: UnsafePointer<Double>?, _ n: Int,
    slopes: UnsafeMutablePointer<Double>, curves: UnsafeMutablePointer<Double>
  ) -> Double {
    switch self {
    case .logistic: weir_logistic_rows(scores, targets, weights, n, slopes, curves)
    case .margin(let width): weir_margin_rows(scores, targets, weights, n, -1, width ?? -1, slopes, curves)
    case .tube(let tube, let width): weir_margin_rows(scores, targets, weights, n, tube, width ?? -1, slopes, curves)
    }
  }
}

/// Σ wᵢ loss(b + (xᵢ - center)·β) + l2/2 Σ βⱼ², as a function of β and, last, of the intercept b.
///
/// Rows are gone through once, in blocks that stay in the cache while scores, losses, slopes and second derivatives are
/// computed. Features are centred, which the intercept absorbs and which makes the second derivatives better conditioned.
struct ScoreObjective: SmoothObjective {
  /// More parameters than this are solved without the matrix of second derivatives.
  static let mostDense = 1000

  let features: FeatureColumns
  let centers: [Double]
  let targets: [Double]
  let weights: [Double]?
  let loss: RowLoss
  let l2: Double
  let workers: Workers
  let cancellation: Cancellation

  var parameterCount: Int { features.featureCount + 1 }
  var penalizedCount: Int { features.featureCount }
  var isDense: Bool { parameterCount <= ScoreObjective.mostDense }
  var gradientGoal: Double { 1e-12 * max(1, weights?.reduce(0, +) ?? Double(features.rowCount)) }
  private var isNarrow: Bool { parameterCount <= FeatureColumns.narrow }

  func point(at parameters: [Double]) throws -> ObjectivePoint {
    _ = LinearAlgebra.singleThreaded
    let p = features.featureCount, d = p + 1
    // The value, the gradient, and where they are few the second derivatives, one after the other.
    let size = 1 + d + (isNarrow ? d * d : 0)
    var sums: [Double] = []
    let state = try [Double](filling: features.rowCount) { out in
      let curves = Places(out)
      sums = try workers.mapRows(features.rowCount, cancellation: cancellation) { rows in
        var sums = [Double](repeating: 0, count: size)
        try features.forEachBlock(of: rows, extra: 4) { block, space in
          try add(block, space, parameters, curves.base + block.lowerBound, &sums)
        }
        return sums
      }.summed(count: size)
    }
    var value = sums[0], gradient = Array(sums[1...d]), matrix = isNarrow ? Array(sums[(1 + d)...]) : nil
    for j in 0..<p {
      value += l2 / 2 * parameters[j] * parameters[j]
      gradient[j] += l2 * parameters[j]
      matrix?[j * d + j] += l2
    }
    return ObjectivePoint(parameters: parameters, value: value, gradient: gradient, state: state, hessian: matrix)
  }

  /// One block: columns, ones, scores, slopes and roots lie side by side in `space`.
  private func add(
    _ block: Range<Int>, _ space: UnsafeMutablePointer<Double>, _ parameters: [Double],
    _ curves: UnsafeMutablePointer<Double>, _ sums: inout [Double]
  ) throws {
    let count = block.count, p = features.featureCount, d = p + 1
    let (m, n) = (try LinearAlgebra.dimension(count), try LinearAlgebra.dimension(d))
    features.write(block, less: centers, to: space)
    let ones = space + p * count, scores = ones + count, slopes = scores + count, roots = slopes + count
    ones.update(repeating: 1, count: count)
    cblas_dgemv(CblasColMajor, CblasNoTrans, m, n, 1, space, m, parameters, 1, 0, scores, 1)
    let loss = targets.withUnsafeBufferPointer { targets in
      guard let targets = targets.baseAddress else { return 0.0 }
      let own = targets + block.lowerBound
      guard let weights else { return self.loss.sum(scores, own, nil, count, slopes: slopes, curves: curves) }
      return weights.withUnsafeBufferPointer { weights in
        self.loss.sum(
          scores, own, weights.baseAddress.map { $0 + block.lowerBound }, count, slopes: slopes, curves: curves)
      }
    }
    sums.withUnsafeMutableBufferPointer { sums in
      guard let base = sums.baseAddress else { return }
      base[0] += loss
      cblas_dgemv(CblasColMajor, CblasTrans, m, n, 1, space, m, slopes, 1, 1, base + 1, 1)
      guard isNarrow else { return }
      for i in 0..<count { roots[i] = curves[i].squareRoot() }
      for j in 0...p { weir_scale(space + j * count, count, roots) }
      MatrixProduct.addGram(space, count, byColumn: true, rows: count, columns: p + 1, to: base + 1 + d, p + 1)
    }
  }

  func hessian(at point: ObjectivePoint) throws -> [Double] {
    if let known = point.hessian { return known }
    let d = parameterCount
    var matrix = try features.gram(
      less: centers, extra: [nil], factors: point.state.map { $0.squareRoot() }, workers: workers,
      cancellation: cancellation)
    for j in 0..<(d - 1) { matrix[j * d + j] += l2 }
    return matrix
  }

  /// Where no row lies on a rounded corner the intercept has no curvature: it gets that of one row.
  func mend(_ hessian: inout [Double]) {
    guard let width = loss.width else { return }
    let last = parameterCount * parameterCount - 1, rows = max(1, Double(features.rowCount))
    hessian[last] = max(hessian[last], (weights?.reduce(0, +) ?? rows) / rows / width)
  }

  func hessianProduct(at point: ObjectivePoint, _ direction: [Double]) throws -> [Double] {
    let p = features.featureCount, d = p + 1
    var result = try workers.mapRows(features.rowCount, cancellation: cancellation) { rows in
      var sums = [Double](repeating: 0, count: d)
      try features.forEachBlock(of: rows, extra: 2) { block, space in
        let (m, n) = (try LinearAlgebra.dimension(block.count), try LinearAlgebra.dimension(d))
        features.write(block, less: centers, to: space)
        let ones = space + p * block.count, scores = ones + block.count
        ones.update(repeating: 1, count: block.count)
        cblas_dgemv(CblasColMajor, CblasNoTrans, m, n, 1, space, m, direction, 1, 0, scores, 1)
        for i in 0..<block.count { scores[i] *= point.state[block.lowerBound + i] }
        cblas_dgemv(CblasColMajor, CblasTrans, m, n, 1, space, m, scores, 1, 1, &sums, 1)
      }
      return sums
    }.summed(count: d)
    for j in 0..<p { result[j] += l2 * direction[j] }
    return result
  }

  func diagonal(at point: ObjectivePoint) throws -> [Double] {
    let curves = point.state, total = curves.reduce(0, +)
    var result = try workers.map(features.featureCount) { j in
      let center = centers[j]
      return l2 + features.columns[j].withUnsafeBufferPointer { x in
        curves.withUnsafeBufferPointer { curves in
          var sum = 0.0
          for i in 0..<x.count { sum += curves[i] * (x[i] - center) * (x[i] - center) }
          return sum
        }
      }
    }
    result.append(total)
    let least = max(result.reduce(0, max) * 1e-12, .leastNormalMagnitude)
    return result.map { max($0, least) }
  }

  func preconditioner(at point: ObjectivePoint) throws -> ([Double]) throws -> [Double] {
    let diagonal = try diagonal(at: point)
    return { vector in zip(vector, diagonal).map { $0 / $1 } }
  }
}
