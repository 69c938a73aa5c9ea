import Glibc

/// Tests of how values are distributed.
package enum DistributionTests {
  package typealias Alternative = TestResult.Alternative

  /// Distributions to hold a sample against.
  package enum Reference: String, Sendable, CaseIterable {
    case normal, uniform, exponential

    func lower(_ x: Double) -> Double {
      switch self {
      case .normal: NormalDistribution.lower(x)
      case .uniform: min(1, max(0, x))
      case .exponential: x > 0 ? -expm1(-x) : 0
      }
    }
  }

  /// The greatest distances of the first above the second distribution function, and below it.
  static func distances(_ a: [Double], _ b: [Double]) -> (above: Double, below: Double) {
    let x = a.sorted(), y = b.sorted(), n = Double(x.count), m = Double(y.count)
    var i = 0, j = 0, above = 0.0, below = 0.0
    while i < x.count || j < y.count {
      let value = i < x.count && (j == y.count || x[i] <= y[j]) ? x[i] : y[j]
      while i < x.count, x[i] == value { i += 1 }
      while j < y.count, y[j] == value { j += 1 }
      let distance = Double(i) / n - Double(j) / m
      above = max(above, distance)
      below = max(below, -distance)
    }
    return (above, below)
  }

  /// Kolmogorov and Smirnov's test of two samples; exact up to ten thousand values each.
  package static func kolmogorovSmirnov(
    _ a: Sample, _ b: Sample, alternative: Alternative = .twoSided
  ) throws(StatisticsError) -> TestResult {
    for sample in [a, b] { try sample.require(atLeast: 1, for: "a Kolmogorov-Smirnov test") }
    let (above, below) = distances(a.values, b.values)
    let d = alternative == .twoSided ? max(above, below) : alternative == .greater ? above : below
    let isExact = max(a.count, b.count) <= 10_000
    let p: Double
    if isExact {
      // "less" is "greater" with the samples exchanged.
      let (n, m) = alternative == .less ? (b.count, a.count) : (a.count, b.count)
      p = KolmogorovDistribution.upper(d, n, m, isTwoSided: alternative == .twoSided)
    } else {
      let (large, small) = (Double(max(a.count, b.count)), Double(min(a.count, b.count)))
      let root = (large * small / (large + small)).squareRoot(), z = root * d
      p = alternative == .twoSided ? KolmogorovDistribution.limit(z)
        : min(1, exp(-2 * z * z - 2 * z * (large + 2 * small) / (large * small * (large + small)).squareRoot() / 3))
    }
    var result = TestResult(
      "Kolmogorov-Smirnov test", "D", d, p: p, finding: "\(a.name) and \(b.name) are distributed differently",
      noFinding: "\(a.name) and \(b.name) may well be distributed alike")
    result.method = isExact ? "exact" : "asymptotic"
    result.alternative = alternative
    result.effect = .init(name: "distance", value: d)
    result.counts = [a.count, b.count]
    return result
  }

  /// The same of a sample against a distribution; `mean` and `deviation` place and stretch it.
  package static func kolmogorovSmirnov(
    _ sample: Sample, _ reference: Reference, mean: Double = 0, deviation: Double = 1, alternative: Alternative = .twoSided
  ) throws(StatisticsError) -> TestResult {
    try sample.require(atLeast: 1, for: "a Kolmogorov-Smirnov test")
    guard deviation > 0, mean.isFinite else { throw StatisticsError("a deviation is above zero, not \(deviation)") }
    let sorted = sample.values.sorted(), n = Double(sorted.count)
    var above = 0.0, below = 0.0
    for (place, value) in sorted.enumerated() {
      let share = reference.lower((value - mean) / deviation)
      above = max(above, Double(place + 1) / n - share)
      below = max(below, share - Double(place) / n)
    }
    let d = alternative == .twoSided ? max(above, below) : alternative == .greater ? above : below
    let (p, isExact) = alternative == .twoSided
      ? KolmogorovDistribution.upper(d, sorted.count) : (KolmogorovDistribution.upperOneSided(d, sorted.count), true)
    var result = TestResult(
      "Kolmogorov-Smirnov test", "D", d, p: p, finding: "the values do not follow the \(reference.rawValue) distribution given",
      noFinding: "the values may well follow the \(reference.rawValue) distribution given")
    result.method = isExact ? "exact" : "asymptotic"
    result.alternative = alternative
    result.effect = .init(name: "distance", value: d)
    result.counts = [sorted.count]
    return result
  }

  /// Shapiro and Wilk's test of normality, by Royston's approximation (1995, AS R94).
  package static func shapiroWilk(_ sample: Sample) throws(StatisticsError) -> TestResult {
    try sample.require(atLeast: 3, for: "a Shapiro-Wilk test")
    let n = sample.count, middle = sample.values[n / 2]
    let x = sample.values.map { $0 - middle }.sorted()
    guard let first = x.first, let last = x.last, last - first > 0, (last - first).isFinite else {
      throw StatisticsError("all values are the same")
    }
    let (w, rest) = statistic(x, weights: weights(n), range: last - first)
    var result = TestResult(
      "Shapiro-Wilk test", "W", w, p: significance(w, rest, n), finding: "the values are not normally distributed",
      noFinding: "the values may well be normally distributed")
    result.method = n > 5000 ? "asymptotic, beyond the 5000 values that it was made for" : ""
    result.effect = .init(name: "W", value: w)
    result.counts = [n]
    return result
  }

  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }

  /// Half of the weights, the greatest first; the other half has the other sign.
  private static func weights(_ n: Int) -> [Double] {
    if n == 3 { return [(0.5).squareRoot()] }
    let scores = (1...n / 2).map { coarseQuantile((Double($0) - 0.375) / (Double(n) + 0.25)) }
    let squares = 2 * scores.reduce(0) { $0 + $1 * $1 }, root = 1 / Double(n).squareRoot()
    var out = scores
    let first = polynomial([0, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056], root) - scores[0] / squares.squareRoot()
    var start = 1, top = squares - 2 * scores[0] * scores[0], bottom = 1 - 2 * first * first
    if n > 5 {
      let second = polynomial([0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], root) - scores[1] / squares.squareRoot()
      top -= 2 * scores[1] * scores[1]
      bottom -= 2 * second * second
      out[1] = second
      start = 2
    }
    let factor = (top / bottom).squareRoot()
    out[0] = first
    for index in start..<max(start, out.count) { out[index] = -scores[index] / factor }
    return out
  }

  /// W and what it lacks to one, which keeps its digits.
  private static func statistic(_ x: [Double], weights: [Double], range: Double) -> (w: Double, rest: Double) {
    let n = x.count
    let signed = (0..<n).map { place -> Double in
      let mirror = n - 1 - place
      return place == mirror ? 0 : place < mirror ? -weights[place] : weights[mirror]
    }
    let scaled = x.map { $0 / range }
    let a = Sample("", signed), b = Sample("", scaled), meanA = a.mean, meanB = b.mean
    let squaresA = a.squares, squaresB = b.squares
    let both = zip(signed, scaled).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    let product = (squaresA * squaresB).squareRoot()
    let rest = (product - both) * (product + both) / (squaresA * squaresB)
    return (1 - rest, rest)
  }

  private static func significance(_ w: Double, _ rest: Double, _ n: Int) -> Double {
    if n == 3 { return w < 0.75 ? 0 : max(0, 1 - 6 / .pi * acos(min(1, w.squareRoot()))) }
    guard rest > 0 else { return 1 }
    let count = Double(n), logCount = log(count)
    var y = log(rest)
    let middle: Double, spread: Double
    if n <= 11 {
      let gamma = polynomial([-2.273, 0.459], count)
      if y >= gamma { return 1e-19 }
      y = -log(gamma - y)
      middle = polynomial([0.5440, -0.39978, 0.025054, -0.0006714], count)
      spread = exp(polynomial([1.3822, -0.77857, 0.062767, -0.0020322], count))
    } else {
      middle = polynomial([-1.5861, -0.31082, -0.083751, 0.0038915], logCount)
      spread = exp(polynomial([-0.4803, -0.082676, 0.0030302], logCount))
    }
    return NormalDistribution.upper((y - middle) / spread)
  }

  /// The quantile of AS 111 (Beasley and Springer 1977), on which the weights of R94 rest: W agrees with others to its
  /// last digits only so.
  private static func coarseQuantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.42 {
      let r = q * q
      return q * polynomial([2.50662823884, -18.61500062529, 41.39119773534, -25.44106049637], r)
        / polynomial([1, -8.47351093090, 23.08336743743, -21.06224101826, 3.13082909833], r)
    }
    let r = (-log(q > 0 ? 1 - p : p)).squareRoot()
    let z = polynomial([-2.78718931138, -2.29796479134, 4.85014127135, 2.32121276858], r)
      / polynomial([1, 3.54388924762, 1.63706781897], r)
    return q < 0 ? -z : z
  }

  /// Jarque and Bera's test of normality (1980) by skewness and kurtosis.
  package static func jarqueBera(_ sample: Sample) throws(StatisticsError) -> TestResult {
    try sample.require(atLeast: 2, for: "a Jarque-Bera test")
    let n = Double(sample.count), mean = sample.mean
    func moment(_ power: Int) -> Double {
      sample.values.reduce(0) { sum, x in sum + (0..<power).reduce(1.0) { product, _ in product * (x - mean) } } / n
    }
    let second = moment(2)
    guard second > 0 else { throw StatisticsError("all values are the same") }
    let skew = moment(3) / pow(second, 1.5), kurtosis = moment(4) / (second * second) - 3
    let statistic = n / 6 * (skew * skew + kurtosis * kurtosis / 4)
    var result = TestResult(
      "Jarque-Bera test", "JB", statistic, p: ChiSquaredDistribution.upper(statistic, freedom: 2),
      finding: "the values are not normally distributed", noFinding: "the values may well be normally distributed")
    result.freedom = [2]
    result.estimates = [("skewness", skew), ("excess kurtosis", kurtosis)]
    result.counts = [sample.count]
    return result
  }
}
