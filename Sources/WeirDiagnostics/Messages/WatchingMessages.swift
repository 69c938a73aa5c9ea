/// Rows that a model is watched on while it learns (622-625).
extension Diagnostic {
  package static func watchesNone(_ step: String, isNetwork: Bool, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(622), "`\(step)` does not look at rows of their own while it learns, and `valid` has some", at: span,
      mend: isNetwork ? "give the share of the rows to hold back instead: `valid: 0.2`"
        : "leave `valid` out, or end the plan in `gbm(stop_early: 10)` or `sequential(…)`")
  }

  package static func noRowsToWatch(_ step: String, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(DiagnosticCode(623), "`valid` has no rows to watch `\(step)` on", at: span)
  }

  package static func watchesOwnRows(at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(624), "`valid` holds the very rows that are learned from, on which every further tree looks good", at: span,
      mend: "take a part aside: `inner, valid = rows |> split(train: 0.8, valid: 0.2)`")
  }

  package static func classNotLearned(_ name: String, row: Int, at span: SourceSpan? = nil) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(625), "row \(row + 1) of `valid` has the class \(name), which no row to learn from has", at: span,
      mend: "split with `stratify`, so that every part has all classes")
  }
}

extension Explanation {
  package static var watching: [Explanation] {
    let rows = "rows = table(x: 1..40, y: [if i > 20 then \"b\" else \"a\" for i in 1..40])\n"
    return [
      Explanation(
        622, "a model does not look at rows of their own while it learns",
        """
        Boosting adds trees and a network goes on for epochs as long as that serves rows that they do not learn from, and \
        `fit(…, valid: rows)` says which rows these are. Other models learn in one go and have no use for them; \
        `autoencoder` and `gan` hold a share of their rows back.
        """,
        wrong: rows + "rows |> fit(tree(), target: .y, valid: rows |> take(5))",
        right: rows + "inner, held = rows |> split(train: 0.8, valid: 0.2)\n"
          + "inner |> fit(gbm(stop_early: 5, min_samples_leaf: 2), target: .y, valid: held)"),
      Explanation(
        623, "there are no rows to watch a model on",
        "The rows of `valid` choose how many trees are kept; without any there is nothing to choose by.",
        wrong: rows + "rows |> fit(gbm(), target: .y, valid: rows |> filter(.x > 99))",
        right: rows + "rows |> fit(gbm(stop_early: 5), target: .y)"),
      Explanation(
        624, "a model is watched on the rows that it learns from",
        """
        On the rows that it learns from a model looks better with every tree, also where it only learns them by heart. Rows \
        that choose must be others: a part of a split, or a share that `gbm(stop_early: 10)` holds back by itself.
        """,
        wrong: rows + "rows |> fit(gbm(), target: .y, valid: rows)",
        right: rows + "inner, held = rows |> split(train: 0.8, valid: 0.2)\ninner |> fit(gbm(), target: .y, valid: held)"),
      Explanation(
        625, "the rows that a model is watched on have a class of their own",
        """
        A model can't predict a class that it never met, so how well it does on such a row says nothing. `stratify` splits \
        so that each part has all classes.
        """,
        wrong: rows + "rows |> filter(.y == \"a\") |> fit(gbm(), target: .y, valid: rows)",
        right: rows + "inner, held = rows |> split(train: 0.8, valid: 0.2, stratify: .y)\n"
          + "inner |> fit(gbm(), target: .y, valid: held)"),
    ]
  }
}
