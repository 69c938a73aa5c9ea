extension Explanation {
  package static var notebooks: [Explanation] { texts + cells }

  private static var texts: [Explanation] {
    [
      Explanation(
        731, "the front matter can't be read",
        """
        A notebook may begin with settings between two lines of `---`, written as YAML: a key, a colon, a value.
        """),
      Explanation(
        732, "a notebook of a later format",
        """
        The notebook says that it was written in a format that this engine does not know. It was not touched.
        """),
      Explanation(
        736, "bytes that are no text",
        """
        Programs and notebooks are UTF-8 text, and this file is not from the line named on. An editor can save it as UTF-8.
        """),
      Explanation(
        737, "neither a notebook nor a script",
        """
        Which of the two a file is, the end of its name says: .mlnb for notebooks, .weir for scripts.
        """),
      Explanation(
        738, "not a Jupyter notebook",
        """
        A file that ends in .ipynb holds a notebook as JSON, and this one does not.
        """),
    ]
  }

  private static var cells: [Explanation] {
    [
      Explanation(
        730, "a cell is never closed",
        """
        A cell of a notebook stands between a line of backticks that opens it and a line of as many that closes it. The \
        rest of the notebook would be part of this cell.
        """),
      Explanation(
        733, "two cells of one name",
        """
        The name of a cell is how messages, reports and pipelines speak of it, so each has its own.
        """),
      Explanation(
        734, "a cell has no such option",
        """
        Behind its name a cell may have options, and this is none of them.
        """),
      Explanation(
        735, "an option of a cell has a value that it can't have",
        """
        The message says what the option must be; durations are written 10s, 5m, 2h.
        """),
    ]
  }
}
