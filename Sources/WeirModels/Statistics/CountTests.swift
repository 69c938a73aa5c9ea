import Glibc

/// Tests of counts in rows and columns.
package enum CountTests {
  package typealias Alternative = TestResult.Alternative

  /// Pearson's test of independence, with Yates's correction (1934) for tables of two by two.
  package static func independence(_ counts: [[Double]], correction: Bool = true) throws(StatisticsError) -> TestResult {
    let width = counts.first?.count ?? 0
    guard counts.count >= 2, width >= 2 else {
      throw StatisticsError("a test of independence needs counts of at least two rows and two columns")
    }
    guard counts.allSatisfy({ $0.count == width }) else { throw StatisticsError("all rows of counts have one length") }
    guard counts.joined().allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw StatisticsError("counts are numbers from 0 on") }
    let rows = counts.map { $0.reduce(0, +) }, columns = (0..<width).map { j in counts.reduce(0) { $0 + $1[j] } }
    let total = rows.reduce(0, +)
    guard rows.allSatisfy({ $0 > 0 }), columns.allSatisfy({ $0 > 0 }) else {
      throw StatisticsError("a row or column of the counts holds nothing", mend: "leave it out")
    }
    let freedom = Double((counts.count - 1) * (width - 1))
    var statistic = 0.0, plain = 0.0, least = Double.infinity
    for (i, row) in counts.enumerated() {
      for (j, count) in row.enumerated() {
        let expected = rows[i] * columns[j] / total, distance = (count - expected).magnitude
        let held = correction && freedom == 1 ? max(0, distance - min(0.5, distance)) : distance
        statistic += held * held / expected
        plain += distance * distance / expected
        least = min(least, expected)
      }
    }
    var result = TestResult(
      "chi-squared test of independence", "chi²", statistic, p: ChiSquaredDistribution.upper(statistic, freedom: freedom),
      finding: "rows and columns depend on each other", noFinding: "rows and columns may well be independent")
    result.freedom = [freedom]
    result.effect = .init(name: "Cramér's V", value: (plain / (total * Double(min(counts.count, width) - 1))).squareRoot())
    result.counts = rows.map { Int(min($0, 1e15)) }
    if least < 5 { result.method = "asymptotic; some expected counts are below 5" }
    return result
  }

  /// Pearson's test of counts against expected ones, equal where none are given.
  package static func fit(_ counts: [Double], expected: [Double]?) throws(StatisticsError) -> TestResult {
    let total = counts.reduce(0, +)
    guard counts.count >= 2, total > 0, counts.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw StatisticsError("a test of counts needs at least two of them, from 0 on")
    }
    let given = expected ?? [Double](repeating: total / Double(counts.count), count: counts.count)
    guard given.count == counts.count, given.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw StatisticsError("there is one expected count above 0 for each count")
    }
    let sum = given.reduce(0, +)
    // Shares serve as well as counts.
    let wanted = given.map { $0 / sum * total }
    let statistic = zip(counts, wanted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    let freedom = Double(counts.count - 1)
    var result = TestResult(
      "chi-squared test of fit", "chi²", statistic, p: ChiSquaredDistribution.upper(statistic, freedom: freedom),
      finding: "the counts are not as expected", noFinding: "the counts may well be as expected")
    result.freedom = [freedom]
    result.effect = .init(name: "Cohen's w", value: (statistic / total).squareRoot())
    result.counts = [Int(min(total, 1e15))]
    return result
  }

  /// Fisher's exact test of a table of two by two.
  package static func fisher(_ counts: [[Double]], alternative: Alternative = .twoSided) throws(StatisticsError) -> TestResult {
    let all = counts.flatMap { $0 }
    guard counts.count == 2, counts.allSatisfy({ $0.count == 2 }),
      all.allSatisfy({ $0 >= 0 && $0 == $0.rounded() && $0 < 1e8 })
    else { throw StatisticsError("Fisher's test takes whole counts in two rows and two columns") }
    let (a, b, c, d) = (all[0], all[1], all[2], all[3]), first = a + b, second = c + d, left = a + c
    let low = max(0, left - second), high = min(left, first)
    func logFactorial(_ n: Double) -> Double { lgamma(n + 1).0 }
    let whole = logFactorial(first) + logFactorial(second) + logFactorial(left) + logFactorial(b + d)
      - logFactorial(first + second)
    func share(_ k: Double) -> Double {
      exp(whole - logFactorial(k) - logFactorial(first - k) - logFactorial(left - k) - logFactorial(second - left + k))
    }
    let here = share(a) * (1 + 1e-7)
    var p = 0.0
    for k in stride(from: low, through: high, by: 1) {
      let counts: Bool =
        switch alternative {
        case .twoSided: share(k) <= here
        case .less: k <= a
        case .greater: k >= a
        }
      if counts { p += share(k) }
    }
    let odds = b * c == 0 ? (a * d == 0 ? Double.nan : .infinity) : a * d / (b * c)
    var result = TestResult(
      "Fisher's exact test", "odds ratio", odds, p: min(1, p), finding: "rows and columns depend on each other",
      noFinding: "rows and columns may well be independent")
    result.method = "exact"
    result.alternative = alternative
    result.effect = .init(name: "odds ratio", value: odds)
    result.counts = [Int(first), Int(second)]
    return result
  }
}
