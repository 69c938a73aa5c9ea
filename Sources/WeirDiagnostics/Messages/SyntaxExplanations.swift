extension Explanation {
  package static var syntax: [Explanation] { incompleteText + brackets + namesAndValues + forms }

  private static var incompleteText: [Explanation] {
    [
      Explanation(
        101, "a value is missing",
        """
        An operator, a `=`, a comma or a bracket wants a value beside it, and there is none. A line may end after an \
        operator: the next one carries on.
        """,
        wrong: "total = 1 +\nrest = 2", right: "total = 1 +\n  2\nrest = 2"),
      Explanation(
        102, "something does not fit here",
        """
        A statement was complete, and more followed it on the same line; or a line starts with what can only stand \
        between two values. Each statement has a line of its own, and all calls are written with parentheses.
        """,
        wrong: "xs = [1, 2, 3]\nmean xs", right: "xs = [1, 2, 3]\nmean(xs)"),
      Explanation(
        107, "a text is not closed",
        """
        A text between `"` ends on the line where it starts, and so does what stands between `{` and `}` in it and a \
        column name between backticks. A text of several lines stands between `\"\"\"`.
        """,
        wrong: "title = \"Penguins", right: "title = \"Penguins\""),
      Explanation(
        108, "an escape stands for nothing",
        """
        In a text a backslash starts an escape: `\\n` is a line end, `\\t` a tab, `\\"` a quote, `\\\\` a backslash and \
        `\\u{e9}` the character with that number. There are no others.
        """,
        wrong: #"path = "C:\data""#, right: #"path = "C:\\data""#),
      Explanation(
        109, "a character means nothing in a program",
        """
        Outside of texts and comments a program has letters, digits and the marks of the language. Curly quotes often \
        come in with text copied from a web page.
        """,
        wrong: "title = “Penguins”", right: "title = \"Penguins\""),
      Explanation(
        123, "braces in a text",
        """
        Between `{` and `}` a text holds an expression, whose value is written in its place. A brace that is meant as \
        itself is written twice.
        """,
        wrong: "note = \"set: {}\"", right: "note = \"set: {{}}\""),
    ]
  }

  private static var brackets: [Explanation] {
    [
      Explanation(
        103, "a bracket is never closed",
        """
        Inside brackets a line end is only a blank, so an open bracket swallows the lines below it. It is noticed where \
        a line starts like a new statement, or at the end of the text.
        """,
        wrong: "total = sum([1, 2, 3]\nrest = 2", right: "total = sum([1, 2, 3])\nrest = 2"),
      Explanation(
        104, "a bracket closes nothing", "There is one closing bracket more than opening ones, or it is of another kind.",
        wrong: "total = sum([1, 2, 3]))", right: "total = sum([1, 2, 3])"),
      Explanation(
        106, "nested too deeply",
        """
        Brackets may stand in each other 256 deep, and operators follow each other 512 long, so that no program can \
        exhaust the stack. A list with `sum` or `join_text` says a long chain better.
        """),
      Explanation(
        112, "an argument without a name follows one with a name",
        "The arguments without names are counted off first; those with names follow, in any order.",
        wrong: "round(digits: 2, 3.14159)", right: "round(3.14159, digits: 2)"),
      Explanation(
        113, "a named value is written with `:`",
        "Arguments, fields and defaults have a colon after their name; `=` only defines names at the start of a line.",
        wrong: "round(3.14159, digits = 2)", right: "round(3.14159, digits: 2)"),
      Explanation(
        129, "something is missing between two parts",
        "The items in brackets are parted by commas, and some forms have a word or mark between their parts.",
        wrong: "xs = [1 2]", right: "xs = [1, 2]"),
      Explanation(
        131, "a field has no name", "A record is a list of names with values. Values alone are written in `[` and `]`.",
        wrong: "point = {x: 1, 2}", right: "point = {x: 1, y: 2}"),
    ]
  }

  private static var namesAndValues: [Explanation] {
    [
      Explanation(
        110, "a number is too large",
        """
        A whole number has 64 bits, so that it goes up to 9223372036854775807, and any other goes up to 1.8e308. A \
        number that would not be held as written is an error, never another number.
        """,
        wrong: "n = 99999999999999999999", right: "n = 99999999999999999999.0"),
      Explanation(
        111, "not a number",
        """
        Digits may be grouped with `_` between them. What follows a number without a blank is its unit: `ms`, `s`, \
        `m`, `h` or `d`, which make it a duration.
        """,
        wrong: "limit = 10min", right: "limit = 10m"),
      Explanation(
        115, "a value never changes",
        """
        `name = value` and `a, b = values` define names. Nothing changes a value afterwards, so a place in a list or a \
        column of a table cannot be set; a new value is made from the old one. A name may be defined again further down.
        """,
        wrong: "n = 1\nn += 1", right: "n = 1\nn = n + 1"),
      Explanation(
        116, "a word of the language cannot be a name",
        """
        `true false missing if then else match fn for in not and or` and `_` have a meaning of their own everywhere. \
        They may still name columns (`.if`), fields and arguments.
        """,
        wrong: "match = 3", right: "match_ = 3"),
      Explanation(
        117, "a spelling from another language",
        "The mark or word is known from elsewhere and has another form here; the mend names it.",
        wrong: "ok = true && !false", right: "ok = true and not false"),
      Explanation(
        121, "two names are the same",
        "Parameters, fields of a record and names that are defined together must differ.",
        wrong: "point = {x: 1, x: 2}", right: "point = {x: 1, y: 2}"),
      Explanation(
        124, "`_` has no value", "`_` stands where a value is thrown away: `first, _ = pair`. It cannot be read.",
        wrong: "first, _ = [1, 2]\n_ + 1", right: "first, second = [1, 2]\nsecond + 1"),
      Explanation(
        125, "a name is missing", "`fn`, `param`, `output`, `use`, `stage` and `.` are followed by a name.",
        wrong: "fn (x) = x + 1", right: "fn increment(x) = x + 1"),
    ]
  }

  private static var forms: [Explanation] {
    [
      Explanation(
        105, "comparisons do not chain",
        """
        In some languages `a < b < c` compares the truth of `a < b` with `c`, in others it compares both pairs. Here it \
        is an error, so that nobody has to know which.
        """,
        wrong: "x = 5\nok = 0 < x < 10", right: "x = 5\nok = 0 < x and x < 10"),
      Explanation(
        114, "`=` does not compare", "`=` defines a name, at the start of a line only. `==` compares two values.",
        wrong: "x = 5\nsize = if x = 5 then \"five\" else \"other\"",
        right: "x = 5\nsize = if x == 5 then \"five\" else \"other\""),
      Explanation(
        118, "a block has no value",
        "The last line of a block is its value, so it must be an expression; a definition there would be lost.",
        wrong: "fn twice(x) {\n  y = x * 2\n}", right: "fn twice(x) {\n  y = x * 2\n  y\n}"),
      Explanation(
        119, "a statement cannot stand inside a block",
        "`param`, `output`, `use` and `stage` say something about the whole program and stand at its top level.",
        wrong: "fn folds() {\n  param k = 5\n  k\n}", right: "param k = 5\nfn folds() = k"),
      Explanation(
        120, "an `if` lacks a part", "`if` chooses between two values, so it has both: `if c then a else b`.",
        wrong: "x = 5\nsize = if x > 3 then \"large\"", right: "x = 5\nsize = if x > 3 then \"large\" else \"small\""),
      Explanation(
        122, "a range has two ends", "`1..10` holds both its ends and `0..<10` all but the last. There is no step.",
        wrong: "xs = 1..2..10", right: "xs = [2 * i - 1 for i in 1..5]"),
      Explanation(
        126, "not a pattern",
        """
        A case of `match` starts with a literal, a range of literals, a name that takes the value, `_`, a list of \
        patterns, or alternatives parted by `or`. All other tests go behind `if`.
        """,
        wrong: "size = match 5 { > 3 => \"large\", _ => \"small\" }",
        right: "size = match 5 { n if n > 3 => \"large\", _ => \"small\" }"),
      Explanation(
        127, "a `match` without cases", "With no case there is no value to give.", wrong: "x = match 5 {}",
        right: "x = match 5 { _ => 1 }"),
      Explanation(
        128, "alternatives cannot name what they match",
        "Which of them matched would decide whether the name has a value, so a pattern with `or` holds no names.",
        wrong: "x = match 5 { 1 or n => n, _ => 0 }", right: "x = match 5 { 1 => 1, n => n }"),
      Explanation(
        130, "a parameter without default follows one with",
        "Arguments are counted off from the left, so those that must be given come first.",
        wrong: "fn area(width: 1, height) = width * height", right: "fn area(height, width: 1) = width * height"),
    ]
  }
}
