/// How to read JSON into a table.
package struct JSONOptions: Sendable, Hashable {
  package enum Rejects: Sendable, Hashable {
    /// A line that can't be read is an error.
    case error
    /// A line that can't be read is left out and listed in `JSONResult.rejected`.
    case skip
  }

  /// The columns to read, in this order; nil reads all.
  package var columns: [String]?
  /// Types that are not left to the values.
  package var types: [String: ColumnType]
  /// Whether the fields of objects inside objects become columns of their own (`address.city`).
  package var flattens: Bool
  package var rejects: Rejects
  /// Whether a column `line` before the others says which line a row comes from.
  package var numbersLines: Bool

  package init(
    columns: [String]? = nil, types: [String: ColumnType] = [:], flattens: Bool = false, rejects: Rejects = .error,
    numbersLines: Bool = false
  ) {
    self.numbersLines = numbersLines
    self.columns = columns
    self.types = types
    self.flattens = flattens
    self.rejects = rejects
  }
}

/// A JSON text that can't be read: where, and why.
package struct JSONError: Error, Sendable, Hashable {
  package let file: String
  package let problem: String
  package let line: Int
  /// Characters from the start of the line, from 1.
  package let column: Int
  /// Bytes from the start of the text.
  package let offset: Int
}

/// What reading JSON lines gave.
package struct JSONResult: Sendable {
  package let table: Table
  /// The lines left out under `rejects: "skip"`, in the order of the file.
  package let rejected: [CSVReject]
  /// What a reader of the file should know of: repeated names, halves of characters.
  package let remarks: [String]
}

/// What a JSON text says: an array of objects is a table.
package enum JSONDocument: Sendable {
  case table(Table)
  case value(Nested)
}
