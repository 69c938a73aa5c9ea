import Dispatch

/// Counts events between threads: `wait` takes one, or sleeps until there is one.
final class Signal: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  func post() { semaphore.signal() }
  func wait() { semaphore.wait() }
}
