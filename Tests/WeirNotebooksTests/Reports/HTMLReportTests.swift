import Foundation
import Testing
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// The page that people show to others.
@Suite struct HTMLReportTests {
  /// The page as XML, for which its few elements without an end get one.
  private func document(_ html: String) throws -> XMLTree {
    var text = html.replacing("<!DOCTYPE html>", with: "")
    for tag in ["meta", "br", "hr", "img"] {
      text = text.replacing(try Regex("<\(tag)((?: [^<>]*)?)>")) { "<\(tag)\($0.output[1].substring ?? "")/>" }
    }
    return try XMLTree.parse(text)
  }

  private func attributes(_ html: String, _ name: String) -> [String] {
    html.matches(of: try! Regex(" \(name)=\"([^\"]*)\"")).compactMap { $0.output[1].substring.map(String.init) }
  }

  @Test func isWellFormedAndSaysWhatHappened() throws {
    let html = HTMLReport.text(try Sample.plain())
    #expect(try document(html).elements("body").first?.elements("main").count == 1)
    for text in [
      "<h1>Penguin species</h1>", ">passed</span>", "run 12", "2026-07-25 17:20:00 UTC", "2 cells: 1 ran, 1 unchanged",
      "<dt>accuracy</dt><dd title=\"0.9666\">0.9666</dd>", "ran: its code changed", "<small>float</small>",
      "<em>weight</em>", "<img width=\"64\" style=\"image-rendering:pixelated\" src=\"data:image/png;base64,", "class=\"weir-plot\"", "train reads raw from load",
      "<dt>folds</dt><dd><code>5</code> <small>default</small>", "344 rows, 4 columns",
    ] {
      #expect(html.contains(text), "\(text)")
    }
    // The title of the page is not said twice.
    #expect(html.components(separatedBy: "Penguin species</h1>").count == 2)
  }

  @Test func everyLinkOfThePageLeadsSomewhere() throws {
    let html = HTMLReport.text(try Sample.plain())
    let ids = attributes(html, "id")
    #expect(Set(ids).count == ids.count)
    for link in attributes(html, "href") where link.hasPrefix("#") { #expect(ids.contains(String(link.dropFirst()))) }
  }

  @Test func asksNobodyForAnything() throws {
    for report in [try Sample.plain(), try Sample.hostileReport()] {
      let html = HTMLReport.text(report)
      for name in ["src", "href", "xlink:href", "poster", "action", "formaction", "srcset"] {
        for target in attributes(html, name) { #expect(target.hasPrefix("#") || target.hasPrefix("data:image/png;"), "\(target)") }
      }
      #expect(!html.contains("url(") && !html.contains("@import") && !html.contains("<link") && !html.contains("<script"))
      #expect(html.contains("default-src 'none'"))
    }
  }

  @Test func hostileTextsStayText() throws {
    let html = HTMLReport.text(try Sample.hostileReport())
    let document = try document(html)
    for element in ["script", "iframe", "object", "link"] {
      #expect(!document.all.contains { $0.name == element })
    }
    #expect(!document.all.contains { $0.attributes.keys.contains { $0.hasPrefix("on") } })
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!html.unicodeScalars.contains { $0.value < 32 && $0 != "\n" && $0 != "\t" })
  }

  @Test func codeKeepsEveryCharacter() throws {
    let report = try Sample.plain()
    let cells = try document(HTMLReport.text(report)).all.filter { $0.attributes["class"] == "code" }
    #expect(cells.flatMap { $0.elements("pre") }.map(\.text) == report.cells.map { $0.code.trimmingCharacters(in: .whitespacesAndNewlines) })
  }

  @Test func codeIsColouredByWhatItIs() throws {
    let html = HTMLReport.text(try Sample.plain())
    for span in [
      "<span class=\"c\"># what was measured</span>", "<span class=\"u\">read_csv</span>", "<span class=\"f\">.mass</span>",
      "<span class=\"k\">if</span>", "<span class=\"k\">param</span>", "<span class=\"n\">0.5</span>",
      "<span class=\"p\">|&gt;</span>", "<span class=\"s\">&quot;data/</span>{file}",
    ] {
      #expect(html.contains(span), "\(span)")
    }
  }

  @Test func longTablesShowTheFirstRowsAlone() throws {
    let html = HTMLReport.text(try Sample.plain())
    let table = try #require(html.range(of: "344 rows, 4 columns"))
    #expect(html[..<table.lowerBound].hasSuffix("</td></tr>\n</tbody></table></div><p class=\"count\">"))
    #expect(html[..<table.lowerBound].contains("<tr class=\"gap\"><td>⋮</td>"))
  }

  @Test func theSameReportGivesTheSameBytes() throws {
    #expect(HTMLReport.text(try Sample.plain()) == HTMLReport.text(try Sample.plain()))
  }

  @Test func aRunWithNothingInItIsAPage() throws {
    let report = RunReport(title: "", path: "", started: 0, duration: 0, status: .usage)
    let html = HTMLReport.text(report)
    #expect(try document(html).name == "html")
    #expect(html.contains("nothing ran"))
  }

  @Test func manyCellsAreDrawnQuickly() throws {
    var report = try Sample.plain()
    report.cells = (0..<80).map { index in
      var cell = RunReport.Cell(name: "cell\(index)", code: "x", status: .ran)
      cell.uses = (0..<index).map { .init(cell: $0, names: ["x\($0)"]) }
      return cell
    }
    report.parts = []
    let html = HTMLReport.text(report)
    #expect(html.contains("<svg class=\"graph\"") && html.contains("cell79"))
  }
}
