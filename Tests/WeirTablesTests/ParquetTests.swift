import Testing
import WeirBase

@testable import WeirTables

struct ParquetReaderTests {
  @Test(arguments: ColumnFixtures.names(".parquet"))
  func readsWhatOthersWrote(name: String) throws {
    let contents = try ColumnFixtures.contents(name + ".parquet")
    let columns = name == "arrow_nested" ? ["a", "s.x", "s.y"] : nil
    let reader = try ParquetReader(contents, name: name, columns: columns)
    let table = try reader.read()
    try ColumnFixtures.check(table, name)
    #expect(reader.schema == TableSchema(table))
    for workers in [2, 7] {
      let other = try reader.read(workers: Workers(workers))
      #expect(rows(other) == rows(table))
    }
  }

  @Test func thereAreFixtures() { #expect(ColumnFixtures.names(".parquet").count > 20) }

  @Test func readsOnlyTheColumnsAskedFor() throws {
    let contents = try ColumnFixtures.contents("arrow_snappy_v2.parquet")
    let table = try ParquetReader(contents, name: "t", columns: ["word", "i8"]).read()
    #expect(table.names == ["word", "i8"])
    #expect(throws: TableError.self) { try ParquetReader(contents, name: "t", columns: ["wrd"]) }
    #expect(throws: TableError.duplicateColumn("i8")) { try ParquetReader(contents, name: "t", columns: ["i8", "i8"]) }
  }

  @Test func readsGroupsOnTheirOwn() throws {
    let reader = try ParquetReader(ColumnFixtures.contents("arrow_gzip_v1.parquet"), name: "t")
    #expect(reader.groupCount == 5)
    let parts = try (0..<5).map { try reader.read(groups: $0..<$0 + 1) }
    #expect(parts.flatMap(rows) == rows(try reader.read()))
  }

  @Test func textsThatRepeatStayCodes() throws {
    let table = try ParquetReader(ColumnFixtures.contents("arrow_none_v1.parquet"), name: "t").read()
    guard case .text(let texts) = try table.column("word").storage else {
      Issue.record("no texts")
      return
    }
    #expect(texts.codes != nil)
    #expect(texts.entryCount <= 6)
  }

  @Test func plansReadNoMoreThanTheyNeed() throws {
    let reader = try ParquetReader(ColumnFixtures.contents("arrow_zstd_v2.parquet"), name: "t.parquet")
    let isHigh = RowExpression(reads: ["f64"], isRowwise: true) { table in
      guard case .float(let values) = try table.column("f64").storage else { return Column(.bool([])) }
      return Column(.bool(values.map { $0 > 0 }))
    }
    let plan = try LazyTable(ColumnScan(reader, name: "t.parquet")).filtering(isHigh).selecting(["word"])
    #expect(plan.explain() == "read_parquet t.parquet: word; rows by f64\nselect word")
    let whole = try reader.read().filtered(by: isHigh).selecting(["word"])
    #expect(rows(try plan.collect()) == rows(whole))
  }

  @Test(arguments: ["bad_large", "bad_binary", "bad_brotli", "arrow_nested"])
  func saysWhatItDoesNotRead(name: String) throws {
    let contents = try ColumnFixtures.contents(name + ".parquet")
    let error = #expect(throws: ColumnFileError.self) { try ParquetReader(contents, name: name).read() }
    #expect(error?.kind == .unsupported)
    #expect(error?.column == ["bad_large": "a", "bad_binary": "b", "bad_brotli": "a", "arrow_nested": "l"][name])
    #expect(error?.file == name)
  }

  @Test func damageIsAnErrorOrATable() throws {
    // Every cut and many flipped bits: never a trap, and no memory that the file does not account for.
    var random = RandomStream(seed: 7)
    for name in ["arrow_empty", "arrow_delta_texts", "arrow_flags", "arrow_int96", "arrow_wide", "arrow_nested", "duck_zstd_V2"] {
      let bytes = try ColumnFixtures.contents(name + ".parquet").bytes
      for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 60)) { tryReading(Array(bytes[..<cut])) }
      for _ in 0..<300 {
        var damaged = bytes
        for _ in 0...random.nextInt(below: 3) {
          damaged[random.nextInt(below: bytes.count)] ^= UInt8(1 << random.nextInt(below: 8))
        }
        tryReading(damaged)
      }
    }
  }

  private func tryReading(_ bytes: [UInt8]) {
    guard let reader = try? ParquetReader(FileContents(bytes), name: "t"), let table = try? reader.read() else { return }
    // Whatever it is, each cell can be looked at.
    _ = rows(table)
  }
}

struct ParquetWriterTests {
  @Test(arguments: ParquetOptions.Compression.allCases)
  func tablesComeBack(compression: ParquetOptions.Compression) throws {
    var options = ParquetOptions()
    options.compression = compression
    for seed in 0..<25 {
      var maker = TableMaker(seed)
      options.groupRows = [1, 7, 64, 1000][seed % 4]
      options.pageRows = [3, 8, 1000][seed % 3]
      let table = try maker.table(rows: [0, 1, 5, 40, 130][seed % 5], columns: 1 + seed % 9)
      let bytes = try ParquetWriter(options).bytes(of: table)
      #expect(try ParquetWriter(options).bytes(of: table, workers: Workers(3)) == bytes)
      let back = try ParquetReader(FileContents(bytes), name: "t").read()
      #expect(back.names == table.names)
      #expect(back.columns.map(\.type) == table.columns.map(\.type))
      #expect(rows(back).description == rows(table).description)
    }
  }

  @Test func edgesComeBack() throws {
    let ints: [Int64] = [.min, .max, 0, -1, .max, .min, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]
    let table = try Table([
      ("i", Column(.int(ints))), ("t", Column(.dateTime(ints))), ("d", Column(.date(ints.map { Int32(truncatingIfNeeded: $0) }))),
      ("s", Column(.text(TextValues(ints.map { "\($0 % 7)é" })))),
      ("none", Column.missing(.text, count: ints.count)), ("w", Column(.duration(ints))),
    ])
    let back = try ParquetReader(FileContents(ParquetWriter().bytes(of: table)), name: "t").read()
    #expect(rows(back) == rows(table))
    #expect(back.columns.map(\.type) == table.columns.map(\.type))
  }

  @Test func aTableWithoutColumnsIsAFile() throws {
    let back = try ParquetReader(FileContents(ParquetWriter().bytes(of: .empty)), name: "t").read()
    #expect(back.columnCount == 0)
  }
}
