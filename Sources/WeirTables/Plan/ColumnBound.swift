/// What holds for the value of a column on every row where a condition is true: `.a > 3` says so of `a`.
///
/// Files that note the ends of their parts leave out those where no row can meet it.
package struct ColumnBound: Sendable, Hashable {
  package enum Relation: String, Sendable, Hashable { case less = "<", lessOrEqual = "<=", equal = "==", greaterOrEqual = ">=", greater = ">" }

  package let column: String
  package let relation: Relation
  package let value: Scalar

  package init(_ column: String, _ relation: Relation, _ value: Scalar) {
    (self.column, self.relation, self.value) = (column, relation, value)
  }

  /// Whether a value between two others, these included, may meet it. True where that is not sure.
  func mayHold(from least: Scalar?, to greatest: Scalar?) -> Bool {
    func order(_ end: Scalar?) -> Int? { end.flatMap { ColumnBound.order($0, value) } }
    return switch relation {
    case .less: order(least).map { $0 < 0 } ?? true
    case .lessOrEqual: order(least).map { $0 <= 0 } ?? true
    case .greater: order(greatest).map { $0 > 0 } ?? true
    case .greaterOrEqual: order(greatest).map { $0 >= 0 } ?? true
    case .equal: (order(least).map { $0 <= 0 } ?? true) && (order(greatest).map { $0 >= 0 } ?? true)
    }
  }

  /// How an end compares with a value: below zero, zero or above; nil where comparing them in a program may say otherwise.
  private static func order(_ end: Scalar, _ value: Scalar) -> Int? {
    func compared<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a > b ? 1 : 0 }
    switch (end, value) {
    case (.int(let a), .int(let b)): return compared(a, b)
    case (.float(let a), .float(let b)): return a.isNaN || b.isNaN ? nil : compared(a, b)
    case (.int(let a), .float(let b)): return a.magnitude <= 1 << 53 && !b.isNaN ? compared(Double(a), b) : nil
    case (.float(let a), .int(let b)): return b.magnitude <= 1 << 53 && !a.isNaN ? compared(a, Double(b)) : nil
    case (.date(let a), .date(let b)): return compared(a.number, b.number)
    case (.dateTime(let a), .dateTime(let b)): return compared(a.microseconds, b.microseconds)
    case (.text(let a), .text(let b)):
      return a.utf8.elementsEqual(b.utf8) ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
    default: return nil
    }
  }

  /// Texts are compared as people read them, and files note their ends by bytes: both say the same of equality with plain
  /// letters and digits alone.
  var isCertain: Bool {
    guard case .text(let text) = value else { return value != .missing }
    return relation == .equal && text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (97...122).contains(byte) || byte == 32 || byte == 45 || byte == 95
        || ((65...90).contains(byte) && byte != UInt8(ascii: "K"))
    }
  }
}
