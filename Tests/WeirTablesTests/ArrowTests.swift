import Testing
import WeirBase

@testable import WeirTables

struct ArrowReaderTests {
  @Test(arguments: ColumnFixtures.names(".arrow"))
  func readsWhatOthersWrote(name: String) throws {
    let reader = try ArrowReader(ColumnFixtures.contents(name + ".arrow"), name: name)
    let table = try reader.read()
    try ColumnFixtures.check(table, name)
    #expect(reader.schema == TableSchema(table))
    #expect(rows(try reader.read(workers: Workers(3))) == rows(table))
  }

  @Test func thereAreFixtures() { #expect(ColumnFixtures.names(".arrow").count == 9) }

  @Test func readsOnlyTheColumnsAskedFor() throws {
    let contents = try ColumnFixtures.contents("ipc_lz4.arrow")
    let all = try ArrowReader(contents, name: "t").read()
    let some = try ArrowReader(contents, name: "t", columns: ["cat", "i8"]).read()
    #expect(some.names == ["cat", "i8"])
    #expect(rows(some) == rows(try all.selecting(["cat", "i8"])))
    #expect(throws: TableError.self) { try ArrowReader(contents, name: "t", columns: ["cats"]) }
  }

  @Test func theFirstFeatherIsNamed() throws {
    let error = #expect(throws: ColumnFileError.self) {
      try ArrowReader(ColumnFixtures.contents("bad_feather1.arrow"), name: "f")
    }
    #expect(error?.kind == .unsupported)
  }

  @Test func damageIsAnErrorOrATable() throws {
    var random = RandomStream(seed: 11)
    for name in ["ipc_file", "ipc_zstd", "ipc_deltas", "ipc_replaced", "feather"] {
      let bytes = try ColumnFixtures.contents(name + ".arrow").bytes
      for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) { tryReading(Array(bytes[..<cut])) }
      for _ in 0..<150 {
        var damaged = bytes
        for _ in 0...random.nextInt(below: 3) {
          damaged[random.nextInt(below: bytes.count)] ^= UInt8(1 << random.nextInt(below: 8))
        }
        tryReading(damaged)
      }
    }
  }

  private func tryReading(_ bytes: [UInt8]) {
    guard let reader = try? ArrowReader(FileContents(bytes), name: "t"), let table = try? reader.read() else { return }
    _ = rows(table)
  }
}

struct ArrowWriterTests {
  @Test(arguments: ArrowOptions.Compression.allCases)
  func tablesComeBack(compression: ArrowOptions.Compression) throws {
    var options = ArrowOptions()
    options.compression = compression
    for seed in 0..<40 {
      var maker = TableMaker(seed)
      options.batchRows = [1, 7, 64, 1000][seed % 4]
      let table = try maker.table(rows: [0, 1, 5, 40, 130][seed % 5], columns: 1 + seed % 9)
      let texts = zip(table.names, table.columns).filter { $0.1.type == .text }.map(\.0)
      for categories in [[], texts] {
        options.categories = categories
        let bytes = try ArrowWriter(options).bytes(of: table)
        #expect(try ArrowWriter(options).bytes(of: table, workers: Workers(3)) == bytes)
        let back = try ArrowReader(FileContents(bytes), name: "t").read()
        #expect(back.names == table.names)
        #expect(back.columns.map(\.type) == table.columns.map(\.type))
        #expect(rows(back).description == rows(table).description)
      }
    }
  }

  @Test func edgesComeBack() throws {
    let ints: [Int64] = [.min, .max, 0, -1, .max, .min, 5, 5, 5]
    let floats: [Double] = [.infinity, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1, 2, 3]
    let table = try Table([
      ("i", Column(.int(ints))), ("t", Column(.dateTime(ints))), ("d", Column(.date(ints.map { Int32(truncatingIfNeeded: $0) }))),
      ("f", Column(.float(floats))), ("", Column(.text(TextValues(ints.map { "\($0 % 7)é" })))),
      ("none", Column.missing(.text, count: ints.count)), ("w", Column(.duration(ints))),
      ("b", Column(.bool(ints.map { $0 > 0 }))),
    ])
    var options = ArrowOptions()
    options.categories = ["none", ""]
    let back = try ArrowReader(FileContents(ArrowWriter(options).bytes(of: table)), name: "t").read()
    #expect(rows(back) == rows(table))
    #expect(back.columns.map(\.type) == table.columns.map(\.type))
  }

  /// What rows without a value happen to hold shows nowhere in the file, nor does how texts are kept.
  @Test func equalTablesMakeEqualFiles() throws {
    let there = Bitmap([true, false, true])
    func table(_ hidden: Int64, _ texts: TextValues) throws -> Table {
      try Table([
        ("i", Column(.int([1, hidden, 3]), validity: there)), ("f", Column(.float([1, Double(hidden), 3]), validity: there)),
        ("b", Column(.bool([true, hidden > 0, true]), validity: there)), ("s", Column(.text(texts), validity: there)),
      ])
    }
    let plain = try table(0, TextValues(["x", "", "yy"])), other = try table(7, TextValues(["x", "hidden", "yy"]))
    let coded = try table(9, TextValues(bytes: Array("yyx".utf8), offsets: [0, 2, 3], codes: [1, 0, 0]))
    for categories in [[], ["s"]] {
      var options = ArrowOptions()
      options.categories = categories
      let bytes = try ArrowWriter(options).bytes(of: plain)
      #expect(try ArrowWriter(options).bytes(of: other) == bytes)
      #expect(try ArrowWriter(options).bytes(of: coded) == bytes)
    }
  }

  @Test func tablesWithoutColumnsAreFiles() throws {
    let back = try ArrowReader(FileContents(ArrowWriter().bytes(of: .empty)), name: "t").read()
    #expect(back.columnCount == 0 && back.rowCount == 0)
    let bare = try ArrowReader(FileContents(ArrowWriter().bytes(of: Table([], rowCount: 5))), name: "t").read()
    #expect(bare.columnCount == 0 && bare.rowCount == 5)
  }

  @Test func categoriesAreColumnsOfTexts() throws {
    let table = try Table([("i", Column(.int([1]))), ("s", Column(.text(TextValues(["x"]))))])
    for wrong in ["i", "nothing"] {
      var options = ArrowOptions()
      options.categories = [wrong]
      #expect(throws: TableError.self) { try ArrowWriter(options).bytes(of: table) }
    }
  }
}
