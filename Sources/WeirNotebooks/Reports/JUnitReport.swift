import WeirCatalog
import WeirDiagnostics
import WeirEngine

/// A run as JUnit XML, which every build server reads: a notebook is a suite, a cell a test case.
///
/// An expectation that does not hold is a `failure`, all else that ends a cell an `error`; a cell that did not run is
/// `skipped`. The time of an unchanged cell is zero, as this run spent none on it.
package enum JUnitReport {
  package static func text(_ report: RunReport) -> String {
    var cases = report.cells.map { Case($0, report) }
    // A run that did not pass must not read as one that did, whatever its cells say.
    if report.status != .done, !cases.contains(where: { $0.outcome.isBad }) {
      cases.append(Case(unexplained: report))
    }
    let counts = " tests=\"\(cases.count)\" failures=\"\(cases.count { $0.outcome == .failure })\""
      + " errors=\"\(cases.count { $0.outcome == .error })\" skipped=\"\(cases.count { $0.outcome == .skipped })\""
      + " time=\"\(seconds(report.duration))\""
    let title = Markup.attribute(report.title.isEmpty ? report.path : report.title)
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    out += "<testsuites name=\"\(title)\"\(counts)>\n"
    out += "  <testsuite name=\"\(title)\"\(counts) timestamp=\"\(timestamp(report.started))\">\n"
    out += properties(report)
    let className = Markup.attribute(className(report.path))
    for one in cases { out += one.xml(className: className) }
    let rest = Renderer(sources: report.sources).render(report.diagnostics)
    if !rest.isEmpty { out += "    <system-err>\(Markup.escaped(rest))</system-err>\n" }
    return out + "  </testsuite>\n</testsuites>\n"
  }

  private static func properties(_ report: RunReport) -> String {
    var properties = [("engine", report.fingerprint), ("seed", String(report.seed))]
    if let run = report.run { properties.append(("run", String(run))) }
    properties += report.parameters.map { ("parameter.\($0.name)", $0.value) }
    properties += report.metrics.map { ("metric.\($0.name)", "\($0.value)") }
    return "    <properties>\n" + properties.map { name, value in
      "      <property name=\"\(Markup.attribute(name))\" value=\"\(Markup.attribute(value))\"/>\n"
    }.joined() + "    </properties>\n"
  }

  /// `notebooks/quickstart.mlnb` as build servers group it: `notebooks.quickstart`. The folders above an absolute path are
  /// those of one machine.
  private static func className(_ path: String) -> String {
    let isAbsolute = path.hasPrefix("/")
    var parts = path.split(separator: "/").suffix(isAbsolute ? 1 : Int.max).map(String.init).filter { $0 != "." && $0 != ".." }
    if let last = parts.popLast() {
      let dot = last.lastIndex(of: ".") ?? last.endIndex
      parts.append(dot == last.startIndex ? last : String(last[..<dot]))
    }
    return parts.isEmpty ? "weir" : parts.joined(separator: ".")
  }

  private static func timestamp(_ microseconds: Int64) -> String {
    ReportWords.moment(microseconds).replacing(" UTC", with: "").replacing(" ", with: "T")
  }

  fileprivate static func seconds(_ value: Double) -> String { value.isFinite ? ReportWords.decimals(max(0, value), 6) : "0" }
}

/// A test case.
private struct Case {
  enum Outcome {
    case passed, failure, error, skipped
    var isBad: Bool { self == .failure || self == .error }
  }

  let name: String
  let outcome: Outcome
  let message: String
  /// The code of the diagnostic.
  let type: String
  let details: String
  let output: String
  let warnings: String
  let time: Double

  init(_ cell: RunReport.Cell, _ report: RunReport) {
    name = cell.name
    time = cell.status == .cached ? 0 : cell.duration
    output = cell.shown.map(\.plainReport).joined(separator: "\n")
    let errors = cell.diagnostics.filter { $0.severity == .error }
    let renderer = Renderer(sources: report.sources)
    warnings = renderer.render(cell.diagnostics.filter { $0.severity == .warning })
    details = renderer.render(errors)
    let cause = cell.failure ?? errors.first
    type = cause?.code.description ?? ""
    switch cell.status {
    case _ where cause != nil || cell.status == .failed:
      outcome = cause.map { ExitStatus(failure: $0) } == .gate ? .failure : .error
      message = cause?.title ?? cell.reason
    case .skipped, .notRun:
      outcome = .skipped
      message = cell.reason
    default:
      outcome = .passed
      message = ""
    }
  }

  /// For a run that ended badly although no cell did.
  init(unexplained report: RunReport) {
    name = "(the whole run)"
    outcome = report.status == .gate ? .failure : .error
    message = report.status.word
    type = report.diagnostics.first?.code.description ?? ""
    details = Renderer(sources: report.sources).render(report.diagnostics)
    output = ""
    warnings = ""
    time = 0
  }

  func xml(className: String) -> String {
    var inner = ""
    let message = " message=\"\(Markup.attribute(message))\""
    switch outcome {
    case .passed: break
    case .skipped: inner += "      <skipped\(message)/>\n"
    case .failure, .error:
      let tag = outcome == .failure ? "failure" : "error"
      inner += "      <\(tag)\(message) type=\"\(Markup.attribute(type))\">\(Markup.escaped(details))</\(tag)>\n"
    }
    if !output.isEmpty { inner += "      <system-out>\(Markup.escaped(output))</system-out>\n" }
    if !warnings.isEmpty { inner += "      <system-err>\(Markup.escaped(warnings))</system-err>\n" }
    let head = "    <testcase name=\"\(Markup.attribute(name))\" classname=\"\(className)\" time=\"\(JUnitReport.seconds(time))\""
    return inner.isEmpty ? head + "/>\n" : head + ">\n" + inner + "    </testcase>\n"
  }
}
