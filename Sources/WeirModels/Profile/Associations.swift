import WeirBase
package import WeirTables

/// Two columns that go together, and how that was measured.
package struct Association: Sendable, Hashable {
  package enum Measure: String, Sendable {
    case pearson = "correlation"
    /// Of two columns of categories.
    case cramer = "Cramér's V"
    /// Of categories and numbers: the share of the numbers' spread that the categories explain, as a root.
    case ratio = "correlation ratio"
  }

  package let a: String
  package let b: String
  package let value: Double
  package let measure: Measure
}

package enum Associations {
  /// A column as what it is measured by: numbers, or the numbers of categories; -1 and NaN for missing ones.
  package enum Values: Sendable {
    case numbers([Double])
    case categories([Int32], count: Int)
  }

  /// Nil for columns that are neither numbers nor few categories.
  package static func values(_ column: Column, mostCategories: Int = 50) throws -> Values? {
    switch column.type {
    case .int, .float, .duration, .date, .dateTime: return .numbers(try column.asDoubles())
    case .text, .bool:
      let grouping = Grouping(by: [column], count: column.count)
      guard grouping.count <= mostCategories + 1 else { return nil }
      return .categories(
        grouping.groups.enumerated().map { column.isMissing($0) ? -1 : Int32(truncatingIfNeeded: $1) }, count: grouping.count)
    case .object: return nil
    }
  }

  /// Between -1 and 1 for numbers, 0 and 1 else; NaN where one of both does not vary.
  package static func measure(_ a: Values, _ b: Values) -> (value: Double, measure: Association.Measure) {
    switch (a, b) {
    case (.numbers(let x), .numbers(let y)): (pearson(x, y), .pearson)
    case (.categories(let x, let n), .categories(let y, let m)): (cramer(x, n, y, m), .cramer)
    case (.categories(let x, let n), .numbers(let y)), (.numbers(let y), .categories(let x, let n)): (ratio(x, n, y), .ratio)
    }
  }

  /// Over the rows where both have a finite value.
  static func pearson(_ x: [Double], _ y: [Double]) -> Double { pearsonOfOnes(nearOne(x), nearOne(y)) }

  /// Numbers over a power of two, so that their squares are doubles; most are already.
  private static func nearOne(_ x: [Double]) -> [Double] {
    let largest = x.reduce(0) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    guard largest > 0, largest.exponent.magnitude > 200 else { return x }
    let power = Int(largest.exponent)
    return x.map { Double(sign: .plus, exponent: -power, significand: $0) }
  }

  private static func pearsonOfOnes(_ x: [Double], _ y: [Double]) -> Double {
    var n = 0.0, sumX = 0.0, sumY = 0.0
    for i in x.indices where x[i].isFinite && y[i].isFinite {
      n += 1
      sumX += x[i]
      sumY += y[i]
    }
    guard n > 1 else { return .nan }
    let meanX = sumX / n, meanY = sumY / n
    var xx = 0.0, yy = 0.0, xy = 0.0
    for i in x.indices where x[i].isFinite && y[i].isFinite {
      let dx = x[i] - meanX, dy = y[i] - meanY
      xx += dx * dx
      yy += dy * dy
      xy += dx * dy
    }
    let spread = xx.squareRoot() * yy.squareRoot()
    return spread > 0 && spread.isFinite ? max(-1, min(1, xy / spread)) : .nan
  }

  static func cramer(_ x: [Int32], _ n: Int, _ y: [Int32], _ m: Int) -> Double {
    guard n > 0, m > 0, n * m <= 10_000_000 else { return .nan }
    var counts = [Double](repeating: 0, count: n * m), rows = [Double](repeating: 0, count: n)
    var columns = [Double](repeating: 0, count: m), total = 0.0
    for i in x.indices where x[i] >= 0 && y[i] >= 0 {
      counts[Int(x[i]) * m + Int(y[i])] += 1
      rows[Int(x[i])] += 1
      columns[Int(y[i])] += 1
      total += 1
    }
    let least = min(rows.count { $0 > 0 }, columns.count { $0 > 0 })
    guard least > 1 else { return .nan }
    var sum = 0.0
    for i in 0..<n where rows[i] > 0 {
      for j in 0..<m where columns[j] > 0 { sum += counts[i * m + j] * counts[i * m + j] / (rows[i] * columns[j]) }
    }
    return max(0, min(1, ((sum - 1) / Double(least - 1)).squareRoot()))
  }

  static func ratio(_ x: [Int32], _ n: Int, _ y: [Double]) -> Double {
    var counts = [Double](repeating: 0, count: n), sums = counts, total = 0.0, sum = 0.0
    for i in x.indices where x[i] >= 0 && y[i].isFinite {
      counts[Int(x[i])] += 1
      sums[Int(x[i])] += y[i]
      total += 1
      sum += y[i]
    }
    guard total > 1, counts.count(where: { $0 > 0 }) > 1 else { return .nan }
    let mean = sum / total
    var between = 0.0, all = 0.0
    for group in 0..<n where counts[group] > 0 {
      let distance = sums[group] / counts[group] - mean
      between += counts[group] * distance * distance
    }
    for i in x.indices where x[i] >= 0 && y[i].isFinite { all += (y[i] - mean) * (y[i] - mean) }
    return all > 0 && all.isFinite ? max(0, min(1, (between / all).squareRoot())) : .nan
  }
}
