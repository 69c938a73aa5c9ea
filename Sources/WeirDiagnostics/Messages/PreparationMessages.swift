/// What steps that prepare columns object to (660-669).
extension Diagnostic {
  package static func stepColumnType(
    _ step: String, column: String, found: String, wanted: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(660), "`\(step)` works on \(wanted), and the column `\(column)` holds \(found) values", at: span)
  }

  package static func nothingToLearn(_ step: String, column: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(661), "`\(step)` can't learn from the column `\(column)`: every value is missing", at: span,
      mend: step == "impute"
        ? "leave it out, `drop(.\(column))`, or give it a value: `impute(.\(column), how: \"constant\", value: 0)`"
        : "leave it out: `drop(.\(column))`")
  }

  package static func stepColumnClash(_ step: String, column: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(662), "`\(step)` would make a second column `\(column)`", at: span,
      mend: "give the one that is there another name: `rename(other: .\(column))`")
  }

  package static func tooManyCategories(
    _ step: String, column: String, count: Int, most: Int, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(663), "the column `\(column)` has \(count) different values, and `\(step)` takes up to \(most)", at: span,
      mend: "leave it out, `drop(.\(column))`, or put rare ones together: `\(step)(.\(column), max_categories: 50)`")
  }

  package static func unknownCategory(
    _ step: String, column: String, value: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(664), "`\(step)` has not seen \(value) in the column `\(column)` before", at: span,
      mend: "say what such values become: `\(step)(unknown: \"\(step == "one_hot" ? "ignore" : "missing")\")`")
  }

  package static func columnTypeChanged(
    _ step: String, column: String, learned: String, found: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(665), "`\(step)` learned from \(learned) in the column `\(column)`, which holds \(found) values here",
      at: span, mend: "bring it to the type it had: `cast(\(column): …)`")
  }

  package static func outOfDomain(
    _ step: String, column: String, row: Int, wanted: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(666), "`\(step)` wants \(wanted), and the column `\(column)` holds another in row \(row + 1)", at: span,
      mend: step == "power_transform" ? "`power_transform(method: \"yeo_johnson\")` takes any numbers" : nil)
  }

  package static func tooManyColumns(
    _ step: String, count: Int, most: Int, of things: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(667), "`\(step)` would make \(count) \(things), more than \(most)", at: span,
      mend: step == "polynomial" ? "name fewer columns, or take a lower degree"
        : "keep fewer terms: `\(step)(max_features: 1000)`, or a higher `min_df`")
  }

  package static func targetWithoutRows(_ step: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(668), "`\(step)` is told a target and no table that has it", at: span,
      mend: "as a step of a plan it learns the target that `fit` is told: leave `target` out here")
  }
}
