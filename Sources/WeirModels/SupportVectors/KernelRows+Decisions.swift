import WeirBase

extension KernelRows {
  /// New rows, taken from the same means.
  func centering(_ values: [Double]) -> [Double] {
    guard means.contains(where: { $0 != 0 }) else { return values }
    var centered = values
    centered.withUnsafeMutableBufferPointer { x in
      for i in x.indices { x[i] -= means[i % columns] }
    }
    return centered
  }

  /// Queries x lists of coefficients: for each list the sum over these rows of coefficient times kernel, and its
  /// intercept. Queries are taken from the means.
  func decisions(
    _ queries: [Double], coefficients: [[Double]], intercepts: [Double], workers: Workers
  ) throws -> [Double] {
    let sums = try kernelSums(queries, [(0..<rows, coefficients)], workers: workers)[0], width = coefficients.count
    return sums.indices.map { sums[$0] + intercepts[$0 % width] }
  }

  /// Queries x pairs of classes. The rows of a class count for it against each other class by a list of their own.
  func pairDecisions(
    _ queries: [Double], coefficients: [[Double]], codes: [Int32], pairs: ClassPairs, intercepts: [Double],
    workers: Workers
  ) throws -> [Double] {
    // The rows of a class one after the other, whatever order they came in.
    let members = ClassPairs.members(codes, classes: pairs.classes), order = members.flatMap { $0 }
    let sorted = try KernelRows(
      order.flatMap { values[$0 * columns..<($0 + 1) * columns] }, columns: columns, kernel: kernel, centered: means)
    var start = 0
    let blocks = members.map { rows in
      defer { start += rows.count }
      return (start..<start + rows.count, coefficients.map { list in rows.map { list[$0] } })
    }
    let sums = try sorted.kernelSums(queries, blocks, workers: workers), lists = pairs.classes - 1
    let count = queries.count / max(columns, 1)
    return (0..<count).flatMap { row in
      (0..<pairs.count).map { number in
        let (a, b) = pairs[number]
        return sums[a][row * lists + b - 1] + sums[b][row * lists + a] + intercepts[number]
      }
    }
  }

  /// For each block of rows, queries x its lists: sums of coefficient times kernel.
  private func kernelSums(
    _ queries: [Double], _ blocks: [(rows: Range<Int>, lists: [[Double]])], workers: Workers
  ) throws -> [[Double]] {
    let d = columns, count = queries.count / max(d, 1)
    let lengths = (0..<count).map { row in
      (0..<d).reduce(0) { $0 + queries[row * d + $1] * queries[row * d + $1] }
    }
    let flat = blocks.map { $0.lists.flatMap { $0 } }
    var results = blocks.map { [Double](repeating: 0, count: count * $0.lists.count) }
    let width = blocks.map(\.rows.count).max() ?? 0
    guard count > 0, width > 0 else { return results }
    for (number, block) in blocks.enumerated() where !block.rows.isEmpty {
      let lists = block.lists.count
      // Queries by 32, so that the values of the kernel stay in the cache.
      results[number].withUnsafeMutableBufferPointer { result in
        guard let base = result.baseAddress else { return }
        let out = Places(base), steps = (count + 31) / 32
        workers.run(steps) { step in
          let chosen = step * 32..<min(count, step * 32 + 32)
          withUnsafeTemporaryAllocation(of: Double.self, capacity: chosen.count * block.rows.count) { buffer in
            guard let kernel = buffer.baseAddress else { return }
            queries.withUnsafeBufferPointer { queries in
              lengths.withUnsafeBufferPointer { lengths in
                guard let queries = queries.baseAddress, let lengths = lengths.baseAddress else { return }
                fill(
                  kernel, queries: queries + chosen.lowerBound * d, lengths: lengths + chosen.lowerBound,
                  count: chosen.count, others: block.rows)
              }
            }
            let length = block.rows.count
            MatrixProduct.compute(
              chosen.count, lists, length, kernel, length, flat[number], length, transposedB: true,
              into: out.base + chosen.lowerBound * lists, lists)
          }
        }
      }
    }
    return results
  }
}
