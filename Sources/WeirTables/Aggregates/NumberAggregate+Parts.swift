/// Variances put together from those of parts.
extension NumberAggregate {
  /// How many numbers each group has, their mean, and the sum of the squares of their distances from it.
  package static func spreadParts(_ column: Column, _ grouping: Grouping, for name: String) throws(TableError) -> [Column] {
    let numbers = try GroupedNumbers(column, grouping, for: name)
    let means = try numbers.means
    return [
      Column(.float(numbers.counts.map { Double($0) })), Column(.float(means)), Column(.float(numbers.powers(2, from: means))),
    ]
  }

  /// Those of groups of parts, put together in the order of the parts (Chan, Golub and LeVeque 1979).
  package static func spreads(ofParts parts: [Column], _ grouping: Grouping) throws(TableError) -> [Column] {
    guard parts.count == 3 else { return parts }
    let counts = try parts[0].numbers(), means = try parts[1].numbers(), squares = try parts[2].numbers()
    var all = [(count: Double, mean: Double, squares: Double)](repeating: (0, 0, 0), count: grouping.count)
    let groups = grouping.groups
    for part in counts.indices where counts[part] > 0 {
      let group = Int(groups[part]), old = all[group]
      let count = old.count + counts[part], distance = means[part] - old.mean, share = counts[part] / count
      all[group] = old.count == 0 ? (counts[part], means[part], squares[part])
        : (count, old.mean + distance * share, old.squares + squares[part] + distance * distance * (old.count * share))
    }
    return [Column(.float(all.map(\.count))), Column(.float(all.map(\.mean))), Column(.float(all.map(\.squares)))]
  }

  package static func variance(ofParts parts: [Column], ddof: Int64, root: Bool) throws(TableError) -> Column {
    guard parts.count == 3 else { return Column(doubles: []) }
    let counts = try parts[0].numbers(), squares = try parts[2].numbers()
    return Column(doubles: counts.indices.map { group in
      guard counts[group] > Double(ddof) else { return .nan }
      let variance = squares[group] / max(1, counts[group] - Double(ddof))
      return root ? variance.squareRoot() : variance
    })
  }
}
