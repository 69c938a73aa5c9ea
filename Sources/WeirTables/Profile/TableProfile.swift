/// What a look at a whole table finds: what each column holds, rows that repeat, columns that go together, and what a
/// person should know before learning from it.
package struct TableProfile: Sendable {
  package struct ColumnProfile: Sendable {
    package let name: String
    package let type: ColumnType
    package let rows: Int
    package let missing: Int
    package let distinct: Int
    package let numbers: Numbers?
    /// The most frequent values with their counts, of columns that are not float; at most ten.
    package let common: [(value: String, count: Int)]

    package var share: Double { rows == 0 ? 1 : Double(rows - missing) / Double(rows) }
    package var isConstant: Bool { rows > missing && distinct <= 1 }
  }

  package struct Numbers: Sendable {
    package let mean: Double
    /// With `n - 1`; missing for one value.
    package let std: Double?
    package let min: Double
    package let q25: Double
    package let median: Double
    package let q75: Double
    package let max: Double
    package let skew: Double?
    package let zeros: Int
    /// Values farther than 1.5 times the quartiles' distance from them (Tukey 1977).
    package let outliers: Int
  }

  package struct Correlation: Sendable {
    package let a: String
    package let b: String
    package let value: Double
  }

  package let rowCount: Int
  package let columns: [ColumnProfile]
  /// Rows that are copies of an earlier one.
  package let duplicateRows: Int
  /// Pairs of columns whose correlation has at least this size, the strongest first.
  package let strong: [Correlation]
  package static let strongCorrelation = 0.9

  package init(_ table: Table) throws(TableError) {
    rowCount = table.rowCount
    var columns: [ColumnProfile] = []
    for (name, column) in zip(table.names, table.columns) { columns.append(try ColumnProfile(name, column)) }
    self.columns = columns
    duplicateRows = table.columnCount == 0 ? 0 : table.duplicateMask().count { $0 }
    strong = try TableProfile.strongCorrelations(of: table)
  }

  /// Only among so many columns: the pairs grow with the square.
  private static let mostCorrelated = 200

  private static func strongCorrelations(of table: Table) throws(TableError) -> [Correlation] {
    let numeric = zip(table.names, table.columns).filter { $0.1.type == .int || $0.1.type == .float }.prefix(mostCorrelated)
    let whole = Grouping.whole(table.rowCount)
    var found: [Correlation] = []
    for (i, (a, x)) in numeric.enumerated() {
      for (b, y) in numeric.dropFirst(i + 1) {
        let value = try NumberAggregate.covariance(x, y, whole, scaled: true).scalar(at: 0)
        if case .float(let value) = value, value.magnitude >= strongCorrelation {
          found.append(Correlation(a: a, b: b, value: value))
        }
      }
    }
    return found.enumerated().sorted { one, other in
      (other.element.value.magnitude, one.offset) < (one.element.value.magnitude, other.offset)
    }.map(\.element)
  }
}

extension TableProfile.ColumnProfile {
  init(_ name: String, _ column: Column) throws(TableError) {
    self.name = name
    type = column.type
    rows = column.count
    missing = column.missingCount
    distinct = column.uniqueCount
    numbers = try TableProfile.Numbers(column)
    common = column.type == .float ? [] : TableProfile.ColumnProfile.common(column)
  }

  private static func common(_ column: Column) -> [(value: String, count: Int)] {
    if case .object = column.type { return [] }
    let grouping = Grouping(by: [column], count: column.count)
    var counts = [Int](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) { counts[Int(group)] += 1 }
    let order = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    return order.prefix(10).map { (formatScalar(column.scalar(at: grouping.firstRows[$0])), counts[$0]) }
  }
}

extension TableProfile.Numbers {
  /// Nil for columns that hold no numbers.
  init?(_ column: Column) throws(TableError) {
    guard column.type == .int || column.type == .float else { return nil }
    let whole = Grouping.whole(column.count)
    let sorted = try GroupedNumbers(column, whole, for: "profile").sorted[0].filter { !$0.isNaN }
    guard let first = sorted.first, let last = sorted.last else { return nil }
    func one(_ column: Column) -> Double? { if case .float(let value) = column.scalar(at: 0) { value } else { nil } }
    mean = one(try NumberAggregate.mean(column, whole)) ?? .nan
    std = one(try NumberAggregate.variance(column, whole, ddof: 1, root: true))
    skew = one(try NumberAggregate.shape(column, whole, power: 3))
    (min, max) = (first, last)
    q25 = NumberAggregate.quantile(sorted, 0.25)
    median = NumberAggregate.quantile(sorted, 0.5)
    q75 = NumberAggregate.quantile(sorted, 0.75)
    zeros = sorted.count { $0 == 0 }
    let reach = 1.5 * (q75 - q25), low = q25 - reach, high = q75 + reach
    outliers = sorted.count { $0 < low || $0 > high }
  }
}
