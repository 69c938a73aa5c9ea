import Glibc

/// Tests that look at the order of values alone.
package enum RankTests {
  package typealias Alternative = TestResult.Alternative

  /// Ranks from 1, equal values sharing the mean of theirs, with the sum of t³ - t over the ties.
  static func ranks(_ values: [Double]) -> (ranks: [Double], ties: Double) {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var ranks = [Double](repeating: 0, count: values.count), ties = 0.0, start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      let t = Double(end - start)
      ties += t * t * t - t
      start = end
    }
    return (ranks, ties)
  }

  /// Mann and Whitney's test (1947): exact where a sample has at most eight values and no two are equal, else by the
  /// normal limit with corrections for ties and continuity.
  package static func mannWhitney(
    _ a: Sample, _ b: Sample, alternative: Alternative = .twoSided
  ) throws(StatisticsError) -> TestResult {
    for sample in [a, b] { try sample.require(atLeast: 1, for: "a Mann-Whitney test") }
    let (ranks, ties) = ranks(a.values + b.values)
    let n = Double(a.count), m = Double(b.count), all = n + m
    let u = ranks[..<a.count].reduce(0, +) - n * (n + 1) / 2, other = n * m - u
    let tested = alternative == .twoSided ? max(u, other) : alternative == .greater ? u : other
    let isExact = ties == 0 && min(a.count, b.count) <= 8 && a.count + b.count <= 2000
    let p: Double
    if isExact {
      p = rankSumTail(Int(tested), a.count, b.count)
    } else {
      let spread = (n * m / 12 * (all + 1 - ties / (all * (all - 1)))).squareRoot()
      guard spread > 0 else { throw StatisticsError("all values are the same") }
      p = NormalDistribution.upper((tested - n * m / 2 - 0.5) / spread)
    }
    var result = TestResult(
      "Mann-Whitney test", "U", u, p: min(1, alternative == .twoSided ? 2 * p : p),
      finding: "values of \(a.name) tend to lie \(MeanTests.side(alternative, u - other)) those of \(b.name)",
      noFinding: "neither \(a.name) nor \(b.name) need tend to greater values")
    result.method = isExact ? "exact" : "asymptotic"
    result.alternative = alternative
    result.effect = .init(name: "rank-biserial correlation", value: 2 * u / (n * m) - 1)
    result.estimates = [("median of \(a.name)", a.median), ("median of \(b.name)", b.median)]
    result.counts = [a.count, b.count]
    return result
  }

  /// P(U >= u) where no order of the values is likelier than another: the counts of the orders, by Mann and Whitney's
  /// recurrence over the values of the smaller sample.
  private static func rankSumTail(_ u: Int, _ n: Int, _ m: Int) -> Double {
    let (small, large) = (min(n, m), max(n, m)), most = small * large
    // Coefficients of the Gaussian binomial, as shares of all orders.
    var shares = [Double](repeating: 0, count: most + 1)
    shares[0] = 1
    for i in 1...small {
      // Times (1 - q^(large + i)), through (1 - q^i), over the count of orders.
      for place in stride(from: most, through: large + i, by: -1) { shares[place] -= shares[place - large - i] }
      for place in stride(from: i, through: most, by: 1) { shares[place] += shares[place - i] }
    }
    let total = shares.reduce(0, +)
    guard total > 0 else { return .nan }
    // The distribution is symmetric: the shorter tail is summed.
    return u <= most ? shares[...max(0, most - u)].reduce(0, +) / total : 0
  }

  /// Wilcoxon's test of signed ranks (1945): pairs without a difference are left out; exact up to 50 pairs without
  /// ties, up to 13 with, else by the normal limit.
  package static func wilcoxon(
    _ a: Sample, _ b: Sample?, alternative: Alternative = .twoSided
  ) throws(StatisticsError) -> TestResult {
    if let b, a.count != b.count {
      throw StatisticsError("paired values come in pairs, and there are \(a.count) and \(b.count)")
    }
    let all = b.map { b in zip(a.values, b.values).map { $0 - $1 } } ?? a.values
    try Sample(a.name, all).require(atLeast: 1, for: "a Wilcoxon test")
    let differences = all.filter { $0 != 0 }
    guard !differences.isEmpty else { throw StatisticsError("no pair differs, so a Wilcoxon test has nothing to rank") }
    let (ranks, ties) = ranks(differences.map(\.magnitude)), n = Double(differences.count)
    let above = zip(differences, ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }, total = n * (n + 1) / 2
    let hasTies = ties > 0 || differences.count < all.count
    let isExact = all.count <= (hasTies ? 13 : 50)
    let p: Double
    if isExact {
      let tail = signedRankTails(ranks, above)
      p = probability(alternative, upper: tail.upper, lower: tail.lower)
    } else {
      let spread = ((n * (n + 1) * (2 * n + 1) - ties / 2) / 24).squareRoot()
      let z = (above - total / 2) / spread
      p = probability(alternative, upper: NormalDistribution.upper(z), lower: NormalDistribution.upper(-z))
    }
    var result = TestResult(
      "Wilcoxon signed-rank test", "W", alternative == .twoSided ? min(above, total - above) : above, p: p, finding: "",
      noFinding: b == nil ? "the values may well lie about zero" : "the pairs may well differ by chance alone")
    let side = MeanTests.side(alternative, above - total / 2)
    result.finding = b.map { "values of \(a.name) tend to lie \(side) those of \($0.name)" } ?? "the values tend to lie \(side) zero"
    result.method = isExact ? "exact" : "asymptotic"
    result.alternative = alternative
    result.effect = .init(name: "rank-biserial correlation", value: 2 * above / total - 1)
    result.estimates = [("median difference", Sample("", all).median)]
    result.counts = [differences.count]
    return result
  }

  /// Over all choices of signs, each as likely as the other; ranks count in halves.
  private static func signedRankTails(_ ranks: [Double], _ above: Double) -> (upper: Double, lower: Double) {
    let steps = ranks.map { Int(2 * $0) }, most = steps.reduce(0, +), place = Int(2 * above)
    var shares = [Double](repeating: 0, count: most + 1), reached = 0
    shares[0] = 1
    for step in steps {
      reached += step
      for sum in stride(from: reached, through: 0, by: -1) {
        shares[sum] = (shares[sum] + (sum >= step ? shares[sum - step] : 0)) / 2
      }
    }
    return (shares[place...].reduce(0, +), shares[...place].reduce(0, +))
  }

  /// Kruskal and Wallis's test (1952) of several groups.
  package static func kruskal(_ groups: [Sample]) throws(StatisticsError) -> TestResult {
    guard groups.count >= 2 else { throw StatisticsError("a Kruskal-Wallis test needs at least two groups") }
    for group in groups { try group.require(atLeast: 1, for: "a Kruskal-Wallis test") }
    let (ranks, ties) = ranks(groups.flatMap(\.values)), n = Double(ranks.count), k = Double(groups.count)
    var start = 0, sum = 0.0
    for group in groups {
      let part = ranks[start..<start + group.count].reduce(0, +)
      sum += part * part / Double(group.count)
      start += group.count
    }
    let correction = 1 - ties / (n * n * n - n)
    guard correction > 0 else { throw StatisticsError("all values are the same") }
    let h = (12 / (n * (n + 1)) * sum - 3 * (n + 1)) / correction
    var result = TestResult(
      "Kruskal-Wallis test", "H", h, p: ChiSquaredDistribution.upper(h, freedom: k - 1),
      finding: "not all groups tend to the same values", noFinding: "all groups may well tend to the same values")
    result.freedom = [k - 1]
    result.effect = .init(name: "eta squared", value: n > k ? (h - k + 1) / (n - k) : .nan)
    result.estimates = groups.map { ("median of \($0.name)", $0.median) }
    result.counts = groups.map(\.count)
    return result
  }
}
