package import WeirSyntax

/// A cell of a notebook, a stage of a script, or a whole script: one text that runs as one.
package struct Cell: Sendable {
  package let name: String
  package let tree: SyntaxTree
  package init(name: String, tree: SyntaxTree) {
    self.name = name
    self.tree = tree
  }
}
