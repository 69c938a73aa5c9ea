package import WeirDiagnostics

/// A statement of a cell, script or block.
package struct Statement: Sendable {
  package let span: SourceSpan
  package let kind: Kind
  /// The `##` lines straight above it, without the marks; documents `fn` and definitions.
  package let documentation: String?

  package init(span: SourceSpan, kind: Kind, documentation: String? = nil) {
    self.span = span
    self.kind = kind
    self.documentation = documentation
  }

  package enum Kind: Sendable {
    /// `a, b = expr`
    case definition([DefinedName], Expression)
    case function(FunctionDefinition)
    /// `param folds: int = 5`
    case parameter(ParameterDefinition)
    /// `output model`
    case output([DefinedName])
    /// `use stats`
    case use(DefinedName)
    /// `stage train` in a pipeline script: what follows, up to the next, is one cell.
    case stage(DefinedName)
    /// A bare expression; shown when it ends a cell. `expect(...)` is one.
    case expression(Expression)
    /// What could not be parsed; a diagnostic has been given.
    case error
  }
}

/// A name where it is written.
package struct DefinedName: Sendable, Hashable {
  package let name: String
  package let span: SourceSpan
  package init(name: String, span: SourceSpan) {
    self.name = name
    self.span = span
  }
}

package struct FunctionDefinition: Sendable {
  package let name: DefinedName
  package let parameters: [FunctionParameter]
  /// A `.block` for `fn f(x) { ... }`.
  package let body: Expression
  package init(name: DefinedName, parameters: [FunctionParameter], body: Expression) {
    self.name = name
    self.parameters = parameters
    self.body = body
  }
}

package struct ParameterDefinition: Sendable {
  package let name: DefinedName
  /// `int`, `float`, `text`, `bool`, `date`, `duration`, `list`; nil where left out (then the default's type counts).
  package let type: DefinedName?
  package let defaultValue: Expression?
  package init(name: DefinedName, type: DefinedName?, defaultValue: Expression?) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
  }
}

/// A parsed text.
package struct SyntaxTree: Sendable {
  package let file: SourceFile
  package let statements: [Statement]
  /// How many node numbers were given out: ids are `0 ..< nodeCount`.
  package let nodeCount: Int
  package init(file: SourceFile, statements: [Statement], nodeCount: Int) {
    self.file = file
    self.statements = statements
    self.nodeCount = nodeCount
  }
}
