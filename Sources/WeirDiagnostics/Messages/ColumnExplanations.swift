extension Explanation {
  package static var columns: [Explanation] {
    [
      Explanation(
        401, "the table has no such column",
        """
        `.name` is a column of the table that the call works on: the one in the pipe. Which columns it has is known from \
        the header of the file and from what each step adds and drops, so the mistake is found before anything runs.
        """,
        wrong: "table(mass: [1, 2]) |> filter(.mas > 1)", right: "table(mass: [1, 2]) |> filter(.mass > 1)"),
      Explanation(
        402, "a column without a table",
        """
        `.name` means a column only inside a call that works on a table. Elsewhere the column is taken out of a table by \
        its name, and given to functions as a value.
        """,
        wrong: "print(.mass)", right: "penguins = table(mass: [1, 2])\nprint(penguins.mass)"),
      Explanation(
        403, "a column is of the wrong type",
        """
        The operation works on columns of other types. `cast` changes a column's type, and says which values can't be read.
        """),
      Explanation(
        404, "columns of different lengths",
        """
        All columns of a table have as many values as it has rows. A single value stands for itself on every row.
        """),
      Explanation(
        405, "two columns of one name",
        """
        Each column of a table has a name of its own. Rename one of the two before they come together.
        """),
      Explanation(
        406, "a value can't be read",
        """
        A text does not have the form that the type asks for, in the row and column that the message names. What stands \
        for a missing value in a file is said with `missing:`.
        """),
      Explanation(
        407, "the table does not fit",
        """
        The message says what the table lacks or what is in the way.
        """),
      Explanation(
        408, "an aggregate gives several values",
        """
        In `aggregate` each group of rows becomes one row, so each expression must give one value for a group. An \
        aggregate function such as `mean` or `first` around it makes one of many.
        """),
    ]
  }
}
