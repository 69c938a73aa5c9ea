import WeirBase

/// The nearest of a fixed set of rows, found by brute force: products of blocks give approximate distances, which leave
/// few candidates; these are measured exactly. So results do not depend on how the products round.
struct NeighborSearch: Sendable {
  private let columns: Int
  private let rows: Int
  /// Row-major, as they came.
  private let training: [Double]
  private let means: [Double]
  /// Rows less the means, which keeps the products' rounding small, and their squared lengths.
  private let centered: [Double]
  private let squares: [Double]
  private let largestSquare: Double

  struct Neighbor {
    var row: Int
    var squaredDistance: Double
  }

  init(_ training: [Double], columns: Int, workers: Workers) throws {
    self.columns = columns
    self.training = training
    rows = training.count / max(columns, 1)
    means = try columnMeans(training, rows: rows, columns: columns, weights: nil, workers: workers)
    (centered, squares) = NeighborSearch.center(training[...], around: means)
    largestSquare = squares.max() ?? 0
    guard largestSquare.isFinite else { throw ModelError("the features hold numbers too large to square") }
  }

  private static func center(_ x: ArraySlice<Double>, around means: [Double]) -> ([Double], [Double]) {
    let p = means.count
    var centered: [Double] = [], squares: [Double] = []
    centered.reserveCapacity(x.count)
    x.withUnsafeBufferPointer { x in
      for i in 0..<x.count / max(p, 1) {
        var sum = 0.0
        for j in 0..<p {
          let value = x[i * p + j] - means[j]
          centered.append(value)
          sum += value * value
        }
        squares.append(sum)
      }
    }
    return (centered, squares)
  }

  /// What `body` makes of each query's `k` nearest rows, nearest first, in the order of the queries.
  func map<Result: Sendable>(
    _ queries: [Double], k: Int, workers: Workers, _ body: @Sendable ([Neighbor]) -> Result
  ) throws -> [Result] {
    let count = queries.count / max(columns, 1), size = 64
    let blocks = (count + size - 1) / size
    return try workers.map(blocks) { block in
      let range = block * size..<min((block + 1) * size, count)
      return try nearest(queries, range, k: min(k, rows)).map(body)
    }.flatMap { $0 }
  }

  private func nearest(_ queries: [Double], _ range: Range<Int>, k: Int) throws -> [[Neighbor]] {
    let p = columns
    let (block, lengths) = NeighborSearch.center(queries[range.lowerBound * p..<range.upperBound * p], around: means)
    // The error of |q|² + |t|² - 2 q·t is below this, whatever the order of the sums.
    var candidates = lengths.map { length in
      Candidates(k: k, margin: Double(4 * p + 32) * 0x1p-53 * (length + largestSquare))
    }
    let width = 1024
    for start in stride(from: 0, to: rows, by: width) {
      let end = min(start + width, rows)
      let products = try block.withUnsafeBufferPointer { q in
        try centered.withUnsafeBufferPointer { t -> [Double] in
          guard let q = q.baseAddress, let t = t.baseAddress else { return [] }
          return try LinearAlgebra.product(q, t + start * p, m: range.count, k: p, n: end - start, transposedB: true)
        }
      }
      products.withUnsafeBufferPointer { products in
        squares.withUnsafeBufferPointer { squares in
          for i in 0..<range.count {
            let own = products.baseAddress.map { $0 + i * (end - start) }
            guard let own else { continue }
            candidates[i].scan(lengths[i], own, squares, start..<end)
          }
        }
      }
    }
    return range.indices.map { i in measured(candidates[i - range.lowerBound].chosen(), queries, row: i, k: k) }
  }

  /// The `k` nearest of the candidates by exact differences; of equals those further up.
  private func measured(_ candidates: [Int32], _ queries: [Double], row: Int, k: Int) -> [Neighbor] {
    let p = columns
    var found = candidates.map { candidate in
      var sum = 0.0
      for j in 0..<p {
        let distance = queries[row * p + j] - training[Int(candidate) * p + j]
        sum += distance * distance
      }
      return Neighbor(row: Int(candidate), squaredDistance: sum)
    }
    found.sort { ($0.squaredDistance, $0.row) < ($1.squaredDistance, $1.row) }
    return Array(found.prefix(k))
  }
}

/// The rows that can be among the `k` nearest of one query, given distances with an error of at most `margin`.
private struct Candidates {
  let k: Int
  let margin: Double
  /// The `k` smallest approximate distances so far, as a heap with the largest on top.
  private var heap: [Double] = []
  private var limit = Double.infinity
  private var rows: [Int32] = []
  private var distances: [Double] = []
  /// When to drop what is too far by now; doubles with what stays, so that dropping costs little in all.
  private var crowded = 256

  init(k: Int, margin: Double) {
    self.k = k
    self.margin = margin
  }

  mutating func scan(
    _ length: Double, _ products: UnsafePointer<Double>, _ squares: UnsafeBufferPointer<Double>, _ range: Range<Int>
  ) {
    for row in range {
      let distance = length + squares[row] - 2 * products[row - range.lowerBound]
      // Not `>`, so that a distance that is not a number stays a candidate.
      if distance > limit { continue }
      rows.append(Int32(truncatingIfNeeded: row))
      distances.append(distance)
      push(distance)
      if rows.count > crowded { compact() }
    }
  }

  private mutating func push(_ distance: Double) {
    if heap.count < k {
      heap.append(distance)
      var child = heap.count - 1
      while child > 0, heap[(child - 1) / 2] < heap[child] {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if let top = heap.first, distance < top {
      heap[0] = distance
      var parent = 0
      while true {
        var child = 2 * parent + 1
        if child >= heap.count { break }
        if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
        if heap[child] <= heap[parent] { break }
        heap.swapAt(child, parent)
        parent = child
      }
    }
    if heap.count == k, let top = heap.first { limit = top + 2 * margin }
  }

  private mutating func compact() {
    var kept = 0
    for i in rows.indices where !(distances[i] > limit) {
      rows[kept] = rows[i]
      distances[kept] = distances[i]
      kept += 1
    }
    rows.removeLast(rows.count - kept)
    distances.removeLast(distances.count - kept)
    crowded = 2 * kept + 256
  }

  mutating func chosen() -> [Int32] {
    compact()
    return rows
  }
}
