import Foundation
import Synchronization
import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

/// Files, terminal and clock in memory: the world as a program under test finds it.
final class MemoryHost: WeirCatalog.Host {
  private struct State {
    var files: [String: [UInt8]]
    var printed: [String] = []
    var notes: [RunNote] = []
    var reads: [String] = []
  }

  private let state: Mutex<State>
  /// Where files stand for libraries that open them themselves.
  private let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("weir-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: scratch) }

  init(_ files: [String: String] = [:]) { state = Mutex(State(files: files.mapValues { Array($0.utf8) })) }
  init(bytes files: [String: [UInt8]]) { state = Mutex(State(files: files)) }

  var printed: [String] { state.withLock { $0.printed } }
  var notes: [RunNote] { state.withLock { $0.notes } }
  var reads: [String] { state.withLock { $0.reads } }
  subscript(path: String) -> [UInt8]? { state.withLock { $0.files[path] } }

  func read(_ path: String) throws -> FileContents {
    guard let bytes = self[path] else { throw missing(path) }
    state.withLock { $0.reads.append(path) }
    return FileContents(bytes)
  }

  private func missing(_ path: String) -> Diagnostic {
    .missingFile(path, near: state.withLock { Array($0.files.keys) })
  }

  func matching(_ pattern: String) throws -> [String] {
    let wanted = pattern.split(separator: "/", omittingEmptySubsequences: false)
    if pattern == "." { return state.withLock { $0.files.keys.filter { !$0.contains("/") }.sorted() } }
    if pattern.hasSuffix("**/*") {
      let folder = pattern.dropLast(4)
      return state.withLock { $0.files.keys.filter { $0.hasPrefix(folder) }.sorted() }
    }
    if !pattern.contains("*") {
      let within = state.withLock { $0.files.keys.filter { $0.hasPrefix(pattern + "/") }.sorted() }
      if !within.isEmpty { return within }
      guard self[pattern] != nil else { throw missing(pattern) }
      return [pattern]
    }
    let found = state.withLock { state in
      state.files.keys.filter { path in
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == wanted.count && zip(parts, wanted).allSatisfy { Self.fits($0, $1) }
      }.sorted()
    }
    guard !found.isEmpty else { throw Diagnostic.noMatchingFiles(pattern) }
    return found
  }

  /// Whether a name fits a pattern in which `*` stands for any characters.
  private static func fits(_ name: Substring, _ pattern: Substring) -> Bool {
    guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
    let head = pattern[..<star], tail = pattern[pattern.index(after: star)...]
    guard name.hasPrefix(head) else { return false }
    var rest = name.dropFirst(head.count)
    while true {
      if fits(rest, tail) { return true }
      if rest.isEmpty { return false }
      rest = rest.dropFirst()
    }
  }

  func locate(_ path: String) throws -> String {
    let place = try locateForWriting(path)
    if let bytes = self[path] { try Data(bytes).write(to: URL(fileURLWithPath: place)) }
    guard FileManager.default.fileExists(atPath: place) else { throw missing(path) }
    return place
  }

  func locateForWriting(_ path: String) throws -> String {
    let place = scratch.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    return place.path
  }
  func write(_ path: String, _ bytes: [UInt8]) throws { state.withLock { $0.files[path] = bytes } }
  func progress(_ done: Int, _ total: Int, _ what: String) {}
  func now() -> Instant { Instant(1_769_817_600_000_000) }
  func note(_ note: RunNote) { state.withLock { $0.notes.append(note) } }

  func emit(_ shown: Shown) {
    let text: String
    switch shown {
    case .printed(let line): text = line
    case .value(let value): text = value.rendered(.plain)
    case .table(let table, let rows): text = table.rendered(width: 100, rows: 10, color: false, totalRows: rows)
    }
    state.withLock { $0.printed.append(text) }
  }
}
