import WeirCatalog
import WeirDiagnostics
import WeirSyntax

extension Walker {
  /// The definition that a name means here; nil for builtins and what nobody defines.
  func binding(_ name: String) -> Binding? {
    for scope in locals.reversed() { if let binding = scope[name] { return binding } }
    if !isInFunction, let binding = globals[name] { return binding }
    return prelude[name]
  }

  func resolve(_ name: String, at span: SourceSpan) -> Known {
    if let binding = binding(name) {
      binding.isRead = true
      var known = binding.known
      known.provenance = known.provenance.read(at: span)
      return known
    }
    if let builtin = surroundings.catalog[name] { return Known(.builtin(builtin)) }
    reportUnknown(name, at: span)
    return Known()
  }

  func bind(_ name: String, _ known: Known, _ span: SourceSpan? = nil) {
    guard name != "_", !locals.isEmpty else { return }
    locals[locals.count - 1][name] = Binding(name, known, span)
  }

  func scoped<Result>(_ body: () -> Result) -> Result {
    locals.append([:])
    defer { locals.removeLast() }
    return body()
  }

  private func reportUnknown(_ name: String, at span: SourceSpan) {
    // Once for each cell: the next places say nothing new.
    guard calls.isEmpty, !isReadingModule, unknownNames.insert(name).inserted else { return }
    let definitions = graph.definitions(of: name)
    let place = graph.version(of: name, before: cell)
    if place < definitions.count {
      let below = definitions[place]
      excused.insert(name)
      return report(.usedAboveDefinition(
        name, at: span, definedAt: below.span, cell: graph.cells[cell].name, definingCell: graph.cells[below.cell].name))
    }
    let known = knownNames
    if let meant = nearest(to: name, among: known) { excused.insert(meant) }
    report(.unknownName(name, known: known, columns: rows?.columns?.map(\.name) ?? [], at: span))
  }

  /// Every name that could stand here, for "did you mean".
  private var knownNames: [String] {
    guard diagnostics.count < 100 else { return [] }
    var names = locals.flatMap(\.keys) + Array(prelude.keys) + surroundings.catalog.all.map(\.name)
    names += globals.keys
    return names
  }

  // MARK: Modules

  func use(_ module: DefinedName) {
    guard let names = names(ofModule: module.name) else {
      report(.unknownModule(module.name, known: surroundings.moduleNames, at: module.span))
      define(module, Known())
      return
    }
    var known = Known(.anyRecord)
    if !names.isEmpty { known.module = module.name }
    define(module, known)
  }

  private func names(ofModule name: String) -> [String: Binding]? {
    if let known = modules[name] { return known }
    // A module that uses itself is reported where modules are loaded.
    guard !loadingModules.contains(name), let tree = surroundings.module(name) else {
      return loadingModules.contains(name) ? [:] : nil
    }
    loadingModules.insert(name)
    defer { loadingModules.remove(name) }
    let names = names(of: tree, module: name)
    modules[name] = names
    return names
  }

  /// Reads a module without reporting on it; its functions are followed when they are called.
  func names(of tree: SyntaxTree, module: String) -> [String: Binding] {
    let saved = (globals, locals, isInFunction, currentModule, isReadingModule, rows)
    (globals, locals, isInFunction, currentModule, isReadingModule, rows) = ([:], [], false, module, true, nil)
    defer { (globals, locals, isInFunction, currentModule, isReadingModule, rows) = saved }
    for statement in tree.statements { walk(statement, isLast: true) }
    return globals.filter { !$0.key.hasPrefix("_") }
  }
}
