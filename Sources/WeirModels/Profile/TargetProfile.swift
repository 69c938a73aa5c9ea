import WeirTables

/// What a profile says about the column that is to be predicted.
package struct TargetProfile: Sendable {
  package let name: String
  /// Its classes with their shares, the most frequent first; empty for a target of numbers.
  package let classes: [(value: String, share: Double)]
  /// Columns that nearly determine the target, with the share of it that each tells.
  package let suspects: [(name: String, share: Double)]

  /// A column is suspect where a table of its values, each with its most frequent class, is right on 99 of 100 rows, or,
  /// for numbers, explains 99.8 % of the spread.
  init(_ table: Table, target: String, profiles: [ColumnProfile]) throws {
    name = target
    let column = try table.column(target)
    guard let own = profiles.first(where: { $0.name == target }) else {
      (classes, suspects) = ([], [])
      return
    }
    let known = Double(max(1, own.filled))
    classes = own.isCategorical || own.distinct <= 10 && own.type != .float
      ? own.common.map { ($0.value, Double($0.count) / known) } : []
    var found: [(name: String, share: Double)] = []
    for (name, other) in zip(table.names, table.columns) where name != target {
      let share = classes.isEmpty
        ? try TargetProfile.explained(column, by: other) : try TargetProfile.told(column, by: other)
      let usual = classes.first?.share ?? 0
      if share >= (classes.isEmpty ? 0.998 : max(0.99, usual + (1 - usual) * 0.9)) { found.append((name, share)) }
    }
    suspects = found
  }

  /// The share of rows whose class the other column tells. Numbers are put into twenty bins of equal counts; columns
  /// that name rows tell nothing that holds for others.
  private static func told(_ target: Column, by other: Column) throws -> Double {
    let rows = (0..<target.count).filter { !target.isMissing($0) && !other.isMissing($0) }
    guard rows.count >= 20, rows.count * 2 > target.count else { return 0 }
    let classes = Grouping(by: [target.taking(rows)], count: rows.count), values = other.taking(rows)
    let own = Grouping(by: [values], count: rows.count), groups: Grouping
    switch other.type {
    case .object: return 0
    case .float where own.count > 50, .int where own.count > 50, .date where own.count > 50, .dateTime where own.count > 50,
      .duration where own.count > 50:
      let numbers = try values.asDoubles(), sorted = numbers.sorted()
      guard let first = sorted.first, let last = sorted.last, first < last else { return 0 }
      let edges = (1..<20).map { sorted[sorted.count * $0 / 20] }
      groups = Grouping(
        by: [Column(.int(numbers.map { value in Int64(edges.count { $0 <= value }) }))], count: rows.count)
    default: groups = own
    }
    guard groups.count * 3 <= rows.count, groups.count * classes.count <= 5_000_000 else { return 0 }
    var counts = [Int](repeating: 0, count: groups.count * classes.count)
    for row in rows.indices { counts[Int(groups.groups[row]) * classes.count + Int(classes.groups[row])] += 1 }
    let right = (0..<groups.count).reduce(0) { $0 + (counts[$1 * classes.count..<($1 + 1) * classes.count].max() ?? 0) }
    return Double(right) / Double(rows.count)
  }

  private static func explained(_ target: Column, by other: Column) throws -> Double {
    guard let y = try Associations.values(target), let x = try Associations.values(other, mostCategories: target.count / 3),
      case .numbers = y
    else { return 0 }
    let value = Associations.measure(x, y).value
    return value.isNaN ? 0 : value * value
  }
}
