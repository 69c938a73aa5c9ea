package import WeirBase
package import WeirCatalog
import WeirDiagnostics
import WeirTables

/// The state of one evaluation: frames of local values on one stack, the depth of calls, the stream of random numbers.
///
/// A machine belongs to one thread. Frames live in one allocation, so that a call costs no allocation of its own.
package final class Machine {
  let host: any Host
  let workers: Workers
  let cancellation: Cancellation
  let limits: Limits
  /// Where the next frame starts.
  var top: UnsafeMutablePointer<Value>
  var depth: Int
  private var ticks: UInt32 = 0
  /// The closure that runs, for its captured values.
  var closure: Closure?
  /// The table whose columns `.name` means.
  var scope: Table?
  /// Inside `window`, the groups and the order of its rows.
  var window: WindowFrame?
  /// The stream of the definition that is being computed, and how many calls have drawn from it.
  var definitionRandom: RandomStream
  var definitionPlace: String
  var draws = 0

  private let base: UnsafeMutablePointer<Value>
  private let end: UnsafeMutablePointer<Value>

  package init(
    host: any Host, workers: Workers, cancellation: Cancellation, limits: Limits, random: RandomStream, place: String = "",
    depth: Int = 0, capacity: Int? = nil
  ) {
    self.host = host
    self.workers = workers
    self.cancellation = cancellation
    self.limits = limits
    self.depth = depth
    definitionRandom = random
    definitionPlace = place
    let capacity = capacity ?? limits.depth * 8 + 65_536
    base = .allocate(capacity: capacity)
    end = base + capacity
    top = base
  }

  deinit { base.deallocate() }

  /// Makes room for a frame of `count` values, of which the first `given` are already initialised.
  @inline(__always)
  func reserve(_ count: Int) throws -> UnsafeMutablePointer<Value> {
    let frame = top
    guard end - frame > count else { throw Diagnostic.tooDeep(limits.depth) }
    return frame
  }

  @inline(__always)
  func enter() throws {
    depth &+= 1
    if depth > limits.depth { throw Diagnostic.tooDeep(limits.depth) }
    // A look at every call costs more than the call; a few hundred calls take microseconds.
    ticks &+= 1
    if ticks & 255 == 0, cancellation.isCancelled { throw Cancelled(reason: cancellation.reason) }
  }

  /// Starts the stream of a definition: everything random in it draws from here, in the order of evaluation.
  func begin(random: RandomStream, place: String) {
    definitionRandom = random
    definitionPlace = place
    draws = 0
  }

  /// The surroundings of a builtin's call.
  func context(random: Bool) -> CallContext {
    guard random else {
      return CallContext(
        host: host, invoker: self, workers: workers, cancellation: cancellation, random: definitionRandom, place: definitionPlace)
    }
    draws += 1
    return CallContext(
      host: host, invoker: self, workers: workers, cancellation: cancellation, random: definitionRandom.child(draws),
      place: "\(definitionPlace)/\(draws)")
  }

  /// A machine for an expression over rows, which may run later or on another thread.
  func fork() -> () -> Machine {
    draws += 1
    let random = definitionRandom.child(draws), place = "\(definitionPlace)/\(draws)"
    return { [host, workers, cancellation, limits, depth] in
      Machine(
        host: host, workers: workers, cancellation: cancellation, limits: limits, random: random, place: place, depth: depth,
        capacity: min(limits.depth, 4096) * 8)
    }
  }
}
