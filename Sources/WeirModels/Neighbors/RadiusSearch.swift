import CWeirKernels
import WeirBase

/// The pairs of a fixed set of rows that are at most so far apart, exactly: by a tree where there are few columns, else by
/// products of blocks whose doubtful results are measured.
struct RadiusSearch: Sendable {
  private enum Way: Sendable {
    case tree(RowTree)
    case products(NearRows)
  }

  let rows: Int
  private let radius: Double
  private let way: Way

  init(_ values: [Double], columns: Int, radius: Double, workers: Workers, cancellation: Cancellation) throws {
    rows = values.count / max(columns, 1)
    self.radius = radius
    guard rows <= Int(Int32.max) else { throw ModelError("there are too many rows to look up") }
    if columns <= 8 {
      way = .tree(try RowTree(values, columns: columns, cancellation: cancellation))
    } else {
      way = .products(try NearRows(values, columns: columns, workers: workers))
    }
  }

  /// Calls `body` with each pair of one of the `own` rows and any row within the radius of it, itself too. With `above`,
  /// pairs with rows before may be left out.
  func forEachPair(_ own: Range<Int>, above: Bool = false, _ body: (Int, Int) -> Void) throws {
    switch way {
    case .tree(let tree): for row in own { tree.forEach(within: radius * radius, of: row) { body(row, $0) } }
    case .products(let set):
      for start in stride(from: own.lowerBound, to: own.upperBound, by: 128) {
        try visit(set, start..<min(start + 128, own.upperBound), above: above, body)
      }
    }
  }

  private func visit(_ set: NearRows, _ own: Range<Int>, above: Bool, _ body: (Int, Int) -> Void) throws {
    let scaled = Float(radius * set.scale * radius * set.scale)
    var products = [Float](repeating: 0, count: own.count * NearRows.tile)
    var bits = [UInt64](repeating: 0, count: NearRows.tile / 64), unsure = [Int32](repeating: 0, count: NearRows.tile)
    for (number, tile) in set.tiles.enumerated() where !above || tile.upperBound > own.lowerBound {
      try products.withUnsafeMutableBufferPointer { products in
        try set.near.withUnsafeBufferPointer { near in
          guard let products = products.baseAddress, let near = near.baseAddress else { return }
          try set.products(near + own.lowerBound * set.columns, count: own.count, tile: tile, into: products)
          for i in own {
            let length = set.lengths[i]
            // The rounding of the radius itself is in the last term.
            let margin = 2 * (set.unit * (length + 2 * set.reaches[number]) + NearRows.tiny) + scaled * 0x1p-21
            let found = set.lengths.withUnsafeBufferPointer { lengths in
              weir_rows_within(
                products + (i - own.lowerBound) * tile.count, lengths.baseAddress.map { $0 + tile.lowerBound }, tile.count,
                scaled - length - margin, scaled - length + margin, &bits, &unsure)
            }
            for word in 0..<(tile.count + 63) / 64 {
              var left = bits[word]
              while left != 0 {
                body(i, tile.lowerBound + word * 64 + left.trailingZeroBitCount)
                left &= left - 1
              }
            }
            for place in unsure.prefix(found) {
              let other = tile.lowerBound + Int(place)
              if distance(set, i, other) <= radius * radius { body(i, other) }
            }
          }
        }
      }
    }
  }

  private func distance(_ set: NearRows, _ a: Int, _ b: Int) -> Double {
    set.values.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return 0 }
      return weir_squared_distance(x + a * set.columns, x + b * set.columns, set.columns)
    }
  }
}

/// Rows in a tree of boxes, each of which is parted at the median of its longest side (Bentley 1975).
struct RowTree: Sendable {
  private let columns: Int
  /// Rows in the order of the leaves, and their numbers.
  private let values: [Double]
  private let numbers: [Int32]
  /// The place of each row in that order.
  private let places: [Int32]
  private struct Node {
    var range: Range<Int32>
    /// The first of two children; 0 for a leaf.
    var child: Int32 = 0
  }
  private let nodes: [Node]
  /// Of each node the low ends of its box, then the high ones.
  private let boxes: [Double]
  private static let leaf = 24

  init(_ x: [Double], columns p: Int, cancellation: Cancellation) throws {
    let n = x.count / max(p, 1)
    var order = (0..<n).map { Int32($0) }
    var nodes = [Node(range: 0..<Int32(n))], boxes: [Double] = [], next = 0
    while next < nodes.count {
      if next % 1024 == 0 { try cancellation.check() }
      let range = Int(nodes[next].range.lowerBound)..<Int(nodes[next].range.upperBound)
      var low = [Double](repeating: .infinity, count: p), high = [Double](repeating: -.infinity, count: p)
      for i in range {
        for j in 0..<p {
          let value = x[Int(order[i]) * p + j]
          if value < low[j] { low[j] = value }
          if value > high[j] { high[j] = value }
        }
      }
      boxes += low + high
      var widest = 0
      // Halves, since the length of a side may not be finite.
      for j in 0..<p where high[j] / 2 - low[j] / 2 > high[widest] / 2 - low[widest] / 2 { widest = j }
      if range.count > RowTree.leaf, high[widest] > low[widest] {
        let axis = widest
        order[range].sort { (x[Int($0) * p + axis], $0) < (x[Int($1) * p + axis], $1) }
        let middle = Int32((range.lowerBound + range.upperBound) / 2)
        nodes[next].child = Int32(nodes.count)
        nodes.append(Node(range: nodes[next].range.lowerBound..<middle))
        nodes.append(Node(range: middle..<nodes[next].range.upperBound))
      }
      next += 1
    }
    var places = [Int32](repeating: 0, count: n)
    for (place, row) in order.enumerated() { places[Int(row)] = Int32(place) }
    columns = p
    values = order.flatMap { x[Int($0) * p..<(Int($0) + 1) * p] }
    (numbers, self.places, self.nodes, self.boxes) = (order, places, nodes, boxes)
  }

  /// Calls `body` with each row whose squared distance from one of the rows is at most `most`.
  func forEach(within most: Double, of row: Int, _ body: (Int) -> Void) {
    let p = columns
    withUnsafeTemporaryAllocation(of: Double.self, capacity: p) { corner in
      values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress, let corner = corner.baseAddress else { return }
        let query = base + Int(places[row]) * p
        var open: [Int32] = [0]
        while let next = open.popLast() {
          let node = nodes[Int(next)], box = Int(next) * 2 * p
          // The point of the box that is nearest.
          for j in 0..<p { corner[j] = min(max(query[j], boxes[box + j]), boxes[box + p + j]) }
          if weir_squared_distance(query, corner, p) > most { continue }
          if node.child > 0 {
            open.append(node.child + 1)
            open.append(node.child)
            continue
          }
          for place in Int(node.range.lowerBound)..<Int(node.range.upperBound)
          where weir_squared_distance(query, base + place * p, p) <= most {
            body(Int(numbers[place]))
          }
        }
      }
    }
  }
}
