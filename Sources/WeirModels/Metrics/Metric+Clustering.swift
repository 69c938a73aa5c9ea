import WeirTables

extension Metric {
  /// Metrics of clusters: without a truth from distances alone, or against one.
  static let clustering: [Metric] = [
    Metric(
      "silhouette", "How much nearer rows are to their own cluster than to the next, from -1 to 1.",
      greaterIsBetter: true, needs: .clusters
    ) { judgement in
      guard let features = judgement.features else { throw ModelError("`silhouette` looks at rows, and there are none") }
      let labels = ClassLabels(of: judgement.predicted)
      return try silhouette(
        Design(features, for: "silhouette"), labels.codes(of: judgement.predicted), clusters: labels.count)
    },
    Metric(
      "adjusted_rand", "How well two groupings of the same rows agree: 1 is the same, 0 what chance gives.",
      greaterIsBetter: true, needs: .groupings
    ) { judgement in
      guard let truth = judgement.truth, truth.count == judgement.predicted.count else {
        throw ModelError("`adjusted_rand` compares two groupings of the same rows")
      }
      return adjustedRand(truth.groupCodes, judgement.predicted.groupCodes)
    },
  ]

  /// The mean over rows of (b - a) / max(a, b): `a` the mean distance to the own cluster, `b` to the nearest other
  /// (Rousseeuw 1987). A cluster of one row counts 0.
  package static func silhouette(_ design: Design, _ codes: [Int32], clusters: Int) throws -> Double {
    let rows = design.rowCount, width = design.featureCount
    guard codes.count == rows, codes.allSatisfy({ $0 >= 0 && Int($0) < clusters }) else {
      throw ModelError("`silhouette` needs a cluster for every row")
    }
    guard clusters > 1, clusters < rows else { return .nan }
    guard rows * clusters <= 1 << 27 else {
      throw ModelError(
        "`silhouette` of \(clusters) clusters and \(rows) rows is too large", mend: "take a `sample` of the rows")
    }
    var sizes = [Int](repeating: 0, count: clusters)
    for code in codes { sizes[Int(code)] += 1 }
    // Sums of distances from each row to each cluster; every pair is looked at once.
    var sums = [Double](repeating: 0, count: rows * clusters)
    design.values.withUnsafeBufferPointer { values in
      for i in 0..<rows {
        for j in 0..<i {
          var square = 0.0
          for k in 0..<width {
            let difference = values[i * width + k] - values[j * width + k]
            square += difference * difference
          }
          let distance = square.squareRoot()
          sums[i * clusters + Int(codes[j])] += distance
          sums[j * clusters + Int(codes[i])] += distance
        }
      }
    }
    return meanOver(rows) { i in
      let own = Int(codes[i])
      guard sizes[own] > 1 else { return 0 }
      let a = sums[i * clusters + own] / Double(sizes[own] - 1)
      let others = (0..<clusters).filter { $0 != own && sizes[$0] > 0 }
      let b = others.map { sums[i * clusters + $0] / Double(sizes[$0]) }.min() ?? a
      return max(a, b) == 0 ? 0 : (b - a) / max(a, b)
    }
  }

  /// Hubert and Arabie 1985, in the pair counts that scikit-learn uses.
  private static func adjustedRand(
    _ a: (codes: [UInt32], count: Int), _ b: (codes: [UInt32], count: Int)
  ) -> Double {
    var cells: [UInt64: Int] = [:], first = [Int](repeating: 0, count: a.count), second = [Int](repeating: 0, count: b.count)
    for (x, y) in zip(a.codes, b.codes) {
      cells[UInt64(x) << 32 | UInt64(y), default: 0] += 1
      first[Int(x)] += 1
      second[Int(y)] += 1
    }
    // Whole numbers in floats: sums of squares below 2^53 are exact in any order.
    func squares(_ counts: some Sequence<Int>) -> Double { counts.reduce(0.0) { $0 + Double($1) * Double($1) } }
    let n = Double(a.codes.count), both = squares(cells.values), inFirst = squares(first), inSecond = squares(second)
    let together = both - n, onlyFirst = inFirst - both, onlySecond = inSecond - both
    let apart = n * n - together - n - onlyFirst - onlySecond
    if onlyFirst == 0, onlySecond == 0 { return 1 }
    return 2 * (together * apart - onlySecond * onlyFirst)
      / ((together + onlySecond) * (onlySecond + apart) + (together + onlyFirst) * (onlyFirst + apart))
  }
}
