extension Explanation {
  package static var looking: [Explanation] {
    [
      Explanation(
        650, "a statistical test can't be computed",
        """
        Each test needs some values of some kind: at least two to have a spread, pairs where it compares pairs, groups that \
        differ at all. The message says what is missing.
        """,
        wrong: "t_test([1.0], [2.0, 3.0])", right: "t_test([1.0, 1.5], [2.0, 3.0])"),
      Explanation(
        651, "rows are not as `expect_columns` says",
        """
        Every rule is looked at before the run ends with exit status 3: the report above the message counts the failing rows \
        of each and names the first of them. `check_columns` gives the same report as a value and lets the run go on.
        """,
        wrong: "expect_columns(table(age: [31, 340]), age: int(0..120))",
        right: "check_columns(table(age: [31, 340]), age: int(0..120)).failures"),
      Explanation(
        652, "a rule for columns can't be used",
        """
        A rule is made by calling the name of a type with what must hold: `int(0..120)`, `float(min: 0)`, \
        `text(one_of: ["a", "b"])`, `text(pattern: "[A-Z]+")`, `date(min: date("2020-01-01"))`, `bool()`; with \
        `missing: false` where every row must have a value.
        """,
        wrong: "expect_columns(table(age: [31]), age: 5)", right: "expect_columns(table(age: [31]), age: int(0..120))"),
      Explanation(
        770, "a file is of no format that is read as a table",
        """
        The end of the name says the format. `weir profile` reads the formats that the message lists.
        """),
      Explanation(
        771, "a file holds several tables",
        """
        A database or a workbook can hold many tables; `--table` says which one is meant.
        """),
      Explanation(
        772, "expectations can't be used",
        """
        A file for `--expect` is a script in Weir over the name `data`: any number of `expect(…)` and \
        `expect_columns(data, …)`.
        """,
        right: "expect_columns(data, age: int(0..120, missing: false), unique: [.id])\nexpect(count(data) > 0, \"no rows\")"),
    ]
  }
}
