import WeirDiagnostics
package import WeirTables

/// The body of a `define` block: each call adds one fact about the builtin.
package struct BuiltinDefinition {
  package let name: String
  let summary: String
  private(set) var slots: [Slot] = []
  private(set) var typeRule = TypeRule.type(.any)
  private(set) var rowFlow = RowFlow.rowwise
  private(set) var declaredEffect = Effect.pure
  private(set) var isRandom = false
  private(set) var isKnownAhead = false
  private(set) var examples: [Builtin.Example] = []
  private(set) var related: [String] = []
  private(set) var detailText = ""
  private(set) var implementation: Builtin.Body = { _ in .missing }
  var kernel = Builtin.Kernel.plain

  init(name: String, summary: String) {
    self.name = name
    self.summary = summary
  }

  // MARK: Parameters

  /// A parameter that must be given. `accepts` tells help and checker more than the Swift type does.
  package mutating func required<T: ValueConvertible>(
    _ type: T.Type, _ name: String, _ summary: String, accepts: ValueType? = nil
  ) -> Parameter<T> {
    add(name, summary, .value, accepts ?? T.valueType, required: true)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard let value = try argument.single(as: T.self, name, in: call) else {
        throw ArgumentReader.absent(name, in: call)
      }
      return value
    }
  }

  /// The value that an elementwise function maps, which some can do without.
  mutating func input(_ name: String, _ summary: String, accepts: ValueType?, isRequired: Bool) -> Parameter<Value> {
    add(name, summary, .value, accepts ?? .any, required: isRequired)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard let value = try argument.single(as: Value.self, name, in: call) else { throw ArgumentReader.absent(name, in: call) }
      return value
    }
  }

  /// A parameter with a default.
  package mutating func optional<T: ValueConvertible>(
    _ type: T.Type, _ name: String, default defaultValue: T, _ summary: String, accepts: ValueType? = nil
  ) -> Parameter<T> where T: Sendable {
    add(name, summary, .value, accepts ?? T.valueType, required: false, defaultText: ArgumentReader.defaultText(defaultValue))
    return Parameter(slot: slots.count - 1) { argument, call in
      try argument.single(as: T.self, name, in: call) ?? defaultValue
    }
  }

  /// A parameter that may be left out.
  package mutating func optional<T: ValueConvertible>(
    _ type: T.Type, _ name: String, _ summary: String, accepts: ValueType? = nil
  ) -> Parameter<T?> {
    add(name, summary, .value, accepts ?? T.valueType, required: false)
    return Parameter(slot: slots.count - 1) { argument, call in try argument.single(as: T.self, name, in: call) }
  }

  /// One of a few texts.
  package mutating func choice(
    _ name: String, _ choices: [String], default defaultValue: String? = nil, _ summary: String
  ) -> Parameter<String> {
    add(name, summary, .value, .string, required: defaultValue == nil, defaultText: defaultValue.map { "\"\($0)\"" },
      choices: choices)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard let text = try argument.single(as: String.self, name, in: call) ?? defaultValue else {
        throw ArgumentReader.absent(name, in: call)
      }
      guard choices.contains(text) else { throw ArgumentReader.notAChoice(text, choices, name, in: call) }
      return text
    }
  }

  /// One of a few texts, or nothing.
  package mutating func optionalChoice(_ name: String, _ choices: [String], _ summary: String) -> Parameter<String?> {
    add(name, summary, .value, .string, required: false, choices: choices)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard let text = try argument.single(as: String.self, name, in: call) else { return nil }
      guard choices.contains(text) else { throw ArgumentReader.notAChoice(text, choices, name, in: call) }
      return text
    }
  }

  /// A table that may be given first, or piped in; without one a step of a plan is made. Declared before all others.
  package mutating func leadingTable(_ name: String, _ summary: String) -> Parameter<Table?> {
    add(name, summary, .value, .anyTable, required: false, isLead: true)
    return Parameter(slot: slots.count - 1) { argument, call in try argument.single(as: Table.self, name, in: call) }
  }

  /// A value of a foreign kind.
  package mutating func foreign<T: ForeignValue>(_ type: T.Type, called kind: String, _ name: String, _ summary: String)
    -> Parameter<T>
  {
    add(name, summary, .value, .other(kind), required: true)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard case .value(.other(let value)) = argument, let held = value as? T else {
        throw ArgumentReader.wrongKind(argument, wanted: kind, name, in: call)
      }
      return held
    }
  }

  /// A value of a foreign kind that may be left out.
  package mutating func optionalForeign<T: ForeignValue>(
    _ type: T.Type, called kind: String, _ name: String, _ summary: String
  ) -> Parameter<T?> {
    add(name, summary, .value, .other(kind), required: false)
    return Parameter(slot: slots.count - 1) { argument, call in
      switch argument {
      case .absent, .value(.missing): return nil
      case .value(.other(let value)):
        if let held = value as? T { return held }
        fallthrough
      default: throw ArgumentReader.wrongKind(argument, wanted: kind, name, in: call)
      }
    }
  }

  /// Any number of positional values.
  package mutating func variadic<T: ValueConvertible>(
    _ type: T.Type, _ name: String, _ summary: String, accepts: ValueType? = nil
  ) -> Parameter<[T]> {
    add(name, summary, .variadic, accepts ?? T.valueType, required: false)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard case .values(let values) = argument else { return [] }
      return try values.map {
        guard let value = try T.from($0) else {
          throw ArgumentReader.wrongKind(.value($0), wanted: T.valueType.description, name, in: call)
        }
        return value
      }
    }
  }

  /// Any number of values under names of the caller's choice.
  package mutating func namedRest(_ name: String, _ summary: String) -> Parameter<[Record.Field]> {
    add(name, summary, .namedValues, .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .named(let fields) = argument { fields } else { [] }
    }
  }

  /// Any number of columns under new names (`new: .old`): each field holds the old name as a text.
  package mutating func namedColumnNames<T>(_ name: String, of table: Parameter<T>, _ summary: String)
    -> Parameter<[Record.Field]>
  {
    add(name, summary, .namedColumns(of: table.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .named(let fields) = argument { fields } else { [] }
    }
  }

  // MARK: Parameters about the columns of a table

  /// `.a > 3`: an expression over the rows of `table`. A plain value stands for itself on every row; a function may be
  /// given too, see `Call.function`.
  package mutating func rowExpression<T>(_ name: String, over table: Parameter<T>, _ summary: String, required: Bool = true)
    -> Parameter<RowExpression>
  {
    add(name, summary, .rows(over: table.slot), .any, required: required)
    return Parameter(slot: slots.count - 1) { argument, call in
      switch argument {
      case .rows(let expression): return expression
      case .value(let value): return try ArgumentReader.constantRows(value)
      default: throw ArgumentReader.absent(name, in: call)
      }
    }
  }

  package mutating func namedRowExpressions<T>(_ name: String, over table: Parameter<T>, _ summary: String)
    -> Parameter<[(name: String, expression: RowExpression)]>
  {
    add(name, summary, .namedRows(over: table.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .namedRows(let named) = argument { named } else { [] }
    }
  }

  package mutating func namedGroupExpressions<T>(_ name: String, over table: Parameter<T>, _ summary: String)
    -> Parameter<[(name: String, expression: GroupExpression)]>
  {
    add(name, summary, .namedGroups(over: table.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .namedGroups(let named) = argument { named } else { [] }
    }
  }

  package mutating func namedWindowExpressions<T>(_ name: String, over table: Parameter<T>, _ summary: String)
    -> Parameter<[(name: String, expression: WindowExpression)]>
  {
    add(name, summary, .namedWindows(over: table.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .namedWindows(let named) = argument { named } else { [] }
    }
  }

  /// Any number of columns by position: `.a, .b`, texts, lists of them. Empty where none is given.
  package mutating func columns<T>(_ name: String, of table: Parameter<T>, _ summary: String) -> Parameter<[String]> {
    columns(name, slot: table.slot, summary)
  }

  /// The same where the table is not an argument (`impute(.age)`).
  package mutating func columns(_ name: String, _ summary: String) -> Parameter<[String]> {
    columns(name, slot: nil, summary)
  }

  private mutating func columns(_ name: String, slot: Int?, _ summary: String) -> Parameter<[String]> {
    add(name, summary, .variadicColumns(of: slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .columns(let names) = argument { names } else { [] }
    }
  }

  /// A named parameter that takes one column or a list of them (`by: .a`, `on: [.a, .b]`); empty where left out.
  package mutating func namedColumns<T>(_ name: String, of table: Parameter<T>?, _ summary: String) -> Parameter<[String]> {
    add(name, summary, .columns(of: table?.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .columns(let names) = argument { names } else { [] }
    }
  }

  /// A parameter that takes one column (`target: .species`).
  package mutating func column<T>(_ name: String, of table: Parameter<T>?, _ summary: String) -> Parameter<String> {
    add(name, summary, .columns(of: table?.slot), .any, required: true)
    return Parameter(slot: slots.count - 1) { argument, call in
      guard let one = try ArgumentReader.oneColumn(argument, name, in: call) else {
        throw ArgumentReader.absent(name, in: call)
      }
      return one
    }
  }

  package mutating func optionalColumn<T>(_ name: String, of table: Parameter<T>?, _ summary: String) -> Parameter<String?> {
    add(name, summary, .columns(of: table?.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, call in try ArgumentReader.oneColumn(argument, name, in: call) }
  }

  /// `.a, desc(.b)`: the keys of a sort.
  package mutating func orderKeys<T>(_ name: String, over table: Parameter<T>, _ summary: String) -> Parameter<[OrderKey]> {
    add(name, summary, .order(over: table.slot), .any, required: false)
    return Parameter(slot: slots.count - 1) { argument, _ in
      if case .order(let keys) = argument { keys } else { [] }
    }
  }

  // MARK: Facts

  package mutating func returns(_ rule: TypeRule) { typeRule = rule }
  package mutating func returns(_ type: ValueType) { typeRule = .type(type) }
  package mutating func returnsRows<T>(of table: Parameter<T>) { typeRule = .rows(of: table.slot) }
  package mutating func returns(_ rule: @escaping @Sendable (BoundTypes) throws -> ValueType) { typeRule = .computed(rule) }
  package mutating func flow(_ flow: RowFlow) { rowFlow = flow }
  package mutating func effect(_ effect: Effect) { declaredEffect = effect }
  package mutating func random() { isRandom = true }

  /// Says that the value follows from the arguments alone and is cheap to make, as layers and plans are: where the arguments
  /// are written as literals, the checker makes it and knows what it is.
  package mutating func knownAhead() { isKnownAhead = true }

  /// Says that a value of the result depends on one row of the arguments alone, where these are columns.
  package mutating func worksRowwise() { kernel = .rowwise }

  /// Says that it maps its first argument element by element; the other arguments are settings for all rows.
  package mutating func worksElementwise() { kernel = .elementwise(number: nil) }

  /// Says how it works on groups of rows; the first `inputs` parameters are columns, the others settings.
  package mutating func aggregates(
    inputs: Int, _ grouped: @escaping @Sendable ([Column], Grouping, Call) throws -> Column
  ) {
    kernel = .aggregate(inputs: inputs, grouped: grouped)
  }

  /// Says how it works on the rows of a window; outside of one it is an error.
  package mutating func worksInWindows(_ kernel: @escaping @Sendable (Call, WindowFrame) throws -> Column) {
    self.kernel = .window(kernel)
    body { call in throw Diagnostic.windowFunctionOutside(call.builtin.name) }
  }

  package mutating func details(_ text: String) { detailText = text }
  package mutating func seeAlso(_ names: String...) { related = names }

  /// A program that runs in the tests and stands in the reference; `gives` is what its last expression shows.
  package mutating func example(_ code: String, gives: String? = nil) { examples.append(Builtin.Example(code, gives: gives)) }

  package mutating func body(_ body: @escaping Builtin.Body) { implementation = body }

  private mutating func add(
    _ name: String, _ summary: String, _ kind: Slot.Kind, _ type: ValueType, required: Bool, defaultText: String? = nil,
    choices: [String] = [], isLead: Bool = false
  ) {
    // What follows a variadic can only be given by name.
    let afterVariadic = slots.contains { $0.isVariadic && !$0.takesAnyName }
    slots.append(Slot(
      name: name, summary: summary, kind: kind, type: type, isRequired: required, defaultText: defaultText,
      choices: choices, namedOnly: afterVariadic, isLead: isLead))
  }
}
