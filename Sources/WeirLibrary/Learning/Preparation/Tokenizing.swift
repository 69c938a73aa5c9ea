import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// The step that makes sequences of texts.
  mutating func defineTokenizing() {
    define("tokenize", "Turns a column of texts into numbered words, in columns for the first, the second and so on.") { f in
      let rows = f.stepTable()
      let columns = f.columns("columns", of: rows, "The columns to work on; all of text where none is named.")
      let length = f.optional(
        Int.self, "length",
        "How many words to keep of each text, the first ones; as many as the longest text in training has, 256 at most, where left out.")
      let unit = f.choice(
        "unit", Tokenize.Unit.allCases.map(\.rawValue), default: "word", "What gets numbers: words, or single characters.")
      let lowercase = f.optional(Bool.self, "lowercase", default: true, "Whether capital letters are small ones.")
      let least = f.optional(
        Int.self, "min_count", default: 1, "How often a word must stand in the training rows to get a number of its own.")
      let most = f.optional(Int.self, "max_words", "How many words get numbers of their own, the most frequent ones.")
      f.details("""
        The new columns are called `review_1`, `review_2`, …, and hold whole numbers: 0 where there is no word any more, 1 for \
        words without a number of their own, such as new ones, and from 2 on the words of the training rows, the most frequent \
        first, equally frequent ones by the alphabet. A missing text is zeros. Words are runs of letters and digits, with \
        apostrophes inside; an emoji is a word; other punctuation only parts them. Languages without spaces want \
        `unit: "character"`, which takes every character, spaces too. A network reads the columns through \
        `branch(embedding(size: 16, padding: 0), lstm(32), columns: .review)`. Put steps that scale numbers before it.
        """)
      f.example("""
        t = table(review: ["A good film", "good, good!", missing])
        t |> tokenize() |> map(row => [row.review_1, row.review_2, row.review_3])
        """, gives: "[[3, 2, 4], [2, 2, 0], [0, 0, 0]]")
      f.example("""
        t = table(review: ["good film", "bad film"])
        t |> fit(tokenize(length: 2)) |> transform(table(review: ["new film"])) |> map(row => [row.review_1, row.review_2])
        """, gives: "[[1, 2]]")
      f.seeAlso("embedding", "branch", "count_words")
      f.makesStep(rows, columns, of: .texts, .replaced { column, bound in
        guard case .int(let length)? = bound.constant(length), (1...Int64(Self.mostTold)).contains(length) else { return nil }
        return (1...length).map { TableType.ColumnHeader("\(column.name)_\($0)", .int) }
      }) { call in
        try Tokenize(
          columns: call[columns], length: call[length], unit: .init(rawValue: call[unit]) ?? .word,
          lowercase: call[lowercase], minCount: call[least], maxWords: call[most])
      }
    }
  }

  /// Of more columns than this nothing is told before the run.
  private static let mostTold = 4096
}
