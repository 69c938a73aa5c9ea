import COpenBLAS
import Glibc
import WeirBase

/// Normal distributions with their shares: how likely they make rows.
struct NormalMixture: Sendable {
  let covariance: GaussianMixture.Covariance
  let columns: Int
  let shares: [Double]
  /// Distributions x columns.
  let means: [Double]
  /// Distributions x columns x columns; for "tied" one of these, for "diag" distributions x columns, for "spherical" one
  /// number each.
  let covariances: [Double]
  /// What makes rows less a mean independent with variance 1: the inverse of the lower factor of each covariance matrix,
  /// row-major, or one divided by each deviation.
  private let whitening: [Double]
  /// The logarithms of the determinants of these.
  private let logarithms: [Double]

  var count: Int { shares.count }

  /// Throws where a covariance is not positive definite.
  init(covariance: GaussianMixture.Covariance, shares: [Double], means: [Double], covariances: [Double]) throws {
    let k = shares.count, p = means.count / max(k, 1)
    self.covariance = covariance
    columns = p
    self.shares = shares
    self.means = means
    self.covariances = covariances
    switch covariance {
    case .full, .tied:
      var whitening: [Double] = [], logarithms: [Double] = []
      for start in stride(from: 0, to: covariances.count, by: p * p) {
        let inverse = try NormalMixture.inverseFactor(Array(covariances[start..<start + p * p]), size: p)
        whitening += inverse
        logarithms.append((0..<p).reduce(0.0) { $0 + log(inverse[$1 * p + $1]) })
      }
      (self.whitening, self.logarithms) = (whitening, logarithms)
    case .diag, .spherical:
      guard covariances.allSatisfy({ $0 > 0 && $0.isFinite }) else { throw NormalMixture.degenerate }
      let whitening = covariances.map { 1 / $0.squareRoot() }
      self.whitening = whitening
      logarithms = covariance == .spherical
        ? whitening.map { Double(p) * log($0) } : (0..<k).map { c in (0..<p).reduce(0.0) { $0 + log(whitening[c * p + $1]) } }
    }
  }

  static let degenerate = ModelError(
    "a distribution of `gaussian_mixture` has no extent in some direction",
    mend: "give it a smaller `k`, `covariance: \"diag\"`, or leave out columns that depend on each other")

  /// The inverse of the lower Cholesky factor, row-major.
  private static func inverseFactor(_ matrix: [Double], size p: Int) throws -> [Double] {
    _ = LinearAlgebra.singleThreaded
    guard matrix.allSatisfy(\.isFinite) else { throw degenerate }
    var factor = matrix, inverse = [Double](repeating: 0, count: p * p)
    for j in 0..<p { inverse[j * p + j] = 1 }
    var n = try LinearAlgebra.dimension(p), info: Int32 = 0
    dpotrf_("L", &n, &factor, &n, &info)
    guard info == 0 else { throw degenerate }
    dtrtrs_("L", "N", "N", &n, &n, factor, &n, &inverse, &n, &info)
    guard info == 0, inverse.allSatisfy(\.isFinite) else { throw degenerate }
    // Column-major to row-major.
    var out = inverse
    for i in 0..<p { for j in 0..<p { out[i * p + j] = inverse[j * p + i] } }
    return out
  }

  /// Writes for each of some rows the share of each distribution in its likelihood (rows x distributions); returns the
  /// logarithms of the likelihoods.
  func split(_ x: UnsafePointer<Double>, rows: Int, into out: UnsafeMutablePointer<Double>) throws -> [Double] {
    let k = count, p = columns, constant = -0.5 * Double(p) * log(2 * Double.pi)
    var differences = [Double](repeating: 0, count: rows * p)
    for c in 0..<k {
      let mean = c * p
      means.withUnsafeBufferPointer { means in
        differences.withUnsafeMutableBufferPointer { d in
          for i in 0..<rows { for j in 0..<p { d[i * p + j] = x[i * p + j] - means[mean + j] } }
        }
      }
      let squares = try squares(differences, rows, c)
      let base = constant + logarithms[covariance == .tied ? 0 : c] + log(shares[c])
      for i in 0..<rows { out[i * k + c] = base - 0.5 * squares[i] }
    }
    return (0..<rows).map { i in
      let row = out + i * k
      var most = -Double.infinity, sum = 0.0
      for c in 0..<k { most = max(most, row[c]) }
      guard most.isFinite else {
        // Too far from all to tell.
        for c in 0..<k { row[c] = 1 / Double(k) }
        return -Double.greatestFiniteMagnitude
      }
      for c in 0..<k {
        row[c] = exp(row[c] - most)
        sum += row[c]
      }
      for c in 0..<k { row[c] /= sum }
      return most + log(sum)
    }
  }

  /// A row of one of the distributions: a row of independent numbers of variance 1 is taken back through what whitens it.
  func drawn(_ stream: inout RandomStream) -> [Double] {
    let p = columns, place = stream.nextUniform(0, 1)
    var c = 0, sum = shares[0]
    while place >= sum, c < count - 1 {
      c += 1
      sum += shares[c]
    }
    var row = (0..<p).map { _ in stream.nextNormal() }
    switch covariance {
    case .full, .tied:
      let from = covariance == .tied ? 0 : c * p * p
      for i in 0..<p {
        for j in 0..<i { row[i] -= whitening[from + i * p + j] * row[j] }
        row[i] /= whitening[from + i * p + i]
      }
    case .diag: for i in 0..<p { row[i] /= whitening[c * p + i] }
    case .spherical: for i in 0..<p { row[i] /= whitening[c] }
    }
    for i in 0..<p { row[i] += means[c * p + i] }
    return row
  }

  /// The squared lengths of differences from a mean, as its distribution measures them.
  private func squares(_ differences: [Double], _ rows: Int, _ c: Int) throws -> [Double] {
    let p = columns
    switch covariance {
    case .full, .tied:
      let from = covariance == .tied ? 0 : c * p * p
      let white = try whitening.withUnsafeBufferPointer { whitening -> [Double] in
        guard let base = whitening.baseAddress else { return [] }
        return try LinearAlgebra.product(differences, base + from, m: rows, k: p, n: p, transposedB: true)
      }
      return white.withUnsafeBufferPointer { white in
        (0..<rows).map { i in
          var sum = 0.0
          for j in 0..<p { sum += white[i * p + j] * white[i * p + j] }
          return sum
        }
      }
    case .diag, .spherical:
      return differences.withUnsafeBufferPointer { d in
        whitening.withUnsafeBufferPointer { whitening in
          (0..<rows).map { i in
            var sum = 0.0
            for j in 0..<p {
              let value = d[i * p + j] * whitening[covariance == .diag ? c * p + j : c]
              sum += value * value
            }
            return sum
          }
        }
      }
    }
  }

  /// How many numbers the mixture is free to choose.
  var freedom: Int {
    let k = count, p = columns
    let shape = switch covariance {
    case .full: k * p * (p + 1) / 2
    case .tied: p * (p + 1) / 2
    case .diag: k * p
    case .spherical: k
    }
    return shape + k * p + k - 1
  }
}
