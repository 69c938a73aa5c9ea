package import WeirBase
package import WeirTables

/// What a look at a whole table finds: what each column holds, rows that repeat or stand out, columns that go together,
/// and what a person should know before learning from it.
///
/// Counts, means and ends come from all rows. What takes more than one pass comes from a sample where there are many;
/// `coverage` says how many rows each part comes from.
package struct TableProfile: Sendable {
  package let rowCount: Int
  package let columns: [ColumnProfile]
  /// Rows that are copies of an earlier one.
  package let duplicateRows: Int
  /// Rows that are copies but for case, blanks or the last digits of floats.
  package let nearDuplicateRows: Int
  /// Pairs of columns that go together, the strongest first.
  package let strong: [Association]
  /// Rows that few random cuts set apart, the most unusual first; nil where there are no two columns of numbers.
  package let unusual: [OutlierRow]
  package let target: TargetProfile?
  /// How many rows stood for all; nil where all were looked at.
  package let sampledRows: Int?

  /// How many rows stood for all in what looks at columns that go together.
  package let associatedRows: Int
  /// How many rows were looked through for unusual ones; 0 where there are no two columns of numbers.
  package let isolatedRows: Int

  package static let strongAssociation = 0.9
  /// Up to so many rows, everything comes from all of them.
  private static let wholeRows = 200_000
  private static let sampleRows = 100_000
  private static let associationRows = 20_000
  private static let isolationRows = 10_000
  /// The pairs grow with the square.
  private static let mostAssociated = 60

  package init(
    _ table: Table, target: String? = nil, random: RandomStream = RandomStream(seed: 0), workers: Workers = .one,
    cancellation: Cancellation? = nil
  ) throws {
    let count = table.rowCount, allColumns = table.columns, names = table.names
    let sample = count > TableProfile.wholeRows ? TableProfile.drawn(TableProfile.sampleRows, of: count, random.child("profile")) : nil
    sampledRows = sample?.count
    rowCount = count
    let looks = try workers.map(allColumns.count) { index in
      try cancellation?.check()
      let exact = RowHashes.cells(allColumns[index], loosely: false)
      let isLoose = allColumns[index].type == .text || allColumns[index].type == .float
      return (
        profile: try ColumnProfile(names[index], allColumns[index], hashes: exact, sample: sample), exact: exact,
        loose: isLoose ? RowHashes.cells(allColumns[index], loosely: true) : nil
      )
    }
    columns = looks.map(\.profile)
    let copies = TableProfile.copies(looks.map(\.exact), rows: count)
    duplicateRows = copies
    nearDuplicateRows = looks.contains { $0.loose != nil }
      ? max(0, TableProfile.copies(looks.map { $0.loose ?? $0.exact }, rows: count) - copies) : 0
    try cancellation?.check()
    let associated = try TableProfile.part(table, TableProfile.associationRows, random)
    associatedRows = associated.rowCount
    strong = try TableProfile.associations(of: associated, columns, workers)
    let measured = TableProfile.measured(columns)
    isolatedRows = measured.count >= 2 && count >= 20 ? min(count, TableProfile.isolationRows) : 0
    unusual = isolatedRows > 0 ? try TableProfile.unusual(in: table, measured, random, workers, cancellation) : []
    let shown = try TableProfile.part(table, TableProfile.sampleRows, random)
    self.target = try target.map { try TargetProfile(shown, target: $0, profiles: looks.map(\.profile)) }
  }

  /// What the parts of the profile come from: each part in words, and its number of rows.
  package var coverage: [(part: String, rows: Int)] {
    var parts = [("counts, copies, means and ends", rowCount), ("quartiles and shapes", sampledRows ?? rowCount)]
    parts.append(("columns that go together", associatedRows))
    if isolatedRows > 0 { parts.append(("rows unlike the others", isolatedRows)) }
    if target != nil { parts.append(("what goes with the target", min(rowCount, TableProfile.sampleRows))) }
    return parts
  }

  /// Rows at random, in their order, each at most once.
  private static func drawn(_ size: Int, of count: Int, _ random: RandomStream) -> [Int] {
    // One row of each of `size` parts of equal length: spread over the whole table, in one pass.
    (0..<size).map { part in
      let low = part * count / size, high = (part + 1) * count / size
      return low + Int(random.uniform(at: UInt64(part)) * Double(max(1, high - low)))
    }
  }

  private static func part(_ table: Table, _ size: Int, _ random: RandomStream) throws -> Table {
    table.rowCount <= size ? table : try table.taking(drawn(size, of: table.rowCount, random.child("part")))
  }

  private static func copies(_ cells: [[UInt64]], rows: Int) -> Int {
    guard var hashes = cells.first else { return 0 }
    for column in cells.dropFirst() {
      for row in 0..<rows { hashes[row] = RowHashes.mix(hashes[row] &* 0x9e37_79b9_7f4a_7c15 ^ column[row]) }
    }
    return rows - RowHashes.distinct(hashes)
  }

  private static func associations(of table: Table, _ profiles: [ColumnProfile], _ workers: Workers) throws -> [Association] {
    var measured: [(name: String, values: Associations.Values)] = []
    let byName = Dictionary(profiles.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (name, column) in zip(table.names, table.columns) where measured.count < mostAssociated {
      guard let profile = byName[name], profile.distinct > 1,
        let values = try Associations.values(column)
      else { continue }
      measured.append((name, values))
    }
    let columns = measured
    let rows = try workers.map(columns.count) { i in
      columns[..<i].compactMap { other -> Association? in
        let (value, measure) = Associations.measure(other.values, columns[i].values)
        guard value.magnitude >= strongAssociation else { return nil }
        return Association(a: other.name, b: columns[i].name, value: value, measure: measure)
      }
    }
    return rows.flatMap { $0 }.enumerated().sorted { one, other in
      (other.element.value.magnitude, one.offset) < (one.element.value.magnitude, other.offset)
    }.map(\.element)
  }

  /// The columns of numbers that say something of a row.
  private static func measured(_ profiles: [ColumnProfile]) -> [String] {
    profiles.filter { $0.numbers != nil && $0.distinct > 1 && !$0.namesRows }.map(\.name)
  }

  private static func unusual(
    in table: Table, _ names: [String], _ random: RandomStream, _ workers: Workers, _ cancellation: Cancellation?
  ) throws -> [OutlierRow] {
    let rows = table.rowCount > isolationRows ? drawn(isolationRows, of: table.rowCount, random.child("unusual")) : nil
    let part = try rows.map { try table.taking($0) } ?? table
    let found = try part.outlierRows(
      of: names, rule: .isolationForest, threshold: 0.65, random: random.child("isolation"), workers: workers,
      cancellation: cancellation)
    return found.prefix(5).map { row in
      OutlierRow(row: rows.map { $0[row.row] } ?? row.row, score: row.score, reason: row.reason)
    }
  }
}

extension ColumnProfile {
  /// Different on every row, as names and numbers of rows are.
  package var namesRows: Bool {
    guard rows >= 20, missing == 0, distinct == rows else { return false }
    return type == .text || type == .int
  }
}
