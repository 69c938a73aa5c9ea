package import WeirTables

/// A builtin as the catalog holds it: everything that help, completion, binding, checking, keys and tests derive from.
package final class Builtin: Callable {
  package typealias Body = @Sendable (Call) throws -> Value

  package let name: String
  /// One sentence.
  package let summary: String
  package let details: String
  /// The chapter of the reference that it stands in.
  package let family: String
  package let slots: [Slot]
  package let returns: TypeRule
  package let flow: RowFlow
  package let effect: Effect
  package let isRandom: Bool
  /// Whether its value is made before anything runs, where the arguments are written as literals.
  package let isKnownAhead: Bool
  package let examples: [Example]
  package let seeAlso: [String]
  package let kernel: Kernel
  package let body: Body
  package let info: CallableInfo

  /// How the evaluator may run it other than through `body`.
  package enum Kernel: Sendable {
    case plain
    /// One value in, one value out, for each row of a column alike; `number` is the same for a single number.
    case elementwise(number: (@Sendable (Double) -> Double)?)
    /// Several columns or single values in, one value for each row that depends on this row alone.
    case rowwise
    /// Many rows in, one value out; the first `inputs` slots are columns, the rest are settings.
    case aggregate(inputs: Int, grouped: @Sendable ([Column], Grouping, Call) throws -> Column)
    /// Looks at other rows of the group, in its order; means something only inside `window`.
    case window(@Sendable (Call, WindowFrame) throws -> Column)
    /// Marks a key of `sort` as falling.
    case descending
  }

  package struct Example: Sendable, Hashable {
    package let code: String
    /// What is shown for the last expression; nil where only success counts.
    package let gives: String?
    package init(_ code: String, gives: String?) {
      self.code = code
      self.gives = gives
    }
  }

  init(_ definition: BuiltinDefinition, family: String) {
    name = definition.name
    summary = definition.summary
    details = definition.detailText
    self.family = family
    slots = definition.slots
    returns = definition.typeRule
    flow = definition.rowFlow
    effect = definition.declaredEffect
    isRandom = definition.isRandom
    isKnownAhead = definition.isKnownAhead
    examples = definition.examples
    seeAlso = definition.related
    kernel = definition.kernel
    body = definition.implementation
    info = CallableInfo(name: name, summary: summary, parameters: slots.map(\.info))
  }
}

/// One parameter of a builtin.
package struct Slot: Sendable {
  package enum Kind: Sendable, Hashable {
    case value
    /// Any number of positional values.
    case variadic
    /// Any number of named values (`table(a: [1], b: [2])`).
    case namedValues
    /// `.a > 3` over the rows of the table in slot `over`.
    case rows(over: Int)
    case namedRows(over: Int)
    /// Columns under new names (`new: .old`); a type rule sees each as a named constant text.
    case namedColumns(of: Int)
    /// `mean(.a)` over groups of rows.
    case namedGroups(over: Int)
    /// `lag(.a)` over the rows of a table, which have groups and an order.
    case namedWindows(over: Int)
    /// `.a`, `"a"` or a list of them; `of` is the slot of the table, nil where none is given here.
    case columns(of: Int?)
    /// Any number of positional column names.
    case variadicColumns(of: Int?)
    /// `.a, desc(.b)`: any number of keys.
    case order(over: Int)
  }

  package let name: String
  package let summary: String
  package let kind: Kind
  package let type: ValueType
  package let isRequired: Bool
  package let defaultText: String?
  package let choices: [String]
  /// Can't be given by position.
  package let namedOnly: Bool
  /// Stands first, for a table alone: where something else is given first, that goes to the next slot.
  package let isLead: Bool

  package var isVariadic: Bool {
    switch kind {
    case .variadic, .namedValues, .namedRows, .namedColumns, .namedGroups, .namedWindows, .variadicColumns, .order: true
    case .value, .rows, .columns: false
    }
  }

  /// Takes arguments under names of the caller's choice.
  package var takesAnyName: Bool {
    switch kind {
    case .namedValues, .namedRows, .namedColumns, .namedGroups, .namedWindows: true
    default: false
    }
  }

  var info: CallableInfo.Parameter {
    CallableInfo.Parameter(
      name: name, type: typeText, summary: summary, defaultText: defaultText, isRequired: isRequired,
      isVariadic: isVariadic, choices: choices)
  }

  private var typeText: String {
    switch kind {
    case .value, .variadic, .namedValues: type.description
    case .rows, .namedRows: "column expression"
    case .namedGroups: "aggregate expression"
    case .namedWindows: "window expression"
    case .columns, .variadicColumns, .namedColumns: "columns"
    case .order: "sort keys"
    }
  }
}

/// What a builtin does beside giving a value.
package enum Effect: Sendable, Hashable {
  case pure
  /// Reads files (which ones, the host records).
  case reads
  case writes
  case prints
  /// Depends on the clock or the machine: never cached.
  case observes
}

/// How rows travel through a builtin: what the rule against leakage needs to know.
package enum RowFlow: Sendable, Hashable {
  /// A row out depends on one row in; the result holds the rows of every table given.
  case rowwise
  /// As `rowwise`, and where the slot says one of these words, a fact about all rows goes into each.
  case rowwiseLearning(by: Int, words: Set<String>)
  /// As `rowwise`, and where the slot `by` says one of these words, the result holds rows of the table in the slot `from`
  /// alone: those of the others only choose among them.
  case rowwiseChoosing(from: Int, by: Int, words: Set<String>)
  /// As `rowwise`, and the result holds the rows of the table in the slot alone; the other tables are looked at only for
  /// their form.
  case rowwiseOf(Int)
  /// Gives a fact about all rows of the table in the slot.
  case statistic(of: Int)
  /// Learns from the rows of the table in the slot.
  case fits(on: Int)
  /// Gives parts; which, the type rule says.
  case splits(Int)
  /// Scores a model on the rows of the table in the slot.
  case evaluates(on: Int)
  /// Says that what follows is meant.
  case allowsLeak
  /// Tables in, no rows out.
  case none
}
