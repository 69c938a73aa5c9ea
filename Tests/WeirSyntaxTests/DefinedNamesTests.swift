import Testing
import WeirDiagnostics
import WeirSyntax

struct DefinedNamesTests {
  private func names(_ text: String) -> DefinedNames {
    DefinedNames(of: parse(SourceFile(id: FileID(1), name: "test", text: text)).tree.statements)
  }

  @Test(arguments: [
    ("x = a + .b", "x", "a"),
    ("x = 1\ny = x", "x y", ""),
    ("y = x\nx = 1\nz = x", "y x z", "x"),
    ("x = x + 1", "x", "x"),
    ("a, _ = f(b: c)", "a", "f c"),
    ("fn f(n, m: k) = if n == 0 then m else f(n - 1) + g", "f", "k g"),
    ("xs |> map(x => x + y)", "", "xs map y"),
    ("[f(a, b) for a, b in a if b > c]", "", "a c f"),
    ("match v { x if x > t => x, [p, q] => p + q, _ => x }", "", "v t x"),
    ("z = { a = b\n a + c }\na", "z", "b c a"),
    ("param p: int = q\nt.p + p", "p", "q t"),
    ("use stats\nstats.iqr(x)\noutput m", "", "x m"),
    ("\"{a} and {b.c}\"", "", "a b"),
    ("(x, y: x) => x + y", "", ""),
  ])
  func findsDefinitionsAndFreeNames(text: String, defined: String, free: String) {
    let names = names(text)
    #expect(names.definitions.map(\.name).joined(separator: " ") == defined)
    #expect(names.references.map(\.name).joined(separator: " ") == free)
  }

  @Test func outputsAndModulesAreKeptApart() {
    let names = names("use stats\nuse text\nm = 1\noutput m, k")
    #expect(names.uses.map(\.name) == ["stats", "text"])
    #expect(names.outputs.map(\.name) == ["m", "k"])
    #expect(names.references.map(\.name) == ["k"])
  }

  @Test func aStatementAloneReadsWhatStandsAbove() {
    let statements = parse(SourceFile(id: FileID(1), name: "test", text: "x = 1\ny = x")).tree.statements
    #expect(statements.map { DefinedNames(of: $0).references.map(\.name) } == [[], ["x"]])
  }
}
