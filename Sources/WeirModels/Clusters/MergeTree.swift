import CWeirKernels
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

  /// All distances are held but for "single": so many rows take 2 GB.
  package static let mostRows = 16_000

  /// The tree of rows (row-major, `columns` numbers each).
  package init(
    of values: [Double], columns: Int, linkage: Linkage, workers: Workers = .one, cancellation: Cancellation = Cancellation()
  ) throws {
    let n = values.count / max(columns, 1)
    guard n > 0, values.count == n * columns else { throw ModelError.noRows("hierarchical") }
    guard n <= (linkage == .single ? 200_000 : MergeTree.mostRows) else {
      throw ModelError(
        "`hierarchical` compares every row with every other, which is too much for \(n) rows",
        mend: "take a `sample` of at most \(MergeTree.mostRows) rows, or use `kmeans` or `dbscan`")
    }
    var byColumn = [Double](repeating: 0, count: values.count)
    for i in 0..<n { for j in 0..<columns { byColumn[j * n + i] = values[i * columns + j] } }
    let rows = RowsByColumn(values: values, byColumn: byColumn, columns: columns, count: n)
    let merges = linkage == .single
      ? try MergeTree.spanning(rows, workers, cancellation) : try MergeTree.chained(rows, linkage, workers, cancellation)
    guard merges.allSatisfy({ $0.height.isFinite }) else {
      throw ModelError("the features hold numbers too large to square", mend: "put `standardize()` before `hierarchical`")
    }
    name(merges)
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

  private struct RowsByColumn: Sendable {
    let values: [Double]
    let byColumn: [Double]
    let columns: Int
    let count: Int

    /// Squared distances of a row from others.
    func distances(of row: Int, from range: Range<Int>, to out: UnsafeMutablePointer<Double>) {
      values.withUnsafeBufferPointer { x in
        byColumn.withUnsafeBufferPointer { columns in
          guard let x = x.baseAddress else { return }
          weir_distances_from(
            x + row * self.columns, columns.baseAddress, self.columns, count, range.lowerBound, range.upperBound, out)
        }
      }
    }
  }

  private struct Merge {
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

  /// Chains of nearest neighbours, whose ends merge (Murtagh 1983; Müllner 2011).
  private static func chained(
    _ rows: RowsByColumn, _ linkage: Linkage, _ workers: Workers, _ cancellation: Cancellation
  ) throws -> [Merge] {
    let n = rows.count, how = Int32(linkage == .ward ? WEIR_WARD : linkage == .complete ? WEIR_COMPLETE : WEIR_AVERAGE)
    guard n > 1 else { return [] }
    let memory = UnsafeMutablePointer<Double>.allocate(capacity: n * n)
    defer { memory.deallocate() }
    let matrix = Unchecked(memory)
    _ = try workers.mapRows(n, atLeast: 64, cancellation: cancellation) { own in
      guard let matrix = matrix.pointer else { return }
      for row in own {
        rows.distances(of: row, from: 0..<n, to: matrix + row * n)
        weir_take_roots(matrix + row * n, n)
        matrix[row * n + row] = .infinity
      }
    }
    var sizes = [Double](repeating: 1, count: n), merges: [Merge] = [], chain: [Int] = [], first = 0
    while merges.count < n - 1 {
      if merges.count % 64 == 0 { try cancellation.check() }
      if chain.isEmpty {
        while sizes[first] == 0 { first += 1 }
        chain.append(first)
      }
      let x = chain[chain.count - 1], row = memory + x * n
      let before: Int? = chain.count > 1 ? chain[chain.count - 2] : nil
      let found = weir_smallest(row, n)
      guard found >= 0 else { throw ModelError("the features hold numbers too large to square") }
      // Of equals the one before, so that chains end.
      guard let y = before, row[y] <= row[found] else {
        chain.append(found)
        continue
      }
      chain.removeLast(2)
      merges.append(Merge(a: min(x, y), b: max(x, y), height: row[y]))
      merge(max: max(x, y), min(x, y), memory, n, &sizes, how)
    }
    return merges
  }

  /// Puts the merge of two clusters in the place of the one with the higher number; the other is gone.
  private static func merge(
    max y: Int, _ x: Int, _ memory: UnsafeMutablePointer<Double>, _ n: Int, _ sizes: inout [Double], _ how: Int32
  ) {
    let from = memory + x * n, to = memory + y * n, apart = to[x]
    from[y] = .infinity
    to[x] = .infinity
    weir_merged_distances(how, from, to, sizes, n, sizes[x], sizes[y], apart)
    sizes[y] += sizes[x]
    sizes[x] = 0
    weir_join_clusters(memory, n, x, y, sizes)
  }

  /// The spanning tree of the smallest distances (Prim 1957), which holds all merges of nearest rows.
  private static func spanning(_ rows: RowsByColumn, _ workers: Workers, _ cancellation: Cancellation) throws -> [Merge] {
    let n = rows.count
    var least = [Double](repeating: .infinity, count: n), reached = [UInt8](repeating: 0, count: n)
    var distances = [Double](repeating: 0, count: n), nearest = [Int32](repeating: 0, count: n)
    var merges: [Merge] = [], current = 0
    for _ in 1..<max(n, 1) {
      if merges.count % 64 == 0 { try cancellation.check() }
      reached[current] = 1
      least[current] = .infinity
      distances.withUnsafeMutableBufferPointer { if let out = $0.baseAddress { rows.distances(of: current, from: 0..<n, to: out) } }
      weir_reach_nearer(distances, reached, &least, &nearest, Int32(current), n)
      let next = weir_smallest(least, n)
      guard next >= 0 else { throw ModelError("the features hold numbers too large to square") }
      merges.append(Merge(a: Int(nearest[next]), b: next, height: least[next].squareRoot()))
      current = next
    }
    return merges
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
