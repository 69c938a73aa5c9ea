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
        wrong: "read_jsonl(\"events.jsonl\")", right: "read_jsonl(\"events.jsonl\", rejects: \"skip\")")
    ]
  }
}
