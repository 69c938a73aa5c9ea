import WeirBase
package import WeirCatalog
package import WeirDiagnostics
import WeirImages
package import WeirPlots
import WeirTables

extension Plot: ForeignValue {
  package var typeName: String { "plot" }
  package var shortText: String { "<plot \(kind)>" }
  package func rendered(_ style: DisplayStyle) -> String { rendered(width: style.width, color: style.color) }
  package var html: String? { svg() }
  package var png: [UInt8]? { (try? image()).flatMap { try? PNGWriter.write($0) } }
  package var fieldNames: [String] { ["kind", "title", "caption", "svg"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "kind": .string(kind)
    case "title": .string(title)
    case "caption": .string(caption)
    case "svg": .string(svg())
    default: nil
    }
  }
}

extension PlotError: DiagnosedError {
  package var diagnostic: Diagnostic { .plotProblem(message, mend: mend) }
}

/// What a plot is drawn from: the rows of a table, read by expressions.
struct PlotSource {
  let table: Table

  /// Numbers under the name of the column they are read from; missing ones are gaps.
  func numbers(_ expression: RowExpression, called name: String) throws -> NamedValues {
    let label = label(of: expression, else: name)
    if expression.reads?.isEmpty == true, try expression.evaluate(table).type == .text {
      throw Diagnostic.failure("`\(name)` is a text here, and a plot needs numbers", mend: "write a column with a dot: `.name`")
    }
    return NamedValues(label, try numbers(in: try expression.evaluate(table), called: label))
  }

  func numbers(of column: String) throws -> NamedValues {
    NamedValues(column, try numbers(in: try table.column(column), called: column))
  }

  /// Moments count in microseconds, as the axes of time do.
  private func numbers(in column: Column, called name: String) throws -> [Double] {
    switch column.type {
    case .int, .float, .bool, .duration: return try column.asDoubles()
    case .date: return try column.asDoubles().map { $0 * 86_400e6 }
    case .dateTime: return try column.asDoubles().map { $0 * 1e6 }
    case .text, .object:
      throw TableError.wrongType(operation: "this plot", column: name, type: column.type.description, expected: "numbers")
    }
  }

  func isTime(_ expression: RowExpression) throws -> Bool {
    let type = try expression.evaluate(table).type
    return type == .date || type == .dateTime
  }

  func texts(_ expression: RowExpression) throws -> [String] {
    try expression.evaluate(table).values().map(\.plainText)
  }

  func label(of expression: RowExpression, else name: String) -> String {
    if let reads = expression.reads, reads.count == 1, let only = reads.first { return only }
    return name
  }

  /// The rows of each group in ascending order of the column, with the group's name; one group where none is named.
  func groups(by name: String?) throws -> [(label: String, rows: [Int])] {
    guard let name else { return [("", Array(0..<table.rowCount))] }
    let column = try table.column(name)
    let grouping = Grouping(by: [column], count: table.rowCount)
    guard grouping.count <= 20 else {
      throw PlotError(
        "`\(name)` has \(grouping.count) values, too many to tell apart",
        mend: "put them into classes with `bin`, or filter")
    }
    var rows = [[Int]](repeating: [], count: grouping.count)
    for (row, group) in grouping.groups.enumerated() { rows[Int(group)].append(row) }
    let firsts = grouping.firstRows.filter { $0 < table.rowCount }
    let keys = column.taking(firsts)
    return Column.sortedOrder([(keys, false)], count: keys.count).map { place in
      (keys.taking([place]).values().first?.plainText ?? "", rows[place])
    }
  }

  /// The columns asked for, or all that hold numbers.
  func numericColumns(_ names: [String]) -> [String] {
    guard names.isEmpty else { return names }
    return zip(table.names, table.columns).filter { $0.1.type == .int || $0.1.type == .float }.map(\.0)
  }
}

extension NamedValues {
  func taking(_ rows: [Int], called label: String) -> NamedValues { NamedValues(label, rows.map { values[$0] }) }
}

extension Plot {
  func titled(_ title: String) -> Value {
    var plot = self
    if !title.isEmpty { plot.title = title }
    return .other(plot)
  }
}
