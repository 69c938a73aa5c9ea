import WeirBase

/// Sums that lose nothing to the order of addition: each partial result carries its rounding error along (Neumaier 1974).
struct CompensatedSum {
  private var sum = 0.0
  private var error = 0.0

  mutating func add(_ value: Double) {
    let next = sum + value
    error += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
    sum = next
  }

  /// The sum; infinities and NaN pass through as plain addition has them.
  var value: Double { sum.isFinite && error.isFinite ? sum + error : sum }
}

/// The numbers of a column by group, missing ones left out: what most aggregates start from.
struct GroupedNumbers {
  let groups: [UInt32]
  let values: [Double]
  let count: Int

  init(_ column: Column, _ grouping: Grouping, for name: String) throws(TableError) {
    let all: [Double]
    do { all = try column.asDoubles() } catch {
      throw .wrongType(operation: "`\(name)`", column: nil, type: column.type.description, expected: "numbers")
    }
    count = grouping.count
    guard let validity = column.validity else {
      values = all
      groups = grouping.groups
      return
    }
    var kept: [Double] = [], owners: [UInt32] = []
    for i in all.indices where validity[i] {
      kept.append(all[i])
      owners.append(grouping.groups[i])
    }
    values = kept
    groups = owners
  }

  var counts: [Int] {
    var out = [Int](repeating: 0, count: count)
    for group in groups { out[Int(group)] += 1 }
    return out
  }

  var sums: [Double] {
    var out = [CompensatedSum](repeating: CompensatedSum(), count: count)
    for (i, value) in values.enumerated() { out[Int(groups[i])].add(value) }
    return out.map(\.value)
  }

  /// Sums of the powers of the distances from the mean: second, third, fourth.
  func moments(_ means: [Double], upTo power: Int) -> [[Double]] {
    var out = [[CompensatedSum]](repeating: Array(repeating: CompensatedSum(), count: count), count: max(0, power - 1))
    for (i, value) in values.enumerated() {
      let group = Int(groups[i]), distance = value - means[group]
      var term = distance
      for p in out.indices {
        term *= distance
        out[p][group].add(term)
      }
    }
    return out.map { $0.map(\.value) }
  }

  /// The values of each group, sorted.
  var sorted: [[Double]] {
    var out = [[Double]](repeating: [], count: count)
    let counts = self.counts
    for group in out.indices { out[group].reserveCapacity(counts[group]) }
    for (i, value) in values.enumerated() { out[Int(groups[i])].append(value) }
    for group in out.indices { out[group].sort() }
    return out
  }
}

