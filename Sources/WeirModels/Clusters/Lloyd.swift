import Glibc
import WeirBase

/// The iterations of k-means over one set of rows.
struct Lloyd {
  struct Result: Sendable {
    var centers: [Double]
    var labels: [Int32]
    var sizes: [Double]
    /// The weighted sum of squared distances to the centres.
    var inertia: Double
    var iterations: Int
  }

  /// Rows less their means, so that products of large numbers do not cancel.
  private let x: [Double]
  private let weights: [Double]?
  private let means: [Double]
  private let n: Int
  private let p: Int
  private let k: Int
  private let maxIterations: Int
  private let workers: Workers
  private let cancellation: Cancellation

  init(
    _ values: [Double], weights: [Double]?, rows n: Int, columns p: Int, k: Int, maxIterations: Int, workers: Workers,
    cancellation: Cancellation
  ) throws {
    let means = try columnMeans(values, rows: n, columns: p, weights: weights, workers: workers)
    var centered = values
    for i in 0..<n { for j in 0..<p { centered[i * p + j] -= means[j] } }
    x = centered
    self.weights = weights
    self.means = means
    (self.n, self.p, self.k) = (n, p, k)
    self.maxIterations = maxIterations
    self.workers = workers
    self.cancellation = cancellation
  }

  /// Until no row changes its cluster, or all centres together move less than `tolerance` times the mean variance of the
  /// features (squared distances).
  func run(from start: [Double], tolerance: Double) throws -> Result {
    var centers = start.enumerated().map { $1 - means[$0 % p] }
    var labels = [Int32](repeating: -1, count: n), iterations = 0
    let smallest = tolerance > 0 ? tolerance * meanVariance : -1
    while iterations < maxIterations {
      iterations += 1
      let step = try assigned(to: centers)
      if step.labels == labels { break }
      labels = step.labels
      let next = moved(centers, step)
      let shift = zip(centers, next).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      centers = next
      if shift <= smallest { break }
    }
    // The labels belong to the final centres.
    let last = try assigned(to: centers)
    guard last.inertia.isFinite, centers.allSatisfy(\.isFinite) else {
      throw ModelError("the features hold numbers too large to square", mend: "put `standardize()` before `kmeans`")
    }
    return Result(
      centers: centers.enumerated().map { $1 + means[$0 % p] }, labels: last.labels, sizes: last.sizes,
      inertia: last.inertia, iterations: iterations)
  }

  private var meanVariance: Double {
    var squares = 0.0, total = 0.0
    for i in 0..<n {
      let weight = weights?[i] ?? 1
      total += weight
      for j in 0..<p { squares += weight * x[i * p + j] * x[i * p + j] }
    }
    return squares / (total * Double(p))
  }

  private struct Assignment: Sendable {
    var labels: [Int32] = []
    var distances: [Double] = []
    /// Clusters x features.
    var sums: [Double]
    var sizes: [Double]
    var inertia = 0.0
  }

  /// Each row's nearest centre, the first of equals, and the sums over clusters, in the order of the parts.
  private func assigned(to centers: [Double]) throws -> Assignment {
    let squares = (0..<k).map { c in (0..<p).reduce(0) { $0 + centers[c * p + $1] * centers[c * p + $1] } }
    let parts = try workers.mapRows(n, cancellation: cancellation) { rows in
      var part = Assignment(sums: [Double](repeating: 0, count: k * p), sizes: [Double](repeating: 0, count: k))
      part.labels.reserveCapacity(rows.count)
      part.distances.reserveCapacity(rows.count)
      try x.withUnsafeBufferPointer { x in
        try centers.withUnsafeBufferPointer { centers in
          guard let first = x.baseAddress, let base = centers.baseAddress else { return }
          let products = try LinearAlgebra.product(
            first + rows.lowerBound * p, base, m: rows.count, k: p, n: k, transposedB: true)
          for i in 0..<rows.count {
            let row = rows.lowerBound + i, weight = weights?[row] ?? 1
            var nearest = 0, least = squares[0] - 2 * products[i * k]
            for c in 1..<max(k, 1) {
              let distance = squares[c] - 2 * products[i * k + c]
              if distance < least { (nearest, least) = (c, distance) }
            }
            var exact = 0.0
            for j in 0..<p {
              let value = x[row * p + j], distance = value - centers[nearest * p + j]
              exact += distance * distance
              part.sums[nearest * p + j] += weight * value
            }
            part.labels.append(Int32(truncatingIfNeeded: nearest))
            part.distances.append(exact)
            part.sizes[nearest] += weight
            part.inertia += weight * exact
          }
        }
      }
      return part
    }
    return Assignment(
      labels: parts.flatMap(\.labels), distances: parts.flatMap(\.distances),
      sums: parts.map(\.sums).summed(count: k * p), sizes: parts.map(\.sizes).summed(count: k),
      inertia: parts.reduce(0) { $0 + $1.inertia })
  }

