package import WeirBase
package import WeirCatalog
import WeirDiagnostics
import WeirModels
package import WeirTables

/// What rules for columns found.
package struct ExpectationReport: ForeignValue {
  package static let archiveName = "expectations"
  package let rowCount: Int
  /// One row a rule: what must hold, how many rows were looked at and how many failed.
  package let rules: Table
  /// One row for each failing row and rule: its number, what names it, and its value.
  package let failures: Table
  /// How many failing rows there are in all, each counted once.
  package let failingRows: Int
  package let broken: Int
  /// The column that names rows; empty where their numbers do.
  package let idName: String

  /// So many failing rows of each rule are kept.
  private static let mostRows = 10_000

  package init(_ results: [RuleResult], of table: Table, idName: String = "") throws {
    let ids = table[idName]
    self.idName = ids == nil ? "" : idName
    func texts(_ values: [String]) -> Column { Column(.text(TextValues(values))) }
    func ints(_ values: [Int]) -> Column { Column(.int(values.map { Int64($0) })) }
    rowCount = table.rowCount
    broken = results.count { !$0.holds }
    failingRows = Set(results.flatMap(\.rows)).count
    rules = try Table([
      ("column", texts(results.map(\.column))), ("rule", texts(results.map(\.rule))),
      ("holds", Column(.bool(results.map(\.holds)))), ("checked", ints(results.map(\.checked))),
      ("failed", ints(results.map { $0.rows.count })), ("note", texts(results.map(\.note))),
    ])
    var rows: [(result: RuleResult, row: Int)] = []
    for result in results { rows += result.rows.prefix(ExpectationReport.mostRows).map { (result, $0) } }
    failures = try Table([
      ("row", ints(rows.map(\.row))),
      ("id", texts(rows.map { entry in ids.map { formatScalar($0.scalar(at: entry.row)) } ?? String(entry.row) })),
      ("column", texts(rows.map(\.result.column))), ("rule", texts(rows.map(\.result.rule))),
      ("value", texts(rows.map { entry in
        table[entry.result.column].map { formatScalar($0.scalar(at: entry.row)) } ?? ""
      })),
    ])
  }

  package init(archive: Archive) throws {
    func table(_ name: String) throws -> Table {
      try Table(archive: try archive.part(name)) { kind, _ in throw ArchiveError("expectations with a column of \(kind)") }
    }
    rowCount = try archive.part("rows").asInt()
    failingRows = try archive.part("failing").asInt()
    broken = try archive.part("broken").asInt()
    idName = try archive.part("id_name").asText()
    rules = try table("rules")
    failures = try table("failures")
  }

  package var archive: Archive {
    .of([
      "rows": .int(Int64(rowCount)), "failing": .int(Int64(failingRows)), "broken": .int(Int64(broken)),
      "id_name": .text(idName), "rules": rules.archive,
      "failures": failures.archive,
    ])
  }

  package var typeName: String { "expectations" }
  package var shortText: String { "<expectations: \(head)>" }
  package var fieldNames: [String] { ["ok", "rows", "failing_rows", "rules", "failures"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "ok": .bool(broken == 0)
    case "rows": .int(Int64(rowCount))
    case "failing_rows": .int(Int64(failingRows))
    case "rules": .table(rules)
    case "failures": .table(failures)
    default: nil
    }
  }

  private var head: String {
    let all = rules.rowCount
    if broken == 0 { return all == 1 ? "the one rule holds on \(rowCount) rows" : "all \(all) rules hold on \(rowCount) rows" }
    return "\(broken) of \(all) rule\(all == 1 ? "" : "s") broken, by \(failingRows) of \(rowCount) rows"
  }

  private struct Line {
    let holds: Bool
    let text: String
    let detail: String
  }

  private func cells(_ table: Table, _ name: String) -> [String] {
    guard let column = table[name] else { return [] }
    return (0..<column.count).map { formatScalar(column.scalar(at: $0)) }
  }

  private var lines: [Line] {
    let columns = cells(rules, "column"), words = cells(rules, "rule"), notes = cells(rules, "note"), failed = cells(rules, "failed")
    let holds = cells(rules, "holds")
    let failColumns = cells(failures, "column"), failRules = cells(failures, "rule")
    let ids = cells(failures, "id"), values = cells(failures, "value")
    return columns.indices.map { index in
      let own = failColumns.indices.lazy.filter { failColumns[$0] == columns[index] && failRules[$0] == words[index] }.prefix(5)
      let shown = own.map { place -> String in
        let id = idName.isEmpty ? "row \(ids[place])" : "\(idName) \(ids[place])"
        return columns[index] == idName ? id : "\(id) is \(fitted(values[place], to: 24))"
      }.joined(separator: ", ")
      let count = Int(failed[index]) ?? 0
      var detail = notes[index]
      if count > 0 { detail += (detail.isEmpty ? "" : "; ") + "\(count) row\(count == 1 ? "" : "s"): \(shown)" + (count > 5 ? ", …" : "") }
      return Line(holds: holds[index] == "true", text: "\(columns[index]) \(words[index])", detail: detail)
    }
  }

  /// Each broken rule with what breaks it, for a message.
  package var details: [String] {
    let broken = lines.filter { !$0.holds }
    return broken.prefix(3).map { "\($0.text) (\($0.detail))" } + (broken.count > 3 ? ["\(broken.count - 3) more above"] : [])
  }

  package func rendered(_ style: DisplayStyle) -> String {
    func ink(_ text: String, _ code: Int) -> String { style.color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
    let shown = lines.map { line in
      (line.holds ? ink("  ✓ ", 32) : ink("  ✗ ", 31)) + fitted(line.text, to: max(20, style.width - 4))
        + (line.detail.isEmpty ? "" : "\n      " + fitted(line.detail, to: max(20, style.width - 6)))
    }
    return ([head] + shown).joined(separator: "\n")
  }

  package var html: String? {
    "<p>\(escapedHTML(head))</p><ul>" + lines.map { line in
      "<li>\(line.holds ? "✓" : "✗") \(escapedHTML(line.text))"
        + (line.detail.isEmpty ? "" : "<br><small>\(escapedHTML(line.detail))</small>") + "</li>"
    }.joined() + "</ul>"
  }
}

/// The table and the rules of `expect_columns` and `check_columns`.
private struct ExpectationArguments: Sendable {
  let table: Parameter<Table>
  let unique: Parameter<[String]>
  let rules: Parameter<[Record.Field]>

  init(_ f: inout BuiltinDefinition) {
    table = f.required(Table.self, "data", "The table.")
    unique = f.namedColumns("unique", of: table, "Columns whose values, taken together, no two rows share.")
    rules = f.namedRest("rules", "A rule for each column: `int(0..120, missing: false)`, `text(one_of: […])`, or the name of a type.")
  }

  func report(_ call: Call) throws -> ExpectationReport {
    let table = try call[table], keys = try call[unique]
    var rules: [(column: String, rule: ColumnRule)] = []
    for field in try call[self.rules] { rules.append((field.name, try rule(field))) }
    guard !rules.isEmpty || !keys.isEmpty else {
      throw Diagnostic.unfitRule("`\(call.builtin.name)` has no rules", mend: "write one for each column: `age: int(0..120)`")
    }
    let results = try table.checking(rules, unique: keys)
    return try ExpectationReport(results, of: table, idName: keys.count == 1 ? keys[0] : "")
  }

  private func rule(_ field: Record.Field) throws -> ColumnRule {
    switch field.value {
    case .other(let value): if let rule = value as? ColumnRule { return rule }
    case .string(let name):
      let known: [ColumnType] = [.bool, .int, .float, .text, .date, .dateTime, .duration]
      if let type = known.first(where: { $0.description == name }) { return ColumnRule(type) }
    case .function(let function):
      let known: [ColumnType] = [.bool, .int, .float, .text, .date, .dateTime]
      if let type = known.first(where: { $0.description == function.info.name }) { return ColumnRule(type) }
    default: break
    }
    throw Diagnostic.unfitRule(
      "`\(field.name)` is given \(field.value.shortText), which is no rule",
      mend: "write the type and what must hold: `\(field.name): int(0..120)` or `\(field.name): text(one_of: [\"a\", \"b\"])`")
  }
}

extension CatalogBuilder {
  /// Rules that the columns of a table must hold to.
  mutating func defineExpectations() {
    register(ColumnRule.self)
    register(ExpectationReport.self)
    define("expect_columns", "Ends the run where a table breaks a rule for its columns, else gives the table on.") { f in
      let arguments = ExpectationArguments(&f)
      f.returnsRows(of: arguments.table)
      f.effect(.prints)
      f.details(
        """
        Rules are written as types with what must hold: `int(0..120)`, `float(min: 0)`, `text(one_of: ["a", "b"])`, \
        `text(pattern: "^[A-Z]+$")`, `bool()`, `date(min: date("2020-01-01"))`; rows may lack a value unless \
        `missing: false`. All rules are looked at before the run ends, with exit status 3; nothing is cast: a column of text \
        breaks `int()`, and the rows that made it text are named. `unique:` also says by which column rows are named.
        """)
      f.example("table(id: [1, 2], age: [31, 40]) |> expect_columns(age: int(0..120), unique: .id) |> count()", gives: "2")
      f.seeAlso("check_columns", "expect", "profile")
      f.body { call in
        let report = try arguments.report(call)
        guard report.broken > 0 else { return .table(try call[arguments.table]) }
        call.host.emit(.value(.other(report)))
        throw Diagnostic.brokenExpectations(report.broken, of: report.rules.rowCount, rows: report.failingRows, details: report.details)
      }
    }
    define("check_columns", "Holds a table against rules for its columns, and reports.") { f in
      let arguments = ExpectationArguments(&f)
      f.returns(.other("expectations"))
      f.flow(.statistic(of: 0))
      f.details("The rules are those of `expect_columns`. Its fields: ok, rows, failing_rows, rules (a table), failures (a table).")
      f.example("check_columns(table(id: [7, 8], age: [31, 340]), age: int(0..120), unique: .id).failures.id", gives: "[8]")
      f.example("check_columns(table(a: [1, missing]), a: int(missing: false)).ok", gives: "false")
      f.seeAlso("expect_columns", "profile")
      f.body { call in .other(try arguments.report(call)) }
    }
    define("outliers", "Finds the rows that stand out, the farthest first.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let columns = f.columns("columns", of: rows, "The columns to look at; all numeric ones when none is given.")
      let how = f.choice("how", OutlierRule.allCases.map(\.rawValue), default: "iqr",
        "By the distance of the quartiles, in standard deviations, or by random cuts.")
      let threshold = f.optional(Double.self, "threshold",
        "From where on: 1.5 distances of the quartiles, 3 deviations, a score of 0.6, where left out.")
      f.returns { bound in
        let table = bound.table(rows)
        return .table(TableType(columns: [("row", .int), ("score", .float), ("reason", .text)], like: table).with(columns: table.columns.map { own in
          [("row", ColumnType.int), ("score", .float), ("reason", .text)].map { TableType.Header($0.0, $0.1) }
            + own.filter { !["row", "score", "reason"].contains($0.name) }
        }))
      }
      f.flow(.statistic(of: 0))
      f.random()
      f.details(
        """
        A table: the number of the row (from 0), its score, the reason in words, and its columns. `isolation_forest` looks at \
        all columns together and finds rare combinations too (Liu, Ting and Zhou 2008: 100 trees of 256 rows); a missing \
        value stands nowhere out.
        """)
      f.example("outliers(table(x: [1, 2, 3, 4, 100])).row", gives: "[4]")
      f.seeAlso("profile", "clip_outliers", "duplicates", "box")
      f.body { call in
        let table = try call[rows], rule = OutlierRule(rawValue: try call[how]) ?? .iqr
        let found = try table.outlierRows(
          of: try call[columns], rule: rule, threshold: try call[threshold], random: call.random, workers: call.workers,
          cancellation: call.cancellation)
        let head = try OutlierRow.table(found), rest = try table.taking(found.map(\.row))
        let own = zip(head.names, head.columns).map { (name: $0, column: $1) }
        return .table(try Table(own + zip(rest.names, rest.columns).filter { head[$0.0] == nil }.map { (name: $0.0, column: $0.1) }))
      }
    }
  }
}
