import WeirBase
import WeirDiagnostics
import WeirModels
import WeirTables

extension Builtin {
  /// The value for arguments that are all known before anything runs; nil where some are not.
  package func valueAhead(_ entries: [BoundTypes.Entry]) throws -> Value? {
    guard isKnownAhead else { return nil }
    var arguments: [ArgumentValue] = []
    for entry in entries {
      guard let argument = ArgumentValue(known: entry) else { return nil }
      arguments.append(argument)
    }
    let context = CallContext(
      host: NoHost(), invoker: NoInvoker(), workers: .one, cancellation: Cancellation(), random: RandomStream(key: 0), place: "")
    return try body(Call(self, arguments, context))
  }
}

extension Value {
  /// Two plans joined; nil where one is none.
  package func followed(by other: Value) -> Value? {
    guard case .plan(let first) = self, case .plan(let second) = other else { return nil }
    return .plan(first.followed(by: second))
  }
}

extension ArgumentValue {
  /// An argument that is known before anything runs; nil for others.
  fileprivate init?(known entry: BoundTypes.Entry) {
    switch entry {
    case .absent: self = .absent
    case .value(.missing, _): self = .value(.missing)
    case .value(_, let constant?): self = .value(constant)
    case .values(let values):
      let constants = values.compactMap(\.constant)
      guard constants.count == values.count else { return nil }
      self = .values(constants)
    case .columns(let names?): self = .columns(names)
    case .named(let fields) where fields.isEmpty: self = .named([])
    default: return nil
    }
  }
}

/// Before anything runs there is no world to look at.
private struct NoHost: Host {
  private var refusal: Diagnostic { .failure("nothing is read before the run") }
  func read(_ path: String) throws -> FileContents { throw refusal }
  func matching(_ pattern: String) throws -> [String] { throw refusal }
  func locate(_ path: String) throws -> String { throw refusal }
  func write(_ path: String, _ bytes: [UInt8]) throws { throw refusal }
  func locateForWriting(_ path: String) throws -> String { throw refusal }
  func emit(_ shown: Shown) {}
  func progress(_ done: Int, _ total: Int, _ what: String) {}
  func now() -> Instant { Instant(0) }
  func note(_ kind: RunNote) {}
}

private final class NoInvoker: Invoker {
  private var refusal: Diagnostic { .failure("no function is called before the run") }
  func invoke(_ function: any Callable, _ a: Value) throws -> Value { throw refusal }
  func invoke(_ function: any Callable, _ a: Value, _ b: Value) throws -> Value { throw refusal }
  func invoke(_ function: any Callable, _ arguments: [Value]) throws -> Value { throw refusal }
}
