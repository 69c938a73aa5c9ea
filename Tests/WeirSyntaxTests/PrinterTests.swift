import Foundation
import Testing
import WeirDiagnostics
import WeirSyntax

struct PrinterTests {
  static func file(_ text: String) -> SourceFile { SourceFile(id: FileID(1), name: "test", text: text) }

  /// All programs that lie in the tests and in the standard library, and those of the parser's own tests.
  static let programs: [String] = {
    let root = SyntaxMessagesTests.root
    var texts = ParserTests.programs.map(\.0)
    for folder in ["Tests", "stdlib", "notebooks"] {
      let files = FileManager.default.enumerator(at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
      while let url = files?.nextObject() as? URL {
        if url.pathExtension == "weir", let text = try? String(contentsOf: url, encoding: .utf8) { texts.append(text) }
      }
    }
    return texts + Explanation.all.flatMap { [$0.wrong, $0.right] }
  }()

  /// What must hold of the layout of any program that parses.
  private func check(_ text: String) {
    let source = Self.file(text)
    let parsed = parse(source)
    guard parsed.diagnostics.isEmpty else {
      #expect(format(text) == nil)
      return
    }
    let printed = layOut(parsed.tree)
    let again = parse(Self.file(printed))
    #expect(again.diagnostics.isEmpty, "\(text)\n---\n\(printed)\n\(again.diagnostics.map(\.title))")
    #expect(again.tree.statements.map { dump($0) } == parsed.tree.statements.map { dump($0) }, "\(text)\n---\n\(printed)")
    #expect(again.tree.statements.map(\.documentation) == parsed.tree.statements.map(\.documentation), "\(text)\n---\n\(printed)")
    #expect(commentTexts(Self.file(printed)) == commentTexts(source), "\(text)\n---\n\(printed)")
    #expect(layOut(again.tree) == printed, "not idempotent:\n\(text)\n---\n\(printed)\n---\n\(layOut(again.tree))")
    #expect(canonicalCode(of: again.tree.statements) == canonicalCode(of: parsed.tree.statements))
    #expect(format(text) == printed)
  }

  @Test(arguments: programs)
  func keepsTreeAndCommentsOfPrograms(text: String) { check(text) }

  @Test(arguments: 0..<20)
  func keepsRandomTrees(seed: Int) {
    var keys: [String: [String]] = [:]
    for round in 0..<60 {
      var trees = RandomTrees(seed: UInt64(seed * 1000 + round))
      let statements = trees.program()
      let wanted = statements.map { dump($0) }
      // The name of a stage is no part of its code.
      let code = wanted.filter { !$0.hasPrefix("(stage ") }
      #expect(keys.updateValue(code, forKey: canonicalCode(of: statements)) ?? code == code)
      let text = layOut(statements)
      let parsed = parse(Self.file(text))
      #expect(parsed.diagnostics.isEmpty, "\(parsed.diagnostics.map(\.title))\n\(text)")
      #expect(parsed.tree.statements.map { dump($0) } == wanted, "\(text)")
      check(text)
      check(disturbed(text, &trees.draw))
    }
  }

  /// Puts comments and line ends where the text has blanks; what no longer parses only must not trap.
  private func disturbed(_ text: String, _ draw: inout Draw) -> String {
    var out = "", number = 0
    for character in text {
      guard character == " " || character == "\n", draw.chance(12) else { out.append(character); continue }
      number += 1
      switch draw.below(4) {
      case 0: out += "\n"
      case 1: out += "  # note \(number)\n"
      case 2: out += "\n  ## above \(number)\n\n"
      default: out += character == "\n" ? "\n\n\n" : "   "
      }
    }
    return out
  }

  @Test(arguments: 0..<10)
  func tokenSoupIsRefusedOrKept(seed: Int) {
    let pieces = [
      "a", "b", "if", "then", "else", "match", "fn", "for", "in", "not", "and", "or", "(", ")", "[", "]", "{", "}", ",", ":",
      "=", "=>", "==", "<", "..", "..<", "+", "-", "*", "^", "@", "|>", ">>", "??", "1", "2.5", "10m", "\"x\"", "\"{", "}\"",
      "\"\"\"", "`", ".c", ".`d e`", "\n", "\n", " ", "# c\n", "## d\n", "_", "missing", "param", "stage", "output", "\r\n", "é", ";",
    ]
    var draw = Draw(UInt64(seed) + 77)
    for _ in 0..<300 {
      let text = (0...draw.below(24)).map { _ in draw.pick(pieces) + (draw.chance(60) ? " " : "") }.joined()
      check(text)
      _ = canonicalCode(of: parse(Self.file(text)).tree.statements)
    }
  }

  static let layouts: [(String, String)] = [
    ("a=1+2*3", "a = 1 + 2 * 3\n"),
    ("a = (1 + 2) * (3)", "a = (1 + 2) * 3\n"),
    ("x|>f(y,key:1)|>g", "x |> f(y, key: 1) |> g\n"),
    ("x |> f\n|> g # why", "x\n  |> f\n  |> g  # why\n"),
    ("# top\n\n\n\na = 1 # one\n## doc\nb = 2\n\n\nc = 3\n# end", "# top\n\na = 1  # one\n## doc\nb = 2\n\nc = 3\n# end\n"),
    ("t = table(\n a: [1,2], b: 2)", "t = table(\n  a: [1, 2],\n  b: 2,\n)\n"),
    ("f(a, # first\n b)", "f(\n  a,  # first\n  b,\n)\n"),
    ("f([ # none\n])", "f([  # none\n])\n"),
    ("x = 1_000 + 2.50 + \"\\u{e9}\"", "x = 1_000 + 2.50 + \"\\u{e9}\"\n"),
    ("fn f(x,times:1){\n y=x\n\n\n y*times }", "fn f(x, times: 1) {\n  y = x\n\n  y * times\n}\n"),
    ("fn f(x) = { x }", "fn f(x) { x }\n"),
    ("map(xs, x => { y = x\n y })", "map(xs, x => {\n  y = x\n  y\n})\n"),
    ("match v { 1 => \"one\"\n _ => 2 }", "match v { 1 => \"one\", _ => 2 }\n"),
    ("match v {\n 1 => \"one\", 2 or 3 => 2 # few\n _ => 3 }", "match v {\n  1 => \"one\"\n  2 or 3 => 2  # few\n  _ => 3\n}\n"),
    ("a = # why\n 1", "a =  # why\n  1\n"),
    ("a = -( # deep\n 3)", "# deep\na = -3\n"),
    ("(a, b)\n((a))\n([1])\n(a,)", "(a, b)\na\n[1]\n(a,)\n"),
    ("{\"a\": 1, \"b c\": 2}.a", "{a: 1, \"b c\": 2}.a\n"),
    ("", ""), ("\n\n# only\n", "# only\n"),
    ("not (a and b) or (c)", "not (a and b) or c\n"),
  ]

  @Test func laysOut() {
    for (text, wanted) in Self.layouts { #expect(format(text) == wanted) }
  }

  @Test func breaksLongLines() {
    let arguments = (1...9).map { "argument_\($0): value_\($0)" }
    #expect(format("f(\(arguments.joined(separator: ", ")))") == "f(\n" + arguments.map { "  \($0),\n" }.joined() + ")\n")
    let numbers = (1...60).map { String($0 * 1000) }.joined(separator: ", ")
    let filled = format("xs = [\(numbers)]") ?? ""
    #expect(filled.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(filled.split(separator: "\n").count == 7)
    let long = (1...8).map { "condition_number_\($0) > \($0)" }.joined(separator: " and ")
    #expect(format("ok = \(long)")?.hasPrefix("ok = condition_number_1 > 1\n  and condition_number_2 > 2\n") == true)
    let pipe = "clean = raw |> " + (1...6).map { "step_number_\($0)(.column)" }.joined(separator: " |> ")
    #expect(format(pipe)?.hasPrefix("clean = raw\n  |> step_number_1(.column)\n") == true)
  }

  @Test func keysFollowTheMeaningAlone() {
    func key(_ text: String) -> String { canonicalCode(of: parse(Self.file(text)).tree.statements) }
    #expect(key("a = f(1_000,  (x)) # c") == key("## doc\n\na=f(\n  1000,\n  x,\n)"))
    #expect(key("\"\"\"\n  é\n  \"\"\"") == key("\"\\u{e9}\""))
    #expect(key("(a, b)") == key("[a, b]"))
    #expect(key("90m") == key("1.5h"))
    let different = ["a - (b - c)", "a - b - c", "1", "1.0", "\"1\"", "a |> f", "f(a)", ".a", "a", "1s", "\"{a}\"", "\"{{a}}\"", "1..2", "1..<2"]
    #expect(Set(different.map(key)).count == different.count)
  }
}
