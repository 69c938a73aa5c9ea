/// What can go wrong with values while a program runs.
extension Diagnostic {
  /// `type` is what the result does not fit into.
  package static func overflow(_ operation: String, of type: String = "int", at span: SourceSpan? = nil) -> Diagnostic {
    type == "int"
      ? Diagnostic(
        DiagnosticCode(601), "the result of \(operation) is too large for an int", at: span,
        mend: "use floats where such sizes are meant: `1.0 * x`")
      : Diagnostic(
        DiagnosticCode(601), "the result of \(operation) is too large for a \(type)", at: span,
        mend: "count in larger units: `x / 1e9`")
  }

  package static func divisionByZero(at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(602), "a whole number is divided by zero", at: span)
  }

  package static func indexOutOfRange(_ index: Int64, count: Int, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(603), "there is no item \(index)", at: span,
      label: count == 0 ? "it is empty" : "it has \(count) items, 0 to \(count - 1) (or -1 for the last)")
  }

  package static func noField(_ name: String, of kind: String, known: [String], at span: SourceSpan? = nil) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    return Diagnostic(
      DiagnosticCode(604), "this \(kind) has no field `\(name)`", at: span,
      label: known.isEmpty ? "" : "its fields: " + known.joined(separator: ", "),
      mend: meant.map { "did you mean `.\($0)`?" })
  }

  package static func tooDeep(_ limit: Int, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(605), "calls are nested more than \(limit) deep", at: span,
      mend: "check that the recursion ends, or use `reduce`")
  }

  package static func tooLarge(_ what: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(606), "\(what) is too large", at: span)
  }

  package static func timeLimit(_ seconds: Double?, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(607), "the time limit was reached" + (seconds.map { " (\($0) s)" } ?? ""), at: span,
      mend: "raise it with `--timeout` or the cell's `timeout=`")
  }

  package static func memoryLimit(at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(608), "the memory limit was reached", at: span, mend: "raise it with `--memory`")
  }

  package static func noMatch(_ value: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(609), "no case of this `match` fits \(value)", at: span, mend: "add a last case `_ => …`")
  }

  package static func expectationFailed(_ message: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(610), "an expectation does not hold: \(message)", at: span)
  }

  package static func notACondition(_ kind: String, at span: SourceSpan? = nil) -> Diagnostic {
    let mend: String? = switch kind {
    case "missing": "say what counts then: `condition ?? false`"
    case "column": "to choose row by row, `if_else(condition, yes, no)`; to ask about the rows together, `any(…)` or `all(…)`"
    default: nil
    }
    return Diagnostic(
      DiagnosticCode(611), "a condition must be true or false, not \(article(kind))", at: span, mend: mend)
  }

  package static func wrongCount(_ found: Int, wanted: Int, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(612), "\(found) values for \(wanted) names", at: span)
  }

  package static func interrupted(at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(613), "interrupted", at: span)
  }

  package static func notUnpackable(_ kind: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(614), "\(article(kind)) can't be taken apart into several names", at: span)
  }

  package static func learningProblem(_ message: String, mend: String?, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(615), message, at: span, mend: mend)
  }

  package static func notIterable(_ kind: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(616), "\(article(kind)) has no items to go through", at: span)
  }

  package static func notIndexable(_ kind: String, by index: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(617), "\(article(kind)) can't be indexed by \(article(index))", at: span,
      mend: kind.hasPrefix("table") && index.hasPrefix("column") ? "rows are chosen by `table |> filter(condition)`" : nil)
  }

  package static func failure(_ message: String, mend: String? = nil, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(618), message, at: span, mend: mend)
  }

  package static func imageProblem(_ message: String, mend: String?, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(620), message, at: span, mend: mend)
  }

  package static func plotProblem(_ message: String, mend: String?, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(621), message, at: span, mend: mend)
  }
}
