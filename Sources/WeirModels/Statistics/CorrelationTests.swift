import Glibc

/// How two columns go together, and whether chance could bring it.
package enum CorrelationTests {
  package typealias Alternative = TestResult.Alternative

  package enum Kind: String, Sendable, CaseIterable { case pearson, spearman, kendall }

  package static func test(
    _ a: Sample, _ b: Sample, _ kind: Kind, alternative: Alternative = .twoSided, level: Double = 0.95
  ) throws(StatisticsError) -> TestResult {
    guard a.count == b.count else {
      throw StatisticsError("a correlation is one of pairs, and there are \(a.count) and \(b.count) values")
    }
    guard level > 0, level < 1 else { throw StatisticsError("a level lies between 0 and 1, not \(level)") }
    for sample in [a, b] { try sample.require(atLeast: 3, for: "a test of correlation") }
    if kind == .kendall { return try kendall(a, b, alternative) }
    let (x, y) = kind == .pearson ? (a.values, b.values) : (RankTests.ranks(a.values).ranks, RankTests.ranks(b.values).ranks)
    let r = pearson(x, y), n = Double(x.count)
    guard !r.isNaN else { throw StatisticsError("one of both does not vary") }
    let t = r * ((n - 2) / ((1 + r) * (1 - r))).squareRoot()
    let upper = StudentDistribution.upper(t, freedom: n - 2), lower = StudentDistribution.upper(-t, freedom: n - 2)
    let p = alternative == .twoSided
      ? StudentDistribution.twoSided(t, freedom: n - 2) : probability(alternative, upper: upper, lower: lower)
    var result = TestResult(
      kind == .pearson ? "Pearson's correlation" : "Spearman's rank correlation", kind == .pearson ? "r" : "rho", r, p: p,
      finding: finding(a, b, r), noFinding: noFinding(a, b))
    result.freedom = [n - 2]
    result.alternative = alternative
    result.effect = .init(name: kind == .pearson ? "r" : "rho", value: r)
    result.counts = [x.count]
    if kind == .pearson, n > 3 { result.interval = interval(r, n, alternative, level) }
    return result
  }

  /// Fisher's, by the inverse hyperbolic tangent.
  private static func interval(_ r: Double, _ n: Double, _ alternative: Alternative, _ level: Double) -> TestResult.Interval {
    let middle = atanh(r)
    let tail = alternative == .twoSided ? (1 - level) / 2 : 1 - level
    let reach = -NormalDistribution.quantile(tail) / (n - 3).squareRoot()
    return .init(
      of: "the correlation", low: alternative == .less ? -1 : tanh(middle - reach),
      high: alternative == .greater ? 1 : tanh(middle + reach), level: level)
  }

  private static func finding(_ a: Sample, _ b: Sample, _ r: Double) -> String {
    "\(a.name) and \(b.name) go together" + (r < 0 ? ", in opposite directions" : "")
  }

  private static func noFinding(_ a: Sample, _ b: Sample) -> String {
    "\(a.name) and \(b.name) need not have to do with each other"
  }

  /// NaN where one of both does not vary.
  package static func pearson(_ x: [Double], _ y: [Double]) -> Double {
    let a = Sample("", x), b = Sample("", y), meanA = a.mean, meanB = b.mean
    let spread = a.squares.squareRoot() * b.squares.squareRoot()
    guard spread > 0 else { return .nan }
    return max(-1, min(1, zip(x, y).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / spread))
  }

  /// Pairs by how they are ordered: what Kendall's tau is made of.
  package struct Concordance: Sendable {
    /// Concordant less discordant pairs.
    package let balance: Int
    package let discordant: Int
    package let pairs: Int
    /// Pairs equal in the one, and in the other.
    package let tiedX: Int
    package let tiedY: Int

    /// tau-b; NaN where one of both does not vary.
    package var tau: Double {
      guard pairs > tiedX, pairs > tiedY else { return .nan }
      return max(-1, min(1, Double(balance) / Double(pairs - tiedX).squareRoot() / Double(pairs - tiedY).squareRoot()))
    }

    /// By merge sort in n log n steps (Knight 1966).
    package init(_ x: [Double], _ y: [Double]) {
      let n = x.count
      let order = x.indices.sorted { (x[$0], y[$0], $0) < (x[$1], y[$1], $1) }
      func tied(_ count: Int, _ isSame: (Int, Int) -> Bool) -> Int {
        var total = 0, run = 1
        for place in 1..<max(count, 1) {
          if isSame(place - 1, place) { run += 1 } else {
            total += run * (run - 1) / 2
            run = 1
          }
        }
        return total + run * (run - 1) / 2
      }
      tiedX = tied(n) { x[order[$0]] == x[order[$1]] }
      let both = tied(n) { x[order[$0]] == x[order[$1]] && y[order[$0]] == y[order[$1]] }
      var sorted = order.map { y[$0] }
      discordant = Concordance.inversions(&sorted)
      tiedY = tied(n) { sorted[$0] == sorted[$1] }
      pairs = n * (n - 1) / 2
      balance = pairs - tiedX - tiedY + both - 2 * discordant
    }

    private static func inversions(_ values: inout [Double]) -> Int {
      var count = 0, width = 1, other = values
      while width < values.count {
        for start in stride(from: 0, to: values.count, by: 2 * width) {
          let middle = min(start + width, values.count), end = min(start + 2 * width, values.count)
          var i = start, j = middle
          for place in start..<end {
            if i < middle, j == end || values[i] <= values[j] {
              other[place] = values[i]
              i += 1
            } else {
              other[place] = values[j]
              count += middle - i
              j += 1
            }
          }
        }
        swap(&values, &other)
        width *= 2
      }
      return count
    }
  }

  private static func kendall(_ a: Sample, _ b: Sample, _ alternative: Alternative) throws(StatisticsError) -> TestResult {
    let found = Concordance(a.values, b.values), n = a.count
    guard !found.tau.isNaN else { throw StatisticsError("one of both does not vary") }
    let isExact = found.tiedX == 0 && found.tiedY == 0 && (n <= 33 || min(found.discordant, found.pairs - found.discordant) <= 1)
    let p: Double
    if isExact {
      let tails = kendallTails(n, found.pairs - found.discordant)
      p = probability(alternative, upper: tails.upper, lower: tails.lower)
    } else {
      let z = Double(found.balance) / variance(a.values, b.values, found).squareRoot()
      p = probability(alternative, upper: NormalDistribution.upper(z), lower: NormalDistribution.upper(-z))
    }
    var result = TestResult(
      "Kendall's rank correlation", "tau", found.tau, p: p, finding: finding(a, b, found.tau), noFinding: noFinding(a, b))
    result.method = isExact ? "exact" : "asymptotic"
    result.alternative = alternative
    result.effect = .init(name: "tau", value: found.tau)
    result.counts = [n]
    return result
  }

  private static func variance(_ x: [Double], _ y: [Double], _ found: Concordance) -> Double {
    /// The sums of t(t-1)(t-2) and t(t-1)(2t+5) over the ties.
    func ties(_ values: [Double]) -> (Double, Double) {
      let sorted = values.sorted()
      var start = 0, first = 0.0, second = 0.0
      while start < sorted.count {
        var end = start + 1
        while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
        let t = Double(end - start)
        first += t * (t - 1) * (t - 2)
        second += t * (t - 1) * (2 * t + 5)
        start = end
      }
      return (first, second)
    }
    let n = Double(x.count), m = n * (n - 1), (x0, x1) = ties(x), (y0, y1) = ties(y)
    return (m * (2 * n + 5) - x1 - y1) / 18 + 2 * Double(found.tiedX) * Double(found.tiedY) / m
      + x0 * y0 / (9 * m * (n - 2))
  }

  /// Shares of the orders with at least, and at most, so many concordant pairs.
  private static func kendallTails(_ n: Int, _ concordant: Int) -> (upper: Double, lower: Double) {
    let pairs = n * (n - 1) / 2
    let fewest = min(concordant, pairs - concordant)
    // Shares of the orders with each number of inversions, up to the fewer of both: adding a value of rank i spreads
    // each over i places.
    var shares = [Double](repeating: 0, count: fewest + 1)
    shares[0] = 1
    for i in 2...max(2, n) where i <= n {
      var sum = 0.0, next = shares
      for place in shares.indices {
        sum += shares[place]
        if place >= i { sum -= shares[place - i] }
        next[place] = sum / Double(i)
      }
      shares = next
    }
    let tail = min(1, shares.reduce(0, +)), other = min(1, 1 - tail + (shares.last ?? 0))
    return concordant > pairs - concordant ? (tail, other) : (other, tail)
  }
}
