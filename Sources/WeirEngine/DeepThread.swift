import CDispatch
import Glibc
import Synchronization

/// Threads with room for deep recursion: programs nest calls far deeper than a usual stack holds.
package enum DeepThread {
  /// Starts `body` on a thread of its own. Where the system refuses one, `body` runs here and now.
  package static func start(stackSize: Int, _ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Work(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    if pthread_create(&thread, &attributes, runWork, box.toOpaque()) != 0 { box.takeRetainedValue().body() }
  }

  /// Runs `body` on a thread of its own and waits for its result.
  package static func run<Result: Sendable>(stackSize: Int, _ body: @escaping @Sendable () -> Result) -> Result? {
    let done = Signal()
    let holder = Holder<Result>()
    start(stackSize: stackSize) {
      let value = body()
      holder.set(value)
      done.post()
    }
    done.wait()
    return holder.get()
  }
}

private func runWork(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let raw { Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body() }
  return nil
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private final class Holder<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  func set(_ new: Value) { value.withLock { $0 = new } }
  func get() -> Value? { value.withLock { $0 } }
}
