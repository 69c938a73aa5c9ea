import CWeirKernels
import WeirBase

/// A fixed set of rows, ready for many questions about distances: as they came, and less their means in single precision.
///
/// Products of the latter give distances with an error that is bounded, at twice the speed; what is too near to call is
/// measured by `measure`. So answers do not depend on how products round.
struct NearRows: Sendable {
  let columns: Int
  let rows: Int
  /// Row-major, as they came.
  let values: [Double]
  let means: [Double]
  /// What differences from the means are multiplied by, a power of two: the farthest row then has a length about 1.
  let scale: Double
  /// Rows less the means, scaled, and their squared lengths.
  let near: [Float]
  let lengths: [Float]
  /// The greatest of the lengths of each `tile` rows.
  let reaches: [Float]

  static let tile = 1024

  init(_ values: [Double], columns: Int, workers: Workers, cancellation: Cancellation? = nil) throws {
    self.columns = columns
    self.values = values
    let n = values.count / max(columns, 1)
    rows = n
    means = try columnMeans(values, rows: n, columns: columns, weights: nil, workers: workers)
    scale = try NearRows.scale(values, rows: n, means: means, workers: workers)
    (near, lengths) = try NearRows.near(values, rows: 0..<n, means: means, scale: scale, workers: workers)
    let lengths = lengths
    reaches = stride(from: 0, to: n, by: NearRows.tile).map { start in
      lengths[start..<min(start + NearRows.tile, n)].reduce(0) { max($0, $1) }
    }
  }

  /// The power of two that brings the farthest row to a length about 1.
  private static func scale(_ values: [Double], rows: Int, means: [Double], workers: Workers) throws -> Double {
    let p = means.count
    let most = try workers.mapRows(rows) { part in
      values.withUnsafeBufferPointer { x in
        means.withUnsafeBufferPointer { means -> Double in
          guard let x = x.baseAddress, let means = means.baseAddress else { return 0 }
          return part.reduce(0.0) { max($0, weir_squared_distance(x + $1 * p, means, p)) }
        }
      }
    }.reduce(0, max)
    guard most.isFinite else { throw ModelError("the features hold numbers too large to square") }
    guard most > 0 else { return 1 }
    let exponent = -most.squareRoot().exponent
    return Double(sign: .plus, exponent: min(max(exponent, -1000), 1000), significand: 1)
  }

  /// Some rows less the means, scaled, and their squared lengths.
  static func near(
    _ values: [Double], rows: Range<Int>, means: [Double], scale: Double, workers: Workers = .one
  ) throws -> (near: [Float], lengths: [Float]) {
    let p = means.count
    let parts = RowParts.ranges(rows.count)
    var lengths: [Float] = [], failure: (any Error)?
    let near = [Float](unsafeUninitializedCapacity: rows.count * p) { near, count in
      lengths = [Float](unsafeUninitializedCapacity: rows.count) { lengths, lengthCount in
        let out = (near: Unchecked(near.baseAddress), lengths: Unchecked(lengths.baseAddress))
        do {
          try workers.forEach(parts.count) { part in
            let own = parts[part]
            values.withUnsafeBufferPointer { x in
              guard let x = x.baseAddress, let near = out.near.pointer, let lengths = out.lengths.pointer else { return }
              weir_near_rows(
                x + (rows.lowerBound + own.lowerBound) * p, own.count, p, means, scale, near + own.lowerBound * p,
                lengths + own.lowerBound)
            }
          }
          (count, lengthCount) = (rows.count * p, rows.count)
        } catch { failure = error }
      }
    }
    if let failure { throw failure }
    return (near, lengths)
  }

  /// The error of `length - 2 product` is at most this times (the length of one row + twice that of the other): sums of
  /// `p` products of rounded factors, in any order.
  var unit: Float { Float(columns + 16) * 0x1p-24 }
  /// What numbers too small for single precision can add.
  static let tiny: Float = 1e-35

  /// Products of `count` rows with the rows of a tile, row-major, into room for `count * tile`.
  func products(_ queries: UnsafePointer<Float>, count: Int, tile: Range<Int>, into out: UnsafeMutablePointer<Float>) throws {
    guard columns > 0 else { return }
    near.withUnsafeBufferPointer { near in
      guard let near = near.baseAddress else { return }
      MatrixProduct.compute(
        count, tile.count, columns, queries, columns, near + tile.lowerBound * columns, columns, transposedB: true, into: out,
        tile.count)
    }
  }

  var tiles: [Range<Int>] {
    stride(from: 0, to: rows, by: NearRows.tile).map { $0..<min($0 + NearRows.tile, rows) }
  }

  /// The squared distance of a row from that at `other`.
  func squaredDistance(_ row: Int, from other: UnsafePointer<Double>) -> Double {
    values.withUnsafeBufferPointer { x in
      guard let x = x.baseAddress else { return 0 }
      return weir_squared_distance(x + row * columns, other, columns)
    }
  }
}

/// Memory that several threads write, each a part of its own.
///
/// Safety: the parts do not overlap, and all are written before the memory is read.
struct Unchecked<Element>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>?
  init(_ pointer: UnsafeMutablePointer<Element>?) { self.pointer = pointer }
}
