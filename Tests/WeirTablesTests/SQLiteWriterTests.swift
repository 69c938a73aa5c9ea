import GRDBSQLite
import Glibc
import Testing
import WeirBase
import WeirTables

@Suite struct SQLiteWriterTests {
  let file: TemporaryFile
  var writer: SQLiteWriter { SQLiteWriter(file.path, name: "shop.db", waiting: 0.05) }
  var reader: SQLiteReader { SQLiteReader(file.path, name: "shop.db", waiting: 0.05) }

  init() throws { file = try TemporaryFile() }

  @Test(arguments: 0..<40)
  func readingGivesBackWhatWasWritten(_ seed: Int) throws {
    var maker = TableMaker(seed)
    let table = try maker.table(rows: maker.random.nextInt(below: 60), columns: 1 + maker.random.nextInt(below: 7))
    for mode in SQLiteWriter.Mode.allCases where mode != .fail {
      try writer.write(table, to: "t \(mode)", mode: mode)
      let back = try reader.read(table: "t \(mode)")
      #expect(back.names == table.names)
      #expect(back.columns.map(\.type) == table.columns.map(\.type))
      #expect(rows(back) == rows(table))
    }
  }

  @Test func valuesKeepEveryBit() throws {
    var random = RandomStream(seed: 3)
    var floats = (0..<1000).map { _ in Double(bitPattern: random.nextBits()) }.filter { !$0.isNaN }
    floats += [0.1, 1e22, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 9007199254740992, 5]
    let ints: [Int64] = floats.indices.map { [.min, .max, 9007199254740993, -1][$0 % 4] }
    let texts = floats.indices.map { ["007", "1e5", "x\u{0}y", "", "NULL", "ü", " 1 "][$0 % 7] }
    let table = try Table([
      ("f", Column(.float(floats))), ("i", Column(.int(ints))), ("s", Column(.text(TextValues(texts)))),
    ])
    try writer.write(table, to: "t")
    let back = try reader.read()
    guard case .float(let read) = try back.column("f").storage, case .int(let whole) = try back.column("i").storage else {
      Issue.record("other types")
      return
    }
    #expect(read.map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(whole == ints)
    #expect(cells(try back.column("s")) == texts.map { .text($0) })
  }

  @Test func timesOfAllYearsThatSQLiteKnows() throws {
    let days: [Int32] = [-719_528, -1, 0, 1, 2_932_896]
    let table = try Table([
      ("d", Column(.date(days))), ("t", Column(.dateTime(days.map { Int64($0) * 86_400_000_000 + 86_399_999_999 }))),
    ])
    try writer.write(table, to: "t")
    #expect(rows(try reader.read()) == rows(table))
    for day in [-719_529, 2_932_897, Int32.max, Int32.min] {
      let wrong = try Table([("d", Column(.date([day])))])
      #expect { try writer.write(wrong, to: "w") } throws: { words($0).contains("`d`") }
    }
    #expect(throws: TableError.self) { try writer.write(try Table([("t", Column(.dateTime([.max])))]), to: "w") }
    #expect(try reader.tables() == ["t"])
  }

  @Test func whatSQLiteHasNotIsMissing() throws {
    try writer.write(try Table([("x", Column(.float([.nan, 1])))]), to: "t")
    #expect(cells(try reader.read().column("x")) == [.missing, .float(1)])
  }

  @Test func modesSayWhatHappensToATableThatIsThere() throws {
    let one = try Table([("a", Column(.int([1]))), ("b", Column(.text(TextValues(["x"]))))])
    let two = try Table([("B", Column(.text(TextValues(["y"])))), ("a", Column(.int([2])))])
    try writer.write(one, to: "t", mode: .fail)
    #expect { try writer.write(two, to: "T", mode: .fail) } throws: { words($0).contains("already") }
    try writer.write(two, to: "t", mode: .append)
    #expect(rows(try reader.read()) == [[.int(1), .text("x")], [.int(2), .text("y")]])
    try writer.write(two, to: "t", mode: .replace)
    #expect(try reader.read().names == ["B", "a"] && reader.read().rowCount == 1)
    try writer.write(one, to: "u", mode: .append)
    #expect(try reader.tables() == ["t", "u"])
  }

