import WeirBase
package import WeirCatalog
import WeirChecker
import WeirDiagnostics
package import WeirEngine
import WeirStore
import WeirSyntax

/// What a run of a program is held to, gathered from the program and its results.
package enum PipelineRecord {
  /// What is known before the run.
  package static func before(
    _ program: Program, notebook: String, parameters: [String: Value], modules: Modules
  ) -> PipelineLock {
    var hashes: [String: String] = [:]
    for use in program.graph.facts.flatMap(\.modules) {
      hashes[use.name] = (try? modules.module(use.name))?.contentHash ?? "missing"
    }
    if let prelude = modules.prelude { hashes["prelude"] = prelude.contentHash }
    return PipelineLock(
      engine: EngineVersion.text, fingerprint: EngineVersion.fingerprint, notebook: notebook, seed: program.seed,
      parameters: parameterTexts(program, parameters), data: [:], modules: hashes,
      stages: program.cells.map { cell in
        let code = ContentHash(of: Array(canonicalCode(of: cell.statements).utf8)).hex
        return PipelineLock.Stage(name: cell.name, code: code)
      },
      outputs: [:], metrics: [:])
  }

  /// The same with what the run read and gave.
  package static func after(_ lock: PipelineLock, _ run: ProgramRun, outputs: [DeliveredOutput]) -> PipelineLock {
    var lock = lock
    for read in run.results.compactMap({ $0 }).flatMap(\.reads) { lock.data[read.path] = read.hash }
    lock.outputs = Dictionary(outputs.map { ($0.name, $0.hash) }, uniquingKeysWith: { $1 })
    lock.metrics = Dictionary(run.metrics.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    lock.metrics = lock.metrics.filter { $0.value.isFinite }
    return lock
  }

  /// The values of the outputs of a run, in order; throws a `Diagnostic` for one that can't be delivered.
  package static func outputs(of runner: CellRunner, _ run: ProgramRun) throws -> [DeliveredOutput] {
    var seen: Set<String> = []
    return try runner.program.graph.outputs.compactMap { output in
      guard seen.insert(output.name).inserted, let definition = output.definition,
        run.results.indices.contains(definition.cell), run.results[definition.cell]?.isDone == true
      else { return nil }
      return try DeliveredOutput(name: output.name, value: try runner.value(of: definition, run.results, Cancellation()))
    }
  }

  /// Each parameter as it counts in this run: what was given, else its default as written.
  private static func parameterTexts(_ program: Program, _ given: [String: Value]) -> [String: String] {
    var texts: [String: String] = [:]
    for parameter in program.graph.parameters {
      let name = parameter.name.name
      texts[name] = given[name]?.shortText ?? parameter.defaultText
    }
    return texts
  }
}

extension ParameterDefinition {
  fileprivate var defaultText: String {
    guard let defaultValue else { return "" }
    return ParameterValues.constant(defaultValue)?.shortText
      ?? canonicalCode(of: [Statement(span: defaultValue.span, kind: .expression(defaultValue))])
  }
}
