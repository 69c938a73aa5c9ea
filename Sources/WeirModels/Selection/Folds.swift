package import WeirBase
package import WeirTables

/// How rows are parted for cross-validation: k folds, each of which is left out once.
///
/// A value that knows no rows yet; columns are named and looked up in the table that is parted.
package struct Folds: Sendable, Hashable {
  package let count: Int
  package let shuffles: Bool
  /// A column whose values are shared out evenly over the folds.
  package let stratify: String?
  /// A column whose equal values stay in one fold.
  package let group: String?
  package let repeats: Int

  package init(
    _ count: Int = 5, shuffle: Bool = true, stratify: String? = nil, group: String? = nil, repeats: Int = 1
  ) throws {
    guard (2...100_000).contains(count) else {
      throw ModelError("cross-validation takes at least 2 folds, not \(count)")
    }
    guard (1...10_000).contains(repeats) else { throw ModelError("`repeats` is 1 to 10000, not \(repeats)") }
    guard repeats == 1 || shuffle else {
      throw ModelError("without shuffling every repeat would be the same", mend: "write `shuffle: true`")
    }
    self.count = count
    self.shuffles = shuffle
    self.stratify = stratify
    self.group = group
    self.repeats = repeats
  }

  /// The same folds, stratified by a column of theirs.
  package func stratified(by column: String) throws -> Folds {
    try Folds(count, shuffle: shuffles, stratify: column, group: group, repeats: repeats)
  }

  /// For each repeat, the fold of each row.
  package func assigned(to table: Table, random: RandomStream) throws -> [[Int32]] {
    let strata = try stratify.map { try table.column($0) }, groups = try group.map { try table.column($0) }
    return try (0..<repeats).map { turn in
      try assigned(rows: table.rowCount, strata: strata, groups: groups, random: random.child(turn))
    }
  }

  /// The fold of each row; `strata` and `groups` stand for the columns of those names.
  package func assigned(rows: Int, strata: Column?, groups: Column?, random: RandomStream) throws -> [Int32] {
    guard rows >= count else {
      throw ModelError("\(rows) rows can't be parted into \(count) folds", mend: "take fewer: `kfold(\(max(2, rows)))`")
    }
    if let strata, let groups { return try byStratifiedGroup(strata, groups, random) }
    if let strata { return try byStratum(strata, random) }
    if let groups { return try byGroup(groups, random) }
    var random = random
    let order = shuffles ? random.permutation(rows) : Array(0..<rows)
    var folds = [Int32](repeating: 0, count: rows)
    var place = 0
    for fold in 0..<count {
      // The first folds take one row more where the rows don't divide evenly.
      for _ in 0..<(rows / count + (fold < rows % count ? 1 : 0)) {
        folds[order[place]] = Int32(fold)
        place += 1
      }
    }
    return folds
  }

  /// scikit-learn's rule: how many of each stratum a fold gets comes from dealing the sorted rows out in turn.
  private func byStratum(_ strata: Column, _ random: RandomStream) throws -> [Int32] {
    let (codes, strataCount) = strata.groupCodes
    var sizes = [Int](repeating: 0, count: strataCount)
    for code in codes { sizes[Int(code)] += 1 }
    guard let largest = sizes.max(), largest >= count else {
      throw ModelError(
        "`\(stratify ?? "the target")` has no value on \(count) rows or more, too few to stratify \(count) folds by")
    }
    var shares = Array(repeating: [Int](repeating: 0, count: strataCount), count: count)
    var place = 0
    for stratum in 0..<strataCount {
      for _ in 0..<sizes[stratum] {
        shares[place % count][stratum] += 1
        place += 1
      }
    }
    var folds = [Int32](repeating: 0, count: codes.count)
    var rows: [[Int]] = Array(repeating: [], count: strataCount)
    for (row, code) in codes.enumerated() { rows[Int(code)].append(row) }
    for stratum in 0..<strataCount {
      var dealt: [Int32] = []
      for fold in 0..<count { dealt += Array(repeating: Int32(fold), count: shares[fold][stratum]) }
      var own = random.child(stratum)
      let order = shuffles ? own.permutation(dealt.count) : Array(dealt.indices)
      for (row, place) in zip(rows[stratum], order) { folds[row] = dealt[place] }
    }
    return folds
  }

  /// Each group, largest first, goes to the fold that has the fewest rows so far.
  private func byGroup(_ groups: Column, _ random: RandomStream) throws -> [Int32] {
    let (codes, groupCount) = groups.groupCodes
    guard groupCount >= count else {
      throw ModelError("`\(group ?? "the group")` has \(groupCount) different values, too few for \(count) folds")
    }
    var sizes = [Int](repeating: 0, count: groupCount)
    for code in codes { sizes[Int(code)] += 1 }
    var random = random
    let start = shuffles ? random.permutation(groupCount) : Array(0..<groupCount)
    let order = start.enumerated().sorted { (-sizes[$0.element], $0.offset) < (-sizes[$1.element], $1.offset) }
    var held = [Int](repeating: 0, count: count), fold = [Int32](repeating: 0, count: groupCount)
    for (_, group) in order {
      let lightest = held.indices.min { (held[$0], $0) < (held[$1], $1) } ?? 0
      fold[group] = Int32(lightest)
      held[lightest] += sizes[group]
    }
    return codes.map { fold[Int($0)] }
  }
}

