/// How to read a CSV file; what is nil is found out from the file.
package struct CSVOptions: Sendable, Hashable {
  package enum Header: Sendable, Hashable {
    /// The first record names the columns.
    case first
    /// There is none: the columns are called `column_1`, `column_2` and so on.
    case none
    /// The first record is a header where every value of it is a text and no two are the same.
    case detected
  }

  package enum Rejects: Sendable, Hashable {
    /// A row that can't be read is an error.
    case error
    /// A row that can't be read is left out and listed in `CSVResult.rejected`.
    case keep
  }

  package enum Encoding: String, Sendable, Hashable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "latin-1"
    case windows1252 = "windows-1252"
    /// The mark at the beginning says which byte comes first; without one it is the lower.
    case utf16 = "utf-16"
    case utf16le = "utf-16le"
    case utf16be = "utf-16be"
  }

  /// One of `,` `;` tab and `|` when it is found out from the file.
  package var delimiter: UInt8?
  package var header: Header
  /// The columns to read, in this order; nil reads all.
  package var columns: [String]?
  /// Types that are not left to the file.
  package var types: [String: ColumnType]
  /// What stands for a missing value. In a text column a quoted marker is a text.
  package var missing: [String]
  /// The decimal mark, `.` or `,`.
  package var decimal: UInt8
  package var encoding: Encoding
  package var rejects: Rejects

  package static let standardMissing = ["", "NA", "N/A", "null", "NaN"]

  package init(
    delimiter: UInt8? = nil, header: Header = .first, columns: [String]? = nil, types: [String: ColumnType] = [:],
    missing: [String] = CSVOptions.standardMissing, decimal: UInt8 = UInt8(ascii: "."), encoding: Encoding = .utf8,
    rejects: Rejects = .error
  ) {
    self.delimiter = delimiter
    self.header = header
    self.columns = columns
    self.types = types
    self.missing = missing
    self.decimal = decimal
    self.encoding = encoding
    self.rejects = rejects
  }
}

/// What reading a CSV file gave.
package struct CSVResult: Sendable {
  package let table: Table
  /// The rows left out under `rejects: "keep"`, in the order of the file.
  package let rejected: [CSVReject]
}

/// A row that was left out.
package struct CSVReject: Sendable, Hashable {
  /// The line it starts on, from 1.
  package var line = 0
  /// Where it starts, in bytes of the text.
  package let offset: Int
  /// The column at fault, where it is one.
  package let column: String?
  package let problem: String
  /// The row as it stands in the file, cut where it is very long.
  package let text: String

  static let longestText = 65_536
}

/// What is known of a CSV file from its beginning.
package struct CSVSchema: Sendable, Hashable {
  package struct Field: Sendable, Hashable {
    package let name: String
    package let type: ColumnType

    package init(name: String, type: ColumnType) {
      self.name = name
      self.type = type
    }
  }

  package let fields: [Field]
  /// Whether the types were taken from the whole file; otherwise only the names are certain.
  package let typesAreCertain: Bool
}
