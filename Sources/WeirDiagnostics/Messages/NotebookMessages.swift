/// What can be wrong with a notebook as a file: its front matter, fences and cells.
extension Diagnostic {
  package static func unclosedFence(_ cell: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(730), "cell `\(cell)` is never closed", at: span, label: "it starts here",
      mend: "end it with a line of as many backticks as it starts with")
  }

  package static func frontMatter(_ problem: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(731), "the front matter can't be read: \(problem)", at: span,
      mend: problem.contains("mapping values") ? "put a text with a colon in it between quotes" : nil)
  }

  package static func newerNotebook(_ version: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(732), "this notebook has the format \(version), and this engine knows 1", at: span,
      mend: "run it with a later version of Weir")
  }

  package static func twoCellsOfOneName(_ name: String, at span: SourceSpan, first: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(733), "two cells are called `\(name)`", at: span, label: "the second",
      others: [Label(first, "the first")], mend: "give one of them another name")
  }

  package static func unknownCellOption(_ option: String, known: [String], at span: SourceSpan) -> Diagnostic {
    let meant = nearest(to: option, among: known)
    return Diagnostic(
      DiagnosticCode(734), "a cell has no option `\(option)`", at: span,
      label: "its options: " + known.joined(separator: ", "), mend: meant.map { "did you mean `\($0)`?" })
  }

  package static func wrongCellOption(_ option: String, _ value: String, wanted: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(735), "the option `\(option)` of a cell must be \(wanted), and `\(value)` is not", at: span)
  }

  package static func notText(_ path: String, line: Int) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(736), "`\(path)`, line \(line): these bytes are not UTF-8 text", mend: "save the file as UTF-8")
  }

  package static func unknownFileKind(_ path: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(737), "`\(path)` is neither a notebook (.mlnb) nor a script (.weir)",
      mend: "`weir convert` makes a notebook of an .ipynb")
  }

  package static func unreadableJSONNotebook(_ path: String, problem: String) -> Diagnostic {
    Diagnostic(DiagnosticCode(738), "`\(path)` can't be read as a Jupyter notebook: \(problem)")
  }
}
