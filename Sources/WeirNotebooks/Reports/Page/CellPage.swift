import WeirCatalog
import WeirDiagnostics
import WeirEngine

/// One cell: its code, how it went, what it showed.
struct CellPage {
  private let report: RunReport
  private let index: Int
  private var cell: RunReport.Cell { report.cells[index] }

  init(_ report: RunReport, _ index: Int) {
    self.report = report
    self.index = index
  }

  var html: String {
    var out = "<section class=\"cell \(cell.status.rawValue)\" id=\"\(HTMLReport.anchor(ofCell: index))\">\n"
    out += "<details class=\"code\" open=\"\"><summary><i class=\"dot\"></i><b>\(Markup.escaped(cell.name))</b>"
    out += "<span class=\"why\">\(MarkdownText.html(why))</span>"
    if !time.isEmpty { out += "<span class=\"time\">\(Markup.escaped(time))</span>" }
    out += "</summary>"
    let code = withoutEmptyEnds(cell.code)
    if !code.isEmpty { out += "<pre><code>\(colored(code))</code></pre>" }
    out += "</details>\n"
    let outputs = OutputPage.html(cell.shown)
    if !outputs.isEmpty { out += "<div class=\"outputs\">\n\(outputs)</div>\n" }
    for diagnostic in cell.diagnostics { out += DiagnosticPage.html(diagnostic, report.sources) }
    return out + notes + "</section>\n"
  }

  /// "ran: its code changed"; why one failed is told below it.
  private var why: String {
    switch cell.status {
    case .cached, .failed: cell.status.word
    default: cell.status.word + (cell.reason.isEmpty ? "" : ": " + cell.reason)
    }
  }

  private var time: String {
    switch cell.status {
    case .ran, .failed: ReportWords.duration(cell.duration)
    case .cached: "took " + ReportWords.duration(cell.duration)
    case .skipped, .notRun: ""
    }
  }

  private func withoutEmptyEnds(_ code: String) -> String {
    var rest = code[...]
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  private func colored(_ code: String) -> String {
    let marks = cell.diagnostics.compactMap { diagnostic -> CodeColors.Mark? in
      guard let span = diagnostic.primary.span, let place = cell.place, span.file == place.file, span.start < span.end
      else { return nil }
      let range = (Int(span.start) - Int(place.start))..<(Int(span.end) - Int(place.start))
      return CodeColors.Mark(range: range, isError: diagnostic.severity == .error)
    }
    return CodeColors.html(code, marks: marks)
  }

  private var notes: String {
    var notes = cell.leaksAllowed.map { "reads test rows on purpose: \(Markup.escaped($0))" }
    for (word, paths) in [("read", cell.reads), ("wrote", cell.writes)] where !paths.isEmpty {
      let most = paths.count > 8 ? 3 : 8
      let shown = paths.prefix(most).map { "<code>\(Markup.escaped($0))</code>" }.joined(separator: ", ")
      notes.append("\(word) \(shown)" + (paths.count > most ? " and \(paths.count - most) more" : ""))
    }
    return notes.isEmpty ? "" : "<p class=\"notes\">\(notes.joined(separator: " · "))</p>\n"
  }
}
