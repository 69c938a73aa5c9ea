import Testing
import WeirCatalog
import WeirChecker
import WeirDiagnostics

/// Programs that nobody writes by hand: each is checked in time that grows with its size, and none ends the process.
struct HostileProgramTests {
  private func isQuick(_ cells: [String], _ seconds: Double = 4, _ place: SourceLocation = #_sourceLocation) {
    let time = ContinuousClock().measure { _ = Checking(cells).codes }
    #expect(time < .seconds(seconds), sourceLocation: place)
  }

  @Test func deepNesting() {
    isQuick([String(repeating: "(", count: 200) + "1" + String(repeating: ")", count: 200)])
    isQuick([String(repeating: "[", count: 200) + "1" + String(repeating: "]", count: 200)])
    isQuick([String(repeating: "x => ", count: 200) + "1"])
    isQuick([String(repeating: "map([1], x => ", count: 100) + "1" + String(repeating: ")", count: 100)])
    isQuick([String(repeating: "{a: ", count: 200) + "1" + String(repeating: "}", count: 200)])
    isQuick([(0..<60).map { "f\($0) = x => { " }.joined() + "1" + (0..<60).map { "\n f\(59 - $0 + 0)_ = 1\n f\(59 - $0)_ }" }.joined()])
    isQuick(["1" + String(repeating: " + 1", count: 400)])
    isQuick(["t = table(a: [1])\nt" + String(repeating: " |> filter(.a > 1)", count: 400)])
  }

  @Test func manyCells() {
    isQuick((0..<10_000).map { $0 == 0 ? "x = 1" : "x = x + 1" }, 20)
    isQuick((0..<5_000).map { $0 == 0 ? "x = [1]" : "x = [x, x]" }, 20)
    isQuick((0..<5_000).map { $0 == 0 ? "x = {a: 1}" : "x = {a: x, b: x}" }, 20)
    isQuick((0..<3_000).map { "unknown_\($0)(\($0))" }, 20)
    isQuick((0..<2_000).map { $0 == 0 ? "a, b = table(x: [1]) |> split(train: 1, test: 1)" : "a, b = concat(a, b) |> split(train: 1, test: 1)" }, 20)
  }

  @Test func functionsThatCallFunctions() {
    isQuick((0..<200).map { $0 == 0 ? "fn f0(x) = x" : "fn f\($0)(x) = f\($0 - 1)(x) + f\($0 - 1)([x])" } + ["f199(1)"])
    isQuick(["fn f(x) = f([x]) + f({a: x}) + f(x)\nf(1)"])
    isQuick(["fn f(g) = g(g)\nf(f)"])
    isQuick(["y = f => (x => f(v => x(x)(v)))(x => f(v => x(x)(v)))\ny(g => n => if n < 1 then 1 else g(n - 1))(3)"])
    isQuick([(0..<30).map { "g\($0) = a => { h = b => { k = c => a\n k(1) + k(2) }\n h(1) + h(\"a\") }" }.joined(separator: "\n")])
    isQuick(["fn f(x) = x\n" + (0..<5_000).map { "f(\"\($0)\")" }.joined(separator: "\n")], 20)
  }

  @Test func brokenTextsAreCheckedToo() {
    for text in ["x = ", "fn f( = 3", "a, = 2\na", "t |> ", "param", "use", "output", "match x {", "{a:", "[x for"] {
      _ = Checking([text, text]).codes
    }
  }

  @Test func tokenSoupIsCheckedWithoutATrap() {
    var generator = Xorshift(state: 7)
    let words = [
      "x", "train", "test", "=", "(", ")", "[", "]", "{", "}", ",", ".a", "|>", ">>", "split", "fit", "filter", "1", "\"t\"",
      "=>", "if", "then", "else", "match", "fn", "f", "+", "-", "==", "in", "for", "\n", "\n", "missing", "concat", ":", "stats.iqr",
      "use stats", "param p: int = 1", "raw = read_csv(\"penguins.csv\")", "train, test = raw |> split(train: 1, test: 1)",
      "fn g(x) = fit(x, recipe)", "g(test)", "output x", "[x for x in test]", "-5", "0..3", "derive(a: .b)", "aggregate(by: .c)",
    ]
    for _ in 0..<1_500 {
      let length = Int.random(in: 1...40, using: &generator)
      let text = (0..<length).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
      _ = Checking([text, "recipe = impute()\n" + text]).rendered
    }
  }
}

/// A small generator with a seed (Marsaglia, xorshift).
struct Xorshift: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
