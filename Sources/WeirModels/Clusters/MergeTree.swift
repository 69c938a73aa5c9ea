package import WeirBase

/// Which clusters were joined, one pair after the other, by ascending height.
package struct MergeTree: Sendable, Hashable {
  /// How far apart two clusters are.
  package enum Linkage: String, Sendable, CaseIterable {
    /// By how much joining them adds to the squared distances from the means (Ward 1963).
    case ward
    /// The farthest rows.
    case complete
    /// The mean over all pairs of rows.
    case average
    /// The nearest rows.
    case single
  }

  /// For each merge the two clusters: below the number of rows a row, from there on the merge of that number. The lower
  /// number comes first.
  package var left: [Int32] = []
  package var right: [Int32] = []
  package var heights: [Double] = []
  /// How many rows the merge holds.
  package var sizes: [Int32] = []

  package var rowCount: Int { heights.count + 1 }

  /// Every row is compared with every other, so that more would take days.
  package static let mostRows = 1 << 20

  /// The tree of rows (row-major, `columns` numbers each). `progress` is told of merges made and of all.
  package init(
    of values: [Double], columns: Int, linkage: Linkage, workers: Workers = .one, cancellation: Cancellation = Cancellation(),
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    let n = values.count / max(columns, 1)
    guard n > 0, values.count == n * columns else { throw ModelError.noRows("hierarchical") }
    guard n <= MergeTree.mostRows else {
      throw ModelError(
        "`hierarchical` compares every row with every other, which is too much for \(n) rows",
        mend: "take a `sample` of them, or use `kmeans` or `dbscan`")
    }
    let points = LoosePoints(values, columns: columns)
    let merges: [Merge] = switch linkage {
    case .single: try points.spanning(workers, cancellation, progress)
    case .ward: try points.joinedByMeans(workers, cancellation, progress)
    case .average, .complete:
      try PairDistances(values, points, workers, cancellation).joined(complete: linkage == .complete, cancellation, progress)
    }
    guard merges.allSatisfy({ $0.height.isFinite }) else { throw MergeTree.tooLarge }
    name(merges)
  }

  static var tooLarge: ModelError {
    ModelError("the features hold numbers too large to square", mend: "put `standardize()` before `hierarchical`")
  }

  /// Of a tree read back: throws where it is none.
  init(left: [Int32], right: [Int32], heights: [Double]) throws {
    guard left.count == heights.count, right.count == heights.count, heights.count < Int(Int32.max) / 2 else {
      throw ArchiveError("a tree with parts that do not fit")
    }
    let n = heights.count + 1
    var sizes: [Int32] = [], isUsed = [Bool](repeating: false, count: 2 * n)
    for step in heights.indices {
      var size: Int32 = 0
      for part in [Int(left[step]), Int(right[step])] {
        guard part >= 0, part < n + step, !isUsed[part] else { throw ArchiveError("a tree that joins what is not there") }
        isUsed[part] = true
        size += part < n ? 1 : sizes[part - n]
      }
      guard heights[step].isFinite, heights[step] >= 0 else { throw ArchiveError("a height is out of range") }
      sizes.append(size)
    }
    (self.left, self.right, self.heights, self.sizes) = (left, right, heights, sizes)
  }

  /// Two clusters, each by one of its rows.
  struct Merge {
    var a: Int
    var b: Int
    var height: Double
  }

  /// Numbers merges of rows that stand for their clusters as the merges come by height; of equals the earlier first.
  private mutating func name(_ merges: [Merge]) {
    let n = merges.count + 1
    let order = merges.indices.sorted { (merges[$0].height, $0) < (merges[$1].height, $1) }
    var sets = JoinedSets(n), names = (0..<n).map { Int32($0) }, counts = [Int32](repeating: 1, count: n)
    for (step, place) in order.enumerated() {
      let a = sets.first(of: merges[place].a), b = sets.first(of: merges[place].b)
      left.append(min(names[a], names[b]))
      right.append(max(names[a], names[b]))
      heights.append(merges[place].height)
      sizes.append(counts[a] + counts[b])
      sets.join(a, b)
      names[min(a, b)] = Int32(n + step)
      counts[min(a, b)] = counts[a] + counts[b]
    }
  }
}

extension MergeTree {
  /// The cluster of each row where `count` clusters are left; numbered by their first row.
  package func labels(clusters count: Int) -> [Int32] { labels(after: rowCount - min(max(count, 1), rowCount)) }

  /// The cluster of each row where merges up to a height are made.
  package func labels(height: Double) -> [Int32] { labels(after: heights.firstIndex { $0 > height } ?? heights.count) }

  private func labels(after merges: Int) -> [Int32] {
    let n = rowCount
    var sets = JoinedSets(n), rows = (0..<n).map { Int32($0) }
    for step in 0..<merges {
      func row(_ part: Int32) -> Int { part < n ? Int(part) : Int(rows[Int(part)]) }
      let a = row(left[step]), b = row(right[step])
      sets.join(a, b)
      rows.append(Int32(min(a, b)))
    }
    var numbers: [Int: Int32] = [:]
    return (0..<n).map { row in
      let first = sets.first(of: row)
      if let known = numbers[first] { return known }
      numbers[first] = Int32(numbers.count)
      return Int32(numbers.count - 1)
    }
  }
}
