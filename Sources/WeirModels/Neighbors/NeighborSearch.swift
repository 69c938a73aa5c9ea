import CWeirKernels
import WeirBase

/// The nearest of a fixed set of rows, found by brute force: products of blocks in single precision leave few candidates,
/// and these are measured exactly. So results do not depend on how the products round.
struct NeighborSearch: Sendable {
  private let set: NearRows

  struct Neighbor {
    var row: Int
    var squaredDistance: Double
  }

  init(_ training: [Double], columns: Int, workers: Workers) throws {
    guard training.count / max(columns, 1) <= Int(Int32.max) else { throw ModelError("there are too many rows to look up") }
    set = try NearRows(training, columns: columns, workers: workers)
  }

  /// What `body` makes of each query's `k` nearest rows, nearest first, in the order of the queries.
  func map<Result: Sendable>(
    _ queries: [Double], k: Int, workers: Workers, _ body: @Sendable ([Neighbor]) -> Result
  ) throws -> [Result] {
    let count = queries.count / max(set.columns, 1), size = 128
    let blocks = (count + size - 1) / size
    return try workers.map(blocks) { block in
      let range = block * size..<min((block + 1) * size, count)
      return try nearest(queries, range, k: min(k, set.rows)).map(body)
    }.flatMap { $0 }
  }

  private func nearest(_ queries: [Double], _ range: Range<Int>, k: Int) throws -> [[Neighbor]] {
    let (block, lengths) = try NearRows.near(queries, rows: range, means: set.means, scale: set.scale)
    var candidates = lengths.map { _ in Candidates(k: k) }
    var products = [Float](repeating: 0, count: range.count * NearRows.tile)
    for (number, tile) in set.tiles.enumerated() {
      try products.withUnsafeMutableBufferPointer { products in
        try block.withUnsafeBufferPointer { block in
          guard let products = products.baseAddress, let block = block.baseAddress else { return }
          try set.products(block, count: range.count, tile: tile, into: products)
          for i in 0..<range.count {
            let margin = set.unit * (lengths[i] + 2 * set.reaches[number]) + NearRows.tiny
            candidates[i].scan(products + i * tile.count, set.lengths, tile, margin)
          }
        }
      }
    }
    return range.indices.map { i in
      let rows = candidates[i - range.lowerBound].chosen()
      return queries.withUnsafeBufferPointer { queries in
        guard let base = queries.baseAddress else { return [] }
        return measured(rows, base + i * set.columns, k: k)
      }
    }
  }

  /// The `k` nearest of the candidates by exact differences; of equals those further up.
  private func measured(_ candidates: ArraySlice<Int32>, _ query: UnsafePointer<Double>, k: Int) -> [Neighbor] {
    var found = candidates.map { Neighbor(row: Int($0), squaredDistance: set.squaredDistance(Int($0), from: query)) }
    found.sort { ($0.squaredDistance, $0.row) < ($1.squaredDistance, $1.row) }
    return Array(found.prefix(k))
  }
}

/// The rows that can be among the `k` nearest of one query.
private struct Candidates {
  private let k: Int
  private var heap: [Float]
  private var heaped = 0
  private var rows: [Int32] = []
  private var least: [Float] = []
  private var count = 0
  /// When to drop what is too far by now; doubles with what stays, so that dropping costs little in all.
  private var crowded = 256

  init(k: Int) {
    self.k = k
    heap = [Float](repeating: 0, count: max(k, 1))
  }

  mutating func scan(_ products: UnsafePointer<Float>, _ lengths: [Float], _ tile: Range<Int>, _ margin: Float) {
    if count > crowded {
      kernel { weir_drop_candidates(&$0) }
      crowded = 2 * count + 256
    }
    let room = count + tile.count
    if rows.count < room {
      rows += [Int32](repeating: 0, count: room + crowded - rows.count)
      least += [Float](repeating: 0, count: room + crowded - least.count)
    }
    lengths.withUnsafeBufferPointer { lengths in
      guard let lengths = lengths.baseAddress else { return }
      kernel {
        weir_scan_candidates(&$0, products, lengths + tile.lowerBound, tile.count, Int32(truncatingIfNeeded: tile.lowerBound), margin)
      }
    }
  }

  mutating func chosen() -> ArraySlice<Int32> {
    kernel { weir_drop_candidates(&$0) }
    return rows.prefix(count)
  }

  private mutating func kernel(_ body: (inout weir_candidates) -> Void) {
    heap.withUnsafeMutableBufferPointer { heap in
      rows.withUnsafeMutableBufferPointer { rows in
        least.withUnsafeMutableBufferPointer { least in
          var state = weir_candidates(
            k: k, heaped: heaped, count: count, heap: heap.baseAddress, rows: rows.baseAddress, least: least.baseAddress)
          body(&state)
          (heaped, count) = (state.heaped, state.count)
        }
      }
    }
  }
}
