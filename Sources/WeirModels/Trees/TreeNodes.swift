package import WeirBase

/// The nodes of a tree, in the order in which a walk from the root, left before right, meets them.
package struct TreeNodes: Sendable, Hashable {
  /// The feature that a node asks for; -1 at a leaf.
  package var feature: [Int32] = []
  /// Rows whose feature is not above it go left; 0 at a leaf, infinite where all that have a value go left.
  package var threshold: [Double] = []
  /// Whether rows without a value go left.
  package var missingLeft: [Bool] = []
  /// The numbers of the children; -1 at a leaf.
  package var left: [Int32] = []
  package var right: [Int32] = []
  package var impurity: [Double] = []
  /// How many training rows came by, and how much they weigh.
  package var rows: [Int64] = []
  package var weight: [Double] = []
  /// How many numbers each node predicts: the share of each class, or one mean.
  package var width: Int
  package var values: [Double] = []

  package init(width: Int) { self.width = width }

  package var count: Int { feature.count }
  package var leafCount: Int { feature.count { $0 < 0 } }

  /// The number of splits above the deepest leaf.
  package var depth: Int {
    var depths = [Int](repeating: 0, count: count)
    for node in 0..<count where feature[node] >= 0 {
      depths[Int(left[node])] = depths[node] + 1
      depths[Int(right[node])] = depths[node] + 1
    }
    return depths.max() ?? 0
  }

  /// The leaf of each row of a row-major matrix; NaN is a value that a row lacks.
  package func leaves(_ x: [Double], columns: Int) -> [Int] {
    x.withUnsafeBufferPointer { x in
      threshold.withUnsafeBufferPointer { threshold in
        feature.withUnsafeBufferPointer { feature in
          (0..<x.count / max(columns, 1)).map { row in
            var node = 0
            while feature[node] >= 0 {
              let value = x[row * columns + Int(feature[node])]
              let goesLeft = value <= threshold[node] || value.isNaN && missingLeft[node]
              node = Int(goesLeft ? left[node] : right[node])
            }
            return node
          }
        }
      }
    }
  }

  /// By feature, the share of the impurity that its splits took away (all zero for a tree of one leaf).
  package func importances(features: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: features)
    for node in 0..<count where feature[node] >= 0 {
      let (a, b) = (Int(left[node]), Int(right[node]))
      sums[Int(feature[node])] +=
        weight[node] * impurity[node] - weight[a] * impurity[a] - weight[b] * impurity[b]
    }
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : sums
  }

  mutating func append(impurity: Double, rows: Int, weight: Double, values: [Double]) -> Int {
    feature.append(-1)
    threshold.append(0)
    missingLeft.append(false)
    left.append(-1)
    right.append(-1)
    self.impurity.append(impurity)
    self.rows.append(Int64(rows))
    self.weight.append(weight)
    self.values += values
    return feature.count - 1
  }
}

extension TreeNodes: Archivable {
  package static let archiveName = "tree_nodes"

  package init(archive: Archive) throws {
    let count = try archive.part("threshold").asFloats().count
    guard count >= 1, count < Int(Int32.max) else { throw ArchiveError("a tree without nodes") }
    width = try archive.part("width").asInt()
    guard width >= 1 else { throw ArchiveError("a tree that predicts nothing") }
    feature = try archive.part("feature").asCodes(count: count, in: -1..<Int(Int32.max))
    threshold = try archive.part("threshold").asFloats()
    left = try archive.part("left").asCodes(count: count, in: -1..<count)
    right = try archive.part("right").asCodes(count: count, in: -1..<count)
    impurity = try archive.part("impurity").asFiniteFloats(count: count)
    weight = try archive.part("weight").asFiniteFloats(count: count)
    rows = try archive.part("rows").asInts()
    values = try archive.part("values").asFiniteFloats(count: archivedSize(count, width))
    guard zip(feature, threshold).allSatisfy({ $1.isFinite || ($1 == .infinity && $0 >= 0) }) else {
      throw ArchiveError("a threshold is no number")
    }
    guard rows.count == count, rows.allSatisfy({ $0 >= 0 }) else { throw ArchiveError("the rows of nodes are out of range") }
    // Children come after their parent and have one parent each, so that every walk ends.
    var hasParent = [Bool](repeating: false, count: count)
    for node in 0..<count where feature[node] >= 0 {
      for child in [Int(left[node]), Int(right[node])] {
        guard child > node, !hasParent[child] else { throw ArchiveError("the nodes are not a tree") }
        hasParent[child] = true
      }
    }
    // Models of before trees took rows without a value say nothing of them: they go where most went.
    missingLeft = try archive["missing_left"].map { try $0.asBytes().map { $0 == 1 } }
      ?? (0..<count).map { feature[$0] >= 0 && rows[Int(left[$0])] > rows[Int(right[$0])] }
    guard missingLeft.count == count else { throw ArchiveError("the sides of missing values do not fit the nodes") }
  }

  package var archive: Archive {
    .of([
      "feature": .codes(feature), "threshold": .floats(threshold), "left": .codes(left), "right": .codes(right),
      "impurity": .floats(impurity), "rows": .ints(rows), "weight": .floats(weight), "width": .int(Int64(width)),
      "values": .floats(values), "missing_left": .bytes(missingLeft.map { $0 ? 1 : 0 }),
    ])
  }
}
