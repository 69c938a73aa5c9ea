extension Explanation {
  package static var values: [Explanation] { numbers + shapes + ends + pictures }

  private static var numbers: [Explanation] {
    [
      Explanation(
        601, "a number becomes too large",
        """
        Whole numbers have 64 bits, and a result that does not fit is an error, never a wrong number. Floats reach further \
        and round: to about 1.8e308. A sum, spread or covariance of finite floats that lies beyond is an error too. Only \
        what is computed from infinite numbers is infinite, and arithmetic of single floats, as everywhere: `1e308 * 10`.
        """,
        wrong: "9223372036854775807 + 1", right: "9223372036854775807.0 + 1"),
      Explanation(
        602, "a whole number is divided by zero",
        """
        `//`, `%` and `/` between whole numbers have no answer for zero. Between floats, `/` gives infinity or not a number.
        """,
        wrong: "1 // 0", right: "1.0 / 0.0"),
      Explanation(
        606, "something is too large",
        """
        Lists, texts and tables have a size that they may not pass, so that a slip does not take all the memory there is.
        """),
      Explanation(
        615, "a model can't be learned",
        """
        The rows or the settings do not fit the model; the message says which and why.
        """),
    ]
  }

  private static var shapes: [Explanation] {
    [
      Explanation(
        603, "there is no such item",
        """
        Items are counted from 0, and from the end with negative numbers: -1 is the last.
        """,
        wrong: "[1, 2, 3][3]", right: "[1, 2, 3][2]"),
      Explanation(
        604, "there is no such field",
        """
        A record has the fields that it was written with. A field of a table is a column.
        """,
        wrong: "point = {x: 1, y: 2}\npoint.z", right: "point = {x: 1, y: 2}\npoint.y"),
      Explanation(
        609, "no case of a `match` fits",
        """
        A `match` must have a case for every value that comes. A last case `_ => …` takes what the others leave.
        """,
        wrong: "match 3 { 1 => \"one\", 2 => \"two\" }", right: "match 3 { 1 => \"one\", 2 => \"two\", _ => \"many\" }"),
      Explanation(
        611, "a condition is neither true nor false",
        """
        Nothing but `true` and `false` decides: no number, no text, no missing value. Of a column, `any` and `all` make one \
        answer of many.
        """,
        wrong: "if 1 then \"some\" else \"none\"", right: "items = [1]\nif items == [] then \"none\" else \"some\""),
      Explanation(
        612, "values and names do not come to the same number",
        """
        `a, b = …` takes a value apart that has as many items as there are names. `_` stands for one that is not needed.
        """,
        wrong: "a, b = [1, 2, 3]\na + b", right: "a, b, _ = [1, 2, 3]\na + b"),
      Explanation(
        614, "a value can't be taken apart",
        """
        `a, b = …` needs a list, a record or another value with items.
        """,
        wrong: "a, b = 3\na + b", right: "a, b = [3, 4]\na + b"),
      Explanation(
        616, "a value has no items",
        """
        `for x in …` goes through lists, ranges, columns, records and the rows of a table.
        """,
        wrong: "[x * x for x in 5]", right: "[x * x for x in 1..5]"),
      Explanation(
        617, "a value can't be indexed like this",
        """
        Lists, columns and texts are indexed by whole numbers and ranges, records and tables by names.
        """,
        wrong: "[1, 2][\"first\"]", right: "[1, 2][0]"),
    ]
  }

  private static var ends: [Explanation] {
    [
      Explanation(
        605, "calls are nested too deeply",
        """
        A function may call itself, up to a depth that no sensible recursion reaches. Mostly the case that ends the \
        recursion is missing.
        """,
        wrong: "fn count_up(n) = count_up(n + 1)\ncount_up(0)", right: "fn count_up(n) = if n >= 10 then n else count_up(n + 1)\ncount_up(0)"),
      Explanation(
        607, "the time limit was reached",
        """
        The run or the cell took longer than `--timeout`, `--cell-timeout` or the cell's own `timeout` allows. What ran \
        before is kept.
        """),
      Explanation(608, "the memory limit was reached", "The run needed more memory than `--memory` allows. What ran before is kept."),
      Explanation(
        610, "an expectation does not hold",
        """
        `expect(condition, message)` says what must be true for the results to be worth anything. Where it is not, the run \
        ends with exit status 3.
        """,
        wrong: "expect(1 > 2, \"numbers are in order\")", right: "expect(1 < 2, \"numbers are in order\")"),
      Explanation(613, "the run was interrupted", "Somebody pressed Ctrl-C, or the process was asked to end. What ran before is kept."),
      Explanation(
        618, "the evaluation failed",
        """
        The message says why; `error("…")` in a program ends it with a message of its own.
        """,
        wrong: "error(\"there are no rows\")"),
    ]
  }

  private static var pictures: [Explanation] {
    [
      Explanation(
        620, "something can't be done with an image",
        """
        The image, or what is asked of it, does not fit: a part larger than the image, a file that is no PNG, a colour \
        outside of 0 to 255. The message says which.
        """,
        wrong: "crop(image(10, 10), 20, 20)", right: "crop(image(40, 40), 20, 20)"),
      Explanation(
        621, "a plot can't be drawn",
        """
        There is nothing to show, or more than can be told apart: no numbers, hundreds of groups, two bars in one place. \
        Filtering or aggregating the table first helps.
        """,
        wrong: "histogram([])", right: "histogram([1, 2, 2, 3])"),
    ]
  }
}
