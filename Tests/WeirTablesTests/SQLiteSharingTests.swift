import GRDBSQLite
import Glibc
import Synchronization
import Testing
import WeirBase
import WeirTables

/// Databases that others write to while we read.
@Suite struct SQLiteSharingTests {
  let file: TemporaryFile
  var reader: SQLiteReader { SQLiteReader(file.path, name: "shop.db", waiting: 20) }

  init() throws { file = try TemporaryFile() }

  /// Another connection moves money between two columns of many rows, each time in one transaction; whatever we read must
  /// add up, and every writer must come to its end.
  @Test(arguments: ["wal", "delete", "truncate"])
  func readsAreOfOneMoment(_ journal: String) throws {
    let other = try OtherProgram(
      file.path, "PRAGMA journal_mode = \(journal)", "CREATE TABLE t (a INTEGER, b INTEGER)",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) INSERT INTO t SELECT i, 0 FROM n")
    try other.run("PRAGMA busy_timeout = 20000")
    let total = 400 * 401 / 2
    let isDone = Atomic(false)
    // The connection of the writer is used by its thread alone.
    nonisolated(unsafe) let writer = other
    let reader = self.reader
    let seen = Mutex<Set<Int64>>([])
    try Workers(2).forEach(2) { part in
      if part == 0 {
        defer { isDone.store(true, ordering: .relaxed) }
        for _ in 0..<25 { try writer.run("BEGIN; UPDATE t SET a = a - 1; UPDATE t SET b = b + 1; COMMIT") }
      } else {
        var isLast = false
        while !isLast {
          // What is read after the writer has ended is what it wrote last.
          isLast = isDone.load(ordering: .relaxed)
          let table = try reader.read(table: "t")
          var (sum, moves): (Int64, Set<Int64>) = (0, [])
          for row in rows(table) {
            guard case .int(let a) = row[0], case .int(let b) = row[1] else { continue }
            sum += a + b
            moves.insert(b)
          }
          #expect(table.rowCount == 400 && sum == Int64(total) && moves.count == 1)
          seen.withLock { $0.formUnion(moves) }
        }
      }
    }
    #expect(seen.withLock { $0.contains(25) })
  }

  /// What stands in the log alone is read, and no lock stays: the writer goes on at once, with no time to wait.
  @Test func theLogIsReadAndNoLockStays() throws {
    let other = try OtherProgram(
      file.path, "PRAGMA journal_mode = wal", "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    let table = try reader.read()
    #expect(table.rowCount == 1)
    try other.run("INSERT INTO t VALUES (2)")
    try other.run("PRAGMA wal_checkpoint(TRUNCATE)")
    try other.run("PRAGMA journal_mode = delete")
    try other.run("BEGIN EXCLUSIVE; INSERT INTO t VALUES (3); COMMIT")
    #expect(try reader.read().rowCount == 3 && table.rowCount == 1)
  }

  /// In a transaction that is not ended yet nothing of it is seen.
  @Test(arguments: ["wal", "delete"]) func unfinishedWritesAreNotSeen(_ journal: String) throws {
    let other = try OtherProgram(
      file.path, "PRAGMA journal_mode = \(journal)", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)",
      "BEGIN IMMEDIATE", "INSERT INTO t VALUES (2)")
    #expect(try reader.read().rowCount == 1)
    try other.run("COMMIT")
    #expect(try reader.read().rowCount == 2)
  }

  @Test func waitingHasAnEnd() throws {
    let other = try OtherProgram(file.path, "CREATE TABLE t (a)", "BEGIN EXCLUSIVE")
    let short = SQLiteReader(file.path, name: "shop.db", waiting: 0.1)
    let start = ContinuousClock.now
    #expect(throws: SQLiteError.locked(file: "shop.db", seconds: 0.1)) { try short.read() }
    #expect(ContinuousClock.now - start >= .milliseconds(95))
    // A lock let go of in time is waited for.
    nonisolated(unsafe) let holder = other
    let reader = self.reader
    try Workers(2).forEach(2) { part in
      if part == 0 {
        usleep(50_000)
        try holder.run("COMMIT")
      } else {
        #expect(try reader.read().rowCount == 0)
      }
    }
  }

  @Test func waitingCanBeStopped() throws {
    let other = try OtherProgram(file.path, "CREATE TABLE t (a)", "BEGIN EXCLUSIVE")
    let cancellation = Cancellation()
    let patient = SQLiteReader(file.path, name: "x", waiting: 600, cancellation: cancellation)
    try Workers(2).forEach(2) { part in
      if part == 0 {
        usleep(30_000)
        cancellation.cancel(.timeLimit)
      } else {
        #expect { try patient.read() } throws: { ($0 as? Cancelled)?.reason == .timeLimit }
      }
    }
    try other.run("COMMIT")
  }

  /// A writer that died in the middle: rows half written are never given.
  @Test func aHotJournalIsSaid() throws {
    _ = try OtherProgram(
      file.path, "CREATE TABLE t (a)",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i FROM n")
    let dead = try TemporaryFile()
    do {
      // A small cache makes the writer put pages into the file before it ends; the copy is what a kill would leave.
      let writer = try OtherProgram(
        file.path, "PRAGMA cache_size = 5", "PRAGMA cache_spill = 5", "BEGIN IMMEDIATE", "UPDATE t SET a = -a")
      writeFile(try FileContents(mapping: file.path).bytes, dead.path)
      writeFile(try FileContents(mapping: file.path + "-journal").bytes, dead.path + "-journal")
      try writer.run("ROLLBACK")
    }
    let left = SQLiteReader(dead.path, name: "shop.db", waiting: 0)
    #expect(throws: SQLiteError.unfinished(file: "shop.db")) { try left.read() }
    _ = try OtherProgram(dead.path, "SELECT count(*) FROM t")
    #expect(try left.read(query: "select min(a) as a from t").column("a").scalar(at: 0) == .int(1))
  }
}
