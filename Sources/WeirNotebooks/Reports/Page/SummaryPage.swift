import WeirCatalog
import WeirDiagnostics
import WeirEngine
import WeirTables

/// What stands above the first cell: how the run ended, its numbers, what it was given, and what reads what.
struct SummaryPage {
  private let report: RunReport

  init(_ report: RunReport) { self.report = report }

  var title: String { report.title.isEmpty ? (report.path.isEmpty ? "Weir" : report.path) : report.title }

  var html: String {
    var out = "<header>\n<h1>\(Markup.escaped(title))</h1>\n"
    out += "<p class=\"facts\"><span class=\"status \(report.status == .done ? "good" : "bad")\">"
    out += "\(Markup.escaped(report.status.word))</span> " + facts.map { "<span>\(Markup.escaped($0))</span>" }.joined(separator: " ")
    out += "</p>\n</header>\n" + failures + metrics + parameters + diagnostics
    if let graph = GraphDrawing.svg(report) {
      out += "<details class=\"graph\" open=\"\"><summary>What reads what</summary><div class=\"box\">\(graph)</div></details>\n"
    }
    return "<section class=\"summary\">\n\(out)</section>\n"
  }

  private var facts: [String] {
    var facts: [String] = []
    if !report.path.isEmpty, report.path != title { facts.append(report.path) }
    if let run = report.run { facts.append("run \(run)") }
    facts.append(ReportWords.moment(report.started))
    facts.append(ReportWords.duration(report.duration))
    let counts = ReportWords.counts(report)
    facts.append(ReportWords.counted(report.cells.count, "cell") + (counts.isEmpty ? "" : ": " + counts))
    return facts
  }

  private var failures: String {
    report.cells.enumerated().compactMap { index, cell in
      guard cell.status == .failed else { return nil }
      let what = cell.failure?.title ?? cell.reason
      return "<p class=\"callout bad\"><a href=\"#\(HTMLReport.anchor(ofCell: index))\">\(Markup.escaped(cell.name))</a> failed: "
        + "\(MarkdownText.html(what))</p>\n"
    }.joined()
  }

  private var metrics: String {
    let metrics = report.metrics
    guard !metrics.isEmpty else { return "" }
    return "<dl class=\"metrics\">\n" + metrics.map { metric in
      "<div><dt>\(Markup.escaped(metric.name))</dt><dd title=\"\(Markup.attribute("\(metric.value)"))\">"
        + "\(Markup.escaped(SummaryPage.short(metric.value)))</dd></div>\n"
    }.joined() + "</dl>\n"
  }

  /// Four digits are what a glance takes in; the rest is in the tip.
  private static func short(_ value: Double) -> String {
    let size = value.magnitude
    guard value.isFinite, size >= 1e-3 || size == 0, size < 1e7 else { return formatNumber(value) }
    if value == value.rounded() { return fixed(value, decimals: 0) }
    return fixed(value, decimals: size < 10 ? 4 : size < 1000 ? 2 : 1, trimming: true)
  }

  private var parameters: String {
    var rows = report.parameters.map { ($0.name, $0.value, $0.isGiven ? "" : "default") }
    rows.append(("seed", String(report.seed), ""))
    return "<dl class=\"given\">\n" + rows.map { name, value, note in
      "<div><dt>\(Markup.escaped(name))</dt><dd><code>\(Markup.escaped(value))</code>"
        + (note.isEmpty ? "" : " <small>\(note)</small>") + "</dd></div>\n"
    }.joined() + "</dl>\n"
  }

  private var diagnostics: String {
    report.diagnostics.map { DiagnosticPage.html($0, report.sources) }.joined()
  }

  var foot: String {
    "<footer>\(Markup.escaped(report.fingerprint)), seed \(report.seed)"
      + (report.run.map { ", run \($0)" } ?? "") + "</footer>\n"
  }
}

/// A diagnostic with the line that it is about.
enum DiagnosticPage {
  static func html(_ diagnostic: Diagnostic, _ sources: SourceMap) -> String {
    let lines = Renderer(sources: sources).render(diagnostic).split(separator: "\n", maxSplits: 1)
    let rest = lines.count > 1 ? String(lines[1]) : ""
    let kind = diagnostic.severity == .error ? "bad" : "odd"
    return "<div class=\"diagnostic \(kind)\"><p><b>\(diagnostic.severity.rawValue)</b> "
      + "<code>\(diagnostic.code)</code> \(MarkdownText.html(diagnostic.title))</p>"
      + (rest.isEmpty ? "" : "<pre>\(Markup.escaped(rest))</pre>") + "</div>\n"
  }
}
