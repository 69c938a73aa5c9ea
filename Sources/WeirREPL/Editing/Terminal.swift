import Glibc
package import WeirCatalog

/// What the REPL needs to know of the terminal it is shown in.
package struct Terminal: Sendable {
  package var width: Int
  package var height: Int
  package var color: Bool

  package init(width: Int = 80, height: Int = 24, color: Bool = false) {
    self.width = max(20, width)
    self.height = max(5, height)
    self.color = color
  }

  /// Asked anew before each output, as windows change their size.
  package static func current() -> Terminal {
    var size = winsize()
    let known = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let capable = environment("TERM") != "dumb" && (environment("NO_COLOR") ?? "").isEmpty
    return Terminal(
      width: known ? Int(size.ws_col) : 80, height: known ? Int(size.ws_row) : 24,
      color: capable && isatty(STDOUT_FILENO) == 1)
  }

  package static var isInteractive: Bool {
    isatty(STDIN_FILENO) == 1 && (isatty(STDOUT_FILENO) == 1 || isatty(STDERR_FILENO) == 1)
  }

  /// The room for a value: a table leaves the lines around it in sight.
  package var style: DisplayStyle {
    DisplayStyle(width: width, rows: min(max(height - 8, 6), 20), color: color)
  }

  package func dim(_ text: String) -> String { painted(text, "2") }
  package func bold(_ text: String) -> String { painted(text, "1") }

  private func painted(_ text: String, _ code: String) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
