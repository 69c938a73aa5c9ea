package import WeirDiagnostics
package import WeirTables

/// Reads one argument as the type that its parameter asks for, and says what is wrong where it is not.
package enum ArgumentReader {
  package static func absent(_ name: String, in call: Call) -> Diagnostic { .missingArgument(name, of: call.builtin.info) }

  package static func notAChoice(_ text: String, _ choices: [String], _ name: String, in call: Call) -> Diagnostic {
    .notAChoice(text, choices: choices, parameter: name, of: call.builtin.name)
  }

  package static func wrongKind(_ argument: ArgumentValue, wanted: String, _ name: String, in call: Call) -> Diagnostic {
    if case .value(.other(let value)) = argument, value.isTraced { return .notDifferentiable(call.builtin.name) }
    return .wrongArgument(name, of: call.builtin.name, wanted: wanted, found: argument.kindName)
  }

  static func constantRows(_ value: Value) throws -> RowExpression {
    RowExpression(reads: []) { table in try value.asColumn(rows: table.rowCount) }
  }

  static func oneColumn(_ argument: ArgumentValue, _ name: String, in call: Call) throws -> String? {
    switch argument {
    case .columns(let names) where names.count == 1: return names[0]
    case .columns(let names) where names.isEmpty: return nil
    case .absent: return nil
    case .value(.string(let text)): return text
    case .value(.missing): return nil
    default: throw wrongKind(argument, wanted: "one column", name, in: call)
    }
  }

  static func defaultText<T>(_ value: T) -> String {
    switch value {
    case let value as String: "\"\(value)\""
    case let value as Double where value == value.rounded() && value.magnitude < 1e15: "\(value)"
    case let value as Value: value.shortText
    case let value as [String]: "[" + value.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
    default: "\(value)"
    }
  }
}

extension ArgumentValue {
  func single<T: ValueConvertible>(as type: T.Type, _ name: String, in call: Call) throws -> T? {
    switch self {
    case .absent: return nil
    case .value(let value):
      if let converted = try T.from(value) { return converted }
      throw ArgumentReader.wrongKind(self, wanted: T.valueType.description, name, in: call)
    default: throw ArgumentReader.wrongKind(self, wanted: T.valueType.description, name, in: call)
    }
  }

  var kindName: String {
    switch self {
    case .absent: "nothing"
    case .value(let value): value.typeName
    case .values, .named: "several values"
    case .rows, .namedRows, .namedGroups, .namedWindows, .order: "a column expression"
    case .columns: "columns"
    }
  }
}

extension Value {
  /// One value a row: a column of that length, or one value for all rows.
  package func asColumn(rows: Int) throws -> Column {
    switch self {
    case .column(let column):
      guard column.count == rows else {
        throw TableError.other("a column of \(column.count) rows stands where the table has \(rows)", mend: nil)
      }
      return column
    case .list, .range:
      let column = try asColumn()
      guard column.count == rows else {
        throw TableError.other("a list of \(column.count) items stands where the table has \(rows) rows", mend: nil)
      }
      return column
    case .other(let object):
      guard let held = object as? any ColumnObject else { break }
      return Column(.objects(Array(repeating: held, count: rows), type: object.typeName))
    default: break
    }
    guard let scalar else { throw TableError.other("a column can't hold a \(typeName)", mend: nil) }
    return try Column.repeating(scalar, count: rows)
  }
}
