import Dispatch
import Glibc
import Synchronization
import WeirBase

/// Looks after a run: passes on a request to stop, and asks for one when time or memory runs out.
final class Watch: Sendable {
  private let limits: RunLimits
  private let cancellation: Cancellation
  private let stopRunning: @Sendable (Cancellation.Reason) -> Void
  private let isOver = Atomic<Bool>(false)

  init(limits: RunLimits, cancellation: Cancellation, stopRunning: @escaping @Sendable (Cancellation.Reason) -> Void) {
    self.limits = limits
    self.cancellation = cancellation
    self.stopRunning = stopRunning
  }

  func start() {
    let clock = Stopwatch()
    DeepThread.start(stackSize: 256 << 10) { [self] in
      while !isOver.load(ordering: .acquiring) {
        usleep(20_000)
        if let limit = limits.timeLimit, clock.seconds > limit { cancellation.cancel(.timeLimit) }
        if let limit = limits.memoryLimit, residentMemory() > limit { cancellation.cancel(.memoryLimit) }
        if cancellation.isCancelled, !isOver.load(ordering: .acquiring) { stopRunning(cancellation.reason) }
      }
    }
  }

  func stop() { isOver.store(true, ordering: .releasing) }
}

/// Runs something once after a time, unless it is cancelled first.
final class Timer: Sendable {
  private let isCancelled = Atomic<Bool>(false)

  init(seconds: Double, _ body: @escaping @Sendable () -> Void) {
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in
      if let self, !self.isCancelled.load(ordering: .acquiring) { body() }
    }
  }

  func cancel() { isCancelled.store(true, ordering: .releasing) }
}

/// The memory that this process holds, in bytes, without what files lend it; 0 where the system does not tell.
package func residentMemory() -> Int {
  let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return 0 }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 128)
  let got = read(descriptor, &buffer, buffer.count)
  guard got > 0 else { return 0 }
  let words = buffer[0..<got].split(separator: UInt8(ascii: " "))
  // Pages of a file that is mapped are taken back as soon as memory is wanted elsewhere.
  guard words.count > 2, let pages = Int(String(decoding: words[1], as: UTF8.self)),
    let shared = Int(String(decoding: words[2], as: UTF8.self))
  else { return 0 }
  return max(0, pages - shared) * Int(sysconf(Int32(_SC_PAGESIZE)))
}
