import Testing
import WeirBase
@testable import WeirTables

/// Files of parts: read a part at a time, and without the parts that a condition rules out.
@Suite struct ChunkedFileTests {
  /// Three thousand rows whose numbers ascend, in groups of a thousand.
  private func table(from start: Int = 0) throws -> Table {
    let rows = start..<start + 3000
    return try Table([
      ("n", Column(scalars: rows.map { $0 % 10 == 3 ? .missing : .int(Int64($0)) })),
      ("x", Column(.float(rows.map { Double($0) / 8 - 100 }))),
      ("day", Column(.date(rows.map { Int32($0) }))),
      ("at", Column(.dateTime(rows.map { Int64($0) * 1_000_000 }))),
      ("k", Column(scalars: rows.map { .text("k\($0 / 1000)") })),
      ("none", Column(scalars: rows.map { $0 < start + 1000 ? .missing : .int(Int64($0 % 7)) })),
    ])
  }

  private func reader(_ table: Table) throws -> ParquetReader {
    var options = ParquetOptions()
    options.groupRows = 1000
    return try ParquetReader(FileContents(try ParquetWriter(options).bytes(of: table)), name: "x.parquet")
  }

  private func condition(_ bound: ColumnBound) -> RowExpression {
    RowExpression(reads: [bound.column], isRowwise: true, bounds: [bound]) { table in
      let column = try table.column(bound.column)
      return Column(.bool((0..<column.count).map { row in
        func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
          switch bound.relation {
          case .less: a < b
          case .lessOrEqual: a <= b
          case .equal: a == b
          case .greaterOrEqual: a >= b
          case .greater: a > b
          }
        }
        switch (column.scalar(at: row), bound.value) {
        case (.missing, _): return false
        case (.text(let a), .text(let b)): return holds(a, b)
        case (.date(let a), .date(let b)): return holds(a, b)
        case (.dateTime(let a), .dateTime(let b)): return holds(a, b)
        case (let a, let b): return holds(a.double ?? .nan, b.double ?? .nan)
        }
      }))
    }
  }

  @Test func groupsAreSkippedWhereNoRowCanMeetACondition() throws {
    let whole = try table()
    let cases: [(String, Scalar, [ColumnBound.Relation: Int])] = [
      ("n", .int(1500), [.less: 2, .lessOrEqual: 2, .equal: 1, .greaterOrEqual: 2, .greater: 2]),
      ("n", .float(1999.5), [.less: 2, .equal: 0, .greater: 1]),
      ("n", .int(-1), [.less: 0, .lessOrEqual: 0, .equal: 0, .greaterOrEqual: 3, .greater: 3]),
      ("x", .float(25), [.less: 1, .lessOrEqual: 2, .equal: 1, .greater: 2]),
      ("x", .float(.nan), [.less: 3, .equal: 3]),
      ("day", .date(Day(2999)), [.equal: 1, .greater: 0]),
      ("at", .dateTime(Instant(1_000_000_000)), [.less: 1, .equal: 1, .greaterOrEqual: 2]),
      // Order between texts is a matter of language, and bytes do not tell it.
      ("k", .text("k1"), [.equal: 1, .less: 3]),
      ("k", .text("ké"), [.equal: 3]),
      ("none", .int(3), [.equal: 2, .less: 2]),
    ]
    for (name, value, counts) in cases {
      for (relation, count) in counts {
        let bound = ColumnBound(name, relation, value), reader = try reader(whole)
        #expect(reader.groupCount == 3)
        let kept = bound.isCertain ? reader.skipping([bound]) : reader
        #expect(kept.groupCount == count, "\(bound)")
        let found = try LazyTable(ColumnScan(reader, name: "x")).filtering(condition(bound)).collect()
        let wanted = try whole.filtered(by: condition(bound))
        #expect(found.names == wanted.names && found.rowCount == wanted.rowCount, "\(bound)")
        for (a, b) in zip(found.columns, wanted.columns) {
          #expect(a.type == b.type && (0..<a.count).allSatisfy { a.scalar(at: $0) == b.scalar(at: $0) })
        }
      }
    }
  }

  /// The sum of `n`, and the standard deviation put together from parts.
  private var values: [GroupDerivation] {
    let sum = GroupExpression.Stream(
      count: 1, partials: { [try NumberAggregate.sum($0.column("n"), $1)] },
      merge: { [try NumberAggregate.sum($0[0], $1)] }, combine: { columns, grouping, _ in try NumberAggregate.sum(columns[0], grouping) })
    let spread = GroupExpression.Stream(
      count: 3, partials: { try NumberAggregate.spreadParts($0.column("x"), $1, for: "std") },
      merge: { try NumberAggregate.spreads(ofParts: $0, $1) },
      combine: { columns, grouping, _ in
        try NumberAggregate.variance(ofParts: NumberAggregate.spreads(ofParts: columns, grouping), ddof: 1, root: true)
      })
    return [
      GroupDerivation("sum", GroupExpression(reads: ["n"], stream: sum) { try NumberAggregate.sum($0.column("n"), $1) }),
      GroupDerivation("std", GroupExpression(reads: ["x"], stream: spread) {
        try NumberAggregate.variance($0.column("x"), $1, ddof: 1, root: true)
      }),
    ]
  }

  private func expectAlike(_ a: Table, _ b: Table) {
    #expect(a.names == b.names && a.rowCount == b.rowCount)
    for (x, y) in zip(a.columns, b.columns) {
      for row in 0..<min(x.count, y.count) {
        if case .float(let p) = x.scalar(at: row), case .float(let q) = y.scalar(at: row) {
          #expect(abs(p - q) <= 1e-12 * abs(q))
        } else {
          #expect(x.scalar(at: row) == y.scalar(at: row))
        }
      }
    }
  }

  @Test func aggregatesGoThroughPartsAndFilesOneByOne() throws {
    let tables = [try table(), try table(from: 2500)]
    let both = try Table.concatenated(tables)
    for keys in [["k"], []] {
      let wanted = try both.aggregated(by: keys, values)
      let parquet = try tables.map { LazyTable(ColumnScan(try reader($0), name: "x")) }
      let csv = try tables.map {
        LazyTable(CSVScan(try CSVReader(FileContents(CSVWriter().bytes(of: $0)), name: "x", partSize: 1000), name: "x"))
      }
      for files in [parquet, csv, [parquet[0], csv[1]]] {
        for threads in [1, 2, 7] {
          let plan = try LazyTable.concatenating(files).aggregating(by: keys, values)
          expectAlike(try plan.collect(workers: Workers(threads), chunkSize: 5000), wanted)
          expectAlike(try plan.collect(workers: Workers(threads)), wanted)
        }
      }
      let one = try parquet[0].aggregating(by: keys, values).collect(chunkSize: 5000)
      expectAlike(one, try tables[0].aggregated(by: keys, values))
    }
  }

  @Test func filesOfDifferentTypesAreReadTogether() throws {
    // By itself the second file has whole numbers; beside the first they are texts, which have no sum.
    let texts = try ["n,x,k\na,1,k\n", "n,x,k\n5,1,k\n"].map {
      LazyTable(CSVScan(try CSVReader(FileContents(Array($0.utf8)), name: "x"), name: "x"))
    }
    #expect(throws: (any Error).self) {
      try LazyTable.concatenating(texts).aggregating(by: ["k"], values).collect(chunkSize: 1)
    }
    let sources = ConcatOptions(sourceColumn: "from", sources: ["one", "two"])
    let numbers = try ["n,x,k\n1,1,k\n", "n,x,k\n2.5,4,k\n"].map {
      LazyTable(CSVScan(try CSVReader(FileContents(Array($0.utf8)), name: "x"), name: "x"))
    }
    let found = try LazyTable.concatenating(numbers, sources).aggregating(by: ["from"], values).collect(chunkSize: 1)
    #expect((0..<2).map { found.columns[0].scalar(at: $0) } == [.text("one"), .text("two")])
    #expect((0..<2).map { found.columns[1].scalar(at: $0) } == [.float(1), .float(2.5)])
  }

  @Test func csvIsWrittenInPiecesOfTheSameBytes() throws {
    let rows = 40_000
    let table = try Table([
      ("a", Column(.int((0..<rows).map { Int64($0) }))), ("b", Column(scalars: (0..<rows).map { $0 % 3 == 0 ? .missing : .text("t\($0)") })),
    ])
    var wanted = "a,b\n"
    for row in 0..<rows { wanted += "\(row),\(row % 3 == 0 ? "" : "t\(row)")\n" }
    for threads in [1, 2, 7] {
      var pieces: [[UInt8]] = []
      try CSVWriter().write(table, workers: Workers(threads)) { pieces.append($0) }
      #expect(pieces.count > 2 && String(decoding: pieces.joined(), as: UTF8.self) == wanted)
    }
  }
}
