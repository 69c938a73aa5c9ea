import GRDB
import WeirBase
import Glibc
import Synchronization

/// A `.weir` folder: what notebooks have computed, the runs that did it, and the models that came of it.
///
/// `store.db` holds the records and small objects, `objects/` the large ones. Several processes and threads may use one
/// store at once. What a call reports done survives a kill of the process at any moment; whatever is read was whole when
/// written, and is checked against its hash.
///
/// Power cuts: models, promotions, notes and runs that computed something are on the disk when their call returns. Cells
/// and the records of a run under way are in the system's hands (SQLite's `synchronous = NORMAL`): a power cut may take
/// the latest back, whole, and they are computed again.
package final class Store: Sendable {
  /// The folder, as given.
  package let path: String
  let queue: DatabaseQueue
  let objects: ObjectFolder
  let observer: @Sendable (StoreStep) -> Void
  private let notices = Mutex<[StoreNotice]>([])

  /// Opens the store at `path`, and makes it where there is none. `waiting` is how many seconds a call waits for
  /// another process; `observer` is for tests, told each step of writing.
  package init(
    at path: String, waiting: Double = 10, observer: @escaping @Sendable (StoreStep) -> Void = { _ in }
  ) throws(StoreError) {
    self.path = path
    self.observer = observer
    objects = ObjectFolder(path: "\(path)/objects", observer: observer)
    try Store.makeFolders(path, objects.path)
    queue = try Store.open("\(path)/store.db", in: path, waiting: waiting)
  }

  /// Where the store of a notebook in `folder` is: what WEIR_HOME says, or `.weir` beside the notebook.
  package static func location(beside folder: String, home: String? = nil) -> String {
    if let home, !home.isEmpty { return home }
    return folder.isEmpty ? ".weir" : folder.hasSuffix("/") ? folder + ".weir" : folder + "/.weir"
  }

  /// What the store put up with since the last call, each once.
  package func takeNotices() -> [StoreNotice] {
    notices.withLock { taken in
      defer { taken = [] }
      return taken
    }
  }

  func note(_ notice: StoreNotice) {
    notices.withLock { if !$0.contains(notice) { $0.append(notice) } }
  }

  /// Closes the database. A command that ends needs no close: the store is as whole without.
  package func close() throws(StoreError) {
    try StoreError.translating(path) { try queue.close() }
  }
}

// MARK: - Reading and writing

extension Store {
  /// How much a call waits for.
  enum Durability: String { case process = "NORMAL", disk = "FULL" }

  /// One look at the database, all of it at one moment.
  func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
    try StoreError.translating(path) {
      try queue.inDatabase { db in
        var result: T?
        try db.inTransaction(.deferred) {
          result = try body(db)
          return .commit
        }
        guard let result else { throw StoreError.damaged(path: path, problem: "a transaction gave nothing") }
        return result
      }
    }
  }

  /// One change of the database: all of `body`, or nothing.
  func write<T>(_ durability: Durability, _ body: (Database) throws -> T) throws(StoreError) -> T {
    try StoreError.translating(path) {
      try queue.writeWithoutTransaction { db in
        // The last setting made holds for the connection; it can't change within a transaction.
        try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
        var result: T?
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
        guard let result else { throw StoreError.damaged(path: path, problem: "a transaction gave nothing") }
        return result
      }
    }
  }

  func rows(_ db: Database, _ sql: String, _ arguments: StatementArguments = StatementArguments()) throws -> [StoredRow] {
    let found = try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: arguments)
    return found.map { StoredRow(row: $0, path: "\(path)/store.db") }
  }

  func execute(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }
}

// MARK: - Opening

extension Store {
  private static func makeFolders(_ path: String, _ objects: String) throws(StoreError) {
    if access(objects, W_OK | X_OK) == 0 { return }
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      made += made.isEmpty && !part.isEmpty ? String(part) : "/" + part
      if part.isEmpty || part == "." || part == ".." { continue }
      if mkdir(made, 0o755) != 0, errno != EEXIST, access(made, F_OK) != 0 {
        throw StoreError(FileFault(code: errno), path: made)
      }
    }
    guard mkdir(objects, 0o755) == 0 || errno == EEXIST else { throw StoreError(FileFault(code: errno), path: objects) }
    guard access(objects, W_OK | X_OK) == 0 else { throw StoreError(FileFault(code: errno), path: objects) }
    // The store is nobody's to commit.
    let descriptor = Glibc.open("\(path)/.gitignore", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    if descriptor >= 0 {
      _ = Glibc.write(descriptor, "*\n", 2)
      Glibc.close(descriptor)
    }
  }

  private static func open(_ file: String, in path: String, waiting: Double) throws(StoreError) -> DatabaseQueue {
    try StoreError.translating(file) {
      try refuseForeign(file)
      var configuration = Configuration()
      configuration.label = "store"
      configuration.busyMode = .timeout(waiting)
      configuration.prepareDatabase { db in
        try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA wal_autocheckpoint = 256")
      }
      if let queue = try? DatabaseQueue(path: file, configuration: configuration), try isCurrent(queue, file) {
        return queue
      }
      // New or old: one process at a time makes it current, the others wait and then find it so.
      return try locked("\(path)/lock", waiting: waiting) {
        let queue = try DatabaseQueue(path: file, configuration: configuration)
        if try isCurrent(queue, file) { return queue }
        try queue.writeWithoutTransaction { db in
          try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        }
        try Schema.migrator.migrate(queue)
        return queue
      }
    }
  }

  /// Looks only at what `stat` says: to open and close the file ourselves would drop the locks that other connections of
  /// this process have on it.
  private static func refuseForeign(_ file: String) throws {
    var status = stat()
    guard stat(file, &status) == 0 else {
      if errno == ENOENT { return }
      throw StoreError(FileFault(code: errno), path: file)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw StoreError.unwritable(path: file, problem: "it is not a file")
    }
    guard access(file, R_OK | W_OK) == 0 else { throw StoreError(FileFault(code: errno), path: file) }
  }

  /// Whether every step of the schema is there; throws where the database is not ours or of a later time.
  private static func isCurrent(_ queue: DatabaseQueue, _ file: String) throws -> Bool {
    try queue.inDatabase { db in
      func header(_ name: String) throws -> Int64 {
        guard let row = try Row.fetchOne(db, sql: "PRAGMA \(name)") else { return 0 }
        return StoredRow(row: row, path: file).optionalInt(0) ?? 0
      }
      let version = try header("user_version")
      if try header("application_id") != Schema.applicationID {
        let tables = try Row.fetchAll(db, sql: "SELECT name FROM sqlite_master LIMIT 2")
        let names = tables.compactMap { StoredRow(row: $0, path: file).optionalText(0) }
        // Killed while it was made, a store may hold the migrator's own table and nothing else.
        if names.contains(where: { !$0.contains("grdb_migrations") }) { throw StoreError.foreign(path: file) }
        return false
      }
      if version > Schema.version { throw StoreError.newer(path: file, found: Int(version), known: Schema.version) }
      return version == Schema.version
    }
  }

  private static func locked<T>(_ file: String, waiting: Double, _ body: () throws -> T) throws -> T {
    let descriptor = Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw StoreError(FileFault(code: errno), path: file) }
    defer { Glibc.close(descriptor) }
    let end = MonotonicClock.now + Int64(min(max(waiting, 0), 1e6) * 1e9)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw StoreError(FileFault(code: errno), path: file) }
      guard MonotonicClock.now < end else { throw StoreError.busy(path: file) }
      usleep(5000)
    }
    return try body()
  }
}
