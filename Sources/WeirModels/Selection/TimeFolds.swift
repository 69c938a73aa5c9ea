package import WeirBase
package import WeirTables

/// Folds that never learn from the future: each scores on the rows that follow those it learned from.
///
/// The rows, in the order of time, are cut into `count + 1` blocks of equal length; what does not divide goes to the first.
/// Fold i learns from the blocks before block i + 1 and scores on that block.
package struct TimeFolds: FoldScheme, Hashable {
  package static let archiveName = "time_folds"
  package let count: Int
  /// The column to order by; nil where the rows are in order.
  package let time: String?
  /// How many rows before the scored ones are left out.
  package let gap: Int
  /// The largest number of rows to learn from, the latest; nil for all.
  package let window: Int?

  package init(_ count: Int = 5, by time: String? = nil, gap: Int = 0, window: Int? = nil) throws {
    guard (1...100_000).contains(count) else { throw ModelError("`time_folds` makes at least 1 fold, not \(count)") }
    guard gap >= 0 else { throw ModelError("`gap` is a number of rows, not \(gap)") }
    if let window, window < 1 { throw ModelError("`window` is at least 1 row, not \(window)") }
    self.count = count
    self.time = time
    self.gap = gap
    self.window = window
  }

  package func parts(of table: Table, target: Column?, random: RandomStream) throws -> [FoldPart] {
    let rows = table.rowCount
    guard rows > count else {
      throw ModelError("\(rows) rows can't be cut into \(count + 1) blocks of time", mend: "take fewer folds")
    }
    var order = Array(0..<rows)
    var ties = Array(0..<rows)
    if let time {
      let column = try table.column(time)
      guard column.missingCount == 0 else {
        throw ModelError("`\(time)` is missing on \(column.missingCount) rows, which have no place in time", mend: "drop them")
      }
      order = Column.sortedOrder([(column: column, descending: false)], count: rows)
      let codes = column.groupCodes.codes
      // The first place of the rows of the same time.
      for place in 1..<rows { ties[place] = codes[order[place]] == codes[order[place - 1]] ? ties[place - 1] : place }
    }
    let size = rows / (count + 1)
    return try (0..<count).map { fold in
      let start = rows - (count - fold) * size
      // Rows of the same moment as the first scored one are not learned from.
      let end = max(0, min(start - gap, ties[start]))
      guard end > 0 else { throw ModelError("fold \(fold + 1) has no rows before those it scores", mend: "take fewer folds") }
      let first = window.map { max(0, end - $0) } ?? 0
      return FoldPart(fold: fold, train: order[first..<end].sorted(), test: order[start..<start + size].sorted())
    }
  }

  package init(archive: Archive) throws {
    let time: String? = if case .text(let name) = try archive.part("by") { name } else { nil }
    let window: Int? = if case .int = try archive.part("window") { try archive.part("window").asInt() } else { nil }
    try self.init(archive.part("count").asInt(), by: time, gap: archive.part("gap").asInt(), window: window)
  }

  package var archive: Archive {
    .of([
      "count": .int(Int64(count)), "by": time.map { .text($0) } ?? .none, "gap": .int(Int64(gap)),
      "window": window.map { .int(Int64($0)) } ?? .none,
    ])
  }
}
