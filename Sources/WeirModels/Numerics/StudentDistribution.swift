import Glibc

/// Student's t distribution.
package enum StudentDistribution {
  /// The probability of a value at least as far from zero as `t`, with `freedom` degrees of freedom.
  package static func twoSided(_ t: Double, freedom: Double) -> Double {
    guard !t.isNaN, freedom > 0 else { return .nan }
    guard t.isFinite else { return 0 }
    // Both arguments of the beta function come without cancellation.
    let square = t * t
    guard square.isFinite else { return 0 }
    return SpecialFunctions.incompleteBeta(freedom / (freedom + square), square / (freedom + square), freedom / 2, 0.5)
  }

  /// The probability of a value above `t`.
  package static func upper(_ t: Double, freedom: Double) -> Double {
    let half = twoSided(t, freedom: freedom) / 2
    return t > 0 ? half : 1 - half
  }

  /// The value that a share `tail` of the distribution lies above, for a tail below one half.
  package static func quantile(upper tail: Double, freedom: Double) -> Double {
    guard tail > 0, tail < 0.5, freedom > 0 else { return tail == 0.5 ? 0 : .nan }
    var low = 0.0, high = 1.0
    while upper(high, freedom: freedom) > tail, high < 1e300 { (low, high) = (high, high * 2) }
    for _ in 0..<200 {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { break }
      if upper(middle, freedom: freedom) > tail { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }
}
