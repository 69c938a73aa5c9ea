import Synchronization
import WeirBase

/// Rows put into groups: `groups[i]` is the group of row `i`, numbered by first appearance.
package final class Grouping: Sendable {
  package let rowCount: Int
  package let count: Int
  /// The first row of each group.
  package let firstRows: [Int]
  /// Whether all rows are one group.
  let isWhole: Bool
  private let numbers: Mutex<[UInt32]?>
  /// What aggregates have found about a column that others of the same grouping need too.
  let findings = Findings()

  package init(groups: [UInt32], count: Int, firstRows: [Int]) {
    rowCount = groups.count
    self.count = count
    self.firstRows = firstRows
    isWhole = false
    numbers = Mutex(groups)
  }

  private init(whole rows: Int) {
    (rowCount, count, firstRows, isWhole) = (rows, 1, [0], true)
    numbers = Mutex(nil)
  }

  package var groups: [UInt32] {
    numbers.withLock { numbers in
      if let numbers { return numbers }
      let zeros = [UInt32](repeating: 0, count: rowCount)
      numbers = zeros
      return zeros
    }
  }

  /// All `rowCount` rows in one group.
  package static func whole(_ rowCount: Int) -> Grouping { Grouping(whole: rowCount) }

  /// Rows with equal values in all of the columns are in one group; groups are numbered by first appearance.
  package convenience init(by columns: [Column], count rows: Int) {
    if columns.isEmpty {
      self.init(whole: rows)
    } else {
      let numbering = RowNumbering(columns, count: rows)
      self.init(groups: numbering.numbers, count: numbering.firstRows.count, firstRows: numbering.firstRows)
    }
  }

  package convenience init(by columns: [Column]) { self.init(by: columns, count: columns.first?.count ?? 0) }

  /// The group of each row, as a column to group by once more.
  var column: Column {
    Column(.text(TextValues(bytes: [], offsets: Array(repeating: 0, count: count + 1), codes: groups)))
  }

  /// In how many parts rows are aggregated: each has numbers of its own for every group, which must be few beside its rows.
  var partCount: Int {
    isWhole ? Workers.blockCount(rowCount) : max(1, min(16, rowCount / (4 * max(count, 1)), rowCount / Workers.blockRows))
  }

  func part(_ number: Int) -> Range<Int> {
    isWhole ? Workers.block(number, of: rowCount) : Workers.part(number, of: partCount, rows: rowCount)
  }
}

/// Values by column, for as long as a grouping is in use.
final class Findings: Sendable {
  private struct Key: Hashable {
    let column: ObjectIdentifier
    let name: String
  }

  /// A column is kept with what is known of it, so that no other comes to lie in its place.
  private struct Entry: Sendable {
    let column: Column
    let value: any Sendable
  }

  private let entries = Mutex<[Key: Entry]>([:])

  /// What is known under `name` about this column, or what `find` finds.
  func value<Value: Sendable>(_ name: String, of column: Column, _ find: () throws(TableError) -> Value) throws(TableError) -> Value {
    let key = Key(column: column.identity, name: name)
    if let value = entries.withLock({ $0[key] })?.value as? Value { return value }
    let value = try find()
    entries.withLock { $0[key] = Entry(column: column, value: value) }
    return value
  }
}
