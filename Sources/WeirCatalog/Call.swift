package import WeirBase
import WeirDiagnostics
package import WeirModels
package import WeirTables

/// One argument as it reaches the body of a builtin.
package enum ArgumentValue: Sendable {
  case absent
  case value(Value)
  case values([Value])
  case named([Record.Field])
  case rows(RowExpression)
  case namedRows([(name: String, expression: RowExpression)])
  case namedGroups([(name: String, expression: GroupExpression)])
  case namedWindows([(name: String, expression: WindowExpression)])
  case columns([String])
  case order([OrderKey])
}

/// One key of `sort`: `.a` or `desc(.a)`.
package struct OrderKey: Sendable {
  package let expression: RowExpression
  package let descending: Bool
  package init(_ expression: RowExpression, descending: Bool) {
    self.expression = expression
    self.descending = descending
  }
}

/// The surroundings of a call: what a body may use beside its arguments.
package struct CallContext {
  package let host: any Host
  package let invoker: any Invoker
  package let workers: Workers
  package let cancellation: Cancellation
  /// The stream of this call, keyed by the seed, the name being defined with its version, and the place in it.
  package let random: RandomStream
  /// A stable name of the place, for the lineage of `split`.
  package let place: String

  package init(
    host: any Host, invoker: any Invoker, workers: Workers, cancellation: Cancellation, random: RandomStream, place: String
  ) {
    self.host = host
    self.invoker = invoker
    self.workers = workers
    self.cancellation = cancellation
    self.random = random
    self.place = place
  }

  package var fitContext: FitContext {
    FitContext(random: random, workers: workers, cancellation: cancellation, memory: host.memory) { [host] in
      host.progress($0, $1, $2)
    }
  }
}

/// A call of a builtin: `call[parameter]` is the argument in the parameter's own type.
package struct Call {
  package let builtin: Builtin
  package let arguments: [ArgumentValue]
  package let context: CallContext

  package init(_ builtin: Builtin, _ arguments: [ArgumentValue], _ context: CallContext) {
    self.builtin = builtin
    self.arguments = arguments
    self.context = context
  }

  package var host: any Host { context.host }
  package var workers: Workers { context.workers }
  package var cancellation: Cancellation { context.cancellation }
  package var random: RandomStream { context.random }

  private func argument(_ slot: Int) -> ArgumentValue { arguments.indices.contains(slot) ? arguments[slot] : .absent }

  package subscript<T>(parameter: Parameter<T>) -> T {
    get throws { try parameter.extract(argument(parameter.slot), self) }
  }

  /// Whether an argument was written for it.
  package func has<T>(_ parameter: Parameter<T>) -> Bool {
    if case .absent = argument(parameter.slot) { false } else { true }
  }

  /// The function that stands where a row expression may (`filter(list, x => x > 2)`).
  package func function<T>(_ parameter: Parameter<T>) -> (any Callable)? {
    if case .value(.function(let function)) = argument(parameter.slot) { function } else { nil }
  }

  /// The argument as it was given, for bodies that take several kinds.
  package func raw<T>(_ parameter: Parameter<T>) -> ArgumentValue { argument(parameter.slot) }
}

/// A typed token for one parameter: the number of its slot, and how the argument is read.
package struct Parameter<T>: Sendable {
  package let slot: Int
  package let extract: @Sendable (ArgumentValue, Call) throws -> T

  package init(slot: Int, extract: @escaping @Sendable (ArgumentValue, Call) throws -> T) {
    self.slot = slot
    self.extract = extract
  }
}
