/// Verbs that make one row of many.
extension Table {
  /// One row for each combination of the keys, in the order of first appearance; one row for the whole table where
  /// there are no keys. A missing key is a group of its own.
  package func aggregated(by keys: [String], _ values: [GroupDerivation]) throws -> Table {
    let keyColumns = try picked(keys)
    try checkRowCount()
    let grouping = keys.isEmpty ? Grouping.whole(rowCount) : Grouping(by: keyColumns, count: rowCount)
    var out = zip(keys, keyColumns).map { (name: $0, column: $1.taking(grouping.firstRows)) }
    for value in values { out.append((value.name, try value.expression.evaluate(self, grouping))) }
    return try Table(out, rowCount: grouping.count, lineage: lineage)
  }

  /// How often each value of a column occurs and the share of rows that is, most frequent first; missing counts too.
  package func valueCounts(of name: String) throws(TableError) -> Table {
    let column = try column(name)
    try checkRowCount()
    let grouping = Grouping(by: [column], count: rowCount)
    let counts = grouping.counts(of: nil).map { Int64($0) }
    // The greatest count first, equal ones in the order of first appearance.
    let order = Column.sortedRows([(Column(.int(counts)), true)], count: counts.count).map { Int($0) }
    let sorted = order.map { counts[$0] }
    return try Table(
      [
        (name, column.taking(order.map { grouping.firstRows[$0] })),
        (name == "count" ? "rows" : "count", Column(.int(sorted))),
        (name == "share" ? "share_of_rows" : "share", Column(.float(sorted.map { Double($0) / Double(max(rowCount, 1)) }))),
      ], lineage: lineage)
  }

  /// One row a column: type, rows with a value, without one, and different ones; for numbers mean, standard deviation
  /// (with `n - 1`), least, quartiles (linear, as pandas has them) and greatest.
  package func described() throws(TableError) -> Table {
    try checkRowCount()
    var numbers: [[Double]] = []
    for column in columns {
      // What is found about a column is let go with it.
      let whole = Grouping.whole(rowCount)
      guard column.type == .int || column.type == .float else {
        numbers.append(Array(repeating: .nan, count: 7))
        continue
      }
      let values = try GroupedNumbers(column, whole, for: "describe")
      let mean = try values.counts[0] == 0 ? .nan : values.means[0]
      let std = try NumberAggregate.variance(column, whole, ddof: 1, root: true).asDoubles()[0]
      numbers.append(try [mean, std] + values.quantiles([0, 0.25, 0.5, 0.75, 1])[0])
    }
    var out: [(name: String, column: Column)] = [
      ("column", Column(.text(TextValues(names)))),
      ("type", Column(.text(TextValues(columns.map(\.type.description))))),
      ("count", Column(.int(columns.map { Int64($0.count - $0.missingCount) }))),
      ("missing", Column(.int(columns.map { Int64($0.missingCount) }))),
      ("distinct", Column(.int(columns.map { Int64($0.uniqueCount) }))),
    ]
    for (i, name) in ["mean", "std", "min", "q25", "median", "q75", "max"].enumerated() {
      out.append((name, Column(doubles: numbers.map { $0[i] })))
    }
    return try Table(out, lineage: lineage)
  }
}
