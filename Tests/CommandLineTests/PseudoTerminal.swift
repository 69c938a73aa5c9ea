import CPseudoTerminal
import Glibc

/// A program in a terminal of its own: types at it, and reads what it draws.
final class PseudoTerminal {
  struct Failure: Error { let what: String }

  private let master: Int32
  private let child: pid_t
  private var status: Int32?
  /// All that was drawn, with its escapes.
  private(set) var raw: [UInt8] = []
  /// Where the next `wait` starts to look, in what was drawn.
  private var seen = 0

  init(
    _ words: [String], environment: [String: String] = [:], folder: String, columns: Int = 80, rows: Int = 24
  ) throws {
    let standard = ["TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": folder, "INPUTRC": "/dev/null"]
    var variables = standard.merging(environment) { $1 }.map { strdup("\($0)=\($1)") } + [nil]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for text in variables + arguments { free(text) } }
    var master: Int32 = -1
    child = weir_start_in_terminal(&arguments, &variables, folder, Int32(columns), Int32(rows), &master)
    self.master = master
    guard child > 0 else {
      status = 127
      throw Failure(what: "\(words) can't be started")
    }
  }

  deinit {
    if status == nil {
      kill(child, SIGKILL)
      var ignored: Int32 = 0
      waitpid(child, &ignored, 0)
    }
    close(master)
  }

  func type(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let done = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      guard done > 0 else { return }
      bytes = bytes.dropFirst(done)
    }
  }

  /// Types a line and the key that ends it.
  func enter(_ line: String) { type(line + "\r") }

  /// Enters a line at a prompt, and gives what is drawn up to the next.
  @discardableResult
  func ask(_ line: String, prompt: String = "weir> ") throws -> String {
    enter(line)
    return try wait(for: prompt)
  }

  static let interrupt = "\u{3}", end = "\u{4}", tab = "\t", up = "\u{1B}[A"

  func resize(columns: Int, rows: Int) {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Whether what is typed is echoed by the terminal itself, as it is while nobody edits lines.
  var echoes: Bool {
    var state = termios()
    return tcgetattr(master, &state) == 0 && state.c_lflag & tcflag_t(ECHO) != 0
  }

  /// Reads until the text stands somewhere after the last one that was waited for. Gives what was drawn up to its end,
  /// or throws with all that was drawn.
  @discardableResult
  func wait(for text: String, seconds: Double = 20) throws -> String {
    let deadline = Self.now + seconds
    while true {
      let plain = Array(drawn.utf8)
      if let end = Self.find(Array(text.utf8), in: plain, from: seen) {
        defer { seen = end }
        return String(decoding: plain[seen..<end], as: UTF8.self)
      }
      guard read(until: deadline) else { throw Failure(what: "no \(text.debugDescription) in:\n\(drawn)") }
    }
  }

  /// Waits for the end of the program; nil where it goes on.
  func exitStatus(seconds: Double = 20) -> Int32? {
    let deadline = Self.now + seconds
    while status == nil, Self.now < deadline {
      var ended: Int32 = 0
      if waitpid(child, &ended, WNOHANG) == child { status = ended & 0x7F == 0 ? (ended >> 8) & 0xFF : 128 + (ended & 0x7F) }
      if status == nil { _ = read(until: min(deadline, Self.now + 0.02)) }
    }
    while read(until: Self.now) {}
    return status
  }

  /// False where nothing more came in time.
  private func read(until deadline: Double) -> Bool {
    var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    let left = max(0, deadline - Self.now)
    guard poll(&request, 1, Int32(left * 1000) + (left > 0 ? 1 : 0)) > 0 else { return false }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let got = Glibc.read(master, &chunk, chunk.count)
    if got <= 0 {
      // The other side is closed; its end is still to come.
      usleep(1000)
      return false
    }
    raw += chunk[0..<got]
    return true
  }

  /// What was drawn, as plain text: without colours and cursor movements.
  var drawn: String {
    var out: [UInt8] = [], index = 0
    while index < raw.count {
      let byte = raw[index]
      index += 1
      guard byte == 0x1B else {
        if byte != 0x0D, byte != 0x07 { out.append(byte) }
        continue
      }
      guard index < raw.count, raw[index] == UInt8(ascii: "[") else { index += 1; continue }
      index += 1
      while index < raw.count, !(0x40...0x7E).contains(raw[index]) { index += 1 }
      index += 1
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    guard !needle.isEmpty, bytes.count >= needle.count, start <= bytes.count - needle.count else { return nil }
    for place in start...(bytes.count - needle.count) where bytes[place..<(place + needle.count)].elementsEqual(needle) {
      return place + needle.count
    }
    return nil
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
