package import WeirDiagnostics
import WeirEngine
import WeirSyntax

/// Brings the code of notebooks and scripts into the one form that `weir fmt` writes.
package enum ProgramFormatter {
  package struct Outcome: Sendable {
    /// The whole file; code that does not parse stands in it as it was.
    package let text: String
    /// What kept a cell or script from being formatted.
    package let diagnostics: [Diagnostic]
    package let sources: SourceMap
  }

  /// Throws `FileProblems` for a file that is damaged outside of its code.
  package static func format(path: String, text: String) throws -> Outcome {
    path.hasSuffix(".mlnb") ? try notebook(path, text) : script(path, text)
  }

  private static func notebook(_ path: String, _ text: String) throws -> Outcome {
    let file = SourceFile(id: FileID(0), name: Folder.lastPart(of: path), text: text)
    var (notebook, problems) = MLNBReader.read(file)
    if !problems.isEmpty { throw FileProblems(problems, sources: SourceMap([file])) }
    var diagnostics: [Diagnostic] = [], sources = SourceMap()
    for (number, cell) in notebook.cells.enumerated() {
      let source = SourceFile(id: FileID(UInt32(clamping: number + 1)), name: "cell `\(cell.name)`", text: cell.code)
      sources.add(source)
      let result = WeirSyntax.format(source)
      diagnostics += result.diagnostics
      if let code = result.text { notebook.setCode(of: cell.name, to: code) }
    }
    return Outcome(text: notebook.text, diagnostics: diagnostics, sources: sources)
  }

  private static func script(_ path: String, _ text: String) -> Outcome {
    let lines = text.linesWithEnds
    var code = text, head = ""
    if lines.first?.trimmedEnd == "---", let end = lines.dropFirst().firstIndex(where: { $0.trimmedEnd == "---" }) {
      head = lines[...end].joined()
      code = lines[(end + 1)...].joined()
    }
    let source = SourceFile(
      id: FileID(1), name: Folder.lastPart(of: path), text: code, firstLine: head.linesWithEnds.count + 1)
    let result = WeirSyntax.format(source)
    guard let formatted = result.text else {
      return Outcome(text: text, diagnostics: result.diagnostics, sources: SourceMap([source]))
    }
    // The empty lines below the front matter are its own.
    let gap = code.linesWithEnds.prefix { $0.isBlankText }.isEmpty || head.isEmpty || formatted.isEmpty ? "" : "\n"
    let end = lines.first?.hasSuffix("\r\n") == true ? "\r\n" : "\n"
    return Outcome(
      text: head + (gap + formatted).withLineEnds(end), diagnostics: [], sources: SourceMap([source]))
  }
}
