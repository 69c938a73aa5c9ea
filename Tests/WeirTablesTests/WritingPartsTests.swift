import Synchronization
import Testing
import WeirBase
@testable import WeirTables

/// Files that are written while others are read: the bytes are those of the table as a whole.
@Suite struct WritingPartsTests {
  private func csv(_ text: String) throws -> LazyTable {
    LazyTable(CSVScan(try CSVReader(FileContents(Array(text.utf8)), name: "x", partSize: 300), name: "x"))
  }

  private func text(_ rows: Range<Int>, _ row: (Int) -> String) -> String {
    "a,b,c\n" + rows.map { row($0) + "\n" }.joined()
  }

  private func parquet(_ rows: Int) throws -> LazyTable {
    var options = ParquetOptions()
    options.groupRows = 100
    let table = try Table([
      ("a", Column(scalars: (0..<rows).map { $0 % 9 == 0 ? .missing : .int(Int64($0)) })),
      ("b", Column(scalars: (0..<rows).map { .text("t\($0 % 40)") })), ("c", Column(.float((0..<rows).map { Double($0) / 8 }))),
    ])
    return LazyTable(ColumnScan(try ParquetReader(FileContents(ParquetWriter(options).bytes(of: table)), name: "x"), name: "x"))
  }

  private var writers: [any TableEncoder] {
    var small = ParquetOptions()
    (small.groupRows, small.pageRows) = (300, 70)
    var batches = ArrowOptions()
    (batches.batchRows, batches.compression) = (300, .zstd)
    return [
      ArrowWriter(), ArrowWriter(batches), CSVWriter(), JSONTableWriter(.lines), JSONTableWriter(.array(indent: 2)), ParquetWriter(), ParquetWriter(small),
    ]
  }

  /// Writes in parts of a few rows, and as a whole. Gives how many parts there were.
  @discardableResult
  private func expectTheSame(_ rows: LazyTable, _ comment: Comment) throws -> Int {
    let whole = try Execution().run(rows.plan)
    for writer in writers {
      let wanted = try writer.bytes(of: whole)
      for threads in [1, 3] {
        var draft = FileDraft(keepsBytes: true)
        try rows.write(writer, to: &draft, workers: Workers(threads), chunkSize: 1000)
        let same = zip(draft.bytes, wanted).prefix { $0 == $1 }.count
        #expect(draft.bytes == wanted && draft.count == wanted.count, "\(comment) \(writer) \(threads): \(same) of \(wanted.count)")
      }
    }
    var parts = 0
    try Execution(chunkSize: 1000).reduceParts(of: rows.plan.optimized(), into: &parts) { parts, _ in parts += 1 }
    #expect(try rows.countRows(chunkSize: 1000) == whole.rowCount, comment)
    return parts
  }

  private func derived(_ rows: LazyTable, _ name: String, _ value: @escaping @Sendable (Scalar) -> Scalar) throws -> LazyTable {
    try rows.deriving([Derivation(name, RowExpression(reads: ["a"], isRowwise: true) { table in
      let column = try table.column("a")
      return try Column(scalars: (0..<column.count).map { value(column.scalar(at: $0)) })
    })])
  }

  private func above(_ least: Double) -> RowExpression {
    RowExpression(reads: ["a"], isRowwise: true) { table in
      let column = try table.column("a")
      return Column(.bool((0..<column.count).map { (column.scalar(at: $0).double ?? -1) > least }))
    }
  }

  @Test func partsGiveTheBytesOfTheWhole() throws {
    let plain = try csv(text(0..<800) { "\($0),t\($0 % 30),\(Double($0) / 8)" })
    #expect(try expectTheSame(plain, "as they are") > 5)
    #expect(try expectTheSame(plain.filtering(above(300)), "some") > 3)
    #expect(try expectTheSame(plain.filtering(above(5000)), "none") == 1)
    #expect(try expectTheSame(derived(plain.filtering(above(100)), "d") { .float(($0.double ?? 0) / 3) }, "derived") > 3)
    #expect(try expectTheSame(parquet(1000), "groups") > 1)
    #expect(try expectTheSame(parquet(1000).filtering(above(800)).selecting(["c", "a"]), "some of groups") >= 1)
    #expect(try expectTheSame(plain.sorting(by: [SortKey(RowExpression(reads: ["a"], isRowwise: true) { try $0.column("a") }, descending: true)]), "sorted") == 1)
  }

  /// What was written is taken back where a later row shows that the types were others.
  @Test func typesThatComeLateCountFromTheStart() throws {
    let late = text(0..<800) { $0 < 760 ? "\($0),\($0),x" : "\($0).5,word,x" }
    #expect(try expectTheSame(csv(late), "late") > 5)
    #expect(try expectTheSame(csv(late).filtering(above(10)), "late, filtered") > 5)
  }

