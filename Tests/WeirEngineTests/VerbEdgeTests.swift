import Testing
import WeirCatalog
import WeirLibrary
import WeirTables

/// Every verb of the catalog that takes a table, on tables without rows, without columns, of nothing but missing values, and
/// with very many columns: a result or a message, and in good time.
struct VerbEdgeTests {
  /// The programs that call a verb on the table `t` in the simplest way there is for it.
  static let calls: [String: String] = [
    "filter": "filter(t, COND)", "sort": "sort(t, COLUMN)", "take": "take(t, 1)", "skip": "skip(t, 1)", "head": "head(t)",
    "tail": "tail(t)", "sample": "sample(t, fraction: 0.5)", "concat": "concat(t, t)", "columns": "columns(t)",
    "select": "select(t, COLUMN)", "drop": "drop(t, COLUMN)", "rename": "rename(t, other: COLUMN)", "cast": "cast(t, c0: \"text\")",
    "derive": "derive(t, new: 1)", "drop_missing": "drop_missing(t)", "fill_missing": "fill_missing(t, how: \"forward\")",
    "distinct": "distinct(t)", "aggregate": "aggregate(t, by: COLUMN, n: count())", "value_counts": "value_counts(t, COLUMN)",
    "join": "join(t, t, on: COLUMN)", "join_nearest": "join_nearest(t, t, on: COLUMN)", "pivot": "pivot(t, COLUMN, COLUMN2)",
    "unpivot": "unpivot(t, COLUMN)", "schema": "schema(t)", "describe": "describe(t)", "duplicates": "duplicates(t)",
    "align": "align(t, like: t)", "window": "window(t, by: COLUMN, order: COLUMN, before: lag(COLUMN), r: rank(COLUMN), n: row_number())",
    "reverse": "reverse(t)", "unique": "unique(t)", "count": "count(t)", "list": "list(t)", "enumerate": "enumerate(t)",
    "sql": "sql(\"select 1 as one\", t: t)", "map": "map(t, row => 1)",
  ]

  static let tables: [(name: String, code: String)] = [
    ("without rows", "t = table(c0: [1, 2], c1: [\"a\", \"b\"]) |> take(0)"),
    ("without columns", "t = table(c0: [1, 2]) |> drop(.c0)"),
    ("without both", "t = table()"),
    ("of missing values", "t = table(c0: [missing, missing], c1: [missing, missing])"),
    ("of one row", "t = table(c0: [1], c1: [\"a\"])"),
  ]

  private func call(_ verb: String) -> String? {
    Self.calls[verb]?.replacing("COLUMN2", with: ".c1").replacing("COLUMN", with: ".c0").replacing("COND", with: "is_missing(.c0)")
  }

  @Test(arguments: calls.keys.sorted()) func smallTablesGiveAResultOrAMessage(verb: String) throws {
    #expect(Catalog.standard[verb] != nil, "there is such a verb")
    let call = try #require(self.call(verb))
    for (name, code) in Self.tables {
      let steps = ProgramRunner().run("\(code)\n\(call)")
      let last = try #require(steps.last)
      guard case .failed = last.outcome else { continue }
      // A column that is not there, or a type that does not fit, is said so.
      let isSaid = ["W0401", "W0403", "W0407"].contains { last.outcome.text.contains($0) }
      #expect(isSaid, "\(verb) on a table \(name): \(last.outcome.text)")
      let isForNamesOnly = name == "without rows" && !["join_nearest"].contains(verb)
      #expect(!isForNamesOnly, "\(verb) on a table \(name): \(last.outcome.text)")
    }
  }

  /// Whatever else takes a table and nothing else: no table of those ends the process.
  static let others: [String] = Catalog.standard.all.filter { builtin in
    let takesTable = builtin.slots.first.map { ValueType.anyTable.fits($0.type) && !ValueType.bool.fits($0.type) } ?? false
    return takesTable && builtin.slots.dropFirst().allSatisfy { !$0.isRequired } && calls[builtin.name] == nil && builtin.effect == .pure
  }.map(\.name)

  @Test(arguments: others) func otherVerbsDoNotEndTheProcess(verb: String) throws {
    for (name, code) in Self.tables {
      let steps = ProgramRunner().run("\(code)\n\(verb)(t)")
      #expect(steps.count == 2, "\(verb) on a table \(name)")
    }
  }

  @Test(arguments: [
    "select(t, .c0)", "drop(t, .c0)", "rename(t, other: .c0)", "derive(t, new: 1, newer: 2)", "filter(t, .c0 > 0)", "sort(t, .c0)", "take(t, 1)",
    "concat(t, t)", "drop_missing(t)", "fill_missing(t, how: \"forward\")", "distinct(t)", "join(t, t, on: .c0)", "schema(t)",
    "window(t, before: lag(.c0), n: row_number())", "duplicates(t)", "columns(t)", "unpivot(t, .c0)", "cast(t, c0: \"text\")",
    "join_nearest(t, t, on: .c0)",
  ])
  func tenThousandColumnsTakeNoLongTime(call: String) throws {
    let wide = try Table((0..<10_000).map { ("c\($0)", Column(.int([1, 2]))) })
    let clock = ContinuousClock(), start = clock.now
    let steps = ProgramRunner(given: ["t": .table(wide)]).run(call)
    if case .failed = try #require(steps.last).outcome { Issue.record("\(call): \(steps.last?.outcome.text ?? "")") }
    #expect(clock.now - start < .seconds(20), "\(call)")
  }
}
