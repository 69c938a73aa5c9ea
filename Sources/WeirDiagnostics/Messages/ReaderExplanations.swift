extension Explanation {
  package static var readers: [Explanation] {
    [
      Explanation(
        745, "a JSON text is malformed",
        """
        The text breaks the rules of JSON (RFC 8259) at the line, character and byte that the message names: a comma too \
        many, a text in single quotes, a name without quotes, a comment, `NaN`. Nothing of the file was taken in. For \
        JSON lines `rejects: "keep"` puts such lines aside in a second table.
        """,
        wrong: "read_jsonl(\"events.jsonl\")", right: "read_jsonl(\"events.jsonl\", rejects: \"keep\")"),
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
      Explanation(
        748, "a text has another encoding",
        """
        Bytes stand for characters in several ways. Texts are UTF-8 unless `encoding:` says otherwise; the message names \
        the first place that can't be UTF-8. Files of older systems in western Europe are mostly latin-1.
        """,
        wrong: "read_text(\"old.txt\")", right: "read_text(\"old.txt\", encoding: \"latin-1\")"),
      Explanation(
        749, "a pattern is none for a log",
        """
        `read_log` makes a column of each named group of the pattern, `(?<name>...)`. A pattern without any would make no \
        columns, and one that is no regular expression finds nothing.
        """,
        wrong: "read_log(\"app.log\", pattern: \"(.*)\")", right: "read_log(\"app.log\", pattern: \"(?<message>.*)\")"),
      Explanation(
        750, "a line of a log does not fit the pattern",
        """
        Every line is to fit, so that none is lost unseen. Where others may be among them, say what becomes of those.
        """,
        wrong: "read_log(\"app.log\", pattern: \"syslog\")",
        right: "read_log(\"app.log\", pattern: \"syslog\", rest: \"skip\")"),
      Explanation(
        751, "a pattern tries too many ways",
        """
        A pattern with repetitions inside repetitions can fit one line in millions of ways, and tries them all where none \
        fits. Such a line is an error instead of a wait without end.
        """),
    ]
  }
}
