import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

/// A world without files or terminal: what a module sees while it is loaded.
struct SealedHost: Host {
  private func refused(_ path: String) -> Diagnostic {
    .unreadableFile(path, problem: "a module reads and writes nothing while it is loaded; do it inside a function")
  }

  func read(_ path: String) throws -> FileContents { throw refused(path) }
  func matching(_ pattern: String) throws -> [String] { throw refused(pattern) }
  func locate(_ path: String) throws -> String { throw refused(path) }
  func write(_ path: String, _ bytes: [UInt8]) throws { throw refused(path) }
  func locateForWriting(_ path: String) throws -> String { throw refused(path) }
  func emit(_ shown: Shown) {}
  func progress(_ done: Int, _ total: Int, _ what: String) {}
  func now() -> Instant { Instant(0) }
  func note(_ kind: RunNote) {}
}
