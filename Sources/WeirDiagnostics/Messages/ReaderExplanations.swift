extension Explanation {
  package static var readers: [Explanation] {
    [
      Explanation(
        745, "a JSON text is malformed",
        """
        The text breaks the rules of JSON (RFC 8259) at the line, character and byte that the message names: a comma too \
        many, a text in single quotes, a name without quotes, a comment, `NaN`. Nothing of the file was taken in. For \
        JSON lines `rejects: "skip"` leaves such lines out and reports them.
        """,
        wrong: "read_jsonl(\"events.jsonl\")", right: "read_jsonl(\"events.jsonl\", rejects: \"skip\")"),
      Explanation(
        746, "the workbook has no such sheet",
        """
        `sheet:` takes the name of a sheet, as the tab shows it, or its number from 1. The message lists the sheets that \
        are there.
        """,
        wrong: "read_excel(\"book.xlsx\", sheet: \"Seles\")", right: "read_excel(\"book.xlsx\", sheet: \"Sales\")"),
      Explanation(
        747, "a workbook can't be read",
        """
        An .xlsx file is a zip file of XML texts. Something in it is damaged, is of another kind (the older .xls, a file \
        with a password), or goes beyond what is sensible: a part that unpacks to more than it says, a document type with \
        entities, more cells than a sheet has. Nothing of it was taken in.
        """),
    ]
  }
}
