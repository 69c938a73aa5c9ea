import WeirCatalog
import WeirChecker
import WeirStore
import WeirSyntax

extension CellRunner {
  /// The parts of a cell's key that are known before it runs; the files that it will read come behind them.
  ///
  /// `keyOfName` gives the key of a value of a cell above.
  func keyParts(of index: Int, keyOfName: (CellGraph.Definition) -> String) -> KeyParts {
    let cell = program.cells[index], facts = program.graph.facts[index]
    var parts = KeyParts()
    parts.add(.engine, "", EngineVersion.computing)
    if effects[index].looksAtZones { parts.add(.timeZones, "", settings.timeZones) }
    parts.add(.seed, "", String(program.seed))
    // Random streams are keyed by the names defined with their versions, and by the cell for bare expressions.
    let versions = facts.definitions.map { "\($0.name)@\($0.version)" }.joined(separator: ",")
    let code = "\(cell.name)\u{0}\(versions)\u{0}\(canonicalCode(of: cell.statements))"
    parts.add(.code, "", hash(code))
    for parameter in facts.parameters {
      if let value = parameters[parameter.name.name] { parts.add(.parameter, parameter.name.name, hash(value.shortText)) }
    }
    for module in Set(facts.modules.map(\.name)).sorted() { parts.add(.module, module, moduleHash(module)) }
    if let prelude = modules.prelude { parts.add(.module, "prelude", prelude.contentHash) }
    var seen: Set<String> = []
    for read in facts.reads {
      guard let definition = read.definition, seen.insert(read.name).inserted else { continue }
      if definition.kind == .module {
        parts.add(.module, read.name, moduleHash(read.name))
      } else {
        parts.add(.name, read.name, keyOfName(definition))
      }
    }
    return parts
  }

  private func moduleHash(_ name: String) -> String { (try? modules.module(name))?.contentHash ?? "missing" }

  func hash(_ text: String) -> String { ContentHash(of: Array(text.utf8)).hex }
}
