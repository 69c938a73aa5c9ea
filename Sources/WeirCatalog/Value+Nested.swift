import WeirBase
import WeirDiagnostics
package import WeirTables

/// Lists and records as columns and JSON texts hold them.
extension Value {
  package init(_ nested: Nested) {
    switch nested {
    case .scalar(let scalar): self = Value(scalar)
    case .list(let items): self = .list(items.map { Value($0) })
    case .record(let fields): self = .record(Record(fields.map { Record.Field($0.name, Value($0.value)) }))
    }
  }

  /// As plain data: tables as lists of records, ranges and columns as lists. Throws where something in it is no data.
  package func nested() throws -> Nested { try nested(depth: 0) }

  private func nested(depth: Int) throws -> Nested {
    guard depth < 128 else { throw TableError.other("a value is nested more deeply than 128", mend: nil) }
    if let scalar { return .scalar(scalar) }
    switch self {
    case .record(let record):
      return .record(try record.fields.map { Nested.Field($0.name, try $0.value.nested(depth: depth + 1)) })
    case .table(let table): return .list(try table.records().map { try $0.nested(depth: depth + 1) })
    case .query(let query): return try Value.table(try query.collect()).nested(depth: depth)
    default:
      guard let items = try items() else { throw TableError.other("a \(typeName) is no plain data", mend: nil) }
      return .list(try items.map { try $0.nested(depth: depth + 1) })
    }
  }
}

extension Column {
  /// A column of lists and records, where that is what the values are.
  static func ofNested(_ values: [Value]) throws -> Column {
    let present = values.map { !$0.isMissing }
    return Column(nested: try values.map { try $0.nested() }, validity: Bitmap(present))
  }

  /// The field of each record in a column of records.
  package func field(_ name: String) throws -> Column? {
    guard type == .object("record"), let records = nestedValues else { return nil }
    var known: [String] = []
    var values: [Value] = []
    values.reserveCapacity(count)
    var anywhere = false
    for (row, record) in records.enumerated() {
      guard !isMissing(row), case .record(let fields) = record else {
        values.append(.missing)
        continue
      }
      if let field = fields.first(where: { $0.name == name }) {
        anywhere = true
        values.append(Value(field.value))
      } else {
        values.append(.missing)
        if known.isEmpty { known = fields.map(\.name) }
      }
    }
    guard anywhere || known.isEmpty else { throw Diagnostic.noField(name, of: "record", known: known) }
    return try Column.of(values)
  }
}
