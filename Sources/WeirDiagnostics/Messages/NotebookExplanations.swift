extension Explanation {
  package static var notebooks: [Explanation] {
    [
      Explanation(
        730, "a cell is never closed",
        """
        A cell starts with a line of three or more backticks (or tildes) and the word `weir`, and ends with a line of as \
        many. Without that line all that follows would be code.
        """,
        wrong: "```weir load\nraw = read_csv(\"data.csv\")", right: "```weir load\nraw = read_csv(\"data.csv\")\n```"),
      Explanation(
        731, "the front matter can't be read",
        """
        What stands between the two `---` lines at the top of a notebook is YAML: a `key: value` on each line. Weir reads \
        `mlnb`, `title`, `seed` and `folder`, and leaves other keys to other programs.
        """,
        wrong: "---\ntitle: Penguins: a study\n---", right: "---\ntitle: \"Penguins: a study\"\n---"),
      Explanation(
        732, "the notebook has a later format",
        """
        `mlnb: 1` names the format of the file. A later one may mean what this engine does not know, so it does not guess.
        """,
        wrong: "---\nmlnb: 2\n---", right: "---\nmlnb: 1\n---"),
      Explanation(
        733, "two cells have one name",
        """
        The name of a cell is how messages, `weir run --stage` and the store speak of it, so each has its own. A cell \
        without a name gets one from what it defines.
        """,
        wrong: "```weir load\n```\n\n```weir load\n```", right: "```weir load\n```\n\n```weir clean\n```"),
      Explanation(
        734, "a cell has no such option",
        """
        Behind the name of a cell stand its options: `timeout=10m` ends it after that time, `cache=off` runs it each \
        time, `skip` leaves it out.
        """,
        wrong: "```weir train time=10m\n```", right: "```weir train timeout=10m\n```"),
      Explanation(
        735, "an option of a cell has a wrong value",
        "`timeout` wants a time such as `90s`, `10m` or `2h`, `cache` wants `on` or `off`.",
        wrong: "```weir train timeout=soon\n```", right: "```weir train timeout=10m\n```"),
      Explanation(
        736, "a file is not UTF-8 text",
        """
        Notebooks and scripts are UTF-8. The line that the message names has bytes that no character has; an editor that \
        knows the file's encoding can save it as UTF-8.
        """),
      Explanation(
        737, "the kind of a file is not known",
        """
        The end of the name says what a file is: `.mlnb` a notebook, `.weir` a script. `weir convert` turns a Jupyter \
        notebook (`.ipynb`) into one of them.
        """),
      Explanation(
        738, "a Jupyter notebook can't be read",
        """
        An `.ipynb` is JSON with a list `cells`, each with its `cell_type` and `source`, in format 4. Older ones are \
        brought to it by `jupyter nbconvert --to notebook`.
        """),
    ]
  }
}
