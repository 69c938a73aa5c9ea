import WeirBase

extension Column {
  /// The positions of the rows of `count` rows in the order of several keys: stable, missing values last.
  package static func sortedOrder(_ keys: [(column: Column, descending: Bool)], count: Int) -> [Int] {
    sortedRows(keys, count: count).map { Int($0) }
  }

  static func sortedRows(_ keys: [(column: Column, descending: Bool)], count: Int) -> [Int32] {
    var fields: [SortField] = []
    for key in keys {
      if let field = SortField(key.column, falling: key.descending, count: count) { fields += field.parts }
    }
    return RowOrder(fields, count: count).rows
  }

  /// A number for each row, equal where the values are; missing has one of its own. `count` bounds the numbers.
  package var groupCodes: (codes: [UInt32], count: Int) {
    let numbering = RowNumbering([self], count: count)
    return (numbering.numbers, numbering.firstRows.count)
  }

  /// How many different values there are, missing ones not counted.
  package var uniqueCount: Int {
    RowNumbering([self], count: count, wantsNumbers: false).firstRows.count - (missingCount > 0 ? 1 : 0)
  }
}
