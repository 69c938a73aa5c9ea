import WeirCatalog
import WeirModels
import WeirTables

/// The samples that a statistical test is given: columns of a table, the groups of one, or lists.
struct SampleArguments: Sendable {
  let data: Parameter<Items>
  let x: Parameter<RowExpression>
  let y: Parameter<RowExpression>?
  /// Further lists.
  let more: Parameter<[Column]>?
  let by: Parameter<String?>?

  init(_ f: inout BuiltinDefinition, second: Bool = true, grouped: Bool = true, many: Bool = false) {
    data = f.required(Items.self, "data", "A table; or a list or column of numbers, the first sample.")
    x = f.rowExpression("x", over: data, "Of a table, the column; else the second sample.", required: false)
    y = second ? f.rowExpression("y", over: data, "Of a table, a second column to hold against the first.", required: false) : nil
    more = many ? f.variadic(Column.self, "more", "Further lists, a sample each.") : nil
    by = grouped ? f.optionalColumn("by", of: data, "A column whose values part the rows into groups.") : nil
  }

  /// The samples before missing values are left out, all of one length where they stand in one table.
  func columns(_ call: Call) throws -> [(name: String, column: Column)] {
    guard case .table(let query) = try call[data] else { return try lists(call) }
    let table = try query.collect(), source = PlotSource(table: table)
    guard call.has(x) else {
      throw StatisticsError("a table has many columns", mend: "say which one: `\(call.builtin.name)(data, .x)`")
    }
    let first = try column(try call[x], of: source, "x")
    if let by, let group = try call[by] {
      if let y, call.has(y) { throw StatisticsError("either `by` parts one column, or two columns are given") }
      return try parts(of: first.column, by: group, in: table)
    }
    guard let y, call.has(y) else { return [first] }
    return [first, try column(try call[y], of: source, "y")]
  }

  private func column(_ expression: RowExpression, of source: PlotSource, _ name: String) throws -> (name: String, column: Column) {
    (source.label(of: expression, else: name), try expression.evaluate(source.table))
  }

  private func parts(of column: Column, by name: String, in table: Table) throws -> [(name: String, column: Column)] {
    let keys = try table.column(name), grouping = Grouping(by: [keys], count: table.rowCount)
    guard grouping.count <= 1000 else { throw StatisticsError("`\(name)` has \(grouping.count) values, too many groups for a test") }
    var rows = [[Int]](repeating: [], count: grouping.count)
    for (row, group) in grouping.groups.enumerated() { rows[Int(group)].append(row) }
    let firsts = grouping.firstRows.filter { $0 < table.rowCount && !keys.isMissing($0) }
    let order = Column.sortedOrder([(keys.taking(firsts), false)], count: firsts.count)
    return order.map { place in
      let first = firsts[place]
      return (formatScalar(keys.scalar(at: first)), column.taking(rows[Int(grouping.groups[first])]))
    }
  }

  private func lists(_ call: Call) throws -> [(name: String, column: Column)] {
    if let by, try call[by] != nil { throw StatisticsError("`by` names a column of a table, and this is a list") }
    if let y, call.has(y) { throw StatisticsError("two lists are two samples; a third says nothing here") }
    var out = [(name: "the first", column: try Value.column(try call[data].asColumn()).asColumn())]
    switch call.raw(x) {
    case .absent: break
    case .value(let value): out.append(("the second", try value.asColumn()))
    default: throw StatisticsError("`.x` is a column of a table, and a list stands before it")
    }
    let further = try more.map { try call[$0] } ?? []
    for (place, column) in further.enumerated() { out.append(("group \(place + 3)", column)) }
    return out
  }

  /// Samples one by one: each without what is missing in it.
  func samples(_ call: Call) throws -> (samples: [Sample], leftOut: Int) {
    let columns = try columns(call)
    let samples = try columns.map { Sample($0.name, try $0.column.presentNumbers(for: call.builtin.name, $0.name)) }
    return (samples, zip(columns, samples).reduce(0) { $0 + $1.0.column.count - $1.1.values.count })
  }

  /// Two samples whose values belong together: without the pairs of which one is missing.
  func pairs(_ call: Call) throws -> (samples: [Sample], leftOut: Int) {
    let columns = try columns(call)
    guard columns.count == 2 else { return try samples(call) }
    let (a, b) = (columns[0], columns[1])
    guard a.column.count == b.column.count else {
      throw StatisticsError("values that belong together come in pairs, and there are \(a.column.count) and \(b.column.count)")
    }
    let rows = (0..<a.column.count).filter { a.column.holdsNumber(at: $0) && b.column.holdsNumber(at: $0) }
    let samples = try [a, b].map { Sample($0.name, try $0.column.taking(rows).presentNumbers(for: call.builtin.name, $0.name)) }
    return (samples, a.column.count - rows.count)
  }
}

extension Items {
  func asColumn() throws -> Column {
    switch self {
    case .column(let column): column
    case .list(let items): try Column.of(items)
    case .table: throw StatisticsError("a table is no sample")
    }
  }
}

extension Column {
  /// Neither missing nor a number that is none.
  func holdsNumber(at row: Int) -> Bool {
    if isMissing(row) { return false }
    if case .float(let values) = storage { return !values[row].isNaN }
    return true
  }

  /// The numbers that are there.
  func presentNumbers(for operation: String, _ name: String) throws -> [Double] {
    switch type {
    case .int, .float, .bool, .duration: break
    default:
      throw TableError.wrongType(operation: "`\(operation)`", column: name, type: type.description, expected: "numbers")
    }
    let all = try asDoubles()
    return all.indices.filter { !isMissing($0) && !all[$0].isNaN }.map { all[$0] }
  }
}
