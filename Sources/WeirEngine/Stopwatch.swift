import Glibc

/// Time gone by since it was made, on a clock that never jumps.
package struct Stopwatch: Sendable {
  private let start = Stopwatch.now

  package init() {}

  package var seconds: Double { Stopwatch.now - start }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
