/// Fisher's F distribution.
enum FDistribution {
  /// The probability of a value at least as large as `f`.
  static func upper(_ f: Double, _ d1: Double, _ d2: Double) -> Double {
    guard !f.isNaN, d1 > 0, d2 > 0 else { return .nan }
    guard f.isFinite else { return 0 }
    if f <= 0 { return 1 }
    let part = d1 * f
    return StudentDistribution.incompleteBeta(d2 / (d2 + part), part / (d2 + part), d2 / 2, d1 / 2)
  }
}
