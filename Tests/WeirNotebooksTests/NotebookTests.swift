import Testing
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

func read(_ text: String) -> (notebook: Notebook, diagnostics: [Diagnostic]) {
  MLNBReader.read(SourceFile(id: FileID(0), name: "test.mlnb", text: text))
}

struct NotebookTests {
  static let text = """
    ---
    mlnb: 1
    title: Penguin species   # kept
    seed: 42
    author: {name: A}
    ---

    # Penguins

    Words with ``` in them, and a block that is none of ours:

    ```python
    ```weir
    x = 1
    ```

    ```weir load
    raw = [1, 2]
    ```
    ```output 0123abcd
    [1, 2]
    ```

    ~~~~weir train timeout=10m   cache=off
    model = raw
    ~~~
    ~~~~

    ```weir
    a, b = raw
    ```

    ```weir skip
    a = 1
    ```
    """ + "\n"

  @Test func readsCellsNamesAndOptions() {
    let (notebook, diagnostics) = read(Self.text)
    #expect(diagnostics.isEmpty)
    #expect(notebook.front.title == "Penguin species")
    #expect(notebook.front.seed == 42)
    #expect(notebook.cells.map(\.name) == ["load", "train", "a", "a_2"])
    #expect(notebook.cells.map(\.code) == ["raw = [1, 2]\n", "model = raw\n~~~\n", "a, b = raw\n", "a = 1\n"])
    #expect(notebook.cells.map(\.options) == [
      CellOptions(), CellOptions(timeLimit: 600, isCached: false), CellOptions(), CellOptions(isSkipped: true),
    ])
    #expect(notebook.embedded(of: "load").map(\.key) == ["0123abcd"])
    #expect(notebook.embedded(of: "load").map(\.text) == ["[1, 2]\n"])
    let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false)
    for cell in notebook.cells {
      let line = notebook.fileLine(1, of: cell.name) ?? 0
      #expect(cell.line == line)
      #expect(cell.code.hasPrefix(lines[line - 1]))
    }
  }

  static let files: [String] = [
    text, "", "\n", "no cells\r\nat all", "---\n---\n", "---\nseed: 1", "\u{FEFF}---\nseed: 3\n---\n```weir\r\na = 1\r\n```",
    String(text.map { $0 == "\n" ? "\r\n" : $0 }), "```weir open\na = 1", "   ```weir\n   ```\n    ```weir\n", "~~~weir\n```\n~~~\n",
    "```weir a\n````\n", "\u{0}\u{85}\u{2028}```weir\n", "e\u{301}\n```weir x\n\u{301}\n```\n", "```output k\nnone above\n```\n",
    "```weir\n```\n\n\n```output k\n1\n```\n\n```output k\n2\n```\ntext",
  ]

  @Test(arguments: files)
  func openAndSaveKeepsTheBytes(text: String) {
    #expect(Array(read(text).notebook.text.utf8) == Array(text.utf8))
  }

  static let mistakes: [(String, [String], line: Int, mend: Bool)] = [
    ("```weir a\n1\n", ["W0730"], 1, true),
    ("---\ntitle: a: b\n---\n", ["W0731"], 2, true),
    ("---\nmlnb: 1\nseed: many\n---\n", ["W0731"], 3, false),
    ("---\n- a\n---\n", ["W0731"], 2, false),
    ("---\nseed: 1\n", ["W0731"], 1, false),
    ("---\nmlnb: 1\nseed: 2\nseed: 3\n---\n", ["W0731"], 2, false),
    ("---\nmlnb: 7\n---\n", ["W0732"], 2, true),
    ("x\n```weir a\n```\n```weir a\n```\n", ["W0733"], 4, true),
    ("```weir a timout=1m\n```\n", ["W0734"], 1, true),
    ("```weir a b\n```\n", ["W0734"], 1, false),
    ("```weir a timeout=soon\n```\n", ["W0735"], 1, false),
    ("```weir timeout=0s cache=maybe\n```\n", ["W0735", "W0735"], 1, false),
  ]

  @Test(arguments: mistakes)
  func saysWhereAndHow(text: String, codes: [String], line: Int, mend: Bool) {
    let (notebook, diagnostics) = read(text)
    #expect(diagnostics.map(\.code.description) == codes)
    #expect(notebook.text == text)
    let sources = SourceMap([SourceFile(id: FileID(0), name: "test.mlnb", text: text)])
    let rendered = Renderer(sources: sources).render(diagnostics)
    #expect(rendered.contains("test.mlnb, line \(line) "), "\(rendered)")
    #expect((diagnostics.first?.mend != nil) == mend, "\(rendered)")
  }

  @Test func everyCodeIsExplained() {
    for number in 730...738 { #expect(Explanation.of(DiagnosticCode(number)) != nil) }
    for explanation in Explanation.notebooks where !explanation.wrong.isEmpty {
      #expect(read(explanation.wrong + "\n").diagnostics.map(\.code) == [explanation.code])
      #expect(read(explanation.right + "\n").diagnostics.isEmpty)
    }
  }

  @Test func namesStayAcrossEditsElsewhere() {
    let before = read("```weir\nx = 1\n```\n```weir\ny = x\n```\n```weir\nshow(y)\n```\n").notebook.cells.map(\.name)
    #expect(before == ["x", "y", "show"])
    let after = read("words\n```weir new\nz = 0\n```\n```weir\nx = 2 # changed\n```\n```weir\ny = x\n```\n```weir\nshow(y)\n```\n")
    #expect(after.notebook.cells.map(\.name) == ["new", "x", "y", "show"])
  }
}

