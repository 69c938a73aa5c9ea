import WeirCatalog
import WeirChecker
import WeirDiagnostics
package import WeirEngine
import WeirSyntax

/// What of a program its outputs need: cell by cell, the statements to keep.
///
/// A statement is kept where an `output` reads what it defines, by whatever path; so is every definition of a name of which
/// one is kept, since the versions of a name key its random numbers. An `expect` is kept where it looks at what is kept or at
/// what is made from it: it guards the outputs. Other bare expressions (tables and plots to look at) are not.
package struct PipelineStages: Sendable {
  package struct Stage: Sendable {
    package let name: String
    /// The texts of the statements, as written, with the comments straight above them.
    package let statements: [String]
  }

  /// `use` and `param` statements, in order.
  package let head: [String]
  package let stages: [Stage]
  /// The cells of which nothing is needed.
  package let dropped: [String]
  package let outputs: [String]

  package init(of program: Program, _ modules: Modules) throws {
    guard !program.graph.outputs.isEmpty else { throw Diagnostic.nothingToExport(program.path) }
    var selection = StatementSelection(program, modules)
    selection.select()
    var head: [String] = [], stages: [Stage] = [], dropped: [String] = []
    for (index, cell) in program.cells.enumerated() {
      let source = StatementTexts(cell.file.text)
      if !cell.statements.indices.contains(where: { selection.isKept(index, $0) }) { dropped.append(cell.name) }
      var kept: [String] = []
      for (number, statement) in cell.statements.enumerated() where selection.isKept(index, number) {
        let text = source.text(of: statement)
        switch statement.kind {
        case .use, .parameter: head.append(text)
        default: kept.append(text)
        }
      }
      if !kept.isEmpty { stages.append(Stage(name: cell.name, statements: kept)) }
    }
    var seen: Set<String> = []
    self.head = head
    self.stages = stages
    self.dropped = dropped
    outputs = program.graph.outputs.map(\.name).filter { seen.insert($0).inserted }
  }
}

/// Which statements the outputs of a program need, found backwards from the outputs.
private struct StatementSelection {
  private struct Place: Hashable {
    let cell: Int
    let statement: Int
  }

  private let program: Program
  private let modules: Modules
  /// The place of each definition: by name, in order of version.
  private var places: [String: [Place]] = [:]
  private var reads: [Place: [Place]] = [:]
  private var names: [Place: [String]] = [:]
  private var guards: [Place] = []
  private var roots: [Place] = []
  private var kept: Set<Place> = []

  init(_ program: Program, _ modules: Modules) {
    self.program = program
    self.modules = modules
    for (cell, content) in program.cells.enumerated() {
      for (number, statement) in content.statements.enumerated() { add(statement, Place(cell: cell, statement: number)) }
    }
  }

  private mutating func add(_ statement: Statement, _ place: Place) {
    let facts = DefinedNames(of: statement)
    reads[place] = facts.references.compactMap { places[$0.name]?.last }
    let defined = facts.definitions.map(\.name) + facts.uses.map(\.name)
    names[place] = defined
    for name in defined { places[name, default: []].append(place) }
    switch statement.kind {
    case .output: roots.append(place)
    case .expression(let expression):
      let builtins = facts.references.filter { places[$0.name] == nil }.compactMap { modules.catalog[$0.name] }
      if builtins.contains(where: { $0.effect == .writes }) { roots.append(place) }
      if expression.callsExpectation { guards.append(place) }
    default: break
    }
  }

  mutating func select() {
    for root in roots { keep(root) }
    // A guard belongs to the outputs where something it looks at is made from what they need.
    for guardPlace in guards where dependsOnKept(guardPlace) { keep(guardPlace) }
  }

  func isKept(_ cell: Int, _ statement: Int) -> Bool { kept.contains(Place(cell: cell, statement: statement)) }

  private mutating func keep(_ start: Place) {
    var open = [start]
    while let place = open.popLast() {
      guard kept.insert(place).inserted else { continue }
      open += reads[place] ?? []
      for name in names[place] ?? [] { open += places[name] ?? [] }
    }
  }

  private func dependsOnKept(_ start: Place) -> Bool {
    var seen: Set<Place> = [], open = [start]
    while let place = open.popLast() {
      if kept.contains(place) { return true }
      guard seen.insert(place).inserted else { continue }
      open += reads[place] ?? []
    }
    return false
  }
}

extension Expression {
  /// Whether it is a call of `expect` or of a relative (`expect_columns`), by itself or at the end of a pipe.
  fileprivate var callsExpectation: Bool {
    switch kind {
    case .call(let callee, _):
      if case .name(let name) = callee.kind { return name == "expect" || name.hasPrefix("expect_") }
      return false
    case .pipe(_, let target): return target.callsExpectation
    case .name(let name): return name.hasPrefix("expect_")
    default: return false
    }
  }
}

/// Cuts statements out of a text as they were written.
private struct StatementTexts {
  private let bytes: [UInt8]
  init(_ text: String) { bytes = Array(text.utf8) }

  func text(of statement: Statement) -> String {
    let end = min(Int(statement.span.end), bytes.count)
    var start = min(Int(statement.span.start), end)
    // Comments straight above belong to it.
    var lineStart = startOfLine(start)
    while lineStart > 0 {
      let above = startOfLine(lineStart - 1)
      guard bytes[above..<(lineStart - 1)].first(where: { $0 != 32 && $0 != 9 }) == UInt8(ascii: "#") else { break }
      start = above
      lineStart = above
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private func startOfLine(_ position: Int) -> Int {
    var start = position
    while start > 0, bytes[start - 1] != 10 { start -= 1 }
    return start
  }
}
