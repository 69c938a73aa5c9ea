import COpenBLAS
import WeirBase

/// Rows less their means, times the roots of their weights: made block by block, so that no copy of all is held.
struct CenteredRows: Sendable {
  let values: [Double]
  let rows: Int
  let columns: Int
  let means: [Double]
  private let roots: [Double]?
  private let workers: Workers
  private let cancellation: Cancellation

  init(_ design: Design, weights: [Double]?, workers: Workers, cancellation: Cancellation) throws {
    try LinearAlgebra.checkSize(design.rowCount, design.featureCount)
    values = design.values
    (rows, columns) = (design.rowCount, design.featureCount)
    means = try columnMeans(values, rows: rows, columns: columns, weights: weights, workers: workers)
    roots = weights?.map { $0.squareRoot() }
    self.workers = workers
    self.cancellation = cancellation
  }

  /// Writes some rows, row by row.
  private func write(_ range: Range<Int>, to out: UnsafeMutablePointer<Double>) {
    values.withUnsafeBufferPointer { x in
      means.withUnsafeBufferPointer { means in
        for i in range {
          let root = roots?[i] ?? 1, base = i * columns, to = (i - range.lowerBound) * columns
          if roots == nil {
            for j in 0..<columns { out[to + j] = x[base + j] - means[j] }
          } else {
            for j in 0..<columns { out[to + j] = root * (x[base + j] - means[j]) }
          }
        }
      }
    }
  }

  /// What `body` makes of blocks of rows of each part, in the order of the parts.
  private func parts<Result: Sendable>(
    atLeast: Int, block: Int, start: @Sendable () -> Result,
    _ body: @Sendable (inout Result, UnsafePointer<Double>, Int) throws -> Void
  ) throws -> [Result] {
    let size = max(block, 1)
    return try workers.mapRows(rows, atLeast: atLeast, cancellation: cancellation) { part in
      var result = start()
      var buffer = [Double](repeating: 0, count: min(size, part.count) * columns)
      try buffer.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        for from in stride(from: part.lowerBound, to: part.upperBound, by: size) {
          let range = from..<min(from + size, part.upperBound)
          write(range, to: base)
          try body(&result, base, range.count)
        }
      }
      return result
    }
  }

  /// R of QR of the rows times a matrix (columns x width, row-major), or of the rows alone: column-major, width x width.
  /// Each part is factored alone, and then what is left of all parts; nil where there are fewer rows than columns.
  func triangle(times matrix: [Double]? = nil, width: Int? = nil) throws -> [Double]? {
    let p = columns, w = width ?? p
    guard rows >= w else { return nil }
    let least = max(2048, 4 * w)
    let triangles = try parts(atLeast: least, block: rows, start: { (rows: [Double](), count: 0) }) { result, block, count in
      // Column by column, as LAPACK wants them.
      let product = try matrix.map { try LinearAlgebra.product(block, $0, m: count, k: p, n: w) }
      var columns = [Double](repeating: 0, count: count * w)
      func transpose(_ source: UnsafePointer<Double>) {
        for start in stride(from: 0, to: count, by: 32) {
          let end = min(start + 32, count)
          for j in 0..<w { for i in start..<end { columns[j * count + i] = source[i * w + j] } }
        }
      }
      if let product { product.withUnsafeBufferPointer { if let base = $0.baseAddress { transpose(base) } } } else { transpose(block) }
      if count >= w {
        let packed = try OrthogonalFactors.factor(columns, rows: count, columns: w).packed
        result = (OrthogonalFactors.upperTriangle(packed, rows: count, columns: w), w)
      } else {
        result = (columns, count)
      }
    }
    if triangles.count == 1 { return triangles[0].count == w ? triangles[0].rows : nil }
    let height = triangles.reduce(0) { $0 + $1.count }
    var stacked = [Double](repeating: 0, count: height * w), offset = 0
    for part in triangles {
      for j in 0..<w { for i in 0..<part.count { stacked[j * height + offset + i] = part.rows[j * part.count + i] } }
      offset += part.count
    }
    return OrthogonalFactors.upperTriangle(
      try OrthogonalFactors.factor(stacked, rows: height, columns: w).packed, rows: height, columns: w)
  }

  /// The rows column by column: for fewer rows than columns.
  func transposed() -> [Double] {
    var block = [Double](repeating: 0, count: rows * columns), out = block
    block.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { write(0..<rows, to: base) } }
    for i in 0..<rows { for j in 0..<columns { out[j * rows + i] = block[i * columns + j] } }
    return out
  }

  /// The transposed rows times (the rows times a matrix of columns x width, row-major): columns x width.
  func twice(_ matrix: [Double], width w: Int) throws -> [Double] {
    let p = columns
    return try parts(atLeast: 4096, block: 1024, start: { [Double](repeating: 0, count: p * w) }) { sum, block, count in
      let product = try LinearAlgebra.product(block, matrix, m: count, k: p, n: w)
      MatrixProduct.compute(p, w, count, block, p, transposed: true, product, w, into: &sum, w, adding: true)
    }.summed(count: p * w)
  }

  /// The sum of all squares.
  func squareSum() throws -> Double {
    let p = columns
    return try parts(atLeast: 4096, block: 1024, start: { 0.0 }) { sum, block, count in
      for i in 0..<count * p { sum += block[i] * block[i] }
    }.reduce(0, +)
  }
}
