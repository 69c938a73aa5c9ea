import WeirBase
package import WeirCatalog
package import WeirModels
import WeirTables

extension Search: ForeignValue {
  package var typeName: String { "search" }
  package var shortText: String { description }
  package func rendered(_ style: DisplayStyle) -> String { description }
}

extension SettingValues: ForeignValue {
  package var typeName: String { "distribution" }
  package var shortText: String { description }
  package func rendered(_ style: DisplayStyle) -> String { description }
}

extension TuningResult: ForeignValue {
  package var typeName: String { "tuning" }
  package var fieldNames: [String] { ["plan", "settings", "score", "metric", "candidates", "scores", "times"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "plan": return .plan(best.plan)
    case "settings": return .record(nestedSettings)
    case "score": return best.scores.map { .float($0.summary(0).mean) }
    case "metric": return metrics.first.map { .string($0) } ?? .missing
    case "candidates": return (try? table()).map { .table($0) }
    case "scores": return best.scores.map { .other($0) }
    case "times": return (try? times()).map { .table($0) }
    default: return nil
    }
  }

  /// The best settings; those said to be a step's own lie in a record under its name.
  private var nestedSettings: Record {
    var fields: [(name: String, inner: [Record.Field])] = []
    for (name, value) in zip(settings, best.values) {
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      let field = Record.Field(parts.last ?? name, Value(setting: value))
      if parts.count == 2, let place = fields.firstIndex(where: { $0.name == parts[0] }) {
        fields[place].inner.append(field)
      } else {
        fields.append((parts.count == 2 ? parts[0] : "", [field]))
      }
    }
    return Record(fields.map { $0.name.isEmpty ? $0.inner[0] : Record.Field($0.name, .record(Record($0.inner))) })
  }

  private func settingColumns() throws -> [(name: String, column: Column)] {
    try settings.indices.map { index in
      let values = candidates.map { Value(setting: $0.values[index]) }
      // Values of several kinds (3 and "auto") stand as texts.
      let column = try? Column.of(values)
      return (
        name: settings[index],
        column: try column ?? Column.of(values.map { if case .missing = $0 { .missing } else { .string($0.shortText) } }))
    }
  }

  /// One row a candidate, best first: its settings, its scores with their deviations, the rows it learned from where
  /// these are not all, and its problem where it has one.
  private func table() throws -> Table {
    var columns = try settingColumns()
    for (place, metric) in metrics.enumerated() {
      let summaries = candidates.map { $0.scores?.summary(place) ?? (.nan, .nan) }
      columns.append((metric, Column(doubles: summaries.map(\.0))))
      columns.append((metric + "_deviation", Column(doubles: summaries.map(\.1))))
    }
    if candidates.contains(where: { $0.rows != nil }) {
      columns.append(("rows", try Column.of(candidates.map { $0.rows.map { .int(Int64($0)) } ?? .missing })))
    }
    if candidates.contains(where: { $0.problem != nil }) {
      columns.append(("problem", try Column.of(candidates.map { $0.problem.map { .string($0) } ?? .missing })))
    }
    return try Table(columns)
  }

  /// The seconds that the folds of each candidate took in all.
  private func times() throws -> Table {
    try Table(settingColumns() + [
      (name: "fit_seconds", column: Column(doubles: candidates.map { $0.scores?.fitSeconds.reduce(0, +) ?? .nan })),
      (name: "predict_seconds", column: Column(doubles: candidates.map { $0.scores?.predictSeconds.reduce(0, +) ?? .nan })),
    ])
  }

  package var shortText: String { "<tuning of \(candidates.count) candidates: \(bestLine)>" }

  private var bestLine: String {
    let score = best.scores.map { "\(metrics.first ?? "score") \(fourDigits($0.summary(0).mean))" } ?? ""
    return score + " with " + zip(settings, best.values).map { "\($0): \(Value(setting: $1).shortText)" }.joined(separator: ", ")
  }

  package func rendered(_ style: DisplayStyle) -> String {
    var lines = ["best of \(candidates.count): \(bestLine)", best.plan.description]
    var columns = (try? settingColumns()) ?? []
    for (place, metric) in metrics.enumerated().prefix(3) {
      columns.append((metric, spreadColumn(candidates.map { $0.scores?.summary(place) })))
    }
    if candidates.contains(where: { $0.rows != nil }) {
      columns.append(("rows", Column(.text(TextValues(candidates.map { $0.rows.map { "\($0)" } ?? "all" })))))
    }
    if candidates.contains(where: { $0.problem != nil }) {
      columns.append(("problem", Column(.text(TextValues(candidates.map { $0.problem ?? "" })))))
    }
    if let table = try? Table(columns) {
      lines.append(table.rendered(width: style.width, rows: style.rows, color: style.color, isReport: true))
    }
    return lines.joined(separator: "\n")
  }
}