  /// SQLite would make the number 7 of a text "007" in a column of numbers.
  @Test func appendingKeepsValuesAsTheyAre() throws {
    _ = try OtherProgram(file.path, "CREATE TABLE t (n INTEGER, s VARCHAR(5), r REAL, any, extra DEFAULT 5)")
    func append(_ name: String, _ column: Column) throws { try writer.write(try Table([(name, column)]), to: "t", mode: .append) }
    let text = Column(.text(TextValues(["007"])))
    #expect(throws: TableError.self) { try append("n", text) }
    #expect(throws: TableError.self) { try append("s", Column(.int([7]))) }
    #expect { try append("missing", text) } throws: { $0 as? TableError == .noColumn("missing", columns: ["n", "s", "r", "any", "extra"]) }
    #expect(try reader.read().rowCount == 0)
    for (name, column) in [("s", text), ("any", text), ("n", Column(.int([7]))), ("r", Column(.int([7])))] { try append(name, column) }
    #expect(try reader.read().rowCount == 4)
    #expect(cells(try reader.read().column("s"))[0] == .text("007"))
  }

  @Test func tablesThatSQLiteCanNotHoldAreRefused() throws {
    let x = Column(.int([1]))
    #expect(throws: TableError.self) { try writer.write(try Table([], rowCount: 3), to: "t") }
    #expect { try writer.write(try Table([("a", x), ("A", x)]), to: "t") } throws: { words($0).contains("`a` and `A`") }
    for name in ["", "sqlite_x", "a\u{0}b"] { #expect(throws: TableError.self) { try writer.write(try Table([("a", x)]), to: name) } }
    #expect(throws: TableError.self) { try writer.write(try Table([("a\u{0}", x)]), to: "t") }
    #expect(access(file.path, F_OK) != 0, "a file was left behind")
    try writer.write(try Table([("a", x), ("ä", x), ("Ä", x), ("select \"x\"", x), ("", x)]), to: "drop table \"t\"; --")
    #expect(try reader.read().names == ["a", "ä", "Ä", "select \"x\"", ""])
    _ = try OtherProgram(file.path, "CREATE VIEW v AS SELECT 1 AS a")
    #expect { try writer.write(try Table([("a", x)]), to: "v") } throws: { words($0).contains("view") }
  }

  @Test func anErrorLeavesTheFileAsItWas() throws {
    try writer.write(try Table([("a", Column(.int([1, 2])))]), to: "t")
    let before = try FileContents(mapping: file.path).bytes
    let cancellation = Cancellation()
    cancellation.cancel()
    let big = try Table([("a", Column(.int(Array(0..<10_000))))])
    #expect(throws: Cancelled.self) {
      try SQLiteWriter(file.path, name: "x", cancellation: cancellation).write(big, to: "t")
    }
    #expect(throws: TableError.self) {
      try writer.write(try Table([("d", Column(.date([0, Int32.max])))]), to: "t", mode: .replace)
    }
    #expect(try FileContents(mapping: file.path).bytes == before)
    let other = try OtherProgram(file.path, "BEGIN IMMEDIATE")
    #expect { try writer.write(big, to: "t") } throws: { words($0).contains("locked by another program") }
    try other.run("COMMIT")
    #expect(rows(try reader.read()) == [[.int(1)], [.int(2)]])
    #expect(throws: FileFault.self) { try SQLiteWriter("/tmp", name: "x").write(big, to: "t") }
    #expect(throws: TableError.self) { try SQLiteWriter("/nowhere/x.db", name: "x").write(big, to: "t") }
    writeFile(Array("not a database at all, but somebody's notes ".utf8) + Array(repeating: 32, count: 900), file.path)
    let notes = try FileContents(mapping: file.path).bytes
    #expect { try writer.write(big, to: "t") } throws: { words($0).contains("not an SQLite database") }
    #expect(try FileContents(mapping: file.path).bytes == notes)
  }

  @Test func queriesRunOverTablesInMemory() throws {
    let people = try Table([("id", Column(.int([1, 2]))), ("born", Column(.date([0, 365])))])
    let visits = try Table([("person", Column(.int([1, 1, 2]))), ("paid", Column(.float([1, 2.5, 4])))])
    let joined = try SQLiteQuery.run(
      "select born, sum(paid) as total from people join visits on id = person group by id order by id",
      over: [("people", people), ("visits", visits)])
    #expect(rows(joined) == [[.date(Day(0)), .float(3.5)], [.date(Day(365)), .float(4)]])
    #expect(throws: TableError.self) { try SQLiteQuery.run("drop table people", over: [("people", people)]) }
    #expect(throws: TableError.self) { try SQLiteQuery.run("select 1 as a", over: [("p", people), ("P", people)]) }
  }
}