/// The aggregates of numbers: one value for each group; NaN stands for none and becomes missing.
package enum NumberAggregate {
  package static func mean(_ column: Column, _ grouping: Grouping) throws(TableError) -> Column {
    let numbers = try GroupedNumbers(column, grouping, for: "mean")
    return Column(doubles: zip(numbers.sums, numbers.counts).map { $1 == 0 ? .nan : $0 / Double($1) })
  }

  /// Exact for ints; throws where it does not fit.
  package static func sum(_ column: Column, _ grouping: Grouping) throws(TableError) -> Column {
    switch column.storage {
    case .int(let v): return Column(.int(try exactSums(v, column, grouping)))
    case .bool(let v): return Column(.int(try exactSums(v.map { $0 ? 1 : 0 }, column, grouping)))
    case .duration(let v): return Column(.duration(try exactSums(v, column, grouping)))
    default: return Column(.float(try GroupedNumbers(column, grouping, for: "sum").sums))
    }
  }

  private static func exactSums(_ values: [Int64], _ column: Column, _ grouping: Grouping) throws(TableError) -> [Int64] {
    var out = [Int64](repeating: 0, count: grouping.count)
    for i in values.indices where !column.isMissing(i) {
      let group = Int(grouping.groups[i])
      let (sum, overflow) = out[group].addingReportingOverflow(values[i])
      if overflow { throw .overflow(operation: "`sum`") }
      out[group] = sum
    }
    return out
  }

  /// With `n - ddof` in the denominator; missing where that is not positive.
  package static func variance(_ column: Column, _ grouping: Grouping, ddof: Int, root: Bool) throws(TableError) -> Column {
    let numbers = try GroupedNumbers(column, grouping, for: root ? "std" : "var")
    let counts = numbers.counts
    let means = zip(numbers.sums, counts).map { $1 == 0 ? 0 : $0 / Double($1) }
    let squares = numbers.moments(means, upTo: 2)[0]
    return Column(doubles: zip(squares, counts).map { square, n in
      guard n > ddof else { return .nan }
      let variance = square / Double(n - ddof)
      return root ? variance.squareRoot() : variance
    })
  }

  /// Linear between order statistics (type 7 of Hyndman and Fan 1996), as NumPy and pandas have it.
  package static func quantile(_ column: Column, _ grouping: Grouping, at q: Double, for name: String) throws(TableError) -> Column {
    guard q >= 0, q <= 1 else { throw .other("a quantile lies between 0 and 1, and \(formatNumber(q)) does not", mend: nil) }
    return Column(doubles: try GroupedNumbers(column, grouping, for: name).sorted.map { quantile($0, q) })
  }

  package static func quantile(_ sorted: [Double], _ q: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = q * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    guard below + 1 < sorted.count else { return last }
    let fraction = place - Double(below)
    return fraction == 0 ? sorted[below] : sorted[below] + (sorted[below + 1] - sorted[below]) * fraction
  }

  /// Skewness (power 3) and excess kurtosis (power 4), with the corrections for small samples that pandas makes.
  package static func shape(_ column: Column, _ grouping: Grouping, power: Int) throws(TableError) -> Column {
    let numbers = try GroupedNumbers(column, grouping, for: power == 3 ? "skew" : "kurtosis")
    let counts = numbers.counts
    let means = zip(numbers.sums, counts).map { $1 == 0 ? 0 : $0 / Double($1) }
    let moments = numbers.moments(means, upTo: 4)
    return Column(doubles: (0..<grouping.count).map { group in
      let n = Double(counts[group]), m2 = moments[0][group], m3 = moments[1][group], m4 = moments[2][group]
      guard n >= Double(power) else { return .nan }
      if m2 == 0 { return 0 }
      if power == 3 { return n * (n - 1).squareRoot() / (n - 2) * m3 / (m2 * m2.squareRoot()) }
      let scale = n * (n + 1) * (n - 1) / ((n - 2) * (n - 3))
      return scale * m4 / (m2 * m2) - 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3))
    })
  }

  /// Sample covariance, or the correlation of Pearson, over the rows where both have a value.
  package static func covariance(_ a: Column, _ b: Column, _ grouping: Grouping, scaled: Bool) throws(TableError) -> Column {
    let name = scaled ? "corr" : "cov"
    guard a.type.isNumeric, b.type.isNumeric else {
      throw .wrongType(
        operation: "`\(name)`", column: nil, type: a.type.isNumeric ? b.type.description : a.type.description, expected: "numbers")
    }
    guard a.count == b.count else { throw .lengthDiffers("the second column", b.count, expected: a.count) }
    let x = try a.asDoubles(), y = try b.asDoubles()
    let both = x.indices.filter { !a.isMissing($0) && !b.isMissing($0) }
    var n = [Int](repeating: 0, count: grouping.count)
    var sx = [CompensatedSum](repeating: CompensatedSum(), count: grouping.count), sy = sx
    for i in both {
      let group = Int(grouping.groups[i])
      n[group] += 1
      sx[group].add(x[i])
      sy[group].add(y[i])
    }
    let zero = [CompensatedSum](repeating: CompensatedSum(), count: grouping.count)
    var sxy = zero, sxx = zero, syy = zero
    for i in both {
      let group = Int(grouping.groups[i])
      let dx = x[i] - sx[group].value / Double(n[group]), dy = y[i] - sy[group].value / Double(n[group])
      sxy[group].add(dx * dy)
      sxx[group].add(dx * dx)
      syy[group].add(dy * dy)
    }
    return Column(doubles: (0..<grouping.count).map { group in
      guard n[group] > 1 else { return .nan }
      if !scaled { return sxy[group].value / Double(n[group] - 1) }
      let spread = (sxx[group].value * syy[group].value).squareRoot()
      return spread == 0 ? .nan : max(-1, min(1, sxy[group].value / spread))
    })
  }

  package static func weightedMean(_ column: Column, _ weights: Column, _ grouping: Grouping) throws(TableError) -> Column {
    guard column.count == weights.count else { throw .lengthDiffers("weights", weights.count, expected: column.count) }
    let x = try column.asDoubles(), w = try weights.asDoubles()
    var top = [CompensatedSum](repeating: CompensatedSum(), count: grouping.count), bottom = top
    for i in x.indices where !column.isMissing(i) && !weights.isMissing(i) {
      top[Int(grouping.groups[i])].add(x[i] * w[i])
      bottom[Int(grouping.groups[i])].add(w[i])
    }
    return Column(doubles: zip(top, bottom).map { $1.value == 0 ? .nan : $0.value / $1.value })
  }
}
