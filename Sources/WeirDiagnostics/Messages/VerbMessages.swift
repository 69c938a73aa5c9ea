/// What can go wrong with the verbs of tables beyond their columns.
extension Diagnostic {
  package static func windowFunctionOutside(_ name: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(635), "`\(name)` looks at other rows, and only `window` says which those are", at: span,
      mend: "write `table |> window(order: .time, name: \(name)(\(name == "row_number" ? "" : ".x")))`")
  }

  package static func keysRepeat(_ example: String, rows: Int, others: Int, side: String, at span: SourceSpan? = nil) -> Diagnostic {
    let more = others == 0 ? "" : others == 1 ? ", and one more key repeats" : ", and \(others) more keys repeat"
    return Diagnostic(
      DiagnosticCode(636), "the \(side) table of this join has \(rows) rows for one key: \(example)\(more)", at: span,
      mend: "make the keys of that table `distinct` first, or say what is meant with `expect:`")
  }

  package static func schemasDiffer(_ column: String, table: Int, has: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(637), "`\(column)` \(has) in table \(table), other than in the first", at: span,
      mend: "bring it into form with `align(table, like: first)`, or let `concat` do what is said in its `how:` and `types:`")
  }
}
