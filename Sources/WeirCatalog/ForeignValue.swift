package import WeirBase

/// A kind of value that the language itself knows nothing of: an image, a plot, folds, a report.
///
/// Conforming types are registered with `CatalogBuilder.register`, so that a stored one can be read back.
package protocol ForeignValue: Archivable {
  /// What a reader calls its kind ("image", "plot").
  var typeName: String { get }
  /// One short line, as it stands inside a list or a record.
  var shortText: String { get }
  /// As a person wants to see it in a terminal.
  func rendered(_ style: DisplayStyle) -> String
  /// As a fragment of a page; nil means the plain text does.
  var html: String? { get }
  /// As a picture file; nil where it has no picture.
  var png: [UInt8]? { get }
  /// The names that `value.name` knows.
  var fieldNames: [String] { get }
  func field(_ name: String) -> Value?

  /// What an operator, as it is written, gives where at least one side is of this kind; nil where it is not for this kind.
  func combined(_ op: String, _ a: Value, _ b: Value) throws -> Value?
  /// What `-value` or `not value` gives.
  func applied(_ op: String) throws -> Value?
  /// What `value[i, j]` gives.
  func part(_ indices: [Value]) throws -> Value?
  /// What a loop over it goes through; nil where it has no items.
  func items() throws -> [Value]?
  /// What an elementwise builtin gives.
  func mapped(_ function: String) throws -> Value?
  /// Whether a derivative is being taken of what is computed from it.
  var isTraced: Bool { get }
}

extension ForeignValue {
  package var shortText: String { "<\(typeName)>" }
  package var html: String? { nil }
  package var png: [UInt8]? { nil }
  package var fieldNames: [String] { [] }
  package func field(_ name: String) -> Value? { nil }
  package func combined(_ op: String, _ a: Value, _ b: Value) throws -> Value? { nil }
  package func applied(_ op: String) throws -> Value? { nil }
  package func part(_ indices: [Value]) throws -> Value? { nil }
  package func mapped(_ function: String) throws -> Value? { nil }
  package func items() throws -> [Value]? { nil }
  package var isTraced: Bool { false }
}

/// The room that a value is shown in.
package struct DisplayStyle: Sendable, Hashable {
  /// Columns of the terminal.
  package var width: Int
  /// How many rows of a table or list to show at most.
  package var rows: Int
  package var color: Bool

  package init(width: Int = 100, rows: Int = 10, color: Bool = false) {
    self.width = max(20, width)
    self.rows = max(1, rows)
    self.color = color
  }

  package static let plain = DisplayStyle()
}
