package import WeirBase
package import WeirCatalog
import WeirChecker
package import WeirDiagnostics
import WeirEvaluator
import WeirSyntax

/// What a session showed for one cell that was run.
package struct SessionResult: Sendable {
  package let cell: String
  package let result: CellResult?
  /// Mistakes found before anything ran, and warnings.
  package let diagnostics: [Diagnostic]
  package var hasErrors: Bool { result?.status == .failed || diagnostics.contains { $0.severity == .error } }
}

/// A program that grows and changes while it is used: the cells of a REPL.
///
/// Results are known by the keys of their cells, so a cell is fresh as long as nothing that it depends on differs from when
/// it ran: an edit makes stale what depends on it, and taking the edit back makes it fresh again.
package final class Session {
  package struct Configuration: Sendable {
    package var folder: String
    package var seed: Int64
    package var settings: RunSettings
    package var path: String
    package init(folder: String = ".", seed: Int64 = 0, settings: RunSettings = RunSettings(), path: String = "") {
      self.folder = folder
      self.seed = seed
      self.settings = settings
      self.path = path
    }
  }

  package private(set) var configuration: Configuration
  package let modules: Modules
  /// Asked to stop by Ctrl-C; reset before each run.
  package let cancellation = Cancellation()
  private let cache: CellCache?
  private let hashing: FileHashing
  private var runner: CellRunner
  private var nextFile: UInt32 = 1
  /// By the key that is known before a cell runs.
  private var known: [String: CellResult] = [:]
  /// The result that each cell gave last, by its name.
  private var last: [String: CellResult] = [:]
  private var history: [[ProgramCell]] = []
  package private(set) var sources = SourceMap()

  package init(_ configuration: Configuration, modules: Modules, cache: CellCache?, hashing: FileHashing) {
    self.configuration = configuration
    self.modules = modules
    self.cache = cache
    self.hashing = hashing
    runner = CellRunner(
      Program(path: configuration.path, folder: configuration.folder, seed: configuration.seed, cells: []),
      modules: modules, cache: cache, hashing: hashing, settings: configuration.settings)
  }

  package var catalog: Catalog { modules.catalog }
  package var program: Program { runner.program }
  package var cells: [ProgramCell] { runner.program.cells }

  /// The texts that diagnostics point into.
  package var allSources: SourceMap {
    var map = sources
    for file in modules.sources.files.values { map.add(file) }
    return map
  }

  // MARK: Running

  /// Checks a text, adds it as a cell at the end and runs it. A text with mistakes is not added.
  package func evaluate(
    _ text: String, name: String? = nil, options: CellOptions = CellOptions(),
    observer: @escaping @Sendable (CellHost.HostEvent) -> Void = { _ in }
  ) -> SessionResult {
    let cell = makeCell(text, name: name, options: options)
    let before = cells
    replace(with: before + [cell])
    let diagnostics = check(from: cells.count - 1)
    if diagnostics.contains(where: { $0.severity == .error }) {
      replace(with: before)
      return SessionResult(cell: cell.name, result: nil, diagnostics: diagnostics)
    }
    history.append(before)
    let result = run(cells.count - 1, observer: observer)
    return SessionResult(cell: cell.name, result: result, diagnostics: diagnostics)
  }

  /// Runs a cell, and before it what it reads and is not fresh.
  @discardableResult
  package func run(
    _ index: Int, observer: @escaping @Sendable (CellHost.HostEvent) -> Void = { _ in }
  ) -> CellResult? {
    guard cells.indices.contains(index) else { return nil }
    cancellation.reset()
    var results: [CellResult?] = Array(repeating: nil, count: cells.count)
    for wanted in runner.program.graph.ancestors(of: [index]) {
      if let fresh = freshResult(of: wanted, results) {
        results[wanted] = fresh
        continue
      }
      let result = runOnDeepThread(wanted, results) { if wanted == index { observer($0) } }
      results[wanted] = result
      remember(result, of: wanted, results)
    }
    return results[index]
  }

  /// Runs every cell that is not fresh, from the top down; gives the results of those that ran.
  package func runStale(
    observer: @escaping @Sendable (String, CellHost.HostEvent) -> Void = { _, _ in }
  ) -> [CellResult] {
    stale().compactMap { name in
      guard let index = program.index(ofCell: name) else { return nil }
      return run(index) { observer(name, $0) }
    }
  }

  private func runOnDeepThread(
    _ index: Int, _ above: [CellResult?], _ observer: @escaping @Sendable (CellHost.HostEvent) -> Void
  ) -> CellResult {
    let runner = self.runner, cancellation = self.cancellation
    let stack = configuration.settings.limits.threadStackSize
    let result = DeepThread.run(stackSize: stack) {
      runner.run(index, above: above, cancellation: cancellation, observer: observer)
    }
    return result ?? CellResult(name: cells[index].name, status: .notRun, reason: "no thread could be had for it")
  }

  private func remember(_ result: CellResult, of index: Int, _ above: [CellResult?]) {
    last[cells[index].name] = result
    guard result.isDone, let parts = runner.keyParts(of: index, above: above) else { return }
    known[parts.key] = result
  }

  /// The result that still holds for a cell, or nil: its key is known and the files it read are as they were.
  private func freshResult(of index: Int, _ above: [CellResult?]) -> CellResult? {
    guard !runner.effects[index].observes, cells[index].options.isCached,
      let parts = runner.keyParts(of: index, above: above), let result = known[parts.key]
    else {
      // A cell that depends on the moment it ran is not run again unless somebody asks.
      guard let ran = last[cells[index].name], ran.isDone, let old = ran.key?.withoutFiles,
        let parts = runner.keyParts(of: index, above: above), parts == old
      else { return nil }
      return ran
    }
    for read in result.reads where hashing.currentHash(of: read.path, in: program.folder) != read.hash { return nil }
    return result
  }

  private func currentResults() -> [CellResult?] {
    var results: [CellResult?] = Array(repeating: nil, count: cells.count)
    for index in cells.indices { results[index] = freshResult(of: index, results) }
    return results
  }

  // MARK: Looking

  /// The names of the cells whose results no longer hold, or that never ran.
  package func stale() -> [String] {
    let results = currentResults()
    return cells.indices.filter { results[$0] == nil }.map { cells[$0].name }
  }

  /// Why a cell is stale, in the user's words; empty where it is fresh.
  package func reasons(forCell name: String) -> [String] {
    guard let index = program.index(ofCell: name) else { return [] }
    let results = currentResults()
    if results[index] != nil { return [] }
    guard let old = last[name]?.key else { return ["it was never run"] }
    if last[name]?.status == .failed { return ["it failed"] }
    let blocked = program.graph.dependencies(of: index).filter { results[$0] == nil }.map { cells[$0].name }
    if !blocked.isEmpty {
      let names = blocked.map { "`\($0)`" }.joined(separator: ", ")
      return [blocked.count == 1 ? "cell \(names) is stale" : "cells \(names) are stale"]
    }
    guard let parts = runner.keyParts(of: index, above: results) else { return ["what it reads is stale"] }
    var reasons = parts.reasons(since: old.withoutFiles)
    for read in last[name]?.reads ?? [] where hashing.currentHash(of: read.path, in: program.folder) != read.hash {
      reasons.append("file `\(read.path)` changed")
    }
    return reasons
  }

  /// What a cell gave last.
  package func result(ofCell name: String) -> CellResult? { last[name] }

  /// The value that a name has at the end of the session, computed where it is not known.
  package func value(of name: String) -> Value? {
    guard let definition = program.graph.definition(of: name, before: cells.count) else { return nil }
    if definition.kind == .module { return (try? modules.module(definition.name))??.record }
    guard run(definition.cell)?.isDone == true else { return nil }
    return try? runner.value(of: definition, currentResults(), cancellation)
  }

  /// The value of a name where it is at hand, without computing anything.
  package func valueAtHand(of name: String) -> Value? {
    guard let definition = program.graph.definition(of: name, before: cells.count), cells.indices.contains(definition.cell)
    else { return nil }
    if definition.kind == .module { return (try? modules.module(definition.name))??.record }
    return last[cells[definition.cell].name]?.values.value(name)
  }

  // MARK: Editing

  /// Puts another text in the place of a cell; what depends on it becomes stale. Gives the mistakes, and changes nothing
  /// where there are some in the text itself.
  package func edit(_ name: String, to text: String) -> [Diagnostic] {
    guard let index = program.index(ofCell: name) else { return [] }
    let cell = makeCell(text, name: name, options: cells[index].options)
    let errors = cell.parsed.diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty else { return errors }
    let before = cells
    var changed = before
    changed[index] = cell
    replace(with: changed)
    history.append(before)
    return check(from: 0)
  }

  package func remove(_ name: String) {
    guard program.index(ofCell: name) != nil else { return }
    history.append(cells)
    replace(with: cells.filter { $0.name != name })
  }

  /// Takes the last change of the cells back; false where there is none.
  package func undo() -> Bool {
    guard let before = history.popLast() else { return false }
    replace(with: before)
    return true
  }

  /// Puts other cells in the place of all, without running them.
  package func load(_ new: [(name: String, text: String, options: CellOptions)], seed: Int64, folder: String, path: String) {
    history.append(cells)
    configuration.seed = seed
    configuration.folder = folder
    configuration.path = path
    replace(with: [])
    var made: [ProgramCell] = []
    for cell in new { made.append(makeCell(cell.text, name: cell.name, options: cell.options)) }
    replace(with: made)
  }

  private func replace(with cells: [ProgramCell]) {
    runner = CellRunner(
      Program(path: configuration.path, folder: configuration.folder, seed: configuration.seed, cells: cells),
      modules: modules, cache: cache, hashing: hashing, settings: configuration.settings)
  }

  private func makeCell(_ text: String, name: String?, options: CellOptions) -> ProgramCell {
    let taken = Set(cells.map(\.name))
    let id = FileID(nextFile)
    nextFile += 1
    let draft = parse(SourceFile(id: id, name: "", text: text))
    var chosen = name ?? DefinedNames(of: draft.tree.statements).definitions.first?.name ?? "cell"
    if name == nil {
      let base = chosen
      var number = 2
      while taken.contains(chosen) {
        chosen = "\(base)_\(number)"
        number += 1
      }
    }
    let isNameless = name == nil && DefinedNames(of: draft.tree.statements).definitions.isEmpty
    let file = SourceFile(id: id, name: isNameless ? "input" : "cell `\(chosen)`", text: text)
    sources.add(file)
    return ProgramCell(name: chosen, file: file, options: options)
  }

  /// The mistakes that a static look finds, in cells from `first` on.
  private func check(from first: Int) -> [Diagnostic] {
    let found = ProgramCheck.run(program, modules: modules)
    let wanted = Set(cells[first...].map(\.file.id))
    return found.filter { diagnostic in
      guard let span = diagnostic.primary.span else { return true }
      // In a session what is unused now may be used by the next line.
      return wanted.contains(span.file) && diagnostic.code.number != 203
    }
  }
}
