import Glibc

/// Student's t distribution.
enum StudentDistribution {
  /// The probability of a value at least as far from zero as `t`, with `freedom` degrees of freedom.
  static func twoSided(_ t: Double, freedom: Double) -> Double {
    guard !t.isNaN, freedom > 0 else { return .nan }
    guard t.isFinite else { return 0 }
    // Both arguments of the beta function come without cancellation.
    let square = t * t
    guard square.isFinite else { return 0 }
    return incompleteBeta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5)
  }

  /// The regularised incomplete beta function I_x(a, b), where y = 1 - x.
  static func incompleteBeta(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    let logFront = lgamma(a + b).0 - lgamma(a).0 - lgamma(b).0 + a * log(x) + b * log(y)
    if x < (a + 1) / (a + b + 2) { return exp(logFront) * continuedFraction(x, a, b) / a }
    return 1 - exp(logFront) * continuedFraction(y, b, a) / b
  }

  /// The continued fraction of the incomplete beta function by Lentz's method (DLMF 8.17.22).
  private static func continuedFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func apart(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0, d = 1 / apart(1 - (a + b) * x / (a + 1)), result = d
    for index in 1..<10_000 {
      let m = Double(index)
      var term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / apart(1 + term * d)
      c = apart(1 + term / c)
      result *= d * c
      term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / apart(1 + term * d)
      c = apart(1 + term / c)
      let change = d * c
      result *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return result
  }
}
