/// What can be wrong with files that are no tables by themselves: JSON, workbooks, texts and logs.
extension Diagnostic {
  package static func malformedJSON(
    _ file: String, problem: String, line: Int, column: Int, offset: Int, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(DiagnosticCode(745), "`\(file)`, line \(line), character \(column) (byte \(offset)): \(problem)", at: span)
  }
}
