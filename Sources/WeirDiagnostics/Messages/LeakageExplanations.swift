extension Explanation {
  package static var leakage: [Explanation] {
    [
      Explanation(
        501, "rows of the test split reach what learns",
        """
        The test split stands for data that the model has never seen. If its rows get into a fit, by whatever path, the \
        score on it says nothing about new data. Rows are followed through every step, through functions, lists and \
        records. Where it is meant, as for a last fit on everything, write `allow_leak` at the place.
        """,
        wrong: split + "model = concat(train, test) |> fit(standardize() >> logistic(), target: .y)\nprint(model)",
        right: split + "model = train |> fit(standardize() >> logistic(), target: .y)\nprint(evaluate(model, test))"),
      Explanation(
        502, "something was learned from all rows before the split",
        """
        What is learned from all rows, a model, the mean that a column is centred with, knows the rows of the test split \
        too. Put the step into the plan, joined with `>>`: then it is fitted on the training part alone, in \
        cross-validation on each fold. For a mere statistic it is a warning.
        """,
        wrong: "data = table(x: [1, 2, 3, 4], y: [0, 1, 0, 1])\nprep = data |> fit(standardize())\n"
          + "ready = predict(prep, data)\ntrain, test = ready |> split(train: 0.5, test: 0.5)\n"
          + "model = train |> fit(logistic(), target: .y)\nprint(evaluate(model, test))",
        right: split + "model = train |> fit(standardize() >> logistic(), target: .y)\nprint(evaluate(model, test))"),
      Explanation(
        503, "the test split is evaluated more than once",
        """
        Each look at the test split that leads to another try makes its score a little better than the truth. Compare \
        models by `cross_validate` or on the validation part, and look at the test part once, at the end.
        """,
        wrong: split + "a = train |> fit(logistic(), target: .y)\nprint(evaluate(a, test))\n"
          + "b = train |> fit(standardize() >> logistic(), target: .y)\nprint(evaluate(b, test))",
        right: split + "print(train |> cross_validate(logistic(), target: .y))\n"
          + "model = train |> fit(standardize() >> logistic(), target: .y)\nprint(evaluate(model, test))"),
      Explanation(
        504, "a statistic of the test split goes into what is learned",
        """
        A number computed from the test split, its mean, its greatest value or a score on it, tells what learns about rows \
        that it must not know.
        """,
        wrong: split + "ready = train |> derive(z: .x - mean(test.x))\nmodel = ready |> fit(logistic(), target: .y)\nprint(model)",
        right: split + "ready = train |> derive(z: .x - mean(train.x))\nmodel = ready |> fit(logistic(), target: .y)\nprint(model)\nprint(test)"),
      Explanation(
        505, "something looks at all rows, those of the test split among them",
        """
        The table that was split still holds all rows. What is learned from it knows the test split, and a model fitted on \
        it can't be judged on a part of it.
        """,
        wrong: split + "model = data |> fit(logistic(), target: .y)\nprint(evaluate(model, test), train)",
        right: split + "model = train |> fit(logistic(), target: .y)\nprint(evaluate(model, test))"),
    ]
  }

  private static let split = """
    data = table(x: [1, 2, 3, 4], y: [0, 1, 0, 1])
    train, test = data |> split(train: 0.5, test: 0.5)

    """
}