  @Test func whatIsComputedMayHaveOtherTypesInEachPart() throws {
    let plain = try csv(text(0..<800) { "\($0),t\($0 % 30),\(Double($0) / 8)" })
    let mixed = try derived(plain, "d") { value in
      guard case .int(let x) = value else { return .missing }
      return x < 200 ? .missing : x < 400 ? .int(x) : .float(Double(x) / 2)
    }
    #expect(try expectTheSame(mixed, "ints, then floats") > 5)
    let texts = try derived(plain, "d") { value in
      guard case .int(let x) = value else { return .missing }
      return x < 600 ? .missing : .text("t\(x)")
    }
    #expect(try expectTheSame(texts, "nothing, then texts") > 5)
    // What does not go together fails as it does without parts.
    let wrong = try derived(plain, "d") { value in (value.double ?? 0) < 400 ? .int(1) : .text("x") }
    var draft = FileDraft(keepsBytes: true)
    #expect(throws: TableError.self) { try wrong.write(CSVWriter(), to: &draft, chunkSize: 1000) }
  }

  @Test func filesOneBelowTheOther() throws {
    let ints = text(0..<400) { "\($0),t\($0 % 7),1" }, floats = text(400..<800) { "\($0).5,t\($0 % 9),2" }
    let turned = "c,b,a\n" + (0..<400).map { "2.5,u,\($0)\n" }.joined()
    let blank = text(0..<400) { "\($0),,1" }
    for (files, comment) in [([ints, ints], "alike"), ([ints, floats], "types"), ([ints, turned], "order"), ([blank, ints], "blank")] {
      let sources = ConcatOptions(sourceColumn: "from", sources: ["one", "two"])
      for options in [ConcatOptions(), sources] {
        let both = try LazyTable.concatenating(files.map(csv), options)
        #expect(try expectTheSame(both, "\(comment)") > 5)
        try expectTheSame(both.filtering(above(100)), "\(comment), filtered")
      }
    }
    // Texts beside numbers are an error, told as it is without parts.
    let texts = text(0..<400) { "x\($0),t,1" }
    var draft = FileDraft(keepsBytes: true)
    let both = try LazyTable.concatenating([ints, texts].map(csv))
    let wanted = #expect(throws: TableError.self) { try both.collect() }
    let found = #expect(throws: TableError.self) { try both.write(CSVWriter(), to: &draft, chunkSize: 1000) }
    #expect(found.map { "\($0)" } == wanted.map { "\($0)" })
  }

  @Test func whoTakesThePartsMayRefuse() throws {
    struct Full: Error {}
    struct Refusing: TableEncoder {
      var parts = 0
      mutating func encode(_ part: Table, workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void) throws {
        parts += 1
        if parts == 3 { throw Full() }
      }
      func finish(workers: Workers, cancellation: Cancellation, _ piece: ([UInt8]) throws -> Void) {}
    }
    let one = try csv(text(0..<800) { "\($0),t,1" })
    for rows in [one, try LazyTable.concatenating([one, one])] {
      var draft = FileDraft(keepsBytes: true)
      #expect(throws: Full.self) { try rows.write(Refusing(), to: &draft, chunkSize: 1000) }
      let stopped = Cancellation()
      stopped.cancel(.interrupted)
      #expect(throws: Cancelled.self) {
        try rows.write(CSVWriter(), to: &draft, workers: .one, cancellation: stopped, chunkSize: 1000)
      }
    }
  }

  /// A request to stop reaches plans that are computed where nobody hands them one, and who watches is told how far they are.
  @Test func stoppingAndProgressReachWhatNobodyHandsThem() throws {
    let rows = try csv(text(0..<800) { "\($0),t,1" })
    let stopped = Cancellation()
    stopped.cancel(.interrupted)
    Cancellation.$current.withValue(stopped) {
      #expect(throws: Cancelled.self) { try rows.collect() }
      #expect(throws: Cancelled.self) { try rows.filtering(above(3)).collect(chunkSize: 1000) }
      #expect(throws: Cancelled.self) { try rows.countRows(chunkSize: 1000) }
    }
    let told = Mutex<[String]>([])
    let watched = WatchedWork { done, total, what in told.withLock { $0.append("\(done) of \(total) \(what)") } }
    try WatchedWork.$current.withValue(watched) {
      _ = try parquet(1000).filtering(above(3)).collect(chunkSize: 5000)
    }
    #expect(told.withLock { $0 } == ["3 of 10 groups of rows", "6 of 10 groups of rows", "9 of 10 groups of rows", "10 of 10 groups of rows"])
  }
}
