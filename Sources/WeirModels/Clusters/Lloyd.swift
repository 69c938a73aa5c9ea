import CWeirKernels
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

  let rows: NearRows
  let weights: [Double]?
  let k: Int
  let workers: Workers
  let cancellation: Cancellation
  private let maxIterations: Int
  /// Of so few parts that their sums take no more room than the rows.
  private let parts: [Range<Int>]

  var n: Int { rows.rows }
  var p: Int { rows.columns }

  init(
    _ values: [Double], weights: [Double]?, columns p: Int, k: Int, maxIterations: Int, workers: Workers,
    cancellation: Cancellation
  ) throws {
    rows = try NearRows(values, columns: p, workers: workers)
    self.weights = weights
    self.k = k
    self.maxIterations = maxIterations
    self.workers = workers
    self.cancellation = cancellation
    parts = RowParts.ranges(values.count / max(p, 1), atLeast: max(2048, 2 * k))
  }

  /// Until no row changes its cluster, or all centres together move less than `tolerance` times the mean variance of the
  /// features (squared distances).
  func run(from start: [Double], tolerance: Double) throws -> Result {
    var centers = start, iterations = 0
    var state = Assignment(rows: n, parts: parts.count, clusters: k, columns: p)
    let smallest = tolerance > 0 ? tolerance * meanVariance() : -1
    while iterations < maxIterations {
      try cancellation.check()
      iterations += 1
      if try assign(centers, &state) == 0 { break }
      let next = try moved(centers, state)
      let shift = zip(centers, next).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      centers = next
      if shift <= smallest { break }
    }
    // The labels belong to the final centres.
    if try assign(centers, &state) > 0 { try cancellation.check() }
    let inertia = try distances(centers, state.labels).enumerated().reduce(0.0) { $0 + $1.element * (weights?[$1.offset] ?? 1) }
    guard inertia.isFinite, centers.allSatisfy(\.isFinite) else {
      throw ModelError("the features hold numbers too large to square", mend: "put `standardize()` before `kmeans`")
    }
    return Result(
      centers: centers, labels: state.labels, sizes: state.totals(\.sizes, count: k), inertia: inertia, iterations: iterations)
  }

  private func meanVariance() -> Double {
    var squares = 0.0, total = 0.0
    for i in 0..<n {
      let weight = weights?[i] ?? 1
      total += weight
      squares += weight * Double(rows.lengths[i])
    }
    return squares / (total * Double(p)) / rows.scale / rows.scale
  }

  /// The clusters of the rows, and of each part of the rows the sums over each cluster: rows less the means.
  private struct Assignment {
    var labels: [Int32]
    /// Parts x clusters x features.
    var sums: [Double]
    /// Parts x clusters.
    var sizes: [Double]
    var counts: [Int64]

    init(rows: Int, parts: Int, clusters: Int, columns: Int) {
      labels = [Int32](repeating: -1, count: rows)
      sums = [Double](repeating: 0, count: parts * clusters * columns)
      sizes = [Double](repeating: 0, count: parts * clusters)
      counts = [Int64](repeating: 0, count: parts * clusters)
    }

    /// Added over the parts, in their order.
    func totals(_ path: KeyPath<Assignment, [Double]>, count: Int) -> [Double] {
      var total = [Double](repeating: 0, count: count)
      self[keyPath: path].withUnsafeBufferPointer { values in
        for start in stride(from: 0, to: values.count, by: max(count, 1)) { for i in 0..<count { total[i] += values[start + i] } }
      }
      return total
    }
  }

  /// Each row's nearest centre; returns how many rows changed theirs.
  private func assign(_ centers: [Double], _ state: inout Assignment) throws -> Int {
    let nearest = NearestCenters(centers, columns: p, means: rows.means, scale: rows.scale)
    return try state.labels.withUnsafeMutableBufferPointer { labels in
      try state.sums.withUnsafeMutableBufferPointer { sums in
        try state.sizes.withUnsafeMutableBufferPointer { sizes in
          try state.counts.withUnsafeMutableBufferPointer { counts in
            let labels = Unchecked(labels.baseAddress), sums = Unchecked(sums.baseAddress)
            let sizes = Unchecked(sizes.baseAddress), counts = Unchecked(counts.baseAddress)
            return try workers.map(parts.count) { part in
              try cancellation.check()
              guard let labels = labels.pointer, let sums = sums.pointer, let sizes = sizes.pointer,
                let counts = counts.pointer
              else { return 0 }
              var own = weir_cluster_sums(sums: sums + part * k * p, sizes: sizes + part * k, counts: counts + part * k)
              return withRows { x, near, lengths, weights in
                nearest.assign(x, near: near, lengths: lengths, weights: weights, parts[part], labels: labels, sums: &own)
              }
            }.reduce(0, +)
          }
        }
      }
    }
  }

  private func withRows(
    _ body: (UnsafePointer<Double>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Double>?) -> Int
  ) -> Int {
    rows.values.withUnsafeBufferPointer { x in
      rows.near.withUnsafeBufferPointer { near in
        rows.lengths.withUnsafeBufferPointer { lengths in
          guard let x = x.baseAddress, let near = near.baseAddress, let lengths = lengths.baseAddress else { return 0 }
          guard let weights else { return body(x, near, lengths, nil) }
          return weights.withUnsafeBufferPointer { body(x, near, lengths, $0.baseAddress) }
        }
      }
    }
  }

  /// The squared distance of each row from its centre.
  private func distances(_ centers: [Double], _ labels: [Int32]) throws -> [Double] {
    try workers.mapRows(n, cancellation: cancellation) { part in
      centers.withUnsafeBufferPointer { centers -> [Double] in
        guard let base = centers.baseAddress else { return [] }
        return part.map { rows.squaredDistance($0, from: base + Int(labels[$0]) * p) }
      }
    }.flatMap { $0 }
  }

  /// The means of the clusters; empty ones take the rows farthest from their centres, one each.
  private func moved(_ centers: [Double], _ state: Assignment) throws -> [Double] {
    var sums = state.totals(\.sums, count: k * p), sizes = state.totals(\.sizes, count: k)
    let empty = (0..<k).filter { c in stride(from: c, to: state.counts.count, by: k).allSatisfy { state.counts[$0] == 0 } }
    if !empty.isEmpty {
      let distances = try distances(centers, state.labels)
      let farthest = distances.indices.sorted { (distances[$0], $1) > (distances[$1], $0) }
      for (cluster, row) in zip(empty, farthest) where distances[row] > 0 {
        let weight = weights?[row] ?? 1, old = Int(state.labels[row])
        for j in 0..<p {
          let value = weight * (rows.values[row * p + j] - rows.means[j])
          sums[old * p + j] -= value
          sums[cluster * p + j] = value
        }
        sizes[old] -= weight
        sizes[cluster] = weight
      }
    }
    return centers.enumerated().map { index, old in
      let size = sizes[index / p]
      return size > 0 ? sums[index] / size + rows.means[index % p] : old
    }
  }
}
