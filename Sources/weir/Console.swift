import ArgumentParser
import Glibc
import Synchronization
import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirREPL

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

/// The one line at the foot of the terminal that tells how far the cells that run are, drawn ten times a second.
final class ProgressLine: Sendable {
  private struct State {
    var meters: [Int: (name: String, meter: ProgressMeter)] = [:]
    var isDrawn = false
    var ticks = false
  }
  private let state = Mutex(State())
  private let isOn: Bool
  private let clock = Stopwatch()

  init(isOn: Bool) { self.isOn = isOn }

  func begin(cell: Int, name: String) {
    guard isOn else { return }
    let isFirst = state.withLock { state in
      state.meters[cell] = (name, ProgressMeter(now: clock.seconds))
      defer { state.ticks = true }
      return !state.ticks
    }
    if isFirst { tick() }
  }

  func update(cell: Int, done: Int, total: Int, what: String) {
    guard isOn else { return }
    state.withLock { $0.meters[cell]?.meter.note(done, of: total, what, now: clock.seconds) }
  }

  func end(cell: Int) {
    state.withLock { state in
      state.meters[cell] = nil
      erase(&state)
    }
  }

  /// Makes room for an output.
  func clear() { state.withLock { erase(&$0) } }

  private func tick() {
    DeepThread.start(stackSize: 256 << 10) { [self] in
      while true {
        usleep(100_000)
        let goesOn = state.withLock { state in
          if state.meters.isEmpty {
            state.ticks = false
            return false
          }
          draw(&state)
          return true
        }
        if !goesOn { return }
      }
    }
  }

  private func draw(_ state: inout State) {
    let width = Console.shared.width
    guard let (_, first) = state.meters.min(by: { $0.key < $1.key }),
      let line = first.meter.line(now: clock.seconds, width: max(20, width - first.name.count - 2))
    else { return }
    Console.shared.error("\r\u{1B}[2K\(first.name): \(line)", terminator: "")
    state.isDrawn = true
  }

  private func erase(_ state: inout State) {
    if state.isDrawn { Console.shared.error("\r\u{1B}[2K", terminator: "") }
    state.isDrawn = false
  }
}

/// "42 ms", "1.2 s", "3 min 4 s".
func duration(_ seconds: Double) -> String { ProgressMeter.time(seconds) }
