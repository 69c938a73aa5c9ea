/// What can be wrong with names and the graph of definitions.
extension Diagnostic {
  /// `columns` are those that `.name` could stand for at this place.
  package static func unknownName(
    _ name: String, known: some Sequence<String>, columns: [String] = [], at span: SourceSpan?
  ) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    let isSameWord = meant?.lowercased() == name.lowercased()
    var mend = meant.map { "did you mean `\($0)`?" }
    if columns.contains(name) {
      mend = "a column is written with a dot: `.\(name)`"
    } else if !isSameWord, let here = NamesElsewhere.meant(by: name) {
      mend = here.hasPrefix(":") ? "at the prompt it is written `\(here)`" : "here it is written `\(here)`"
    } else if mend == nil, let column = nearest(to: name, among: columns) {
      mend = "did you mean the column `.\(column)`?"
    }
    return Diagnostic(DiagnosticCode(201), "nothing is called `\(name)`", at: span, mend: mend)
  }

  package static func usedAboveDefinition(
    _ name: String, at span: SourceSpan, definedAt definition: SourceSpan, cell: String?, definingCell: String?
  ) -> Diagnostic {
    let mend: String
    if let cell, let definingCell, cell != definingCell {
      mend = "move cell `\(cell)` below cell `\(definingCell)`"
    } else {
      mend = "move the definition above its first use"
    }
    return Diagnostic(
      DiagnosticCode(202), "`\(name)` is used above its definition", at: span, label: "read here",
      others: [Label(definition, "defined further down")], mend: mend)
  }

  package static func unusedDefinition(_ name: String, at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(203), "nothing reads `\(name)`", at: span,
      mend: "drop it, or begin its name with `_` where that is meant", severity: .warning)
  }

  package static func unknownParameter(_ name: String, known: [String]) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    return Diagnostic(
      DiagnosticCode(204), "there is no parameter `\(name)`",
      mend: meant.map { "did you mean `\($0)`?" }
        ?? (known.isEmpty ? "this file has no `param`" : "its parameters: " + known.joined(separator: ", ")))
  }

  package static func unknownModule(_ name: String, known: [String], at span: SourceSpan?) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    let shown = known.prefix(8).joined(separator: ", ") + (known.count > 8 ? " and \(known.count - 8) more" : "")
    return Diagnostic(
      DiagnosticCode(205), "there is no module `\(name)`", at: span, label: known.isEmpty ? "" : "the modules: \(shown)",
      mend: meant.map { "did you mean `\($0)`?" })
  }

  package static func wrongParameter(_ name: String, wanted: String, text: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(206), "the parameter `\(name)` must be \(article(wanted)), and `\(text)` is not",
      mend: "write `-p \(name)=…` with \(article(wanted))")
  }

  package static func parameterWithoutValue(_ name: String, at span: SourceSpan?) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(207), "the parameter `\(name)` has no default and was not given", at: span,
      mend: "run with `-p \(name)=…`")
  }

  package static func unknownParameterType(_ name: String, known: [String], at span: SourceSpan?) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    return Diagnostic(
      DiagnosticCode(208), "there is no parameter type `\(name)`", at: span,
      label: "the types: " + known.joined(separator: ", "), mend: meant.map { "did you mean `\($0)`?" })
  }

  package static func wrongDefault(
    _ name: String, wanted: String, found: String, at span: SourceSpan?, declared: SourceSpan
  ) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(209), "the default of `\(name)` is \(article(found)), and it is declared \(article(wanted))", at: span,
      others: [Label(declared, "declared here")])
  }

  package static func unknownFunctionOfModule(
    _ name: String, module: String, known: [String], at span: SourceSpan?
  ) -> Diagnostic {
    let meant = nearest(to: name, among: known)
    let shown = known.sorted().prefix(8).joined(separator: ", ")
    return Diagnostic(
      DiagnosticCode(210), "the module `\(module)` has nothing called `\(name)`", at: span,
      label: known.isEmpty ? "it is empty" : "it has \(shown)" + (known.count > 8 ? " and \(known.count - 8) more" : ""),
      mend: meant.map { "did you mean `\(module).\($0)`?" })
  }
}
