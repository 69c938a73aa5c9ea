import Glibc

/// The incomplete gamma and beta functions, with their tails computed directly, so that small probabilities keep their
/// digits.
enum SpecialFunctions {
  /// What Stirling's formula leaves of log Γ(z), for z from 10 on (DLMF 5.11.1).
  static func stirlingRest(_ z: Double) -> Double {
    let r = 1 / (z * z)
    return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188 - r * 691.0 / 360_360))))) / z
  }

  /// log(1 + u), from the quotient `1 + u` itself where that is far from one.
  private static func logNear(_ u: Double, quotient: Double) -> Double { u.magnitude < 0.5 ? log1p(u) : log(quotient) }

  // MARK: Beta

  /// The regularised incomplete beta function I_x(a, b), where y = 1 - x.
  static func incompleteBeta(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if y <= 0 { return 1 }
    let front = betaFront(x, y, a, b)
    if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
    return 1 - front * betaFraction(y, b, a) / b
  }

  /// x^a y^b / B(a, b), without the cancellation that the difference of large log gammas would bring.
  private static func betaFront(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let logX = y < 0.5 ? log1p(-y) : log(x), logY = x < 0.5 ? log1p(-x) : log(y)
    let (large, small) = a >= b ? (a, b) : (b, a)
    if large < 10 { return exp(lgamma(a + b).0 - lgamma(a).0 - lgamma(b).0 + a * logX + b * logY) }
    if small < 10 {
      let (logOfLarge, logOfSmall) = a >= b ? (logX, logY) : (logY, logX)
      let rest = stirlingRest(large + small) - stirlingRest(large) - small + (large - 0.5) * log1p(small / large)
      return exp(rest - lgamma(small).0 + small * (log(large + small) + logOfSmall) + large * logOfLarge)
    }
    let sum = a + b, rest = stirlingRest(sum) - stirlingRest(a) - stirlingRest(b)
    let shift = x * b - y * a
    let power = a * logNear(shift / a, quotient: x * sum / a) + b * logNear(-shift / b, quotient: y * sum / b)
    return (a * b / (2 * .pi * sum)).squareRoot() * exp(rest + power)
  }

  /// The continued fraction of the incomplete beta function by Lentz's method (DLMF 8.17.22).
  private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func apart(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0, d = 1 / apart(1 - (a + b) * x / (a + 1)), result = d
    for index in 1..<100_000 {
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

  // MARK: Gamma

  /// The upper regularised incomplete gamma function Q(a, x).
  static func upperGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 1 }
    guard x.isFinite else { return 0 }
    return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x)
  }

  /// The lower one, P(a, x).
  static func lowerGamma(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return x.isNaN ? .nan : 0 }
    guard x.isFinite else { return 1 }
    return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x)
  }

  /// x^a e^-x / Γ(a).
  private static func gammaFront(_ a: Double, _ x: Double) -> Double {
    if a < 10 { return exp(a * log(x) - x - lgamma(a).0) }
    let u = (x - a) / a
    return (a / (2 * .pi)).squareRoot() * exp(a * (logNear(u, quotient: x / a) - u) - stirlingRest(a))
  }

  private static func gammaSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1 / a, sum = term, n = a
    for _ in 0..<100_000 {
      n += 1
      term *= x / n
      sum += term
      if term < sum * 1e-17 { break }
    }
    return sum * gammaFront(a, x)
  }

  /// DLMF 8.9.2 by Lentz's method.
  private static func gammaFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func apart(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var b = x + 1 - a, c = 1 / tiny, d = 1 / apart(b), result = d
    for index in 1..<100_000 {
      let i = Double(index), term = -i * (i - a)
      b += 2
      d = 1 / apart(term * d + b)
      c = apart(b + term / c)
      let change = d * c
      result *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return result * gammaFront(a, x)
  }
}
