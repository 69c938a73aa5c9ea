import Testing
import WeirDiagnostics

struct RendererTests {
  private func file(_ text: String, _ name: String = "cell `prep`", id: UInt32 = 0) -> SourceFile {
    SourceFile(id: FileID(id), name: name, text: text)
  }

  /// The span of the first occurrence of `part`.
  private func span(_ part: String, in file: SourceFile) -> SourceSpan {
    let bytes = Array(file.text.utf8), wanted = Array(part.utf8)
    let start = bytes.indices.first { bytes[$0...].starts(with: wanted) } ?? 0
    return SourceSpan(file: file.id, start: UInt32(start), end: UInt32(start + wanted.count))
  }

  @Test func oneLabelWithMend() {
    let prep = file("raw = read()\n\nclean = raw\n  |> filter(.body_mas > 2500)\n")
    let diagnostic = Diagnostic(
      DiagnosticCode(401), "`clean` has no column `body_mas`", at: span(".body_mas", in: prep),
      label: "columns here: species, island, body_mass and 5 more", mend: "did you mean `.body_mass`?")
    #expect(
      Renderer(sources: SourceMap([prep])).render(diagnostic) == """
        error[W0401]: `clean` has no column `body_mas`
          cell `prep`, line 4      4 |   |> filter(.body_mas > 2500)
                                     |             ^^^^^^^^^ columns here: species, island, body_mass and 5 more
          mend: did you mean `.body_mass`?

        """)
  }

  @Test func labelsInTwoCells() {
    let plot = file("scatter(clean, .mass, .ratio)", "cell `plot`", id: 1)
    let prep = file("raw = 1\nclean = raw |> drop_missing()", id: 2)
    let diagnostic = Diagnostic(
      DiagnosticCode(202), "`clean` is used above its definition", at: span("clean", in: plot), label: "read here",
      others: [.init(span("clean", in: prep), "defined further down")], mend: "move cell `plot` below cell `prep`")
    #expect(
      Renderer(sources: SourceMap([plot, prep])).render(diagnostic) == """
        error[W0202]: `clean` is used above its definition
          cell `plot`, line 1      1 | scatter(clean, .mass, .ratio)
                                     |         ^^^^^ read here
          cell `prep`, line 2      2 | clean = raw |> drop_missing()
                                     | ^^^^^ defined further down
          mend: move cell `plot` below cell `prep`

        """)
  }

  @Test func twoLabelsOnOneLineAndLinesCountedWithinTheFile() {
    let script = SourceFile(id: FileID(0), name: "a.weir", text: "f(a: 1, 2)", firstLine: 120)
    let diagnostic = Diagnostic(
      DiagnosticCode(112), "out of order", at: span("2", in: script),
      others: [.init(span("a", in: script), "the named one")], severity: .warning, notes: ["called from `g`"])
    #expect(
      Renderer(sources: SourceMap([script])).render(diagnostic) == """
        warning[W0112]: out of order
          a.weir, line 120    120 | f(a: 1, 2)
                                  |         ^
                                  |   ^ the named one
          note: called from `g`

        """)
  }

  @Test func wideCharactersTabsAndSeveralLines() {
    let wide = file("\t名前 = \"x\n y\"")
    let diagnostic = Diagnostic(DiagnosticCode(1), "t", at: span("\"x\n y\"", in: wide), label: "here")
    #expect(
      Renderer(sources: SourceMap([wide])).render(diagnostic) == """
        error[W0001]: t
          cell `prep`, line 1      1 |     名前 = "x
                                     |            ^^ here

        """)
  }

  @Test func longLinesAreCutAroundTheSpan() {
    let text = String(repeating: "a + ", count: 100) + "wrong" + String(repeating: " + b", count: 100)
    let long = file(text)
    let lines = Renderer(sources: SourceMap([long]))
      .render(Diagnostic(DiagnosticCode(1), "t", at: span("wrong", in: long))).split(separator: "\n").map(Array.init)
    #expect(lines.count == 3 && lines.allSatisfy { $0.count < 130 })
    let start = lines[2].firstIndex(of: "^") ?? 0
    #expect(String(lines[1][start..<(start + 5)]) == "wrong")
    #expect(lines[1].last == "…")
  }

  @Test func spansThatFitNothingStillRender() {
    let small = file("ab\u{1B}[31m\r\n")
    let renderer = Renderer(sources: SourceMap([small]), style: .ansi)
    for start in UInt32(0)..<20 {
      for end in start..<20 {
        let span = SourceSpan(file: small.id, start: start, end: end)
        let text = renderer.render(Diagnostic(DiagnosticCode(1), "t", at: span))
        #expect(!text.contains("ab\u{1B}[31m"))
        #expect(renderer.jsonObject(Diagnostic(DiagnosticCode(1), "t", at: span)).contains("\"line\": "))
      }
    }
    let elsewhere = SourceSpan(file: FileID(9), start: 0, end: 1)
    #expect(Renderer(sources: SourceMap()).render(Diagnostic(DiagnosticCode(1), "t", at: elsewhere)) == "error[W0001]: t\n")
  }

  @Test func sortedByPlace() {
    let prep = file("a b c")
    let diagnostics = ["c", "a", "b"].map { Diagnostic(DiagnosticCode(1), $0, at: span($0, in: prep)) }
    let text = Renderer(sources: SourceMap([prep])).render([Diagnostic(DiagnosticCode(1), "none")] + diagnostics)
    let titles = text.split(separator: "\n").filter { $0.hasPrefix("error") }.map { String($0.last ?? " ") }
    #expect(titles == ["a", "b", "c", "e"])
  }

  @Test func json() {
    let prep = file("x\nnäme \"q\"")
    let diagnostic = Diagnostic(DiagnosticCode(401), "no \"q\"", at: span("\"q\"", in: prep), label: "l", mend: "m\n")
    #expect(
      Renderer(sources: SourceMap([prep])).jsonObject(diagnostic) == """
        {"code": "W0401", "severity": "error", "title": "no \\"q\\"", "file": "cell `prep`", "line": 2, "column": 6, \
        "endLine": 2, "endColumn": 9, "labels": [{"file": "cell `prep`", "line": 2, "column": 6, "endLine": 2, \
        "endColumn": 9, "text": "l"}], "mend": "m\\n", "notes": []}
        """)
  }
}
