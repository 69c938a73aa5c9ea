import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirTables

/// A run as one page that needs nothing beside it: no request, no script, light and dark.
package enum HTMLReport {
  package static func text(_ report: RunReport) -> String {
    var anchors = Anchors(reserved: Set(report.cells.indices.map { anchor(ofCell: $0) }))
    var contents: [Entry] = [], body = ""
    for (place, part) in parts(report).enumerated() {
      switch part {
      case .markdown(let text):
        let known = anchors.headings.count
        let words = Markdown(withoutTitle(text, report, isFirst: place == 0)).html(&anchors)
        if !words.isEmpty { body += "<div class=\"words\">\n\(words)</div>\n" }
        contents += anchors.headings[known...].filter { $0.level <= 3 }.map { .heading($0) }
      case .cell(let index):
        guard report.cells.indices.contains(index) else { continue }
        body += CellPage(report, index).html
        contents.append(.cell(index))
      }
    }
    let summary = SummaryPage(report)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="weir \(Markup.attribute(report.engine))">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data: file: 'self'">
      <title>\(Markup.escaped(summary.title))</title>
      <style>\(PageStyle.text)</style>
      </head>
      <body>
      <nav>\(list(contents, report))</nav>
      <main>
      \(summary.html)\(body)\(summary.foot)</main>
      </body>
      </html>

      """
  }

  /// Markdown as the page shows it.
  package static func fragment(markdown text: String) -> String {
    var anchors = Anchors()
    return Markdown(text).html(&anchors)
  }

  static func anchor(ofCell index: Int) -> String { "cell-\(index + 1)" }

  /// Cells that no part names come last, so that none is ever lost.
  private static func parts(_ report: RunReport) -> [RunReport.Part] {
    let rest = report.cells.indices.map { RunReport.Part.cell($0) }
    let named = Set(report.parts)
    return report.parts + rest.filter { !named.contains($0) }
  }

  /// The page has the title already, so a heading of the same words at its start would say it twice.
  private static func withoutTitle(_ text: String, _ report: RunReport, isFirst: Bool) -> String {
    guard isFirst else { return text }
    let rest = text.drop(while: \.isWhitespace)
    let line = rest.prefix { !$0.isNewline }
    return line == "# \(report.title)" ? String(rest.dropFirst(line.count)) : text
  }

  private enum Entry {
    case heading(Anchors.Heading)
    case cell(Int)
  }

  private static func list(_ entries: [Entry], _ report: RunReport) -> String {
    guard entries.count > 1 else { return "" }
    return "<ul>\n" + entries.map { entry in
      switch entry {
      case .heading(let heading):
        "<li class=\"h\(heading.level)\"><a href=\"#\(Markup.attribute(heading.id))\">\(Markup.escaped(heading.text))</a></li>\n"
      case .cell(let index):
        "<li class=\"cell \(report.cells[index].status.rawValue)\"><a href=\"#\(anchor(ofCell: index))\"><i class=\"dot\"></i>"
          + "\(Markup.escaped(report.cells[index].name))</a></li>\n"
      }
    }.joined() + "</ul>"
  }
}
