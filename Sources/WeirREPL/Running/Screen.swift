import Glibc
import Synchronization

/// The one who writes to the terminal while something runs: what is shown, and the line below it that comes and goes.
package final class Screen: Sendable {
  /// The progress line as it stands on the terminal; empty where there is none.
  private let line = Mutex("")
  private let hasProgress: Bool

  /// Progress is drawn only where a person sees it.
  package init(hasProgress: Bool = isatty(STDERR_FILENO) == 1) { self.hasProgress = hasProgress }

  package func show(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// Mistakes and remarks.
  package func remark(_ text: String) { write(text, to: STDERR_FILENO) }

  private func write(_ text: String, to descriptor: Int32) {
    line.withLock { line in
      if !line.isEmpty { put("\r\u{1B}[K", STDERR_FILENO) }
      put(text.hasSuffix("\n") ? text : text + "\n", descriptor)
      if !line.isEmpty { put(line, STDERR_FILENO) }
    }
  }

  /// Draws the line anew, or takes it away.
  package func progress(_ text: String?) {
    guard hasProgress else { return }
    line.withLock { line in
      let text = text ?? ""
      guard text != line else { return }
      put("\r\u{1B}[K" + text, STDERR_FILENO)
      line = text
    }
  }

  private func put(_ text: String, _ descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let done = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if done < 0, errno == EINTR { continue }
      guard done > 0 else { return }
      bytes = bytes.dropFirst(done)
    }
  }
}
