import WeirCatalog
import WeirDiagnostics
import WeirTables

/// `.name`: a column of the table that the enclosing call works on.
final class ColumnNode: Node, @unchecked Sendable {
  let name: String
  private let place: SourceSpan?
  init(_ name: String, _ place: SourceSpan?) {
    self.name = name
    self.place = place
  }
  override var span: SourceSpan? { place }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    guard let table = machine.scope else { throw Diagnostic.columnWithoutTable(name, at: place) }
    do { return .column(try table.column(name)) } catch { throw Diagnostic.from(error, at: place) }
  }
}

/// An expression over the rows of a table, compiled like a function without parameters: it takes along the values that
/// it reads from around it, so that it can run later and on another thread.
final class RowProgram: @unchecked Sendable {
  private let lambda: LambdaNode
  let reads: Set<String>
  let span: SourceSpan?
  private let isRowwise: Bool
  private let singles: [Int]

  init(_ compiled: CompiledRows, span: SourceSpan?) {
    lambda = compiled.lambda
    reads = compiled.reads
    isRowwise = compiled.isRowwise
    singles = compiled.singles
    self.span = span
  }

  func expression(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> RowExpression {
    let closure = try lambda.closure(machine, frame)
    let fork = ForkedMachine(machine.fork())
    let isRowwise = isRowwise && singles.allSatisfy { closure.captures[$0].scalar != nil }
    let bounds = isRowwise ? lambda.body.columnBounds(closure.captures) : []
    return RowExpression(reads: reads, isRowwise: isRowwise, bounds: bounds) { [span] table in
      do {
        let machine = fork.make()
        machine.scope = table
        return try machine.call(closure, []).asColumn(rows: table.rowCount)
      } catch { throw Diagnostic.from(error, at: span) }
    }
  }
}

/// Makes machines for expressions that run apart from the one that built them.
struct ForkedMachine: @unchecked Sendable {
  // Safety: the closure holds only the Sendable parts of a machine (host, workers, cancellation, limits, stream).
  let make: () -> Machine
  init(_ make: @escaping () -> Machine) { self.make = make }
}

/// An expression that gives one value for each group of rows.
///
/// Where it is made of aggregates with a kernel over groups, operators and functions of single values, it runs once for all
/// groups; anything else runs group by group with the same result.
final class GroupProgram: @unchecked Sendable {
  indirect enum Part {
    /// The same value in every group.
    case constant(Node)
    case aggregate(Builtin, columns: [RowProgram], settings: [ArgumentNode])
    case operation(BinaryNode, Part, Part)
    case elementwise(Builtin, Part, settings: [ArgumentNode])
  }

  private let part: Part?
  private let fallback: RowProgram
  private let lambda: LambdaNode
  private let span: SourceSpan?

  init(_ part: Part?, fallback: RowProgram, lambda: LambdaNode, span: SourceSpan?) {
    self.part = part
    self.fallback = fallback
    self.lambda = lambda
    self.span = span
  }

  func expression(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> GroupExpression {
    let fork = ForkedMachine(machine.fork())
    if let part {
      let prepared = try PreparedGroup(part, machine, frame)
      return GroupExpression(reads: fallback.reads, stream: prepared.stream(fork, span)) { [span] table, grouping in
        do {
          return try prepared.evaluate(table, grouping, fork.make()).asColumn(rows: grouping.count)
        } catch { throw Diagnostic.from(error, at: span) }
      }
    }
    let closure = try lambda.closure(machine, frame)
    return GroupExpression(reads: fallback.reads) { [span] table, grouping in
      do {
        let machine = fork.make()
        var values: [Value] = []
        values.reserveCapacity(grouping.count)
        for rows in grouping.rows() {
          machine.scope = try Table(zip(table.names, table.columns).map { ($0, $1.taking(rows)) }, rowCount: rows.count)
          let value = try machine.call(closure, [])
          guard value.scalar != nil else { throw Diagnostic.notOneValue(value.typeName, at: span) }
          values.append(value)
        }
        return try Column.of(values)
      } catch { throw Diagnostic.from(error, at: span) }
    }
  }
}

extension Grouping {
  /// The rows of each group, in order.
  fileprivate func rows() -> [[Int]] {
    var rows: [[Int]] = Array(repeating: [], count: count)
    for (row, group) in groups.enumerated() where Int(group) < count { rows[Int(group)].append(row) }
    return rows
  }
}

/// A group program with the values from around it taken along.
indirect enum PreparedGroup: Sendable {
  case constant(Value)
  case aggregate(Builtin, [RowExpression], [ArgumentValue])
  case operation(BinaryNode, PreparedGroup, PreparedGroup)
  case elementwise(Builtin, PreparedGroup, [ArgumentValue])

  init(_ part: GroupProgram.Part, _ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws {
    switch part {
    case .constant(let node): self = .constant(try node.evaluate(machine, frame))
    case .aggregate(let builtin, let columns, let settings):
      self = .aggregate(
        builtin, try columns.map { try $0.expression(machine, frame) }, try settings.map { try $0.evaluate(machine, frame) })
    case .operation(let node, let a, let b):
      self = .operation(node, try PreparedGroup(a, machine, frame), try PreparedGroup(b, machine, frame))
    case .elementwise(let builtin, let input, let settings):
      self = .elementwise(
        builtin, try PreparedGroup(input, machine, frame), try settings.map { try $0.evaluate(machine, frame) })
    }
  }

  func evaluate(_ table: Table, _ grouping: Grouping, _ machine: Machine) throws -> Value {
    switch self {
    case .constant(let value): return value
    case .operation(let node, let a, let b):
      return try Operators.binary(
        node.op, try a.evaluate(table, grouping, machine), try b.evaluate(table, grouping, machine), at: node.span)
    case .aggregate(let builtin, let inputs, let settings):
      guard case .aggregate(let count, let kernel) = builtin.kernel else { return .missing }
      let columns = try inputs.map { try $0.evaluate(table) }
      let arguments = Array(repeating: ArgumentValue.absent, count: count) + settings
      return .column(try kernel(columns, grouping, Call(builtin, arguments, machine.context(random: false))))
    case .elementwise(let builtin, let input, let settings):
      let value = try input.evaluate(table, grouping, machine)
      return try builtin.body(Call(builtin, [.value(value)] + settings, machine.context(random: false)))
    }
  }
}
