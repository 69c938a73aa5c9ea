package import WeirBase
package import WeirCatalog
import WeirDiagnostics
package import WeirModels
package import WeirTables

/// A profile as a value: shown as a person reads it, with fields for programs.
package struct ProfileReport: ForeignValue {
  package static let archiveName = "profile"
  package let rowCount: Int
  package let duplicateRows: Int
  package let nearDuplicateRows: Int
  /// 0 where all rows were looked at.
  package let sampledRows: Int
  /// How many rows each part comes from; empty in profiles of older archives.
  package let coverage: Table
  package let columns: Table
  /// How often values fall into parts of each column's range.
  package let histograms: [[Int64]]
  /// Pairs of columns that go together.
  package let correlations: Table
  /// The shares of the classes of columns with few values.
  package let balance: Table
  /// Rows unlike the others.
  package let unusual: Table
  /// What to look at, and what can be done.
  package let findings: Table

  package init(_ profile: TableProfile) throws {
    func texts(_ values: [String]) -> Column { Column(.text(TextValues(values))) }
    rowCount = profile.rowCount
    duplicateRows = profile.duplicateRows
    nearDuplicateRows = profile.nearDuplicateRows
    sampledRows = profile.sampledRows ?? 0
    coverage = try Table([
      ("part", texts(profile.coverage.map(\.part))), ("rows", Column(.int(profile.coverage.map { Int64($0.rows) }))),
    ])
    columns = try profile.columnTable()
    histograms = profile.columns.map { $0.histogram.map { Int64($0) } }
    correlations = try Table([
      ("a", texts(profile.strong.map(\.a))), ("b", texts(profile.strong.map(\.b))),
      ("correlation", Column(.float(profile.strong.map(\.value)))), ("measure", texts(profile.strong.map(\.measure.rawValue))),
    ])
    var shares = profile.balances.flatMap { column in column.classes.map { (column.name, $0.value, $0.share) } }
    if let target = profile.target, !shares.contains(where: { $0.0 == target.name }) {
      shares += target.classes.map { (target.name, $0.value, $0.share) }
    }
    balance = try Table([
      ("column", texts(shares.map(\.0))), ("value", texts(shares.map(\.1))), ("share", Column(.float(shares.map(\.2)))),
    ])
    unusual = try OutlierRow.table(profile.unusual)
    let found = profile.findings
    findings = try Table([
      ("kind", texts(found.map(\.kind))), ("column", texts(found.map(\.column))), ("finding", texts(found.map(\.text))),
      ("mend", texts(found.map(\.mend))),
    ])
  }

  package init(archive: Archive) throws {
    func table(_ name: String) throws -> Table {
      try Table(archive: try archive.part(name)) { kind, _ in throw ArchiveError("a profile with a column of \(kind)") }
    }
    rowCount = try archive.part("rows").asInt()
    duplicateRows = try archive.part("duplicates").asInt()
    nearDuplicateRows = try archive.part("near_duplicates").asInt()
    sampledRows = try archive.part("sampled").asInt()
    coverage = archive["coverage"] == nil ? try Table([]) : try table("coverage")
    columns = try table("columns")
    histograms = try archive.part("histograms").asList().map { try $0.asInts() }
    correlations = try table("correlations")
    balance = try table("balance")
    unusual = try table("unusual")
    findings = try table("findings")
  }

  package var archive: Archive {
    .of([
      "rows": .int(Int64(rowCount)), "duplicates": .int(Int64(duplicateRows)), "near_duplicates": .int(Int64(nearDuplicateRows)),
      "sampled": .int(Int64(sampledRows)), "coverage": coverage.archive, "columns": columns.archive, "histograms": .list(histograms.map { .ints($0) }),
      "correlations": correlations.archive, "balance": balance.archive, "unusual": unusual.archive, "findings": findings.archive,
    ])
  }

  package var typeName: String { "profile" }
  package var shortText: String { "<profile of \(rowCount) rows and \(columns.rowCount) columns>" }
  package var fieldNames: [String] {
    ["rows", "duplicates", "near_duplicates", "sampled", "coverage", "columns", "correlations", "balance", "unusual", "findings", "warnings"]
  }

  package func field(_ name: String) -> Value? {
    switch name {
    case "rows": .int(Int64(rowCount))
    case "duplicates": .int(Int64(duplicateRows))
    case "near_duplicates": .int(Int64(nearDuplicateRows))
    case "sampled": .int(Int64(sampledRows))
    case "coverage": .table(coverage)
    case "columns": .table(columns)
    case "correlations": .table(correlations)
    case "balance": .table(balance)
    case "unusual": .table(unusual)
    case "findings": .table(findings)
    case "warnings": .list(texts("finding", of: findings).map { .string($0) })
    default: nil
    }
  }

  func texts(_ name: String, of table: Table) -> [String] {
    guard let column = table[name] else { return [] }
    return (0..<column.count).map { column.isMissing($0) ? "" : formatScalar(column.scalar(at: $0)) }
  }
}

