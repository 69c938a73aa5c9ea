import WeirCatalog
import WeirDiagnostics
import WeirSyntax

extension Walker {
  /// A statement of a cell or module.
  func walk(_ statement: Statement, isLast: Bool) {
    switch statement.kind {
    case .definition(let names, let value):
      let pieces = unpacked(walk(value), into: names, at: statement.span)
      let bindings = zip(names, pieces).compactMap { $0.name == "_" ? nil : define($0, $1) }
      note(bindings, isLast: isLast)
    case .function(let function):
      let known = self.function(function)
      note([define(function.name, known)], isLast: isLast)
    case .parameter(let parameter): define(parameter.name, self.parameter(parameter))
    case .output(let names): for name in names { _ = resolve(name.name, at: name.span) }
    case .use(let module): use(module)
    case .expression(let expression): _ = walk(expression)
    case .stage, .error: break
    }
  }

  @discardableResult
  func define(_ name: DefinedName, _ known: Known) -> Binding {
    let binding = Binding(name.name, known, name.span)
    globals[name.name] = binding
    if !isReadingModule, !cellTypes.isEmpty {
      cellTypes[cellTypes.count - 1][name.name] = typeWithOrigins(known)
    }
    return binding
  }

  private func note(_ bindings: [Binding], isLast: Bool) {
    guard !isReadingModule else { return }
    definitions.append(CellDefinition(bindings: bindings, isLast: isLast))
  }

  /// What each of several names gets.
  func unpacked(_ known: Known, into names: [DefinedName], at span: SourceSpan) -> [Known] {
    guard names.count > 1 else { return [known] }
    if let parts = known.parts {
      guard parts.count == names.count else {
        report(.wrongCount(parts.count, wanted: names.count, at: span))
        return names.map { _ in Known(.any, known.provenance) }
      }
      return zip(parts, names).map { part, name in
        nameParts(part.known, name.name)
        return part.known
      }
    }
    if known.type.isScalar || known.type == .function || known.type == .plan || known.type.isModel {
      report(.notUnpackable(known.type.description, at: span))
    }
    let element = known.element
    return names.map { _ in element }
  }

  // MARK: Parameters

  private static let parameterTypes: [(name: String, type: ValueType)] = [
    ("int", .int), ("float", .float), ("text", .string), ("bool", .bool), ("date", .date), ("duration", .duration),
    ("list", .anyList),
  ]

  private func parameter(_ parameter: ParameterDefinition) -> Known {
    // Another value may be given for the run, so only its type counts.
    let given = parameter.defaultValue.map { walk($0) }
    guard let written = parameter.type else { return Known(given?.type ?? .any) }
    guard let declared = Self.parameterTypes.first(where: { $0.name == written.name }) else {
      report(.unknownParameterType(written.name, known: Self.parameterTypes.map(\.name), at: written.span))
      return Known()
    }
    if let given = given?.type, let value = parameter.defaultValue {
      let isCut = given == .float && declared.type == .int
      if isCut || !given.fits(declared.type) {
        report(.wrongDefault(
          parameter.name.name, wanted: declared.name, found: given.description, at: value.span, declared: written.span))
      }
    }
    return Known(declared.type)
  }

  // MARK: Functions

  private func function(_ definition: FunctionDefinition) -> Known {
    let statement = Statement(span: definition.name.span, kind: .function(definition))
    let function = FunctionKnowledge(
      name: definition.name.name, parameters: definition.parameters, body: definition.body,
      captured: captured(by: statement), rows: nil, module: owner, isLambda: false)
    check(function)
    return Known(.function(function))
  }

  /// A definition or expression inside a block.
  func walkInBlock(_ statement: Statement) -> Known {
    switch statement.kind {
    case .expression(let expression): return walk(expression)
    case .definition(let names, let value):
      for (name, known) in zip(names, unpacked(walk(value), into: names, at: statement.span)) {
        bind(name.name, known, name.span)
      }
    case .function(let definition): bind(definition.name.name, function(definition), definition.name.span)
    default: break
    }
    return Known()
  }

  /// The definitions around that a function reads.
  func captured(by statement: Statement) -> [String: Binding] {
    var captured: [String: Binding] = [:]
    for use in DefinedNames(of: statement).references where captured[use.name] == nil {
      if let binding = binding(use.name), prelude[use.name] !== binding { captured[use.name] = binding }
    }
    return captured
  }
}
