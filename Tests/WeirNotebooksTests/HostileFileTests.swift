import Testing
import WeirDiagnostics
import WeirNotebooks

/// Damaged files, drawn from seeds: never a trap, always the bytes that were read, and every complaint with its place.
struct HostileFileTests {
  struct Draw {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &+ 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }
  }

  static let pieces = [
    "```", "````", "~~~", "weir", "weir a", "output k", "\n", "\r\n", "---\n", "---", "seed: ", "title: ", "mlnb: ", "1", "\"", "'",
    "timeout=", "10m", "cache=off", "skip", "=", " ", "    ", "\u{FEFF}", "&a ", "*a", "[", "{", "]", "}", ":", "- ", "#", "!!int ", "|\n",
    "é", "\u{0}", "\u{2028}", "x = 1\n", "\\",
  ]

  private func mutated(_ text: String, _ draw: inout Draw) -> String {
    var bytes = Array(text.utf8)
    for _ in 0...draw.below(6) {
      let place = draw.below(bytes.count + 1)
      switch draw.below(4) {
      case 0: bytes.insert(contentsOf: Array(Self.pieces[draw.below(Self.pieces.count)].utf8), at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + draw.below(12)))
      case 2: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: draw.below(128)) }
      default:
        let end = min(bytes.count, place + draw.below(40))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: draw.below(bytes.count + 1))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func check(_ text: String) throws {
    let (notebook, diagnostics) = read(text)
    #expect(Array(notebook.text.utf8) == Array(text.utf8))
    #expect(diagnostics.allSatisfy { $0.primary.span != nil })
    let source = SourceFile(id: FileID(0), name: "x.mlnb", text: text)
    _ = Renderer(sources: SourceMap([source])).render(diagnostics)
    _ = notebook.script
    let json = try IPYNBWriter.bytes(of: notebook)
    let back = try IPYNBReader.text(from: json, name: "x.ipynb")
    if diagnostics.isEmpty {
      #expect(back == text, "\(text.debugDescription)\n\(back.debugDescription)")
      #expect(read(try ProgramFormatter.format(path: "x.mlnb", text: text).text).notebook.cells.map(\.name) == notebook.cells.map(\.name))
    }
    var edited = notebook
    for cell in notebook.cells {
      edited.setCode(of: cell.name, to: "```\n~~~~\n" + cell.code)
      edited.rename(cell.name, to: cell.name + "_x")
    }
    edited.embed(Dictionary(edited.cells.map { ($0.name, ("key", "out")) }, uniquingKeysWith: { $1 }))
    _ = try? ProgramFile.load("x.weir", text: text)
  }

  @Test(arguments: 0..<12)
  func damagedNotebooks(seed: Int) throws {
    var draw = Draw(state: UInt64(seed) &* 7919)
    for _ in 0..<60 {
      try check(mutated(draw.below(2) == 0 ? NotebookTests.text : NotebookEditingTests.three, &draw))
      try check((0...draw.below(20)).map { _ in Self.pieces[draw.below(Self.pieces.count)] }.joined())
      try check("---\n" + (0...draw.below(12)).map { _ in Self.pieces[draw.below(Self.pieces.count)] }.joined() + "\n---\n")
    }
  }

  @Test(arguments: 0..<12)
  func damagedJSON(seed: Int) throws {
    var draw = Draw(state: UInt64(seed) &* 104_729)
    let json = String(decoding: try IPYNBWriter.bytes(of: read(NotebookTests.text).notebook), as: UTF8.self)
    for _ in 0..<80 {
      let bytes = Array(mutated(json, &draw).utf8)
      do {
        let text = try IPYNBReader.text(from: bytes, name: "x.ipynb")
        #expect(read(text).notebook.text == text)
      } catch {
        #expect((error as? Diagnostic)?.code == DiagnosticCode(738))
      }
    }
  }

  @Test func depthIsAnErrorNotACrash() throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let json = String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000)
      #expect(throws: Diagnostic.self) { try IPYNBReader.text(from: Array(json.utf8), name: "x.ipynb") }
      try check("---\n\(json)\n---\n")
    }
    for piece in ["[", "- ", "? ", "{a: "] { try check("---\na: " + String(repeating: piece, count: 20_000) + "\n---\n") }
    let steps = (0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    try check("---\n\(steps)---\n")
    let laughs = "a0: &a0 [x, x]\n" + (1..<60).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    try check("---\n\(laughs)---\n")
  }
}
