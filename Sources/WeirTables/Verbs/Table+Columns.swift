/// Verbs that choose, name, compute and convert columns.
extension Table {
  package func selecting(_ names: [String]) throws(TableError) -> Table {
    var kept: [(name: String, column: Column)] = []
    for name in names { kept.append((name, try column(name))) }
    return try Table(kept, rowCount: rowCount, lineage: lineage)
  }

  package func dropping(_ names: [String]) throws(TableError) -> Table {
    _ = try picked(names)
    let dropped = Set(names)
    return try selecting(self.names.filter { !dropped.contains($0) })
  }

  /// Gives columns new names where they stand. All names change at once, so two may be swapped.
  package func renaming(_ renamings: [Renaming]) throws(TableError) -> Table {
    var new = names
    for renaming in renamings {
      guard let position = position(of: renaming.old) else { throw .noColumn(renaming.old, columns: names) }
      new[position] = renaming.new
    }
    return try Table(zip(new, columns).map { (name: $0, column: $1) }, rowCount: rowCount, lineage: lineage)
  }

  /// Adds columns, or replaces those that have the name; a later derivation sees the columns of the earlier ones.
  package func deriving(_ derivations: [Derivation]) throws -> Table {
    var table = self
    // Columns that nobody has read yet are put in place together: tables may have very many.
    var waiting: [(name: String, column: Column)] = [], names: Set<String> = []
    for derivation in derivations {
      if !names.isEmpty, derivation.expression.reads.map({ !$0.isDisjoint(with: names) }) ?? true || names.contains(derivation.name) {
        table = try table.setting(waiting)
        (waiting, names) = ([], [])
      }
      let column = try derivation.expression.evaluate(table)
      guard column.count == rowCount else { throw TableError.lengthDiffers(derivation.name, column.count, expected: rowCount) }
      waiting.append((derivation.name, column))
      names.insert(derivation.name)
    }
    return try waiting.isEmpty ? table : table.setting(waiting)
  }

  /// The table with `column` under `name`: in the place of the old one, or at the end.
  package func setting(_ name: String, to column: Column) throws(TableError) -> Table {
    guard column.count == rowCount else { throw .lengthDiffers(name, column.count, expected: rowCount) }
    var parts = zip(names, columns).map { (name: $0, column: $1) }
    if let position = position(of: name) { parts[position].column = column } else { parts.append((name, column)) }
    return try Table(parts, rowCount: rowCount, lineage: lineage)
  }

  /// The same for several columns at once.
  func setting(_ changed: [(name: String, column: Column)]) throws(TableError) -> Table {
    var parts = zip(names, columns).map { (name: $0, column: $1) }
    for (name, column) in changed {
      guard column.count == rowCount else { throw .lengthDiffers(name, column.count, expected: rowCount) }
      if let position = position(of: name) { parts[position].column = column } else { parts.append((name, column)) }
    }
    return try Table(parts, rowCount: rowCount, lineage: lineage)
  }

  /// Converts columns to other types.
  package func casting(_ types: [(name: String, type: ColumnType)]) throws(TableError) -> Table {
    var changed: [(name: String, column: Column)] = []
    for (name, type) in types { changed.append((name, try column(name).cast(to: type, column: name))) }
    return try setting(changed)
  }

  /// One row a column: its name, its type and how many values are missing.
  package func schemaTable() throws(TableError) -> Table {
    try Table(
      [
        ("column", Column(.text(TextValues(names)))),
        ("type", Column(.text(TextValues(columns.map(\.type.description))))),
        ("missing", Column(.int(columns.map { Int64($0.missingCount) }))),
      ], lineage: lineage)
  }
}

extension ColumnType {
  /// The types that a cast can ask for, by their names.
  package static let castable: [ColumnType] = [.bool, .int, .float, .text, .date, .dateTime, .duration]

  /// The type of this name, or nil.
  package init?(named name: String) {
    guard let type = ColumnType.castable.first(where: { $0.description == name }) else { return nil }
    self = type
  }
}
