import COpenBLAS
import CWeirKernels
import WeirBase
import WeirTables

/// Features as numbers, column by column: what linear models compute with. Columns of floats are shared with the table, so
/// that nothing is copied but blocks of rows that fit the cache.
struct FeatureColumns: Sendable {
  let names: [String]
  let rowCount: Int
  /// All are finite.
  let columns: [[Double]]

  var featureCount: Int { names.count }

  /// All columns of the table; throws where one does not hold a number on every row. `step` is who asks.
  init(_ features: Table, for step: String, workers: Workers) throws {
    guard features.columnCount > 0 else { throw ModelError("`\(step)` has no columns to learn from") }
    try self.init(features.columns, features.names, features.rowCount, for: step, workers: workers)
  }

  /// The columns of those names, in that order: new rows for a model that learned from them.
  init(_ features: Table, named names: [String], for model: String, workers: Workers = .one) throws {
    let columns = try features.numberColumns(named: names, for: model)
    try self.init(columns, names, features.rowCount, for: model, workers: workers)
  }

  /// The same for `compute`, in whose results a number that is not finite shows: only where `isSound` says that of them, columns
  /// are not searched for one.
  static func reading<Result>(
    _ features: Table, named names: [String], for model: String, isSound: (Result) -> Bool,
    _ compute: (FeatureColumns) throws -> Result
  ) throws -> Result {
    let columns = try features.numberColumns(named: names, for: model)
    let result = try compute(
      FeatureColumns(columns, names, features.rowCount, for: model, workers: .one, checksFinite: false))
    if !isSound(result) { for (name, column) in zip(names, columns) { try column.checkFinite(named: name, for: model) } }
    return result
  }

  private init(
    _ columns: [Column], _ names: [String], _ rowCount: Int, for step: String, workers: Workers, checksFinite: Bool = true
  ) throws {
    self.names = names
    self.rowCount = rowCount
    // A few rows are not worth waking threads for.
    let workers = rowCount < 4096 ? Workers.one : workers
    self.columns = try workers.map(columns.count) { j in
      try columns[j].checkKind(named: names[j], for: step)
      if checksFinite { try columns[j].checkFinite(named: names[j], for: step) }
      return switch columns[j].storage {
      case .float(let values): values
      case .int(let values): values.map { Double($0) }
      case .bool(let values): values.map { $0 ? 1 : 0 }
      default: []
      }
    }
  }

  private init(names: [String], rowCount: Int, columns: [[Double]]) {
    self.names = names
    self.rowCount = rowCount
    self.columns = columns
  }

  /// Each number changed.
  func mapped(_ change: (Double) -> Double) -> FeatureColumns {
    FeatureColumns(names: names, rowCount: rowCount, columns: columns.map { $0.map(change) })
  }

  /// The rows of these numbers; all for nil.
  func keeping(_ rows: [Int]?, workers: Workers) throws -> FeatureColumns {
    guard let rows, rows.count < rowCount else { return self }
    let kept = try workers.map(columns.count) { j in
      columns[j].withUnsafeBufferPointer { x in rows.map { x[$0] } }
    }
    return FeatureColumns(names: names, rowCount: rows.count, columns: kept)
  }

  /// How many rows a block has: so many that a block stays in the cache.
  static func blockRows(columns: Int) -> Int { min(256, max(64, (1 << 17) / max(columns, 1) & ~15)) }