struct NotebookEditingTests {
  /// An edit gives a text that differs from the old one in one stretch, and reads back as what it was edited to.
  private func edited(_ text: String, _ edit: (inout Notebook) -> Void) -> String {
    var notebook = read(text).notebook
    edit(&notebook)
    let again = read(notebook.text)
    #expect(again.diagnostics.isEmpty)
    #expect(again.notebook.cells.map(\.name) == notebook.cells.map(\.name))
    #expect(again.notebook.cells.map(\.code) == notebook.cells.map(\.code))
    #expect(again.notebook.cells.map(\.options) == notebook.cells.map(\.options))
    return notebook.text
  }

  static let three = "---\nseed: 1\n---\n\nA\n\n```weir a\n1\n```\n\nB\n\n  ~~~weir b timeout=5s\n2\n  ~~~\n```weir c\n3\n```"

  @Test func setsCode() {
    #expect(edited(Self.three) { $0.setCode(of: "a", to: "10\n") } == Self.three.replacing("\n1\n", with: "\n10\n"))
    #expect(edited(Self.three) { $0.setCode(of: "c", to: "30") } == Self.three.replacing("3\n```", with: "30\n```"))
    #expect(edited(Self.three) { $0.setCode(of: "a", to: "1") } == Self.three)
    #expect(edited(Self.three) { $0.setCode(of: "no", to: "1") } == Self.three)
    let long = edited(Self.three) { $0.setCode(of: "a", to: "\"\"\"\n```\n\"\"\"") }
    #expect(long == Self.three.replacing("```weir a\n1\n```\n", with: "````weir a\n\"\"\"\n```\n\"\"\"\n````\n"))
    let tilde = edited(Self.three) { $0.setCode(of: "b", to: "\"\"\"\n~~~~\n\"\"\"") }
    #expect(tilde.contains("  ~~~~~weir b timeout=5s\n\"\"\"\n~~~~\n\"\"\"\n  ~~~~~\n"))
    let windows = "```weir a\r\n1\r\n```\r\n"
    #expect(edited(windows) { $0.setCode(of: "a", to: "x = 1\nx") } == "```weir a\r\nx = 1\r\nx\r\n```\r\n")
  }

  @Test func renamesAndSetsOptions() {
    #expect(edited(Self.three) { $0.rename("b", to: "β") } == Self.three.replacing("weir b ", with: "weir β "))
    #expect(edited("~~~ weir timeout=1m\nx = 1\n~~~\n") { $0.rename("x", to: "first") } == "~~~ weir first timeout=1m\nx = 1\n~~~\n")
    for name in ["", "a b", "k=v", "skip", "c", "x`y"] {
      #expect(edited(Self.three) { $0.rename("a", to: name) } == Self.three)
    }
    let options = CellOptions(timeLimit: 90, isCached: false, isSkipped: true)
    #expect(edited(Self.three) { $0.setOptions(of: "a", to: options) }.contains("```weir a timeout=90s cache=off skip\n1\n"))
    #expect(edited(Self.three) { $0.setOptions(of: "b", to: CellOptions()) }.contains("  ~~~weir b\n2\n"))
    #expect(edited(Self.three) { $0.setOptions(of: "b", to: CellOptions(timeLimit: 5)) } == Self.three)
  }

  @Test func insertsRemovesAndMoves() {
    let inserted = edited(Self.three) { $0.insert(name: "n", code: "9", after: "a") }
    #expect(inserted == Self.three.replacing("1\n```\n", with: "1\n```\n\n```weir n\n9\n```\n"))
    #expect(edited(Self.three) { $0.append(name: "n", code: "9") } == Self.three + "\n\n```weir n\n9\n```\n")
    #expect(edited(Self.three) { $0.remove("b") } == Self.three.replacing("  ~~~weir b timeout=5s\n2\n  ~~~\n", with: ""))
    let moved = edited(Self.three) { $0.move("a", after: "c") }
    #expect(moved == Self.three.replacing("```weir a\n1\n```\n\n", with: "\n") + "\n\n```weir a\n1\n```\n")
    let top = edited(Self.three) { $0.move("c", after: nil) }
    #expect(top.contains("A\n\n```weir c\n3\n```\n\n```weir a\n1\n```\n"))
    #expect(edited(Self.three) { $0.move("a", after: "a") } == Self.three)
    #expect(edited(Self.three) { $0.move("no", after: nil) } == Self.three)
    #expect(Notebook(title: "T: x", seed: 3, cells: [("a", "1"), ("b", "")]).text
      == "---\nmlnb: 1\ntitle: \"T: x\"\nseed: 3\n---\n\n```weir a\n1\n```\n\n```weir b\n```\n")
  }

  @Test func embedsOutputsAndTakesThemAwayAgain() {
    var notebook = read(Self.three).notebook
    notebook.embed(["a": ("k1", "1\n"), "c": ("k3", "```\n3")])
    let text = notebook.text
    #expect(text.contains("```weir a\n1\n```\n```output k1\n1\n```\n\nB"))
    #expect(text.hasSuffix("```weir c\n3\n```\n````output k3\n```\n3\n````\n"))
    #expect(read(text).diagnostics.isEmpty)
    #expect(read(text).notebook.embedded(of: "c").map(\.text) == ["```\n3\n"])
    var again = read(text).notebook
    again.embed(["a": ("k1", "1\n"), "c": ("k3", "```\n3")])
    #expect(again.text == text)
    again.embed(["c": ("k3", "")])
    #expect(again.embedded(of: "a").map(\.key) == ["k1"])
    again.embed(["a": ("k1", ""), "no": ("k", "x")])
    #expect(again.text == Self.three + "\n")
  }
}
