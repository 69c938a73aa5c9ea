import ArgumentParser
import Glibc
import Synchronization
import WeirCatalog
import WeirDiagnostics

/// When to use colours.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

/// Options that every command that prints has.
struct OutputOptions: ParsableArguments {
  @Option(help: "Colours: auto, always or never. NO_COLOR counts too.")
  var color: ColorChoice = .auto

  @Flag(name: .shortAndLong, help: "Say nothing but results and errors.")
  var quiet = false
}

/// Where a command writes: results to stdout, progress and diagnostics to stderr.
struct Console: Sendable {
  var colors = ColorChoice.auto
  var isQuiet = false

  static let shared = Console()

  init(_ options: OutputOptions? = nil) {
    if let options {
      colors = options.color
      isQuiet = options.quiet
    }
  }

  var outIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
  var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private func usesColor(_ descriptor: Int32) -> Bool {
    switch colors {
    case .always: return true
    case .never: return false
    case .auto:
      if let no = getenv("NO_COLOR"), no.pointee != 0 { return false }
      if let term = getenv("TERM"), String(cString: term) == "dumb" { return false }
      return isatty(descriptor) == 1
    }
  }

  var outUsesColor: Bool { usesColor(STDOUT_FILENO) }
  var errorUsesColor: Bool { usesColor(STDERR_FILENO) }

  /// Columns of the terminal; 100 where there is none.
  var width: Int {
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    if let columns = getenv("COLUMNS"), let width = Int(String(cString: columns)), width > 0 { return min(width, 1000) }
    return 100
  }

  var style: DisplayStyle { DisplayStyle(width: width, color: outUsesColor) }

  func out(_ text: String, terminator: String = "\n") { write(text + terminator, to: STDOUT_FILENO) }
  func error(_ text: String, terminator: String = "\n") { write(text + terminator, to: STDERR_FILENO) }
  /// Said unless `--quiet`.
  func say(_ text: String) { if !isQuiet { error(text) } }

  private func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let done = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if done < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(done)
    }
  }

  /// Diagnostics on stderr.
  func report(_ diagnostics: [Diagnostic], sources: SourceMap) {
    guard !diagnostics.isEmpty else { return }
    error(Renderer(sources: sources, style: errorUsesColor ? .ansi : .plain).render(diagnostics))
  }

  func dim(_ text: String) -> String { errorUsesColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
  func bold(_ text: String) -> String { outUsesColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}

/// The one line at the foot of the terminal that tells how far a long piece of work is.
final class ProgressLine: Sendable {
  private struct State {
    var text = ""
    var drawn = 0.0
    var begun: [Int: Double] = [:]
  }
  private let state = Mutex(State())
  private let isOn: Bool

  init(isOn: Bool) { self.isOn = isOn }

  /// Draws at most ten times a second, and nothing in the first half second of the work.
  func update(cell: Int, name: String, done: Int, total: Int, what: String) {
    guard isOn else { return }
    state.withLock { state in
      let now = seconds()
      let begun = state.begun[cell] ?? now
      state.begun[cell] = begun
      guard now - begun > 0.5, now - state.drawn > 0.1 else { return }
      state.drawn = now
      var text = "\(name): "
      if total > 0 {
        let share = Double(done) / Double(total)
        let filled = max(0, min(20, Int(share * 20)))
        text += "[" + String(repeating: "█", count: filled) + String(repeating: "·", count: 20 - filled) + "] \(done)/\(total) \(what)"
        let gone = now - begun
        if done > 0 {
          text += ", \(rate(Double(done) / gone)) a second"
          if done < total { text += ", \(duration(gone / Double(done) * Double(total - done))) to go" }
        }
      } else {
        text += what.isEmpty ? duration(now - begun) : "\(what), \(duration(now - begun))"
      }
      draw(text, &state)
    }
  }

  func clear(cell: Int? = nil) {
    guard isOn else { return }
    state.withLock { state in
      if let cell { state.begun[cell] = nil }
      if !state.text.isEmpty { draw("", &state) }
    }
  }

  private func draw(_ text: String, _ state: inout State) {
    Console.shared.error("\r\u{1B}[2K" + String(text.prefix(Console.shared.width - 1)), terminator: "")
    state.text = text
  }

  private func rate(_ value: Double) -> String { value >= 10 ? String(Int(value)) : String(Double(Int(value * 10)) / 10) }

  private func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// "0.42 s", "12 s", "3 min 4 s".
func duration(_ seconds: Double) -> String {
  if seconds < 0.0995 { return "\(Int((seconds * 1000).rounded())) ms" }
  if seconds < 9.95 { return "\(Double(Int((seconds * 100).rounded())) / 100) s" }
  if seconds < 100 { return "\(Int(seconds.rounded())) s" }
  let whole = Int(seconds.rounded())
  if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole % 3600 / 60) min"
}
