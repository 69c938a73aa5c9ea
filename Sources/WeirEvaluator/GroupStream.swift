import WeirCatalog
import WeirDiagnostics
import WeirTables

/// Aggregates whose value for a table follows from those for parts of it.
enum StreamedAggregate {
  /// The value is itself combined by the same kernel: the least of the least.
  case alike
  /// Sums in three parts, so that the sum of a part of the rows may be too large where that of all is not.
  case sum
  /// Numbers of rows are added.
  case counted
  /// A sum and a number of values.
  case mean
  /// A number of values, their mean, and the squares of their distances from it.
  case spread(root: Bool)

  init?(_ name: String) {
    switch name {
    case "sum": self = .sum
    case "min", "max", "any", "all", "first", "last": self = .alike
    case "count": self = .counted
    case "mean": self = .mean
    case "std": self = .spread(root: true)
    case "var": self = .spread(root: false)
    default: return nil
    }
  }

  var partialCount: Int {
    switch self {
    case .alike, .counted: 1
    case .sum, .mean, .spread: 3
    }
  }

  /// The columns for one part, whose values `whole` gives as the aggregate itself does.
  func partials(_ columns: [Column], _ grouping: Grouping, _ whole: () throws -> Column) throws -> [Column] {
    guard let column = columns.first else { return [try whole()] }
    switch self {
    case .alike, .counted: return [try whole()]
    case .sum: return try NumberAggregate.sumParts(column, grouping)
    case .mean: return try NumberAggregate.meanParts(column, grouping)
    case .spread(let root): return try NumberAggregate.spreadParts(column, grouping, for: root ? "std" : "var")
    }
  }

  func merge(_ partials: [Column], _ grouping: Grouping, _ kernel: ([Column]) throws -> Column) throws -> [Column] {
    switch self {
    case .alike: return [try kernel(partials)]
    case .counted, .sum: return try partials.map { try NumberAggregate.sum($0, grouping) }
    case .mean: return try NumberAggregate.meanParts(ofParts: partials, grouping)
    case .spread: return try NumberAggregate.spreads(ofParts: partials, grouping)
    }
  }

  func combine(
    _ partials: [Column], _ grouping: Grouping, _ settings: [ArgumentValue], _ kernel: ([Column]) throws -> Column
  ) throws -> Column {
    let merged = try merge(partials, grouping, kernel)
    switch self {
    case .alike, .counted: return merged[0]
    case .sum: return try NumberAggregate.sum(ofParts: merged)
    case .mean: return try NumberAggregate.mean(ofParts: merged)
    case .spread(let root):
      // Squares that are too large for a double may belong to a spread that is not.
      if case .float(let squares) = merged[2].storage, !squares.allSatisfy(\.isFinite) { throw AllRowsAreNeeded() }
      // The one setting is `ddof`.
      let ddof: Int64 = if case .value(.int(let given))? = settings.first { given } else { 1 }
      return try NumberAggregate.variance(ofParts: merged, ddof: ddof, root: root)
    }
  }
}

/// What parts gave does not tell the value of the whole.
private struct AllRowsAreNeeded: Error {}

extension PreparedGroup {
  /// The same in two steps. Aggregates that can't be put together from those of parts get all values of the columns they
  /// read: of a number of different values each once.
  func stream(_ fork: ForkedMachine, _ span: SourceSpan?) -> GroupExpression.Stream? {
    let count = partialCount, held = heldInputs
    guard count + held.count > 0 else { return nil }
    @Sendable func placed<Result>(_ body: () throws -> Result) throws -> Result {
      do { return try body() } catch { throw Diagnostic.from(error, at: span) }
    }
    return GroupExpression.Stream(
      count: count,
      held: held.map { entry in
        GroupExpression.Held(isDistinct: entry.isDistinct) { table in
          try placed { try entry.inputs.map { try $0.evaluate(table) } }
        }
      },
      partials: { table, grouping in try placed { try partials(table, grouping, fork.make()) } },
      merge: { columns, grouping in
        var rest = columns[...]
        return try placed { try merged(&rest, grouping, fork.make()) }
      },
      combine: { columns, grouping, held in
        var rest = (columns: columns[...], held: held[...])
        do { return try combined(&rest, grouping, fork.make()).asColumn(rows: grouping.count) } catch is AllRowsAreNeeded {
          return nil
        } catch { throw Diagnostic.from(error, at: span) }
      })
  }

