extension Expression.Kind {
  /// The expressions directly beneath, in the order they are written; those of a block's statements included.
  package var children: [Expression] {
    switch self {
    case .literal, .name, .column, .error: []
    case .interpolation(let parts):
      parts.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
    case .list(let items): items
    case .record(let fields): fields.map(\.value)
    case .range(let a, let b, _), .binary(_, let a, let b, _), .then(let a, let b), .pipe(let a, let b): [a, b]
    case .unary(_, let a): [a]
    case .call(let callee, let arguments): [callee] + arguments.map(\.value)
    case .field(let base, _, _): [base]
    case .index(let base, let indices): [base] + indices
    case .lambda(let parameters, let body): parameters.compactMap(\.defaultValue) + [body]
    case .conditional(let a, let b, let c): [a, b, c]
    case .match(let subject, let arms): [subject] + arms.flatMap { [$0.condition, $0.body].compactMap { $0 } }
    case .comprehension(let element, let clauses): [element] + clauses.map(\.expression)
    case .block(let statements): statements.flatMap(\.kind.children)
    }
  }
}

extension Expression {
  /// Whether its value may be a table, as far as it can be seen from how it is written.
  package var mayBeTable: Bool {
    switch kind {
    case .literal, .interpolation, .column, .list, .record, .range, .unary, .binary, .lambda, .comprehension: false
    case .name, .then, .pipe, .call, .field, .index, .conditional, .match, .block, .error: true
    }
  }
}

extension ComprehensionClause {
  package var expression: Expression {
    switch self {
    case .each(_, in: let source): source
    case .condition(let condition): condition
    }
  }
}

extension Statement.Kind {
  /// The expressions directly beneath.
  package var children: [Expression] {
    switch self {
    case .definition(_, let value): [value]
    case .function(let function): function.parameters.compactMap(\.defaultValue) + [function.body]
    case .parameter(let parameter): [parameter.defaultValue].compactMap { $0 }
    case .expression(let expression): [expression]
    case .output, .use, .stage, .error: []
    }
  }
}
