import Testing
import WeirCatalog
import WeirLibrary
import WeirTables

/// Which expressions a plan may evaluate on other rows than those of the verb they were given to.
struct RowDependenceTests {
  /// The standard builtins that matter here, and one that says what the compiler found out.
  private static let catalog = Catalog { builtins in
    builtins.define("t", "Gives a table.") { f in
      f.body { _ in .table(try Table([("x", Column(.int([1, 2, 3])))])) }
    }
    builtins.define("rowwise", "Says whether rows are looked at one by one.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let expression = f.rowExpression("expression", over: rows, "The expression.")
      f.body { call in .bool(try call[expression].isRowwise) }
    }
    builtins.defineElementwise("twice", "Doubles.", input: (name: "x", summary: "A number.")) { f in f.number { $0 * 2 } }
    builtins.defineAggregate("total", "Adds up.", inputs: [(name: "x", summary: "Numbers.")]) { f in
      f.grouped { columns, grouping, _ in try NumberAggregate.sum(columns[0], grouping) }
    }
  }

  @Test(arguments: [
    (".x > 1", true), (".x + k", true), ("twice(.x) ?? 0", true), (".x |> twice", true), (".x in [1, 2]", true),
    ("not (.x == 1) and -.x < 3", true), (".x in names", true),
    (".x > total(.x)", false), ("twice(.x - total(.x))", false), (".x + [1, 2, 3]", false), (".x + xs", false),
    ("f(.x)", false), (".x[0..2] > 1", false), ("[v > 1 for v in .x]", false), (".x + 1..3", false),
  ])
  func isFoundOutFromTheTree(expression: String, rowwise: Bool) {
    var runner = ProgramRunner()
    runner.catalog = Self.catalog
    let steps = runner.run("k = 2\nxs = [4, 5, 6]\nnames = [1]\nfn f(v) = v\nt() |> rowwise(\(expression))")
    #expect(steps.last?.outcome.text == "\(rowwise)", "\(expression)")
  }

  @Test func captured() {
    var runner = ProgramRunner()
    runner.catalog = Self.catalog
    let steps = runner.run("fn g(k) = t() |> rowwise(.x > k)\ng(1)\ng([1, 2, 3])\ng(t().x)")
    #expect(steps.dropFirst().map(\.outcome.text) == ["true", "false", "false"])
  }
}
