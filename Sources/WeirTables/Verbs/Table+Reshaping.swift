/// Between long and wide tables.
extension Table {
  /// More columns than this in a pivot are taken for a mistake.
  static let widestPivot = 10_000

  /// One row for each combination of the columns left over, one column for each value of `names`, filled from `values`.
  ///
  /// Two values for one place are an error: aggregate first.
  package func pivoted(names nameColumn: String, values valueColumn: String) throws(TableError) -> Table {
    let labels = try column(nameColumn)
    let values = try column(valueColumn)
    let keys = names.filter { $0 != nameColumn && $0 != valueColumn }
    let rows = keys.isEmpty ? Grouping.whole(rowCount) : Grouping(by: try picked(keys), count: rowCount)
    let wide = Grouping(by: [labels], count: rowCount)
    guard wide.count <= Table.widestPivot else {
      throw .other("`\(nameColumn)` has \(wide.count) values, too many for a column each", mend: nil)
    }
    var places = [[Int]](repeating: Array(repeating: -1, count: rows.count), count: rowCount == 0 ? 0 : wide.count)
    for row in 0..<rowCount {
      let (column, place) = (Int(wide.groups[row]), Int(rows.groups[row]))
      guard places[column][place] < 0 else {
        throw .other(
          "two rows give a value for `\(formatScalar(labels.scalar(at: row)))` in the same row",
          mend: "`aggregate` first, so that there is one")
      }
      places[column][place] = row
    }
    var out: [(name: String, column: Column)] = []
    if rowCount > 0 { for key in keys { out.append((key, try column(key).taking(rows.firstRows))) } }
    for (column, taken) in places.enumerated() {
      let label = labels.scalar(at: wide.firstRows[column])
      out.append((label == .missing ? "missing" : label.exactText, values.taking(taken)))
    }
    return try Table(out, rowCount: rowCount == 0 ? 0 : rows.count, lineage: lineage)
  }

  /// One row for each row and each of the columns: its name under `name`, its value under `value`.
  package func unpivoted(_ names: [String], name: String = "name", value: String = "value") throws(TableError) -> Table {
    let melted = try picked(names)
    guard !melted.isEmpty else { throw .other("an unpivot needs at least one column", mend: nil) }
    let rows = (0..<rowCount).flatMap { row in repeatElement(row, count: melted.count) }
    var out: [(name: String, column: Column)] = []
    let chosen = Set(names)
    for (kept, column) in zip(self.names, columns) where !chosen.contains(kept) { out.append((kept, column.taking(rows))) }
    let labels = (0..<rowCount).flatMap { _ in names }
    out.append((name, Column(.text(TextValues(labels)))))
    let stacked: Column
    do throws(TableError) {
      stacked = try Column.concatenated(melted)
    } catch {
      throw .other("the columns \(names.joined(separator: ", ")) hold values of several types", mend: "`cast` them first")
    }
    let places = (0..<rowCount).flatMap { row in melted.indices.map { $0 * rowCount + row } }
    out.append((value, stacked.taking(places)))
    return try Table(out, rowCount: rowCount * melted.count, lineage: lineage)
  }
}
