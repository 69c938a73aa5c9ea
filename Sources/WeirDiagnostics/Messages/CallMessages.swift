/// What can be wrong with a call or an operator: arguments and types.
extension Diagnostic {
  package static func argumentGivenTwice(_ name: String, of function: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(DiagnosticCode(308), "`\(function)` is given its argument `\(name)` twice", at: span)
  }

  package static func missingArgument(_ name: String, of function: String, signature: String, at span: SourceSpan? = nil)
    -> Diagnostic
  {
    Diagnostic(
      DiagnosticCode(303), "`\(function)` needs its argument `\(name)`", at: span, mend: "it is written `\(signature)`")
  }

  package static func notAChoice(
    _ text: String, choices: [String], parameter: String, of function: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    let meant = nearest(to: text, among: choices)
    return Diagnostic(
      DiagnosticCode(306), "`\(parameter)` of `\(function)` can't be \"\(text)\"", at: span,
      label: "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", "),
      mend: meant.map { "did you mean \"\($0)\"?" })
  }

  package static func notColumnNames(_ kind: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(301), "names of columns are wanted here, not \(article(kind))", at: span,
      mend: kind == "table"
        ? "a step of a plan learns from a table by `fit`: `fitted = t |> fit(impute())`, then `fitted |> transform(t)`"
        : "write them `.name` or \"name\"")
  }

  package static func notCallable(_ kind: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(DiagnosticCode(305), "this is a \(kind), and only functions can be called", at: span)
  }

  /// `value.name()` where `name` is a function, or a word of another language for one.
  package static func methodCall(
    _ name: String, of kind: String, written base: String, isFunction: Bool, at span: SourceSpan?
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(305), "\(article(kind)) has no methods, so `.\(name)(…)` calls nothing", at: span,
      mend: isFunction
        ? "write `\(base) |> \(name)(…)`"
        : NamesElsewhere.meant(by: name).map { "here it is written `\(base) |> \($0)`" } ?? "a call is written `\(base) |> f(…)`")
  }

  package static func tooManyArguments(_ function: String, takes: Int, signature: String, at span: SourceSpan?) -> Diagnostic {
    let count = takes == 0 ? "no arguments" : takes == 1 ? "one argument by position" : "\(takes) arguments by position"
    return Diagnostic(
      DiagnosticCode(304), "`\(function)` takes \(count)", at: span, label: "this is one too many",
      mend: "it is written `\(signature)`")
  }

  package static func unknownArgument(_ name: String, of function: String, known: [String], at span: SourceSpan?)
    -> Diagnostic
  {
    let meant = nearest(to: name, among: known)
    return Diagnostic(
      DiagnosticCode(302), "`\(function)` has no argument `\(name)`", at: span,
      label: known.isEmpty ? "it takes none" : "its arguments: " + known.joined(separator: ", "),
      mend: meant.map { "did you mean `\($0):`?" }
        ?? NamesElsewhere.argument(name, among: known).map { "here it is written `\($0):`" }
        ?? NamesElsewhere.place(ofArgument: name))
  }

  package static func wrongArgument(
    _ name: String, of function: String, wanted: String, found: String, at span: SourceSpan? = nil
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(301), "`\(name)` of `\(function)` must be \(article(wanted)), not \(article(found))", at: span,
      mend: wantedAlike(wanted, found))
  }

  /// What turns what was given into what is wanted, where there is one answer.
  private static func wantedAlike(_ wanted: String, _ found: String) -> String? {
    switch (wanted, found) {
    case (_, "plan") where wanted != "plan" && wanted != "table": "steps of a plan are joined with `>>`"
    case ("table", "plan"): 
      "steps of a plan are joined with `>>`; a plan works on a table by `fit`: `fitted = table |> fit(plan)`, then `fitted |> transform(table)`"
    case ("plan", "function"): "call it to make a step: `standardize()`"
    case ("plan", "list"): "fit each: `[cross_validate(table, plan, target: .name) for plan in plans]`"
    default: nil
    }
  }

  package static func comparedWithMissing(_ symbol: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(309), "`\(symbol) missing` finds nothing: missing is equal to nothing, itself included", at: span,
      mend: symbol == "==" ? "write `is_missing(…)`" : "write `not is_missing(…)`", severity: .warning)
  }

  package static func wrongOperands(_ symbol: String, _ left: String, _ right: String, at span: SourceSpan?) -> Diagnostic {
    let texts = left == "text" || right == "text"
    return Diagnostic(
      DiagnosticCode(307), "`\(symbol)` does not work between \(article(left)) and \(article(right))", at: span,
      mend: symbol == "+" && texts ? "put the value into the text: `\"… {value}\"`" : nil)
  }

  package static func wrongOperand(_ symbol: String, _ kind: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(DiagnosticCode(307), "`\(symbol)` does not work on \(article(kind))", at: span)
  }

  /// "a table", "an int", "missing".
  static func article(_ noun: String) -> String {
    if ["missing", "text", "nothing", "columns", "sort keys", "several values", "any value", "numbers"].contains(noun) {
      return noun
    }
    if noun.hasPrefix("a ") || noun.hasPrefix("an ") || noun.hasPrefix("one ") { return noun }
    let first = noun.first ?? "x"
    return "aeio".contains(first) ? "an \(noun)" : "a \(noun)"
  }
}
