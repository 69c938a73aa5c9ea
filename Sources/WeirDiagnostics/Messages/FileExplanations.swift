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
      Explanation(
        756, "a database is locked by another program",
        """
        A program that writes to an SQLite file keeps others out while it puts its changes in place, which takes moments. \
        One that holds on for longer (a transaction left open, a file opened for itself alone) is waited for up to five \
        seconds, and then this is said. Nothing was read or written, and reading leaves no lock behind.
        """),
      Explanation(
        757, "a column holds binary data",
        """
        Tables have no type for bytes. `read_sqlite` gives them as digits: `blobs: "hex"` (as it does unasked), \
        `"base64"`, or `"text"` where they are texts in UTF-8. In a column where they stand beside numbers or texts digits \
        could not be told from such texts, so that is refused.
        """,
        wrong: "read_sqlite(\"a.db\", \"photos\", blobs: \"error\")",
        right: "read_sqlite(\"a.db\", \"photos\", blobs: \"base64\")"),
      Explanation(
        758, "a database was left in the middle of a write",
        """
        A program ended while it wrote to an SQLite file; a journal beside it says how to undo what it began. Reading \
        changes no file, so this can't be done here, and rows half written are never given. The next program that may \
        write undoes it when it opens the file. The journal must stay where it is until then.
        """),
    ]
  }
}
