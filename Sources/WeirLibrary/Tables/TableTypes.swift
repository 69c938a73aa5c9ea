import WeirCatalog
import WeirDiagnostics
import WeirTables

extension ValueType {
  /// The type of a column that holds values of this type, where it is known.
  var columnType: ColumnType? {
    switch self {
    case .bool: .bool
    case .int: .int
    case .float: .float
    case .string: .text
    case .date: .date
    case .dateTime: .dateTime
    case .duration: .duration
    case .range: .int
    case .column(let type): type
    case .list(let item): item.columnType
    default: nil
    }
  }
}

extension TableType {
  typealias Header = TableType.ColumnHeader

  init(columns: [(String, ColumnType?)], like other: TableType = TableType()) {
    self = other.with(columns: columns.map { Header($0.0, $0.1) })
  }

  /// Columns added, or replaced where they stand.
  func setting(_ headers: [Header]) -> TableType {
    guard var columns else {
      var copy = self
      let names = Set(headers.map(\.name))
      copy.partial = partial.filter { !names.contains($0.name) } + headers
      return copy
    }
    // Tables may have very many columns, and a type is made for each verb.
    var places = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for header in headers {
      if let place = places[header.name] {
        columns[place] = header
      } else {
        places[header.name] = columns.count
        columns.append(header)
      }
    }
    return with(columns: columns)
  }

  /// These columns in this order; what is not there is the business of whoever checks names.
  func keeping(_ names: [String]?) -> TableType {
    guard let names else { return with(columns: nil) }
    let known = byName
    return with(columns: names.map { known[$0] ?? Header($0) })
  }

  func dropping(_ names: [String]?) -> TableType {
    guard let names else { return with(columns: nil) }
    let dropped = Set(names)
    var copy = with(columns: columns?.filter { !dropped.contains($0.name) })
    copy.partial = partial.filter { !dropped.contains($0.name) }
    return copy
  }

  /// Throws where the columns are known and one of the names is not among them.
  func require(_ names: [String]) throws {
    guard let columns else { return }
    let known = names.count > 1 ? byName : [:]
    for name in names where (names.count > 1 ? known[name] : column(name)) == nil { throw Diagnostic.unknownColumn(name, columns: columns.map(\.name)) }
  }

  /// All columns that are known, by name.
  var byName: [String: Header] {
    Dictionary((columns ?? partial).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// For rules of the engine; nil where the columns are not known.
  var schema: TableSchema? { columns.map { TableSchema($0.map { TableSchema.Field($0.name, $0.type) }) } }

  func with(schema: TableSchema?) -> TableType {
    with(columns: schema.map { $0.fields.map { Header($0.name, $0.type) } })
  }
}

/// Tables one below the other have the columns of all; lists give a list.
func concatenatedType(_ bound: BoundTypes, _ parts: Parameter<[Value]>, _ source: Parameter<String?>) -> ValueType {
  guard case .values(let values) = bound.entry(of: parts), !values.isEmpty else { return .any }
  let tables = values.compactMap { if case .table(let table) = $0.type { table } else { nil } }
  guard tables.count == values.count else {
    return values.allSatisfy { if case .list = $0.type { true } else { $0.type == .range } } ? .anyList : .any
  }
  let united = tables.dropFirst().reduce(tables[0]) { $0.union($1) }
  var headers: [TableType.Header]? = [], places: [String: Int] = [:]
  for table in tables {
    guard let columns = table.columns else { return .table(united.with(columns: nil)) }
    for column in columns {
      if let place = places[column.name] {
        if headers?[place].type != column.type { headers?[place].type = nil }
      } else {
        places[column.name] = headers?.count
        headers?.append(column)
      }
    }
  }
  if !bound.isAbsent(source) {
    if let name = bound.text(source) { headers?.append(TableType.Header(name, .text)) } else { headers = nil }
  }
  return .table(united.with(columns: headers))
}
