package import WeirBase
package import WeirCatalog
package import WeirModels
package import WeirTables

/// How well a model does on some rows.
package struct Evaluation: Sendable {
  package let model: String
  package let rowCount: Int
  /// The metrics in order; NaN where the rows do not define one.
  package let scores: [(name: String, value: Double)]
  /// One row a true class, one column a predicted one; nil for models that predict no classes.
  package let confusion: Table?
  /// For each metric the ends of its interval, by resampling the rows; empty where none were asked for.
  package let intervals: [(low: Double, high: Double)]
  /// The share of resamples that an interval holds.
  package let confidence: Double?

  /// How intervals are to be found.
  package struct Resampling {
    let confidence: Double
    let resamples: Int
    let random: RandomStream
    let workers: Workers
    let cancellation: Cancellation
  }

  /// Where no metrics are named, the usual ones for what the model predicts.
  package init(
    of model: any FittedModel, on rows: Table, target: String?, metrics: [Metric]?, resampling: Resampling? = nil
  ) throws {
    let name = target ?? (model as? FittedPlan)?.target
    let truth = try name.map { try rows.column($0) }
    let judged = try Judgement(of: model, on: rows, truth: truth)
    self.model = model.name
    rowCount = rows.rowCount
    let asked = metrics ?? Metric.usual(for: judged)
    scores = try asked.map { (name: $0.name, value: try $0.score(judged)) }
    confidence = resampling?.confidence
    intervals = try resampling.map {
      try judged.intervals(
        of: asked, confidence: $0.confidence, resamples: $0.resamples, random: $0.random, workers: $0.workers,
        cancellation: $0.cancellation)
    } ?? []
    if case .classification = model.task, truth != nil {
      confusion = try ConfusionMatrix(judged).table()
    } else {
      confusion = nil
    }
  }
}

extension Evaluation: ForeignValue {
  package static let archiveName = "evaluation"

  package init(archive: Archive) throws {
    model = try archive.part("model").asText()
    rowCount = try archive.part("rows").asInt()
    let names = try archive.part("metrics").asTexts(), values = try archive.part("values").asFloats()
    guard names.count == values.count else { throw ArchiveError("one value a metric is needed") }
    scores = zip(names, values).map { (name: $0, value: $1) }
    let ends = try archive["intervals"]?.asFloats() ?? []
    guard ends.isEmpty || ends.count == 2 * names.count else { throw ArchiveError("two ends a metric are needed") }
    intervals = stride(from: 0, to: ends.count, by: 2).map { (low: ends[$0], high: ends[$0 + 1]) }
    confidence = if case .float(let share)? = archive["confidence"] { share } else { nil }
    let table = try archive.part("confusion")
    if case .none = table {
      confusion = nil
    } else {
      confusion = try Table(archive: table) { kind, _ in throw ArchiveError("a confusion matrix can't hold a \(kind)") }
    }
  }

  package var archive: Archive {
    .of([
      "model": .text(model), "rows": .int(Int64(rowCount)), "metrics": .texts(scores.map(\.name)),
      "values": .floats(scores.map(\.value)), "confusion": confusion?.archive ?? .none,
      "intervals": .floats(intervals.flatMap { [$0.low, $0.high] }), "confidence": confidence.map { .float($0) } ?? .none,
    ])
  }

  package var typeName: String { "evaluation" }
  package var fieldNames: [String] { scores.map(\.name) + ["rows"] + (confusion == nil ? [] : ["confusion"]) + (intervals.isEmpty ? [] : ["intervals"]) }

  package func field(_ name: String) -> Value? {
    if let score = scores.first(where: { $0.name == name }) { return score.value.isNaN ? .missing : .float(score.value) }
    switch name {
    case "rows": return .int(Int64(rowCount))
    case "confusion": return confusion.map { .table($0) }
    case "intervals": return intervals.isEmpty ? nil : (try? intervalTable()).map { .table($0) }
    default: return nil
    }
  }

