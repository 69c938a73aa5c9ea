import CWeirKernels
import WeirBase

extension weir_sum {
  /// Infinities and NaN pass through as plain addition has them.
  var value: Double { sum.isFinite && error.isFinite ? sum + error : sum }
}

/// The numbers of a column by group, missing ones left out: what most aggregates start from.
///
/// Parts of the rows add for themselves, and parts are added in their order; how many there are depends on the data alone.
struct GroupedNumbers {
  let column: Column
  let grouping: Grouping
  /// A number for each row; any at all where the row has no value.
  let values: [Double]
  let validity: Bitmap?

  init(_ column: Column, _ grouping: Grouping, for name: String) throws(TableError) {
    self.column = column
    self.grouping = grouping
    validity = column.validity
    guard column.count == grouping.rowCount else { throw .lengthDiffers("the column", column.count, expected: grouping.rowCount) }
    do {
      values = try grouping.findings.value("numbers", of: column) { () throws(TableError) in try column.numbers() }
    } catch {
      throw .wrongType(operation: "`\(name)`", column: nil, type: column.type.description, expected: "numbers")
    }
  }

  /// How many rows of each group have a value.
  var counts: [Int] { grouping.counts(of: column) }

  var sums: [Double] {
    get throws(TableError) {
      try grouping.findings.value("sums", of: column) { () throws(TableError) in powers(1, from: nil) }
    }
  }

  /// 0 for groups without values; finite where the values are, even if their sum is not.
  var means: [Double] {
    get throws(TableError) {
      let sums = try sums, counts = counts
      let smaller = sums.allSatisfy(\.isFinite) ? sums : try smallerSums
      return sums.indices.map { counts[$0] == 0 ? 0 : GroupedNumbers.mean(sums[$0], smaller[$0], Double(counts[$0])) }
    }
  }

  /// The sums of the numbers over 2^64: finite whenever the numbers are.
  var smallerSums: [Double] {
    get throws(TableError) {
      let sums = try sums
      return sums.allSatisfy(\.isFinite) ? sums.map { $0 * 0x1p-64 } : scaled(by: 0x1p-64).powers(1, from: nil)
    }
  }

  /// The sum counts where it is finite.
  static func mean(_ sum: Double, _ smaller: Double, _ count: Double) -> Double {
    guard !sum.isFinite, smaller.isFinite else { return sum / count }
    let largest = Double.greatestFiniteMagnitude
    return max(-largest, min(largest, smaller / count * 0x1p64))
  }

  /// The sums of squared distances from the means, over a divisor for each group; of that the root, if wanted.
  ///
  /// Where squares are too large or too small for a double they are taken of numbers that are smaller or larger by a power
  /// of two, which loses no digits.
  func meanSquares(over divisors: [Double], root: Bool) throws(TableError) -> [Double] {
    let means = try means
    func finished(_ square: Double, _ group: Int) -> Double {
      root ? (square / divisors[group]).squareRoot() : square / divisors[group]
    }
    let squares = powers(2, from: means)
    var results = squares.indices.map { finished(squares[$0], $0) }
    func again(by factor: Double, where isMeant: (Int) -> Bool) {
      guard results.indices.contains(where: isMeant) else { return }
      let others = scaled(by: factor).powers(2, from: means.map { $0 * factor })
      for group in results.indices where isMeant(group) && others[group].isFinite {
        results[group] = finished(others[group], group) / factor
        if !root { results[group] /= factor }
      }
    }
    again(by: 0x1p-600) { !squares[$0].isFinite }
    // A constant column has no distances at all; only numbers near 0 can have some whose squares are lost.
    again(by: 0x1p600) { squares[$0] < 0x1p-900 && means[$0].magnitude < 0x1p400 }
    return results
  }

  /// The distances from the means as multiples of the spread of each group; 0 where a group has none.
  func standardized() throws(TableError) -> GroupedNumbers {
    let means = try means, spreads = try meanSquares(over: counts.map { max(1, Double($0)) }, root: true)
    let groups = grouping.isWhole ? [] : grouping.groups
    let own = self.values
    let values = own.indices.map { row in
      let group = groups.isEmpty ? 0 : Int(groups[row]), spread = spreads[group]
      // By a quarter, so that the distance of the largest from the smallest is a number.
      return spread > 0 ? (own[row] * 0.25 - means[group] * 0.25) / spread * 4 : 0
    }
    return GroupedNumbers(column: column, grouping: grouping, values: values, validity: validity)
  }

