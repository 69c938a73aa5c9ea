package import WeirTables

/// A function from one value to one value, written once and good for a single value, a list and a column.
package struct ElementwiseDefinition {
  package var definition: BuiltinDefinition
  package let input: Parameter<Value>
  fileprivate var kernel: (@Sendable (Column, Call) throws -> Column)?
  fileprivate var number: (@Sendable (Double) -> Double)?
  fileprivate var other: (@Sendable (Value?, Call) throws -> Value?)?

  /// What a call without a value, or with one of another kind, gives; nil goes on to the kernel.
  package mutating func instead(_ other: @escaping @Sendable (Value?, Call) throws -> Value?) { self.other = other }

  /// A kernel over whole columns; single values pass through it as a column of one row.
  package mutating func column(_ kernel: @escaping @Sendable (Column, Call) throws -> Column) { self.kernel = kernel }

  /// A kernel over numbers, for functions whose result is a float.
  package mutating func number(_ kernel: @escaping @Sendable (Double) -> Double) { number = kernel }
}

extension CatalogBuilder {
  /// Defines a function that works element by element. `input` names and describes its first parameter; further
  /// parameters (`f.definition.optional…`) are settings that hold for all rows.
  package mutating func defineElementwise(
    _ name: String, _ summary: String, input: (name: String, summary: String), gives type: ValueType = .float, accepts: ValueType? = nil,
    isOptional: Bool = false, _ build: (inout ElementwiseDefinition) -> Void
  ) {
    var definition = BuiltinDefinition(name: name, summary: summary)
    let parameter = definition.input(input.name, input.summary, accepts: accepts, isRequired: !isOptional)
    var elementwise = ElementwiseDefinition(definition: definition, input: parameter)
    build(&elementwise)
    let number = elementwise.number
    let kernel = elementwise.kernel ?? { column, call in
      guard let number else { return column }
      return try column.mappingNumbers(name: name, number)
    }
    if !isOptional { elementwise.definition.returns(.elementwise(type)) }
    elementwise.definition.kernel = .elementwise(number: number)
    let other = elementwise.other
    elementwise.definition.body { call in
      if let other, let value = try other(call.has(parameter) ? try call[parameter] : nil, call) { return value }
      let value = try call[parameter]
      switch value {
      case .other(let foreign):
        if let mapped = try foreign.mapped(name) { return mapped }
        throw ArgumentReader.wrongKind(.value(value), wanted: "single value, list or column", input.name, in: call)
      case .column(let column): return .column(try kernel(column, call))
      case .list(let items):
        if items.isEmpty { return value }
        return .list(try kernel(try Column.of(items), call).values())
      case .range: return .list(try kernel(try value.asColumn(), call).values())
      case .missing: return .missing
      default:
        guard value.scalar != nil else {
          throw ArgumentReader.wrongKind(.value(value), wanted: "single value, list or column", input.name, in: call)
        }
        let column = try kernel(try Column.of([value]), call)
        return column.values().first ?? .missing
      }
    }
    add(elementwise.definition)
  }
}

extension Column {
  /// Applies `function` to each number; throws for columns that hold none.
  package func mappingNumbers(name: String, _ function: @Sendable (Double) -> Double) throws -> Column {
    guard type.isNumeric else {
      throw TableError.wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "numbers")
    }
    return try mappingFloats(name, function)
  }
}

extension ValueType {
  /// What a function from one value to one of this type gives for an argument: as many as it is given.
  package func elementwise(of input: ValueType) -> ValueType {
    switch input {
    case .column:
      switch self {
      case .bool: .column(.bool)
      case .int: .column(.int)
      case .float: .column(.float)
      case .string: .column(.text)
      case .date: .column(.date)
      case .dateTime: .column(.dateTime)
      case .duration: .column(.duration)
      default: .anyColumn
      }
    case .list, .range: .list(self)
    case .bool, .int, .float, .number, .string, .date, .dateTime, .duration: self
    default: .any
    }
  }
}