  private func intervalTable() throws -> Table {
    try Table([
      (name: "metric", column: Column(.text(TextValues(scores.map(\.name))))),
      (name: "value", column: Column(doubles: scores.map(\.value))),
      (name: "low", column: Column(doubles: intervals.map(\.low))),
      (name: "high", column: Column(doubles: intervals.map(\.high))),
    ])
  }

  package var shortText: String {
    "<\(model): " + scores.prefix(3).map { "\($0.name) \(fourDigits($0.value))" }.joined(separator: ", ") + ">"
  }

  package func rendered(_ style: DisplayStyle) -> String {
    var lines = ["\(model) on \(rowCount) rows"]
    let width = scores.map(\.name.count).max() ?? 0
    for (place, (name, value)) in scores.enumerated() {
      var line = "  " + name + String(repeating: " ", count: width - name.count + 2) + fourDigits(value)
      if intervals.indices.contains(place), !intervals[place].low.isNaN {
        line += "  (\(fourDigits(intervals[place].low)) to \(fourDigits(intervals[place].high)))"
      }
      lines.append(line)
    }
    if let confidence {
      lines.append("in brackets the middle \(formatNumber(confidence * 100))% over resamples of the rows")
    }
    if let confusion {
      lines.append("true class by row, predicted class by column:")
      lines.append(confusion.rendered(width: style.width, rows: max(style.rows, 20), color: style.color))
    }
    return lines.joined(separator: "\n")
  }
}

/// What a model learned, as a person reads it.
package struct ModelSummary: Sendable {
  package let name: String
  package let plan: String
  package let task: String
  package let target: String?
  package let features: [String]
  package let types: [String]
  /// How many rows it learned from; 0 where that is not known.
  package let rowCount: Int
  /// What the steps before the model learned.
  package let steps: Table
  package let learned: Table
  /// What else there is to say; empty for nothing.
  package let notes: String
  /// How well it fits what it learned from, where it says so.
  package let figures: [(name: String, value: Double)]
  /// What the file said that the model was loaded from.
  package let card: ModelCard?

  package init(of model: any FittedModel) throws {
    let fitted = model as? FittedPlan
    name = model.name
    plan = fitted?.plan.description ?? model.name
    target = fitted?.target
    features = fitted?.features ?? []
    types = fitted?.inputs.map(\.type.description) ?? []
    rowCount = fitted?.rowCount ?? 0
    card = fitted?.card
    steps = try fitted?.lessons() ?? Table.empty
    learned = try model.learned()
    notes = ((fitted?.model ?? model) as? any NotedModel)?.notes ?? (fitted?.transformers.last as? any ShownTransformer)?.notes ?? ""
    figures = ((fitted?.model ?? model) as? any MeasuredModel)?.figures ?? []
    task = switch model.task {
    case .classification(let classes): "predicts one of " + ClassLabels(classes).names.prefix(20).joined(separator: ", ")
    case .regression: "predicts a number"
    case .clustering(let count): "finds \(count) clusters"
    case .transformation: "transforms rows"
    }
  }
}

extension ModelSummary: ForeignValue {
  package static let archiveName = "model_summary"

  package init(archive: Archive) throws {
    name = try archive.part("name").asText()
    plan = try archive.part("plan").asText()
    task = try archive.part("task").asText()
    target = if case .text(let name) = try archive.part("target") { name } else { nil }
    features = try archive.part("features").asTexts()
    types = try archive["types"]?.asTexts() ?? []
    rowCount = try archive["rows"]?.asInt() ?? 0
    notes = try archive["notes"]?.asText() ?? ""
    let names = try archive["figures"]?.asTexts() ?? [], values = try archive["figure_values"]?.asFloats() ?? []
    guard names.count == values.count else { throw ArchiveError("one value a figure is needed") }
    figures = zip(names, values).map { (name: $0, value: $1) }
    card = if let kept = archive["card"], case .record = kept { try ModelCard(archive: kept) } else { nil }
    steps = try Table(archive: archive["steps"] ?? Table.empty.archive) { kind, _ in throw ArchiveError("a summary can't hold a \(kind)") }
    learned = try Table(archive: archive.part("learned")) { kind, _ in throw ArchiveError("a summary can't hold a \(kind)") }
  }

