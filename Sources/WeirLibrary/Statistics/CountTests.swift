import WeirCatalog
import WeirModels
import WeirTables

/// Counts in rows and columns, given as they are or as two columns of a table to be counted.
private struct CountArguments: Sendable {
  let data: Parameter<Items>
  let x: Parameter<RowExpression>
  let y: Parameter<RowExpression>

  init(_ f: inout BuiltinDefinition) {
    data = f.required(Items.self, "data", "A table; or counts, as a list of rows.")
    x = f.rowExpression("x", over: data, "Of a table, the one column.", required: false)
    y = f.rowExpression("y", over: data, "Of a table, the other.", required: false)
  }

  /// One list of counts where they do not stand in rows.
  func counts(_ call: Call) throws -> (rows: [[Double]], leftOut: Int) {
    guard case .table(let query) = try call[data] else {
      let items = try call[data].items()
      if let rows = try [[Double]].from(.list(items)) { return (rows, 0) }
      if let row = try [Double].from(.list(items)) { return ([row], 0) }
      throw StatisticsError("counts are numbers, in one list or in a list of rows")
    }
    guard call.has(x) else { throw StatisticsError("a table has many columns", mend: "say which: `\(call.builtin.name)(data, .x, .y)`") }
    let table = try query.collect(), first = try call[x].evaluate(table)
    guard call.has(y) else { return ([counted(first)], first.missingCount) }
    return counted(first, try call[y].evaluate(table))
  }

  private func counted(_ column: Column) -> [Double] {
    let grouping = Grouping(by: [column], count: column.count)
    var counts = [Double](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) { counts[Int(group)] += 1 }
    return counts.filter { $0 > 0 }
  }

  private func counted(_ a: Column, _ b: Column) -> (rows: [[Double]], leftOut: Int) {
    let rows = (0..<a.count).filter { !a.isMissing($0) && !b.isMissing($0) }
    let first = Grouping(by: [a.taking(rows)], count: rows.count), second = Grouping(by: [b.taking(rows)], count: rows.count)
    guard first.count * second.count <= 1_000_000 else { return ([], 0) }
    var counts = [[Double]](repeating: Array(repeating: 0, count: second.count), count: first.count)
    for place in rows.indices { counts[Int(first.groups[place])][Int(second.groups[place])] += 1 }
    return (counts, a.count - rows.count)
  }
}

extension CatalogBuilder {
  mutating func defineCountTests() {
    define("chi2_test", "Tests whether two columns of categories depend on each other, or counts are as expected.") { f in
      let data = CountArguments(&f)
      let expected = f.optional([Double].self, "expected", "Of a single list of counts, the expected counts or shares.")
      let correction = f.optional(Bool.self, "correction", default: true, "Whether to apply Yates's correction to tables of two by two.")
      f.isTest(
        """
        Of a table, two columns of categories, or one that is held against equal counts; else counts, in rows or in one list. \
        The effect is Cramér's V. \(BuiltinDefinition.testFields)
        """)
      f.example("chi2_test([[10, 20], [30, 25]]).df", gives: "1.0")
      f.example("chi2_test([16, 18, 16, 14, 12, 12]).statistic", gives: "2.0")
      f.seeAlso("fisher_test", "correlate", "value_counts")
      f.body { call in
        let (rows, leftOut) = try data.counts(call)
        guard rows.count == 1 else {
          if call.has(expected) { throw StatisticsError("`expected` goes with a single list of counts") }
          return try CountTests.independence(rows, correction: try call[correction]).value(leftOut)
        }
        return try CountTests.fit(rows[0], expected: try call[expected]).value(leftOut)
      }
    }
    define("fisher_test", "Tests exactly whether two columns of two categories depend on each other.") { f in
      let data = CountArguments(&f), alternative = f.alternative()
      f.isTest("The statistic is the odds ratio. \(BuiltinDefinition.testFields)")
      f.example("fisher_test([[8, 2], [1, 5]]).statistic", gives: "20.0")
      f.seeAlso("chi2_test")
      f.body { call in
        let (rows, leftOut) = try data.counts(call)
        return try CountTests.fisher(rows, alternative: try call.alternative(alternative)).value(leftOut)
      }
    }
  }
}
