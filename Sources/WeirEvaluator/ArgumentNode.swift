import WeirCatalog
import WeirDiagnostics
import WeirTables

/// How one slot of a builtin is filled when the call runs.
enum ArgumentNode {
  case absent
  case value(Node)
  case values([Node])
  case named([(name: String, node: Node)])
  case rows(RowProgram)
  case namedRows([(name: String, program: RowProgram)])
  case namedColumns([(name: String, column: ColumnNames)])
  case namedGroups([(name: String, program: GroupProgram)])
  case namedWindows([(name: String, program: WindowProgram)])
  /// Column names that are written out, and expressions that give some.
  case columns([ColumnNames])
  case order([(program: RowProgram, descending: Bool)])
  /// The table whose rows are meant, for a `count()` without arguments.
  case scope

  enum ColumnNames {
    case literal(String)
    case computed(Node)

    func names(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> [String] {
      switch self {
      case .literal(let name): [name]
      case .computed(let node): try node.evaluate(machine, frame).columnNames(at: node.span)
      }
    }
  }

  func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> ArgumentValue {
    switch self {
    case .absent: return .absent
    case .value(let node): return .value(try node.evaluate(machine, frame))
    case .values(let nodes): return .values(try nodes.map { try $0.evaluate(machine, frame).forced() })
    case .named(let nodes): return .named(try nodes.map { Record.Field($0.name, try $0.node.evaluate(machine, frame).forced()) })
    case .rows(let program): return .rows(try program.expression(machine, frame))
    case .namedRows(let programs): return .namedRows(try programs.map { ($0.name, try $0.program.expression(machine, frame)) })
    case .namedGroups(let programs):
      return .namedGroups(try programs.map { ($0.name, try $0.program.expression(machine, frame)) })
    case .namedWindows(let programs):
      return .namedWindows(try programs.map { ($0.name, try $0.program.expression(machine, frame)) })
    case .columns(let names): return .columns(try names.flatMap { try $0.names(machine, frame) })
    case .namedColumns(let columns):
      return .named(try columns.map { column in
        let names = try column.column.names(machine, frame)
        guard let name = names.first, names.count == 1 else {
          throw Diagnostic.wrongOperand(column.name, "several columns", at: nil)
        }
        return Record.Field(column.name, .string(name))
      })
    case .order(let keys):
      return .order(try keys.map { OrderKey(try $0.program.expression(machine, frame), descending: $0.descending) })
    case .scope: return machine.scope.map { .value(.table($0)) } ?? .absent
    }
  }
}

extension Value {
  /// A text or a list of texts, as names of columns.
  func columnNames(at span: SourceSpan?) throws -> [String] {
    switch self {
    case .string(let name): return [name]
    case .missing: return []
    default:
      guard let items = try items() else { throw Diagnostic.notColumnNames(typeName, at: span) }
      return try items.flatMap { try $0.columnNames(at: span) }
    }
  }
}

extension ArgumentValue {
  /// A slot filled with plain values, for calls that are bound only when they run.
  init(_ slot: Slot, _ given: [(name: String?, value: Value)], of function: String) throws {
    guard let first = given.first else {
      self = .absent
      return
    }
    switch slot.kind {
    case .value: self = .value(first.value)
    case .rows: self = .value(first.value)
    case .variadic: self = .values(try given.map { try $0.value.forced() })
    case .namedValues, .namedColumns: self = .named(given.map { Record.Field($0.name ?? "", $0.value) })
    case .columns, .variadicColumns: self = .columns(try given.flatMap { try $0.value.columnNames(at: nil) })
    case .order:
      self = .order(try given.map { argument in
        let names = try argument.value.columnNames(at: nil)
        let name = names.first ?? ""
        return OrderKey(RowExpression(reads: [name]) { try $0.column(name) }, descending: false)
      })
    case .namedRows:
      self = .namedRows(given.map { argument in
        (argument.name ?? "", RowExpression(reads: []) { try argument.value.asColumn(rows: $0.rowCount) })
      })
    case .namedWindows:
      self = .namedWindows(given.map { argument in
        (argument.name ?? "", WindowExpression { table, _ in try argument.value.asColumn(rows: table.rowCount) })
      })
    case .namedGroups:
      self = .namedGroups(given.map { argument in
        (argument.name ?? "", GroupExpression(reads: []) { try argument.value.asColumn(rows: $1.count) })
      })
    }
  }
}
