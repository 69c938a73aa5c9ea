package import WeirBase
package import WeirCatalog
package import WeirChecker
import WeirDiagnostics
package import WeirEvaluator
import WeirSyntax

/// How cells are run, whoever runs them: a notebook, a pipeline or a session.
package struct RunSettings: Sendable {
  package var parameters: [String: Value]
  package var workers: Workers
  package var limits: Limits
  /// The version of the time zone database that cells compute with.
  package var timeZones = EngineVersion.timeZones

  package init(parameters: [String: Value] = [:], workers: Workers = .one, limits: Limits = Limits()) {
    self.parameters = parameters
    self.workers = workers
    self.limits = limits
  }
}

/// Runs the cells of one program one by one: finds what is known already, evaluates the rest, keeps what it gave.
package final class CellRunner: Sendable {
  package let program: Program
  package let modules: Modules
  package let cache: CellCache?
  package let effects: [CellEffects]
  let settings: RunSettings
  let hashing: FileHashing
  let fingerprint: String
  private let preludeValues: [String: Value]

  package init(_ program: Program, modules: Modules, cache: CellCache?, hashing: FileHashing, settings: RunSettings) {
    self.program = program
    self.modules = modules
    self.cache = cache
    self.hashing = hashing
    self.settings = settings
    effects = CellEffects.all(of: program, modules)
    fingerprint = EngineVersion.fingerprint
    preludeValues = Dictionary(modules.prelude?.values ?? [], uniquingKeysWith: { first, _ in first })
  }

  var parameters: [String: Value] { settings.parameters }

  private var memory: StoreMemory? { cache.map { StoreMemory(store: $0.store, fingerprint: fingerprint) } }

  /// The key of a cell as far as it is known before it runs; nil while a cell it reads from has no result.
  package func keyParts(of index: Int, above: [CellResult?]) -> KeyParts? {
    for read in program.graph.facts[index].reads {
      guard let definition = read.definition, definition.kind != .module, definition.cell != index else { continue }
      guard above.indices.contains(definition.cell), let result = above[definition.cell], result.isDone else { return nil }
    }
    return keyParts(of: index) { definition in above[definition.cell]?.values.key(of: definition.name) ?? "missing" }
  }

  /// Runs the cell at `index`, or finds its result in the cache. `above` holds the results of the cells it reads.
  package func run(
    _ index: Int, above: [CellResult?], cancellation: Cancellation, useCache: Bool = true,
    observer: @escaping @Sendable (CellHost.HostEvent) -> Void = { _ in }
  ) -> CellResult {
    let cell = program.cells[index]
    if cell.options.isSkipped { return CellResult(name: cell.name, status: .skipped, reason: "it is marked `skip`") }
    if let missing = blocked(index, above) { return CellResult(name: cell.name, status: .notRun, reason: missing) }
    guard let parts = keyParts(of: index, above: above) else {
      return CellResult(name: cell.name, status: .notRun, reason: "what it reads was not run")
    }
    var reason = "the cache is off for this run"
    if let cache {
      let mayUse = useCache && cell.options.isCached && !effects[index].observes
      switch mayUse ? cache.find(parts, of: cell, in: program, hashing: hashing) : .absent([]) {
      case .found(let result): return result
      case .absent(let reasons): reason = reasons.isEmpty ? "it was never run" : reasons.joined(separator: ", ")
      }
      if !cell.options.isCached { reason = "its cache is off" }
      if effects[index].observes { reason = "it depends on the moment it runs" }
    }
    observer(.began(reason: reason))
    let result = Workers.$current.withValue(settings.workers) {
      Cancellation.$current.withValue(cancellation) {
        evaluate(index, parts, above, reason, useCache && cell.options.isCached, cancellation, observer)
      }
    }
    if let cache, result.status == .ran, cell.options.isCached, !effects[index].observes {
      return cache.save(result, of: cell, in: program)
    }
    return result
  }

  /// Why a cell can't run: the cell above that it needs and that has no result.
  private func blocked(_ index: Int, _ above: [CellResult?]) -> String? {
    for dependency in program.graph.dependencies(of: index) where above[dependency]?.isDone != true {
      let name = program.cells[dependency].name
      let names = Set(program.graph.facts[index].reads.filter { $0.definition?.cell == dependency }.map(\.name)).sorted()
      let what = names.map { "`\($0)`" }.joined(separator: ", ")
      switch above[dependency]?.status {
      case .failed?: return "it needs \(what) of cell `\(name)`, which failed"
      case .skipped?: return "it needs \(what) of cell `\(name)`, which is skipped"
      default: return "it needs \(what) of cell `\(name)`, which did not run"
      }
    }
    return nil
  }

  // MARK: Evaluation

  private func evaluate(
    _ index: Int, _ parts: KeyParts, _ above: [CellResult?], _ reason: String, _ remembers: Bool,
    _ cancellation: Cancellation, _ observer: @escaping @Sendable (CellHost.HostEvent) -> Void
  ) -> CellResult {
    let cell = program.cells[index], clock = Stopwatch()
    let host = CellHost(
      folder: program.folder, hashing: hashing, store: cache?.store, memory: remembers ? memory : nil,
      inherited: program.graph.ancestors(of: [index]).filter { $0 != index }.compactMap { above.indices.contains($0) ? above[$0] : nil },
      observer: observer)
    var inputs: [String: Value] = [:]
    do {
      if let problem = cell.parsed.diagnostics.first(where: { $0.severity == .error }) { throw problem }
      inputs = try self.inputs(of: index, above, cancellation)
      let values = try WatchedWork.$current.withValue(WatchedWork { host.progress($0, $1, $2) }) {
        let values = try evaluated(cell.name, cell.parsed.tree.statements, index, inputs, host, cancellation)
        if let shown = values.shown { host.emit(.value(shown)) }
        return values
      }
      // What was to be shown may not have been computed.
      try cancellation.check()
      let files = host.reads(), full = parts.with(files: files)
      return CellResult(
        name: cell.name, status: .ran, reason: reason, key: full, values: kept(values.values, full),
        shown: ShownOutputs(host.shown.map(\.kept)), notes: host.notes, reads: files, writes: host.writes(),
        duration: clock.seconds)
    } catch {
      var diagnostic = Diagnostic.from(error, at: nil)
      for name in inputs.keys.sorted() {
        guard let value = inputs[name], !isFunction(value) else { continue }
        diagnostic.notes.append("`\(name)` was \(String(value.shortText.prefix(200)))")
      }
      return CellResult(
        name: cell.name, status: .failed, reason: reason, key: parts, shown: ShownOutputs(host.shown.map(\.kept)),
        diagnostic: diagnostic, notes: host.notes, reads: host.reads(), writes: host.writes(), duration: clock.seconds)
    }
  }

  private func isFunction(_ value: Value) -> Bool { if case .function = value { true } else { false } }

  private func evaluated(
    _ name: String, _ statements: [Statement], _ index: Int, _ inputs: [String: Value], _ host: CellHost,
    _ cancellation: Cancellation
  ) throws -> CellValues {
    let surroundings = Surroundings(
      catalog: modules.catalog,
      value: { [preludeValues] in inputs[$0] ?? preludeValues[$0] },
      module: { [modules] in (try? modules.module($0))?.record },
      known: { [program, modules, preludeValues] in
        Array(program.graph.names) + Array(preludeValues.keys) + Array(modules.catalog.builtins.keys)
      })
    let random = RandomStream(seed: program.seed)
    let task = CellTask(
      name: name, statements: statements, random: random,
      versions: { [program] in program.graph.version(of: $0, before: index) }, parameters: parameters)
    let machine = Machine(
      host: host, workers: settings.workers, cancellation: cancellation, limits: settings.limits, random: random)
    return try CellEvaluation.run(task, surroundings, on: machine)
  }

  /// What names the values of a cell in the keys of those that read them: the content where it can be kept.
  private func kept(_ values: [(name: String, value: Value)], _ parts: KeyParts) -> KeptValues {
    KeptValues(values.map { name, value in
      KeptValues.Entry(name: name, key: hash(parts.key + "/" + name), place: .memory(value))
    })
  }

  // MARK: Inputs

  /// The values of the names that a cell reads from cells above.
  private func inputs(of index: Int, _ above: [CellResult?], _ cancellation: Cancellation) throws -> [String: Value] {
    var inputs: [String: Value] = [:]
    for read in program.graph.facts[index].reads where inputs[read.name] == nil {
      guard let definition = read.definition else { continue }
      if definition.kind == .module {
        guard let module = try modules.module(definition.name) else {
          throw Diagnostic.unknownModule(definition.name, known: modules.names, at: definition.span)
        }
        inputs[read.name] = module.record
      } else {
        inputs[read.name] = try value(of: definition, above, cancellation)
      }
    }
    return inputs
  }

  /// The value of a definition whose cell is done: from memory, from the store, or computed again where it can't be kept.
  package func value(
    of definition: CellGraph.Definition, _ above: [CellResult?], _ cancellation: Cancellation
  ) throws -> Value {
    guard above.indices.contains(definition.cell), let result = above[definition.cell], result.isDone,
      let entry = result.values.entry(definition.name)
    else { throw Diagnostic.failure("`\(definition.name)` has no value, since its cell did not run", at: nil) }
    switch entry.place {
    case .memory(let value): return value
    case .stored(let object):
      if let value = cache?.load(object, catalog: modules.catalog) {
        result.values.keep(value, as: definition.name)
        return value
      }
      try recompute(definition.cell, whole: true, above, cancellation)
    case .recomputed: try recompute(definition.cell, whole: false, above, cancellation)
    }
    guard let value = result.values.value(definition.name) else {
      throw Diagnostic.failure("`\(definition.name)` could not be computed again", at: nil)
    }
    return value
  }

  /// Evaluates again what the store does not hold: the definitions of functions alone, or the whole cell where a stored
  /// value is lost.
  private func recompute(_ index: Int, whole: Bool, _ above: [CellResult?], _ cancellation: Cancellation) throws {
    guard let result = above[index] else { return }
    let cell = program.cells[index]
    var inputs = try self.inputs(of: index, above, cancellation)
    var statements = cell.statements
    if !whole, let part = functionStatements(of: index, result) {
      statements = part
      for name in result.values.names {
        guard case .stored(let object)? = result.values.entry(name)?.place else { continue }
        inputs[name] = cache?.load(object, catalog: modules.catalog)
      }
    }
    let host = CellHost(
      folder: program.folder, hashing: hashing, store: cache?.store, memory: memory, isSilent: true)
    let values = try evaluated(cell.name, statements, index, inputs, host, cancellation)
    for (name, value) in values.values { result.values.keep(value, as: name) }
  }

  /// The statements that define what can't be kept, where each name of the cell is defined once.
  private func functionStatements(of index: Int, _ result: CellResult) -> [Statement]? {
    let facts = program.graph.facts[index]
    guard Set(facts.definitions.map(\.name)).count == facts.definitions.count else { return nil }
    let wanted = Set(result.values.all.filter { if case .stored = $0.place { false } else { true } }.map(\.name))
    return program.cells[index].statements.filter { statement in
      switch statement.kind {
      case .definition(let names, _): names.contains { wanted.contains($0.name) }
      case .function(let function): wanted.contains(function.name.name)
      case .parameter(let parameter): wanted.contains(parameter.name.name)
      case .use: true
      case .expression, .output, .stage, .error: false
      }
    }
  }
}
