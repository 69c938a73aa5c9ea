import GRDBSQLite
import Glibc
import Testing
import WeirBase
import WeirTables

/// A file's path that no other test has; what is there goes away with this object.
final class TemporaryFile: Sendable {
  let path: String
  init() throws {
    var template = Array("/tmp/weir-sqlite-XXXXXX".utf8CString)
    let made = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.map { mkstemp($0) } ?? -1 }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try #require(made >= 0)
    close(made)
    unlink(path)
  }
  deinit { for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) } }
}

/// Another program's connection to a file.
final class OtherProgram {
  private let handle: OpaquePointer?
  init(_ path: String, _ statements: String...) throws {
    var opened: OpaquePointer?
    sqlite3_open(path, &opened)
    handle = opened
    for sql in statements { try run(sql) }
  }
  deinit { sqlite3_close_v2(handle) }
  func run(_ sql: String) throws { try #require(sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK, "\(sql)") }
}

func words(_ error: any Error) -> String { "\(error)" }

@Suite struct SQLiteReaderTests {
  let file: TemporaryFile
  var reader: SQLiteReader { SQLiteReader(file.path, name: "shop.db", waiting: 0.05) }

  init() throws { file = try TemporaryFile() }

  private func column(_ declared: String, _ values: String...) throws -> Column {
    let target = try TemporaryFile()
    _ = try OtherProgram(
      target.path, "CREATE TABLE t (a \(declared))", values.isEmpty ? "SELECT 1" : "INSERT INTO t VALUES (\(values.joined(separator: "), (")))")
    return try SQLiteReader(target.path, name: "x").read().column("a")
  }

  /// The type of a column is that of its values, whatever is declared.
  @Test func typesComeFromValues() throws {
    let int = try column("INTEGER", "1", "-9223372036854775808", "9223372036854775807", "NULL")
    #expect(int.type == .int)
    #expect(cells(int) == [.int(1), .int(.min), .int(.max), .missing])
    #expect(cells(try column("TEXT", "'a'", "NULL", "''", "'ü€😀'")) == [.text("a"), .missing, .text(""), .text("ü€😀")])
    #expect(cells(try column("REAL", "1", "2.5")) == [.float(1), .float(2.5)])
    #expect(cells(try column("", "1", "2.5", "NULL", "3")) == [.float(1), .float(2.5), .missing, .float(3)])
    #expect(cells(try column("", "NULL", "9007199254740993", "NULL", "'x'", "0.1", "1e300"))
      == [.missing, .text("9007199254740993"), .missing, .text("x"), .text("0.1"), .text("1e+300")])
    #expect(cells(try column("INTEGER", "'12'", "'a'")) == [.text("12"), .text("a")])
  }

