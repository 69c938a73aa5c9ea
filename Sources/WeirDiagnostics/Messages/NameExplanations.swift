extension Explanation {
  package static var names: [Explanation] { definitions + modulesAndParameters }

  private static var definitions: [Explanation] {
    [
      Explanation(
        201, "nothing has this name",
        """
        A bare name is a definition above, a parameter of the function around it, or a builtin. A column is written with \
        a dot, and a function of a module after the module's name.
        """,
        wrong: "total = sum([1, 2])\nprint(totl)", right: "total = sum([1, 2])\nprint(total)"),
      Explanation(
        202, "a name is used above its definition",
        """
        A program means what running it from top to bottom means, so a name must be defined above the place that reads \
        it, in the same cell or in one further up. Where cells were moved about, move the reader below the definition.
        """,
        wrong: "double = 2 * base\nbase = 21\nprint(double)", right: "base = 21\ndouble = 2 * base\nprint(double)"),
      Explanation(
        203, "a definition that nobody reads",
        """
        Nothing below reads this name, so computing it does nothing for the results. It is a warning only, and is not \
        given for what ends a cell, for what an `output` names, or for names that begin with `_`.
        """,
        wrong: "unused = 3\nused = 4\nprint(used)", right: "used = 4\nprint(used)"),
    ]
  }

  private static var modulesAndParameters: [Explanation] {
    [
      Explanation(
        204, "there is no such parameter",
        """
        `-p name=value` replaces the default of a `param` in the file. A name that the file does not declare is an \
        error, so that a slip of the keyboard never passes for a setting.
        """),
      Explanation(
        205, "there is no such module",
        """
        `use name` makes a module known: one of the standard library, or a file `name.weir` beside the program.
        """,
        wrong: "use statz", right: "use stats\nprint(stats.iqr([1, 2, 3]))"),
      Explanation(
        206, "a parameter was given something else than it is",
        """
        The text after `-p name=` is read as the type that the `param` declares, or that its default has, and this text \
        can't be. Dates are written 2026-01-31, durations 10m, lists [1, 2].
        """),
      Explanation(
        207, "a parameter has no value",
        """
        A `param` without a default must be given with `-p name=value` when the program runs.
        """),
      Explanation(
        208, "there is no such parameter type",
        """
        A `param` may declare one of a few types, which the values that are given with `-p` are read as.
        """,
        wrong: "param folds: integer = 5\nprint(folds)", right: "param folds: int = 5\nprint(folds)"),
      Explanation(
        209, "the default of a parameter is not of its type",
        """
        The default must be of the declared type, since the program is checked with that type whatever value a run is given.
        """,
        wrong: "param folds: int = \"5\"\nprint(folds)", right: "param folds: int = 5\nprint(folds)"),
      Explanation(
        210, "a module has nothing of this name",
        """
        What a module defines is read as `module.name`; names in it that begin with `_` are its own business.
        """,
        wrong: "use stats\nprint(stats.irq([1, 2, 3]))", right: "use stats\nprint(stats.iqr([1, 2, 3]))"),
      Explanation(
        220, "a module uses itself",
        """
        Two modules that use each other can't be read in any order. What both need belongs into a third one.
        """),
    ]
  }
}