extension OutlierRow {
  /// The rows as a table: their number, how far out they are and why.
  static func table(_ rows: [OutlierRow]) throws -> Table {
    try Table([
      ("row", Column(.int(rows.map { Int64($0.row) }))), ("score", Column(.float(rows.map(\.score)))),
      ("reason", Column(.text(TextValues(rows.map(\.reason))))),
    ])
  }
}

extension TableProfile {
  /// One row a column: what `describe` shows, and more.
  fileprivate func columnTable() throws -> Table {
    func floats(_ value: (NumberProfile) -> Double?) -> Column { Column(doubles: columns.map { $0.numbers.flatMap(value) ?? .nan }) }
    func counts(_ value: (NumberProfile) -> Int) throws -> Column {
      try Column(scalars: columns.map { $0.numbers.map { .int(Int64(value($0))) } ?? .missing }, as: .int)
    }
    func texts(_ values: [String]) -> Column { Column(.text(TextValues(values))) }
    return try Table([
      ("column", texts(columns.map(\.name))), ("type", texts(columns.map(\.type.description))),
      ("complete", Column(.float(columns.map(\.share)))), ("distinct", Column(.int(columns.map { Int64($0.distinct) }))),
      ("mean", floats { $0.mean }), ("std", floats { $0.std }), ("min", floats { $0.min }), ("q25", floats { $0.q25 }),
      ("median", floats { $0.median }), ("q75", floats { $0.q75 }), ("max", floats { $0.max }), ("skew", floats { $0.skew }),
      ("zeros", try counts(\.zeros)), ("outliers", try counts(\.outliers)), ("common", texts(columns.map(Self.common))),
    ])
  }

  /// What a reader sees of the values: the most frequent, or from where to where they go.
  private static func common(_ column: ColumnProfile) -> String {
    if let span = column.span { return span.first == span.last ? span.first : "\(span.first) to \(span.last)" }
    if let numbers = column.numbers, !column.isCategorical {
      return numbers.min == numbers.max ? brief(numbers.min) : "\(brief(numbers.min)) … \(brief(numbers.median)) … \(brief(numbers.max))"
    }
    guard column.filled > 0 else { return "" }
    if column.namesRows { return column.common.first.map { "all different, like \(fitted($0.value, to: 16))" } ?? "all different" }
    let shown = column.common.prefix(3).map { value, count in
      "\(fitted(value, to: 16)) \(Int((Double(count) / Double(column.filled) * 100).rounded())) %"
    }.joined(separator: ", ")
    return shown.isEmpty ? "all different" : column.distinct > 3 ? shown + ", …" : shown
  }

  private static func brief(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e9 { return String(Int64(value)) }
    return value.magnitude >= 1e9 || value.magnitude < 1e-3 ? formatNumber(value) : fixed(value, decimals: value.magnitude >= 100 ? 1 : 3, trimming: true)
  }
}

extension CatalogBuilder {
  mutating func defineProfile() {
    register(ProfileReport.self)
    define("profile", "Looks through a whole table and says what stands out.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let target = f.optionalColumn("target", of: rows, "The column that is to be predicted: its classes, and columns that give it away.")
      f.returns(.other("profile"))
      f.flow(.statistic(of: 0))
      f.random()
      f.details(
        """
        For each column its type, how complete it is, different values, how they are distributed, and outliers by the \
        distance of the quartiles; copies and near copies among the rows, rows unlike the others by random cuts, classes and \
        their shares, columns that go together (correlation; Cramér's V and correlation ratio for categories), texts that hold \
        numbers, dates, blanks or several spellings; and what stands out in words, each with a mend. Its fields: rows, \
        duplicates, near_duplicates, sampled, coverage, columns, correlations, balance, unusual, findings (a table), warnings \
        (their texts). Counts, copies, means and ends come from all rows. Of more than 200000 rows, quartiles and shapes \
        come from 100000; of more than 20000, columns that go together from 20000; of more than 10000, rows unlike the \
        others from 10000. The heading says which do, and `coverage` has the numbers.
        """)
      f.example(
        "profile(table(a: [1, 2, 2], b: [5, 5, 5])).warnings",
        gives: "[\"`b` is 5 on every row that has a value\", \"one row is a copy of another\"]")
      f.example("profile(table(a: [1, missing, 3])).columns.complete", gives: "[0.666667]")
      f.example("profile(table(a: [1, 2, 3])).coverage.rows", gives: "[3, 3, 3]")
      f.seeAlso("describe", "schema", "correlate", "value_counts", "outliers", "expect_columns")
      f.body { call in
        let table = try call[rows], target = try call[target]
        if let target { _ = try table.column(target) }
        return .other(
          try ProfileReport(
            try TableProfile(
              table, target: target, random: call.random, workers: call.workers, cancellation: call.cancellation)))
      }
    }
  }
}
