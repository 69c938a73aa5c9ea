/// What is wrong with a file of columns (Parquet, Arrow), and where.
package struct ColumnFileError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// The bytes do not fit together.
    case damaged
    /// They do, but this form is not read or written.
    case unsupported
  }

  package let problem: String
  package let kind: Kind
  package internal(set) var column: String?
  package internal(set) var offset: Int?
  /// What the file is called; empty until the reader adds it.
  package internal(set) var file = ""

  init(_ problem: String, _ kind: Kind = .damaged, column: String? = nil, offset: Int? = nil) {
    self.problem = problem
    self.kind = kind
    self.column = column
    self.offset = offset
  }

  package func named(_ file: String) -> ColumnFileError {
    var error = self
    error.file = file
    return error
  }

  func with(column: String) -> ColumnFileError {
    var error = self
    error.column = column
    return error
  }
}
