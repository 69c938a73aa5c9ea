/// What can go wrong when data is looked at: statistical tests, expectations of columns, profiles from the command line.
extension Diagnostic {
  package static func statisticsProblem(_ message: String, mend: String? = nil, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(650), message, at: span, mend: mend)
  }

  package static func brokenExpectations(
    _ broken: Int, of rules: Int, rows: Int, details: [String], at span: SourceSpan? = nil
  ) -> Diagnostic {
    let which = rules == 1 ? "the rule does not hold" : "\(broken) of \(rules) rules do not hold"
    return Diagnostic(
      DiagnosticCode(651), "\(which) (\(rows) row\(rows == 1 ? "" : "s") affected)", at: span,
      label: details.joined(separator: "; "))
  }

  package static func unfitRule(_ message: String, mend: String? = nil, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(652), message, at: span, mend: mend)
  }

  package static func unknownTableFormat(_ path: String, known: [String]) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(770), "`\(path)` is of no format that is read as a table",
      label: "formats: " + known.joined(separator: ", "))
  }

  package static func tableNotChosen(_ path: String, tables: [String]) -> Diagnostic {
    let shown = tables.prefix(12).joined(separator: ", ") + (tables.count > 12 ? " and \(tables.count - 12) more" : "")
    return Diagnostic(
      DiagnosticCode(771), "`\(path)` holds \(tables.count) tables", label: tables.isEmpty ? "" : "tables: \(shown)",
      mend: tables.first.map { "choose one: `--table \($0)`" })
  }

  package static func unreadableExpectations(_ path: String, problem: String) -> Diagnostic {
    Diagnostic(DiagnosticCode(772), "the expectations in `\(path)` can't be used: \(problem)")
  }
}
