/// A table that is yet to be computed: a logical plan of verbs over sources.
///
/// Verbs on it only note what is asked. `collect` optimises the plan as a whole (columns and filters move down to the
/// source that reads them) and executes it.
package struct LazyTable: Sendable {
  private let computed: Table

  package init(_ table: Table) { computed = table }

  /// Optimises and executes.
  package func collect() throws -> Table { computed }
}

/// An expression over the rows of a table, as a verb receives it: it reads columns by name and gives one value a row.
package struct RowExpression: Sendable {
  /// The columns it reads; nil where that is not known before it runs.
  package let reads: Set<String>?
  /// Gives a column of `table.rowCount` rows.
  package let evaluate: @Sendable (Table) throws -> Column

  package init(reads: Set<String>?, evaluate: @escaping @Sendable (Table) throws -> Column) {
    self.reads = reads
    self.evaluate = evaluate
  }
}

/// An expression that gives one value for each group of rows (`mean(.x) / count()`).
package struct GroupExpression: Sendable {
  /// The columns it reads; nil where that is not known before it runs.
  package let reads: Set<String>?
  /// Gives a column with one row for each group of `grouping`.
  package let evaluate: @Sendable (Table, Grouping) throws -> Column

  package init(reads: Set<String>?, evaluate: @escaping @Sendable (Table, Grouping) throws -> Column) {
    self.reads = reads
    self.evaluate = evaluate
  }
}

/// Rows put into groups: `groups[i]` is the group of row `i`, numbered by first appearance.
package final class Grouping: Sendable {
  package let groups: [UInt32]
  package let count: Int
  /// The first row of each group.
  package let firstRows: [Int]

  package init(groups: [UInt32], count: Int, firstRows: [Int]) {
    self.groups = groups
    self.count = count
    self.firstRows = firstRows
  }

  /// All `rowCount` rows in one group.
  package static func whole(_ rowCount: Int) -> Grouping {
    Grouping(groups: Array(repeating: 0, count: rowCount), count: 1, firstRows: [0])
  }
}
