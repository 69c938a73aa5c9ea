import Testing
import WeirBase
import WeirTables

/// `.name > limit`, as a program would hand it over.
func above(_ name: String, _ limit: Int64) -> RowExpression {
  RowExpression(reads: [name], isRowwise: true) { table in
    let column = try table.column(name)
    return Column(.bool((0..<column.count).map { row in
      if case .int(let value) = cell(column, row) { return value > limit }
      return false
    }))
  }
}

/// The column `name` plus one.
func plusOne(_ name: String) -> RowExpression {
  RowExpression(reads: [name], isRowwise: true) { table in
    let column = try table.column(name)
    return try Column(scalars: cells(column).map { if case .int(let x) = $0 { .int(x + 1) } else { .missing } })
  }
}

let countRows = GroupDerivation("n", GroupExpression(reads: []) { _, grouping in
  var counts = [Int64](repeating: 0, count: grouping.count)
  for group in grouping.groups { counts[Int(group)] += 1 }
  return Column(.int(counts))
})

@Suite struct VerbTests {
  func keyed(_ seed: Int, rows: Int, extra: String) throws -> Table {
    var maker = TableMaker(seed)
    return try Table([
      ("k", maker.column(rows: rows, kind: 1)), ("w", maker.column(rows: rows, kind: 6, distinct: 3)),
      (extra, maker.column(rows: rows, kind: 2, distinct: 50)), ("v", maker.column(rows: rows, kind: 1, distinct: 50)),
    ])
  }

