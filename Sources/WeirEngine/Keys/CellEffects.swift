import WeirCatalog
import WeirChecker
import WeirSyntax

/// What running a cell may do beside giving values: decides the order of cells that share files, and what can't be cached.
package struct CellEffects: Sendable, Hashable {
  package var reads = false
  package var writes = false
  /// Depends on the clock or the machine.
  package var observes = false
  /// Depends on the rules of time zones, itself or by a value it reads: a plan or a model may ask for them later on.
  package var looksAtZones = false

  private mutating func add(_ builtin: Builtin) {
    looksAtZones = looksAtZones || builtin.slots.contains { $0.name == "zone" }
    switch builtin.effect {
    case .reads: reads = true
    case .writes: writes = true
    case .observes: observes = true
    case .pure, .prints: break
    }
  }

  private mutating func add(_ other: CellEffects) {
    reads = reads || other.reads
    writes = writes || other.writes
    observes = observes || other.observes
    looksAtZones = looksAtZones || other.looksAtZones
  }

  /// For each cell, what it may do: the effects of the builtins it names, and of the cells and modules whose functions it
  /// may call.
  package static func all(of program: Program, _ modules: Modules) -> [CellEffects] {
    var effects: [CellEffects] = []
    for facts in program.graph.facts {
      var own = CellEffects()
      for read in facts.reads {
        guard let definition = read.definition else {
          if let builtin = modules.catalog[read.name] { own.add(builtin) }
          continue
        }
        if effects.indices.contains(definition.cell), effects[definition.cell].looksAtZones { own.looksAtZones = true }
        switch definition.kind {
        case .module: own.add(module(definition.name, modules, depth: 0))
        case .function: own.add(effects[definition.cell])
        case .value: if isFunctionLike(program, definition) { own.add(effects[definition.cell]) }
        case .parameter: break
        }
      }
      for used in facts.modules { own.add(module(used.name, modules, depth: 0)) }
      effects.append(own)
    }
    return effects
  }

  /// Whether a definition may hold a function: written as a lambda, or of a form that does not show what it gives.
  private static func isFunctionLike(_ program: Program, _ definition: CellGraph.Definition) -> Bool {
    for statement in program.cells[definition.cell].statements {
      guard case .definition(let names, let value) = statement.kind, names.contains(where: { $0.span == definition.span })
      else { continue }
      return holdsLambda(value)
    }
    return false
  }

  private static func holdsLambda(_ expression: Expression) -> Bool {
    if case .lambda = expression.kind { return true }
    return expression.kind.children.contains { holdsLambda($0) }
  }

  private static func module(_ name: String, _ modules: Modules, depth: Int) -> CellEffects {
    var effects = CellEffects()
    guard depth < 16, let module = try? modules.module(name) else { return effects }
    let names = DefinedNames(of: module.tree.statements)
    for read in names.references { if let builtin = modules.catalog[read.name] { effects.add(builtin) } }
    for use in names.uses { effects.add(self.module(use.name, modules, depth: depth + 1)) }
    return effects
  }
}
