import Synchronization

/// Counts the fits of a long piece of work and tells whoever watches.
final class Meter: Sendable {
  private let done = Atomic<Int>(0)
  private let total: Int
  private let report: @Sendable (Int, Int, String) -> Void

  init(_ total: Int, _ context: FitContext) {
    self.total = total
    report = context.progress
  }

  func step() { report(done.wrappingAdd(1, ordering: .relaxed).newValue, total, "fits") }
}