  @Test(arguments: 0..<30, JoinOptions.Kind.allCases)
  func joinsAsNestedLoopsDo(_ seed: Int, _ kind: JoinOptions.Kind) throws {
    let a = try keyed(seed, rows: seed % 9, extra: "a"), b = try keyed(seed + 1000, rows: (seed * 7) % 11, extra: "b")
    let on = seed % 2 == 0 ? ["k"] : ["w", "k"]
    let joined = try a.joined(with: b, JoinOptions(on: on, kind: kind))
    func key(_ table: Table, _ row: Int) throws -> [Scalar] { try on.map { cell(try table.column($0), row) } }
    var wanted: [[Scalar]] = []
    var met: Set<Int> = []
    let rest = b.names.filter { !on.contains($0) }
    for i in 0..<a.rowCount {
      var matches: [Int] = []
      for j in 0..<b.rowCount where try key(a, i) == key(b, j) && !key(a, i).contains(.missing) { matches.append(j) }
      met.formUnion(matches)
      let own = a.columns.map { cell($0, i) }
      switch kind {
      case .semi: if !matches.isEmpty { wanted.append(own) }
      case .anti: if matches.isEmpty { wanted.append(own) }
      default:
        for j in matches { wanted.append(own + rest.map { cell(b[$0] ?? Column(.int([])), j) }) }
        if matches.isEmpty, kind == .left || kind == .full { wanted.append(own + rest.map { _ in .missing }) }
      }
    }
    if kind == .right || kind == .full {
      for j in 0..<b.rowCount where !met.contains(j) {
        wanted.append(try a.names.map { on.contains($0) ? cell(try b.column($0), j) : .missing }
          + rest.map { cell(try b.column($0), j) })
      }
    }
    #expect(rows(joined) == wanted)
    if kind == .inner { #expect(joined.names.contains("v_right")) }
  }

  @Test func joinNamesTheKeyWhoseTypesDiffer() throws {
    let a = try Table([("id", Column(.int([1])))]), b = try Table([("id", Column(.text(TextValues(["1"]))))])
    #expect(throws: TableError.other(
      "the key `id` is int in one table and text in the other", mend: "convert one of them: `cast(id: \"int\")`")
    ) { try a.joined(with: b, JoinOptions(on: ["id"])) }
    #expect(throws: TableError.noColumn("ib", columns: ["id"])) { try a.joined(with: a, JoinOptions(on: ["ib"])) }
  }

  @Test(arguments: 0..<20) func distinctKeepsFirstRows(_ seed: Int) throws {
    var maker = TableMaker(seed)
    let table = try maker.table(rows: 30, columns: 2)
    var seen: Set<[Scalar]> = []
    #expect(rows(try table.distinct()) == rows(table).filter { seen.insert($0).inserted })
    let copies = table.duplicateMask()
    #expect(copies.filter { !$0 }.count == seen.count)
  }

  @Test(arguments: 0..<20) func aggregatesAsADictionaryDoes(_ seed: Int) throws {
    let table = try keyed(seed, rows: 40, extra: "a")
    let result = try table.aggregated(by: ["w", "k"], [countRows])
    var order: [[Scalar]] = []
    var counts: [[Scalar]: Int64] = [:]
    for row in rows(table) {
      let key = [row[1], row[0]]
      if counts[key] == nil { order.append(key) }
      counts[key, default: 0] += 1
    }
    #expect(rows(result) == order.map { $0 + [.int(counts[$0] ?? 0)] })
    #expect(try table.aggregated(by: [], [countRows]).rowCount == 1)
  }

  @Test func sortsByKeysWithMissingLast() throws {
    let table = try Table([
      ("a", Column(.int([2, 1, 0, 2, 1]), validity: Bitmap([true, true, false, true, true]))),
      ("b", Column(.text(TextValues(["x", "y", "z", "w", "v"])))),
    ])
    let rising = try table.sorted(by: [.column("a"), .column("b", descending: true)])
    #expect(cells(rising.columns[1]) == ["y", "v", "x", "w", "z"].map { .text($0) })
    #expect(cells(try table.sorted(by: [.column("a", descending: true)]).columns[1]) == ["x", "w", "y", "v", "z"].map { .text($0) })
  }

  @Test func concatenatesByName() throws {
    let origin = Lineage(origins: [.init(split: "s", part: .test)])
    let a = try Table([("x", Column(.int([1]))), ("y", Column(.text(TextValues(["a"]))))])
    let b = try Table([("z", Column(.bool([true]))), ("x", Column(.float([0.5])))], lineage: origin)
    let both = try Table.concatenated([a, b], ConcatOptions(sourceColumn: "from", sources: ["a", "b"]))
    #expect(both.names == ["x", "y", "z", "from"])
    #expect(rows(both) == [
      [.float(1), .text("a"), .missing, .text("a")], [.float(0.5), .missing, .bool(true), .text("b")],
    ])
    #expect(both.lineage.holdsTest)
    #expect(throws: TableError.self) { try Table.concatenated([a, a.casting([("x", .text)])]) }
  }

  @Test func fillsMissingValues() throws {
    let gaps = Bitmap([false, true, false, true, true])
    let table = try Table([
      ("x", Column(.int([0, 1, 0, 3, 1]), validity: gaps)),
      ("t", Column(.text(TextValues(["", "a", "", "b", "b"])), validity: gaps)),
    ])
    func x(_ table: Table) -> [Scalar] { cells(table.columns[0]) }
    #expect(try x(table.fillingMissing([("x", .int(9))])) == [9, 1, 9, 3, 1].map { .int($0) })
    #expect(try x(table.fillingMissing(.median)) == [1, 1, 1, 3, 1].map { .float($0) })
    #expect(try x(table.fillingMissing(.forward)) == [.missing, .int(1), .int(1), .int(3), .int(1)])
    #expect(try x(table.fillingMissing(.backward)) == [.int(1), .int(1), .int(3), .int(3), .int(1)])
    #expect(try cells(table.fillingMissing(.mode).columns[1]) == ["b", "a", "b", "b", "b"].map { .text($0) })
    #expect(throws: TableError.self) { try table.fillingMissing([("x", .text("a"))]) }
    #expect(throws: TableError.self) { try table.fillingMissing(.mean, in: ["t"]) }
    #expect(try table.droppingMissing(in: ["x"]).rowCount == 3)
  }

  @Test func describesAndCounts() throws {
    let table = try Table([
      ("x", Column(.int([1, 2, 3, 4, 0]), validity: Bitmap([true, true, true, true, false]))),
      ("w", Column(.text(TextValues(["a", "b", "b", "a", "b"])))),
    ])
    let described = try table.described()
    #expect(described.names == ["column", "type", "count", "missing", "distinct", "mean", "std", "min", "q25", "median", "q75", "max"])
    #expect(rows(described)[0] == [
      .text("x"), .text("int"), .int(4), .int(1), .int(4), .float(2.5), .float((5.0 / 3).squareRoot()), .float(1),
      .float(1.75), .float(2.5), .float(3.25), .float(4),
    ])
    #expect(rows(described)[1][5] == .missing)
    #expect(rows(try table.valueCounts(of: "w")) == [
      [.text("b"), .int(3), .float(0.6)], [.text("a"), .int(2), .float(0.4)],
    ])
  }

  @Test func reshapesThereAndBack() throws {
    let long = try Table([
      ("id", Column(.int([1, 1, 2]))), ("what", Column(.text(TextValues(["a", "b", "a"])))), ("x", Column(.int([5, 6, 7]))),
    ])
    let wide = try long.pivoted(names: "what", values: "x")
    #expect(wide.names == ["id", "a", "b"])
    #expect(rows(wide) == [[.int(1), .int(5), .int(6)], [.int(2), .int(7), .missing]])
    #expect(rows(try wide.unpivoted(["a", "b"], name: "what", value: "x").droppingMissing()) == rows(long))
  }

  @Test func samplesWithoutReplacementInOrder() throws {
    let table = try Table([("x", Column(.int(Array(0..<100))))])
    let sample = try table.sampled(RowSample(.count(30), key: 7))
    let values = cells(sample.columns[0])
    #expect(Set(values).count == 30)
    #expect(rows(try table.sampled(RowSample(.count(30), key: 7))) == rows(sample))
    #expect(throws: TableError.self) { try table.sampled(RowSample(.count(101), key: 7)) }
    #expect(try table.sampled(RowSample(.fraction(0.25), key: 1)).rowCount == 25)
  }
}