extension Folds {
  /// Each group goes to the fold that makes the shares of the strata most alike over the folds; groups that are least
  /// even come first (scikit-learn's `StratifiedGroupKFold`).
  private func byStratifiedGroup(_ strata: Column, _ groups: Column, _ random: RandomStream) throws -> [Int32] {
    let (labels, labelCount) = strata.groupCodes, (codes, groupCount) = groups.groupCodes
    guard groupCount >= count else {
      throw ModelError("`\(group ?? "the group")` has \(groupCount) different values, too few for \(count) folds")
    }
    guard labelCount * groupCount <= 50_000_000 else { throw ModelError("too many groups and strata to share out at once") }
    var counts = Array(repeating: [Double](repeating: 0, count: labelCount), count: groupCount)
    var totals = [Double](repeating: 0, count: labelCount)
    for (row, label) in labels.enumerated() {
      counts[Int(codes[row])][Int(label)] += 1
      totals[Int(label)] += 1
    }
    var random = random
    let start = shuffles ? random.permutation(groupCount) : Array(0..<groupCount)
    let unevenness = counts.map { Folds.deviation($0) }
    let order = start.enumerated().sorted { (-unevenness[$0.element], $0.offset) < (-unevenness[$1.element], $1.offset) }
    var held = Array(repeating: [Double](repeating: 0, count: labelCount), count: count)
    var fold = [Int32](repeating: 0, count: groupCount)
    for (_, group) in order {
      var best = 0, bestSpread = Double.infinity, bestRows = Double.infinity
      for candidate in 0..<count {
        let spread = (0..<labelCount).reduce(0.0) { sum, label in
          sum + Folds.deviation((0..<count).map { place in
            (held[place][label] + (place == candidate ? counts[group][label] : 0)) / totals[label]
          })
        } / Double(labelCount)
        let rows = held[candidate].reduce(0, +)
        if spread < bestSpread - 1e-12 || (spread < bestSpread + 1e-12 && rows < bestRows) {
          (best, bestSpread, bestRows) = (candidate, spread, rows)
        }
      }
      fold[group] = Int32(best)
      for label in 0..<labelCount { held[best][label] += counts[group][label] }
    }
    return codes.map { fold[Int($0)] }
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }
}

extension Folds: Archivable {
  package static let archiveName = "folds"

  package init(archive: Archive) throws {
    func name(_ part: String) throws -> String? {
      if case .text(let name) = try archive.part(part) { name } else { nil }
    }
    try self.init(
      archive.part("count").asInt(), shuffle: archive.part("shuffle").asBool(), stratify: name("stratify"),
      group: name("group"), repeats: archive.part("repeats").asInt())
  }

  package var archive: Archive {
    .of([
      "count": .int(Int64(count)), "shuffle": .bool(shuffles), "stratify": stratify.map { .text($0) } ?? .none,
      "group": group.map { .text($0) } ?? .none, "repeats": .int(Int64(repeats)),
    ])
  }
}
