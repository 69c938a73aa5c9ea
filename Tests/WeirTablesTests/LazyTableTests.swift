import Testing
import WeirBase
import WeirTables

@Suite struct LazyTableTests {
  /// A source and what it holds, as a table in memory or as a CSV file.
  func source(_ seed: Int) throws -> (lazy: LazyTable, table: Table) {
    var maker = TableMaker(seed)
    let table = try Table((0..<4).map { ("c\($0)", maker.column(rows: 25, kind: 1)) }, lineage: Lineage(origins: [.init(split: "s", part: .train)]))
    if seed % 2 == 0 { return (LazyTable(table), table) }
    let reader = try CSVReader(FileContents(try CSVWriter().bytes(of: table)), name: "x.csv", partSize: 100)
    return (LazyTable(CSVScan(reader, name: "x.csv")), table.with(lineage: .none))
  }

  /// One verb done both ways: as a plan, and at once.
  func step(_ random: inout RandomStream, _ lazy: LazyTable, _ table: Table, _ depth: Int) throws -> (LazyTable, Table) {
    let name = table.names[random.nextInt(below: table.columnCount)]
    switch random.nextInt(below: depth < 2 ? 11 : 9) {
    case 0, 1: return (try lazy.filtering(above(name, -1)), try table.filtered(by: above(name, -1)))
    case 2:
      let names = table.names.filter { _ in random.nextInt(below: 4) > 0 } + [name]
      let kept = Array(Set(names)).sorted()
      return (try lazy.selecting(kept), try table.selecting(kept))
    case 3:
      let change = [Derivation(random.nextInt(below: 2) == 0 ? name : "d\(depth)", plusOne(name))]
      return (try lazy.deriving(change), try table.deriving(change))
    case 4: return (try lazy.sorting(by: [.column(name)]), try table.sorted(by: [.column(name)]))
    case 5:
      let slice = [RowSlice.first(12), .skipping(3), .last(15)][random.nextInt(below: 3)]
      return (try lazy.slicing(slice), try table.sliced(slice))
    case 6: return (try lazy.distinct(by: [name]), try table.distinct(by: [name]))
    case 7:
      let renaming = [Renaming(new: "r\(depth)\(random.nextInt(below: 100))", old: name)]
      return (try lazy.renaming(renaming), try table.renaming(renaming))
    case 8: return (try lazy.dropping(table.columnCount > 2 ? [name] : []), try table.dropping(table.columnCount > 2 ? [name] : []))
    case 9:
      var (other, table2) = try source(random.nextInt(below: 100))
      for _ in 0..<3 { (other, table2) = try step(&random, other, table2, depth + 1) }
      guard let key = table.names.first(where: { table2.names.contains($0) }) else { return (lazy, table) }
      let options = JoinOptions(on: [key], kind: [.left, .inner, .full, .semi][random.nextInt(below: 4)], suffix: "_\(depth)")
      let (l, r) = (try lazy.slicing(.first(8)), try table.sliced(.first(8)))
      return (try l.joining(other, options), try r.joined(with: table2, options))
    default:
      let (other, table2) = try source(random.nextInt(below: 100))
      return (try .concatenating([lazy, other]), try .concatenated([table, table2]))
    }
  }

  @Test(arguments: 0..<150) func planGivesWhatTheVerbsGive(_ seed: Int) throws {
    var random = RandomStream(seed: Int64(seed) + 500)
    var (lazy, table) = try source(seed)
    for _ in 0..<(2 + seed % 9) {
      do {
        (lazy, table) = try step(&random, lazy, table, 0)
      } catch TableError.duplicateColumn { break }
    }
    let collected = try lazy.collect(workers: Workers(2))
    #expect(collected.names == table.names, "\(lazy.explain())")
    #expect(rows(collected) == rows(table), "\(lazy.explain(optimized: false))\n--\n\(lazy.explain())")
    #expect(collected.lineage == table.lineage)
    #expect(lazy.schema().map(\.names) == table.names || lazy.schema() == nil)
  }

  @Test func columnsAndConditionsMoveIntoTheReader() throws {
    let text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n"
    let scan = CSVScan(try CSVReader(FileContents(Array(text.utf8)), name: "x.csv"), name: "x.csv")
    let lazy = try LazyTable(scan).sorting(by: [.column("b")]).filtering(above("c", 4)).selecting(["a"])
    #expect(lazy.explain() == "read_csv x.csv: a, b; rows by c\nsort b\nselect a")
    #expect(rows(try lazy.collect()) == [[.int(5)]])
    #expect(try LazyTable(scan).selecting([]).collect().rowCount == 2)
  }

  @Test func conditionsOnManyRowsStayWhereTheyAre() throws {
    let table = try Table([("a", Column(.int([1, 2, 3, 4])))])
    let overMean = RowExpression(reads: ["a"]) { table in
      let values: [Double] = cells(table.columns[0]).map { value in if case .int(let x) = value { Double(x) } else { 0.0 } }
      let mean = values.reduce(0, +) / Double(values.count)
      return Column(.bool(values.map { $0 > mean }))
    }
    let lazy = try LazyTable(table).sorting(by: [.column("a", descending: true)]).slicing(.first(3)).filtering(overMean)
    #expect(rows(try lazy.collect()) == [[.int(4)]])
  }

  @Test func namesAreCheckedAtOnce() throws {
    let lazy = LazyTable(try Table([("a", Column(.int([1])))]))
    #expect(throws: TableError.noColumn("b", columns: ["a"])) { try lazy.selecting(["b"]) }
  }

  @Test func longChainsOfVerbsAreNoTrouble() throws {
    var lazy = LazyTable(try Table([("a", Column(.int([1])))]))
    for _ in 0..<5000 { lazy = try lazy.deriving([Derivation("a", plusOne("a"))]) }
    #expect(rows(try lazy.collect()) == [[.int(5001)]])
  }
}
