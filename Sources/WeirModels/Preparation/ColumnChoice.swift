import WeirBase
import WeirTables

/// Which columns a step works on: the ones named, or all of a fitting type.
package struct ColumnChoice: Sendable, Hashable {
  /// Empty for all that fit.
  package let names: [String]

  package init(_ names: [String] = []) { self.names = names }

  /// Columns that hold amounts: ints and floats, but not bools.
  static func isAmount(_ column: Column) -> Bool { column.type == .int || column.type == .float }

  /// The names in the order of the table. Of columns that were named, each must be there and fit.
  func picked(
    from table: Table, for step: String, wanted: String, where fits: (Column) -> Bool
  ) throws -> [String] {
    guard !names.isEmpty else {
      return zip(table.names, table.columns).filter { fits($0.1) }.map(\.0)
    }
    for name in names {
      let column = try table.column(name)
      guard fits(column) else {
        throw ModelError("`\(step)` works on \(wanted), and the column `\(name)` holds \(column.type) values")
      }
    }
    let chosen = Set(names)
    return table.names.filter(chosen.contains)
  }

  var setting: Setting { .columns(names) }
}

extension Table {
  /// The table with some columns replaced, in their places; throws where one is absent. `step` is who asks.
  func replacing(
    _ names: [String], for step: String, _ change: (Int, Column) throws -> Column
  ) throws -> Table {
    let absent = names.filter { self[$0] == nil }
    guard absent.isEmpty else { throw ModelError.columnsAbsent(absent, from: self.names, for: step) }
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var parts: [(name: String, column: Column)] = []
    for (name, column) in zip(self.names, columns) {
      parts.append((name, try places[name].map { try change($0, column) } ?? column))
    }
    return try Table(parts, rowCount: rowCount, lineage: lineage)
  }
}

extension Column {
  /// The values as floats, and which rows have one; throws for columns that hold no numbers. `step` is who asks.
  func amounts(named name: String, for step: String) throws -> [Double] {
    switch storage {
    case .float(let values): return values
    case .int(let values): return values.map { Double($0) }
    case .bool(let values): return values.map { $0 ? 1 : 0 }
    default:
      throw ModelError("`\(step)` learned from numbers in the column `\(name)`, which holds \(type) values here")
    }
  }

  /// The numbers of the rows that have one; throws where one is not finite.
  func presentAmounts(named name: String, for step: String) throws -> [Double] {
    let values = try amounts(named: name, for: step)
    let present = validity.map { bits in values.indices.filter { bits[$0] }.map { values[$0] } } ?? values
    guard present.allSatisfy(\.isFinite) else {
      throw ModelError("`\(step)` wants finite numbers, and the column `\(name)` holds others")
    }
    guard !present.isEmpty else {
      throw ModelError(
        "`\(step)` can't learn from the column `\(name)`: every value is missing",
        mend: "leave it out: `drop(.\(name))`")
    }
    return present
  }
}
