import Dispatch
import Glibc
import Synchronization
import WeirBase
import WeirEngine

/// Ctrl-C and the request to end: the first asks the work to stop, the second ends the process.
enum Interrupts {
  private static let asked = Atomic<Int>(0)

  static func watch(_ cancellation: Cancellation) {
    let handler: @convention(c) (Int32) -> Void = { _ in
      if Interrupts.count() > 1 { _exit(ExitStatus.interrupted.rawValue) }
    }
    signal(SIGINT, handler)
    signal(SIGTERM, handler)
    DeepThread.start(stackSize: 256 << 10) {
      while true {
        usleep(20_000)
        if asked.load(ordering: .acquiring) > 0 {
          cancellation.cancel(.interrupted)
          return
        }
      }
    }
  }

  /// A reader that goes away ends the process quietly, without a word on stderr, whichever thread writes.
  static func endOnClosedPipe() {
    signal(SIGPIPE) { _ in _exit(ExitStatus.closedPipe.rawValue) }
  }

  private static func count() -> Int { asked.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }
}
