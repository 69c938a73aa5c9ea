import Glibc
import WeirTables

/// Tests about means and spreads of numbers that are near enough to normal.
package enum MeanTests {
  package typealias Alternative = TestResult.Alternative

  /// Student's test of one mean against a number.
  package static func oneSample(
    _ sample: Sample, mean: Double, alternative: Alternative = .twoSided, level: Double = 0.95
  ) throws(StatisticsError) -> TestResult {
    try sample.require(atLeast: 2, for: "a t test")
    let n = Double(sample.count), deviation = sample.variance.squareRoot()
    let distance = sample.mean - mean
    var result = try student(
      "one-sample t test", distance, error: deviation / n.squareRoot(), freedom: n - 1, alternative, level,
      shift: mean, of: "the mean")
    result.effect = .init(name: "Cohen's d", value: distance / deviation)
    result.estimates = [(sample.name.isEmpty ? "mean" : "mean of \(sample.name)", sample.mean)]
    result.counts = [sample.count]
    result.finding = "the mean is \(side(alternative, distance)) \(shown(mean))"
    result.noFinding = "the mean may well be \(shown(mean))"
    return result
  }

  /// Student's test of pairs: of the mean of their differences against zero.
  package static func paired(
    _ a: Sample, _ b: Sample, alternative: Alternative = .twoSided, level: Double = 0.95
  ) throws(StatisticsError) -> TestResult {
    guard a.count == b.count else {
      throw StatisticsError("paired values come in pairs, and there are \(a.count) and \(b.count)")
    }
    let differences = Sample("", zip(a.values, b.values).map { $0 - $1 })
    try differences.require(atLeast: 2, for: "a paired t test")
    let n = Double(differences.count), deviation = differences.variance.squareRoot(), distance = differences.mean
    var result = try student(
      "paired t test", distance, error: deviation / n.squareRoot(), freedom: n - 1, alternative, level, shift: 0,
      of: "the mean difference")
    result.effect = .init(name: "Cohen's d", value: distance / deviation)
    return describe(result, a, b, distance, alternative)
  }

  /// Student's test of two means, or Welch's (1947) where the spreads may differ.
  package static func twoSample(
    _ a: Sample, _ b: Sample, equalVariance: Bool = true, alternative: Alternative = .twoSided, level: Double = 0.95
  ) throws(StatisticsError) -> TestResult {
    for sample in [a, b] { try sample.require(atLeast: 2, for: "a t test") }
    let n = Double(a.count), m = Double(b.count), distance = a.mean - b.mean
    let pooled = (a.squares + b.squares) / (n + m - 2)
    let error: Double, freedom: Double
    if equalVariance {
      error = (pooled * (1 / n + 1 / m)).squareRoot()
      freedom = n + m - 2
    } else {
      let u = a.variance / n, v = b.variance / m
      error = (u + v).squareRoot()
      freedom = (u + v) * (u + v) / (u * u / (n - 1) + v * v / (m - 1))
    }
    var result = try student(
      equalVariance ? "Student's t test" : "Welch's t test", distance, error: error, freedom: freedom, alternative, level,
      shift: 0, of: "the difference of the means")
    result.effect = .init(name: "Cohen's d", value: distance / pooled.squareRoot())
    return describe(result, a, b, distance, alternative)
  }

  private static func describe(
    _ result: TestResult, _ a: Sample, _ b: Sample, _ distance: Double, _ alternative: Alternative
  ) -> TestResult {
    var result = result
    result.estimates = [("mean of \(a.name)", a.mean), ("mean of \(b.name)", b.mean)]
    result.counts = [a.count, b.count]
    result.finding = "the mean of \(a.name) is \(side(alternative, distance)) that of \(b.name)"
    result.noFinding = "\(a.name) and \(b.name) may well have the same mean"
    return result
  }

  private static func student(
    _ name: String, _ distance: Double, error: Double, freedom: Double, _ alternative: Alternative, _ level: Double,
    shift: Double, of quantity: String
  ) throws(StatisticsError) -> TestResult {
    guard level > 0, level < 1 else { throw StatisticsError("a level lies between 0 and 1, not \(level)") }
    guard error > 0, error.isFinite else {
      throw StatisticsError(
        error == 0 ? "the values do not differ, so a t test has nothing to measure by" : "the values are too large for a t test")
    }
    let t = distance / error
    let upper = StudentDistribution.upper(t, freedom: freedom), lower = StudentDistribution.upper(-t, freedom: freedom)
    let p = alternative == .twoSided
      ? StudentDistribution.twoSided(t, freedom: freedom) : probability(alternative, upper: upper, lower: lower)
    var result = TestResult(name, "t", t, p: p, finding: "", noFinding: "")
    result.freedom = [freedom]
    result.alternative = alternative
    let tail = alternative == .twoSided ? (1 - level) / 2 : 1 - level
    let reach = tail < 0.5
      ? StudentDistribution.quantile(upper: tail, freedom: freedom) * error
      : -StudentDistribution.quantile(upper: 1 - tail, freedom: freedom) * error
    result.interval = .init(
      of: quantity, low: alternative == .less ? -.infinity : shift + distance - reach,
      high: alternative == .greater ? .infinity : shift + distance + reach, level: level)
    return result
  }

  /// One-way analysis of variance.
  package static func anova(_ groups: [Sample]) throws(StatisticsError) -> TestResult {
    guard groups.count >= 2 else { throw StatisticsError("an analysis of variance needs at least two groups") }
    for group in groups { try group.require(atLeast: 1, for: "an analysis of variance") }
    let all = Sample("", groups.flatMap(\.values)), n = Double(all.count), k = Double(groups.count)
    guard n > k else { throw StatisticsError("an analysis of variance needs more values than groups") }
    let mean = all.mean, within = groups.reduce(0) { $0 + $1.squares }
    let between = groups.reduce(0) { $0 + Double($1.count) * ($1.mean - mean) * ($1.mean - mean) }
    guard between + within > 0 else { throw StatisticsError("all values are the same") }
    let f = between / (k - 1) / (within / (n - k))
    var result = TestResult(
      "one-way analysis of variance", "F", f, p: FDistribution.upper(f, k - 1, n - k),
      finding: "not all groups have the same mean", noFinding: "all groups may well have the same mean")
    result.freedom = [k - 1, n - k]
    result.effect = .init(name: "eta squared", value: between / (between + within))
    result.estimates = groups.map { ("mean of \($0.name)", $0.mean) }
    result.counts = groups.map(\.count)
    return result
  }

  /// Levene's test of equal spreads about the medians (Brown and Forsythe 1974).
  package static func levene(_ groups: [Sample]) throws(StatisticsError) -> TestResult {
    guard groups.count >= 2 else { throw StatisticsError("a test of spreads needs at least two groups") }
    for group in groups { try group.require(atLeast: 2, for: "a test of spreads") }
    let distances = groups.map { group -> Sample in
      let median = group.median
      return Sample(group.name, group.values.map { ($0 - median).magnitude })
    }
    var result = try anova(distances)
    result.name = "Levene's test"
    result.letter = "W"
    result.finding = "the groups do not spread alike"
    result.noFinding = "the groups may well spread alike"
    result.estimates = groups.map { ("deviation of \($0.name)", $0.variance.squareRoot()) }
    return result
  }

  /// Bartlett's test of equal spreads of normal groups.
  package static func bartlett(_ groups: [Sample]) throws(StatisticsError) -> TestResult {
    guard groups.count >= 2 else { throw StatisticsError("a test of spreads needs at least two groups") }
    for group in groups { try group.require(atLeast: 2, for: "a test of spreads") }
    guard groups.allSatisfy({ $0.squares > 0 }) else { throw StatisticsError("a group does not spread at all") }
    let k = Double(groups.count), n = groups.reduce(0) { $0 + Double($1.count) }
    let pooled = groups.reduce(0) { $0 + $1.squares } / (n - k)
    let top = (n - k) * log(pooled) - groups.reduce(0) { $0 + Double($1.count - 1) * log($1.variance) }
    let inverse = groups.reduce(0) { $0 + 1 / Double($1.count - 1) } - 1 / (n - k)
    let statistic = top / (1 + inverse / (3 * (k - 1)))
    var result = TestResult(
      "Bartlett's test", "T", statistic, p: ChiSquaredDistribution.upper(statistic, freedom: k - 1),
      finding: "the groups do not spread alike", noFinding: "the groups may well spread alike")
    result.freedom = [k - 1]
    result.estimates = groups.map { ("deviation of \($0.name)", $0.variance.squareRoot()) }
    result.counts = groups.map(\.count)
    return result
  }

  /// The side that the test speaks of, as a word.
  static func side(_ alternative: Alternative, _ distance: Double) -> String {
    switch alternative {
    case .twoSided: distance > 0 ? "above" : "below"
    case .less: "below"
    case .greater: "above"
    }
  }
}

/// A number as a sentence says it.
func shown(_ value: Double) -> String {
  value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : formatNumber(value)
}
