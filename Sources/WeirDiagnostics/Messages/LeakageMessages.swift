/// What the rule against leakage forbids.
extension Diagnostic {
  package static func testRowsReach(
    _ function: String, part: String, at span: SourceSpan? = nil, from: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(501), "rows of the test split reach `\(function)`", at: span, label: "holds rows of `\(part)`",
      others: from.map { [Label($0, "they come in here")] } ?? [],
      mend: "use the training part; if this is meant, write `allow_leak(\(part), because: \"…\")`")
  }

  package static func fittedBeforeSplit(_ function: String, at span: SourceSpan, split: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(502), "`\(function)` learns from all rows, and they are split further down", at: span,
      others: [Label(split, "split here")], mend: "split first, and fit on the training part")
  }

  package static func testEvaluatedTwice(_ part: String, at span: SourceSpan, first: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(503), "the test split `\(part)` is evaluated more than once", at: span,
      others: [Label(first, "the first time")],
      mend: "choose between models by `cross_validate` or the validation part, and look at the test part once",
      severity: .warning)
  }

  package static func statisticOfTest(_ function: String, part: String, at span: SourceSpan, use: SourceSpan?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(504), "a statistic of the test split goes into what is learned", at: span,
      label: "`\(function)` of `\(part)`", others: use.map { [Label($0, "used here")] } ?? [],
      mend: "take it from the training part")
  }

  package static func testEvaluatedInLoop(_ part: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(503), "the test split `\(part)` is evaluated again and again", at: span, label: "once for each item",
      mend: "choose between models by `cross_validate` or the validation part, and look at the test part once",
      severity: .warning)
  }

  package static func learnedFromAllRows(
    _ function: String, part: String, at span: SourceSpan, split: SourceSpan, isFit: Bool
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(505), "`\(function)` looks at all rows, those of the test split among them", at: span,
      label: "and what it gives meets the parts", others: [Label(split, "`\(part)` comes from this split")],
      mend: "take the training part here", severity: isFit ? .error : .warning)
  }
}
