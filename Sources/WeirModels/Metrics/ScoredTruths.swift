package import WeirTables

/// Scores beside the truth: whether each row is of the class that is meant. What follows from it is asked at thresholds: who
/// takes every row from some score up for positive finds so many of the positives, at the price of so many false alarms.
package struct ScoredTruths: Sendable {
  package let scores: [Double]
  package let isPositive: [Bool]
  package let positives: Int
  package var negatives: Int { scores.count - positives }

  /// Rows whose score is NaN are left out.
  package init(scores: [Double], isPositive: [Bool]) {
    let rows = zip(scores, isPositive).filter { !$0.0.isNaN }
    self.scores = rows.map(\.0)
    self.isPositive = rows.map(\.1)
    positives = self.isPositive.reduce(0) { $0 + ($1 ? 1 : 0) }
  }

  /// What comes of taking all rows that score `score` or more for positive.
  package struct Threshold: Sendable, Equatable {
    package var score: Double
    /// Positives among them.
    package var hits: Int
    /// Others among them.
    package var falseAlarms: Int
  }

  /// One for each score that occurs, from the highest down: rows of equal score can't be told apart.
  package var thresholds: [Threshold] {
    let order = Column.sortedOrder([(Column(.float(scores)), true)], count: scores.count)
    var found: [Threshold] = [], hits = 0, falseAlarms = 0
    for (place, row) in order.enumerated() {
      if isPositive[row] { hits += 1 } else { falseAlarms += 1 }
      if place + 1 == order.count || scores[order[place + 1]] != scores[row] {
        found.append(Threshold(score: scores[row], hits: hits, falseAlarms: falseAlarms))
      }
    }
    return found
  }

  /// The area under the curve of receiver operating characteristics: the chance that a positive row scores above another
  /// one, where equal scores count half. NaN where all rows are of one kind.
  package var rocArea: Double {
    guard positives > 0, negatives > 0 else { return .nan }
    var doubled = 0.0, last = (hits: 0, falseAlarms: 0)
    for next in thresholds {
      doubled += Double(next.falseAlarms - last.falseAlarms) * Double(next.hits + last.hits)
      last = (next.hits, next.falseAlarms)
    }
    return doubled / 2 / (Double(positives) * Double(negatives))
  }

  /// `Σ (recall gained) · precision` over the thresholds from the highest, as scikit-learn defines it. NaN without positives.
  package var averagePrecision: Double {
    guard positives > 0 else { return .nan }
    var area = 0.0, last = 0
    for next in thresholds {
      area += Double(next.hits) / Double(next.hits + next.falseAlarms) * Double(next.hits - last) / Double(positives)
      last = next.hits
    }
    return area
  }

  // MARK: Curves

  /// A row a threshold: `threshold`, `false_positive_rate`, `true_positive_rate`. It begins above every score (`inf`), where
  /// nothing is taken for positive.
  package func rocCurve() throws -> Table {
    guard positives > 0, negatives > 0 else {
      throw ModelError("a ROC curve needs rows of both kinds, positive and negative")
    }
    let steps = [Threshold(score: .infinity, hits: 0, falseAlarms: 0)] + thresholds
    return try Table([
      (name: "threshold", column: Column(.float(steps.map(\.score)))),
      (name: "false_positive_rate", column: Column(.float(steps.map { Double($0.falseAlarms) / Double(negatives) }))),
      (name: "true_positive_rate", column: Column(.float(steps.map { Double($0.hits) / Double(positives) }))),
    ])
  }

  /// A row a threshold: `threshold`, `precision`, `recall`. The last takes all rows for positive.
  package func precisionRecallCurve() throws -> Table {
    guard positives > 0 else { throw ModelError("precision and recall need rows that are positive") }
    let steps = thresholds
    return try Table([
      (name: "threshold", column: Column(.float(steps.map(\.score)))),
      (name: "precision", column: Column(.float(steps.map { Double($0.hits) / Double($0.hits + $0.falseAlarms) }))),
      (name: "recall", column: Column(.float(steps.map { Double($0.hits) / Double(positives) }))),
    ])
  }

  /// A row a group of rows with like probabilities: the mean `probability` said, the `share` that is positive, and how many
  /// `rows`. Groups hold equally many rows, equal probabilities together.
  package func calibrationCurve(bins: Int) throws -> Table {
    guard (1...1000).contains(bins) else { throw ModelError("`bins` is 1 to 1000, not \(bins)") }
    guard let low = scores.min(), let high = scores.max() else { throw ModelError("there are no scores to show") }
    guard low >= 0, high <= 1 else {
      throw ModelError(
        "calibration is about probabilities, and scores go from \(low) to \(high)",
        mend: "give the probability of one class, 0 to 1")
    }
    let order = Column.sortedOrder([(Column(.float(scores)), false)], count: scores.count)
    var said: [Double] = [], shares: [Double] = [], counts: [Int] = [], start = 0, sum = 0.0, found = 0
    for (place, row) in order.enumerated() {
      sum += scores[row]
      if isPositive[row] { found += 1 }
      let isFull = place + 1 >= (said.count + 1) * order.count / bins
      guard place + 1 == order.count || (isFull && scores[order[place + 1]] != scores[row]) else { continue }
      let count = place + 1 - start
      said.append(sum / Double(count))
      shares.append(Double(found) / Double(count))
      counts.append(count)
      (start, sum, found) = (place + 1, 0, 0)
    }
    return try Table([
      (name: "probability", column: Column(.float(said))), (name: "share", column: Column(.float(shares))),
      (name: "rows", column: Column(.int(counts.map { Int64($0) }))),
    ])
  }
}
