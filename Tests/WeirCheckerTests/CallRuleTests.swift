import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics

struct CallRuleTests {
  @Test(arguments: [
    ("table(a: [1]) |> take(n: 2, m: 3)", "W0302 m"),
    ("table(a: [1]) |> take(1, 2)", "W0304 2"),
    ("table(a: [1]) |> take()", "W0303 take"),
    ("table(a: [1]) |> take(1, n: 2)", "W0308 n"),
    ("take(table(a: [1]), \"two\")", "W0301 \"two\""),
    ("repeat(5, 2)", "W0301 5"),
    ("join(table(a: [1]), table(a: [1]), on: .a, how: \"iner\")", "W0306 \"iner\""),
    ("how = \"outer\"\njoin(table(a: [1]), table(a: [1]), on: .a, how: how)", "W0306 how"),
    ("fn f(x, times: 1) = x * times\nf()", "W0303 f"),
    ("fn f(x, times: 1) = x * times\nf(1, tims: 2)", "W0302 tims"),
    ("fn f(x) = x\nf(1, 2)", "W0304 2"),
    ("fn f(x) = x\nf(1, x: 2)", "W0308 x"),
    ("f = (a, b) => a + b\nf(1)", "W0303 f"),
    ("x = 3\nx(1)", "W0305 x"),
    ("\"f\"(1)", "W0305 \"f\""),
    ("t = table(a: [1])\nt.select()", "W0305 select"),
    ("t = table(a: [1])\nt.a.mean()", "W0305 mean"),
    ("read_csv(\"penguins.csv\").groupby(\"sex\")", "W0305 groupby"),
    ("1 + \"a\"", "W0307 +"),
    ("{a: 1} * 2", "W0307 *"),
    ("\"a\" * \"b\"", "W0307 *"),
    ("\"a\" < 1", "W0307 <"),
    ("mean + 1", "W0307 +"),
    ("-\"a\"", "W0307 \"a\""),
    ("not 3", "W0307 3"),
    ("impute() >> 3", "W0307 3"),
    ("1 .. \"b\"", "W0307 \"b\""),
    ("r = {a: 1, b: 2}\nr.c", "W0604 c"),
    ("r = {a: 1}\nr[\"c\"]", "W0604 \"c\""),
    ("x = 3\nx.field", "W0604 field"),
    ("if 3 then 1 else 2", "W0611 3"),
    ("[x for x in [1] if x]", "W0611 x"),
    ("a, b = [1, 2, 3]\na + b", "W0612 a, b = [1, 2, 3]"),
    ("a, b = 3\na + b", "W0614 a, b = 3"),
    ("[1, 2][5]", "W0603 5"),
    ("[1, 2][\"a\"]", "W0617 \"a\""),
    ("[x for x in 5]", "W0616 5"),
    ("fn add(a) = a + 1\nadd(\"x\")", "W0307 +"),
    ("map([1, 2], x => x + \"a\")", "W0307 +"),
    ("use stats\nstats.iqr()", "W0303 stats.iqr"),
    ("[1] |> 3", "W0305 3"),
  ])
  func wrongCallsAreFound(program: String, expected: String) {
    #expect(check(program).found == [expected])
  }

  @Test(arguments: [
    "1 + 2.5", "\"a\" + \"b\"", "[1, 2] * 2", "\"a\" == 1", "missing + 1", "10m + 2h", "2h * 3", "not missing", "-[1, 2]",
    "if missing then 1 else 2", "x = if true then 1 else \"a\"\nx + 1", "true + 1", "\"a\" in [\"a\"]", "1 in {a: 1}",
    "fn f(x) = x + 1\nf(1)\nf(2.5)", "fn show(x) = if x == 1 then upper(x) else x\nshow(1)",
    "fn apply(f, x) = f(x)\napply(x => x + 1, 2)", "map([1, 2], x => x + 1)", "reduce([1, 2], (a, b) => a + b)",
    "map([\"a\"], upper)", "impute() >> standardize() >> logistic(l2: 2)", "r = {a: {b: 1}}\nr.a.b + 1",
    "rs = [{a: 1}, {a: 2}]\nrs.a", "[1, 2][-1] + 1", "\"abc\"[0..1]", "a, b = {x: 1, y: 2}\na + b",
    "fn odd(n) = if n == 0 then false else odd(n - 1)\nodd(3)", "log(2) + 1", "log([1, 2])", "repeat(\"a\", 3)",
    "join(table(a: [1]), table(a: [1]), on: .a, how: \"left\")", "fn f(k) = k + 1\nmap([1], f)",
    "expect(1 == 1, \"numbers\")", "x = [1, \"a\"]\nx[0] + 1",
    "fn kind(x, loud: false) = if loud then x + \"!\" else x\nkind(1)",
  ])
  func rightCallsPass(program: String) {
    #expect(check(program).found == [])
  }

  @Test func aMistakeInAFunctionNamesTheCall() {
    let checking = check("fn add(a) = a + 1\nadd(\"x\")")
    #expect(checking.result.diagnostics.first?.others.map(\.text) == ["`add` called here"])
  }

  @Test func mistakesInModulesAreNotTheReaders() {
    #expect(check("use stats\nstats.iqr(\"text\")").codes == [])
  }
}
