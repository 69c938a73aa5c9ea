import Glibc
import Synchronization
package import WeirBase
package import WeirCatalog
import WeirDiagnostics
package import WeirModels
package import WeirStore
package import WeirTables

/// A file or pattern that a cell looked at, and what it held then.
package struct FileRead: Sendable, Hashable {
  /// As the program names it; a relative path starts at the folder of the program.
  package let path: String
  /// Of the contents; of the list of names for a pattern; "missing" where there was nothing.
  package let hash: String
  package init(path: String, hash: String) {
    self.path = path
    self.hash = hash
  }

  /// The hash of what is not there.
  package static let missing = "missing"
}

/// The world as a cell sees it: files under the folder of the program, and a record of all that it touched.
package final class CellHost: Host {
  package let folder: String
  private let hashing: FileHashing
  private let observer: @Sendable (HostEvent) -> Void
  private let isSilent: Bool
  private let store: Store?
  package let memory: (any Memory)?
  private let inherited: [CellResult]

  private struct State {
    var reads: [FileRead] = []
    var written: Set<String> = []
    var shown: [Shown] = []
    var notes: [RunNote] = []
  }
  private let state = Mutex(State())

  /// What is told while a cell runs.
  package enum HostEvent: Sendable {
    /// It was not in the cache and is evaluated; why, in the user's words.
    case began(reason: String)
    case shown(Shown)
    case progress(done: Int, total: Int, what: String)
  }

  /// `memory` keeps the parts of long computations; `inherited` are the cells that this one depends on; `isSilent` for a cell that only restores what it gave before: it shows nothing and writes nothing.
  package init(
    folder: String, hashing: FileHashing, store: Store? = nil, memory: (any Memory)? = nil,
    inherited: [CellResult] = [], isSilent: Bool = false,
    observer: @escaping @Sendable (HostEvent) -> Void = { _ in }
  ) {
    self.folder = folder
    self.hashing = hashing
    self.isSilent = isSilent
    self.store = store
    self.memory = memory
    self.inherited = inherited
    self.observer = observer
  }

  package var shown: [Shown] { state.withLock { $0.shown } }
  package var notes: [RunNote] { state.withLock { $0.notes } }

  /// What was read, each once; and what was written with the hash of what it holds now.
  package func reads() -> [FileRead] {
    let reads = state.withLock { $0.reads }
    return Dictionary(reads.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first }).values.sorted { $0.path < $1.path }
  }

  package func writes() -> [FileRead] {
    state.withLock { $0.written }.sorted().map { path in
      FileRead(path: path, hash: hashing.hash(ofFile: Folder.join(folder, path)) ?? FileRead.missing)
    }
  }

  private func place(_ path: String) -> String { Folder.join(folder, path) }

  package func read(_ path: String) throws -> FileContents {
    let place = place(path)
    do {
      let contents = try FileContents(mapping: place)
      record(path, hashing.hash(ofFile: place, contents: contents))
      return contents
    } catch { throw refused(path, error) }
  }

  package func locate(_ path: String) throws -> String {
    let place = place(path)
    guard access(place, R_OK) == 0 else { throw refused(path, FileFault(code: errno)) }
    guard !Folder.isFolder(place) else { throw refused(path, FileFault(code: EISDIR)) }
    record(path, hashing.hash(ofFile: place) ?? FileRead.missing)
    // What was written to a database last may stand in the log beside it alone.
    if FileHashing.isLogged(place) {
      let log = path + FileHashing.logEnding
      record(log, hashing.currentHash(of: log, in: folder))
    }
    return place
  }

  package func look(at path: String) throws -> FileLook {
    let place = place(path)
    do {
      let contents = try FileContents(mapping: place)
      guard let stamp = FileStamp(ofFile: place) else { throw FileFault(code: errno) }
      record(FileHashing.lookMark + path, stamp.text)
      return FileLook(contents: contents, place: place, modified: Instant(stamp.modified))
    } catch { throw refused(path, error as? FileFault ?? FileFault(code: EIO)) }
  }

  package func matching(_ pattern: String) throws -> [String] {
    guard PathPattern.isPattern(pattern) else {
      let place = place(pattern)
      guard access(place, F_OK) == 0 else { throw refused(pattern, FileFault(code: ENOENT)) }
      guard Folder.isFolder(place) else { return [pattern] }
      let paths = Folder.visibleFiles(in: place).map { Folder.join(pattern, $0) }
      record(pattern, hashing.hash(ofNames: paths))
      return paths
    }
    let paths = PathPattern(pattern).matches(in: folder)
    record(pattern, hashing.hash(ofNames: paths))
    guard !paths.isEmpty else { throw Diagnostic.noMatchingFiles(pattern) }
    return paths
  }

  package func write(_ path: String, _ bytes: [UInt8]) throws { try write(path) { try $0.append(bytes) } }

  package func write(_ path: String, _ produce: (inout FileDraft) throws -> Void) throws {
    // What can't be written is told even where nothing is.
    if isSilent {
      var draft = FileDraft(keepsBytes: false)
      return try produce(&draft)
    }
    let place = try prepared(path)
    var refusal: (any Error)?
    do {
      try AtomicFile.write(to: place) { draft in
        do { try produce(&draft) } catch {
          // What the content has against being written is no fault of the file.
          if !(error is FileDraft.Refused) { refusal = error }
          throw error
        }
      }
    } catch {
      let fault = error as? FileFault ?? (error as? FileDraft.Refused)?.fault
      throw refusal ?? Diagnostic.unwritableFile(path, problem: fault?.message ?? "\(error)")
    }
    state.withLock { _ = $0.written.insert(path) }
  }

  package func locateForWriting(_ path: String) throws -> String {
    let place = try prepared(path)
    if isSilent { return "/dev/null" }
    state.withLock { _ = $0.written.insert(path) }
    return place
  }

  package func emit(_ shown: Shown) {
    if isSilent { return }
    state.withLock { $0.shown.append(shown) }
    observer(.shown(shown))
  }

  package func progress(_ done: Int, _ total: Int, _ what: String) {
    observer(.progress(done: done, total: total, what: what))
  }

  package func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  package func note(_ kind: RunNote) {
    if isSilent { return }
    state.withLock { $0.notes.append(kind) }
  }

  package var origins: Origins {
    let (reads, notes) = state.withLock { ($0.reads, $0.notes) }
    let files = Dictionary(
      (inherited.flatMap(\.reads) + reads).map { ($0.path, $0.hash) }, uniquingKeysWith: { $1 }
    ).sorted { $0.key < $1.key }.map { ModelCard.Source(path: $0.key, hash: $0.value) }
    var metrics: [ModelCard.Figure] = []
    for case .metric(let name, let value) in inherited.flatMap(\.notes) + notes {
      metrics.removeAll { $0.name == name }
      metrics.append(ModelCard.Figure(name: name, value: value))
    }
    return Origins(files: files, metrics: metrics, engine: EngineVersion.fingerprint)
  }

  package func register(model name: String, _ bytes: [UInt8], tags: [String]) throws -> Int64 {
    guard let store else { throw Diagnostic.noStore() }
    if isSilent { return 0 }
    let origins = self.origins
    let lineage = origins.files.compactMap { file in ContentHash(hex: file.hash).map { LineageEntry(.file, file.path, $0) } }
    let metrics = origins.metrics.map { RunMetric($0.name, $0.value) }
    return try store.register(name, bytes, ModelDetails(metrics: metrics, lineage: lineage, tags: tags))
  }

  package func registeredModel(_ reference: String) throws -> [UInt8] {
    guard let store else { throw Diagnostic.noStore() }
    let model = try store.model(try ModelReference(parsing: reference))
    record(FileHashing.modelMark + reference, model.object.hex)
    return try store.bytes(of: model)
  }

  private func record(_ path: String, _ hash: String) {
    state.withLock { $0.reads.append(FileRead(path: path, hash: hash)) }
  }

  /// The folder of a file that is to be written, made where it is missing.
  private func prepared(_ path: String) throws -> String {
    let place = place(path)
    guard !path.isEmpty, !Folder.isFolder(place) else {
      throw Diagnostic.unwritableFile(path, problem: "this is a folder")
    }
    do { try Folder.make(Folder.parent(of: place)) } catch {
      throw Diagnostic.unwritableFile(path, problem: error.problem)
    }
    return place
  }

  private func refused(_ path: String, _ fault: FileFault) -> Diagnostic {
    guard fault.isMissing else { return .unreadableFile(path, problem: fault.message) }
    record(path, FileRead.missing)
    let beside = Folder.parent(of: path)
    let near = Folder.names(in: place(beside.isEmpty ? "." : beside)).map { beside.isEmpty ? $0 : Folder.join(beside, $0) }
    return .missingFile(path, near: near)
  }
}
