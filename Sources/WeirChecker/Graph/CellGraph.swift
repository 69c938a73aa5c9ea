package import WeirDiagnostics
package import WeirSyntax

/// Which cell defines what and which reads it: a pure value, built whole from the cells in the order of the page.
///
/// A name may be defined several times; each is a version, and a reader gets the nearest one above it. So edges only
/// go up, cycles cannot be written, and the order of the page is a topological order. `use stats` defines the name
/// `stats` like any other definition does, so the cells below see it too. A name that is read above its definition
/// binds to nothing here; the checker reports it.
package struct CellGraph: Sendable {
  /// One version of a name.
  package struct Definition: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case value, function, parameter, module }

    package let name: String
    /// 1 for the first of the name on the page, counted over all kinds.
    package let version: Int
    /// The index of the cell that holds it.
    package let cell: Int
    package let span: SourceSpan
    package let kind: Kind
  }

  /// A free name where it is read.
  package struct Read: Sendable, Hashable {
    package let name: String
    package let span: SourceSpan
    /// The nearest definition in a cell above; nil for builtins, the prelude and what nobody defines.
    package let definition: Definition?
  }

  /// A name that an `output` statement delivers.
  package struct Output: Sendable, Hashable {
    package let name: String
    package let span: SourceSpan
    package let cell: Int
    /// The nearest definition above the statement, which may stand in its own cell.
    package let definition: Definition?
  }

  /// What one cell defines and reads.
  package struct Facts: Sendable {
    package fileprivate(set) var definitions: [Definition] = []
    package fileprivate(set) var reads: [Read] = []
    package fileprivate(set) var modules: [DefinedName] = []
    package fileprivate(set) var outputs: [Output] = []
    package fileprivate(set) var parameters: [ParameterDefinition] = []
  }

  package let cells: [Cell]
  /// For each cell, in the order of the page.
  package let facts: [Facts]
  /// For each name, its definitions from the top of the page down.
  private let definitions: [String: [Definition]]
  private let upward: [[Int]]
  private let downward: [[Int]]

  package init(_ cells: [Cell]) {
    var builder = Builder()
    for (index, cell) in cells.enumerated() { builder.add(cell, at: index) }
    self.cells = cells
    facts = builder.facts
    definitions = builder.definitions
    var downward = Array(repeating: [Int](), count: cells.count)
    upward = builder.facts.enumerated().map { index, facts in
      let read = Set(facts.reads.compactMap { $0.definition?.cell }).subtracting([index]).sorted()
      for above in read { downward[above].append(index) }
      return read
    }
    self.downward = downward
  }

  // MARK: Names

  /// All versions of a name, from the top of the page down.
  package func definitions(of name: String) -> [Definition] { definitions[name] ?? [] }

  /// Every name that some cell defines.
  package var names: some Sequence<String> { definitions.keys }

  /// What a name means at the top of the cell at `index`: its nearest definition in a cell above.
  package func definition(of name: String, before index: Int) -> Definition? {
    let count = version(of: name, before: index)
    return count == 0 ? nil : definitions[name]?[count - 1]
  }

  /// How often a name is defined in the cells above the one at `index`.
  package func version(of name: String, before index: Int) -> Int {
    guard let versions = definitions[name] else { return 0 }
    var low = 0, high = versions.count
    while low < high {
      let middle = (low + high) / 2
      if versions[middle].cell < index { low = middle + 1 } else { high = middle }
    }
    return low
  }

  package var parameters: [ParameterDefinition] { facts.flatMap(\.parameters) }
  package var outputs: [Output] { facts.flatMap(\.outputs) }

  // MARK: Edges

  /// The cells whose definitions the cell at `index` reads, sorted.
  package func dependencies(of index: Int) -> [Int] { upward.indices.contains(index) ? upward[index] : [] }

  /// The cells that read, directly or through others, what the cell at `index` defines; sorted, without itself.
  package func dependents(of index: Int) -> [Int] { reached(from: [index], through: downward).filter { $0 != index } }

  /// The cells that the given ones need, themselves included; sorted.
  package func ancestors(of indices: [Int]) -> [Int] { reached(from: indices, through: upward) }

  /// The cells that the `output` statements need, those with the statements included; empty where there is none.
  package func ancestorsOfOutputs() -> [Int] {
    ancestors(of: outputs.flatMap { [$0.cell] + ($0.definition.map { [$0.cell] } ?? []) })
  }

  /// The cells that are needed for the values that the names have at the end of the page.
  package func ancestors(ofNames names: [String]) -> [Int] {
    ancestors(of: names.compactMap { definitions[$0]?.last?.cell })
  }

  private func reached(from start: [Int], through edges: [[Int]]) -> [Int] {
    var seen = Set(start.filter { edges.indices.contains($0) })
    var open = Array(seen)
    while let index = open.popLast() {
      for next in edges[index] where seen.insert(next).inserted { open.append(next) }
    }
    return seen.sorted()
  }
}

extension CellGraph {
  /// Binds names cell by cell, from the top down.
  private struct Builder {
    var facts: [Facts] = []
    var definitions: [String: [Definition]] = [:]

    mutating func add(_ cell: Cell, at index: Int) {
      let names = DefinedNames(of: cell.tree.statements)
      var facts = Facts()
      // A free name is one that nothing above it in its own cell defines, so the cells above decide.
      facts.reads = names.references.map { Read(name: $0.name, span: $0.span, definition: definitions[$0.name]?.last) }
      facts.modules = names.uses
      for statement in cell.tree.statements { add(statement, at: index, &facts) }
      self.facts.append(facts)
    }

    private mutating func add(_ statement: Statement, at index: Int, _ facts: inout Facts) {
      switch statement.kind {
      case .definition(let names, _):
        for name in names where name.name != "_" { define(name, .value, at: index, &facts) }
      case .function(let function): define(function.name, .function, at: index, &facts)
      case .parameter(let parameter):
        facts.parameters.append(parameter)
        define(parameter.name, .parameter, at: index, &facts)
      case .use(let module): define(module, .module, at: index, &facts)
      case .output(let names):
        facts.outputs += names.map {
          Output(name: $0.name, span: $0.span, cell: index, definition: definitions[$0.name]?.last)
        }
      case .stage, .expression, .error: break
      }
    }

    private mutating func define(_ name: DefinedName, _ kind: Definition.Kind, at index: Int, _ facts: inout Facts) {
      let version = (definitions[name.name]?.count ?? 0) + 1
      let definition = Definition(name: name.name, version: version, cell: index, span: name.span, kind: kind)
      definitions[name.name, default: []].append(definition)
      facts.definitions.append(definition)
    }
  }
}
