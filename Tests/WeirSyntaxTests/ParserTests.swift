import Testing
import WeirDiagnostics
import WeirSyntax

struct ParserTests {
  static let programs: [(String, String)] = [
    ("1 + 2 * 3", "(+ 1 (* 2 3))"),
    ("-2 ^ 2", "(- (^ 2 2))"),
    ("2 ^ -3 ^ 2", "(^ 2 (- (^ 3 2)))"),
    ("2 ^ 3 ^ 2", "(^ 2 (^ 3 2))"),
    ("a - b - c", "(- (- a b) c)"),
    ("-15..15", "(.. (- 15) 15)"),
    ("0..<n + 1", "(..< 0 (+ n 1))"),
    ("a ?? b or c and not d == e", "(?? a (or b (and c (not (== d e)))))"),
    ("x not in xs and y in ys", "(and (not in x xs) (in y ys))"),
    ("a >> b >> c |> f |> g(1)", "(|> (|> (>> (>> a b) c) f) (call g 1))"),
    ("f(a, b: 1, in: 2, \"new name\": .c)", "(call f a b:1 in:2 new name:.c)"),
    ("x => x + 1", "(=> [x] (+ x 1))"),
    ("(a, b) => a * b", "(=> [a b] (* a b))"),
    ("(a, b: 2) => a", "(=> [a b:2] a)"),
    ("() => 1", "(=> [] 1)"),
    ("(a, b)", "[a b]"),
    ("(a,)", "[a]"),
    ("(a + b) * c", "(* (+ a b) c)"),
    ("[1, 2, 3,]", "[1 2 3]"),
    ("{}", "{}"),
    ("{a: 1, \"b c\": 2, if: 3}", "{a:1 b c:2 if:3}"),
    ("{ x }", "(do x)"),
    ("xs[1, 2].name(3)[0]", "(at (call (field (at xs 1 2) name) 3) 0)"),
    (".a + .`with spaces` + t.if", "(+ (+ .a .with spaces) (field t if))"),
    ("if a then b else c |> f", "(if a b (|> c f))"),
    ("[f(x) for x in xs if x > 0]", "(each (call f x) (for x xs) (if (> x 0)))"),
    ("[a + b for a, b in pairs for c in a]", "(each (+ a b) (for [a b] pairs) (for c a))"),
    (
      "match v { 1 => \"one\", 2 or 3 => \"few\", x if x > 9 => \"many\", _ => \"some\" }",
      "(match v (1 'one') ((or 2 3) 'few') (x if (> x 9) 'many') (_ 'some'))"
    ),
    (
      "match v {\n  -1 => a\n  1..5 => b\n  [x, (y, _)] => c\n  missing => d\n}",
      "(match v (-1 a) ((.. 1 5) b) ([x [y _]] c) (missing d))"
    ),
    ("match v { x if x > limit => 1, _ => 2 }", "(match v (x if (> x limit) 1) (_ 2))"),
    ("a, _ = f()", "(= a,_ (call f))"),
    ("fn f(x, times: 1) = x * times", "(fn f [x times:1] (* x times))"),
    ("fn f(x) {\n  y = x + 1\n  y * 2\n}", "(fn f [x] (do (= y (+ x 1)) ; (* y 2)))"),
    ("param folds: int = 5\nparam who\nuse stats\noutput a, b", "(param folds:int 5) ; (param who) ; (use stats) ; (output a b)"),
    ("stage train\nstage \"a b\"\nstage = 3\nstage", "(stage train) ; (stage a b) ; (= stage 3) ; stage"),
    ("output = 1\nuse + param\nuse in param", "(= output 1) ; (+ use param) ; (in use param)"),
    ("a =\n  1\nb = a +\n  2", "(= a 1) ; (= b (+ a 2))"),
    ("a = b\n  |> f\n  >> g\n  and h\n  or i", "(= a (|> b (>> f (or (and g h) i))))"),
    ("if a\nthen b\nelse c", "(if a b c)"),
    ("f(a,\n  b\n  + c\n)\n(d)", "(call f a (+ b c)) ; d"),
    ("x\n[1]\n-y", "x ; [1] ; (- y)"),
    ("a # why\n  |> b # because\n# end", "(|> a b)"),
    ("\"a {x + 1} b\"", "(text 'a ' (+ x 1) ' b')"),
    ("\"{{x}} \\\"q\\\" \\u{e9}\"", "'{x} \"q\" é'"),
    ("\"{f(\"in {y}\")}\"", "(text (call f (text 'in ' y)))"),
    ("\"{ {a: 1}.a }\"", "(text (field {a:1} a))"),
    ("\"\"\"\n    one\n      two\n    \"\"\"", "'one|  two'"),
    ("\"\"\"a\n  b {x}\n  c\"\"\"", "(text 'a|b ' x '|c')"),
    ("\"\"", "''"),
    ("1_000 + 2.5e-3 + 1e3", "(+ (+ 1000 0.0025f) 1000.0f)"),
    ("[500ms, 10s, 10m, 2h, 7d, 1.5h]", "[500000us 10000000us 600000000us 7200000000us 604800000000us 5400000000us]"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("grüße = größe", "(= grüße größe)"),
    ("x => { y = x\n y }", "(=> [x] (do (= y x) ; y))"),
    ("{ a = 1; a }", "(do (= a 1) ; a)"),
    ("a < b < c", "(and (< a b) (< b c))"),
    ("a @ b // c % d", "(% (// (@ a b) c) d)"),
    ("xs |> map(x => x |> f)", "(|> xs (call map (=> [x] (|> x f))))"),
    ("f(if a then b else c, d)", "(call f (if a b c) d)"),
  ]

  @Test(arguments: programs)
  func readsPrograms(text: String, expected: String) {
    #expect(dump(text) == expected)
  }

  static let mistakes: [(String, [String], String)] = [
    ("a = \nb = 2", ["W0101"], "(= a <error>) ; (= b 2)"),
    ("a = f(1, 2\nb = 2", ["W0103"], "(= a <error>) ; (= b 2)"),
    ("f(1 2)\ng(3", ["W0129", "W0103"], "<error> ; <error>"),
    ("a = 1 +\nb = ) 2\nc = 3", ["W0101", "W0104"], "(= a <error>) ; (= b <error>) ; (= c 3)"),
    ("ok = 0 < x < 10", ["W0105"], "(= ok (and (< 0 x) (< x 10)))"),
    ("fn f(x) {\n  a = [1\n  b = 2\n  b\n}\nc = 1", ["W0103"], "(fn f [x] (do (= a <error>) ; (= b 2) ; b)) ; (= c 1)"),
    ("f(a: 1, 2)", ["W0112"], "(call f a:1 2)"),
    ("f(a = 1)", ["W0113"], "<error>"),
    ("x += 1\ny = 2", ["W0115"], "x ; (= y 2)"),
    ("a = \"open\nb = 2", ["W0107"], "(= a 'open') ; (= b 2)"),
    ("a = \"open {x\nb = 2", ["W0107"], "(= a (text 'open ' x)) ; (= b 2)"),
    ("a $ b\nc", ["W0109"], "a ; c"),
    ("99999999999999999999", ["W0110"], "<error>"),
    ("1 2", ["W0102"], "1"),
    ("let x = 1", ["W0117"], "<error>"),
    ("return 3", ["W0117"], "<error>"),
    ("import pandas", ["W0117"], "<error>"),
    ("select * from rows", ["W0117"], "<error>"),
    ("// words", ["W0102"], "<error>"),
    ("a %>% f()", ["W0117"], "(|> a (call f))"),
    ("a && !b", ["W0117", "W0117"], "(and a (not b))"),
    ("fn f(x) { y = x }", ["W0118"], "(fn f [x] (do (= y x)))"),
    ("if a then b", ["W0120"], "<error>"),
    ("1..2..3", ["W0122"], "<error>"),
    ("'text'", ["W0117"], "''"),
  ]

  @Test(arguments: mistakes)
  func reportsEveryMistakeAndGoesOn(text: String, codes: [String], expected: String) {
    let result = parse(SourceFile(id: FileID(1), name: "test", text: text))
    #expect(result.diagnostics.map(\.code.description) == codes)
    #expect(result.tree.statements.map { dump($0) }.joined(separator: " ; ") == expected)
  }

  @Test(arguments: [
    "f(1,", "a = ", "a +", "x |>", "[1, 2", "{a: 1", "fn f(x) {\n  a = 1", "\"\"\"text", "if a then b", "match x {",
    "fn f(x) =", "x =>", "a >>", "f(\n  1,\n  2\n",
  ])
  func knowsWhenMoreMustCome(text: String) {
    let result = parse(SourceFile(id: FileID(1), name: "test", text: text))
    #expect(result.isIncomplete, "\(result.diagnostics.map(\.title))")
  }

  @Test(arguments: ["f(1)", "f(1))", "\"open", "a + ) (", "", "# comment", "f(1 2", "a = ]\nf("])
  func knowsWhenMoreWouldNotHelp(text: String) {
    #expect(!parse(SourceFile(id: FileID(1), name: "test", text: text)).isIncomplete)
  }

  @Test func deepNestingIsAnErrorNotACrash() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{a: ", "}"), ("f(", ")"), ("-", ""), ("not ", ""), ("{ ", " }"), ("\"{", "}\"")] {
      for count in [300, 20_000] {
        let text = String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
        let codes = parse(SourceFile(id: FileID(1), name: "test", text: text)).diagnostics.map(\.code.description)
        #expect(codes.contains("W0106"), "\(open) \(count) \(codes.prefix(3))")
      }
    }
    let sum = Array(repeating: "1", count: 5_000).joined(separator: " + ")
    #expect(parse(SourceFile(id: FileID(1), name: "test", text: sum)).diagnostics.map(\.code.description) == ["W0106"])
  }

  @Test func documentationIsWhatStandsStraightAbove() {
    let text = "## lost\n\n## Doubles.\n##  twice\nfn double(x) = x * 2\n# not this\ny = 1\n## of z\nz = 2"
    let statements = parse(SourceFile(id: FileID(1), name: "test", text: text)).tree.statements
    #expect(statements.map(\.documentation) == ["Doubles.\n twice", nil, "of z"])
  }

  @Test func theChainedComparisonIsMended() {
    let result = parse(SourceFile(id: FileID(1), name: "test", text: "ok = 0 < x + 1 < 10"))
    #expect(result.diagnostics.first?.mend == "write `0 < x + 1 and x + 1 < 10`")
  }
}