  /// Runs `body` for each block of the rows; `space` is room for the block with `extra` more columns.
  func forEachBlock(
    of rows: Range<Int>, extra: Int, _ body: (Range<Int>, UnsafeMutablePointer<Double>) throws -> Void
  ) rethrows {
    let size = FeatureColumns.blockRows(columns: featureCount + extra)
    let space = UnsafeMutablePointer<Double>.allocate(capacity: max(1, min(size, rows.count) * (featureCount + extra)))
    defer { space.deallocate() }
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: size) {
      try body(start..<min(start + size, rows.upperBound), space)
    }
  }

  /// Writes columns of a block side by side: each number less its column's center, times its row's factor.
  func write(
    _ rows: Range<Int>, of columns: Range<Int>? = nil, less centers: [Double], times factors: UnsafePointer<Double>? = nil,
    to target: UnsafeMutablePointer<Double>
  ) {
    let chosen = columns ?? 0..<featureCount
    for j in chosen {
      self.columns[j].withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return }
        weir_shift_scale(
          x + rows.lowerBound, rows.count, centers[j], factors, target + (j - chosen.lowerBound) * rows.count)
      }
    }
  }

  /// start + Σ (xⱼ - centerⱼ) wⱼ of each row, the sum taken in the order of the columns.
  func scores(_ coefficients: [Double], from start: Double, less centers: [Double]? = nil, workers: Workers = .one) -> [Double] {
    [Double](filling: rowCount) { base in
      let out = Places(base), block = 2048, blocks = (rowCount + block - 1) / block
      workers.run(blocks) { part in
        let first = part * block, count = min(block, rowCount - first)
        (out.base + first).initialize(repeating: start, count: count)
        for j in 0..<featureCount {
          columns[j].withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            weir_add_scaled(x + first, count, centers?[j] ?? 0, coefficients[j], out.base + first)
          }
        }
      }
    }
  }

  /// Scores of new rows: for each start those by as many coefficients as there are names.
  static func scores(
    of rows: Table, named names: [String], for model: String, _ coefficients: [Double], from starts: [Double]
  ) throws -> [[Double]] {
    let p = names.count, workers = rows.rowCount < 4096 ? Workers.one : .current
    return try reading(
      rows, named: names, for: model, isSound: { $0.allSatisfy { weir_all_finite($0, $0.count) != 0 } }
    ) { columns in
      starts.indices.map { c in
        columns.scores(
          starts.count == 1 ? coefficients : Array(coefficients[c * p..<(c + 1) * p]), from: starts[c], workers: workers)
      }
    }
  }

  /// The products of each row, less the centers, with `count` directions (row by row): an array for each.
  func projected(on directions: [Double], count: Int, less centers: [Double], workers: Workers) -> [[Double]] {
    let n = rowCount, p = featureCount, parts = RowParts.ranges(n, atLeast: 1024)
    let all = [Double](filling: n * count) { base in
      let out = Places(base)
      workers.run(parts.count) { part in
        forEachBlock(of: parts[part], extra: 0) { rows, space in
          write(rows, less: centers, to: space)
          weir_project(space, rows.count, p, directions, count, out.base + rows.lowerBound, n)
        }
      }
    }
    return (0..<count).map { Array(all[$0 * n..<($0 + 1) * n]) }
  }

  /// Σ (xⱼ - centerⱼ)² factorⱼ of each row, the sum taken in the order of the columns.
  func squareSums(around centers: [Double], times factors: [Double]) -> [Double] {
    [Double](filling: rowCount) { out in
      out.initialize(repeating: 0, count: rowCount)
      for first in stride(from: 0, to: rowCount, by: 2048) {
        let count = min(2048, rowCount - first)
        for j in 0..<featureCount {
          columns[j].withUnsafeBufferPointer { x in
            guard let x = x.baseAddress else { return }
            weir_add_squares(x + first, count, centers[j], factors[j], out + first)
          }
        }
      }
    }
  }

  /// The weighted means of the columns: around the mean of some rows, then around what that gave where it was far off.
  func means(weights: [Double]?, workers: Workers) throws -> [Double] {
    let total = weights?.reduce(0, +) ?? Double(rowCount)
    guard total > 0, rowCount > 0 else { return [Double](repeating: 0, count: featureCount) }
    let n = rowCount
    return try (n < 4096 ? Workers.one : workers).map(featureCount) { j in
      try columns[j].withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return 0 }
        var mean = 0.0
        for _ in 0..<2 {
          mean += weights?.withUnsafeBufferPointer { weir_centered_sum(x, $0.baseAddress, n, mean) / total }
            ?? weir_centered_sum(x, nil, n, mean) / total
          guard mean.isFinite else { throw ModelError("the features hold numbers too large to add up") }
        }
        return mean
      }
    }
  }
}
