import WeirCatalog
import WeirEngine
import WeirTables

/// The words that reports have in common.
extension ExitStatus {
  /// How a run ended, in a word or two.
  package var word: String {
    switch self {
    case .done: "passed"
    case .failed: "failed"
    case .usage: "nothing ran"
    case .gate: "expectation not met"
    case .missingInput: "input missing"
    case .timeLimit: "time limit"
    case .interrupted: "interrupted"
    case .outOfMemory: "out of memory"
    case .closedPipe: "output closed"
    }
  }
}

extension CellStatus {
  var word: String {
    switch self {
    case .ran: "ran"
    case .cached: "unchanged"
    case .failed: "failed"
    case .skipped: "skipped"
    case .notRun: "not run"
    }
  }
}

enum ReportWords {
  /// "8 ms", "1.24 s", "3 min 4 s".
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    if seconds < 0.0005 { return "under 1 ms" }
    if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 9.995 { return fixed(seconds, decimals: 2) + " s" }
    if seconds < 99.95 { return fixed(seconds, decimals: 1) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// "2026-07-30 14:05:09 UTC".
  static func moment(_ microseconds: Int64) -> String {
    Instant(microseconds - microseconds % 1_000_000).text + " UTC"
  }

  static func decimals(_ value: Double, _ count: Int) -> String { fixed(value, decimals: count) }

  static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  /// "3 ran, 2 unchanged".
  static func counts(_ report: RunReport) -> String {
    let all: [CellStatus] = [.ran, .cached, .failed, .skipped, .notRun]
    return all.filter { report.count($0) > 0 }.map { "\(report.count($0)) \($0.word)" }.joined(separator: ", ")
  }
}

extension Shown {
  /// As text for a file that knows nothing but text.
  var plainReport: String {
    let style = DisplayStyle(width: 120, rows: 20)
    return switch self {
    case .printed(let text): text
    case .value(let value): value.rendered(style)
    case .table(let table, let rowCount):
      table.rendered(width: style.width, rows: style.rows, color: false, totalRows: rowCount)
    }
  }
}
