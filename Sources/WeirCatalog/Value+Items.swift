import WeirBase
import WeirDiagnostics
package import WeirTables

/// How many items a list may have; more is an error, not a machine out of memory.
package let largestList = 1 << 27

extension Value {
  /// The items of a list, range or column, one value each; nil for other kinds.
  package func items() throws -> [Value]? {
    switch self {
    case .list(let items): return items
    case .range(let range):
      guard let count = range.count, count <= largestList else {
        throw TableError.other("a range of that length is too long for a list", mend: nil)
      }
      return count == 0 ? [] : (range.lower...range.upper).map { .int($0) }
    case .column(let column): return column.values()
    case .other(let foreign): return try foreign.items()
    default: return nil
    }
  }

  /// A list or range as a column; throws where its items are of several kinds.
  package func asColumn() throws -> Column {
    switch self {
    case .column(let column): return column
    case .range(let range):
      guard let count = range.count, count <= largestList else {
        throw TableError.other("a range of that length is too long for a column", mend: nil)
      }
      return Column(.int(count == 0 ? [] : Array(range.lower...range.upper)))
    case .list(let items): return try Column.of(items)
    default:
      guard let scalar else {
        throw TableError.other("\(typeName) can't be a column", mend: nil)
      }
      return try Column.of([Value(scalar)])
    }
  }
}

extension Table {
  /// Each row as a record.
  package func records() -> [Value] {
    let values = columns.map { $0.values() }
    return (0..<rowCount).map { row in
      .record(Record(zip(names, values).map { Record.Field($0, $1[row]) }))
    }
  }
}

extension Column {
  /// The rows as values.
  package func values() -> [Value] {
    var out: [Value] = []
    out.reserveCapacity(count)
    let validity = self.validity
    func add(_ n: Int, _ value: (Int) -> Value) {
      for i in 0..<n { out.append(validity.map { $0[i] } == false ? .missing : value(i)) }
    }
    switch storage {
    case .bool(let v): add(v.count) { .bool(v[$0]) }
    case .int(let v): add(v.count) { .int(v[$0]) }
    case .float(let v): add(v.count) { .float(v[$0]) }
    case .text(let v): add(v.count) { .string(v[$0]) }
    case .date(let v): add(v.count) { .date(Day(v[$0])) }
    case .dateTime(let v): add(v.count) { .dateTime(Instant(v[$0])) }
    case .duration(let v): add(v.count) { .duration(TimeSpan(v[$0])) }
    case .objects(let v, _):
      add(v.count) { i in
        if let nested = v[i] as? Nested { return Value(nested) }
        return (v[i] as? any ForeignValue).map { .other($0) } ?? .missing
      }
    }
    return out
  }

  /// A column of values of one kind (numbers of both kinds become floats).
  package static func of(_ values: [Value]) throws -> Column {
    var scalars: [Scalar] = []
    scalars.reserveCapacity(values.count)
    for value in values {
      if let scalar = value.scalar {
        scalars.append(scalar)
      } else if case .other(let object) = value, object is any ColumnObject {
        return try ofObjects(values)
      } else if values.allSatisfy(\.isNestedOrMissing) {
        return try ofNested(values)
      } else {
        if case .other(let foreign) = value, foreign.isTraced { throw Diagnostic.notDifferentiable("column") }
        throw TableError.other("a column can't hold a \(value.typeName)", mend: nil)
      }
    }
    return try Column(scalars: scalars)
  }

  private static func ofObjects(_ values: [Value]) throws -> Column {
    var objects: [any ColumnObject] = []
    var type = ""
    for value in values {
      guard case .other(let object) = value, let held = object as? any ColumnObject else {
        throw TableError.other("a column can't hold both a \(type) and a \(value.typeName)", mend: nil)
      }
      type = object.typeName
      objects.append(held)
    }
    return Column(.objects(objects, type: type))
  }
}

extension Value {
  fileprivate var isNestedOrMissing: Bool {
    switch self {
    case .missing, .list, .record: true
    default: false
    }
  }
}
