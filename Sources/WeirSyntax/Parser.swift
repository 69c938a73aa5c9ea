package import WeirDiagnostics

/// What parsing gives: always a tree, with every mistake found on the way.
package struct ParseResult: Sendable {
  package let tree: SyntaxTree
  package let diagnostics: [Diagnostic]
  /// True where the text stops inside a bracket, string or after an operator, so that a REPL asks for another line.
  package let isIncomplete: Bool
  package init(tree: SyntaxTree, diagnostics: [Diagnostic], isIncomplete: Bool) {
    self.tree = tree
    self.diagnostics = diagnostics
    self.isIncomplete = isIncomplete
  }
}

/// Parses a cell, script or module.
package func parse(_ file: SourceFile) -> ParseResult {
  ParseResult(tree: SyntaxTree(file: file, statements: [], nodeCount: 0), diagnostics: [], isIncomplete: false)
}
