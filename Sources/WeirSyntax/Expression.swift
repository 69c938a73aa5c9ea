package import WeirDiagnostics

/// Numbers the nodes of one parse, so that facts about a node live in tables beside the tree.
package struct NodeID: Sendable, Hashable {
  package let number: Int
  package init(_ number: Int) { self.number = number }
}

/// An expression of the surface language, as written.
package struct Expression: Sendable {
  package let id: NodeID
  package let span: SourceSpan
  package let kind: Kind

  package init(id: NodeID, span: SourceSpan, kind: Kind) {
    self.id = id
    self.span = span
    self.kind = kind
  }

  package indirect enum Kind: Sendable {
    case literal(Literal)
    /// `"text {expr}"`
    case interpolation([TextPart])
    case name(String)
    /// `.price`, a column of the table that the enclosing call gives.
    case column(String)
    /// `[a, b]`, and `(a, b)` which means the same.
    case list([Expression])
    /// `{a: 1, b: "x"}`
    case record([Argument])
    /// `1..10` closed, `0..<10` open.
    case range(Expression, Expression, closed: Bool)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression, operatorSpan: SourceSpan)
    /// `a >> b`
    case then(Expression, Expression)
    /// `x |> f(y)`; kept apart from a call so that it prints as it was written.
    case pipe(Expression, Expression)
    case call(Expression, [Argument])
    case field(Expression, String, nameSpan: SourceSpan)
    case index(Expression, [Expression])
    case lambda([FunctionParameter], Expression)
    case conditional(Expression, Expression, Expression)
    case match(Expression, [MatchArm])
    case comprehension(Expression, [ComprehensionClause])
    /// `{ a = 1` line end `a + 1 }`, the body of a function or branch; its last statement must be an expression.
    case block([Statement])
    /// What could not be parsed; a diagnostic has been given.
    case error
  }
}

package enum Literal: Sendable, Hashable {
  case missing
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case string(String)
  /// `10m`, `2h`, `7d`: microseconds.
  case duration(Int64)
}

package enum TextPart: Sendable {
  case text(String)
  case expression(Expression)
}

/// One argument of a call or one field of a record.
package struct Argument: Sendable {
  package let name: String?
  package let nameSpan: SourceSpan?
  package let value: Expression

  package init(name: String?, nameSpan: SourceSpan?, value: Expression) {
    self.name = name
    self.nameSpan = nameSpan
    self.value = value
  }
}

/// A parameter of `fn f(x, times: 1)` or of a lambda.
package struct FunctionParameter: Sendable {
  package let name: String
  package let span: SourceSpan
  package let defaultValue: Expression?

  package init(name: String, span: SourceSpan, defaultValue: Expression? = nil) {
    self.name = name
    self.span = span
    self.defaultValue = defaultValue
  }
}

package struct MatchArm: Sendable {
  package let pattern: Pattern
  package let condition: Expression?
  package let body: Expression

  package init(pattern: Pattern, condition: Expression?, body: Expression) {
    self.pattern = pattern
    self.condition = condition
    self.body = body
  }
}

package enum ComprehensionClause: Sendable {
  case each(Pattern, in: Expression)
  case condition(Expression)
}

package struct Pattern: Sendable {
  package let span: SourceSpan
  package let kind: Kind

  package init(span: SourceSpan, kind: Kind) {
    self.span = span
    self.kind = kind
  }

  package indirect enum Kind: Sendable {
    /// `_`
    case wildcard
    case literal(Literal)
    case range(Literal, Literal, closed: Bool)
    case binding(String)
    /// `[a, b]` or `(a, b)`
    case list([Pattern])
    /// `1 or 2`; binds no names.
    case either([Pattern])
  }

  /// The names it binds, with their places, in order.
  package var bindings: [(name: String, span: SourceSpan)] {
    switch kind {
    case .binding(let name): [(name, span)]
    case .list(let parts), .either(let parts): parts.flatMap(\.bindings)
    case .wildcard, .literal, .range: []
    }
  }
}

package enum UnaryOperator: String, Sendable, Hashable { case negate = "-", not = "not" }

package enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
  case power = "^"
  case multiply = "*", divide = "/", floorDivide = "//", remainder = "%", matrixMultiply = "@"
  case add = "+", subtract = "-"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case contained = "in", notContained = "not in"
  case and = "and", or = "or"
  case coalesce = "??"
}
