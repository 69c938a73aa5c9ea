package import WeirBase

/// A typed column: values in one contiguous array, and a bitmap of which rows have one.
///
/// A value type over one reference, so that passing columns about costs nothing. Rows without a value hold a zero in
/// the array; which zero must never show in a result.
package struct Column: Sendable {
  package enum Storage: Sendable {
    case bool([Bool])
    case int([Int64])
    case float([Double])
    case text(TextValues)
    /// Days since 1970-01-01.
    case date([Int32])
    /// Microseconds since 1970-01-01T00:00:00 UTC.
    case dateTime([Int64])
    /// Microseconds.
    case duration([Int64])
    /// Images and other things that are not numbers or text.
    case objects([any ColumnObject], type: String)
  }

  private final class Box: Sendable {
    let storage: Storage
    let validity: Bitmap?
    init(_ storage: Storage, _ validity: Bitmap?) {
      self.storage = storage
      self.validity = validity
    }
  }

  private let box: Box

  /// `validity` nil means every row has a value; a bitmap with every bit set is dropped.
  package init(_ storage: Storage, validity: Bitmap? = nil) {
    precondition(validity == nil || validity?.count == storage.count)
    box = Box(storage, validity?.allSet == true ? nil : validity)
  }

  package var storage: Storage { box.storage }
  package var validity: Bitmap? { box.validity }
  package var count: Int { box.storage.count }
  package var type: ColumnType { box.storage.type }
  package func isMissing(_ row: Int) -> Bool { box.validity.map { !$0[row] } ?? false }
  package var missingCount: Int { box.validity.map { $0.count - $0.setCount } ?? 0 }

  /// Whether two columns share one storage (a cheap test for "the same column").
  package func isIdentical(to other: Column) -> Bool { box === other.box }
  /// The storage, to look columns up by; good for as long as a column keeps it.
  var identity: ObjectIdentifier { ObjectIdentifier(box) }
}

/// The types that a column can have, by the names a user reads.
package enum ColumnType: Sendable, Hashable, CustomStringConvertible {
  case bool, int, float, text, date, dateTime, duration
  /// A column of objects; the name says which ("image").
  case object(String)

  package var description: String {
    switch self {
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .text: "text"
    case .date: "date"
    case .dateTime: "datetime"
    case .duration: "duration"
    case .object(let name): name
    }
  }

  package var isNumeric: Bool { self == .int || self == .float || self == .bool }
}

extension Column.Storage {
  package var count: Int {
    switch self {
    case .bool(let values): values.count
    case .int(let values), .dateTime(let values), .duration(let values): values.count
    case .float(let values): values.count
    case .text(let values): values.count
    case .date(let values): values.count
    case .objects(let values, _): values.count
    }
  }

  package var type: ColumnType {
    switch self {
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .text: .text
    case .date: .date
    case .dateTime: .dateTime
    case .duration: .duration
    case .objects(_, let name): .object(name)
    }
  }
}
