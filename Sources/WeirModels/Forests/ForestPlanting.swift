import WeirBase
import WeirTables

/// Plants the trees of a forest, each with random numbers of its own, on as many threads as there are.
struct ForestPlanting: Sendable {
  struct Forest {
    var trees: BinnedTrees
    /// By feature, the mean over trees of its share of the impurity taken away.
    var importances: [Double]
    var outOfBag: OutOfBag?
  }

  let columns: BinnedColumns
  /// Class numbers, or numbers around `mean`.
  let y: [Double]
  let weights: [Double]?
  /// 0 for numbers.
  let classes: Int
  let mean: Double
  let options: RandomForest.Options
  let context: FitContext

  func grow() throws -> Forest {
    let n = columns.rowCount, random = context.random.child("trees")
    let members = SharedArray<Double>(y, or: 0)
    let grown = try context.workers.map(options.trees) { tree in
      try context.cancellation.check()
      var random = random.child(tree)
      let bag = bag(n, &random)
      var grower = ForestTreeGrower(self, y: members, bag: bag, random: random)
      let result = try grower.grow()
      context.progress(tree, options.trees, "trees")
      return (draft: result.draft, importances: result.importances, seen: options.outOfBag ? Bitmap(bag.map { $0 > 0 }) : nil)
    }
    var trees = BinnedTrees(bins: columns.bins, width: max(classes, 1))
    var importances = [Double](repeating: 0, count: columns.bins.count)
    var seen: [Bitmap] = []
    for tree in grown {
      try trees.append(tree.draft)
      for j in importances.indices { importances[j] += tree.importances[j] }
      if let bits = tree.seen { seen.append(bits) }
    }
    let total = importances.reduce(0, +)
    if total > 0 { for j in importances.indices { importances[j] /= total } }
    let outOfBag = options.outOfBag
      ? try OutOfBag(
        trees, columns, seen: seen, y: y, mean: mean, classes: classes, weights: weights, workers: context.workers)
      : nil
    return Forest(trees: trees, importances: importances, outOfBag: outOfBag)
  }

  /// How often each row counts in a tree.
  private func bag(_ n: Int, _ random: inout RandomStream) -> [Double] {
    guard options.bootstrap else { return weights ?? [Double](repeating: 1, count: n) }
    var counts = [Double](repeating: 0, count: n)
    for _ in 0..<n { counts[random.nextInt(below: n)] += 1 }
    if let weights { for i in 0..<n { counts[i] *= weights[i] } }
    // Where only rows that weigh nothing were drawn, all count.
    return counts.contains { $0 > 0 } ? counts : weights ?? counts
  }
}

/// How well rows are predicted by the trees that did not see them.
package struct OutOfBag: Sendable, Hashable {
  /// Accuracy, or the share of the variance that is explained (r2); NaN where no row was left out by any tree.
  package let score: Double
  /// How many rows were.
  package let rowCount: Int

  package init(score: Double, rowCount: Int) {
    self.score = score
    self.rowCount = rowCount
  }

  init(
    _ trees: BinnedTrees, _ columns: BinnedColumns, seen: [Bitmap], y: [Double], mean: Double, classes: Int, weights: [Double]?,
    workers: Workers
  ) throws {
    let n = columns.rowCount, width = max(classes, 1), p = columns.bins.count
    // Each part of the rows: weight, hits or squared errors, weighted y, weighted y squared, rows.
    let parts = try workers.mapRows(n, atLeast: 512) { rows -> (sums: [Double], rows: Int) in
      var sums = [Double](repeating: 0, count: 4), found = 0
      var codes = [UInt8](repeating: 0, count: p)
      for row in rows {
        for j in 0..<p { codes[j] = columns.codes[j * n + row] }
        var total = [Double](repeating: 0, count: width), count = 0
        for tree in 0..<trees.count where !seen[tree][row] {
          trees.add(tree..<tree + 1, codes: codes, rows: 1, outputs: width, into: &total)
          count += 1
        }
        guard count > 0 else { continue }
        found += 1
        let weight = weights?[row] ?? 1, truth = y[row] + mean
        sums[0] += weight
        if classes > 0 {
          if firstLargest(total, from: 0, count: width) == Int(truth) { sums[1] += weight }
        } else {
          let distance = total[0] / Double(count) - truth
          sums[1] += weight * distance * distance
          sums[2] += weight * y[row]
          sums[3] += weight * y[row] * y[row]
        }
      }
      return (sums, found)
    }
    let sums = parts.map(\.sums).summed(count: 4)
    rowCount = parts.reduce(0) { $0 + $1.rows }
    score = classes > 0 ? sums[1] / sums[0] : 1 - sums[1] / (sums[3] - sums[2] * sums[2] / sums[0])
  }
}
