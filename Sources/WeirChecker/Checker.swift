package import WeirBase
package import WeirCatalog
package import WeirDiagnostics
package import WeirSyntax

/// What a program finds around it when it is checked.
package struct CheckSurroundings {
  package let catalog: Catalog
  /// The text of a module; nil where there is none.
  package let module: (String) -> SyntaxTree?
  package let moduleNames: [String]
  /// What every program knows without `use`.
  package let prelude: SyntaxTree?
  /// The contents of a file beside the program; nil where there is none or it may not be looked at.
  package let file: (String) -> FileContents?
  /// The program is a module, whose functions are read elsewhere.
  package let isModule: Bool

  package init(
    catalog: Catalog, module: @escaping (String) -> SyntaxTree? = { _ in nil }, moduleNames: [String] = [],
    prelude: SyntaxTree? = nil, file: @escaping (String) -> FileContents? = { _ in nil }, isModule: Bool = false
  ) {
    self.catalog = catalog
    self.module = module
    self.moduleNames = moduleNames
    self.prelude = prelude
    self.file = file
    self.isModule = isModule
  }
}

/// What the check of a program found.
package struct CheckResult: Sendable {
  /// In the order of the page.
  package let diagnostics: [Diagnostic]
  /// For each cell, what is known of the names that it defines.
  package let cells: [[String: ValueType]]

  /// What is known of each name at the end of the page.
  package var names: [String: ValueType] {
    cells.reduce(into: [:]) { names, cell in names.merge(cell) { $1 } }
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
}

/// Checks a whole program before any of it runs: names, calls, types, columns, and the rule against leakage.
///
/// Pure: it touches nothing but what `CheckSurroundings` hands it. Gradual: what is not known never fails a check. Time
/// grows with the size of the program: each expression is looked at once where it stands, and the bodies of functions
/// again for each kind of arguments that they are called with, up to a bound.
package enum Checker {
  package static func check(_ graph: CellGraph, in surroundings: CheckSurroundings) -> CheckResult {
    let walker = Walker(graph, surroundings)
    walker.run()
    let positions = Dictionary(
      graph.cells.enumerated().map { ($0.element.tree.file.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    let sorted = walker.diagnostics.enumerated().sorted { a, b in
      place(a.element, a.offset, positions) < place(b.element, b.offset, positions)
    }
    return CheckResult(diagnostics: sorted.map(\.element), cells: walker.cellTypes)
  }

  private static func place(_ diagnostic: Diagnostic, _ offset: Int, _ cells: [FileID: Int]) -> (Int, UInt32, Int) {
    guard let span = diagnostic.primary.span else { return (.max, 0, offset) }
    return (cells[span.file] ?? .max, span.start, offset)
  }

}
