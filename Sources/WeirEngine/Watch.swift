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
  // Pages of a file that is mapped are taken back as soon as memory is wanted elsewhere.
  let words = processText("statm").split(separator: " ")
  guard words.count > 2, let pages = Int(words[1]), let shared = Int(words[2]) else { return 0 }
  return max(0, pages - shared) * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// The most memory that this process held at any moment, in bytes; nil where the system does not tell.
package func peakMemory() -> Int? {
  let line = processText("status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
}

/// What the system says of this process in a file of a few lines.
private func processText(_ name: String) -> String {
  let descriptor = open("/proc/self/" + name, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return "" }
  defer { close(descriptor) }
  var buffer = [UInt8](repeating: 0, count: 4096)
  let got = read(descriptor, &buffer, buffer.count)
  return String(decoding: buffer[0..<max(0, got)], as: UTF8.self)
}
