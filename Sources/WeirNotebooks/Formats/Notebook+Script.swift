import WeirEngine
import WeirSyntax

extension Notebook {
  /// The notebook as a plain script: each cell a stage, the words between them comments.
  ///
  /// Cells to be skipped become comments too. The options of cells have no place in a script; they stand in a comment.
  package var script: String {
    var lines: [String] = []
    for line in head.withLineEnds("\n").linesWithEnds {
      let plain = line.trimmedEnd
      if !plain.hasPrefix("mlnb:") { lines.append(plain.hasPrefix("\u{FEFF}") ? String(plain.dropFirst()) : plain) }
    }
    // A head that held nothing else is not worth its two lines.
    if lines.allSatisfy({ $0 == "---" }) { lines = [] }
    for part in parts {
      switch part {
      case .output: continue
      case .markdown(let text):
        let words = Notebook.trimmedLines(text)
        if !words.isEmpty { lines += Notebook.gap(lines) + words.map { $0.isEmpty ? "#" : "# " + $0 } }
      case .cell(let cell):
        let code = Notebook.trimmedLines(cell.code)
        if cell.options.isSkipped {
          lines += Notebook.gap(lines) + ["# stage \(cell.name) is skipped:"] + code.map { $0.isEmpty ? "#" : "# " + $0 }
          continue
        }
        let options = Fence(cell.opening)?.words.dropFirst(cell.isNamed ? 2 : 1).joined(separator: " ") ?? ""
        lines += Notebook.gap(lines) + ["stage \(stageName(cell.name))" + (options.isEmpty ? "" : "  # \(options)")]
        lines += code
      }
    }
    return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
  }

  private static func gap(_ lines: [String]) -> [String] { lines.isEmpty ? [] : [""] }

  private static func trimmedLines(_ text: String) -> [String] {
    var lines = text.withLineEnds("\n").linesWithEnds.map { $0.endsLine ? String($0.dropLast()) : $0 }[...]
    while lines.first?.isBlankText == true { lines.removeFirst() }
    while lines.last?.isBlankText == true { lines.removeLast() }
    return Array(lines)
  }
}
