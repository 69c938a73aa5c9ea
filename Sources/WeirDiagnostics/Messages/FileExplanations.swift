extension Explanation {
  package static var files: [Explanation] {
    [
      Explanation(
        701, "there is no such file",
        """
        A path starts at the folder of the notebook or script, not at the folder where `weir` was started.
        """,
        wrong: "read_csv(\"no/such/file.csv\")"),
      Explanation(
        702, "a file is malformed",
        """
        The file does not have the form that its reader expects, at the line, column or byte that the message names. \
        Nothing of it was taken in.
        """),
      Explanation(
        703, "the standard library is not found",
        """
        The modules of the standard library are files beside the program. They are looked for where `--stdlib` or \
        WEIR_STDLIB say, beside the executable, and in the folders above it.
        """),
      Explanation(704, "a file can't be read", "The system refused to read it; the message has the system's reason."),
      Explanation(
        705, "a file can't be written",
        """
        The system refused to write it; the message has the system's reason. A file that was there before is unchanged.
        """),
      Explanation(
        706, "no file fits a pattern",
        """
        In a path `*` stands for any name or part of one in a single folder. Nothing there fits, and to read nothing is \
        never meant.
        """,
        wrong: "read_csv(\"no/such/*.csv\")"),
      Explanation(
        755, "a file of columns has a form that is not read or written",
        """
        A Parquet or Arrow file can hold more than a table here can: lists and maps in a row, numbers beyond 64 bits, \
        bytes that are no text, or pages packed by a method that few use. The message names the column. The others can \
        be read all the same: name them with `columns:`.
        """),
    ]
  }
}
