extension Explanation {
  package static var verbs: [Explanation] {
    [
      Explanation(
        635, "a window function outside of `window`",
        """
        The row before, the mean of the last seven rows, a rank: such functions look at other rows, and `window` says in \
        which groups and in which order these stand. Elsewhere, as in `derive`, each row is by itself.
        """,
        wrong: "table(x: [1, 2]) |> derive(before: lag(.x))", right: "table(x: [1, 2]) |> window(before: lag(.x))"),
      Explanation(
        636, "keys of a join stand in more rows than they may",
        """
        `expect: "many_to_one"` says that each key stands in one row of the right table at most: a join then adds columns and \
        no rows. Where that is not so, rows would appear several times, and sums over them would be too large.
        """,
        wrong: "join(table(id: [1]), table(id: [1, 1]), on: .id, expect: \"one_to_one\")",
        right: "join(table(id: [1]), table(id: [1, 1]) |> distinct(.id), on: .id, expect: \"one_to_one\")"),
      Explanation(
        637, "tables that must have one form differ",
        """
        `concat` with `how: "same"` takes tables with the same columns, and with `types: "same"` columns of the same types. \
        `align` brings a table into the form of another and says what it changed.
        """,
        wrong: "concat(table(a: [1]), table(b: [2]), how: \"same\")", right: "concat(table(a: [1]), table(a: [2]), how: \"same\")"),
    ]
  }
}
