import Glibc

/// What was typed, kept in a file that only ever grows.
///
/// One entry a line; a line end within an entry is written `\n`, a backslash `\\`, so that entries of several lines come
/// back whole. Each entry is one write at the end of the file (`O_APPEND`), which needs no lock: sessions side by side
/// add to the same file and cannot lose each other's entries. Nothing here waits or fails: without a file that can be
/// read or written there is simply no memory of other sessions.
package struct History: Sendable {
  /// Nil where there is no home to keep it in.
  package let path: String?
  /// Of a long file only the end is read.
  package static let bytesRead = 1 << 20
  package static let entriesRead = 5000
  private var last: String?

  package init(path: String?) { self.path = path }

  /// `$WEIR_HOME/history`, else `weir/history` where the system keeps the state of programs.
  package static var standardPath: String? {
    func folder(_ name: String) -> String? { environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    if let home = environment("WEIR_HOME"), !home.isEmpty { return home + "/history" }
    if let state = folder("XDG_STATE_HOME") { return state + "/weir/history" }
    return folder("HOME").map { $0 + "/.local/state/weir/history" }
  }

  /// The newest entries, oldest first.
  package func entries(limit: Int = entriesRead) -> [String] {
    guard let path, let file = OpenFile(path, O_RDONLY), let size = file.regularSize, size > 0 else { return [] }
    let start = max(0, size - Self.bytesRead)
    let bytes = file.bytes(from: start, count: size - start)
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // The end is either empty or a line that another session has not finished writing.
    lines.removeLast()
    if start > 0, !lines.isEmpty { lines.removeFirst() }
    return lines.suffix(limit).compactMap { Self.entry(String(decoding: $0, as: UTF8.self)) }
  }

  /// Adds an entry, unless it repeats the one before or starts with a blank; true where it is worth recalling.
  @discardableResult
  package mutating func add(_ entry: String) -> Bool {
    let entry = entry.trimmed
    guard !entry.isEmpty, entry != last else { return false }
    last = entry
    if let path { append(Self.line(entry), to: path) }
    return true
  }

  private func append(_ line: String, to path: String) {
    makeFolders(of: path)
    let flags = O_WRONLY | O_APPEND | O_CREAT
    guard let file = OpenFile(path, flags), let size = file.regularSize else { return }
    // A line that a full disk or a killed process cut off must not swallow this one.
    let needsEnd = size > 0 && OpenFile(path, O_RDONLY)?.bytes(from: size - 1, count: 1) != [UInt8(ascii: "\n")]
    file.write(Array(((needsEnd ? "\n" : "") + line + "\n").utf8))
  }

  private func makeFolders(of path: String) {
    var parts = path.split(separator: "/").dropLast()[...]
    var folder = path.hasPrefix("/") ? "" : "."
    while let part = parts.popFirst() {
      folder += "/" + part
      mkdir(folder, 0o700)
    }
  }

  static func line(_ entry: String) -> String {
    var line = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// Nil for a line that holds nothing to recall.
  static func entry(_ line: String) -> String? {
    var entry = "", escaped = false
    for scalar in line.unicodeScalars {
      if escaped {
        entry.unicodeScalars.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
        escaped = false
      } else if scalar == "\\" {
        escaped = true
      } else if scalar.value != 0 {
        entry.unicodeScalars.append(scalar)
      }
    }
    return entry.trimmed.isEmpty ? nil : entry
  }
}

extension String {
  /// Without the blanks and line ends around it.
  var trimmed: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}

/// A file descriptor that is closed when it is forgotten. Opening never waits, not even for the other end of a pipe.
private final class OpenFile {
  private let descriptor: Int32

  init?(_ path: String, _ flags: Int32) {
    descriptor = open(path, flags | O_NONBLOCK | O_CLOEXEC, 0o600)
    if descriptor < 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Nil for what is no plain file.
  var regularSize: Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  func bytes(from start: Int, count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = pread(descriptor, &bytes, count, off_t(start))
    return Array(bytes.prefix(max(0, got)))
  }

  func write(_ bytes: [UInt8]) { _ = Glibc.write(descriptor, bytes, bytes.count) }
}