  /// The same numbers over a power of two that makes the largest in size about 1, and that power.
  func brought() -> (numbers: GroupedNumbers, power: Int) {
    var largest = 0.0
    for row in values.indices where validity.map({ $0[row] }) ?? true {
      if values[row].isFinite, values[row].magnitude > largest { largest = values[row].magnitude }
    }
    let power = largest > 0 ? Int(largest.exponent) : 0
    // In two steps: one factor alone may be no double.
    let half = power / 2
    return (scaled(by: Double(sign: .plus, exponent: -half, significand: 1))
      .scaled(by: Double(sign: .plus, exponent: half - power, significand: 1)), power)
  }

  private func scaled(by factor: Double) -> GroupedNumbers { with(values.map { $0 * factor }) }

  /// Other numbers in the same rows.
  func with(_ values: [Double]) -> GroupedNumbers {
    GroupedNumbers(column: column, grouping: grouping, values: values, validity: validity)
  }

  private init(column: Column, grouping: Grouping, values: [Double], validity: Bitmap?) {
    (self.column, self.grouping, self.values, self.validity) = (column, grouping, values, validity)
  }

  /// The sums of a power of the distances from a number for each group (nil: from 0).
  func powers(_ power: Int, from shifts: [Double]?) -> [Double] {
    let count = grouping.count, values = values, validity = validity, grouping = grouping, isWhole = grouping.isWhole
    let groups = isWhole ? [] : grouping.groups
    let parts = Workers.current.results(grouping.partCount) { part in
      let rows = grouping.part(part)
      var sums = [weir_sum](repeating: weir_sum(sum: 0, error: 0), count: count)
      values.withUnsafeBufferPointer { values in
        validity.withWords { valid in
          if isWhole {
            weir_add_powers(
              values.baseAddress, valid, shifts?.first ?? 0, Int32(power), rows.lowerBound, rows.upperBound, &sums)
          } else {
            shifts.withNumbers {
              weir_add_group_powers(
                values.baseAddress, valid, groups, $0, Int32(power), rows.lowerBound, rows.upperBound, &sums)
            }
          }
        }
      }
      return sums
    }
    var total = [weir_sum](repeating: weir_sum(sum: 0, error: 0), count: count)
    for sums in parts { for group in 0..<count { weir_add_sum(&total[group], sums[group]) } }
    return total.map(\.value)
  }

  /// Sums of the powers of the distances from the mean: second, third and so on.
  func moments(_ means: [Double], upTo power: Int) -> [[Double]] {
    power < 2 ? [] : (2...power).map { powers($0, from: means) }
  }

  /// The values of each group, sorted; NaN after all numbers.
  var sorted: [[Double]] {
    get throws(TableError) {
      let segments = try segments
      return (0..<grouping.count).map { group in
        var keys = segments.keys(of: group)
        var spare = keys
        weir_sort_keys(&keys, &spare, keys.count)
        return keys.map { weir_number_of_bits($0) }
      }
    }
  }

  /// At each of the shares, linear between order statistics (type 7 of Hyndman and Fan 1996): for each group one number
  /// a share, NaN where it has no value.
  func quantiles(_ shares: [Double]) throws(TableError) -> [[Double]] {
    // Few numbers are put side by side: the counts would be many times as large, in tables of very many columns all at once.
    if grouping.isWhole, values.count > 8192 {
      let ranks = try grouping.findings.value("tops", of: column) { () throws(TableError) in TopCounts(values, validity) }
      return [ranks.quantiles(shares, of: values, validity)]
    }
    return try segments.quantiles(shares)
  }

  private var segments: GroupSegments {
    get throws(TableError) {
      try grouping.findings.value("segments", of: column) { () throws(TableError) in
        GroupSegments(values, validity, grouping)
      }
    }
  }
}

extension Optional<[Double]> {
  fileprivate func withNumbers<Result>(_ body: (UnsafePointer<Double>?) -> Result) -> Result {
    guard let self else { return body(nil) }
    return self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

extension Grouping {
  /// How many rows of each group have a value in the column; all rows where there is none.
  func counts(of column: Column?) -> [Int] {
    let validity = column?.validity
    if isWhole { return [validity?.setCount ?? rowCount] }
    let groups = groups, count = count
    let parts = Workers.current.results(partCount) { part in
      let rows = self.part(part)
      var counts = [UInt32](repeating: 0, count: count)
      groups.withUnsafeBufferPointer { groups in
        validity.withWords { weir_count_groups(groups.baseAddress, $0, rows.lowerBound, rows.upperBound, &counts) }
      }
      return counts
    }
    var total = [Int](repeating: 0, count: count)
    for counts in parts { for group in 0..<count { total[group] += Int(counts[group]) } }
    return total
  }
}
