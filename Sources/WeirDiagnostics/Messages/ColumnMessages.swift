/// What can be wrong with the columns of a table.
extension Diagnostic {
  package static func unknownColumn(_ name: String, columns: [String], at span: SourceSpan? = nil) -> Diagnostic {
    let meant = nearest(to: name, among: columns).map { "did you mean `.\($0)`?" }
      ?? NamesElsewhere.property(name).map { "`table.name` is always a column; here it is written `\($0)`" }
    let shown = columns.prefix(6).joined(separator: ", ")
    let more = columns.count > 6 ? " and \(columns.count - 6) more" : ""
    return Diagnostic(
      DiagnosticCode(401), "there is no column `\(name)`", at: span,
      label: columns.isEmpty ? "the table has no columns" : "columns here: \(shown)\(more)",
      mend: meant)
  }

  package static func columnWithoutTable(_ name: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(402), "`.\(name)` is a column, and no table is given here", at: span,
      mend: "write it inside a call that works on a table: `table |> filter(.\(name) > 0)`, or take it out: `table.\(name)`")
  }

  package static func wrongColumnType(
    operation: String, column: String?, type: String, expected: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let subject = column.map { "column `\($0)`" } ?? "this column"
    return Diagnostic(
      DiagnosticCode(403), "\(operation) needs \(expected), and \(subject) holds \(type)", at: span)
  }

  package static func lengthsDiffer(_ name: String, _ count: Int, expected: Int, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(404), "`\(name)` has \(count) rows where \(expected) are needed", at: span)
  }

  package static func duplicateColumn(_ name: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(405), "two columns would be called `\(name)`", at: span,
      mend: "rename one: `rename(other: .\(name))`")
  }

  package static func unreadableValue(
    _ value: String, type: String, column: String?, row: Int?, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let place = [column.map { "column `\($0)`" }, row.map { "row \($0 + 1)" }].compactMap { $0 }.joined(separator: ", ")
    return Diagnostic(
      DiagnosticCode(406), "\"\(value)\" can't be read as \(article(type))" + (place.isEmpty ? "" : " (\(place))"), at: span)
  }

  package static func tableProblem(_ message: String, mend: String?, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(407), message, at: span, mend: mend)
  }

  package static func notOneValue(_ kind: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(408), "an aggregate gives one value for each group, and this gives \(article(kind))", at: span,
      mend: "put an aggregate around it: `mean(…)`, `first(…)`")
  }
}
