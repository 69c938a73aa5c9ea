import COpenBLAS
import CWeirKernels
import WeirBase

extension FeatureColumns {
  /// As many columns are multiplied in one go; more are cut into tiles.
  static let narrow = 384

  /// The lower triangle, row-major, of ZᵀZ, where the rows of Z are (x - center, extra) times the row's factor and each
  /// extra column is a number a row, or ones for nil.
  func gram(
    less centers: [Double], extra: [[Double]?] = [], factors: [Double]? = nil, workers: Workers,
    cancellation: Cancellation? = nil
  ) throws -> [Double] {
    _ = LinearAlgebra.singleThreaded
    let width = featureCount + extra.count
    try LinearAlgebra.checkSize(width, width)
    if width > FeatureColumns.narrow {
      return try tiledGram(centers, extra, factors, workers, cancellation)
    }
    return try workers.mapRows(rowCount, cancellation: cancellation) { rows in
      var sum = [Double](repeating: 0, count: width * width)
      try forEachBlock(of: rows, extra: extra.count) { block, space in
        fill(block, 0..<width, centers, extra, factors, space)
        try FeatureColumns.addGram(space, rows: block.count, columns: width, to: &sum)
      }
      return sum
    }.summed(count: width * width)
  }

  /// Adds the lower triangle (row-major) of AᵀA, A column-major.
  static func addGram(_ a: UnsafePointer<Double>, rows: Int, columns: Int, to sum: inout [Double]) throws {
    MatrixProduct.addGram(a, rows, byColumn: true, rows: rows, columns: columns, to: &sum, columns)
  }

  private func fill(
    _ block: Range<Int>, _ columns: Range<Int>, _ centers: [Double], _ extra: [[Double]?], _ factors: [Double]?,
    _ space: UnsafeMutablePointer<Double>
  ) {
    func fill(_ factors: UnsafePointer<Double>?) {
      for place in columns {
        let target = space + (place - columns.lowerBound) * block.count
        if place < featureCount {
          write(block, of: place..<place + 1, less: centers, times: factors, to: target)
        } else if let values = extra[place - featureCount] {
          values.withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            weir_shift_scale(x + block.lowerBound, block.count, 0, factors, target)
          }
        } else if let factors {
          target.update(from: factors, count: block.count)
        } else {
          target.update(repeating: 1, count: block.count)
        }
      }
    }
    guard let factors else { return fill(nil) }
    factors.withUnsafeBufferPointer { fill($0.baseAddress.map { $0 + block.lowerBound }) }
  }

  /// By pairs of tiles of columns, each pair over all rows: nothing as large as the result is held twice.
  private func tiledGram(
    _ centers: [Double], _ extra: [[Double]?], _ factors: [Double]?, _ workers: Workers, _ cancellation: Cancellation?
  ) throws -> [Double] {
    let width = featureCount + extra.count, tile = 192, tiles = (width + tile - 1) / tile
    let pairs = (0..<tiles).flatMap { a in (0...a).map { b in (a, b) } }
    @Sendable func columns(_ tileNumber: Int) -> Range<Int> { tileNumber * tile..<min(width, (tileNumber + 1) * tile) }
    let blocks = try workers.map(pairs.count) { number -> [Double] in
      let left = columns(pairs[number].0), right = columns(pairs[number].1), size = 256
      var sum = [Double](repeating: 0, count: left.count * right.count)
      let space = UnsafeMutablePointer<Double>.allocate(capacity: size * 2 * tile)
      defer { space.deallocate() }
      for start in stride(from: 0, to: rowCount, by: size) {
        try cancellation?.check()
        let block = start..<min(start + size, rowCount), other = space + size * tile
        fill(block, left, centers, extra, factors, space)
        if left != right { fill(block, right, centers, extra, factors, other) }
        MatrixProduct.compute(
          left.count, right.count, block.count, space, block.count, left == right ? space : other, block.count,
          transposedB: true, into: &sum, right.count, adding: true)
      }
      return sum
    }
    var result = [Double](repeating: 0, count: width * width)
    for (pair, block) in zip(pairs, blocks) {
      let left = columns(pair.0), right = columns(pair.1)
      for (i, row) in left.enumerated() {
        for (j, column) in right.enumerated() { result[row * width + column] = block[i * right.count + j] }
      }
    }
    return result
  }

  /// Σ rᵢ (xᵢ - center) and the sum of the residuals' weighted squares, where rᵢ = wᵢ (targetᵢ - start - (xᵢ - center)·β).
  func residualProducts(
    _ coefficients: [Double], start: Double, target: [Double], weights: [Double]?, less centers: [Double], workers: Workers
  ) throws -> (products: [Double], squares: Double) {
    let p = featureCount
    let parts = try workers.mapRows(rowCount) { rows in
      var sums = [Double](repeating: 0, count: p + 1)
      try forEachBlock(of: rows, extra: 1) { block, space in
        write(block, less: centers, to: space)
        let residual = space + p * block.count
        for i in 0..<block.count { residual[i] = target[block.lowerBound + i] - start }
        let (m, n) = (try LinearAlgebra.dimension(block.count), try LinearAlgebra.dimension(p))
        cblas_dgemv(CblasColMajor, CblasNoTrans, m, n, -1, space, m, coefficients, 1, 1, residual, 1)
        var squares = 0.0
        for i in 0..<block.count {
          let weight = weights?[block.lowerBound + i] ?? 1
          squares += weight * residual[i] * residual[i]
          residual[i] *= weight
        }
        sums[p] += squares
        cblas_dgemv(CblasColMajor, CblasTrans, m, n, 1, space, m, residual, 1, 1, &sums, 1)
      }
      return sums
    }
    let sums = parts.summed(count: p + 1)
    return (Array(sums[..<p]), sums[p])
  }
}
