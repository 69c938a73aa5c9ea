import Foundation
import Testing
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// What build servers read: a suite for the notebook, a case for each cell.
@Suite struct JUnitReportTests {
  private func root(_ report: RunReport) throws -> XMLTree { try XMLTree.parse(JUnitReport.text(report)) }

  private func attribute(_ element: XMLTree?, _ name: String) -> String? { element?.attributes[name] }

  @Test func aCellIsATestCase() throws {
    let suite = try #require(try root(try Sample.plain()).elements("testsuite").first)
    #expect(attribute(suite, "name") == "Penguin species")
    #expect(attribute(suite, "tests") == "2")
    #expect(attribute(suite, "failures") == "0")
    #expect(attribute(suite, "time") == "1.234500")
    #expect(attribute(suite, "timestamp") == "2026-07-25T17:20:00")
    let cases = suite.elements("testcase")
    #expect(cases.map { attribute($0, "name") } == ["load", "train"])
    #expect(cases.map { attribute($0, "classname") } == ["notebooks.penguins", "notebooks.penguins"])
    // The run spent no time on a cell that did not change.
    #expect(cases.map { attribute($0, "time") } == ["0.000000", "1.200000"])
    let output = cases[0].elements("system-out").first?.text ?? ""
    #expect(output.contains("Adelie") && output.contains("344 rows, 4 columns") && output.hasSuffix("344 rows\n3 islands"))
    let properties = suite.elements("properties").first?.elements("property") ?? []
    let named = Dictionary(properties.map { (attribute($0, "name") ?? "", attribute($0, "value") ?? "") }, uniquingKeysWith: { $1 })
    #expect(named["seed"] == "42")
    #expect(named["parameter.data"] == "\"data/penguins.csv\"")
    #expect(named["metric.accuracy"] == "0.9666")
  }

  @Test func expectationsFailAndTheRestAreErrors() throws {
    var report = try Sample.plain()
    report.status = .gate
    for (code, tag) in [(610, "failure"), (602, "error")] {
      report.cells[1].status = .failed
      report.cells[1].diagnostics = [Diagnostic(DiagnosticCode(code), "it is `bad`")]
      let suite = try #require(try root(report).elements("testsuite").first)
      let found = suite.elements("testcase")[1].elements(tag).first
      #expect(attribute(found, "message") == "it is `bad`")
      #expect(attribute(found, "type") == "W0\(code)")
      #expect(attribute(suite, tag == "error" ? "errors" : "failures") == "1")
    }
  }

  @Test func whatDidNotRunIsSkipped() throws {
    var report = try Sample.plain()
    report.cells[1].status = .notRun
    report.cells[1].reason = "it needs `raw` of cell `load`, which failed"
    let suite = try #require(try root(report).elements("testsuite").first)
    let skipped = suite.elements("testcase")[1].elements("skipped").first
    #expect(attribute(skipped, "message") == "it needs `raw` of cell `load`, which failed")
    #expect(attribute(suite, "skipped") == "1")
  }

  @Test(arguments: [WeirEngine.ExitStatus.timeLimit, .usage, .outOfMemory])
  func aRunThatDidNotPassNeverReadsAsOneThatDid(_ status: WeirEngine.ExitStatus) throws {
    var report = try Sample.plain()
    report.status = status
    let suite = try #require(try root(report).elements("testsuite").first)
    #expect(attribute(suite, "errors") == "1")
    report.cells = []
    #expect(attribute(try root(report), "tests") == "1")
  }

  @Test func hostileTextsStayWhereTheyBelong() throws {
    let suite = try #require(try root(try Sample.hostileReport()).elements("testsuite").first)
    let shown = "]]> <script>alert(1)</script> \"quoted\" 'single' & ␀ ␛[31m \u{FFFD} ␡"
    #expect(attribute(suite, "name")?.hasPrefix(shown) == true)
    #expect(attribute(suite, "name")?.hasSuffix("\r\n\tend ü 日本 😀") == true)
    let first = try #require(suite.elements("testcase").first)
    #expect(first.elements("system-out").first?.text.hasPrefix(shown) == true)
    #expect(first.elements("script").isEmpty)
  }

  @Test func theSameReportGivesTheSameBytes() throws {
    #expect(JUnitReport.text(try Sample.plain()) == JUnitReport.text(try Sample.plain()))
  }
}
