import WeirCatalog
import WeirDiagnostics
import WeirTables

/// What the verbs that work on tables and lists alike are given.
enum Items: ValueConvertible {
  case table(LazyTable)
  case column(Column)
  case list([Value])

  static var valueType: ValueType { .either([.anyTable, .anyList, .anyColumn, .range]) }

  static func from(_ value: Value) throws -> Items? {
    switch value {
    case .table(let table): return .table(LazyTable(table))
    case .query(let query): return .table(query)
    case .column(let column): return .column(column)
    default: return try value.items().map { .list($0) }
    }
  }

  /// The items; the rows of a table are records.
  func items() throws -> [Value] {
    switch self {
    case .table(let query): try query.collect().records()
    case .column(let column): column.values()
    case .list(let items): items
    }
  }

  /// The items at these positions, as the same kind of thing.
  func taking(_ positions: [Int]) throws -> Value {
    switch self {
    case .table(let query): .table(try query.collect().taking(positions))
    case .column(let column): .column(column.taking(positions))
    case .list(let items): .list(positions.map { items[$0] })
    }
  }

  /// Where a slice of it lies.
  func sliced(_ slice: RowSlice) throws -> Value {
    switch self {
    case .table(let query): .query(try query.slicing(slice))
    case .column(let column): .column(column.sliced(slice.range(of: column.count)))
    case .list(let items): .list(Array(items[slice.range(of: items.count)]))
    }
  }

  func count() throws -> Int {
    switch self {
    case .table(let query): try query.collect().rowCount
    case .column(let column): column.count
    case .list(let items): items.count
    }
  }
}

extension Call {
  /// Calls a function with one argument and holds the answer to true or false.
  func holds(_ function: any Callable, _ item: Value) throws -> Bool {
    let answer = try context.invoker.invoke(function, item)
    if case .bool(let truth) = answer { return truth }
    throw Diagnostic.notACondition(answer.typeName)
  }

  /// Calls a function with one argument; a planned table among the answers is computed.
  func apply(_ function: any Callable, _ item: Value) throws -> Value {
    try context.invoker.invoke(function, item).forcedTable()
  }
}
