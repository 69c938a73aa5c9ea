package import WeirBase
import WeirTables

/// Several plans scored on the same folds, best first.
package struct Comparison: Sendable {
  package struct Entry: Sendable {
    package let name: String
    package let plan: Plan
    package let scores: FoldScores
    /// The bytes of the plan fitted on the first fold.
    package let size: Int
    package let interpretability: Interpretability
  }

  /// From best to worst by the first metric; of equal ones in the order given.
  package let entries: [Entry]
  /// How likely a gap between the best two at least as wide would be by chance alone; nil where it can't be said.
  package let pValue: Double?

  /// Fits and scores the plans. Folds of different plans run side by side.
  package init(
    _ plans: [(name: String, plan: Plan)], on sample: TrainingSample, parts: [FoldPart], metrics: [Metric]?,
    in context: FitContext
  ) throws {
    guard !plans.isEmpty else { throw ModelError("there are no plans to compare", mend: "give a list: `[ridge(), tree()]`") }
    let digest = context.memory.map { $0.digest(sample.archive) }
    let tasks = try plans.map { entry in
      var validation = try CrossValidation(entry.plan, on: sample, parts: parts, metrics: metrics)
      validation.measuresSize = true
      return FoldTask(validation, in: context, sampleDigest: digest)
    }
    let meter = Meter(tasks.count * parts.count, context)
    let results = try context.workers.map(tasks.count * parts.count) { place in
      try context.cancellation.check()
      let entry = plans[place / parts.count]
      do {
        let result = try tasks[place / parts.count].result(place % parts.count, in: context)
        meter.step()
        return result
      } catch let error as ModelError {
        throw plans.count == 1 ? error : ModelError("`\(entry.name)`: \(error.message)", mend: error.mend)
      }
    }
    var all: [Entry] = []
    for (index, entry) in plans.enumerated() {
      let own = Array(results[index * parts.count..<(index + 1) * parts.count])
      all.append(Entry(
        name: entry.name, plan: entry.plan, scores: try FoldScores(parts: parts, results: own, rowCount: sample.rowCount),
        size: own.first?.size ?? 0,
        interpretability: (entry.plan.steps.last as? any Estimator)?.interpretability ?? .opaque))
    }
    let named = Set(all.map(\.scores.metrics))
    guard named.count == 1 else {
      throw ModelError("some of the plans predict classes and others numbers, which can't be compared")
    }
    let ranking = try Tuning.ranking(all.map { .success($0.scores) }, metrics)
    entries = ranking.map { all[$0] }
    pValue = entries.count < 2 ? nil : Comparison.pairedTest(entries[0].scores, entries[1].scores)
  }

  /// The corrected resampled t test on the scores fold by fold (Nadeau, Bengio: "Inference for the generalization
  /// error", Machine Learning 52, 2003): folds share rows to learn from, so their scores vary less than independent
  /// ones would.
  static func pairedTest(_ a: FoldScores, _ b: FoldScores) -> Double? {
    guard let first = a.scores.first, let second = b.scores.first, first.count == second.count else { return nil }
    let pairs = first.indices.filter { !first[$0].isNaN && !second[$0].isNaN }
    guard pairs.count >= 2 else { return nil }
    let gaps = pairs.map { first[$0] - second[$0] }
    let count = Double(gaps.count), mean = gaps.reduce(0, +) / count
    let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    if variance == 0 { return mean == 0 ? 1 : 0 }
    let share = pairs.reduce(0) { $0 + Double(a.testCounts[$1]) / Double(max(1, a.trainCounts[$1])) } / count
    return StudentDistribution.twoSided(mean / ((1 / count + share) * variance).squareRoot(), freedom: count - 1)
  }
}

extension Comparison: Composed {
  package static let archiveName = "comparison"

  package init(archive: Archive, kinds: ModelKinds) throws {
    entries = try archive.part("entries").asList().map { entry in
      guard let kind = Interpretability(rawValue: try entry.part("interpretability").asText()) else {
        throw ArchiveError("an unknown interpretability")
      }
      return Entry(
        name: try entry.part("name").asText(), plan: try Plan(archive: entry.part("plan"), kinds: kinds),
        scores: try FoldScores(archive: entry.part("scores")), size: try entry.part("size").asInt(), interpretability: kind)
    }
    pValue = try archive.part("p_value").present?.asFloat()
    guard let first = entries.first, entries.allSatisfy({ $0.scores.metrics == first.scores.metrics }) else {
      throw ArchiveError("a comparison of nothing, or of different metrics")
    }
  }

  package var archive: Archive {
    .of([
      "entries": .list(entries.map {
        .of([
          "name": .text($0.name), "plan": $0.plan.archive, "scores": $0.scores.archive, "size": .int(Int64($0.size)),
          "interpretability": .text($0.interpretability.rawValue),
        ])
      }),
      "p_value": pValue.map { .float($0) } ?? .none,
    ])
  }
}
