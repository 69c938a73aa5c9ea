import GRDBSQLite
import Glibc
import WeirBase

/// An open SQLite database, used by one thread.
final class SQLiteConnection {
  let handle: OpaquePointer
  /// What the file is called in messages.
  let name: String
  private let cancellation: Cancellation
  private let patience: Patience

  enum Purpose { case reading, writing }

  /// Opens a file; for reading it must be there, and nobody is locked out by it. `waiting` is how many seconds a call
  /// waits for another program to let go.
  init(_ path: String, name: String, for purpose: Purpose, waiting: Double, cancellation: Cancellation) throws {
    var status = stat()
    if stat(path, &status) != 0 {
      guard purpose == .writing, errno == ENOENT else { throw FileFault(code: errno) }
    } else {
      // A pipe or a device could wait for ever. (The file is not opened to look into it: closing it would drop the locks
      // that other connections of this process have.)
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw FileFault(code: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
      }
      guard access(path, purpose == .reading ? R_OK : R_OK | W_OK) == 0 else { throw FileFault(code: errno) }
    }
    let flags = purpose == .reading ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    // A path such as `:memory:` or `file:x` is a file's name here, as anywhere.
    let plain = path.hasPrefix("/") ? path : "./" + path
    (self.name, self.cancellation) = (name, cancellation)
    patience = Patience(waiting, cancellation)
    handle = try SQLiteConnection.open(plain, flags, name)
    try setUp()
  }

  /// A database in memory.
  init(cancellation: Cancellation) throws {
    (name, self.cancellation) = ("tables", cancellation)
    patience = Patience(0, cancellation)
    handle = try SQLiteConnection.open(":memory:", SQLITE_OPEN_READWRITE, "tables")
    try setUp()
  }

  deinit { sqlite3_close_v2(handle) }

  private static func open(_ path: String, _ flags: Int32, _ name: String) throws -> OpaquePointer {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let words = String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(opened)
      throw TableError.other("`\(name)` can't be opened: \(words)", mend: nil)
    }
    return opened
  }

  private func setUp() throws {
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_handler(
      handle,
      { context, attempt in
        guard let context else { return 0 }
        return Unmanaged<Patience>.fromOpaque(context).takeUnretainedValue().waits(attempt) ? 1 : 0
      }, Unmanaged.passUnretained(patience).toOpaque())
    // One value may not take all memory.
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 256 << 20)
    let context = Unmanaged.passUnretained(cancellation).toOpaque()
    sqlite3_progress_handler(
      handle, 20_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<Cancellation>.fromOpaque(context).takeUnretainedValue().isCancelled ? 1 : 0
      }, context)
    // What the file's own schema says is not to be believed.
    try run("PRAGMA trusted_schema = OFF")
    try run("PRAGMA cell_size_check = ON")
  }

  /// Runs statements that give no rows.
  func run(_ sql: String) throws {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw failure(code, sql) }
  }

  /// From here on only reading is allowed, whatever a query says.
  func allowOnlyReading() {
    let authorize: @convention(c) (
      UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?
    ) -> Int32 = { _, action, first, second, _, _ in
      switch action {
      case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
      case SQLITE_FUNCTION:
        return second.map { strcasecmp($0, "load_extension") == 0 } ?? true ? SQLITE_DENY : SQLITE_OK
      case SQLITE_PRAGMA:
        let harmless = ["table_info", "table_xinfo", "table_list", "index_list", "index_info", "foreign_key_list"]
        return first.map { harmless.contains(String(cString: $0).lowercased()) } ?? false ? SQLITE_OK : SQLITE_DENY
      default: return SQLITE_DENY
      }
    }
    sqlite3_set_authorizer(handle, authorize, nil)
  }

  /// Prepares the first statement of a text, and says how many bytes of it that took; none where it is but blanks,
  /// comments or a semicolon.
  func prepare(_ sql: [UInt8]) throws -> (statement: SQLiteStatement?, length: Int) {
    guard let size = Int32(exactly: sql.count) else { throw TableError.other("a query is too long", mend: nil) }
    var prepared: OpaquePointer?
    var length = 0
    let code = sql.withUnsafeBytes { raw -> Int32 in
      let start = raw.bindMemory(to: CChar.self).baseAddress
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v2(handle, start, size, &prepared, &tail)
      if let start, let tail { length = tail - start }
      return code
    }
    guard code == SQLITE_OK else { throw failure(code, String(decoding: sql, as: UTF8.self)) }
    return (prepared.map { SQLiteStatement($0, self, sql: String(decoding: sql, as: UTF8.self)) }, length)
  }

  /// A statement of ours.
  func prepare(_ sql: String) throws -> SQLiteStatement {
    guard let statement = try prepare(Array(sql.utf8)).statement else {
      throw TableError.other("the query is empty", mend: "write `select ... from ...`")
    }
    return statement
  }

  /// What went wrong, in our words where we have some.
  func failure(_ code: Int32, _ sql: String) -> any Error {
    let words = String(cString: sqlite3_errmsg(handle))
    switch code & 0xFF {
    case SQLITE_INTERRUPT where cancellation.isCancelled: return Cancelled(reason: cancellation.reason)
    case SQLITE_NOTADB: return malformed("it is not an SQLite database")
    case SQLITE_CORRUPT: return malformed("the database is damaged (\(words))")
    case SQLITE_BUSY, SQLITE_LOCKED:
      return cancellation.isCancelled
        ? Cancelled(reason: cancellation.reason) : SQLiteError.locked(file: name, seconds: patience.seconds)
    case SQLITE_READONLY where code == SQLiteConnection.unfinishedWrite: return SQLiteError.unfinished(file: name)
    case SQLITE_AUTH:
      return TableError.other(
        "a query only reads tables and calls functions; this one does something else: \(SQLiteConnection.short(sql))",
        mend: "write tables with `write_sqlite`")
    case SQLITE_FULL: return TableError.other("there is no room left on the disk for `\(name)`", mend: nil)
    case SQLITE_TOOBIG: return TableError.other("`\(name)`: a value is larger than 256 MB", mend: nil)
    case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_IOERR:
      return TableError.other("`\(name)` can't be used: \(words)", mend: nil)
    default: return TableError.other("`\(name)`: \(words), in \(SQLiteConnection.short(sql))", mend: nil)
    }
  }

  /// SQLITE_READONLY_ROLLBACK, which is a macro in C: a journal is there that only a writer may play back.
  private static let unfinishedWrite = SQLITE_READONLY | (3 << 8)

  func malformed(_ problem: String, column: String? = nil) -> TableError {
    .malformed(file: name, problem: problem, line: nil, offset: nil, column: column)
  }

  /// A query as it is shown: in one line, and not all of a long one.
  static func short(_ sql: String) -> String {
    let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return "`\(line.count > 120 ? line.prefix(117) + "..." : line[...])`"
  }

  /// A name as SQL has it.
  static func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}

