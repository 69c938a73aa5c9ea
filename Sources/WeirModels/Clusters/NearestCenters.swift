import CWeirKernels
import WeirBase

/// Centres of clusters, ready for the question which is nearest: the first of those equally near, by exact differences.
struct NearestCenters {
  private let centers: [Double]
  private let columns: Int
  private let count: Int
  private let means: [Double]
  private let scale: Double
  /// For each 16 centres, columns x 16.
  private let tiles: [Float]
  private let norms: [Float]
  private let reach: Float

  /// `centers` are clusters x features, as rows are; means and scale are those of the rows' near form.
  init(_ centers: [Double], columns p: Int, means: [Double], scale: Double) {
    let count = centers.count / max(p, 1), width = (count + 15) / 16 * 16
    var tiles = [Float](repeating: 0, count: width * p)
    var norms = [Float](repeating: .greatestFiniteMagnitude, count: width)
    for c in 0..<count {
      var sum = 0.0
      for j in 0..<p {
        let value = (centers[c * p + j] - means[j]) * scale
        tiles[(c / 16 * p + j) * 16 + c % 16] = Float(value)
        sum += value * value
      }
      norms[c] = Float(sum)
    }
    reach = 2 * norms.prefix(count).reduce(0) { $1.isNaN || $1 > $0 ? $1 : $0 }
    (self.centers, columns, self.count, self.means, self.scale) = (centers, p, count, means, scale)
    (self.tiles, self.norms) = (tiles, norms)
  }

  /// With means and scale from the centres alone: for rows that are not looked at again.
  init(_ centers: [Double], columns p: Int) {
    let count = max(centers.count / max(p, 1), 1)
    let means = (0..<p).map { j in (0..<count).reduce(0) { $0 + centers[$1 * p + j] / Double(count) } }
    let most = centers.indices.reduce(0.0) { max($0, abs(centers[$1] - means[$1 % p])) }
    let scale = most > 0 && most.isFinite ? Double(sign: .plus, exponent: min(max(-most.exponent, -1000), 1000), significand: 1) : 1
    self.init(centers, columns: p, means: means, scale: scale)
  }

  /// Gives some rows their nearest centre; returns how many changed theirs. Rows that change go from one of the sums to
  /// another, where there are sums.
  func assign(
    _ rows: UnsafePointer<Double>, near: UnsafePointer<Float>, lengths: UnsafePointer<Float>, weights: UnsafePointer<Double>?,
    _ range: Range<Int>, labels: UnsafeMutablePointer<Int32>, sums: UnsafeMutablePointer<weir_cluster_sums>?
  ) -> Int {
    centers.withUnsafeBufferPointer { centers in
      means.withUnsafeBufferPointer { means in
        tiles.withUnsafeBufferPointer { tiles in
          norms.withUnsafeBufferPointer { norms in
            // The gap of two distances has twice the error of each.
            var state = weir_centers(
              columns: columns, clusters: count, rows: rows, weights: weights, means: means.baseAddress, near: near,
              lengths: lengths, centers: centers.baseAddress, tiles: tiles.baseAddress, norms: norms.baseAddress,
              unit: 2 * Float(columns + 16) * 0x1p-24, reach: reach)
            return weir_assign(&state, range.lowerBound, range.upperBound, labels, sums)
          }
        }
      }
    }
  }

  /// The number of the nearest centre of each row.
  func nearest(to values: [Double], rows: Int, workers: Workers) throws -> [Int64] {
    try workers.mapRows(rows) { part in
      let (near, lengths) = try NearRows.near(values, rows: part, means: means, scale: scale)
      var labels = [Int32](repeating: -1, count: part.count)
      values.withUnsafeBufferPointer { values in
        near.withUnsafeBufferPointer { near in
          lengths.withUnsafeBufferPointer { lengths in
            labels.withUnsafeMutableBufferPointer { labels in
              guard let x = values.baseAddress, let near = near.baseAddress, let lengths = lengths.baseAddress,
                let labels = labels.baseAddress
              else { return }
              _ = assign(
                x + part.lowerBound * columns, near: near, lengths: lengths, weights: nil, 0..<part.count, labels: labels, sums: nil)
            }
          }
        }
      }
      return labels.map { Int64($0) }
    }.flatMap { $0 }
  }
}
