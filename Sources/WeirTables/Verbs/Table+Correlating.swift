extension Table {
  /// The correlation of each column with each other, as a table with a row and a column for each; over the rows where
  /// both have a value. `ranked` takes ranks instead of values (Spearman), equal values sharing the mean rank.
  package func correlations(of names: [String] = [], ranked: Bool = false) throws(TableError) -> Table {
    let chosen = names.isEmpty ? zip(self.names, columns).filter { $0.1.type.isNumeric }.map(\.0) : names
    guard !chosen.isEmpty else { throw .other("there are no columns of numbers to correlate", mend: nil) }
    var columns: [Column] = []
    for name in chosen {
      let column = try column(name)
      guard column.type.isNumeric else {
        throw .wrongType(operation: "`correlate`", column: name, type: column.type.description, expected: "numbers")
      }
      columns.append(column)
    }
    let whole = Grouping.whole(rowCount)
    var out: [(name: String, column: Column)] = [("column", Column(.text(TextValues(chosen))))]
    var values = [[Double]](repeating: Array(repeating: .nan, count: chosen.count), count: chosen.count)
    for i in columns.indices {
      for j in 0...i {
        let (a, b) = ranked ? try Column.ranks(columns[i], columns[j]) : (columns[i], columns[j])
        let value = try NumberAggregate.wholeCovariance(a, b, ranked ? Grouping.whole(a.count) : whole, scaled: true)
        (values[i][j], values[j][i]) = (value, value)
      }
    }
    for (i, name) in chosen.enumerated() { out.append((name, Column(doubles: values.map { $0[i] }))) }
    return try Table(out, lineage: lineage)
  }
}

extension Column {
  /// The ranks of two columns over the rows where both have a value.
  fileprivate static func ranks(_ a: Column, _ b: Column) throws(TableError) -> (Column, Column) {
    let rows = (0..<a.count).filter { !a.isMissing($0) && !b.isMissing($0) }
    return (try a.taking(rows).ranks(), try b.taking(rows).ranks())
  }

  /// From 1; equal values share the mean of their ranks. No value may be missing.
  package func ranks() throws(TableError) -> Column {
    let values: [Double]
    do { values = try asDoubles() } catch {
      throw .wrongType(operation: "a rank", column: nil, type: type.description, expected: "numbers")
    }
    let order = Column.sortedOrder([(self, false)], count: count)
    var ranks = [Double](repeating: 0, count: count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return Column(.float(ranks))
  }
}
