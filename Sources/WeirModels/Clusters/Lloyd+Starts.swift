import CWeirKernels
import Glibc
import WeirBase

extension Lloyd {
  /// k-means++: rows drawn with a chance in proportion to their squared distance from the centres so far; of a few
  /// draws the one that leaves the smallest sum of distances.
  func drawnCenters(_ random: inout RandomStream) throws -> [Double] {
    let trials = 2 + Int(log(Double(k)))
    var distances = [Double](repeating: .infinity, count: n)
    var chosen = [draw(1, weights ?? [Double](repeating: 1, count: n), &random)[0]]
    distances = try nearer(distances, than: chosen).distances
    while chosen.count < k {
      let chances = weights.map { weights in distances.indices.map { distances[$0] * weights[$0] } } ?? distances
      let drawn = draw(trials, chances, &random)
      let next = try nearer(distances, than: drawn)
      let best = next.sums.indices.min { next.sums[$0] < next.sums[$1] } ?? 0
      chosen.append(drawn[best])
      distances = Array(next.distances[best * n..<(best + 1) * n])
    }
    return chosen.flatMap { rows.values[$0 * p..<($0 + 1) * p] }
  }

  /// Rows, each with a chance in proportion to `chances`; any rows where all are zero.
  private func draw(_ count: Int, _ chances: [Double], _ random: inout RandomStream) -> [Int] {
    var total = 0.0
    let sums = chances.map { chance in
      total += chance
      return total
    }
    return (0..<count).map { _ in
      guard total > 0, total.isFinite else { return random.nextInt(below: n) }
      let goal = random.nextUniform() * total
      // The first whose sum is beyond the goal.
      var low = 0, high = n - 1
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] > goal { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }

  /// For each of some rows, the smaller of every row's distance so far and its squared distance from that one; and the
  /// weighted sums.
  private func nearer(_ distances: [Double], than others: [Int]) throws -> (distances: [Double], sums: [Double]) {
    let points = others.flatMap { rows.values[$0 * p..<($0 + 1) * p] }
    let parts = RowParts.ranges(n)
    var sums: [[Double]] = [], failure: (any Error)?
    let next = [Double](unsafeUninitializedCapacity: n * others.count) { buffer, count in
      let out = Unchecked(buffer.baseAddress)
      do {
        sums = try workers.map(parts.count) { part in
          try cancellation.check()
          var own = [Double](repeating: 0, count: others.count)
          func write(_ weights: UnsafePointer<Double>?) {
            rows.values.withUnsafeBufferPointer { x in
              points.withUnsafeBufferPointer { points in
                distances.withUnsafeBufferPointer { distances in
                  weir_nearer(
                    x.baseAddress, p, parts[part].lowerBound, parts[part].upperBound, points.baseAddress, others.count,
                    distances.baseAddress, weights, out.pointer, n, &own)
                }
              }
            }
          }
          if let weights { weights.withUnsafeBufferPointer { write($0.baseAddress) } } else { write(nil) }
          return own
        }
        count = n * others.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return (next, sums.summed(count: others.count))
  }
}
