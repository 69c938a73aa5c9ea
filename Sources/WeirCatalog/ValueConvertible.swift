package import WeirModels
package import WeirTables

/// A Swift type that an argument of a builtin can have.
package protocol ValueConvertible: Sendable {
  /// What the checker holds an argument against, and what a message asks for.
  static var valueType: ValueType { get }
  /// Nil where the value is of another kind.
  static func from(_ value: Value) throws -> Self?
}

/// A fitted model as an argument.
package struct ModelArgument: Sendable {
  package let model: any FittedModel
  package init(_ model: any FittedModel) { self.model = model }
}

/// A function as an argument.
package struct FunctionArgument: Sendable {
  package let function: any Callable
  package init(_ function: any Callable) { self.function = function }
}

extension Value: ValueConvertible {
  package static var valueType: ValueType { .any }
  package static func from(_ value: Value) -> Value? { value }
}

extension Bool: ValueConvertible {
  package static var valueType: ValueType { .bool }
  package static func from(_ value: Value) -> Bool? { if case .bool(let x) = value { x } else { nil } }
}

extension Int: ValueConvertible {
  package static var valueType: ValueType { .int }
  package static func from(_ value: Value) -> Int? { if case .int(let x) = value { Int(exactly: x) } else { nil } }
}

extension Int64: ValueConvertible {
  package static var valueType: ValueType { .int }
  package static func from(_ value: Value) -> Int64? { if case .int(let x) = value { x } else { nil } }
}

extension Double: ValueConvertible {
  package static var valueType: ValueType { .number }
  package static func from(_ value: Value) -> Double? {
    switch value {
    case .float(let x): x
    case .int(let x): Double(x)
    default: nil
    }
  }
}

extension String: ValueConvertible {
  package static var valueType: ValueType { .string }
  package static func from(_ value: Value) -> String? { if case .string(let x) = value { x } else { nil } }
}

extension Day: ValueConvertible {
  package static var valueType: ValueType { .date }
  package static func from(_ value: Value) -> Day? { if case .date(let x) = value { x } else { nil } }
}

extension TimeSpan: ValueConvertible {
  package static var valueType: ValueType { .duration }
  package static func from(_ value: Value) -> TimeSpan? { if case .duration(let x) = value { x } else { nil } }
}

extension IntRange: ValueConvertible {
  package static var valueType: ValueType { .range }
  package static func from(_ value: Value) -> IntRange? { if case .range(let x) = value { x } else { nil } }
}

extension Record: ValueConvertible {
  package static var valueType: ValueType { .anyRecord }
  package static func from(_ value: Value) -> Record? { if case .record(let x) = value { x } else { nil } }
}

extension Table: ValueConvertible {
  package static var valueType: ValueType { .anyTable }
  package static func from(_ value: Value) throws -> Table? {
    switch value {
    case .table(let table): table
    case .query(let query): try query.collect()
    default: nil
    }
  }
}

extension LazyTable: ValueConvertible {
  package static var valueType: ValueType { .anyTable }
  package static func from(_ value: Value) -> LazyTable? {
    switch value {
    case .table(let table): LazyTable(table)
    case .query(let query): query
    default: nil
    }
  }
}

extension Column: ValueConvertible {
  package static var valueType: ValueType { .either([.anyColumn, .anyList, .range]) }
  /// A list or range counts as a column where its items are of one kind.
  package static func from(_ value: Value) throws -> Column? {
    switch value {
    case .column(let column): column
    case .list, .range: try value.asColumn()
    default: nil
    }
  }
}

extension Plan: ValueConvertible {
  package static var valueType: ValueType { .plan }
  package static func from(_ value: Value) -> Plan? { if case .plan(let x) = value { x } else { nil } }
}

extension ModelArgument: ValueConvertible {
  package static var valueType: ValueType { .model }
  package static func from(_ value: Value) -> ModelArgument? {
    if case .model(let x) = value { ModelArgument(x) } else { nil }
  }
}

extension FunctionArgument: ValueConvertible {
  package static var valueType: ValueType { .function }
  package static func from(_ value: Value) -> FunctionArgument? {
    if case .function(let x) = value { FunctionArgument(x) } else { nil }
  }
}

extension Array: ValueConvertible where Element: ValueConvertible {
  package static var valueType: ValueType { .either([.list(Element.valueType), .range, .anyColumn]) }
  /// A list, the numbers of a range, or the rows of a column.
  package static func from(_ value: Value) throws -> [Element]? {
    guard let items = try value.items() else { return nil }
    if let same = items as? [Element] { return same }
    var out: [Element] = []
    out.reserveCapacity(items.count)
    for item in items {
      guard let element = try Element.from(item) else { return nil }
      out.append(element)
    }
    return out
  }
}