/// How long a call waits for another program to let go of a file; it stops waiting where the cell is stopped.
private final class Patience {
  let seconds: Double
  private let cancellation: Cancellation
  private var began = timespec()

  init(_ seconds: Double, _ cancellation: Cancellation) {
    self.seconds = min(max(seconds, 0), 1e6)
    self.cancellation = cancellation
  }

  /// Sleeps a little; false where the time is up. `attempt` is 0 the first time that a lock is met.
  func waits(_ attempt: Int32) -> Bool {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    if attempt == 0 { began = now }
    let waited = Double(now.tv_sec - began.tv_sec) + Double(now.tv_nsec - began.tv_nsec) / 1e9
    guard waited < seconds, !cancellation.isCancelled else { return false }
    usleep(UInt32(min(1 + max(0, attempt), 25)) * 1000)
    return true
  }
}

/// A prepared statement.
final class SQLiteStatement {
  let handle: OpaquePointer
  let connection: SQLiteConnection
  let sql: String

  init(_ handle: OpaquePointer, _ connection: SQLiteConnection, sql: String) {
    (self.handle, self.connection, self.sql) = (handle, connection, sql)
  }

  deinit { sqlite3_finalize(handle) }

  /// Goes to the next row; false at the end.
  func next() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw connection.failure(code, sql)
    }
  }

  func bind(_ text: String, at place: Int32) throws {
    // -1 is SQLITE_TRANSIENT: SQLite keeps a copy of its own.
    let code = sqlite3_bind_text(
      handle, place, text, Int32(clamping: text.utf8.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
    guard code == SQLITE_OK else { throw connection.failure(code, sql) }
  }

  func text(_ place: Int32) -> String {
    guard let start = sqlite3_column_text(handle, place) else { return "" }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, place)))
    return String(decoding: bytes, as: UTF8.self)
  }
}
