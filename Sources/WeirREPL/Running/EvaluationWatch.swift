import Dispatch
import Glibc
import Synchronization
import WeirBase
import WeirEngine

/// Looks after a piece of work that the main thread is busy with: passes Ctrl-C on, and draws the progress.
final class EvaluationWatch: Sendable {
  private let screen: Screen
  private let cancellation: Cancellation
  private let meter: Mutex<ProgressMeter>
  private let stopped = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  private let interrupted = Atomic<Bool>(false)

  init(_ screen: Screen, _ cancellation: Cancellation) {
    self.screen = screen
    self.cancellation = cancellation
    meter = Mutex(ProgressMeter(now: Self.now))
  }

  /// Whether Ctrl-C came since the start.
  var wasInterrupted: Bool { interrupted.load(ordering: .relaxed) }

  func start() {
    _ = Interrupts.take()
    DeepThread.start(stackSize: 1 << 18) { [self] in
      // Ten times a second is as often as a person can read.
      while stopped.wait(timeout: .now() + .milliseconds(100)) == .timedOut { look() }
      ended.signal()
    }
  }

  /// Takes the progress line away; nothing is drawn after this.
  func stop() {
    stopped.signal()
    ended.wait()
    screen.progress(nil)
  }

  func note(_ done: Int, of total: Int, _ what: String) {
    meter.withLock { $0.note(done, of: total, what, now: Self.now) }
  }

  private func look() {
    if Interrupts.take() {
      interrupted.store(true, ordering: .relaxed)
      meter.withLock { $0.stop() }
    }
    // Again and again, as each cell of a longer piece of work starts with a clean flag.
    if wasInterrupted { cancellation.cancel(.interrupted) }
    screen.progress(meter.withLock { $0.line(now: Self.now, width: Terminal.current().width) })
  }

  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
