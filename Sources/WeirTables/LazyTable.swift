package import WeirBase

/// A table that is yet to be computed: a logical plan of verbs over sources.
///
/// Verbs on it only note what is asked. `collect` optimises the plan as a whole (columns and filters move down to the
/// source that reads them) and executes it.
package struct LazyTable: Sendable {
  package let plan: LogicalPlan
  /// How many verbs stand on each other.
  let depth: Int

  /// Plans deeper than this are computed on the way, so that no chain of verbs is too long to walk.
  static let deepest = 100

  package init(_ table: Table) {
    plan = .table(table)
    depth = 0
  }

  package init(_ scan: CSVScan) {
    plan = .csv(scan)
    depth = 0
  }

  package init(_ scan: ColumnScan) {
    plan = .columns(scan)
    depth = 0
  }

  init(_ plan: LogicalPlan, depth: Int) throws {
    let isDeep = depth > LazyTable.deepest
    self.plan = isDeep ? .table(try Execution(workers: .current).table(of: plan.optimized())) : plan
    self.depth = isDeep ? 0 : depth
  }

  /// Optimises and executes.
  /// `chunkSize` is how much of a file is in memory at a time; another one is for tests.
  package func collect(
    workers: Workers = .current, cancellation: Cancellation = .current, chunkSize: Int = CSVReader.chunkSize
  ) throws -> Table {
    if case .table(let table) = plan { return table }
    return try Execution(workers: workers, cancellation: cancellation, chunkSize: chunkSize).table(of: plan.optimized())
  }

  /// The names and types of the columns as far as they are known without reading anything; nil where they are not.
  package func schema() -> TableSchema? { plan.schema }

  /// The plan as text, from the source down to the last verb: as asked for, or as `collect` executes it.
  package func explain(optimized: Bool = true) -> String {
    (optimized ? plan.optimized() : plan).lines.joined(separator: "\n")
  }
}

/// An expression over the rows of a table, as a verb receives it: it reads columns by name and gives one value a row.
package struct RowExpression: Sendable {
  /// The columns it reads; nil where that is not known before it runs.
  package let reads: Set<String>?
  /// Whether the value of a row depends on that row alone (`.a > 3` does, `.a > mean(.a)` does not). Only then may the
  /// expression be evaluated on other rows than those of the verb it was given to.
  package let isRowwise: Bool
  /// What follows for columns where it is true.
  package let bounds: [ColumnBound]
  /// Gives a column of `table.rowCount` rows.
  package let evaluate: @Sendable (Table) throws -> Column

  package init(
    reads: Set<String>?, isRowwise: Bool = false, bounds: [ColumnBound] = [],
    evaluate: @escaping @Sendable (Table) throws -> Column
  ) {
    self.reads = reads
    self.isRowwise = isRowwise
    self.bounds = bounds
    self.evaluate = evaluate
  }
}

/// An expression that gives one value for each group of rows (`mean(.x) / count()`).
package struct GroupExpression: Sendable {
  /// The columns it reads; nil where that is not known before it runs.
  package let reads: Set<String>?
  /// Gives a column with one row for each group of `grouping`.
  package let evaluate: @Sendable (Table, Grouping) throws -> Column

  /// How the values for a table are put together from those for parts of it; nil where they can't be.
  package let stream: Stream?

  package init(
    reads: Set<String>?, stream: Stream? = nil, evaluate: @escaping @Sendable (Table, Grouping) throws -> Column
  ) {
    self.reads = reads
    self.stream = stream
    self.evaluate = evaluate
  }

  /// An aggregate in two steps: `partials` gives `count` columns for each part, with a row for each group; of these, put
  /// one below the other, `merge` gives the same columns for all parts, and `combine` the values, with what was held: nil
  /// where only all rows at once give them.
  package struct Stream: Sendable {
    package let count: Int
    package let held: [Held]
    package let partials: @Sendable (Table, Grouping) throws -> [Column]
    package let merge: @Sendable ([Column], Grouping) throws -> [Column]
    package let combine: @Sendable ([Column], Grouping, [HeldColumns]) throws -> Column?

    package init(
      count: Int, held: [Held] = [], partials: @escaping @Sendable (Table, Grouping) throws -> [Column],
      merge: @escaping @Sendable ([Column], Grouping) throws -> [Column],
      combine: @escaping @Sendable ([Column], Grouping, [HeldColumns]) throws -> Column?
    ) {
      (self.count, self.held) = (count, held)
      (self.partials, self.merge, self.combine) = (partials, merge, combine)
    }
  }

  /// What a part must give row by row, because all rows are needed at once.
  package struct Held: Sendable {
    /// Whether of rows of a group with the same values one is enough.
    package let isDistinct: Bool
    package let columns: @Sendable (Table) throws -> [Column]

    package init(isDistinct: Bool, columns: @escaping @Sendable (Table) throws -> [Column]) {
      (self.isDistinct, self.columns) = (isDistinct, columns)
    }
  }

  /// What was held of all parts, and the group of each of its rows.
  package struct HeldColumns: Sendable {
    package let columns: [Column]
    package let grouping: Grouping
  }
}
