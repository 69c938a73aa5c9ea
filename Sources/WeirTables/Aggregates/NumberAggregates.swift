import CWeirKernels
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

/// The aggregates of numbers: one value for each group; NaN stands for none and becomes missing.
package enum NumberAggregate {
  package static func mean(_ column: Column, _ grouping: Grouping) throws(TableError) -> Column {
    let numbers = try GroupedNumbers(column, grouping, for: "mean")
    return Column(doubles: zip(try numbers.means, numbers.counts).map { $1 == 0 ? .nan : $0 })
  }

  /// The sum of each group, how many values it is of, and the sum of smaller numbers for where it is too large: what
  /// means of parts are put together from.
  package static func meanParts(_ column: Column, _ grouping: Grouping) throws(TableError) -> [Column] {
    let numbers = try GroupedNumbers(column, grouping, for: "mean")
    return [Column(.float(try numbers.sums)), Column(.int(numbers.counts.map { Int64($0) })), Column(.float(try numbers.smallerSums))]
  }

  /// Those of parts put together; where a sum is too large, that of the smaller numbers counts.
  package static func meanParts(ofParts parts: [Column], _ grouping: Grouping) throws(TableError) -> [Column] {
    guard parts.count == 3 else { return parts }
    let sums = try GroupedNumbers(parts[0], grouping, for: "mean").sums
    return [Column(.float(sums)), try sum(parts[1], grouping), try sum(parts[2], grouping)]
  }

  /// The means of what parts of them were put together to.
  package static func mean(ofParts parts: [Column]) throws -> Column {
    guard parts.count == 3 else { return Column(doubles: []) }
    let sums = try parts[0].asDoubles(), counts = try parts[1].asDoubles(), smaller = try parts[2].asDoubles()
    return Column(doubles: sums.indices.map { group in
      counts[group] == 0 ? .nan : GroupedNumbers.mean(sums[group], smaller[group], counts[group])
    })
  }

  /// With `n - ddof` in the denominator; missing where that is not positive.
  package static func variance(_ column: Column, _ grouping: Grouping, ddof: Int, root: Bool) throws(TableError) -> Column {
    let numbers = try GroupedNumbers(column, grouping, for: root ? "std" : "var")
    let counts = numbers.counts
    let found = try numbers.meanSquares(over: counts.map { max(1, Double($0) - Double(ddof)) }, root: root)
    try check(found, of: numbers.means, for: root ? "std" : "var")
    return Column(doubles: zip(found, counts).map { $1 > ddof ? $0 : .nan })
  }

  /// A figure that is infinite though the means are not: the true one is too large.
  static func check(_ figures: [Double], of means: [Double], for name: String) throws(TableError) {
    for group in figures.indices where figures[group].magnitude == .infinity && means[group].isFinite {
      throw .floatOverflow(operation: "`\(name)`")
    }
  }

  /// Linear between order statistics (type 7 of Hyndman and Fan 1996), as NumPy and pandas have it.
  package static func quantile(_ column: Column, _ grouping: Grouping, at q: Double, for name: String) throws(TableError) -> Column {
    guard q >= 0, q <= 1 else { throw .other("a quantile lies between 0 and 1, and \(formatNumber(q)) does not", mend: nil) }
    return Column(doubles: try GroupedNumbers(column, grouping, for: name).quantiles([q]).map { $0[0] })
  }

  package static func quantile(_ sorted: [Double], _ q: Double) -> Double {
    guard let last = sorted.last else { return .nan }
    let place = q * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    guard below + 1 < sorted.count else { return last }
    let fraction = place - Double(below)
    return fraction == 0 ? sorted[below] : between(sorted[below], sorted[below + 1], fraction)
  }

  /// So far on the way from one number to another, whose distance may be too large for a double.
  static func between(_ low: Double, _ high: Double, _ fraction: Double) -> Double {
    let distance = high - low
    return distance.isFinite ? low + distance * fraction : low * (1 - fraction) + high * fraction
  }

  /// Skewness (power 3) and excess kurtosis (power 4), with the corrections for small samples that pandas makes.
  package static func shape(_ column: Column, _ grouping: Grouping, power: Int) throws(TableError) -> Column {
    let numbers = try GroupedNumbers(column, grouping, for: power == 3 ? "skew" : "kurtosis")
    let counts = numbers.counts
    var moments = numbers.moments(try numbers.means, upTo: 4)
    // Fourth powers leave the doubles early; shape is the same at any scale.
    if !moments[2].allSatisfy({ $0.isFinite && $0 > 0x1p-900 }) {
      let others = try numbers.standardized().moments([Double](repeating: 0, count: grouping.count), upTo: 4)
      for group in 0..<grouping.count where !(moments[2][group].isFinite && moments[2][group] > 0x1p-900) {
        for power in moments.indices { moments[power][group] = others[power][group] }
      }
    }
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
    if grouping.isWhole {
      let found = try wholeCovariance(a, b, grouping, scaled: scaled)
      if found.magnitude == .infinity { try check([found], of: [0], for: name) }
      return Column(doubles: [found])
    }
    let xs = try Brought(try a.asDoubles(), a, grouping), ys = try Brought(try b.asDoubles(), b, grouping)
    let x = xs.values, y = ys.values
    let both = x.indices.filter { !a.isMissing($0) && !b.isMissing($0) }
    let groups = grouping.groups
    var n = [Int](repeating: 0, count: grouping.count)
    var sx = [CompensatedSum](repeating: CompensatedSum(), count: grouping.count), sy = sx
    for i in both {
      let group = Int(groups[i])
      n[group] += 1
      sx[group].add(x[i])
      sy[group].add(y[i])
    }
    let zero = [CompensatedSum](repeating: CompensatedSum(), count: grouping.count)
    var sxy = zero, sxx = zero, syy = zero
    for i in both {
      let group = Int(groups[i])
      let dx = x[i] - sx[group].value / Double(n[group]), dy = y[i] - sy[group].value / Double(n[group])
      sxy[group].add(dx * dy)
      sxx[group].add(dx * dx)
      syy[group].add(dy * dy)
    }
    let found = (0..<grouping.count).map { group -> Double in
      guard n[group] > 1 else { return .nan }
      if !scaled { return Brought.back(sxy[group].value / Double(n[group] - 1), xs.powers[group] + ys.powers[group]) }
      let spread = (sxx[group].value * syy[group].value).squareRoot()
      return spread == 0 ? .nan : max(-1, min(1, sxy[group].value / spread))
    }
    try check(found, of: sxy.map(\.value), for: name)
    return Column(doubles: found)
  }

  package static func weightedMean(_ column: Column, _ weights: Column, _ grouping: Grouping) throws(TableError) -> Column {
    guard column.count == weights.count else { throw .lengthDiffers("weights", weights.count, expected: column.count) }
    let x = try column.asDoubles(), w = try weights.asDoubles()
    let isPlain = { (number: Double) in number.magnitude < 0x1p400 }
    if x.allSatisfy(isPlain), w.allSatisfy(isPlain) { return Column(doubles: weightedMeans(x, w, column, weights, grouping)) }
    // Products or sums may be too large where the mean is not.
    let xs = try Brought(x, column, grouping), ws = try Brought(w, weights, grouping)
    let means = weightedMeans(xs.values, ws.values, column, weights, grouping)
    let found = means.indices.map { Brought.back(means[$0], xs.powers[$0]) }
    try check(found, of: means, for: "weighted_mean")
    return Column(doubles: found)
  }

  private static func weightedMeans(
    _ x: [Double], _ w: [Double], _ column: Column, _ weights: Column, _ grouping: Grouping
  ) -> [Double] {
    var top = [CompensatedSum](repeating: CompensatedSum(), count: grouping.count), bottom = top
    let groups = grouping.groups
    for i in x.indices where !column.isMissing(i) && !weights.isMissing(i) {
      top[Int(groups[i])].add(x[i] * w[i])
      bottom[Int(groups[i])].add(w[i])
    }
    return zip(top, bottom).map { $1.value == 0 ? .nan : $0.value / $1.value }
  }
}
