package import WeirBase
package import WeirTables
import Synchronization

/// Fits a plan anew for each fold, on the rows outside of it, and scores it on the rows inside.
///
/// Every step of the plan is fitted on the training rows of the fold alone. Folds run side by side; the random numbers
/// of a fold depend on its number only, so that the bytes are the same at any number of workers.
package struct CrossValidation: Sendable {
  package let plan: Plan
  package let sample: TrainingSample
  /// For each repeat, the fold of each row.
  package let folds: [[Int32]]
  /// Nil for those that are usual for what the plan predicts.
  package let metrics: [Metric]?

  package init(_ plan: Plan, on sample: TrainingSample, folds: [[Int32]], metrics: [Metric]? = nil) throws {
    guard let first = folds.first, folds.allSatisfy({ $0.count == sample.rowCount }), !first.isEmpty else {
      throw ModelError("there are no folds to validate by")
    }
    self.plan = plan
    self.sample = sample
    self.folds = folds
    self.metrics = metrics
  }

  package func run(in context: FitContext) throws -> FoldScores {
    let counts = folds.map { Int($0.max() ?? 0) + 1 }
    let parts = counts.enumerated().flatMap { turn, count in (0..<count).map { (turn: turn, fold: $0) } }
    let labels = sample.target.map { ClassLabels(of: $0) }
    let done = Atomic<Int>(0)
    let results = try context.workers.map(parts.count) { index in
      try context.cancellation.check()
      // One worker inside: the folds themselves share the machine out.
      var own = context.child(index)
      own.workers = .one
      own.progress = { _, _, _ in }
      let result = try validate(parts[index].turn, parts[index].fold, labels, in: own)
      context.progress(done.wrappingAdd(1, ordering: .relaxed).newValue, parts.count, "folds")
      return result
    }
    let names = results.first?.metrics ?? []
    guard results.allSatisfy({ $0.metrics == names }) else {
      throw ModelError(
        "some folds predict classes and others numbers", mend: "say which: `task: \"classification\"` or `task: \"regression\"`")
    }
    return try FoldScores(
      metrics: names, turns: parts.map(\.turn), folds: parts.map(\.fold), results: results, rowCount: sample.rowCount)
  }

  private func validate(
    _ turn: Int, _ fold: Int, _ labels: ClassLabels?, in context: FitContext
  ) throws -> FoldResult {
    let assigned = folds[turn]
    let inside = assigned.indices.filter { assigned[$0] == Int32(fold) }
    let outside = assigned.indices.filter { assigned[$0] != Int32(fold) }
    guard !inside.isEmpty, !outside.isEmpty else { throw ModelError("fold \(fold + 1) has no rows") }
    let train = try sample.taking(outside), held = try sample.taking(inside)
    let model = try plan.fit(train, in: context)
    let judged = try Judgement(of: model, on: held.features, truth: held.target, labels: labels)
    let metrics = self.metrics ?? Metric.usual(for: judged)
    return FoldResult(
      metrics: metrics.map(\.name), rows: inside, trainCount: outside.count, scores: try metrics.map { try $0.score(judged) },
      predicted: judged.predicted)
  }
}

/// What one fold came to.
package struct FoldResult: Sendable {
  package let metrics: [String]
  package let rows: [Int]
  package let trainCount: Int
  package let scores: [Double]
  package let predicted: Column
}

/// The scores of each fold, and what was predicted for each row by the model that had not seen it.
package struct FoldScores: Sendable {
  package let metrics: [String]
  /// The repeat and the fold of each entry, from 0.
  package let turns: [Int]
  package let folds: [Int]
  package let trainCounts: [Int]
  package let testCounts: [Int]
  /// For each metric, one score a fold; NaN where the fold does not define it.
  package let scores: [[Double]]
  /// One prediction a row, from the first repeat.
  package let predicted: Column

  init(metrics: [String], turns: [Int], folds: [Int], results: [FoldResult], rowCount: Int) throws {
    self.metrics = metrics
    self.turns = turns
    self.folds = folds
    trainCounts = results.map(\.trainCount)
    testCounts = results.map(\.rows.count)
    scores = metrics.indices.map { metric in results.map { $0.scores[metric] } }
    let first = zip(turns, results).filter { $0.0 == 0 }.map(\.1)
    let all = try Column.concatenated(first.map(\.predicted))
    var place = [Int](repeating: -1, count: rowCount), next = 0
    for result in first {
      for row in result.rows {
        place[row] = next
        next += 1
      }
    }
    predicted = all.taking(place)
  }

  /// The mean of a metric over the folds that define it, and the standard deviation between them (dividing by n - 1).
  package func summary(_ metric: Int) -> (mean: Double, deviation: Double) {
    let defined = scores[metric].filter { !$0.isNaN }
    let center = mean(defined)
    guard defined.count > 1 else { return (center, .nan) }
    let squares = defined.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return (center, (squares / Double(defined.count - 1)).squareRoot())
  }

  private func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }
}

extension FoldScores: Archivable {
  package static let archiveName = "fold_scores"

  package init(archive: Archive) throws {
    func counts(_ part: String) throws -> [Int] { try archive.part(part).asInts().map { Int($0) } }
    metrics = try archive.part("metrics").asTexts()
    turns = try counts("turns")
    folds = try counts("folds")
    trainCounts = try counts("train_rows")
    testCounts = try counts("test_rows")
    scores = try archive.part("scores").asList().map { try $0.asFloats() }
    predicted = try Column(archive: archive.part("predicted")) { kind, _ in
      throw ArchiveError("a prediction can't be a \(kind)")
    }
    guard scores.count == metrics.count, scores.allSatisfy({ $0.count == folds.count }), turns.count == folds.count,
      trainCounts.count == folds.count, testCounts.count == folds.count
    else { throw ArchiveError("one score a fold and metric is needed") }
  }

  package var archive: Archive {
    func counts(_ values: [Int]) -> Archive { .ints(values.map { Int64($0) }) }
    return .of([
      "metrics": .texts(metrics), "turns": counts(turns), "folds": counts(folds),
      "train_rows": counts(trainCounts), "test_rows": counts(testCounts),
      "scores": .list(scores.map { .floats($0) }), "predicted": predicted.archive,
    ])
  }
}

extension TrainingSample {
  /// Some of the rows, with their targets and weights.
  package func taking(_ rows: [Int]) throws -> TrainingSample {
    TrainingSample(
      features: try features.taking(rows), target: target?.taking(rows), targetName: targetName,
      weights: weights.map { weights in rows.map { weights[$0] } })
  }
}
