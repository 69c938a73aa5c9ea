import CWeirKernels
import WeirBase

/// Weighted means and population variances of features within classes.
///
/// Computed block by block of rows, each around its own means, and brought together by the rule of Chan, Golub and LeVeque
/// ("Algorithms for computing the sample variance", 1983): one look at the rows, and numbers far from zero keep their digits.
struct ClassMoments {
  private static let blockRows = 1024

  /// The weight of each class.
  private(set) var totals: [Double]
  /// Classes x features.
  private(set) var means: [Double]
  private var squares: [Double]
  private let classes: Int

  init(_ columns: FeatureColumns, _ codes: [Int32], _ weights: [Double]?, classes k: Int, _ context: FitContext) throws {
    let p = columns.featureCount
    try LinearAlgebra.checkSize(k, p)
    let parts = try context.workers.mapRows(
      columns.rowCount, atLeast: max(4096, 4 * k, k * p / 64), cancellation: context.cancellation
    ) { rows in
      var part = ClassMoments(classes: k, features: p)
      let size = max(ClassMoments.blockRows, 4 * k)
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
        part.add(columns, codes, weights, start..<min(start + size, rows.upperBound))
      }
      return part
    }
    self.init(classes: k, features: p)
    for part in parts { add(part) }
    guard means.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to add up") }
  }

  private init(classes k: Int, features p: Int) {
    classes = k
    totals = [Double](repeating: 0, count: k)
    means = [Double](repeating: 0, count: k * p)
    squares = means
  }

  /// By class and feature; zero for a class of weight zero.
  var variances: [Double] {
    let p = means.count / classes
    return squares.indices.map { totals[$0 / p] > 0 ? squares[$0] / totals[$0 / p] : 0 }
  }

  /// The variances of the features over the rows of all classes.
  var overallVariances: [Double] {
    let p = means.count / classes, total = totals.reduce(0, +)
    return (0..<p).map { j in
      let mean = (0..<classes).reduce(0) { $0 + totals[$1] / total * means[$1 * p + j] }
      return (0..<classes).reduce(0) { sum, c in
        let distance = means[c * p + j] - mean
        return sum + (squares[c * p + j] + totals[c] * distance * distance) / total
      }
    }
  }

  private mutating func add(
    _ columns: FeatureColumns, _ codes: [Int32], _ weights: [Double]?, _ rows: Range<Int>
  ) {
    let p = columns.featureCount, k = classes
    // The rows by class, in their order within each.
    var starts = [Int64](repeating: 0, count: k + 1), added = [Double](repeating: 0, count: k)
    for row in rows where (weights?[row] ?? 1) > 0 { starts[Int(codes[row]) + 1] += 1 }
    for c in 0..<k { starts[c + 1] += starts[c] }
    var next = starts, order = [Int32](repeating: 0, count: rows.count)
    var ordered = weights == nil ? [] : [Double](repeating: 0, count: rows.count)
    for row in rows {
      let c = Int(codes[row]), weight = weights?[row] ?? 1, place = Int(next[c])
      guard weight > 0 else { continue }
      next[c] += 1
      added[c] += weight
      order[place] = Int32(row - rows.lowerBound)
      if weights != nil { ordered[place] = weight }
    }
    var room = [Double](repeating: 0, count: rows.count)
    for j in 0..<p {
      columns.columns[j].withUnsafeBufferPointer { x in
        means.withUnsafeMutableBufferPointer { means in
          squares.withUnsafeMutableBufferPointer { squares in
            guard let x = x.baseAddress, let m = means.baseAddress, let s = squares.baseAddress else { return }
            ordered.withUnsafeBufferPointer { ordered in
              weir_class_moments(
                x + rows.lowerBound, order, starts, k, weights == nil ? nil : ordered.baseAddress, totals, added, &room,
                m + j, s + j, p)
            }
          }
        }
      }
    }
    for c in 0..<k { totals[c] += added[c] }
  }

  private mutating func add(_ other: ClassMoments) {
    let p = means.count / classes
    for c in 0..<classes where other.totals[c] > 0 {
      let whole = totals[c] + other.totals[c], share = other.totals[c] / whole
      for place in c * p..<(c + 1) * p {
        let distance = other.means[place] - means[place]
        squares[place] += other.squares[place] + distance * distance * (totals[c] * share)
        means[place] += distance * share
      }
      totals[c] = whole
    }
  }
}
