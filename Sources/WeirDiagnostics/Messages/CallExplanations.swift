extension Explanation {
  package static var calls: [Explanation] { arguments + operands }

  private static var arguments: [Explanation] {
    [
      Explanation(
        301, "an argument is of the wrong kind",
        """
        The function can't work with a value of this kind. What kinds it takes, its help page says. Where nothing is \
        known of a value before the program runs, the same is said when the call is made.
        """,
        wrong: "take(\"penguins\", 3) |> repeat(2)\nrepeat(5, 2)", right: "repeat(\"5\", 2)"),
      Explanation(
        302, "there is no such argument",
        """
        Arguments may be given by name, and this name is none that the function has. Names that begin alike are offered.
        """,
        wrong: "fn shout(text, times: 1) = repeat(text, times)\nshout(\"hey\", tims: 2)",
        right: "fn shout(text, times: 1) = repeat(text, times)\nshout(\"hey\", times: 2)"),
      Explanation(
        303, "an argument is missing",
        """
        Arguments without a default must be given, by position or by name. In a pipe the value to the left is the first.
        """,
        wrong: "[1, 2, 3] |> take()", right: "[1, 2, 3] |> take(2)"),
      Explanation(
        304, "too many arguments",
        """
        The function has no place for this argument. Several values that belong together are given as a list.
        """,
        wrong: "fn area(a, b) = a * b\narea(1, 2, 3)", right: "fn area(a, b) = a * b\narea(1, 2)"),
      Explanation(
        305, "what is called is no function",
        """
        Parentheses after a value call it, and only functions can be called. An item of a list is written with square \
        brackets, and a product with `*`.
        """,
        wrong: "prices = [1, 2]\nprices(0)", right: "prices = [1, 2]\nprices[0]"),
      Explanation(
        306, "the text is none of the choices",
        """
        This argument takes one of a few texts, which the message lists.
        """,
        wrong: "a = table(id: [1])\njoin(a, a, on: .id, how: \"outer\")",
        right: "a = table(id: [1])\njoin(a, a, on: .id, how: \"full\")"),
      Explanation(
        308, "an argument is given twice",
        """
        An argument that is given by position can't be given by name again. In a pipe, the value to the left is the first \
        argument by position.
        """,
        wrong: "[1, 2, 3] |> take(1, n: 2)", right: "[1, 2, 3] |> take(n: 2)"),
    ]
  }

  private static var operands: [Explanation] {
    [
      Explanation(
        307, "an operator does not work on these kinds",
        """
        Arithmetic works on numbers, dates and durations, and on columns and lists of them, element by element; texts \
        can be joined with `+` and compared with texts. Nothing is converted silently: a number comes into a text between \
        braces, and a column of texts becomes numbers through `cast`.
        """,
        wrong: "n = 3\nprint(\"rows: \" + n)", right: "n = 3\nprint(\"rows: {n}\")"),
      Explanation(
        309, "something is compared with missing",
        """
        Missing is equal to nothing, itself included, so that two gaps are never taken for the same value. A comparison \
        with it therefore finds no row at all. `is_missing` asks whether a value is missing, `drop_missing` leaves such \
        rows out, and `??` says what stands instead.
        """,
        wrong: "n = 3\nn == missing", right: "n = 3\nn ?? 0"),
    ]
  }
}
