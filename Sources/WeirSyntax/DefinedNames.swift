package import WeirDiagnostics

/// A name where it is read.
package struct NameUse: Sendable, Hashable {
  package let name: String
  package let span: SourceSpan
  package init(name: String, span: SourceSpan) {
    self.name = name
    self.span = span
  }
}

/// What a text defines and what it reads from elsewhere, from the tree alone.
///
/// A bare name refers; `.column` never does. Names of parameters, lambdas, comprehensions, match arms and blocks are local.
/// A name read above its definition in the same text is free. Names of builtins are references like any other.
package struct DefinedNames: Sendable {
  /// In order, one for each version: `name =`, `a, b =`, `fn` and `param`; `_` is none.
  package private(set) var definitions: [DefinedName] = []
  /// Free names, in order, each place once.
  package private(set) var references: [NameUse] = []
  package private(set) var outputs: [DefinedName] = []
  /// The modules of `use`; their names are defined where they are loaded.
  package private(set) var uses: [DefinedName] = []

  package init(of statements: [Statement]) {
    var walk = NameWalk()
    for statement in statements { take(statement, &walk) }
    references = walk.references
  }

  /// Of one statement alone: names that statements above define are references too.
  package init(of statement: Statement) {
    self.init(of: [statement])
  }

  private mutating func take(_ statement: Statement, _ walk: inout NameWalk) {
    walk.visit(statement)
    switch statement.kind {
    case .definition(let names, _): definitions += names.filter { $0.name != "_" }
    case .function(let function): definitions.append(function.name)
    case .parameter(let parameter): definitions.append(parameter.name)
    case .output(let names): outputs += names
    case .use(let module): uses.append(module)
    case .stage, .expression, .error: break
    }
  }
}

/// Collects free names with a stack of what is bound around the place.
private struct NameWalk {
  var references: [NameUse] = []
  private var scopes: [Set<String>] = [[]]

  private mutating func refer(_ name: String, _ span: SourceSpan) {
    guard !scopes.contains(where: { $0.contains(name) }) else { return }
    references.append(NameUse(name: name, span: span))
  }

  private mutating func bind(_ name: String) {
    guard name != "_" else { return }
    scopes[scopes.count - 1].insert(name)
  }

  private mutating func scoped(_ names: [String], _ body: (inout NameWalk) -> Void) {
    scopes.append(Set(names))
    body(&self)
    scopes.removeLast()
  }

  mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .definition(let names, let value):
      visit(value)
      for name in names { bind(name.name) }
    case .function(let function):
      // A function may call itself, so its own name is bound in its body.
      bind(function.name.name)
      visit(parameters: function.parameters, body: function.body)
    case .parameter(let parameter):
      if let value = parameter.defaultValue { visit(value) }
      bind(parameter.name.name)
    case .output(let names): for name in names { refer(name.name, name.span) }
    case .use(let module): bind(module.name)
    case .expression(let expression): visit(expression)
    case .stage, .error: break
    }
  }

  private mutating func visit(parameters: [FunctionParameter], body: Expression) {
    scoped([]) { walk in
      for parameter in parameters {
        if let value = parameter.defaultValue { walk.visit(value) }
        walk.bind(parameter.name)
      }
      walk.visit(body)
    }
  }

  mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .name(let name): refer(name, expression.span)
    case .lambda(let parameters, let body): visit(parameters: parameters, body: body)
    case .block(let statements):
      scoped([]) { walk in for statement in statements { walk.visit(statement) } }
    case .match(let subject, let arms):
      visit(subject)
      for arm in arms {
        scoped(arm.pattern.bindings.map(\.name)) { walk in
          if let condition = arm.condition { walk.visit(condition) }
          walk.visit(arm.body)
        }
      }
    case .comprehension(let element, let clauses): visit(element, clauses[...])
    default: for child in expression.kind.children { visit(child) }
    }
  }

  /// Each clause is read with what those before it bind, and the element with all.
  private mutating func visit(_ element: Expression, _ clauses: ArraySlice<ComprehensionClause>) {
    guard let clause = clauses.first else { return visit(element) }
    visit(clause.expression)
    guard case .each(let pattern, in: _) = clause else { return visit(element, clauses.dropFirst()) }
    scoped(pattern.bindings.map(\.name)) { walk in walk.visit(element, clauses.dropFirst()) }
  }
}