  @Test func declaredMeaningsHoldWhereEveryValueFits() throws {
    #expect(cells(try column("BOOLEAN", "1", "0", "NULL", "TRUE")) == [.bool(true), .bool(false), .missing, .bool(true)])
    #expect(cells(try column("BOOLEAN", "1", "2")) == [.int(1), .int(2)])
    #expect(cells(try column("DATE", "'1970-01-02'", "NULL")) == [.date(Day(1)), .missing])
    #expect(cells(try column("date", "'1970-01-02'", "'1970-01-01 00:00:01'"))
      == [.dateTime(Instant(86_400_000_000)), .dateTime(Instant(1_000_000))])
    #expect(cells(try column("DATE", "'1970-01-02'", "'1970-02-30'")) == [.text("1970-01-02"), .text("1970-02-30")])
    #expect(cells(try column("TIMESTAMP WITH TIME ZONE", "'1970-01-01T01:00:00.5+01:00'")) == [.dateTime(Instant(500_000))])
    #expect(cells(try column("DATETIME", "1700000000")) == [.int(1_700_000_000)])
    #expect(cells(try column("DURATION", "90", "-1")) == [.duration(TimeSpan(90)), .duration(TimeSpan(-1))])
    #expect(cells(try column("DURATION", "'1d2h'")) == [.duration(TimeSpan(93_600_000_000))])
    #expect(cells(try column("VARCHAR(20)", "'2026-01-31'")) == [.text("2026-01-31")])
  }

  @Test(arguments: [
    ("INTEGER", ColumnType.int), ("VARCHAR(9)", .text), ("DOUBLE", .float), ("", .float), ("BOOLEAN", .bool), ("DATE", .date),
    ("DATETIME", .dateTime), ("DURATION", .duration), ("NUMERIC", .float),
  ])
  func columnsWithoutValuesAreAsDeclared(_ declared: String, _ type: ColumnType) throws {
    #expect(try column(declared, "NULL").type == type)
    #expect(try column(declared).type == type)
  }

  @Test func tablesViewsAndQueriesAreRead() throws {
    _ = try OtherProgram(
      file.path, "CREATE TABLE \"my \"\"t\" (id INTEGER PRIMARY KEY, \"a b\" TEXT)", "INSERT INTO \"my \"\"t\" VALUES (7, 'x'), (9, 'y')",
      "CREATE TABLE other (z)", "CREATE VIEW v AS SELECT id * 2 AS double FROM \"my \"\"t\"")
    #expect(try reader.tables() == ["my \"t", "other", "v"])
    let table = try reader.read(table: "my \"t")
    #expect(table.names == ["id", "a b"] && rows(table) == [[.int(7), .text("x")], [.int(9), .text("y")]])
    #expect(try reader.read(table: "MY \"T", columns: ["a b"]).names == ["a b"])
    #expect(throws: TableError.noColumn("q", columns: ["id", "a b"])) { try reader.read(table: "my \"t", columns: ["q"]) }
    #expect(rows(try reader.read(table: "v")) == [[.int(14)], [.int(18)]])
    let query = try reader.read(query: "select max(id) as top, group_concat(\"a b\") as all_ from \"my \"\"t\"; -- done; really\n;")
    #expect(query.names == ["top", "all_"] && rows(query) == [[.int(9), .text("x,y")]])
    #expect(try reader.read(query: "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100) select sum(i) as s from n")
      .column("s").type == .int)
    #expect(try reader.columns(table: "other") == ["z"])
    #expect(try reader.columns(query: "select 1 as a, 2 as b") == ["a", "b"])
    #expect(try reader.read(table: "other").rowCount == 0)
  }

  @Test func aTableIsNeededWhereThereAreSeveral() throws {
    let other = try OtherProgram(file.path, "CREATE TABLE a (x)")
    #expect(try reader.read().names == ["x"])
    try other.run("CREATE TABLE b (y)")
    #expect { try reader.read() } throws: { words($0).contains("`a`, `b`") }
    #expect { try reader.read(table: "c") } throws: { words($0).contains("no table `c`") && words($0).contains("`a`, `b`") }
  }

  @Test(arguments: [
    "insert into t values (1)", "delete from t", "drop table t", "create table u (a)", "attach 'x.db' as x", "vacuum",
    "begin", "pragma journal_mode = wal", "pragma writable_schema = 1", "select load_extension('x')", "update t set a = 1 returning a",
    "select 1 as a; select 2 as b", "select 1 as a; nonsense", "", "  -- nothing\n", ";", "select", "select nope from t",
    "select * from t, t as u", "select 1 as a\u{0}; drop table t", "with x as (select 1) delete from t", "explain query plan select 1; drop table t",
  ])
  func onlyOneReadingStatementIsTaken(_ query: String) throws {
    _ = try OtherProgram(file.path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (42)")
    #expect(throws: TableError.self) { try reader.read(query: query) }
    #expect(rows(try reader.read(table: "t")) == [[.int(42)]])
    #expect(try reader.tables() == ["t"])
    #expect(access("x.db", F_OK) != 0)
  }

  private func reading(_ blobs: SQLiteBlobs) -> SQLiteReader { SQLiteReader(file.path, name: "shop.db", blobs: blobs) }

  @Test func binaryDataBecomeTheirDigits() throws {
    _ = try OtherProgram(
      file.path, "CREATE TABLE t (a, photo BLOB)", "INSERT INTO t VALUES (1, NULL), (2, x'FFD8'), (3, x''), (4, x'00')")
    let (table, digits) = try reader.rows(table: "t")
    #expect(digits == ["photo"])
    #expect(cells(try table.column("photo")) == [.missing, .text("FFD8"), .text(""), .text("00")])
    #expect(cells(try reading(.base64).read().column("photo")) == [.missing, .text("/9g="), .text(""), .text("AA==")])
    #expect { try reading(.error).read() } throws: { words($0).contains("`photo`") && words($0).contains("row 2") }
    #expect { try reading(.text).read() } throws: { words($0).contains("UTF-8") && words($0).contains("row 2") }
    #expect(try reader.rows(query: "select a from t").digits == [])
  }

  /// All bytes, held to Foundation's way through SQLite's own `hex` and to the vectors of RFC 4648.
  @Test func digitsLoseNothing() throws {
    let every = (0..<256).map { byte in String(byte, radix: 16).count == 1 ? "0" + String(byte, radix: 16) : String(byte, radix: 16) }.joined()
    _ = try OtherProgram(file.path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (x'\(every)')")
    #expect(cells(try reader.read().column("a")) == [.text(every.uppercased())])
    for (text, wanted) in [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy")] {
      #expect(cells(try reading(.base64).read(query: "select cast('\(text)' as blob) as b").column("b")) == [.text(wanted)])
      #expect(cells(try reading(.text).read(query: "select cast('\(text)' as blob) as b").column("b")) == [.text(text)])
    }
  }

  /// Digits beside texts could not be told apart; the type is decided over all rows, whichever comes first.
  @Test(arguments: [["x'41'", "'42'"], ["'42'", "x'41'"], ["NULL", "x'41'", "7"], ["2.5", "x'41'"], ["1", "'b'", "x'41'"]])
  func binaryDataBesideOthersAreRefused(_ values: [String]) throws {
    _ = try OtherProgram(file.path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (\(values.joined(separator: "), (")))")
    #expect { try reader.read() } throws: { error in
      guard case .blob(_, "a", let row, let others)? = error as? SQLiteError else { return false }
      return row >= 2 && (others == "texts" || others == "numbers")
    }
    if !values.contains("7"), !values.contains("2.5"), !values.contains("1") {
      #expect(try reading(.text).read().column("a").type == .text)
    }
  }

  @Test func brokenTextIsRefused() throws {
    _ = try OtherProgram(file.path, "CREATE TABLE u (a)", "INSERT INTO u VALUES ('fine'), (cast(x'41FF42' AS TEXT))")
    #expect { try reader.read(table: "u") } throws: { words($0).contains("UTF-8") && words($0).contains("row 2") }
  }

  @Test func textsWithNULAreWhole() throws {
    _ = try OtherProgram(file.path, "CREATE TABLE t (a)", "INSERT INTO t VALUES ('x' || char(0) || 'y')")
    #expect(cells(try reader.read().column("a")) == [.text("x\u{0}y")])
  }

  @Test func filesThatAreNotThereOrNoDatabaseAreErrors() throws {
    #expect(throws: FileFault.self) { try reader.read() }
    #expect(access(file.path, F_OK) != 0)
    #expect(throws: FileFault.self) { try SQLiteReader("/tmp", name: "tmp").read() }
    #expect(throws: FileFault.self) { try SQLiteReader("/dev/zero", name: "zero").read() }
    #expect(throws: FileFault.self) { try SQLiteReader(":memory:", name: "memory").read(query: "select 1") }
    writeFile(Array("a,b\n1,2\n".utf8) + Array(repeating: 32, count: 2000), file.path)
    #expect { try reader.read() } throws: { words($0).contains("not an SQLite database") }
    writeFile([], file.path)
    #expect { try reader.read() } throws: { words($0).contains("has no tables") }
  }

  /// A file changed or cut off anywhere: a table or an error, in bounded time.
  @Test func survivesDamage() throws {
    _ = try OtherProgram(
      file.path, "CREATE TABLE t (a INTEGER, b TEXT, c REAL, d DATE)", "CREATE INDEX i ON t(b)",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
        + "INSERT INTO t SELECT i, 'text ' || i, i / 7.0, date(i * 86400, 'unixepoch') FROM n")
    let whole = try FileContents(mapping: file.path).bytes
    var random = RandomStream(seed: 23)
    let damaged = try TemporaryFile()
    for round in 0..<300 {
      var bytes = whole
      if round % 3 == 0 { bytes.removeLast(random.nextInt(below: bytes.count)) }
      for _ in 0..<random.nextInt(below: 12) where !bytes.isEmpty {
        let place = random.nextInt(below: round % 2 == 0 ? min(bytes.count, 600) : bytes.count)
        bytes[place] = UInt8(random.nextInt(below: 256))
      }
      writeFile(bytes, damaged.path)
      let reader = SQLiteReader(damaged.path, name: "x", waiting: 0)
      do {
        for table in try reader.tables().prefix(4) { _ = try? reader.read(table: table) }
        _ = try reader.read(query: "select count(*) as n, max(b) as m from t order by 2")
      } catch is TableError {} catch is FileFault {} catch is SQLiteError {}
    }
  }

  @Test func lockedFilesAreSaidToBe() throws {
    let other = try OtherProgram(file.path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)", "BEGIN EXCLUSIVE")
    #expect { try reader.read() } throws: { words($0).contains("locked by another program") }
    try other.run("COMMIT")
    #expect(try reader.read().rowCount == 1)
    // Readers keep no writer out: the other program writes while our table is in use.
    try other.run("INSERT INTO t VALUES (2)")
    #expect(try reader.read().rowCount == 2)
  }

  @Test func anEndlessQueryCanBeStopped() throws {
    _ = try OtherProgram(file.path, "CREATE TABLE t (a)")
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select "
    for query in [endless + "count(*) as c from n", endless + "i from n"] {
      let cancellation = Cancellation()
      let stopping = SQLiteReader(file.path, name: "x", cancellation: cancellation)
      try Workers(2).forEach(2) { part in
        if part == 1 {
          usleep(20_000)
          cancellation.cancel(.timeLimit)
        } else {
          #expect { try stopping.read(query: query) } throws: { ($0 as? Cancelled)?.reason == .timeLimit }
        }
      }
    }
  }
}

func writeFile(_ bytes: [UInt8], _ path: String) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
  _ = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  close(descriptor)
}
