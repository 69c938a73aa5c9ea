/// What models that learn without a target object to (645).
extension Diagnostic {
  package static func targetNotLearned(_ model: String, target: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(645), "`\(model)` learns without a target, and is given `\(target)`", at: span,
      mend: "leave the column out, `drop(.\(target))`, and compare afterwards: `evaluate(model, rows, target: .\(target))`")
  }
}

extension Explanation {
  package static var clusters: [Explanation] {
    [
      Explanation(
        645, "a model that needs no target is given one",
        """
        Clusters and outliers are found from the features alone, so a target would not be looked at. Leave the column out \
        of the rows; `evaluate` compares what was found with it, and `cross_validate` takes a target for that as well.
        """,
        wrong: "table(x: [1, 2, 8, 9], y: [1, 1, 2, 2]) |> fit(kmeans(2), target: .y)",
        right: "table(x: [1, 2, 8, 9], y: [1, 1, 2, 2]) |> drop(.y) |> fit(kmeans(2))"),
    ]
  }
}
