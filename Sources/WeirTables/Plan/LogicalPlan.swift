/// What was asked of a table, as data: verbs over sources.
package indirect enum LogicalPlan: Sendable {
  case table(Table)
  case csv(CSVScan)
  case columns(ColumnScan)
  case filter(LogicalPlan, RowExpression)
  case select(LogicalPlan, [String])
  case rename(LogicalPlan, [Renaming])
  case derive(LogicalPlan, [Derivation])
  case aggregate(LogicalPlan, by: [String], [GroupDerivation])
  case join(LogicalPlan, LogicalPlan, JoinOptions)
  case sort(LogicalPlan, [SortKey])
  case slice(LogicalPlan, RowSlice)
  case sample(LogicalPlan, RowSample)
  /// The first row of each combination of the columns; of all columns where none are named.
  case distinct(LogicalPlan, by: [String])
  case concat([LogicalPlan], ConcatOptions)
  /// A verb that the optimiser does not look into.
  case verb(LogicalPlan, TableVerb)
}

/// A CSV file that is to be read, with what the plan above it needs.
package struct CSVScan: Sendable {
  package let reader: CSVReader
  /// As shown by `explain`.
  package let name: String
  /// The columns needed, in the order of the file; nil for all.
  package var columns: [String]?
  /// Conditions that rows must meet, in their order.
  package var predicates: [RowExpression] = []

  package init(_ reader: CSVReader, name: String) {
    self.reader = reader
    self.name = name
  }
}

/// A column and the name it had before.
package struct Renaming: Sendable, Hashable {
  package let new: String
  package let old: String
  package init(new: String, old: String) {
    self.new = new
    self.old = old
  }
}

/// A column to be computed row by row.
package struct Derivation: Sendable {
  package let name: String
  package let expression: RowExpression
  package init(_ name: String, _ expression: RowExpression) {
    self.name = name
    self.expression = expression
  }
}

/// A column to be computed group by group.
package struct GroupDerivation: Sendable {
  package let name: String
  package let expression: GroupExpression
  package init(_ name: String, _ expression: GroupExpression) {
    self.name = name
    self.expression = expression
  }
}

/// A key of a sort. Missing values come last in either direction.
package struct SortKey: Sendable {
  package let expression: RowExpression
  package let descending: Bool
  package init(_ expression: RowExpression, descending: Bool = false) {
    self.expression = expression
    self.descending = descending
  }

  package static func column(_ name: String, descending: Bool = false) -> SortKey {
    SortKey(RowExpression(reads: [name], isRowwise: true) { try $0.column(name) }, descending: descending)
  }
}

/// Rows by their place.
package enum RowSlice: Sendable, Hashable {
  case first(Int)
  case skipping(Int)
  case last(Int)

  /// The rows of a table of `count` rows; all of them where more are asked for.
  package func range(of count: Int) -> Range<Int> {
    switch self {
    case .first(let n): 0..<min(max(n, 0), count)
    case .skipping(let n): min(max(n, 0), count)..<count
    case .last(let n): count - min(max(n, 0), count)..<count
    }
  }
}

/// Rows drawn at random without replacement, in their order.
package struct RowSample: Sendable, Hashable {
  package enum Size: Sendable, Hashable {
    case count(Int)
    case fraction(Double)
  }

  package let size: Size
  package let key: UInt64
  package init(_ size: Size, key: UInt64) {
    self.size = size
    self.key = key
  }
}

package struct JoinOptions: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable { case inner, left, right, full, semi, anti }

  package let on: [String]
  package let kind: Kind
  /// Added to the names of columns of the second table that the first has too.
  package let suffix: String
  package init(on: [String], kind: Kind = .inner, suffix: String = "_right") {
    self.on = on
    self.kind = kind
    self.suffix = suffix
  }
}

package struct ConcatOptions: Sendable, Hashable {
  /// The name of a column that says which table a row comes from; nil for none.
  package let sourceColumn: String?
  /// What that column says for each table.
  package let sources: [String]
  package init(sourceColumn: String? = nil, sources: [String] = []) {
    self.sourceColumn = sourceColumn
    self.sources = sources
  }
}

/// A verb as a function from table to table.
package struct TableVerb: Sendable {
  /// As shown by `explain`.
  package let name: String
  /// The columns that come out, given those that go in.
  package let schema: @Sendable (TableSchema) -> TableSchema?
  package let apply: @Sendable (Table) throws -> Table
  package init(
    _ name: String, schema: @escaping @Sendable (TableSchema) -> TableSchema?,
    apply: @escaping @Sendable (Table) throws -> Table
  ) {
    self.name = name
    self.schema = schema
    self.apply = apply
  }
}
