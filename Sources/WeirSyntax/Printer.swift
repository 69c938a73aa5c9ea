package import WeirDiagnostics

/// What formatting gives: the text, or why there is none.
package struct FormatResult: Sendable {
  /// Nil where the text does not parse.
  package let text: String?
  package let diagnostics: [Diagnostic]
}

/// Writes a program as everyone's programs are written: comments and the blank lines between statements stay, all else
/// follows from the tree, except that a pipe or bracket that its author spread over lines stays spread.
package func format(_ file: SourceFile) -> FormatResult {
  let result = parse(file)
  guard result.diagnostics.isEmpty else { return FormatResult(text: nil, diagnostics: result.diagnostics) }
  let text = layOut(result.tree)
  // A formatter that changed the meaning or lost a comment would be worse than none.
  let again = SourceFile(id: file.id, name: file.name, text: text)
  let kept =
    canonicalCode(of: parse(again).tree.statements) == canonicalCode(of: result.tree.statements)
    && commentTexts(again) == commentTexts(file)
  return FormatResult(text: kept ? text : file.text, diagnostics: [])
}

/// The same for a text alone; nil where it does not parse.
package func format(_ text: String) -> String? {
  format(SourceFile(id: FileID(0), name: "text", text: text)).text
}

/// A tree without a source text, laid out to lines.
package func layOut(_ statements: [Statement]) -> String {
  var printer = Printer(source: nil)
  let layout = Layout.sequence(statements.map { printer.statement($0) + .lineEnd })
  return layout.rendered(width: Printer.width)
}

/// The layout of a parsed text, before it is compared with what it came from.
package func layOut(_ tree: SyntaxTree) -> String {
  var printer = Printer(source: PrinterSource(tree.file))
  let end = printer.source?.end ?? 0
  let layout = printer.statements(tree.statements, from: 0, to: end, opensLine: true)
  let text = layout.rendered(width: Printer.width)
  return text.isEmpty ? "" : text + "\n"
}

/// The comments of a text, in no order.
package func commentTexts(_ file: SourceFile) -> [String] {
  let source = PrinterSource(file)
  return source.comments.map { source.text($0.start, $0.end) }.sorted()
}

/// Builds the layout of a tree, with its comments where the source is known.
struct Printer {
  static let width = 100

  var source: PrinterSource?
  /// False in the condition of a match arm, where the parser reads no lambda outside of brackets.
  var lambdasAllowed = true

  init(source: PrinterSource?) { self.source = source }

  mutating func comments(_ start: UInt32, _ end: UInt32) -> [Comment] { source?.takeComments(start, end) ?? [] }

  func hasComments(_ start: UInt32, _ end: UInt32) -> Bool { source?.hasComments(start, end) ?? false }

  func text(_ comment: Comment) -> String { source?.text(comment.start, comment.end) ?? "" }

  /// What stands between two parts: a break, or the comments found there with line ends around them.
  mutating func gap(_ start: UInt32, _ end: UInt32, or plain: Layout) -> Layout {
    let comments = comments(start, end)
    guard let first = comments.first else { return plain }
    var parts: [Layout] = []
    if !first.ownLine { parts.append(.comment(text(first))) }
    for comment in comments.dropFirst(first.ownLine ? 0 : 1) { parts += [.lineEnd, .text(text(comment))] }
    return .sequence(parts + [.lineEnd])
  }

  /// Runs a part of the printing with lambdas allowed or not.
  mutating func allowing(_ lambdas: Bool, _ body: (inout Printer) -> Layout) -> Layout {
    let outer = lambdasAllowed
    lambdasAllowed = lambdas
    defer { lambdasAllowed = outer }
    return body(&self)
  }

  func joined(_ parts: [Layout], by separator: Layout) -> Layout {
    var all: [Layout] = []
    for (number, part) in parts.enumerated() { all += number > 0 ? [separator, part] : [part] }
    return .sequence(all)
  }
}
