package import WeirBase
package import WeirCatalog
import WeirDiagnostics
package import WeirTables

/// A profile as a value: shown as a person reads it, with fields for programs.
package struct ProfileReport: ForeignValue {
  package static let archiveName = "profile"
  package let rowCount: Int
  package let duplicateRows: Int
  package let columns: Table
  /// Pairs of columns that go together.
  package let correlations: Table
  /// The shares of the classes of columns with few values.
  package let balance: Table
  package let warnings: [String]

  init(_ profile: TableProfile) throws {
    rowCount = profile.rowCount
    duplicateRows = profile.duplicateRows
    columns = try profile.table()
    warnings = profile.warnings
    func texts(_ values: [String]) -> Column { Column(.text(TextValues(values))) }
    correlations = try Table([
      ("a", texts(profile.strong.map(\.a))), ("b", texts(profile.strong.map(\.b))),
      ("correlation", Column(.float(profile.strong.map(\.value)))),
    ])
    let shares = profile.balances.flatMap { column in column.classes.map { (column.name, $0.value, $0.share) } }
    balance = try Table([
      ("column", texts(shares.map(\.0))), ("value", texts(shares.map(\.1))), ("share", Column(.float(shares.map(\.2)))),
    ])
  }

  package init(archive: Archive) throws {
    func table(_ name: String) throws -> Table {
      try Table(archive: try archive.part(name)) { kind, _ in throw ArchiveError("a profile with a column of \(kind)") }
    }
    rowCount = try archive.part("rows").asInt()
    duplicateRows = try archive.part("duplicates").asInt()
    columns = try table("columns")
    correlations = try table("correlations")
    balance = try table("balance")
    warnings = try archive.part("warnings").asTexts()
  }

  package var archive: Archive {
    .of([
      "rows": .int(Int64(rowCount)), "duplicates": .int(Int64(duplicateRows)), "columns": columns.archive,
      "correlations": correlations.archive, "balance": balance.archive, "warnings": .texts(warnings),
    ])
  }

  package var typeName: String { "profile" }
  package var shortText: String { "<profile of \(rowCount) rows and \(columns.rowCount) columns>" }
  package var fieldNames: [String] { ["rows", "duplicates", "columns", "correlations", "balance", "warnings"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "rows": .int(Int64(rowCount))
    case "duplicates": .int(Int64(duplicateRows))
    case "columns": .table(columns)
    case "correlations": .table(correlations)
    case "balance": .table(balance)
    case "warnings": .list(warnings.map { .string($0) })
    default: nil
    }
  }

  package func rendered(_ style: DisplayStyle) -> String {
    var parts = ["\(rowCount) row\(rowCount == 1 ? "" : "s"), \(duplicateRows) of them copies"]
    if columns.rowCount > 0 {
      parts.append(columns.rendered(width: style.width, rows: max(style.rows, columns.rowCount), color: style.color))
    }
    if balance.rowCount > 0 {
      parts.append("classes\n" + balance.rendered(width: style.width, rows: max(style.rows, 20), color: style.color))
    }
    parts.append(warnings.isEmpty ? "nothing stands out" : "to look at\n" + warnings.map { "  - \($0)" }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  package var html: String? {
    var html = "<p>\(rowCount) rows, \(duplicateRows) of them copies</p>" + columns.html(rows: 1000)
    if balance.rowCount > 0 { html += "<h4>classes</h4>" + balance.html(rows: 200) }
    if correlations.rowCount > 0 { html += "<h4>correlations</h4>" + correlations.html(rows: 200) }
    if !warnings.isEmpty { html += "<ul>" + warnings.map { "<li>\(escapedHTML($0))</li>" }.joined() + "</ul>" }
    return html
  }
}

extension CatalogBuilder {
  mutating func defineProfile() {
    register(ProfileReport.self)
    define("profile", "Looks through a whole table and says what stands out.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      f.returns(.other("profile"))
      f.flow(.statistic(of: 0))
      f.details(
        """
        For each column its type, how complete it is, different values, mean, spread, quartiles, and outliers by the \
        distance of the quartiles; copies among the rows, classes and their shares, columns that go together; and \
        warnings in words. Its fields: rows, duplicates, columns, correlations, balance, warnings.
        """)
      f.example(
        "profile(table(a: [1, 2, 2], b: [5, 5, 5])).warnings",
        gives: "[\"`b` is 5 on every row that has a value\", \"one row is a copy of another\"]")
      f.example("profile(table(a: [1, missing, 3])).columns.complete", gives: "[0.666667]")
      f.seeAlso("describe", "schema", "correlate", "value_counts")
      f.body { call in .other(try ProfileReport(try TableProfile(try call[rows]))) }
    }
  }
}
