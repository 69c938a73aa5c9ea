package import WeirBase

/// How the type of a result follows from the types of the arguments.
package enum TypeRule: Sendable {
  case type(ValueType)
  /// A table with the columns of the one in the slot.
  case rows(of: Int)
  /// The type of the argument in the slot.
  case same(as: Int)
  /// Number in, number out; column in, column out.
  case elementwise(ValueType)
  case computed(@Sendable (BoundTypes) throws -> ValueType)
}

/// What a type rule sees: for each slot, the types and the constants that are known.
package struct BoundTypes {
  package enum Entry: Sendable {
    case absent
    case value(ValueType, constant: Value?)
    case values([(type: ValueType, constant: Value?)])
    case named([(name: String, type: ValueType, constant: Value?)])
    /// Column names; nil where they are not all known.
    case columns([String]?)
  }

  package let entries: [Entry]
  /// The contents of a file beside the notebook, where the checker may look; nil where there is none or it may not.
  package let file: (String) -> FileContents?

  /// Other builtins, whose rules say what becomes of the columns of a plan.
  package let builtin: (String) -> Builtin?

  package init(
    _ entries: [Entry], file: @escaping (String) -> FileContents?, builtin: @escaping (String) -> Builtin? = { _ in nil }
  ) {
    self.entries = entries
    self.file = file
    self.builtin = builtin
  }

  /// The same for other arguments.
  package func with(_ entries: [Entry]) -> BoundTypes { BoundTypes(entries, file: file, builtin: builtin) }

  private func entry(_ slot: Int) -> Entry { entries.indices.contains(slot) ? entries[slot] : .absent }

  package func entry<T>(of parameter: Parameter<T>) -> Entry { entry(parameter.slot) }

  package func type<T>(_ parameter: Parameter<T>) -> ValueType? {
    if case .value(let type, _) = entry(parameter.slot) { type } else { nil }
  }

  /// The table given, with its columns where they are known.
  package func table<T>(_ parameter: Parameter<T>) -> TableType {
    if case .value(.table(let table), _) = entry(parameter.slot) { table } else { TableType() }
  }

  /// The tables of a variadic parameter.
  package func tables<T>(_ parameter: Parameter<T>) -> [TableType] {
    guard case .values(let values) = entry(parameter.slot) else { return [] }
    return values.map { if case .table(let table) = $0.type { table } else { TableType() } }
  }

  /// The argument, where it is written as a literal.
  package func constant<T>(_ parameter: Parameter<T>) -> Value? {
    if case .value(_, let constant) = entry(parameter.slot) { constant } else { nil }
  }

  package func text<T>(_ parameter: Parameter<T>) -> String? {
    if case .string(let text) = constant(parameter) { text } else { nil }
  }

  package func isAbsent<T>(_ parameter: Parameter<T>) -> Bool {
    if case .absent = entry(parameter.slot) { true } else { false }
  }

  /// The names a named variadic was given, with their types.
  package func named<T>(_ parameter: Parameter<T>) -> [(name: String, type: ValueType, constant: Value?)] {
    if case .named(let named) = entry(parameter.slot) { named } else { [] }
  }

  package func columns<T>(_ parameter: Parameter<T>) -> [String]? {
    switch entry(parameter.slot) {
    case .columns(let names): names
    case .absent: []
    default: nil
    }
  }
}
