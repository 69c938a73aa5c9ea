import WeirBase

/// Verbs that choose or reorder rows.
extension Table {
  /// The same columns, each changed by `change`, and the same lineage.
  func mappingColumns(rowCount: Int? = nil, _ change: (Column) throws(TableError) -> Column) throws(TableError) -> Table {
    var changed: [(name: String, column: Column)] = []
    for (name, column) in zip(names, columns) { changed.append((name, try change(column))) }
    return try Table(changed, rowCount: rowCount ?? self.rowCount, lineage: lineage)
  }

  /// The rows at these positions, in this order; a position below zero gives a row of missing values.
  package func taking(_ rows: [Int]) throws(TableError) -> Table { try taking(Positions(rows)) }

  package func taking(_ rows: Positions) throws(TableError) -> Table {
    if rows.areAll(rowCount) { return self }
    return try mappingColumns(rowCount: rows.count) { $0.taking(rows) }
  }

  /// Throws where there are more rows than positions can count.
  func checkRowCount() throws(TableError) {
    guard rowCount <= Positions.mostRows else {
      throw .other("a table of \(rowCount) rows is too long for this", mend: "at most \(Positions.mostRows) rows can be compared")
    }
  }

  /// The rows for which `condition` is true; where it is missing, the row is left out.
  package func filtered(by condition: RowExpression) throws -> Table {
    try checkRowCount()
    let chosen = try condition.evaluate(self).trueBits(count: rowCount)
    return chosen.allSet ? self : try taking(Positions(chosen.positions()))
  }

  package func sliced(_ slice: RowSlice) throws(TableError) -> Table {
    let range = slice.range(of: rowCount)
    return range.count == rowCount ? self : try mappingColumns(rowCount: range.count) { $0.sliced(range) }
  }

  /// The rows in the order of the keys: stable, missing values last.
  package func sorted(by keys: [SortKey]) throws -> Table {
    let columns = try keys.map { (column: try $0.expression.evaluate(self), descending: $0.descending) }
    for (column, _) in columns where column.count != rowCount {
      throw TableError.lengthDiffers("the sort key", column.count, expected: rowCount)
    }
    try checkRowCount()
    return try taking(Positions(Column.sortedRows(columns, count: rowCount)))
  }

  /// Rows drawn without replacement, in the order they had.
  package func sampled(_ sample: RowSample) throws(TableError) -> Table {
    let size: Int
    switch sample.size {
    case .count(let n):
      guard n >= 0, n <= rowCount else {
        throw .other("a sample of \(n) rows can't be drawn from \(rowCount)", mend: "ask for at most \(rowCount)")
      }
      size = n
    case .fraction(let share):
      guard share >= 0, share <= 1 else {
        throw .other("the fraction of a sample lies between 0 and 1, and \(formatNumber(share)) does not", mend: nil)
      }
      size = min(rowCount, Int((share * Double(rowCount)).rounded()))
    }
    var random = RandomStream(key: sample.key)
    return try taking(random.permutation(rowCount).prefix(size).sorted())
  }

  /// The first row of each combination of values in the columns; in all columns where none are named.
  package func distinct(by names: [String] = []) throws(TableError) -> Table {
    if columns.isEmpty { return self }
    try checkRowCount()
    let firstRows = RowNumbering(try names.isEmpty ? columns : picked(names), count: rowCount, wantsNumbers: false).firstRows
    return firstRows.count >= rowCount ? self : try taking(firstRows)
  }

  /// The rows that have a value in each of the columns; in all columns where none are named.
  package func droppingMissing(in names: [String] = []) throws(TableError) -> Table {
    let looked = try names.isEmpty ? columns : picked(names)
    var valid: Bitmap?
    for column in looked { valid = column.validity.map { own in valid.map { $0 & own } ?? own } ?? valid }
    guard let valid else { return self }
    try checkRowCount()
    return try taking(Positions(valid.positions()))
  }

  /// True for each row that is a copy of an earlier one.
  package func duplicateMask() -> [Bool] {
    if columns.isEmpty { return (0..<rowCount).map { $0 > 0 } }
    var copies = [Bool](repeating: true, count: rowCount)
    for row in RowNumbering(columns, count: rowCount, wantsNumbers: false).firstRows { copies[row] = false }
    return copies
  }

  func picked(_ names: [String]) throws(TableError) -> [Column] {
    var picked: [Column] = []
    for name in names { picked.append(try column(name)) }
    return picked
  }
}
