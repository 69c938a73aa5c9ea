import WeirBase

/// How rows are split between workers: the parts depend on the number of rows alone.
enum RowParts {
  static func ranges(_ rows: Int, atLeast minimum: Int = 2048) -> [Range<Int>] {
    guard rows > 0 else { return [] }
    let parts = min(64, max(1, rows / max(1, minimum)))
    return (0..<parts).map { rows * $0 / parts..<rows * ($0 + 1) / parts }
  }
}

extension Workers {
  /// The results of `body` for each part of the rows, in order; looks for a request to stop before each.
  func mapRows<Result: Sendable>(
    _ rows: Int, atLeast minimum: Int = 2048, cancellation: Cancellation? = nil,
    _ body: @Sendable (Range<Int>) throws -> Result
  ) throws -> [Result] {
    let ranges = RowParts.ranges(rows, atLeast: minimum)
    return try map(ranges.count) { part in
      try cancellation?.check()
      return try body(ranges[part])
    }
  }
}

extension [[Double]] {
  /// The sum of arrays of one length, in their order.
  func summed(count: Int) -> [Double] {
    var total = [Double](repeating: 0, count: count)
    for part in self { for i in 0..<Swift.min(count, part.count) { total[i] += part[i] } }
    return total
  }
}

/// The weighted means of the columns of a row-major matrix: two passes, so that the second mends the first's rounding.
func columnMeans(_ x: [Double], rows n: Int, columns p: Int, weights: [Double]?, workers: Workers) throws -> [Double] {
  let total = weights?.reduce(0, +) ?? Double(n)
  guard total > 0 else { return [Double](repeating: 0, count: p) }
  func pass(around center: [Double]) throws -> [Double] {
    let parts = try workers.mapRows(n) { rows in
      var sums = [Double](repeating: 0, count: p)
      x.withUnsafeBufferPointer { x in
        for row in rows {
          let weight = weights?[row] ?? 1
          for j in 0..<p { sums[j] += weight * (x[row * p + j] - center[j]) }
        }
      }
      return sums
    }
    return parts.summed(count: p).map { $0 / total }
  }
  let first = try pass(around: [Double](repeating: 0, count: p))
  guard first.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to add up") }
  let second = try pass(around: first)
  return zip(first, second).map { $0 + $1 }
}
