/// Verbs about rows that are alike.
extension Table {
  /// Each row of this table beside each row of the other.
  package func crossed(with other: Table, suffix: String = "_right") throws(TableError) -> Table {
    let (count, overflow) = rowCount.multipliedReportingOverflow(by: other.rowCount)
    guard !overflow, count <= Table.largestJoin else {
      throw .other("the join has more than \(Table.largestJoin) rows", mend: "filter the tables first")
    }
    let options = JoinOptions(on: [], kind: .inner, suffix: suffix)
    let left = (0..<rowCount).flatMap { repeatElement($0, count: other.rowCount) }
    let right = (0..<rowCount).flatMap { _ in 0..<other.rowCount }
    var out: [(name: String, column: Column)] = []
    for output in JoinColumns(names, other.names, options).outputs {
      let column = try (output.fromLeft ? self : other).column(output.source)
      out.append((output.name, column.taking(output.fromLeft ? left : right)))
    }
    return try Table(out, rowCount: count, lineage: lineage.union(other.lineage))
  }

  /// Keys that stand in more than one row.
  package struct RepeatedKeys: Sendable, Hashable {
    /// The first of them as a reader writes it: `id = 3, day = 2026-01-01`.
    package let example: String
    package let rows: Int
    /// How many different keys there are of that kind.
    package let count: Int
  }

  /// Keys of `names` that several rows have; nil where each row has its own. A missing value makes no key.
  package func repeatedKeys(_ names: [String]) throws(TableError) -> RepeatedKeys? {
    let columns = try picked(names)
    let grouping = Grouping(by: columns, count: rowCount)
    var counts = [Int](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !columns.contains(where: { $0.isMissing(row) }) {
      counts[Int(group)] += 1
    }
    guard let first = counts.firstIndex(where: { $0 > 1 }) else { return nil }
    let values = zip(names, columns).map { "\($0) = \(formatScalar($1.scalar(at: grouping.firstRows[first])))" }
    return RepeatedKeys(example: values.joined(separator: ", "), rows: counts[first], count: counts.count { $0 > 1 })
  }

  /// Which of the rows that are alike stays.
  package enum Keep: String, Sendable, CaseIterable { case first, last, none }

  /// The first, the last or none of the rows that have the same values in the columns, all where none are named.
  package func distinct(by names: [String], keep: Keep) throws(TableError) -> Table {
    if columns.isEmpty { return self }
    if keep == .first { return try distinct(by: names) }
    let grouping = Grouping(by: try names.isEmpty ? columns : picked(names), count: rowCount)
    var counts = [Int](repeating: 0, count: grouping.count), last = counts
    for (row, group) in grouping.groups.enumerated() {
      counts[Int(group)] += 1
      last[Int(group)] = row
    }
    return try taking((0..<rowCount).filter { row in
      let group = Int(grouping.groups[row])
      return keep == .last ? last[group] == row : counts[group] == 1
    })
  }
}
