package import WeirBase
package import WeirTables

/// Parts rows into those to learn from, those to choose by, and those to test on at the end.
package struct Split: Sendable {
  /// The parts asked for and their shares, in the order train, valid, test; the shares make 1.
  package let shares: [(part: Lineage.Part, share: Double)]

  /// Where nothing is asked for: 0.7, 0.15 and 0.15. Otherwise only the parts named, and what they leave goes to the
  /// test part, or to the training part where the test part has its share.
  package init(train: Double? = nil, valid: Double? = nil, test: Double? = nil) throws {
    var given: [(part: Lineage.Part, share: Double)] = []
    for (part, share) in [(Lineage.Part.train, train), (.valid, valid), (.test, test)] {
      guard let share else { continue }
      guard share > 0, share < 1 else {
        throw ModelError("the share `\(part.rawValue)` lies between 0 and 1, and \(share) does not")
      }
      given.append((part, share))
    }
    if given.isEmpty { given = [(.train, 0.7), (.valid, 0.15), (.test, 0.15)] }
    let sum = given.reduce(0) { $0 + $1.share }, rest = 1 - sum
    guard rest > -1e-9 else {
      throw ModelError("the parts make \(formatNumber(sum)) of the rows, more than there are")
    }
    if rest > 1e-9 {
      if test == nil {
        given.append((.test, rest))
      } else if train == nil {
        given.insert((.train, rest), at: 0)
      } else {
        throw ModelError(
          "the parts make only \(formatNumber(sum)) of the rows",
          mend: "give the rest to a part: `train: \(formatNumber((train ?? 0) + rest))`")
      }
    }
    shares = given
  }

  /// The rows of each part, ascending, at random.
  package func rows(count: Int, random: RandomStream) throws -> [[Int]] {
    var random = random
    return try deal(random.permutation(count), count)
  }

  /// The rows of each part; each value of `strata` is shared out alike (to within a row or two).
  package func rows(stratifying strata: Column, named name: String, random: RandomStream) throws -> [[Int]] {
    let (codes, groups) = strata.groupCodes
    guard groups * 2 <= strata.count else {
      throw ModelError(
        "`\(name)` has \(groups) different values in \(strata.count) rows, too many to stratify by",
        mend: "make few of them: `derive(level: bin(.\(name), 5))`")
    }
    var random = random
    var order: [[Int]] = Array(repeating: [], count: groups)
    for row in random.permutation(strata.count) { order[Int(codes[row])].append(row) }
    return try deal(order.flatMap { $0 }, strata.count)
  }

  /// The rows of each part; rows with one value of `groups` are in one part.
  package func rows(grouping groups: Column, random: RandomStream) throws -> [[Int]] {
    let (codes, count) = groups.groupCodes
    var members: [[Int]] = Array(repeating: [], count: count)
    for (row, code) in codes.enumerated() { members[Int(code)].append(row) }
    var random = random
    let shuffled = random.permutation(count)
    // Large groups first: the small ones then fill what is left.
    let order = shuffled.enumerated().sorted {
      (-members[$0.element].count, $0.offset) < (-members[$1.element].count, $1.offset)
    }
    var parts: [[Int]] = Array(repeating: [], count: shares.count)
    for (_, group) in order {
      let wanting = shares.indices.map { shares[$0].share * Double(codes.count) - Double(parts[$0].count) }
      parts[Split.greatest(wanting)] += members[group]
    }
    return try checked(parts, codes.count)
  }

  /// The rows of each part: the earliest to learn from, the latest to test on.
  package func rows(ordering times: Column, named name: String) throws -> [[Int]] {
    guard times.missingCount == 0 else {
      throw ModelError(
        "the time `\(name)` is missing on \(times.missingCount) rows", mend: "drop them: `drop_missing(.\(name))`")
    }
    let order = Column.sortedOrder([(column: times, descending: false)], count: times.count)
    var parts: [[Int]] = []
    var start = 0, share = 0.0
    for (place, part) in shares.enumerated() {
      share += part.share
      let end = place == shares.count - 1 ? order.count : min(order.count, Int((share * Double(order.count)).rounded()))
      parts.append(order[start..<max(start, end)].sorted())
      start = max(start, end)
    }
    return try checked(parts, order.count)
  }

  /// Gives each row in turn to the part that is furthest behind its share, so that every stretch is shared out alike.
  private func deal(_ order: [Int], _ count: Int) throws -> [[Int]] {
    var parts: [[Int]] = Array(repeating: [], count: shares.count)
    for (place, row) in order.enumerated() {
      let wanting = shares.indices.map { shares[$0].share * Double(place + 1) - Double(parts[$0].count) }
      parts[Split.greatest(wanting)].append(row)
    }
    return try checked(parts.map { $0.sorted() }, count)
  }

  private func checked(_ parts: [[Int]], _ count: Int) throws -> [[Int]] {
    if let empty = parts.firstIndex(where: \.isEmpty) {
      throw ModelError("\(count) rows are too few to split like this: none is left for `\(shares[empty].part.rawValue)`")
    }
    return parts.map { $0.sorted() }
  }

  /// The place of the greatest number, the first of several; shares that only rounding tells apart count as equal.
  private static func greatest(_ values: [Double]) -> Int {
    var best = 0
    for place in values.indices where values[place] > values[best] + 1e-9 { best = place }
    return best
  }
}

extension Split {
  /// How many rows of each later part are equal in all columns to a row of the first part: a model may know them by heart.
  /// Columns of objects are not compared.
  package static func repeated(_ parts: [[Int]], in table: Table) -> [Int] {
    let columns = table.columns.filter { if case .objects = $0.storage { false } else { true } }
    guard !columns.isEmpty, let first = parts.first else { return parts.dropFirst().map { _ in 0 } }
    let grouping = Grouping(by: columns, count: table.rowCount)
    guard grouping.count < table.rowCount else { return parts.dropFirst().map { _ in 0 } }
    var known = [Bool](repeating: false, count: grouping.count)
    for row in first { known[Int(grouping.groups[row])] = true }
    return parts.dropFirst().map { $0.count { known[Int(grouping.groups[$0])] } }
  }
}
