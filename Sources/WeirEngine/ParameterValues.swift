package import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirEvaluator
package import WeirSyntax
import WeirTables

/// Values for `param` statements given as text on a command line.
package enum ParameterValues {
  /// Reads each as the type that its `param` declares or its default has. Unknown names and wrong types are errors.
  package static func read(_ given: [(name: String, text: String)], for program: Program) throws -> [String: Value] {
    var values: [String: Value] = [:]
    let parameters = program.graph.parameters
    for (name, text) in given {
      guard let parameter = parameters.last(where: { $0.name.name == name }) else {
        throw Diagnostic.unknownParameter(name, known: parameters.map(\.name.name))
      }
      let type = parameter.typeName
      guard let value = value(text, as: type) else { throw Diagnostic.wrongParameter(name, wanted: type, text: text) }
      values[name] = value
    }
    return values
  }

  /// Nil where the text is not one of the type.
  package static func value(_ text: String, as type: String) -> Value? {
    switch type {
    case "int": return Int64(text.filter { $0 != "_" }).map { .int($0) }
    case "float": return Double(text).map { .float($0) }
    case "text": return .string(text)
    case "bool": return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    case "date": return Day(parsing: text).map { .date($0) }
    default: return literal(text)
    }
  }

  /// A value written in the language, made of literals alone.
  private static func literal(_ text: String) -> Value? {
    let parsed = parse(SourceFile(id: FileID(0), name: "parameter", text: text))
    guard parsed.diagnostics.isEmpty, parsed.tree.statements.count == 1,
      case .expression(let expression) = parsed.tree.statements[0].kind
    else { return nil }
    return constant(expression)
  }

  /// The value of an expression that is made of literals alone, nil for others.
  package static func constant(_ expression: Expression) -> Value? {
    switch expression.kind {
    case .literal(let literal): return Value(literal)
    case .unary(.negate, let inner):
      switch constant(inner) {
      case .int(let value)?: return value == .min ? nil : .int(-value)
      case .float(let value)?: return .float(-value)
      default: return nil
      }
    case .list(let items):
      let values = items.compactMap { constant($0) }
      return values.count == items.count ? .list(values) : nil
    default: return nil
    }
  }
}

extension ParameterDefinition {
  /// The declared type, or that of the default; "text" where neither tells.
  fileprivate var typeName: String {
    if let type { return type.name }
    guard case .literal(let literal)? = defaultValue?.kind else {
      if case .list? = defaultValue?.kind { return "list" }
      if case .unary(_, let inner)? = defaultValue?.kind, case .literal(let literal) = inner.kind {
        return Value(literal).typeName
      }
      return "text"
    }
    return Value(literal).typeName
  }
}