  package var archive: Archive {
    .of([
      "name": .text(name), "plan": .text(plan), "task": .text(task), "target": target.map { .text($0) } ?? .none,
      "features": .texts(features), "types": .texts(types), "rows": .int(Int64(rowCount)), "steps": steps.archive,
      "learned": learned.archive,
      "notes": .text(notes), "card": card?.archive ?? .none,
      "figures": .texts(figures.map(\.name)), "figure_values": .floats(figures.map(\.value)),
    ])
  }

  package var typeName: String { "summary" }
  package var shortText: String { "<summary of \(name)>" }
  package var fieldNames: [String] { ["plan", "task", "target", "features", "inputs", "rows", "steps", "learned", "notes", "figures", "card"] }

  package func field(_ name: String) -> Value? {
    switch name {
    case "plan": .string(plan)
    case "task": .string(task)
    case "target": target.map { .string($0) } ?? .missing
    case "features": .list(features.map { .string($0) })
    case "inputs": (try? inputs()).map { .table($0) }
    case "rows": .int(Int64(rowCount))
    case "steps": .table(steps)
    case "learned": .table(learned)
    case "notes": .string(notes)
    case "figures": .record(Record(figures.map { Record.Field($0.name, .float($0.value)) }))
    case "card": card.map { .record($0.record) } ?? .missing
    default: nil
    }
  }

  package func rendered(_ style: DisplayStyle) -> String {
    var lines = [plan, task + (target.map { " for `\($0)`" } ?? "")]
    let shown = features.prefix(12).joined(separator: ", ") + (features.count > 12 ? ", …" : "")
    lines.append("from \(features.count) column\(features.count == 1 ? "" : "s"): \(shown)" + (rowCount > 0 ? "; \(rowCount) rows" : ""))
    if let card {
      if !card.note.isEmpty { lines.append(card.note) }
      if !card.units.isEmpty { lines.append("in " + card.units.map { "\($0.input): \($0.unit)" }.joined(separator: ", ")) }
      if !card.figures.isEmpty {
        lines.append("noted: " + card.figures.map { "\($0.name) \(fourDigits($0.value))" }.joined(separator: ", "))
      }
      for source in card.sources { lines.append("comes from \(source.path) (\(source.hash.prefix(12)))") }
      lines.append("made by \(card.engine)")
    }
    if !notes.isEmpty { lines.append(notes) }
    if !figures.isEmpty { lines.append(figures.map { "\($0.name) \(formatNumber($0.value))" }.joined(separator: ", ")) }
    lines.append(learned.rendered(width: style.width, rows: max(style.rows, 20), color: style.color))
    // After the model itself: a step of many columns learned many numbers.
    if steps.rowCount > 0 {
      lines.append("what the steps before it learned (`summary(…).steps`):")
      lines.append(steps.rendered(width: style.width, rows: min(style.rows, 10), color: style.color))
    }
    return lines.joined(separator: "\n")
  }
}

extension ModelSummary {
  /// The columns that new rows are asked for: name, type, and unit where one was written down.
  private func inputs() throws -> Table {
    try Table([
      (name: "name", column: Column(.text(TextValues(features)))),
      (name: "type", column: Column(.text(TextValues(types)))),
      (name: "unit", column: try Column.of(features.map { card?.unit(of: $0).map { .string($0) } ?? .missing })),
    ])
  }
}

extension ModelCard {
  /// The card as a program reads it.
  fileprivate var record: Record {
    func record(_ fields: [(String, Value)]) -> Value { .record(Record(fields.map { Record.Field($0.0, $0.1) })) }
    return Record([
      Record.Field("engine", .string(engine)), Record.Field("note", .string(note)),
      Record.Field("units", record(units.map { ($0.input, .string($0.unit)) })),
      Record.Field("metrics", record(figures.map { ($0.name, .float($0.value)) })),
      Record.Field("sources", record(sources.map { ($0.path, .string($0.hash)) })),
    ])
  }
}