/// Means with their deviations, as they are read: "0.9733 ± 0.0249".
private func spreadColumn(_ summaries: [(mean: Double, deviation: Double)?]) -> Column {
  Column(.text(TextValues(summaries.map { summary in
    guard let (mean, deviation) = summary else { return "" }
    return fourDigits(mean) + (deviation.isNaN ? "" : " ± " + fourDigits(deviation < 0.00005 ? 0 : deviation))
  })))
}

extension Value {
  /// A setting of a step as a value.
  init(setting: Archive) {
    switch setting {
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .text(let value): self = .string(value)
    case .list(let values): self = .list(values.map { Value(setting: $0) })
    default: self = .missing
    }
  }
}

extension Comparison: ForeignValue {
  package var typeName: String { "comparison" }
  package var fieldNames: [String] { ["table", "best", "p_value", "scores", "times"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "table": return (try? table()).map { .table($0) }
    case "best": return .plan(entries[0].plan)
    case "p_value": return pValue.map { .float($0) } ?? .missing
    case "scores": return .record(Record(entries.map { Record.Field($0.name, .other($0.scores)) }))
    case "times": return (try? times()).map { .table($0) }
    default: return nil
    }
  }

  private var names: Column { Column(.text(TextValues(entries.map(\.name)))) }
  private var metrics: [String] { entries[0].scores.metrics }

  private func table() throws -> Table {
    var columns: [(name: String, column: Column)] = [(name: "plan", column: names)]
    for (place, metric) in metrics.enumerated() {
      columns.append((metric, Column(doubles: entries.map { $0.scores.summary(place).mean })))
      columns.append((metric + "_deviation", Column(doubles: entries.map { $0.scores.summary(place).deviation })))
    }
    columns.append(("bytes", Column(.int(entries.map { Int64($0.size) }))))
    columns.append(("interpretability", Column(.text(TextValues(entries.map(\.interpretability.rawValue))))))
    return try Table(columns)
  }

  private func mean(_ seconds: [Double]) -> Double { seconds.reduce(0, +) / Double(max(1, seconds.count)) }

  /// The mean seconds a fold.
  private func times() throws -> Table {
    try Table([
      (name: "plan", column: names),
      (name: "fit_seconds", column: Column(doubles: entries.map { mean($0.scores.fitSeconds) })),
      (name: "predict_seconds", column: Column(doubles: entries.map { mean($0.scores.predictSeconds) })),
    ])
  }

  package var shortText: String {
    "<comparison of \(entries.count) plans: \(entries[0].name) \(metrics.first ?? "") \(fourDigits(entries[0].scores.summary(0).mean))>"
  }

  package func rendered(_ style: DisplayStyle) -> String {
    func texts(_ name: String, _ values: [String]) -> (name: String, column: Column) {
      (name: name, column: Column(.text(TextValues(values))))
    }
    var columns = [texts("plan", entries.map(\.name))]
    for (place, metric) in metrics.enumerated().prefix(2) {
      columns.append((name: metric, column: spreadColumn(entries.map { $0.scores.summary(place) })))
    }
    columns.append(texts("fit", entries.map { durationText(mean($0.scores.fitSeconds)) }))
    columns.append(texts("predict", entries.map { durationText(mean($0.scores.predictSeconds)) }))
    columns.append(texts("size", entries.map { byteSize(Int64($0.size)) }))
    columns.append(texts("followed by", entries.map(\.interpretability.rawValue)))
    var lines: [String] = []
    if let table = try? Table(columns) {
      lines.append(table.rendered(width: style.width, rows: max(style.rows, 30), color: style.color, isReport: true))
    }
    if let pValue, entries.count > 1 {
      let verdict = pValue < 0.05 ? "is more than chance would give" : "may be chance"
      lines.append(
        "the gap between `\(entries[0].name)` and `\(entries[1].name)` \(verdict) (p = \(fourDigits(pValue)))")
    }
    return lines.joined(separator: "\n")
  }
}

/// "12 ms", as times are read.
func durationText(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "" }
  func short(_ value: Double) -> String {
    value >= 100 ? "\(Int(value.rounded()))" : formatNumber((value * 10).rounded() / 10)
  }
  return seconds >= 1 ? "\(short(seconds)) s" : seconds >= 1e-3 ? "\(short(seconds * 1e3)) ms" : "\(short(seconds * 1e6)) µs"
}
