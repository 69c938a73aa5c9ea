import WeirBase
package import WeirCatalog
package import WeirDiagnostics
package import WeirModels
import WeirTables

extension TestResult: ForeignValue {
  package var typeName: String { "test" }
  package var shortText: String { p.isNaN ? "<\(name): no answer>" : "<\(name): \(letter) \(formatNumber(statistic)), p \(TestResult.shown(p: p))>" }

  package var fieldNames: [String] {
    ["name", "statistic", "p", "df", "effect", "effect_name", "low", "high", "level", "estimates", "n", "left_out", "method",
     "alternative", "text"]
  }

  package func field(_ name: String) -> Value? {
    switch name {
    case "name": .string(self.name)
    case "statistic": TestResult.known(statistic)
    case "p": TestResult.known(p)
    case "df": freedom.count == 1 ? .float(freedom[0]) : freedom.isEmpty ? .missing : .list(freedom.map(TestResult.known))
    case "effect": effect.map { TestResult.known($0.value) } ?? .missing
    case "effect_name": effect.map { .string($0.name) } ?? .missing
    case "low": interval.map { TestResult.known($0.low) } ?? .missing
    case "high": interval.map { TestResult.known($0.high) } ?? .missing
    case "level": interval.map { .float($0.level) } ?? .missing
    case "estimates": .record(Record(estimates.map { Record.Field($0.name, TestResult.known($0.value)) }))
    case "n": counts.count == 1 ? .int(Int64(counts[0])) : .list(counts.map { .int(Int64($0)) })
    case "left_out": .int(Int64(leftOut))
    case "method": method.isEmpty ? .missing : .string(method)
    case "alternative": .string(alternative.rawValue)
    case "text": .string(sentence)
    default: nil
    }
  }

  /// A figure, missing where the values do not define it.
  private static func known(_ value: Double) -> Value { value.isNaN ? .missing : .float(value) }

  /// The first line says what was found, the others by which numbers.
  package func rendered(_ style: DisplayStyle) -> String { ([sentence] + lines.map { "  " + $0 }).joined(separator: "\n") }

  package var html: String? {
    "<p>\(escapedHTML(sentence))</p><ul>" + lines.map { "<li>\(escapedHTML($0))</li>" }.joined() + "</ul>"
  }

  /// In words, at the usual level of one in twenty.
  var sentence: String {
    guard !p.isNaN else { return "the test has no answer for these values" }
    let chance = "p \(TestResult.shown(p: p))"
    return p < 0.05 ? "\(finding) (\(chance))" : "\(noFinding) (\(chance))"
  }

  private var lines: [String] {
    var lines = ["\(name): \(letter) = \(statistic.isNaN ? "undefined" : formatNumber(statistic))" + freedomText + (method.isEmpty ? "" : ", \(method)")
      + (alternative == .twoSided ? "" : ", alternative \(alternative.rawValue)")]
    if let effect, effect.name != letter {
      lines.append("\(effect.name) \(TestResult.short(effect.value))" + (size(effect).map { " (\($0))" } ?? ""))
    }
    if let interval {
      let percent = formatNumber(interval.level * 100).replacing(".0", with: "")
      lines.append("\(interval.of): \(TestResult.short(interval.low)) to \(TestResult.short(interval.high)) (\(percent) % interval)")
    }
    if !estimates.isEmpty {
      let shown = estimates.prefix(8).map { "\($0.name) \(TestResult.short($0.value))" }.joined(separator: ", ")
      lines.append(shown + (estimates.count > 8 ? " and \(estimates.count - 8) more" : ""))
    }
    let values = counts.prefix(8).map(String.init).joined(separator: " and ") + (counts.count > 8 ? " …" : "")
    lines.append("\(values) values" + (leftOut > 0 ? ", \(leftOut) left out since they are missing" : ""))
    return lines
  }

  private var freedomText: String {
    freedom.isEmpty ? "" : ", df " + freedom.map { TestResult.short($0) }.joined(separator: " and ")
  }

  /// Cohen's words (1988) for how much it is.
  private func size(_ effect: Effect) -> String? {
    let bounds: [Double]
    switch effect.name {
    case "Cohen's d": bounds = [0.2, 0.5, 0.8]
    case "eta squared": bounds = [0.01, 0.06, 0.14]
    case "rank-biserial correlation", "Cramér's V", "r", "rho", "Cohen's w": bounds = [0.1, 0.3, 0.5]
    default: return nil
    }
    guard effect.value.isFinite else { return nil }
    return ["hardly any", "small", "medium", "large"][bounds.count { effect.value.magnitude >= $0 }]
  }

  private static func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "undefined" : formatNumber(value) }
    return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value))
      : value.magnitude < 1e-3 || value.magnitude >= 1e6 ? formatNumber(value) : fixed(value, decimals: value.magnitude >= 100 ? 1 : 3)
  }

  static func shown(p: Double) -> String { p < 0.001 ? "< 0.001" : "= " + fixed(p, decimals: 3) }
}

extension StatisticsError: DiagnosedError {
  package var diagnostic: Diagnostic { .statisticsProblem(message, mend: mend) }
}
