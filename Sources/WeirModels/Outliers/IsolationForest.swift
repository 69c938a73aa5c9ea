import Glibc
package import WeirBase

/// Trees of random cuts: rows that few cuts set apart are unusual (Liu, Ting and Zhou 2008, "Isolation Forest").
package struct IsolationForest: Sendable, Hashable {
  /// How many trees.
  package var trees = 100
  /// How many rows each tree is grown on.
  package var sampleSize = 256

  package init(trees: Int = 100, sampleSize: Int = 256) {
    self.trees = trees
    self.sampleSize = sampleSize
  }

  /// Grows the trees on `rows` rows of `columns` finite numbers, row by row; each tree draws from a child stream of its
  /// own, so that threads do not matter.
  package func grown(
    on x: [Double], rows: Int, columns: Int, random: RandomStream, workers: Workers = .one, cancellation: Cancellation? = nil
  ) throws -> GrownIsolationForest {
    guard rows > 0, columns > 0, x.count == rows * columns else { throw ModelError("an isolation forest needs rows of numbers") }
    guard (1...10_000).contains(trees) else { throw ModelError("an isolation forest has 1 to 10000 trees, not \(trees)") }
    guard sampleSize >= 2 else { throw ModelError("a tree of an isolation forest needs at least 2 rows, not \(sampleSize)") }
    let size = min(sampleSize, rows)
    let grown = try workers.map(trees) { index in
      try cancellation?.check()
      var stream = random.child(index)
      return IsolationTree(x, columns: columns, rows: IsolationForest.drawn(size, of: rows, &stream), &stream)
    }
    return GrownIsolationForest(trees: grown, sampleSize: size, columns: columns)
  }

  /// Different rows at random (Floyd's way, then shuffled by nothing: the order does not matter).
  private static func drawn(_ size: Int, of rows: Int, _ stream: inout RandomStream) -> [Int] {
    if size >= rows { return Array(0..<rows) }
    var chosen: Set<Int> = [], order: [Int] = []
    for limit in (rows - size)..<rows {
      let row = stream.nextInt(below: limit + 1)
      order.append(chosen.insert(row).inserted ? row : limit)
      if order.last == limit { chosen.insert(limit) }
    }
    return order
  }

  /// The mean length of a search without success in a binary tree over `n` rows: what path lengths are measured by.
  static func meanPath(_ n: Int) -> Double {
    if n <= 1 { return 0 }
    if n == 2 { return 1 }
    let m = Double(n - 1)
    return 2 * (log(m) + 0.5772156649015329) - 2 * m / Double(n)
  }
}

/// A tree of cuts as arrays, node 0 at the root.
package struct IsolationTree: Sendable, Hashable {
  /// The column that a node cuts; -1 for a leaf.
  package private(set) var features: [Int32] = []
  /// Rows below the cut go to `left`, the others to `left + 1`.
  package private(set) var cuts: [Double] = []
  package private(set) var left: [Int32] = []
  /// Of a leaf, the length of the path to it, with what the rows left in it would add.
  package private(set) var lengths: [Double] = []

  package init(features: [Int32], cuts: [Double], left: [Int32], lengths: [Double]) {
    self.features = features
    self.cuts = cuts
    self.left = left
    self.lengths = lengths
  }

  init(_ x: [Double], columns: Int, rows: [Int], _ stream: inout RandomStream) {
    let deepest = Int(log2(Double(max(2, rows.count))).rounded(.up))
    addLeaf()
    var open: [(node: Int, rows: [Int], depth: Int)] = [(0, rows, 0)], next = 0
    while next < open.count {
      let (node, rows, depth) = open[next]
      open[next].rows = []
      next += 1
      guard depth < deepest, rows.count > 1, let (feature, cut) = IsolationTree.cut(x, columns, rows, &stream) else {
        lengths[node] = Double(depth) + IsolationForest.meanPath(rows.count)
        continue
      }
      features[node] = Int32(feature)
      cuts[node] = cut
      left[node] = Int32(features.count)
      open.append((features.count, rows.filter { x[$0 * columns + feature] < cut }, depth + 1))
      addLeaf()
      open.append((features.count, rows.filter { x[$0 * columns + feature] >= cut }, depth + 1))
      addLeaf()
    }
  }

  private mutating func addLeaf() {
    features.append(-1)
    cuts.append(0)
    left.append(-1)
    lengths.append(0)
  }

  /// A column among those that vary here, and a place between its ends.
  private static func cut(_ x: [Double], _ columns: Int, _ rows: [Int], _ stream: inout RandomStream) -> (Int, Double)? {
    var free = Array(0..<columns)
    while !free.isEmpty {
      let place = stream.nextInt(below: free.count), feature = free[place]
      var low = Double.infinity, high = -Double.infinity
      for row in rows {
        low = min(low, x[row * columns + feature])
        high = max(high, x[row * columns + feature])
      }
      if low < high {
        // Halves first: the distance of both ends may not be finite.
        let share = stream.nextUniform(), cut = low * (1 - share) + high * share
        return (feature, cut > low ? cut : high)
      }
      free.swapAt(place, free.count - 1)
      free.removeLast()
    }
    return nil
  }

  func length(_ x: UnsafeBufferPointer<Double>, at start: Int) -> Double {
    var node = 0
    while features[node] >= 0 {
      node = Int(left[node]) + (x[start + Int(features[node])] < cuts[node] ? 0 : 1)
    }
    return lengths[node]
  }
}

package struct GrownIsolationForest: Sendable, Hashable {
  package let trees: [IsolationTree]
  package let sampleSize: Int
  package let columns: Int

  package init(trees: [IsolationTree], sampleSize: Int, columns: Int) {
    self.trees = trees
    self.sampleSize = sampleSize
    self.columns = columns
  }

  /// Between 0 and 1: about 0.5 for rows as most are, towards 1 for those that are set apart at once.
  package func scores(_ x: [Double], rows: Int, workers: Workers = .one, cancellation: Cancellation? = nil) throws -> [Double] {
    guard x.count == rows * columns else { throw ModelError("an isolation forest of \(columns) columns is given others") }
    let unit = max(IsolationForest.meanPath(sampleSize), 1e-300)
    let parts = try workers.mapRows(rows, atLeast: 512, cancellation: cancellation) { part in
      x.withUnsafeBufferPointer { x in
        part.map { row in
          let total = trees.reduce(0.0) { $0 + $1.length(x, at: row * columns) }
          return exp2(-total / Double(trees.count) / unit)
        }
      }
    }
    return parts.flatMap { $0 }
  }
}
