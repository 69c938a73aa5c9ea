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

  package static func notInEncoding(
    _ file: String, encoding: String, line: Int, offset: Int, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(748), "`\(file)`, line \(line) (byte \(offset)): the text is not \(encoding) here", at: span,
      mend: "older files are often `encoding: \"latin-1\"`")
  }

  package static func badLogPattern(_ pattern: String, problem: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(749), "`\(pattern)` can't be the pattern of a log: \(problem)", at: span,
      mend: "name what is wanted, `(?<level>[A-Z]+)`, or say \"combined\", \"common\", \"syslog\" or \"json\"")
  }

  package static func logLineWithoutMatch(_ file: String, line: Int, text: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(750), "`\(file)`, line \(line): the pattern does not fit: \(text)", at: span,
      mend: "`rest: \"skip\"` leaves such lines out, `\"keep\"` keeps them, `\"join\"` adds them to the line before")
  }

  package static func logPatternTooSlow(_ file: String, line: Int, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(751), "`\(file)`, line \(line): the pattern goes back and forth too often", at: span,
      mend: "say more narrowly what repeats: `[^ ]*` rather than `.*`, and no repetition of a repetition")
  }
}
