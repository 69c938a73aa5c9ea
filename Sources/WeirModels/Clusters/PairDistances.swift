import CWeirKernels
import Glibc
import WeirBase

/// The distances of all pairs of rows, each held once, from which clusters are joined whose distance is the farthest pair's
/// or the mean of all.
///
/// Safety: while distances are measured, parts write rows of their own; from then on one thread works on them.
final class PairDistances: @unchecked Sendable {
  private let half: UnsafeMutablePointer<Double>
  private let count: Int

  /// So many bytes of memory are taken at most.
  static let mostBytes = Int(sysconf(Int32(_SC_PHYS_PAGES))) / 4 * 3 * Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Of rows (row-major); `points` holds the same by column.
  init(_ values: [Double], _ points: LoosePoints, _ workers: Workers, _ cancellation: Cancellation) throws {
    let n = points.count, columns = points.width, bytes = n * (n - 1) / 2 * MemoryLayout<Double>.stride
    guard bytes <= PairDistances.mostBytes, let memory = malloc(max(bytes, 8)) else {
      throw ModelError(
        "`hierarchical` holds the distances of all pairs of rows, which take \(byteSize(Int64(bytes))) for \(n) rows, more than the "
          + "memory allows", mend: "take a `sample` of the rows, or write `how: \"ward\"` or `how: \"single\"`, which need none of this")
    }
    weir_prefer_large_pages(memory, bytes)
    half = memory.bindMemory(to: Double.self, capacity: bytes / MemoryLayout<Double>.stride)
    count = n
    _ = try workers.mapRows(n, atLeast: 64, cancellation: cancellation) { rows in
      values.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return }
        for row in rows where row > 0 {
          let own = half + row * (row - 1) / 2
          weir_distances_from(x + row * columns, points.columns.base, columns, n, 0, row, own)
          weir_take_roots(own, row)
        }
      }
    }
  }

  deinit { free(half) }

  /// Chains of nearest neighbours, whose ends join (Murtagh 1983; Müllner 2011).
  func joined(
    complete: Bool, _ cancellation: Cancellation, _ progress: (Int, Int) -> Void
  ) throws -> [MergeTree.Merge] {
    var open = (0..<count).map { Int32($0) }, sizes = [Double](repeating: 1, count: count)
    var merges: [MergeTree.Merge] = [], chain: [Int] = []
    while open.count > 1 {
      if merges.count % 64 == 0 {
        try cancellation.check()
        progress(merges.count, count - 1)
      }
      if chain.isEmpty { chain.append(Int(open[0])) }
      let x = chain[chain.count - 1]
      var least = 0.0
      let found = weir_half_nearest(half, open, open.count, x, &least)
      guard found >= 0 else { throw MergeTree.tooLarge }
      // Of equals the one before, so that chains end.
      guard chain.count > 1, case let y = chain[chain.count - 2], distance(x, y) <= least else {
        chain.append(found)
        continue
      }
      chain.removeLast(2)
      let (low, high) = (min(x, y), max(x, y))
      merges.append(MergeTree.Merge(a: low, b: high, height: distance(x, y)))
      weir_half_join(complete ? 1 : 0, half, open, open.count, low, high, sizes[low], sizes[high])
      sizes[high] += sizes[low]
      if let place = open.firstIndex(of: Int32(low)) { open.remove(at: place) }
    }
    return merges
  }

  private func distance(_ a: Int, _ b: Int) -> Double {
    let (low, high) = (min(a, b), max(a, b))
    return half[high * (high - 1) / 2 + low]
  }
}
