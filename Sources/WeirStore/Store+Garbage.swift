import GRDB
import Glibc

/// What a store takes up.
package struct StoreSize: Sendable, Hashable {
  package let cells: Int
  package let runs: Int
  package let objects: Int
  /// Bytes of all objects.
  package let objectBytes: Int64
  /// Bytes of the database files, small objects within.
  package let databaseBytes: Int64
}

/// What a collection took away, or would.
package struct Garbage: Sendable, Hashable {
  package var objects = 0
  package var objectBytes: Int64 = 0
  /// Files that killed writers left.
  package var leftovers = 0
  package init() {}
}

/// Making room: old cells and runs go by `prune`, and what no record names then by `collectGarbage`.
extension Store {
  /// Forgets cells that no run has used for so many seconds, and runs older than that but the latest `keepingRuns`.
  /// Runs that a model came from stay. With `dryRun` only counts.
  @discardableResult
  package func prune(
    olderThan seconds: Double, keepingRuns kept: Int = 0, dryRun: Bool = false
  ) throws(StoreError) -> (cells: Int, runs: Int) {
    let limit = Self.moment(seconds)
    let oldCells = "FROM cell WHERE used < ?"
    let oldRuns = """
      FROM run WHERE coalesce(finished, started) < ?1 AND status <> 'running'
        AND id NOT IN (SELECT run FROM model_version WHERE run IS NOT NULL)
        AND id NOT IN (SELECT id FROM run ORDER BY id DESC LIMIT ?2)
      """
    if dryRun {
      return try read { db in
        let cells = try rows(db, "SELECT count(*) \(oldCells)", [limit]).first?.int(0) ?? 0
        let runs = try rows(db, "SELECT count(*) \(oldRuns)", [limit, max(kept, 0)]).first?.int(0) ?? 0
        return (Int(cells), Int(runs))
      }
    }
    return try write(.process) { db in
      try execute(db, "DELETE \(oldCells)", [limit])
      let cells = db.changesCount
      try execute(db, "DELETE \(oldRuns)", [limit, max(kept, 0)])
      return (cells, db.changesCount)
    }
  }

  /// The moment so many seconds ago, in microseconds since 1970.
  private static func moment(_ seconds: Double) -> Int64 {
    // What does not fit means all of time.
    let age = Int64(exactly: (max(seconds, 0) * 1e6).rounded()) ?? .max
    return WallClock.now.subtractingReportingOverflow(age).partialValue
  }

  /// Takes away the objects that no cell and no model names, where they were written more than `grace` seconds ago:
  /// a younger one may be about to be named. With `dryRun` only counts, as if cells that no run used for `unused` seconds
  /// were forgotten.
  package func collectGarbage(
    grace: Double = 3600, dryRun: Bool = false, unused: Double? = nil
  ) throws(StoreError) -> Garbage {
    let limit = Self.moment(grace)
    let since = dryRun ? unused.map(Self.moment) ?? .min : .min
    let entries = objects.entries()
    let garbage = try write(.process) { db in
      let named = Set(
        try rows(
          db,
          """
          SELECT object FROM cell_name JOIN cell USING (key) WHERE used >= ?1
          UNION SELECT output FROM cell WHERE output IS NOT NULL AND used >= ?1
          UNION SELECT object FROM model_version
          """, [since]
        ).map { try $0.hash(0) })
      observer(.garbageListed)
      var garbage = Garbage()
      for row in try rows(db, "SELECT hash, length(bytes) FROM object WHERE written < ?", [limit]) {
        let hash = try row.hash(0)
        if named.contains(hash) { continue }
        garbage.objects += 1
        garbage.objectBytes += try row.int(1)
        if !dryRun { try execute(db, "DELETE FROM object WHERE hash = ?", [hash.hex]) }
      }
      observer(.garbageRowsDropped)
      // Within the transaction: no record that names one of them can be saved meanwhile.
      for entry in entries where entry.modified < limit && !(entry.hash.map(named.contains) ?? false) {
        if entry.hash == nil {
          garbage.leftovers += 1
        } else {
          garbage.objects += 1
          garbage.objectBytes += entry.size
        }
        if !dryRun, isStillOld(entry, limit) {
          unlink(entry.path)
          observer(.garbageFileRemoved)
        }
      }
      return garbage
    }
    if !dryRun, garbage.objects > 0 { try shrink() }
    return garbage
  }

  private func isStillOld(_ entry: ObjectFolder.Entry, _ limit: Int64) -> Bool {
    var status = stat()
    return lstat(entry.path, &status) == 0 && Int64(status.st_mtim.tv_sec) * 1_000_000 < limit
  }

  /// Gives free pages back to the file system.
  private func shrink() throws(StoreError) {
    try StoreError.translating(path) {
      try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA incremental_vacuum")
        try db.checkpoint(.passive)
      }
    }
  }

  /// Lets the database of this connection grow to so many pages and no further; stands for a full disk in tests.
  package func limitPages(to count: Int) throws(StoreError) {
    try StoreError.translating(path) {
      try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
    }
  }

  package func size() throws(StoreError) -> StoreSize {
    let entries = objects.entries().filter { $0.hash != nil }
    var database: Int64 = 0
    for name in ["store.db", "store.db-wal"] {
      var status = stat()
      if stat("\(path)/\(name)", &status) == 0 { database += Int64(status.st_size) }
    }
    return try read { db in
      let counts = try rows(
        db,
        """
        SELECT (SELECT count(*) FROM cell), (SELECT count(*) FROM run), count(*), coalesce(sum(length(bytes)), 0) FROM object
        """)
      guard let row = counts.first else { throw StoreError.damaged(path: path, problem: "nothing to count") }
      return StoreSize(
        cells: Int(try row.int(0)), runs: Int(try row.int(1)), objects: Int(try row.int(2)) + entries.count,
        objectBytes: try row.int(3) + entries.reduce(0) { $0 + $1.size }, databaseBytes: database)
    }
  }
}
