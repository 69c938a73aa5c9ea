import Synchronization

/// The request to stop, shared between the one who asks (Ctrl-C, a time limit) and the loops that look.
package final class Cancellation: Sendable {
  package enum Reason: Int, Sendable { case none, interrupted, timeLimit, memoryLimit }

  private let state = Atomic<Int>(0)

  package init() {}

  /// The one that work looks at to which nobody hands any.
  @TaskLocal package static var current = Cancellation()

  package var isCancelled: Bool { state.load(ordering: .relaxed) != 0 }
  package var reason: Reason { Reason(rawValue: state.load(ordering: .relaxed)) ?? .interrupted }

  /// The first reason given is kept.
  package func cancel(_ reason: Reason = .interrupted) {
    _ = state.compareExchange(expected: 0, desired: reason.rawValue, ordering: .relaxed)
  }

  package func reset() { state.store(0, ordering: .relaxed) }

  /// Throws `Cancelled` once a stop was asked for.
  package func check() throws(Cancelled) {
    if isCancelled { throw Cancelled(reason: reason) }
  }
}

/// Thrown by work that stopped because it was asked to.
package struct Cancelled: Error, Sendable {
  package let reason: Cancellation.Reason
  package init(reason: Cancellation.Reason) { self.reason = reason }
}

/// Who is told how much of long work is done, where nobody hands it over.
///
/// An object and not a bare closure: of a task local of a function type the optimised program finds no type when it is
/// set outside of a task (Swift 6.3.1), and stops at once.
package final class WatchedWork: Sendable {
  private let body: @Sendable (_ done: Int, _ total: Int, _ what: String) -> Void
  package init(_ body: @escaping @Sendable (_ done: Int, _ total: Int, _ what: String) -> Void) { self.body = body }

  @TaskLocal package static var current: WatchedWork?

  package static func report(_ done: Int, _ total: Int, _ what: String) { current?.body(done, total, what) }
}
