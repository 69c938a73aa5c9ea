/// What can go wrong with tables, without places; the layer above adds code and span.
package enum TableError: Error, Sendable, Hashable {
  case noColumn(String, columns: [String])
  case duplicateColumn(String)
  case lengthDiffers(String, Int, expected: Int)
  /// An operation that the column's type does not have: what was asked, of which column, and its type.
  case wrongType(operation: String, column: String?, type: String, expected: String)
  case overflow(operation: String)
  /// A figure of finite numbers that lies beyond all floats.
  case floatOverflow(operation: String)
  case divisionByZero
  /// A value that can't be read as the type wanted: the text, the type, and where.
  case unreadable(value: String, type: String, column: String?, row: Int?)
  /// A malformed file: what is wrong, in which file, line (from 1), byte offset and column where known.
  case malformed(file: String, problem: String, line: Int?, offset: Int?, column: String?)
  /// Anything else, in words that stand alone, with a mend where there is one.
  case other(String, mend: String?)
}
