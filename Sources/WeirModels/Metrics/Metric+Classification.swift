import Glibc

extension Metric {
  /// Metrics of predicted classes and their probabilities. What is defined for one class against the rest is averaged
  /// over the classes, each counting alike ("macro").
  static let classification: [Metric] = [
    Metric("accuracy", "The share of rows whose class is predicted rightly.", greaterIsBetter: true, needs: .classes) {
      let (truth, predicted, _) = try $0.codes(for: "accuracy")
      return Double(zip(truth, predicted).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }) / Double(truth.count)
    },
    Metric(
      "balanced_accuracy", "The mean over the true classes of the share predicted rightly.", greaterIsBetter: true,
      needs: .classes
    ) { judgement in
      let (truth, predicted, labels) = try judgement.codes(for: "balanced_accuracy")
      let tally = HitCounts(truth: truth, predicted: predicted, count: labels.count)
      let shares = (0..<labels.count).compactMap { k in
        tally.own[k] == 0 ? nil : Double(tally.hits[k]) / Double(tally.own[k])
      }
      return shares.reduce(0, +) / Double(shares.count)
    },
    Metric(
      "precision", "The share of rows predicted as a class that are of it, averaged over the classes.",
      greaterIsBetter: true, needs: .classes
    ) { try averaged($0, "precision") { hits, _, predicted in ratio(hits, predicted) } },
    Metric(
      "recall", "The share of the rows of a class that are predicted as it, averaged over the classes.",
      greaterIsBetter: true, needs: .classes
    ) { try averaged($0, "recall") { hits, truth, _ in ratio(hits, truth) } },
    Metric(
      "f1", "The harmonic mean of precision and recall of a class, averaged over the classes.", greaterIsBetter: true,
      needs: .classes
    ) { try averaged($0, "f1") { hits, truth, predicted in ratio(2 * hits, truth + predicted) } },
    Metric(
      "roc_auc", "The chance that a row of a class gets a higher probability for it than one of another class.",
      greaterIsBetter: true, needs: .probabilities
    ) { try oneAgainstRest($0, "roc_auc", \.rocArea) },
    Metric(
      "average_precision", "The area under the curve of precision over recall.", greaterIsBetter: true,
      needs: .probabilities
    ) { try oneAgainstRest($0, "average_precision", \.averagePrecision) },
    Metric(
      "log_loss", "The mean of minus the logarithm of the probability given to the true class.",
      greaterIsBetter: false, needs: .probabilities
    ) { judgement in
      let (truth, probabilities, _) = try judgement.chances(for: "log_loss")
      try requireProbabilities(probabilities, for: "log_loss")
      let sum = truth.indices.reduce(0.0) { sum, row in
        let chance = probabilities[Int(truth[row])][row]
        return sum - log(min(max(chance, Double.ulpOfOne), 1 - Double.ulpOfOne))
      }
      return sum / Double(truth.count)
    },
    Metric(
      "brier", "The mean square of the difference between the probabilities given and the truth (0 or 1).",
      greaterIsBetter: false, needs: .probabilities
    ) { judgement in
      let (truth, probabilities, labels) = try judgement.chances(for: "brier")
      try requireProbabilities(probabilities, for: "brier")
      var sum = 0.0
      for row in truth.indices {
        for k in 0..<labels.count {
          let miss = probabilities[k][row] - (Int(truth[row]) == k ? 1 : 0)
          sum += miss * miss
        }
      }
      // Of two classes one says it all: the usual definition counts it once.
      return sum / Double(truth.count) / (labels.count == 2 ? 2 : 1)
    },
  ]

  /// The mean over the classes that occur of a figure from (hits, rows of the class, rows predicted as it).
  private static func averaged(
    _ judgement: Judgement, _ name: String, _ figure: (Int, Int, Int) -> Double
  ) throws -> Double {
    let (truth, predicted, labels) = try judgement.codes(for: name)
    let tally = HitCounts(truth: truth, predicted: predicted, count: labels.count)
    let figures = (0..<labels.count).compactMap { k -> Double? in
      tally.own[k] + tally.said[k] == 0 ? nil : figure(tally.hits[k], tally.own[k], tally.said[k])
    }
    return figures.reduce(0, +) / Double(figures.count)
  }

  /// Nothing of nothing counts as 0.
  private static func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }

  /// Of two classes the second against the first, of more the mean over each against the others. NaN where a class has
  /// no rows, or all.
  private static func oneAgainstRest(
    _ judgement: Judgement, _ name: String, _ figure: (ScoredTruths) -> Double
  ) throws -> Double {
    let (truth, probabilities, labels) = try judgement.chances(for: name)
    guard labels.count > 1 else { return .nan }
    let chosen = labels.count == 2 ? [1] : Array(0..<labels.count)
    let figures = chosen.map { k in figure(ScoredTruths(scores: probabilities[k], isPositive: truth.map { Int($0) == k })) }
    return figures.reduce(0, +) / Double(figures.count)
  }
}

/// For each class, how many rows are of it, how many are predicted as it, and how many are both.
private struct HitCounts {
  var hits: [Int]
  var own: [Int]
  var said: [Int]

  init(truth: [Int32], predicted: [Int32], count: Int) {
    hits = Array(repeating: 0, count: count)
    own = hits
    said = hits
    for (t, p) in zip(truth, predicted) {
      if t >= 0 { own[Int(t)] += 1 }
      if p >= 0 { said[Int(p)] += 1 }
      if t >= 0, t == p { hits[Int(t)] += 1 }
    }
  }
}

/// Throws where a value is no probability; sums of many leave them a little outside.
private func requireProbabilities(_ columns: [[Double]], for metric: String) throws {
  for values in columns {
    guard let wrong = values.first(where: { !($0 >= -1e-9 && $0 <= 1 + 1e-9) }) else { continue }
    throw ModelError(
      "`\(metric)` wants probabilities, which lie between 0 and 1, and \(wrong) does not",
      mend: "give it what `probabilities(model, rows)` gives")
  }
}
