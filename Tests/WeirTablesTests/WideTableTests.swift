import Testing
import WeirBase
import WeirTables

/// Verbs on a hundred thousand columns: each takes time in proportion to them, not to their square.
@Suite struct WideTableTests {
  static let width = 100_000
  static let names = (0..<width).map { "c\($0)" }

  /// `c0` is 0, 1, 2; `c1` is 1, 2, 3; and so on.
  static let table: Table? = try? Table(names.enumerated().map { place, name in
    (name: name, column: Column(.int([0, 1, 2].map { Int64(place + $0) })))
  })

  private func wide() throws -> LazyTable { LazyTable(try #require(Self.table)) }

  private func condition(_ name: String, above least: Int64) -> RowExpression {
    RowExpression(reads: [name], isRowwise: true) { table in
      guard case .int(let values) = try table.column(name).storage else { throw TableError.noColumn(name, columns: []) }
      return Column(.bool(values.map { $0 > least }))
    }
  }

  @Test(.timeLimit(.minutes(1))) func csvIsRead() throws {
    let rows = [Self.names.joined(separator: ",")] + (0..<2).map { row in
      (0..<Self.width).map { String($0 + row) }.joined(separator: ",")
    }
    let text = Array((rows.joined(separator: "\n") + "\n").utf8)
    let table = try CSVReader(FileContents(text), name: "wide.csv").read().table
    #expect(table.names == Self.names && table.rowCount == 2)
    #expect(table.columns.last?.scalar(at: 1) == .int(Int64(Self.width)))
    let few = try LazyTable(CSVScan(CSVReader(FileContents(text), name: "wide.csv"), name: "wide.csv"))
      .dropping(Array(Self.names.dropFirst(2))).filtering(condition("c1", above: 1)).collect()
    #expect(few.names == ["c0", "c1"] && few.rowCount == 1)
  }

  @Test(.timeLimit(.minutes(1))) func columnsAreChosenAndNamed() throws {
    let half = Array(Self.names.suffix(Self.width / 2))
    #expect(try wide().selecting(half).collect().names == half)
    #expect(try wide().dropping(half).collect().columnCount == Self.width / 2)
    let renamed = try wide().renaming(Self.names.map { Renaming(new: "new_" + $0, old: $0) })
    #expect(renamed.schema()?.names.last == "new_c99999")
    #expect(try renamed.collect().names.first == "new_c0")
    #expect(try wide().collect().casting(half.map { ($0, .float) }).columns.last?.type == .float)
    #expect(throws: TableError.self) { try wide().dropping(half + ["absent"]) }
  }

  @Test(.timeLimit(.minutes(1))) func columnsAreDerived() throws {
    let plain = Self.names.prefix(50_000).map { name in
      Derivation("twice_" + name, RowExpression(reads: [name], isRowwise: true) { try $0.column(name) })
    }
    // One that reads what was derived just before, and one that replaces it.
    let chained = [
      Derivation("a", RowExpression(reads: ["twice_c7"], isRowwise: true) { try $0.column("twice_c7") }),
      Derivation("a", RowExpression(reads: ["a"], isRowwise: true) { Column(.bool([Bool](repeating: true, count: try $0.column("a").count))) }),
    ]
    let table = try wide().deriving(plain + chained).collect()
    #expect(table.columnCount == Self.width + 50_001)
    #expect(table["twice_c7"]?.scalar(at: 1) == .int(8) && table["a"]?.type == .bool)
  }

  @Test(.timeLimit(.minutes(1))) func rowsAreChosenGroupedAndJoined() throws {
    #expect(try wide().filtering(condition("c7", above: 7)).collect().rowCount == 2)
    let sum = GroupDerivation("sum", GroupExpression(reads: ["c9"]) { try NumberAggregate.sum($0.column("c9"), $1) })
    let groups = try wide().aggregating(by: ["c5"], [sum]).collect()
    #expect(groups.names == ["c5", "sum"] && groups.rowCount == 3)
    let other = LazyTable(try Table([("c5", Column(.int([6, 7]))), ("c6", Column(.int([1, 2])))]))
    let joined = try wide().joining(other, JoinOptions(on: ["c5"]))
    #expect(joined.schema()?.fields.count == Self.width + 1)
    let table = try joined.collect()
    #expect(table.rowCount == 2 && table["c6_right"]?.scalar(at: 1) == .int(2))
  }

  @Test(.timeLimit(.minutes(1))) func columnsAreDescribed() throws {
    let table = try #require(Self.table).described()
    #expect(table.rowCount == Self.width)
    #expect(table["mean"]?.scalar(at: 99_999) == .float(100_000))
    #expect(table["std"]?.scalar(at: 4) == .float(1))
  }
}
