/// Writes diagnostics for a reader: each with its code, the lines it is about underlined, and the mend.
package struct Renderer: Sendable {
  package enum Style: Sendable, Hashable { case plain, ansi }

  let sources: SourceMap
  private let style: Style
  /// The columns of source shown of one line.
  private static let excerptWidth = 90

  package init(sources: SourceMap, style: Style = .plain) {
    self.sources = sources
    self.style = style
  }

  package func render(_ diagnostic: Diagnostic) -> String { render([diagnostic]) }

  /// All of them in the order of their places, those without one last, a blank line between two.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    var lines: [FileID: SourceLines] = [:]
    return Self.sorted(diagnostics).map { render($0, &lines) }.joined(separator: "\n")
  }

  static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { a, b in
      switch (a.element.primary.span, b.element.primary.span) {
      case (let first?, let second?) where first != second: first < second
      case (.some, nil): true
      case (nil, .some): false
      default: a.offset < b.offset
      }
    }.map(\.element)
  }

  private struct Placed {
    let label: Diagnostic.Label
    let span: SourceSpan
    let lines: SourceLines
    let line: Int
    let isPrimary: Bool
    var place: String { "  \(lines.file.name), line \(lines.number(of: line))" }
  }

  private func render(_ diagnostic: Diagnostic, _ lines: inout [FileID: SourceLines]) -> String {
    let severity = "\(diagnostic.severity.rawValue)[\(diagnostic.code)]"
    let mark: Colour = diagnostic.severity == .error ? .red : .yellow
    var text = "\(painted(severity, mark)): \(painted(diagnostic.title, .bold))\n"
    let placed = placedLabels(of: diagnostic, &lines)
    if placed.first?.isPrimary != true, !diagnostic.primary.text.isEmpty { text += "  \(diagnostic.primary.text)\n" }
    let placeWidth = placed.map { displayWidth($0.place) }.max() ?? 0
    let numberWidth = max(4, placed.map { String($0.lines.number(of: $0.line)).count }.max() ?? 0)
    for (index, label) in placed.enumerated() {
      let excerpt = Excerpt(label.lines, line: label.line, span: label.span, width: Self.excerptWidth)
      let previous = index > 0 ? placed[index - 1] : nil
      // A line too long to show whole is shown again for each label, as each has its own part of it.
      if previous?.line != label.line || previous?.span.file != label.span.file || excerpt.text.contains("…") {
        let number = String(label.lines.number(of: label.line))
        text += padded(label.place, to: placeWidth) + "   " + blanks(numberWidth - number.count)
        text += painted(number, .dim) + painted(" |", .dim) + (excerpt.text.isEmpty ? "" : " " + excerpt.text) + "\n"
      }
      let underline = String(repeating: "^", count: excerpt.length) + (label.label.text.isEmpty ? "" : " " + label.label.text)
      text += blanks(placeWidth + 3 + numberWidth) + painted(" |", .dim) + " " + blanks(excerpt.indent)
      text += painted(underline, label.isPrimary ? mark : .blue) + "\n"
    }
    if let mend = diagnostic.mend { text += "  \(painted("mend:", .green)) \(mend)\n" }
    for note in diagnostic.notes { text += "  \(painted("note:", .blue)) \(note)\n" }
    return text
  }

  private func placedLabels(of diagnostic: Diagnostic, _ lines: inout [FileID: SourceLines]) -> [Placed] {
    ([diagnostic.primary] + diagnostic.others).enumerated().compactMap { index, label in
      guard let span = label.span, let source = Self.lines(of: span.file, sources, &lines) else { return nil }
      return Placed(
        label: label, span: span, lines: source, line: source.line(of: span.start), isPrimary: index == 0)
    }
  }

  static func lines(
    of file: FileID, _ sources: SourceMap, _ known: inout [FileID: SourceLines]
  ) -> SourceLines? {
    if let lines = known[file] { return lines }
    guard let source = sources[file] else { return nil }
    let lines = SourceLines(source)
    known[file] = lines
    return lines
  }

  private enum Colour: String { case red = "1;31", yellow = "1;33", blue = "34", green = "32", bold = "1", dim = "2" }

  private func painted(_ text: String, _ colour: Colour) -> String {
    style == .plain ? text : "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  private func padded(_ text: String, to width: Int) -> String { text + blanks(width - displayWidth(text)) }
}
