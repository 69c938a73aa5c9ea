/// The rows of a table as window functions see them: group after group, those of a group in an order.
///
/// A place `p` is a number in that order, and `order[p]` the row that stands there; group `g` has the places
/// `starts[g] ..< starts[g + 1]`. Results are columns in the order of the table.
package struct WindowFrame: Sendable {
  package let order: [Int]
  package let starts: [Int]
  /// The groups of the rows as they stand in the table.
  package let grouping: Grouping
  /// The moment of each row in microseconds, nil where it has none; nil unless the rows are in the order of one column of
  /// times that rises.
  let moments: [Int64?]?
  /// Nil where rows stand in the table as they stand in the order.
  private let groupingInOrder: Grouping?

  package var rowCount: Int { order.count }
  package var groupCount: Int { starts.count - 1 }
  /// Whether all rows are one group in the order of the table.
  package var isWhole: Bool { groupCount == 1 && groupingInOrder == nil }

  package init(_ table: Table, by names: [String], order keys: [SortKey]) throws {
    let grouping = names.isEmpty
      ? Grouping.whole(table.rowCount) : Grouping(by: try table.picked(names), count: table.rowCount)
    let columns = try keys.map { (column: try $0.expression.evaluate(table), descending: $0.descending) }
    for (column, _) in columns where column.count != table.rowCount {
      throw TableError.lengthDiffers("the key of the order", column.count, expected: table.rowCount)
    }
    let sorted = keys.isEmpty ? Array(0..<table.rowCount) : Column.sortedOrder(columns, count: table.rowCount)
    let single = columns.count == 1 && columns[0].descending == false ? columns[0].column : nil
    self.init(grouping, sorted, moments: single?.momentsOfRows)
  }

  /// All rows in one group, as they stand.
  package static func whole(_ rowCount: Int) -> WindowFrame {
    WindowFrame(.whole(rowCount), Array(0..<rowCount), moments: nil)
  }

  /// The frame of the rows of one group by themselves, in its order.
  package func alone(_ group: Int) -> WindowFrame {
    let rows = order[starts[group]..<starts[group + 1]]
    return WindowFrame(.whole(rows.count), Array(0..<rows.count), moments: moments.map { all in rows.map { all[$0] } })
  }

  private init(_ grouping: Grouping, _ sorted: [Int], moments: [Int64?]?) {
    self.grouping = grouping
    self.moments = moments
    var starts = [Int](repeating: 0, count: grouping.count + 1)
    for group in grouping.groups { starts[Int(group) + 1] += 1 }
    for group in 0..<grouping.count { starts[group + 1] += starts[group] }
    var next = starts
    var order = [Int](repeating: 0, count: sorted.count)
    for row in sorted {
      let group = Int(grouping.groups[row])
      order[next[group]] = row
      next[group] += 1
    }
    self.starts = starts
    self.order = order
    if order.indices.allSatisfy({ order[$0] == $0 }) {
      groupingInOrder = nil
    } else {
      groupingInOrder = Grouping(
        groups: order.map { grouping.groups[$0] }, count: grouping.count, firstRows: Array(starts.dropLast()))
    }
  }

  /// The value of an aggregate for each group, on every row of the group; it sees the rows in their order.
  package func spreading(
    _ columns: [Column], _ aggregate: ([Column], Grouping) throws -> Column
  ) rethrows -> Column {
    let values: Column
    if let groupingInOrder {
      values = try aggregate(columns.map { $0.taking(order) }, groupingInOrder)
    } else {
      values = try aggregate(columns, grouping)
    }
    return values.taking(grouping.groups.map { Int($0) })
  }

  /// A column of rows from what stands at places: `sources[p]` is the row whose value the row at `p` gets, -1 for none.
  func placing(_ column: Column, _ sources: [Int]) -> Column {
    var rows = [Int](repeating: -1, count: rowCount)
    for (place, row) in order.enumerated() { rows[row] = sources[place] }
    return column.taking(rows)
  }

  /// Values by place as values by row.
  func scattering<T>(_ values: [T]) -> [T] {
    guard groupingInOrder != nil, let first = values.first else { return values }
    var out = [T](repeating: first, count: values.count)
    for (place, row) in order.enumerated() { out[row] = values[place] }
    return out
  }
}

extension Column {
  /// The microseconds of dates and datetimes; nil for other types.
  var momentsOfRows: [Int64?]? {
    switch storage {
    case .date(let days): days.indices.map { isMissing($0) ? nil : midnight(days[$0]) }
    case .dateTime(let moments): moments.indices.map { isMissing($0) ? nil : moments[$0] }
    default: nil
    }
  }
}

/// An expression over the rows of a table and the groups and order in which window functions see them.
package struct WindowExpression: Sendable {
  /// Gives a column of `table.rowCount` rows, in the order of the table.
  package let evaluate: @Sendable (Table, WindowFrame) throws -> Column

  package init(evaluate: @escaping @Sendable (Table, WindowFrame) throws -> Column) { self.evaluate = evaluate }
}

extension Table {
  /// Adds columns that look at other rows of the same group, or replaces those that have the name; a later one sees the
  /// earlier ones. Rows keep their order.
  package func windowed(
    by names: [String], order: [SortKey], _ columns: [(name: String, expression: WindowExpression)]
  ) throws -> Table {
    let frame = try WindowFrame(self, by: names, order: order)
    return try columns.reduce(self) { table, column in
      try table.setting(column.name, to: column.expression.evaluate(table, frame))
    }
  }
}
