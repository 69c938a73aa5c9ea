import GRDBSQLite
import Glibc
import Testing
import WeirBase

/// Runs over databases that another process, this one, has open and writes to.
struct SQLiteRunTests {
  /// A connection of its own; `patience` is how long it waits for a lock, in milliseconds.
  private final class Writer: @unchecked Sendable {
    private let handle: OpaquePointer?

    init(_ project: Project, patience: Int32 = 0) {
      var opened: OpaquePointer?
      sqlite3_open(project.path + "/shop.db", &opened)
      handle = opened
      sqlite3_busy_timeout(handle, patience)
    }

    deinit { sqlite3_close_v2(handle) }

    func run(_ sql: String) { #expect(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)") }
  }

  private func bytes(_ project: Project) throws -> [UInt8] { try FileContents(mapping: project.path + "/shop.db").bytes }

  /// A change that stands in the log alone, while the file itself is as it was, runs the cell again.
  @Test func theLogBelongsToWhatACellReads() throws {
    let project = Project(), writer = Writer(project)
    for sql in [
      "PRAGMA journal_mode = wal", "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)",
      "PRAGMA wal_checkpoint(TRUNCATE)",
    ] { writer.run(sql) }
    project.notebook([("load", "t = read_sqlite(\"shop.db\")"), ("sum", "sum(t.a)")])
    let first = project.weir("run", "a.mlnb")
    #expect(first.output == "1\n" && project.ran(first) == ["load", "sum"], "\(first.all)")
    #expect(project.ran(project.weir("run", "a.mlnb")).isEmpty)
    let before = try bytes(project)
    for total in [3, 6, 10] {
      writer.run("INSERT INTO t SELECT count(*) + 1 FROM t")
      #expect(try bytes(project) == before)
      let changed = project.weir("run", "a.mlnb")
      #expect(changed.output == "\(total)\n" && project.ran(changed) == ["load", "sum"], "\(changed.all)")
      let unchanged = project.weir("run", "a.mlnb")
      #expect(unchanged.output == "\(total)\n" && project.ran(unchanged).isEmpty)
    }
    // The rows that a change leaves alone are the same: the wave stops at the table.
    writer.run("CREATE INDEX i ON t (a)")
    #expect(project.ran(project.weir("run", "a.mlnb")) == ["load"])
    // The log moves into the file, then the file goes back to a journal of the other kind: the rows stay.
    writer.run("PRAGMA wal_checkpoint(TRUNCATE)")
    #expect(try bytes(project) != before)
    #expect(project.ran(project.weir("run", "a.mlnb")) == ["load"])
    writer.run("PRAGMA journal_mode = delete")
    #expect(project.weir("run", "a.mlnb").output == "10\n")
    writer.run("UPDATE t SET a = 0 WHERE a = 1")
    #expect(project.weir("run", "a.mlnb").output == "9\n")
  }

  /// Whatever the moment, a run sees all of a transaction or nothing, and the writer comes to its end.
  @Test(arguments: ["wal", "delete"]) func runsSeeWholeTransactions(_ journal: String) throws {
    let project = Project(), writer = Writer(project, patience: 20_000)
    writer.run("PRAGMA journal_mode = \(journal)")
    writer.run("CREATE TABLE t (a INTEGER, b INTEGER)")
    writer.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i, 0 FROM n")
    project.notebook([("load", "t = read_sqlite(\"shop.db\")"), ("sum", "[sum(t.a) + sum(t.b), count(t), n_unique(t.b)]")])
    var writes = 0, ran = 0
    for _ in 0..<5 {
      let running = project.start(["run", "a.mlnb"])
      while !running.isOver {
        writer.run("BEGIN IMMEDIATE; UPDATE t SET a = a - 1; UPDATE t SET b = b + 1; COMMIT")
        writes += 1
        usleep(500)
      }
      let run = running.wait(seconds: 60)
      #expect(run.status == 0 && run.output == "[\(20_000 * 20_001 / 2), 20000, 1]\n", "\(run.all)")
      ran += project.ran(run).contains("load") ? 1 : 0
    }
    #expect(writes > 5 && ran > 1)
  }

  /// While a run reads, a writer that does not wait at all goes on where the database keeps a log; nothing of what it
  /// writes is seen by that run.
  @Test func aReaderIsInNobodysWay() throws {
    let project = Project(), writer = Writer(project)
    writer.run("PRAGMA journal_mode = wal")
    writer.run("CREATE TABLE t (a INTEGER)")
    writer.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i FROM n")
    // The query goes through the rows a thousand times, so it lasts.
    project.write("p.weir", "print(\"reading\")\nread_sqlite(\"shop.db\", query: \"select sum(x.a) as s, count(*) as n from t x, t y, (select 1 from t limit 15) z\") |> map(row => [row.s, row.n])\n")
    let running = project.start(["run", "p.weir"])
    while !running.isOver, !running.outputSoFar.contains("reading") { usleep(1000) }
    var written = 0
    while !running.isOver {
      writer.run("INSERT INTO t VALUES (1000000)")
      written += 1
      usleep(1000)
    }
    let run = running.wait(seconds: 60)
    #expect(run.status == 0 && written > 3, "\(run.all)")
    let numbers = run.output.split { !$0.isNumber }.compactMap { Int($0) }
    #expect(numbers.count == 2)
    guard numbers.count == 2 else { return }
    // Of n rows once: 15 n² rows, and the sum of the first thousand and of as many millions as there were then.
    let rows = Int((Double(numbers[1]) / 15).squareRoot().rounded())
    #expect(15 * rows * rows == numbers[1])
    #expect(numbers[0] == 15 * rows * (500_500 + (rows - 1000) * 1_000_000))
  }
}
