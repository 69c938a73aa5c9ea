import WeirCatalog
import WeirChecker
package import WeirDiagnostics
package import WeirEngine
package import WeirStore
import WeirSyntax

extension RunReport {
  /// The report of a run of a program.
  ///
  /// `parameters` are those that were given; the others are listed with their defaults. `diagnostics` are those of the
  /// check; each goes to the cell that it points into.
  package init(
    title: String, parts: [Part], program: Program, run: ProgramRun, parameters given: [RunParameter] = [],
    diagnostics: [Diagnostic] = [], sources: SourceMap
  ) {
    self.init(title: title, path: program.path, started: run.started, duration: run.duration, status: run.status)
    self.run = run.id
    self.parts = parts
    self.sources = sources
    seed = program.seed
    parameters = RunReport.parameters(program, given, sources)
    cells = program.cells.indices.map { index in
      RunReport.cell(index, program, run.results.indices.contains(index) ? run.results[index] : nil)
    }
    for diagnostic in diagnostics {
      if let place = diagnostic.primary.span.flatMap({ index(ofCellAt: $0) }) {
        // What the check foresaw and the run then met is told once, with what the run knows.
        let known = cells[place].diagnostics.contains { $0.code == diagnostic.code && $0.primary.span == diagnostic.primary.span }
        if !known { cells[place].diagnostics.insert(diagnostic, at: 0) }
      } else {
        self.diagnostics.append(diagnostic)
      }
    }
    self.diagnostics += run.storeProblems
  }

  private func index(ofCellAt span: SourceSpan) -> Int? {
    cells.firstIndex { cell in
      guard let place = cell.place, place.file == span.file else { return false }
      return span.start >= place.start && span.start <= place.end
    }
  }

  private static func parameters(_ program: Program, _ given: [RunParameter], _ sources: SourceMap) -> [Parameter] {
    var parameters: [Parameter] = []
    for parameter in program.graph.parameters where !parameters.contains(where: { $0.name == parameter.name.name }) {
      let name = parameter.name.name
      if let value = given.last(where: { $0.name == name }) {
        parameters.append(Parameter(name, value.value))
      } else {
        parameters.append(Parameter(name, parameter.defaultValue.map { sources.text(at: $0.span) } ?? "", isGiven: false))
      }
    }
    return parameters
  }

  private static func cell(_ index: Int, _ program: Program, _ result: CellResult?) -> Cell {
    let source = program.cells[index]
    // The cells of a script lie in one file, one after the other.
    let isScript = program.cells.count { $0.file.id == source.file.id } > 1
    var cell = Cell(name: source.name, code: isScript ? source.code : source.file.text, status: result?.status ?? .notRun)
    let start = isScript ? source.statements.first?.span.start ?? 0 : 0
    cell.place = SourceSpan(file: source.file.id, start: start, end: UInt32(clamping: Int(start) + cell.code.utf8.count))
    cell.uses = uses(index, program)
    guard let result else {
      cell.reason = "it was not asked for"
      return cell
    }
    cell.reason = result.reason
    cell.duration = result.duration
    cell.shown = result.shown.all
    cell.diagnostics = result.diagnostic.map { [$0] } ?? []
    cell.reads = result.reads.map(\.path)
    cell.writes = result.writes.map(\.path)
    for note in result.notes {
      switch note {
      case .metric(let name, let value): cell.metrics.append(Metric(name, value))
      case .leakAllowed(let reason): cell.leaksAllowed.append(reason)
      }
    }
    return cell
  }

  private static func uses(_ index: Int, _ program: Program) -> [Use] {
    program.graph.dependencies(of: index).map { above in
      let names = Set(program.graph.facts[index].reads.filter { $0.definition?.cell == above }.map(\.name))
      return Use(cell: above, names: names.sorted())
    }
  }
}