  /// The means of the clusters; empty ones take the rows farthest from their centres, one each.
  private func moved(_ centers: [Double], _ step: Assignment) -> [Double] {
    var (sums, sizes) = (step.sums, step.sizes)
    let empty = (0..<k).filter { sizes[$0] <= 0 }
    if !empty.isEmpty {
      let farthest = step.distances.indices.sorted {
        (step.distances[$0], $1) > (step.distances[$1], $0)
      }
      for (cluster, row) in zip(empty, farthest) where step.distances[row] > 0 {
        let weight = weights?[row] ?? 1, old = Int(step.labels[row])
        for j in 0..<p {
          sums[old * p + j] -= weight * x[row * p + j]
          sums[cluster * p + j] = weight * x[row * p + j]
        }
        sizes[old] -= weight
        sizes[cluster] = weight
      }
    }
    return centers.enumerated().map { index, old in
      let size = sizes[index / p]
      return size > 0 ? sums[index] / size : old
    }
  }

  /// k-means++: rows drawn with a chance in proportion to their squared distance from the centres so far; of a few
  /// draws the one that leaves the smallest sum of distances.
  func drawnCenters(_ random: inout RandomStream) throws -> [Double] {
    let trials = 2 + Int(log(Double(k)))
    var distances = [Double](repeating: .infinity, count: n)
    var chances = weights ?? [Double](repeating: 1, count: n)
    var chosen = [draw(chances, &random)]
    distances = try nearer(distances, than: chosen[0])
    while chosen.count < k {
      for i in 0..<n { chances[i] = distances[i] * (weights?[i] ?? 1) }
      var best: (row: Int, distances: [Double], sum: Double)?
      for _ in 0..<trials {
        let row = draw(chances, &random)
        let next = try nearer(distances, than: row)
        var sum = 0.0
        for i in 0..<n { sum += next[i] * (weights?[i] ?? 1) }
        if let known = best, sum >= known.sum { continue }
        best = (row, next, sum)
      }
      guard let best else { break }
      chosen.append(best.row)
      distances = best.distances
    }
    return chosen.flatMap { row in (0..<p).map { x[row * p + $0] + means[$0] } }
  }

  /// A row, with a chance in proportion to `chances`; any row where all are zero.
  private func draw(_ chances: [Double], _ random: inout RandomStream) -> Int {
    let total = chances.reduce(0, +)
    guard total > 0, total.isFinite else { return random.nextInt(below: n) }
    let goal = random.nextUniform() * total
    var sum = 0.0
    for (row, chance) in chances.enumerated() {
      sum += chance
      if sum > goal { return row }
    }
    return chances.lastIndex { $0 > 0 } ?? 0
  }

  /// The smaller of each row's distance so far and its squared distance from a row.
  private func nearer(_ distances: [Double], than center: Int) throws -> [Double] {
    try workers.mapRows(n, cancellation: cancellation) { rows in
      x.withUnsafeBufferPointer { x in
        rows.map { row in
          var sum = 0.0
          for j in 0..<p {
            let distance = x[row * p + j] - x[center * p + j]
            sum += distance * distance
          }
          return min(sum, distances[row])
        }
      }
    }.flatMap { $0 }
  }
}
