import Synchronization
import WeirBase
package import WeirCatalog
package import WeirDiagnostics
import WeirEvaluator
import WeirStore
package import WeirSyntax

/// A module of Weir code: the functions and values that `use name` makes known.
package struct Module: Sendable {
  package let name: String
  package let file: SourceFile
  package let tree: SyntaxTree
  /// In the order written, without those whose names begin with `_`.
  package let values: [(name: String, value: Value)]
  /// Names the text of the module and of all it uses.
  package let contentHash: String

  package var record: Value { .record(Record(values.map { Record.Field($0.name, $0.value) })) }
}

/// Loads modules once and keeps them: those of the standard library, then those that lie beside the program.
package final class Modules: Sendable {
  package let catalog: Catalog
  package let folder: LibraryFolder
  /// Where `use name` looks after the standard library; nil for nowhere.
  package let localFolder: String?

  private struct State {
    var loaded: [String: Module] = [:]
    var failed: [String: Diagnostic] = [:]
    var loading: [String] = []
    var nextFile: UInt32 = 1 << 30
    var sources = SourceMap()
  }
  private let state = Mutex(State())

  package init(catalog: Catalog, folder: LibraryFolder, localFolder: String? = nil) {
    self.catalog = catalog
    self.folder = folder
    self.localFolder = localFolder
  }

  /// The texts of the modules loaded so far, for diagnostics that point into them.
  package var sources: SourceMap { state.withLock { $0.sources } }

  /// What every program knows without `use`.
  package var prelude: Module? { try? module("prelude") }

  /// The names that `use` may be given.
  package var names: [String] {
    var names = Folder.files(in: folder.path, ending: ".weir")
    if let localFolder { names += Folder.files(in: localFolder, ending: ".weir") }
    return Set(names).subtracting(["prelude"]).sorted()
  }

  /// The module called `name`, or nil where there is none. Throws a `Diagnostic` for one that has mistakes.
  package func module(_ name: String) throws -> Module? {
    let known = state.withLock { state -> Result<Module, Diagnostic>? in
      if let module = state.loaded[name] { return .success(module) }
      return state.failed[name].map { .failure($0) }
    }
    if let known { return try known.get() }
    guard let path = path(of: name) else { return nil }
    let isCycle = state.withLock { state -> Bool in
      if state.loading.contains(name) { return true }
      state.loading.append(name)
      return false
    }
    guard !isCycle else { throw Diagnostic.moduleUsesItself(name) }
    defer { state.withLock { state in state.loading.removeAll { $0 == name } } }
    do {
      let module = try load(name, path)
      state.withLock { $0.loaded[name] = module }
      return module
    } catch {
      let diagnostic = Diagnostic.from(error, at: nil)
      state.withLock { $0.failed[name] = diagnostic }
      throw diagnostic
    }
  }

  private func path(of name: String) -> String? {
    guard !name.contains("/"), !name.hasPrefix(".") else { return nil }
    for folder in [folder.path, localFolder].compactMap({ $0 }) {
      let path = "\(folder)/\(name).weir"
      if Folder.isFile(path) { return path }
    }
    return nil
  }

  private func load(_ name: String, _ path: String) throws -> Module {
    let bytes: [UInt8]
    do { bytes = try FileContents(mapping: path).bytes } catch {
      throw Diagnostic.unreadableFile(path, problem: error.message)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Diagnostic.unreadableFile(path, problem: "it is not UTF-8 text")
    }
    let file = state.withLock { state in
      let file = SourceFile(id: FileID(state.nextFile), name: "module `\(name)`", text: text)
      state.nextFile += 1
      state.sources.add(file)
      return file
    }
    let parsed = parse(file)
    if let problem = parsed.diagnostics.first(where: { $0.severity == .error }) { throw problem }
    var hash = [text]
    for use in DefinedNames(of: parsed.tree.statements).uses {
      guard let used = try module(use.name) else { throw Diagnostic.unknownModule(use.name, known: names, at: use.span) }
      hash.append(used.contentHash)
    }
    let values = try evaluate(name, parsed.tree)
    return Module(
      name: name, file: file, tree: parsed.tree, values: values.filter { !$0.name.hasPrefix("_") },
      contentHash: ContentHash(of: Array(hash.joined(separator: "\u{0}").utf8)).hex)
  }

  private func evaluate(_ name: String, _ tree: SyntaxTree) throws -> [(name: String, value: Value)] {
    let prelude = name == "prelude" ? nil : try module("prelude")
    let values = Dictionary(prelude?.values ?? [], uniquingKeysWith: { first, _ in first })
    let surroundings = Surroundings(
      catalog: catalog, value: { values[$0] }, module: { (try? self.module($0))?.record },
      known: { [catalog] in Array(catalog.builtins.keys) + Array(values.keys) })
    let task = CellTask(name: name, statements: tree.statements, random: RandomStream(seed: 0).child(name))
    let machine = Machine(
      host: SealedHost(), workers: .one, cancellation: Cancellation(), limits: Limits(), random: RandomStream(seed: 0))
    return try CellEvaluation.run(task, surroundings, on: machine).values
  }
}

extension Diagnostic {
  package static func moduleUsesItself(_ name: String) -> Diagnostic {
    Diagnostic(
      DiagnosticCode(220), "the module `\(name)` uses itself, by way of what it uses",
      mend: "move what both need into a module of its own")
  }
}
