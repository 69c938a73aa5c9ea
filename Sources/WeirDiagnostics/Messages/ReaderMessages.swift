/// What can be wrong with files that are no tables by themselves: JSON, workbooks, texts and logs.
extension Diagnostic {
  package static func malformedJSON(
    _ file: String, problem: String, line: Int, column: Int, offset: Int, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(745), "`\(file)`, line \(line), character \(column) (byte \(offset)): \(problem)", at: span)
  }

  /// `wanted` is `called `x`` or a number.
  package static func noSheet(_ wanted: String, file: String, sheets: [String], at span: SourceSpan? = nil) -> Diagnostic {
    let listed = sheets.prefix(12).map { "`\($0)`" }.joined(separator: ", ") + (sheets.count > 12 ? " and \(sheets.count - 12) more" : "")
    let meant = nearest(to: wanted.split(separator: "`").last.map(String.init) ?? wanted, among: sheets)
    return Diagnostic(
      DiagnosticCode(746), "`\(file)` has no sheet \(wanted)", at: span,
      label: sheets.isEmpty ? "it has no sheets" : "its sheets: " + listed, mend: meant.map { "did you mean `sheet: \"\($0)\"`?" })
  }

  package static func malformedWorkbook(_ file: String, problem: String, mend: String?, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(747), "`\(file)` can't be read as a workbook: \(problem)", at: span, mend: mend)
  }
}
