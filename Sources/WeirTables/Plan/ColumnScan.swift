package import WeirBase

/// A file that keeps each column apart and says beforehand what columns it has.
package protocol ColumnFile: Sendable {
  /// The builtin that reads such files, as shown by `explain`.
  static var verb: String { get }
  var schema: TableSchema { get }
  /// The same with only those of its columns.
  func keeping(_ names: Set<String>) -> Self
  func read(workers: Workers, cancellation: Cancellation) throws -> Table
}

/// Such a file that is to be read, with what the plan above it needs.
package struct ColumnScan: Sendable {
  package let file: any ColumnFile
  /// As shown by `explain`.
  package let name: String
  /// The columns needed; nil for all.
  package var columns: [String]?
  /// Conditions that rows must meet, in their order.
  package var predicates: [RowExpression] = []

  package init(_ file: any ColumnFile, name: String) {
    self.file = file
    self.name = name
  }

  /// The columns that reading gives.
  var outputNames: [String] { columns ?? file.schema.names }

  func read(_ workers: Workers, _ cancellation: Cancellation) throws -> Table {
    var wanted = file
    if let columns {
      // What the conditions read must be read too, and is dropped again.
      var needed = Set(columns)
      for predicate in predicates { needed.formUnion(predicate.reads ?? Set(file.schema.names)) }
      wanted = file.keeping(needed)
    }
    var table = try wanted.read(workers: workers, cancellation: cancellation)
    for predicate in predicates {
      try cancellation.check()
      table = try table.filtered(by: predicate)
    }
    return try columns.map { try table.selecting($0) } ?? table
  }
}
