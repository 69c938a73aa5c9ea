/// What can be wrong with the text of a program before anything is known of its names.
extension Diagnostic {
  package static func assignmentInExpression(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(114), "`=` defines a name and cannot stand inside an expression", at: span,
      mend: "write `==` to compare")
  }

  package static func blockWithoutValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(118), "this block has no value", at: span, label: "its last line must be an expression",
      mend: "end it with the value that it gives")
  }

  package static func chainedComparison(at span: SourceSpan, mend: String?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(105), "comparisons do not chain", at: span, mend: mend.map { "write `\($0)`" })
  }

  package static func chainedRange(at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(122), "a range has two ends, and here is a third", at: span)
  }

  package static func compoundAssignment(_ written: String, mend: String?, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(115), "`\(written)` would change a value, and values never change", at: span,
      mend: mend.map { "define it anew: `\($0)`" })
  }

  package static func duplicateName(
    _ name: String, as role: String, at span: SourceSpan, first: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(121), "two \(role)s here are called `\(name)`", at: span, label: "the second",
      others: [Label(first, "the first")])
  }

  package static func emptyInterpolation(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(123), "there is nothing between these braces", at: span,
      mend: "write an expression in them, or `{{}}` for the braces themselves")
  }

  package static func emptyParentheses(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(101), "there is nothing between these parentheses", at: span, mend: "write `[]` for the empty list")
  }

  package static func expectedExpression(after previous: String?, at span: SourceSpan) -> Diagnostic {
    let place = previous.map { " after \($0)" } ?? ""
    return Diagnostic(DiagnosticCode(101), "a value is missing\(place)", at: span)
  }

  package static func expectedName(_ what: String, after previous: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(125), "\(what) is missing after \(previous)", at: span)
  }

  package static func expectedPattern(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(126), "this cannot be matched against", at: span,
      label: "a pattern is a literal, a range of literals, a name, `_`, `[a, b]` or `1 or 2`")
  }

  package static func expectedSeparator(
    _ wanted: String, found: String, opening: SourceSpan, at span: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(129), "\(wanted) is missing before \(found)", at: span,
      others: [Label(opening, "inside what opens here")])
  }

  package static func fieldWithoutName(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(131), "each field of a record has a name", at: span, mend: "write `{name: value}`")
  }

  package static func foreignSpelling(_ written: String, wanted: String, at span: SourceSpan) -> Diagnostic {
    let mend = wanted.contains(" ") ? wanted : "`\(wanted)`"
    return Diagnostic(DiagnosticCode(117), "`\(written)` is not written so here", at: span, mend: "use \(mend)")
  }

  package static func foreignWord(_ written: String, mend: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(117), "`\(written)` is not a word of this language", at: span, mend: mend)
  }

  package static func incompleteConditional(missing word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(120), "this `if` has no `\(word)`", at: span, mend: "write `if condition then value else other`")
  }

  package static func integerTooLarge(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(110), "this number is too large to hold", at: span,
      label: "whole numbers go up to 9223372036854775807, all others to 1.8e308",
      mend: "write a whole number as `1e20` where rounding does no harm")
  }

  package static func keywordAsName(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(116), "`\(word)` is a word of the language and cannot be a name", at: span,
      mend: "call it `\(word == "_" ? "ignored" : word + "_")`")
  }

  package static func malformedNumber(_ written: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(111), "`\(written)` is not a number", at: span,
      label: "`_` stands between two digits, and an exponent has digits")
  }

  package static func matchWithoutArms(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(127), "this `match` chooses between nothing", at: span,
      mend: "write at least one case, such as `_ => missing`")
  }

  package static func misplacedStatement(_ word: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(119), "`\(word)` cannot stand inside a block", at: span, mend: "move it to the top level")
  }

  package static func namedWithEquals(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(113), "a named value is written with `:`", at: span, mend: "write `\(name): …`")
  }

  package static func namesInAlternatives(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(128), "a pattern with `or` cannot name what it matches", at: span,
      mend: "write literals on both sides of `or`, or two cases")
  }

  package static func notAssignable(at span: SourceSpan, mend: String?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(115), "only a name can be defined, and values never change", at: span,
      mend: mend)
  }

  package static func positionalAfterNamed(at span: SourceSpan, named: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(112), "an argument without a name follows one with a name", at: span,
      others: [Label(named, "the named one")], mend: "move it before the named arguments, or give its name")
  }

  package static func requiredAfterDefault(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(130), "`\(name)` has no default but follows a parameter that has one", at: span,
      mend: "move it to the front, or give it a default: `\(name): value`")
  }

  package static func strayBrace(at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(123), "this `}` closes nothing in the text", at: span, mend: "write `}}` for the brace itself")
  }

  package static func tooDeeplyNested(limit: Int, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(106), "this is nested too deeply", at: span, label: "more than \(limit) levels",
      mend: "give a name to a part of it")
  }

  package static func unclosedBracket(
    _ bracket: String, at span: SourceSpan, found: (text: String, span: SourceSpan)?
  ) -> Diagnostic {
    let others = found.map { [Label($0.span, "\($0.text) stands where it should have been closed")] } ?? []
    return Diagnostic(DiagnosticCode(103), "this `\(bracket)` is never closed", at: span, others: others)
  }

  package static func unclosedColumn(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(107), "this column name is not closed on its line", at: span, mend: "end it with a backtick")
  }

  package static func unclosedInterpolation(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(107), "the `{` in this text is not closed on its line", at: span,
      mend: "close it with `}`, or write `{{` for the brace itself")
  }

  package static func unclosedText(long: Bool, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(107), long ? "this long text is never closed" : "this text is not closed on its line", at: span,
      mend: long ? "end it with `\"\"\"`" : "end it with `\"`, or write a text of several lines between `\"\"\"`")
  }

  package static func underscoreAsValue(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(124), "`_` only discards a value and has none itself", at: span,
      mend: "give the value a name where it is defined")
  }

  package static func unexpected(_ found: String, mend: String? = nil, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(102), "\(found) does not fit here", at: span, label: "the expression before it is complete",
      mend: mend)
  }

  package static func unexpectedStart(_ found: String, mend: String? = nil, at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(102), "no statement starts with \(found)", at: span, mend: mend)
  }

  package static func unknownCharacter(_ character: String, at span: SourceSpan) -> Diagnostic {
    let mend: String? = switch character {
    case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}": "use straight quotes: `\"`"
    case "?": "at the prompt `?name` explains a name, and `weir catalog name` does in a shell; for a missing value there is `a ?? b`"
    case "|": "use `|>` to hand a value on, and `or` between conditions"
    default: nil
    }
    return Diagnostic(DiagnosticCode(109), "`\(character)` means nothing in a program", at: span, mend: mend)
  }

  package static func unknownEscape(_ escape: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(108), "`\(escape)` stands for nothing in a text", at: span,
      label: #"there are \n, \t, \", \\ and \u{…}"#, mend: #"write `\\` for the backslash itself"#)
  }

  package static func unknownUnit(_ unit: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(111), "`\(unit)` is not a unit", at: span, label: "durations have ms, s, m, h or d",
      mend: "write `*` between the number and a name")
  }

  package static func unmatchedClosing(_ bracket: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(DiagnosticCode(104), "this `\(bracket)` closes nothing", at: span, mend: "take it away")
  }
}
