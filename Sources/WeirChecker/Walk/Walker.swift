import WeirCatalog
import WeirDiagnostics
import WeirSyntax

/// Goes through a program as the evaluator would, with what is known of values in the place of values.
final class Walker {
  let graph: CellGraph
  let surroundings: CheckSurroundings
  var ledger = RowLedger()
  private(set) var diagnostics: [Diagnostic] = []
  private var reported: Set<Reported> = []

  // Names
  var globals: [String: Binding] = [:]
  var locals: [[String: Binding]] = []
  /// In the body of a function, which sees only what it took along.
  var isInFunction = false
  var prelude: [String: Binding] = [:]
  var modules: [String: [String: Binding]] = [:]
  var loadingModules: Set<String> = []
  /// The module being read; nil in the program itself.
  var currentModule: String?
  /// The module whose text is looked at, be it read or called.
  var owner: String? { currentModule ?? calls.last?.function.module }
  var isReadingModule = false
  var definitions: [CellDefinition] = []
  var cellTypes: [[String: ValueType]] = []
  var unknownNames: Set<String> = []
  /// Names that were meant where a mistake is: they count as read.
  var excused: Set<String> = []

  // Place
  var cell = 0
  /// Counts statements, to tell before from after.
  var order = 0
  var rows: RowScope?
  var calls: [CallFrame] = []
  /// Branches entered since the outermost call that is followed: they may be dead for its arguments.
  var branches = 0
  var loops = 0
  /// Inside the body of a function that nobody calls here.
  var uncalled = 0
  var depth = 0
  private var visits = 0
  private let visitLimit: Int

  // Leakage
  /// The test parts that were evaluated, with the first place.
  var evaluated: [RowSet: SourceSpan] = [:]
  var evaluationLog: [RowSet] = []
  /// The rows that were written, by what the writing call named: the file, and the table in it.
  var written: [Set<String>: Provenance] = [:]

  struct CallFrame {
    let function: FunctionKnowledge
    let span: SourceSpan
  }

  /// A definition of a cell, for the rule about those that nobody reads.
  struct CellDefinition {
    let bindings: [Binding]
    let isLast: Bool
  }

  private struct Reported: Hashable {
    let code: DiagnosticCode
    let span: SourceSpan?
  }

  /// How deep expressions and the calls that are followed may nest together.
  static let depthLimit = 700
  static let callLimit = 24
  static let recursionLimit = 3
  /// So many outcomes of a function are told apart by the numbers that it is called with.
  static let outcomeLimit = 12

  init(_ graph: CellGraph, _ surroundings: CheckSurroundings) {
    self.graph = graph
    self.surroundings = surroundings
    visitLimit = 200_000 + 10 * graph.cells.reduce(0) { $0 + $1.tree.nodeCount }
  }

  /// Whether bodies of functions may still be followed.
  var hasBudget: Bool { visits < visitLimit }

  func run() {
    if let tree = surroundings.prelude { prelude = names(of: tree, module: "prelude") }
    for (index, cell) in graph.cells.enumerated() {
      self.cell = index
      unknownNames = []
      cellTypes.append([:])
      for (number, statement) in cell.tree.statements.enumerated() {
        order += 1
        walk(statement, isLast: number == cell.tree.statements.count - 1 && isLookedAt(index))
      }
    }
    reportUnused()
  }

  /// Whether a reader looks at what ends a cell: not where each line of a script is one.
  private func isLookedAt(_ index: Int) -> Bool {
    let tree = graph.cells[index].tree
    guard tree.statements.count == 1, graph.cells.indices.contains(index + 1) else { return true }
    return graph.cells[index + 1].tree.file.id != tree.file.id
  }

  // MARK: Reports

  func report(_ diagnostic: Diagnostic) {
    guard !isReadingModule else { return }
    let isLeak = diagnostic.code.number / 100 == 5
    var diagnostic = diagnostic
    if let outer = calls.first(where: { $0.function.module != nil }) {
      // The text of a module is not the reader's, but the rows that it was given are.
      guard isLeak else { return }
      diagnostic.primary.span = outer.span
    } else if !calls.isEmpty {
      if !isLeak, branches > 0 || diagnostic.code.number / 100 == 2 { return }
      for frame in calls.suffix(2).reversed() where !diagnostic.others.contains(where: { $0.span == frame.span }) {
        diagnostic.others.append(Diagnostic.Label(frame.span, "`\(frame.function.name)` called here"))
      }
    }
    guard reported.insert(Reported(code: diagnostic.code, span: diagnostic.primary.span)).inserted else { return }
    diagnostics.append(diagnostic)
  }

  // MARK: Expressions

  /// What is known of the value of an expression.
  func walk(_ expression: Expression) -> Known {
    guard depth < Self.depthLimit else { return Known() }
    depth += 1
    visits += 1
    defer { depth -= 1 }
    switch expression.kind {
    case .literal(let literal): return Known(ValueType(literal), constant: Value(literal))
    case .interpolation(let parts): return interpolation(parts)
    case .name(let name): return resolve(name, at: expression.span)
    case .column(let name): return column(name, at: expression.span)
    case .list(let items): return Known(items: items.map { walk($0) })
    case .record(let fields): return Known(fields: fields.map { ($0.name ?? "", walk($0.value)) })
    case .range(let lower, let upper, let closed): return range(lower, upper, closed: closed)
    case .unary(let op, let operand): return unary(op, operand, at: expression.span)
    case .binary(let op, let left, let right, let span): return binary(op, left, right, at: span)
    case .then(let left, let right): return then(left, right, at: expression.span)
    case .pipe(let input, let target): return pipe(input, target)
    case .call(let callee, let arguments): return call(callee, arguments, at: expression.span)
    case .field(let base, let name, let span): return field(walk(base), name, at: span)
    case .index(let base, let indices): return index(base, indices)
    case .lambda(let parameters, let body): return lambda(parameters, body)
    case .conditional(let test, let yes, let no): return conditional(test, yes, no)
    case .match(let subject, let arms): return match(subject, arms)
    case .comprehension(let body, let clauses): return comprehension(body, clauses)
    case .block(let statements): return block(statements)
    case .error: return Known()
    }
  }
}
