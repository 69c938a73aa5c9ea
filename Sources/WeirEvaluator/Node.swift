import WeirCatalog
import WeirDiagnostics

/// A piece of a compiled program. Trees of nodes never change once they are built.
///
/// `frame` holds the local values of the function that runs.
class Node: @unchecked Sendable {
  func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value { .missing }

  /// The same for a condition: true or false, and an error for all else.
  func condition(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Bool {
    let value = try evaluate(machine, frame)
    if case .bool(let truth) = value { return truth }
    throw Diagnostic.notACondition(value.typeName, at: span)
  }

  /// Where it was written; nil for nodes that can't fail.
  var span: SourceSpan? { nil }
}

final class ConstantNode: Node, @unchecked Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value { value }
}

final class LocalNode: Node, @unchecked Sendable {
  let slot: Int
  private let place: SourceSpan?
  init(_ slot: Int, _ place: SourceSpan? = nil) {
    self.slot = slot
    self.place = place
  }
  override var span: SourceSpan? { place }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value { frame[slot] }
}

final class CaptureNode: Node, @unchecked Sendable {
  let index: Int
  init(_ index: Int) { self.index = index }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    guard let closure = machine.closure, index < closure.captures.count else { return .missing }
    return closure.captures[index]
  }
}

/// The function that runs, as a value: what its own name means in its body.
final class SelfNode: Node, @unchecked Sendable {
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value {
    machine.closure.map { .function($0) } ?? .missing
  }
}

/// A name that was not defined when the cell was compiled: an error only where it is read.
final class FailureNode: Node, @unchecked Sendable {
  let diagnostic: Diagnostic
  init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
  override var span: SourceSpan? { diagnostic.primary.span }
  override func evaluate(_ machine: Machine, _ frame: UnsafeMutablePointer<Value>) throws -> Value { throw diagnostic }
}
