package import WeirBase
package import WeirModels
import WeirDiagnostics
package import WeirTables

/// The world, as far as a builtin may touch it: files, clock, terminal. Reads are recorded for the key of the cell.
package protocol Host: Sendable {
  /// The contents of a file; a relative path starts at the folder of the notebook.
  func read(_ path: String) throws -> FileContents
  /// The paths that a pattern (`data/*/*.png`) or a plain path matches, sorted; recorded as read.
  func matching(_ pattern: String) throws -> [String]
  /// Where a path lies on this machine, for libraries that open files themselves; recorded as read.
  func locate(_ path: String) throws -> String
  /// A file to look into without reading all of it; recorded by its size and time.
  func look(at path: String) throws -> FileLook
  /// Replaces a file as a whole, or leaves the old one.
  func write(_ path: String, _ bytes: [UInt8]) throws
  /// The same for content that comes piece by piece.
  func write(_ path: String, _ produce: (inout FileDraft) throws -> Void) throws
  /// Where a file that a library writes itself lies on this machine; recorded as written.
  func locateForWriting(_ path: String) throws -> String
  /// Shows something now, before the cell has ended (`print`).
  func emit(_ shown: Shown)
  /// How much of a long piece of work is done.
  func progress(_ done: Int, _ total: Int, _ what: String)
  func now() -> Instant
  /// Notes a fact about the run: a metric, a deliberate exception from the rule against leakage.
  func note(_ kind: RunNote)
  /// The files read and the metrics noted so far, by this cell and by those whose names it reads.
  var origins: Origins { get }
  /// What is kept of the parts of long computations; nil where nothing is.
  var memory: (any Memory)? { get }
  /// Keeps a model in the registry beside the program; gives its version.
  func register(model name: String, _ bytes: [UInt8], tags: [String]) throws -> Int64
  /// The bytes of a registered model: `churn`, `churn@3` or `churn@production`.
  func registeredModel(_ reference: String) throws -> [UInt8]
}

/// A file as one finds it, before anything of it is read.
package struct FileLook: Sendable {
  /// Mapped, so that only what is looked at is read.
  package let contents: FileContents
  /// Where it lies on this machine.
  package let place: String
  package let modified: Instant

  package init(contents: FileContents, place: String, modified: Instant) {
    (self.contents, self.place, self.modified) = (contents, place, modified)
  }
}

extension Host {
  package func write(_ path: String, _ produce: (inout FileDraft) throws -> Void) throws {
    var draft = FileDraft(keepsBytes: true)
    try produce(&draft)
    try write(path, draft.bytes)
  }

  package func look(at path: String) throws -> FileLook {
    FileLook(contents: try read(path), place: try locate(path), modified: now())
  }

  package var memory: (any Memory)? { nil }
  package var origins: Origins { Origins() }
  package func register(model name: String, _ bytes: [UInt8], tags: [String]) throws -> Int64 { throw Diagnostic.noStore() }
  package func registeredModel(_ reference: String) throws -> [UInt8] { throw Diagnostic.noStore() }
}

/// Where what a cell makes comes from.
package struct Origins: Sendable, Hashable {
  package var files: [ModelCard.Source]
  package var metrics: [ModelCard.Figure]
  /// The engine and what it computes with.
  package var engine: String

  package init(files: [ModelCard.Source] = [], metrics: [ModelCard.Figure] = [], engine: String = "") {
    self.files = files
    self.metrics = metrics
    self.engine = engine
  }
}

/// Facts that a run keeps beside its values.
package enum RunNote: Sendable, Hashable {
  case metric(name: String, value: Double)
  case leakAllowed(reason: String)
}

/// Something a cell shows, as data: stored with the cell and drawn anew for each terminal or page.
package enum Shown: Sendable {
  /// What `print` was given.
  case printed(String)
  case value(Value)
  /// The first rows of a longer table.
  case table(Table, rowCount: Int)
}