  /// How many columns a part gives with a row for each group.
  private var partialCount: Int {
    switch self {
    case .constant: 0
    case .aggregate(let builtin, _, _): StreamedAggregate(builtin.name)?.partialCount ?? 0
    case .operation(_, let a, let b): a.partialCount + b.partialCount
    case .elementwise(_, let input, _): input.partialCount
    }
  }

  /// What the other aggregates read.
  private var heldInputs: [(isDistinct: Bool, inputs: [RowExpression])] {
    switch self {
    case .constant: []
    case .aggregate(let builtin, let inputs, _):
      StreamedAggregate(builtin.name) == nil ? [(builtin.name == "n_unique", inputs)] : []
    case .operation(_, let a, let b): a.heldInputs + b.heldInputs
    case .elementwise(_, let input, _): input.heldInputs
    }
  }

  private func partials(_ table: Table, _ grouping: Grouping, _ machine: Machine) throws -> [Column] {
    switch self {
    case .constant: return []
    case .aggregate(let builtin, let inputs, _):
      guard let streamed = StreamedAggregate(builtin.name) else { return [] }
      return try streamed.partials(try inputs.map { try $0.evaluate(table) }, grouping) {
        try evaluate(table, grouping, machine).asColumn(rows: grouping.count)
      }
    case .operation(_, let a, let b):
      return try a.partials(table, grouping, machine) + b.partials(table, grouping, machine)
    case .elementwise(_, let input, _): return try input.partials(table, grouping, machine)
    }
  }

  /// Runs the kernel of an aggregate over columns instead of those of a table.
  private func kernel(_ columns: [Column], _ grouping: Grouping, _ machine: Machine) throws -> Column {
    guard case .aggregate(let builtin, _, let settings) = self, case .aggregate(let count, let kernel) = builtin.kernel
    else { return Column(.int([])) }
    let arguments = Array(repeating: ArgumentValue.absent, count: count) + settings
    return try kernel(columns, grouping, Call(builtin, arguments, machine.context(random: false)))
  }

  private func merged(_ columns: inout ArraySlice<Column>, _ grouping: Grouping, _ machine: Machine) throws -> [Column] {
    switch self {
    case .constant: return []
    case .aggregate(let builtin, _, _):
      guard let streamed = StreamedAggregate(builtin.name) else { return [] }
      let own = Array(columns.prefix(streamed.partialCount))
      columns = columns.dropFirst(streamed.partialCount)
      return try streamed.merge(own, grouping) { try kernel($0, grouping, machine) }
    case .operation(_, let a, let b):
      let left = try a.merged(&columns, grouping, machine)
      return try left + b.merged(&columns, grouping, machine)
    case .elementwise(_, let input, _): return try input.merged(&columns, grouping, machine)
    }
  }

  private typealias Parts = (columns: ArraySlice<Column>, held: ArraySlice<GroupExpression.HeldColumns>)

  private func combined(_ parts: inout Parts, _ grouping: Grouping, _ machine: Machine) throws -> Value {
    switch self {
    case .constant(let value): return value
    case .aggregate(let builtin, _, let settings):
      guard let streamed = StreamedAggregate(builtin.name) else {
        guard let held = parts.held.popFirst() else { return .missing }
        return .column(try kernel(held.columns, held.grouping, machine))
      }
      let own = Array(parts.columns.prefix(streamed.partialCount))
      parts.columns = parts.columns.dropFirst(streamed.partialCount)
      return .column(try streamed.combine(own, grouping, settings) { try kernel($0, grouping, machine) })
    case .operation(let node, let a, let b):
      let left = try a.combined(&parts, grouping, machine), right = try b.combined(&parts, grouping, machine)
      return try Operators.binary(node.op, left, right, at: node.span)
    case .elementwise(let builtin, let input, let settings):
      let value = try input.combined(&parts, grouping, machine)
      return try builtin.body(Call(builtin, [.value(value)] + settings, machine.context(random: false)))
    }
  }
}
