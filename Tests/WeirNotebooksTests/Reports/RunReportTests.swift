import Foundation
import Testing
import WeirDiagnostics
import WeirEngine
import WeirNotebooks

/// Reports of notebooks that were really run.
@Suite struct RunReportTests {
  /// What the error of `x // 0` underlines.
  private static let marked = "=&gt;</span> x <span class=\"bad\">//</span> <span class=\"n\">0</span>)"

  private let failing = """
    ---
    mlnb: 1
    title: A run that fails
    seed: 7
    ---

    # A run that fails

    ```weir numbers
    param size = 3
    items = [1, 2, size]
    print("hello")
    ```

    Words between.

    ```weir broken
    items |> map(x => x // 0)
    ```

    ```weir after
    broken = items
    ```

    ```weir gate
    expect(length(items) > 5, "too few")
    ```
    """

  @Test func tellsWhatFailedAndWhatRan() throws {
    let report = try Sample.run(failing)
    #expect(report.title == "A run that fails")
    #expect(report.seed == 7)
    #expect(report.cells.map(\.name) == ["numbers", "broken", "after", "gate"])
    #expect(report.cells.map(\.status) == [.ran, .failed, .ran, .failed])
    #expect(report.parameters == [.init("size", "3", isGiven: false)])
    #expect(report.cells[1].uses == [.init(cell: 0, names: ["items"])])
    #expect(report.parts.count == 8)
    let html = HTMLReport.text(report)
    #expect(html.contains("callout bad") && html.contains("W0602"))
    #expect(html.contains(Self.marked))
    #expect(html.contains("Words between."))
    let junit = JUnitReport.text(report)
    #expect(junit.contains("errors=\"1\"") && junit.contains("failures=\"1\""))
    #expect(junit.contains("<system-out>hello</system-out>"))
  }

  @Test func mistakesGoToTheirCells() throws {
    let report = try Sample.run("---\nmlnb: 1\n---\n\n```weir a\nx = 1 +\n```\n\n```weir b\ny = unknown_name\n```\n")
    #expect(report.cells[0].diagnostics.contains { $0.severity == .error })
    #expect(report.cells[1].diagnostics.contains { $0.title.contains("unknown_name") })
    #expect(JUnitReport.text(report).contains("errors=\"2\""))
  }

  @Test func cellsOfAScriptShareAFileAndKeepTheirMistakes() throws {
    let script = "# first\nstage one\na = [1, 2]\n\nstage two\nb = a |> map(x => x // 0)\n"
    let report = try Sample.run(script, name: "sample.weir")
    #expect(report.cells.map(\.name) == ["one", "two"])
    #expect(report.cells.map(\.status) == [.ran, .failed])
    #expect(report.cells.map(\.diagnostics.count) == [0, 1])
    #expect(HTMLReport.text(report).contains(Self.marked))
  }

  @Test func filesAreWrittenAndFailuresNamed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-report-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let report = try Sample.plain()
    let html = folder.appendingPathComponent("new/page.html").path, junit = folder.appendingPathComponent("out.xml").path
    let problems = ReportFiles(html: html, junit: junit, json: "/proc/nowhere/out.json").write(report)
    #expect(problems.map(\.title).count { $0.contains("/proc/nowhere") } == 1 && problems.count == 1)
    #expect(try String(contentsOfFile: html, encoding: .utf8) == HTMLReport.text(report))
    #expect(try String(contentsOfFile: junit, encoding: .utf8) == JUnitReport.text(report))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["new", "out.xml"])
  }
}
