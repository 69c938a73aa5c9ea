import Glibc

/// The normal distribution with mean 0 and deviation 1.
package enum NormalDistribution {
  /// The probability of a value above `z`.
  package static func upper(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

  package static func lower(_ z: Double) -> Double { upper(-z) }

  /// The value that a share `p` of the distribution lies below.
  package static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p > 0.5 { return -quantile(1 - p) }
    // Abramowitz and Stegun 26.2.23 for a start, then Newton's steps on the tail itself.
    let t = (-2 * log(p)).squareRoot()
    var z = -(t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))))
    for _ in 0..<6 {
      let density = exp(-z * z / 2) / (2 * .pi).squareRoot()
      guard density > 0 else { break }
      let error = (lower(z) - p) / density
      let step = error / (1 + z * error / 2)
      z -= step
      if step.magnitude < 1e-16 * max(1, z.magnitude) { break }
    }
    return z
  }
}

package enum ChiSquaredDistribution {
  /// The probability of a value above `x`.
  package static func upper(_ x: Double, freedom: Double) -> Double {
    freedom > 0 ? SpecialFunctions.upperGamma(freedom / 2, x / 2) : .nan
  }
}

package enum FDistribution {
  /// The probability of a value above `x`, with `a` and `b` degrees of freedom.
  package static func upper(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard a > 0, b > 0, !x.isNaN else { return .nan }
    guard x > 0 else { return 1 }
    guard (a * x).isFinite else { return 0 }
    let whole = b + a * x
    return SpecialFunctions.incompleteBeta(b / whole, a * x / whole, b / 2, a / 2)
  }
}

/// The greatest distance between distribution functions.
package enum KolmogorovDistribution {
  /// The probability that the distance of two samples of sizes `m` and `n` from one distribution is at least `d`: by
  /// the share of paths that leave the band (Schröer and Trenkler 1995), all terms positive, so that tails keep their
  /// digits. `isTwoSided` false: of the first above the second alone.
  static func upper(_ d: Double, _ m: Int, _ n: Int, isTwoSided: Bool) -> Double {
    let (a, b) = (Double(m), Double(n))
    let limit = (0.5 + (d * a * b - 1e-7).rounded(.down)) / (a * b)
    func leaves(_ i: Int, _ j: Int) -> Bool {
      let distance = Double(i) / a - Double(j) / b
      return (isTwoSided ? distance.magnitude : distance) >= limit
    }
    var outside = [Double](repeating: 0, count: n + 1)
    for j in 1...n { outside[j] = leaves(0, j) ? 1 : outside[j - 1] }
    for i in 1...m {
      if leaves(i, 0) { outside[0] = 1 }
      for j in 1...n {
        outside[j] = leaves(i, j) ? 1 : (Double(i) * outside[j] + Double(j) * outside[j - 1]) / Double(i + j)
      }
    }
    return min(1, outside[n])
  }

  /// The limit for many values, of `z` = d times the root of the size.
  static func limit(_ z: Double) -> Double {
    guard z > 0 else { return 1 }
    if z < 1 {
      // The dual series converges where the other does not.
      let factor = (2 * .pi).squareRoot() / z, base = -.pi * .pi / (8 * z * z)
      return 1 - factor * (exp(base) + exp(9 * base) + exp(25 * base) + exp(49 * base))
    }
    var sum = 0.0
    for k in 1...20 {
      let term = exp(-2 * Double(k * k) * z * z)
      sum += k % 2 == 1 ? term : -term
      if term < 1e-18 * sum { break }
    }
    return min(1, 2 * sum)
  }

  /// The probability that a sample of `n` lies at least `d` above its distribution (Birnbaum and Tingey 1951).
  static func upperOneSided(_ d: Double, _ n: Int) -> Double {
    guard d > 0 else { return 1 }
    guard d < 1 else { return 0 }
    let count = Double(n), logWhole = lgamma(count + 1).0
    var sum = 0.0
    for j in 0...Int(count * (1 - d)) {
      let share = d + Double(j) / count, rest = 1 - share
      guard rest > 0 else { continue }
      let choices = logWhole - lgamma(Double(j) + 1).0 - lgamma(count - Double(j) + 1).0
      sum += exp(choices + Double(j - 1) * log(share) + (count - Double(j)) * log(rest))
    }
    return min(1, d * sum)
  }

  /// The same in either direction: twice the one side where the sides exclude each other, else from the exact
  /// distribution of Marsaglia, Tsang and Wang (2003), and for more than a thousand values from the limit.
  package static func upper(_ d: Double, _ n: Int) -> (p: Double, isExact: Bool) {
    let count = Double(n)
    if d >= 1 { return (0, true) }
    if d <= 0.5 / count { return (1, true) }
    if count * d * d > 4 || d >= 0.5 { return (min(1, 2 * upperOneSided(d, n)), true) }
    if n <= 1000 { return (1 - lowerByMatrix(d, n), true) }
    let root = count.squareRoot(), z = root * d
    // Vrbik 2018: what the limit lacks for finite samples.
    return (limit(z + 1 / (6 * root) + (z - 1) / (4 * count)), false)
  }

  private static func lowerByMatrix(_ d: Double, _ n: Int) -> Double {
    let k = Int(Double(n) * d) + 1, m = 2 * k - 1, h = Double(k) - Double(n) * d
    var matrix = [Double](repeating: 0, count: m * m)
    for i in 0..<m { for j in 0..<m where i - j + 1 >= 0 { matrix[i * m + j] = 1 } }
    for i in 0..<m {
      matrix[i * m] -= pow(h, Double(i + 1))
      matrix[(m - 1) * m + i] -= pow(h, Double(m - i))
    }
    matrix[(m - 1) * m] += 2 * h - 1 > 0 ? pow(2 * h - 1, Double(m)) : 0
    for i in 0..<m {
      for j in 0..<m where i - j + 1 > 0 { for g in 1...(i - j + 1) { matrix[i * m + j] /= Double(g) } }
    }
    var (power, scale) = raised(matrix, m, to: n)
    var value = power[(k - 1) * m + k - 1]
    power = []
    for i in 1...n {
      value *= Double(i) / Double(n)
      if value < 1e-140 {
        value *= 1e140
        scale -= 140
      }
    }
    return min(1, value * pow(10, Double(scale)))
  }

  /// A power of a square matrix, as a matrix and a power of ten.
  private static func raised(_ base: [Double], _ m: Int, to n: Int) -> (matrix: [Double], scale: Int) {
    if n == 1 { return (base, 0) }
    let half = raised(base, m, to: n / 2)
    var out = product(half.matrix, half.matrix, m), scale = 2 * half.scale
    if n % 2 == 1 { out = product(base, out, m) }
    if out[(m / 2) * m + m / 2] > 1e140 {
      for i in out.indices { out[i] *= 1e-140 }
      scale += 140
    }
    return (out, scale)
  }

  private static func product(_ a: [Double], _ b: [Double], _ m: Int) -> [Double] {
    var out = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      for k in 0..<m where a[i * m + k] != 0 {
        let factor = a[i * m + k]
        for j in 0..<m { out[i * m + j] += factor * b[k * m + j] }
      }
    }
    return out
  }
}
