package import WeirBase

/// A file that keeps each column apart and says beforehand what columns it has.
package protocol ColumnFile: Sendable {
  /// The builtin that reads such files, as shown by `explain`.
  static var verb: String { get }
  var schema: TableSchema { get }
  /// The same with only those of its columns.
  func keeping(_ names: Set<String>) -> Self
  func read(workers: Workers, cancellation: Cancellation) throws -> Table
  /// The same without those of its parts of which it is sure that no row meets all of the bounds.
  func skipping(_ bounds: [ColumnBound]) -> Self
  /// How many rows there are in each of the parts that can be read without the others.
  var partRows: [Int] { get }
  func read(parts: Range<Int>, workers: Workers, cancellation: Cancellation) throws -> Table
  var rowCount: Int { get }
  /// What was read of the file need not stay in memory.
  func release()
}

extension ColumnFile {
  package func skipping(_ bounds: [ColumnBound]) -> Self { self }
  package var partRows: [Int] { [] }
  package func release() {}
  package func read(parts: Range<Int>, workers: Workers, cancellation: Cancellation) throws -> Table {
    try read(workers: workers, cancellation: cancellation)
  }
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
    try applied(to: neededFile.read(workers: workers, cancellation: cancellation), cancellation)
  }

  /// The file with the columns that are needed, those that the conditions read included, and without the parts where no
  /// row can meet the conditions.
  var neededFile: any ColumnFile {
    let bounds = predicates.flatMap(\.bounds).filter(\.isCertain)
    var wanted = bounds.isEmpty ? file : file.skipping(bounds)
    if let columns {
      var needed = Set(columns)
      for predicate in predicates { needed.formUnion(predicate.reads ?? Set(file.schema.names)) }
      wanted = wanted.keeping(needed)
    }
    return wanted
  }

  /// Runs of the parts of the file that are to be in memory at a time: of so many bytes, as far as that is known.
  func chunks(of file: any ColumnFile, _ size: Int) -> [Range<Int>] {
    let width = max(1, file.schema.fields.count) * 8
    var chunks: [Range<Int>] = [], start = 0, bytes = 0
    for (part, rows) in file.partRows.enumerated() {
      bytes += rows.multipliedReportingOverflow(by: width).partialValue
      if bytes >= size {
        chunks.append(start..<part + 1)
        (start, bytes) = (part + 1, 0)
      }
    }
    if start < file.partRows.count { chunks.append(start..<file.partRows.count) }
    return chunks
  }

  /// The rows that meet the conditions, without the columns that only they read.
  func applied(to table: Table, _ cancellation: Cancellation) throws -> Table {
    var table = table
    for predicate in predicates {
      try cancellation.check()
      table = try table.filtered(by: predicate)
    }
    return try columns.map { try table.selecting($0) } ?? table
  }
}
