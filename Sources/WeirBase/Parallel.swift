import CWeirKernels
import Synchronization

/// Loops over independent parts on several threads. The number of parts must depend on the data alone, and results
/// must be combined in the order of the parts: then the bytes are the same at any thread count.
package struct Workers: Sendable, Hashable {
  package let count: Int

  package init(_ count: Int) { self.count = max(1, count) }

  package static let one = Workers(1)

  /// The threads that loops over whole columns use where nobody hands them any. Loops within a part of another loop run
  /// on one thread.
  @TaskLocal package static var current = Workers.one

  /// Runs `body` for each part in `0 ..< parts`; parts run in no particular order.
  package func run(_ parts: Int, _ body: @Sendable (Int) -> Void) {
    guard parts > 1, count > 1 else {
      for part in 0..<max(parts, 0) { body(part) }
      return
    }
    withoutActuallyEscaping(body) { body in
      var loop = Loop(body: body)
      withUnsafeMutablePointer(to: &loop) { loop in
        weir_pool_run(Int32(clamping: count), parts, { context, part in
          context?.assumingMemoryBound(to: Loop.self).pointee.body(part)
        }, loop)
      }
    }
  }

  private struct Loop {
    let body: @Sendable (Int) -> Void
  }

  /// Runs `body` for each part in `0 ..< parts`; parts run in no particular order. The error of the lowest part that
  /// failed is thrown.
  package func forEach(_ parts: Int, _ body: @Sendable (Int) throws -> Void) throws {
    guard parts > 1, count > 1 else {
      for part in 0..<max(parts, 0) { try body(part) }
      return
    }
    let failure = Mutex<(part: Int, error: any Error)?>(nil)
    run(parts) { part in
      do { try body(part) } catch {
        failure.withLock { if $0 == nil || part < $0?.part ?? .max { $0 = (part, error) } }
      }
    }
    if let failed = failure.withLock({ $0 }) { throw failed.error }
  }

  /// The results of `body` for each part, in the order of the parts.
  package func map<Result: Sendable>(_ parts: Int, _ body: @Sendable (Int) throws -> Result) throws -> [Result] {
    guard parts > 1, count > 1 else { return try (0..<max(parts, 0)).map(body) }
    let results = Mutex<[Result?]>(Array(repeating: nil, count: parts))
    try forEach(parts) { part in
      let result = try body(part)
      results.withLock { $0[part] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}
