import Foundation
import Testing
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

struct IPYNBTests {
  private func there(_ text: String) throws -> [UInt8] { try IPYNBWriter.bytes(of: read(text).notebook) }

  @Test(arguments: NotebookTests.files + [NotebookEditingTests.three])
  func thereAndBackIsTheSameText(text: String) throws {
    guard read(text).diagnostics.isEmpty else { return }
    let bytes = try there(text)
    #expect(try IPYNBReader.text(from: bytes, name: "x.ipynb") == text)
    #expect(try there(try IPYNBReader.text(from: bytes, name: "x.ipynb")) == bytes)
  }

  static let shipped: [String] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("notebooks")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".mlnb") }.sorted().map { folder.appendingPathComponent($0).path }
  }()

  @Test(arguments: shipped)
  func shippedNotebooksKeepTheirBytesAndHaveTheOneForm(path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(read(text).diagnostics.isEmpty)
    #expect(Array(read(text).notebook.text.utf8) == Array(text.utf8))
    #expect(try IPYNBReader.text(from: try there(text), name: "x.ipynb") == text)
    #expect(try ProgramFormatter.format(path: path, text: text).text == text)
    #expect(try ProgramFile.load("x.weir", text: read(text).notebook.script).program.cells.count == read(text).notebook.cells.count)
  }

  @Test func isWhatTheFormatAsksFor() throws {
    let object = try JSONSerialization.jsonObject(with: Data(try there(NotebookTests.text))) as? [String: Any]
    #expect(object?["nbformat"] as? Int == 4)
    #expect(object?["nbformat_minor"] as? Int == 5)
    let cells = object?["cells"] as? [[String: Any]] ?? []
    #expect(cells.map { $0["cell_type"] as? String } == ["markdown", "code", "code", "code", "code"])
    let ids = cells.compactMap { $0["id"] as? String }
    #expect(Set(ids).count == cells.count)
    #expect(ids.allSatisfy { $0.wholeMatch(of: /[a-zA-Z0-9_-]{1,64}/) != nil })
    for cell in cells where cell["cell_type"] as? String == "code" {
      #expect(cell["outputs"] is [Any] && cell["execution_count"] is NSNull)
    }
    #expect(cells[1]["source"] as? [String] == ["raw = [1, 2]"])
    let outputs = cells[1]["outputs"] as? [[String: Any]]
    #expect(outputs?.first?["text"] as? [String] == ["[1, 2]\n"])
  }

  @Test func takesEditsFromJupyter() throws {
    let json = String(decoding: try there(NotebookEditingTests.three), as: UTF8.self)
      .replacing("\"1\"", with: "\"1\\n\", \"```\\n\", \"2\"").replacing("\"A\"", with: "\"A\\n\", \"```\\n\", \"open\"")
    let text = try IPYNBReader.text(from: Array(json.utf8), name: "x.ipynb")
    #expect(read(text).diagnostics.isEmpty)
    #expect(read(text).notebook.cells.map(\.code) == ["1\n```\n2\n", "2\n", "3\n"])
  }

  @Test func readsNotebooksOfOtherPrograms() throws {
    let json = """
      {"nbformat": 4, "nbformat_minor": 2, "metadata": {"title": "Other: one", "kernelspec": {"name": "python3", "language": "python"}},
       "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title\\n\\nwords"},
        {"cell_type": "code", "metadata": {}, "source": ["import pandas\\n", "print('```')"], "outputs": [{"x": 1}], "execution_count": 3},
        {"cell_type": "raw", "metadata": {}, "source": []}]}
      """
    let text = try IPYNBReader.text(from: Array(json.utf8), name: "x.ipynb")
    #expect(text == """
      ---
      mlnb: 1
      title: "Other: one"
      seed: 0
      ---

      # Title

      words

      ```python
      import pandas
      print('```')
      ```

      ```
      ```

      """)
    #expect(read(text).diagnostics.isEmpty)
  }

  @Test(arguments: [
    ("", "JSON"), ("[1]", "object"), ("{}", "nbformat"), ("{\"nbformat\": 3}", "format 3"), ("{\"nbformat\": 4}", "cells"),
    ("{\"nbformat\": 4, \"cells\": [1]}", "cell 1"), ("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": 3}]}", "cell 1"),
    ("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"x\", \"source\": \"\"}]}", "cell 1"), ("{\"nbformat\": 4,\n \"cells\": [}", "line 2"),
    ("{\"nbformat\": 1e99}", "nbformat"),
  ])
  func refusesWhatIsNone(json: String, words: String) {
    let problem = #expect(throws: Diagnostic.self) { try IPYNBReader.text(from: Array(json.utf8), name: "x.ipynb") }
    #expect(problem?.code == DiagnosticCode(738))
    #expect(problem?.title.contains(words) == true, "\(problem?.title ?? "")")
  }

  @Test func becomesAScriptThatRunsTheSame() throws {
    let script = read(NotebookTests.text).notebook.script
    #expect(script.contains("# # Penguins\n"))
    #expect(script.contains("\n\nstage load\nraw = [1, 2]\n"))
    #expect(script.contains("\nstage train  # timeout=10m cache=off\n"))
    #expect(script.contains("\n# a = 1\n"))
    let file = try ProgramFile.load("x.weir", text: script.replacing("\n~~~\n", with: "\n"))
    #expect(file.program.cells.map(\.name) == ["load", "train", "a"])
    #expect(file.front.seed == 42)
    #expect(read("just words\n").notebook.script == "# just words\n")
    #expect(read("```weir two-words\n1\n```\n").notebook.script == "stage \"two-words\"\n1\n")
  }

  @Test func formatsCellsAndScripts() throws {
    let text = "---\ntitle:  X\n---\n```weir a\nx=1 # c\n```\n  words \n```weir b\ny = (\n```\n"
    let outcome = try ProgramFormatter.format(path: "x.mlnb", text: text)
    #expect(outcome.text == text.replacing("x=1 # c", with: "x = 1  # c"))
    #expect(outcome.diagnostics.map(\.code.description) == ["W0101"] || outcome.diagnostics.map(\.code.description) == ["W0103"])
    let script = try ProgramFormatter.format(path: "x.weir", text: "---\nseed:  1\n---\n\n\nx=1\r\nstage  a\n x")
    #expect(script.text == "---\nseed:  1\n---\n\nx = 1\nstage a\nx\n")
    #expect(try ProgramFormatter.format(path: "x.weir", text: script.text).text == script.text)
  }
}
