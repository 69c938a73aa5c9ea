import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirSyntax
import WeirTables

struct NameRuleTests {
  @Test(arguments: [
    ("x = 1\nxy = valeu + x\nxy", "W0201 valeu"),
    ("print(maen([1]))", "W0201 maen"),
    ("fn f(a) = a + b\nf(1)", "W0201 b"),
    ("f = a => a + b\nf(1)", "W0201 b"),
    ("[a for a in [1] if c > 1]", "W0201 c"),
    ("match 1 { n => m }", "W0201 m"),
    ("\"text {nam}\"", "W0201 nam"),
    ("output model", "W0201 model"),
    ("use statz", "W0205 statz"),
    ("use stats\nstats.iqrr([1])", "W0210 iqrr"),
    ("use stats\nstats._hidden(1)", "W0210 _hidden"),
    ("iqr([1])", "W0201 iqr"),
    ("y = x\nx = 1", "W0202 x"),
    ("fn f() = g()\nfn g() = 1", "W0202 g"),
    ("param n: integer = 5\nn", "W0208 integer"),
    ("param n: int = \"five\"\nn", "W0209 \"five\""),
    ("param n: int = 2.5\nn", "W0209 2.5"),
    ("fn f(x) {\n  y = x\n  y\n}\ny", "W0201 y"),
  ])
  func wrongNamesAreFound(program: String, expected: String) {
    #expect(check(program).found.filter { !$0.hasPrefix("W0203") } == [expected])
  }

  @Test(arguments: [
    "x = 1\nx = x + 1\nx", "fn fact(n) = if n < 2 then 1 else n * fact(n - 1)\nfact(3)",
    "use stats\nstats.iqr([1, 2])", "param p: float = 1\np", "param q = 3\nq", "param l: list = [1]\nl",
    "count = 3\ncount", "fn f(x, k: 2) { y = x * k\n y + 1 }\nf(1, k: 3)", "a, b = [1, 2]\na + b",
    "f = (a, b) => { c = a + b\n c * 2 }\nf(1, 2)", "match [1, 2] { [a, b] => a + b, _ => 0 }",
    "[[a + b for b in 1..a] for a in 1..3]", "x = 1\noutput x", "fn f(n) { fn g(m) = m + n\n g(1) }\nf(2)",
  ])
  func rightNamesPass(program: String) {
    #expect(check(program).found == [])
  }

  @Test func usedAboveNamesTheCellToMove() {
    let checking = check("y = 1", "clean = y + raw\nraw = 3\nclean")
    #expect(checking.found == ["W0202 raw"])
    #expect(checking.result.diagnostics[0].mend == "move the definition above its first use")
    let cells = check("plot = clean", "clean = 1")
    #expect(cells.found == ["W0202 clean"])
    #expect(cells.result.diagnostics[0].mend == "move cell `c0` below cell `c1`")
  }

  @Test func meantNamesAreOffered() {
    #expect(check("total = 1\ntotl").result.diagnostics.first?.mend == "did you mean `total`?")
    #expect(check("men([1])").result.diagnostics.first?.mend == "did you mean `mean`?")
    #expect(check("use stat").result.diagnostics.first?.mend == "did you mean `stats`?")
    #expect(check("use stats\nstats.irq([1])").result.diagnostics.first?.mend == "did you mean `stats.iqr`?")
  }

  @Test func anUnknownNameIsSaidOncePerCell() {
    #expect(check("a + a + a", "a").codes == ["W0201", "W0201"])
  }

  @Test func cellsBelowSeeModulesAndThePrelude() {
    #expect(check("use stats", "stats.iqr([1])").codes == [])
    #expect(Checking(["twice(2) + 1"], prelude: "fn twice(x) = x * 2").codes == [])
  }

  // MARK: Unused

  @Test(arguments: [
    ("x = 1\ny = 2\ny", "W0203 x"), ("fn f(a) = a\n1", "W0203 f"), ("x = 1\nx = 2\nx", "W0203 x"),
  ])
  func definitionsThatNobodyReadsAreFound(program: String, expected: String) {
    let checking = check(program)
    #expect(checking.found == [expected])
    #expect(!checking.result.hasErrors)
  }

  @Test(arguments: [
    ["x = 1"], ["x = 1\ny = 2", "x"], ["_x = 1\n2"], ["param p = 1\n2"], ["x = 1\noutput x\n2"], ["a, b = [1, 2]\na"],
    ["k = 1", "fn f(a) = a + k\n3", "f(1)"], ["x = 1\nfn f() = x\nf()"], ["x = 1\n\"{x}\""],
  ])
  func definitionsThatAreReadPass(cells: [String]) {
    #expect(Checking(cells).codes.filter { $0 == "W0203" } == [])
  }

  /// Each statement of a script is a cell of its own.
  @Test func theLinesOfAScriptAreNotLookedAt() {
    let file = SourceFile(id: FileID(0), name: "a.weir", text: "x = 1\ny = 2\nz = y")
    let cells = parse(file).tree.statements.enumerated().map { index, statement in
      Cell(name: "\(index)", tree: SyntaxTree(file: file, statements: [statement], nodeCount: 10))
    }
    let result = Checker.check(CellGraph(cells), in: CheckSurroundings(catalog: testCatalog))
    #expect(result.diagnostics.map(\.title) == ["nothing reads `x`"])
  }

  @Test func functionsOfModulesAreReadElsewhere() {
    #expect(Checking(["fn a() = 1\nfn b() = 2"], isModule: true).codes == [])
  }

  @Test func whatIsKnownOfNamesIsHandedOut() {
    let checking = check("raw = read_csv(\"penguins.csv\")\nn = 3", "train, test = raw |> split(train: 0.7, test: 0.3)\ntrain\ntest")
    #expect(checking.result.names["n"] == .int)
    guard case .table(let raw)? = checking.result.cells[0]["raw"], case .table(let test)? = checking.result.names["test"] else {
      Issue.record("tables are known")
      return
    }
    #expect(raw.columns?.map(\.name) == ["species", "island", "bill_length", "body_mass", "sex", "hatched"])
    #expect(test.origins.map(\.part) == [.test] && test.origins.map(\.name) == ["test"])
  }
}
