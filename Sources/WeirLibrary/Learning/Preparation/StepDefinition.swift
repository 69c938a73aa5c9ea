import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

/// Builtins that are steps of a plan, and functions on a table where one is given first.
///
/// `standardize(.age)` makes a step; `standardize(people, .age)` learns from `people` and gives them changed.
extension BuiltinDefinition {
  /// What becomes of the columns that a step works on, for the check before anything runs.
  enum Outcome: Sendable {
    /// They keep their types.
    case same
    case become(ColumnType)
    /// They keep their places, and only the run knows their types.
    case retyped
    /// Only the run knows the columns.
    case unknown
    /// Others stand in the places of each: those that the rule tells, or that only the run knows.
    case replaced(@Sendable (TableType.ColumnHeader, BoundTypes) -> [TableType.ColumnHeader]?)
    /// Those named alone, in that order.
    case chosen
    case computed(@Sendable (TableType, _ worked: [TableType.ColumnHeader], BoundTypes) -> [TableType.ColumnHeader]?)
  }

  /// The table that comes first, where there is one.
  mutating func stepTable(learns: Bool = true) -> Parameter<Table?> {
    let rows = leadingTable("rows", "A table to learn from and to change at once; left out, a step of a plan is made.")
    flow(learns ? .rowwiseLearning(by: rows.slot, words: []) : .rowwise)
    return rows
  }

  mutating func stepTarget(of rows: Parameter<Table?>) -> Parameter<String?> {
    optionalColumn("target", of: rows, "With a table, the column to predict; a plan is told by `fit`.")
  }

  /// What the builtin gives, and how: the step that `make` builds, or the table changed by it.
  mutating func makesStep(
    _ rows: Parameter<Table?>, _ columns: Parameter<[String]>? = nil, of kind: ColumnChoice.Kind = .any,
    _ outcome: Outcome, target: Parameter<String?>? = nil,
    _ make: @escaping @Sendable (Call) throws -> any Transformer
  ) {
    let step = name
    knownAhead()
    returns { bound in
      guard !bound.isAbsent(rows) else { return .plan }
      guard case .table(let table)? = bound.type(rows) else { return .any }
      let named = columns.flatMap { bound.columns($0) } ?? []
      for name in named {
        guard let type = table.column(name)?.type, !kind.fits(type) else { continue }
        throw PreparationError.wrongType(
          step: step, column: name, found: type.description, wanted: kind.wanted)
      }
      guard columns.map({ bound.columns($0) != nil }) ?? true else { return .anyTable }
      return .table(outcome.table(table, named: named, of: kind, bound))
    }
    body { call in
      let step = try make(call)
      let name = try target.flatMap { try call[$0] }
      guard let table = try call[rows] else {
        if name != nil { throw Diagnostic.targetWithoutRows(step.name) }
        return .step(step)
      }
      return .table(try step.changed(table, target: name, in: call.context.fitContext))
    }
  }
}

extension BuiltinDefinition.Outcome {
  /// The table as it will be, as far as that can be told.
  func table(_ table: TableType, named: [String], of kind: ColumnChoice.Kind, _ bound: BoundTypes) -> TableType {
    let headers = table.columns ?? table.partial
    let worked = headers.filter { header in
      named.isEmpty ? header.type.map(kind.isPicked) ?? false : named.contains(header.name)
    }
    let isWorked = Set(worked.map(\.name))
    // Of columns whose type is not known, a step without names may take any.
    let isOpen = named.isEmpty && (table.columns == nil || headers.contains { $0.type == nil })
    func changed(_ type: ColumnType?) -> TableType {
      table.mapping { isWorked.contains($0.name) ? TableType.ColumnHeader($0.name, type) : $0 }
    }
    /// Columns go and others come; those that the step leaves alone stay.
    func others() -> TableType {
      var out = table.with(columns: nil)
      out.partial = headers.filter { !isWorked.contains($0.name) && (!named.isEmpty || $0.type != nil) }
      return out
    }
    switch self {
    case .same: return table
    case .become(let type): return changed(type)
    case .retyped: return changed(nil)
    case .unknown: return isOpen || !worked.isEmpty ? others() : table
    case .replaced(let rule):
      guard !isOpen else { return others() }
      let made = worked.map { rule($0, bound) }
      guard let columns = table.columns, !made.contains(where: { $0 == nil }) else { return worked.isEmpty ? table : others() }
      let new = Dictionary(zip(worked.map(\.name), made.map { $0 ?? [] }), uniquingKeysWith: { first, _ in first })
      return table.with(columns: columns.flatMap { new[$0.name] ?? [$0] })
    case .chosen: return table.with(columns: named.map { TableType.ColumnHeader($0, table.column($0)?.type) })
    case .computed(let rule):
      if table.columns != nil, let columns = rule(table, worked, bound) { return table.with(columns: columns) }
      var out = table.with(columns: nil)
      out.partial = headers.map { isWorked.contains($0.name) ? TableType.ColumnHeader($0.name) : $0 }
      return out
    }
  }
}

extension Transformer {
  /// The table after the step has learned from it; the target stays where it is.
  func changed(_ table: Table, target: String?, in context: FitContext) throws -> Table {
    let targetColumn = try target.map { try table.column($0) }
    let features = try target.map { try table.dropping([$0]) } ?? table
    guard features.rowCount > 0 else { throw ModelError("`\(name)` has no rows to learn from") }
    guard features.columnCount > 0 else { throw ModelError("`\(name)` has no columns to learn from") }
    let sample = TrainingSample(features: features, target: targetColumn, targetName: target)
    let out = try fit(sample, in: context).sample
    guard let target, let kept = out.target, let place = table.position(of: target) else { return out.features }
    guard out.features[target] == nil else { throw PreparationError.clash(step: name, column: target) }
    var parts = zip(out.features.names, out.features.columns).map { (name: $0, column: $1) }
    parts.insert((target, kept), at: min(place, parts.count))
    return try Table(parts, rowCount: out.features.rowCount, lineage: table.lineage)
  }
}

extension Value {
  /// A plan of one step.
  static func step(_ step: any Step) -> Value { .plan(Plan([step])) }
}
