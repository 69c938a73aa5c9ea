import CWeirKernels

/// How gradients and second derivatives are held as whole numbers, so that sums over rows do not depend on their order.
///
/// A row's gradient has 62 bits less those of the number of rows. Its second derivative shares a word with the count of
/// rows: of a hundred thousand rows each has 29 bits, of a million 23, as many as a float.
struct FixedPoint: Sendable {
  let gradientUnit: Double
  let hessianUnit: Double
  let countBits: UInt32

  static let mostRows = 1 << 26

  /// For rows of which none has a larger gradient or second derivative than these.
  init(rows: Int, gradient: Double, hessian: Double) {
    let bits = Int.bitWidth - max(rows, 1).leadingZeroBitCount
    countBits = UInt32(bits)
    gradientUnit = FixedPoint.unit(gradient, bits: 62 - bits)
    hessianUnit = FixedPoint.unit(hessian, bits: 63 - 2 * bits)
  }

  /// The power of two of which `largest` is at most 2^bits.
  private static func unit(_ largest: Double, bits: Int) -> Double {
    guard largest > 0, largest.isFinite else { return 1 }
    return Double(sign: .plus, exponent: max(-1000, min(1000, Int(largest.exponent) + 1 - bits)), significand: 1)
  }

  func gradient(_ sum: weir_slopes) -> Double { Double(sum.gradient) * gradientUnit }
  func hessian(_ sum: weir_slopes) -> Double { Double(sum.weight >> UInt64(countBits)) * hessianUnit }
  func rows(_ sum: weir_slopes) -> Int { Int(sum.weight & (1 << UInt64(countBits) - 1)) }
}

extension weir_slopes {
  static var zero: weir_slopes { weir_slopes(gradient: 0, weight: 0) }
  static func - (a: weir_slopes, b: weir_slopes) -> weir_slopes {
    weir_slopes(gradient: a.gradient &- b.gradient, weight: a.weight &- b.weight)
  }
  static func + (a: weir_slopes, b: weir_slopes) -> weir_slopes {
    weir_slopes(gradient: a.gradient &+ b.gradient, weight: a.weight &+ b.weight)
  }
}
