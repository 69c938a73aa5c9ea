extension Explanation {
  package static var preparation: [Explanation] { preparedColumns + preparedRows }

  private static var preparedColumns: [Explanation] {
    [
      Explanation(
        660, "a step is given a column of another type",
        """
        A step that is given no columns takes those that fit its work; a column that is named must fit. Numbers can be \
        scaled, texts can be one-hot encoded, and neither the other way round.
        """,
        wrong: "table(a: [\"x\", \"y\"]) |> standardize(.a)", right: "table(a: [\"x\", \"y\"]) |> one_hot(.a)"),
      Explanation(
        661, "a step learns from a column without values",
        """
        Where every value is missing there is no mean, no median and no scale. Leave the column out, or fill it with a \
        value of your own.
        """,
        wrong: "table(a: [1, 2], b: [missing, missing]) |> impute(.b)",
        right: "table(a: [1, 2], b: [missing, missing]) |> impute(.b, how: \"constant\", value: 0.0)"),
      Explanation(
        662, "a step makes a column that is there already",
        """
        New columns are named after those they come from: `sex_male`, `a*b`, `pca1`. Where the table has a column of that \
        name, one of the two would be lost.
        """,
        wrong: "table(sex: [\"m\", \"f\"], sex_m: [1, 2]) |> one_hot()",
        right: "table(sex: [\"m\", \"f\"], sex_m: [1, 2]) |> rename(weight: .sex_m) |> one_hot()"),
      Explanation(
        663, "a column has too many categories",
        """
        One column for each of thousands of categories helps no model. Such a column is an identifier to leave out, \
        a number to scale, or has many rare values to put together; `target_encode` needs one column alone.
        """),
      Explanation(
        667, "a step makes too many columns",
        """
        All products of a hundred columns, or a column for each word of a library, take more memory than they are worth. \
        Name fewer columns or keep fewer terms.
        """),
    ]
  }

  private static var preparedRows: [Explanation] {
    [
      Explanation(
        664, "a category was not seen in training",
        """
        New rows hold a category that the step has no number for. Where that is to be expected, say what becomes of it.
        """,
        wrong: """
          model = table(size: ["s", "m"]) |> fit(ordinal(order: ["s", "m"]))
          transform(model, table(size: ["xl"]))
          """,
        right: """
          model = table(size: ["s", "m"]) |> fit(ordinal(order: ["s", "m"], unknown: "missing"))
          transform(model, table(size: ["xl"]))
          """),
      Explanation(
        665, "a column changed its type after training",
        """
        A step applies what it learned: a mean to numbers, categories to texts. What comes to it must be of the same types \
        as in training; a plan says so of the rows that it is given, before its first step.
        """),
      Explanation(
        666, "a number has no place in the formula",
        """
        The transform of Box and Cox takes logarithms and powers, which only positive numbers have. Yeo and Johnson's \
        takes all.
        """,
        wrong: "table(a: [0, 1, 2]) |> power_transform(method: \"box_cox\")",
        right: "table(a: [0, 1, 2]) |> power_transform()"),
      Explanation(
        668, "a step is told a target without a table",
        """
        With a table first, a step learns from it at once and may need to know the target. As a step of a plan it learns \
        the target that `fit` is told.
        """,
        wrong: "target_encode(.city, target: .price)", right: "target_encode(.city) >> linear()"),
    ]
  }
}
