package import WeirBase
package import WeirTables

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
  /// One prediction a row, from the first repeat; missing on rows that no fold scores.
  package let predicted: Column
  /// How long each fold took to fit and to predict. Measured: no part of what the scores are.
  package let fitSeconds: [Double]
  package let predictSeconds: [Double]

  init(parts: [FoldPart], results: [FoldResult], rowCount: Int) throws {
    let names = results.first?.metrics ?? []
    guard results.allSatisfy({ $0.metrics == names }) else {
      throw ModelError(
        "some folds predict classes and others numbers", mend: "say which: `task: \"classification\"` or `task: \"regression\"`")
    }
    metrics = names
    turns = parts.map(\.turn)
    folds = parts.map(\.fold)
    trainCounts = results.map(\.trainCount)
    testCounts = parts.map(\.test.count)
    scores = names.indices.map { metric in results.map { $0.scores[metric] } }
    fitSeconds = results.map(\.fitSeconds)
    predictSeconds = results.map(\.predictSeconds)
    let first = zip(parts, results).filter { $0.0.turn == 0 }
    let all = try Column.concatenated(first.map(\.1.predicted))
    var place = [Int](repeating: -1, count: rowCount), next = 0
    for row in first.flatMap(\.0.test) {
      place[row] = next
      next += 1
    }
    predicted = all.taking(place)
  }

  /// The mean of a metric over the folds that define it, and the standard deviation between them (dividing by n - 1).
  package func summary(_ metric: Int) -> (mean: Double, deviation: Double) {
    let defined = scores[metric].filter { !$0.isNaN }
    guard !defined.isEmpty else { return (.nan, .nan) }
    let center = defined.reduce(0, +) / Double(defined.count)
    guard defined.count > 1 else { return (center, .nan) }
    let squares = defined.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return (center, (squares / Double(defined.count - 1)).squareRoot())
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
    let times = try archive["~seconds"]?.asList().map { try $0.asFloats() }
    let none = [Double](repeating: .nan, count: folds.count)
    fitSeconds = times?.first ?? none
    predictSeconds = times?.last ?? none
    guard scores.count == metrics.count, scores.allSatisfy({ $0.count == folds.count }), turns.count == folds.count,
      trainCounts.count == folds.count, testCounts.count == folds.count, fitSeconds.count == folds.count,
      predictSeconds.count == folds.count
    else { throw ArchiveError("one score a fold and metric is needed") }
  }

  package var archive: Archive {
    func counts(_ values: [Int]) -> Archive { .ints(values.map { Int64($0) }) }
    return .of([
      "metrics": .texts(metrics), "turns": counts(turns), "folds": counts(folds),
      "train_rows": counts(trainCounts), "test_rows": counts(testCounts),
      "scores": .list(scores.map { .floats($0) }), "predicted": predicted.archive,
      "~seconds": .list([.floats(fitSeconds), .floats(predictSeconds)]),
    ])
  }
}
