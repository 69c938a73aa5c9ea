package import WeirTables

/// What one column holds.
package struct ColumnProfile: Sendable {
  package let name: String
  package let type: ColumnType
  package let rows: Int
  package let missing: Int
  package let distinct: Int
  package let numbers: NumberProfile?
  /// The most frequent values with their counts, of columns that are not float; at most ten.
  package let common: [(value: String, count: Int)]
  /// How many values fall into each of ten parts of the range, or have each of the most frequent values.
  package let histogram: [Int]
  package let text: TextProfile?
  /// The least and greatest value, of dates and times.
  package let span: (first: String, last: String)?

  package var filled: Int { rows - missing }
  package var share: Double { rows == 0 ? 1 : Double(filled) / Double(rows) }
  package var isConstant: Bool { filled > 0 && distinct <= 1 }
  /// A column with so few values that they are classes.
  package var isCategorical: Bool {
    switch type {
    case .bool: distinct > 0
    case .text: (1...1000).contains(distinct) && distinct * 2 <= filled
    case .int: (1...20).contains(distinct) && distinct * 10 <= filled
    default: false
    }
  }

  /// `hashes` has one for each row; `sample` names the rows that stand for all where the order of values is asked for.
  init(_ name: String, _ column: Column, hashes: [UInt64], sample: [Int]?) throws {
    self.name = name
    type = column.type
    rows = column.count
    missing = column.missingCount
    distinct = max(0, RowHashes.distinct(hashes) - (missing > 0 ? 1 : 0))
    let shown = sample.map { column.taking($0) } ?? column
    numbers = column.type == .int || column.type == .float ? try NumberProfile(column, shown) : nil
    common = ColumnProfile.common(shown, column, distinct)
    text = ColumnProfile.texts(column).map { TextProfile($0.values, $0.counts) }
    var values: [Double]?
    switch column.type {
    case .int, .float: values = try shown.asDoubles()
    case .date, .dateTime, .duration: values = try shown.asDoubles()
    default: break
    }
    histogram = values.map { ColumnProfile.bins($0) } ?? common.map(\.count)
    span = ColumnProfile.span(column)
  }

  /// Ten equal parts from the least to the greatest finite number.
  private static func bins(_ values: [Double]) -> [Int] {
    var low = Double.infinity, high = -Double.infinity
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return [] }
    guard low < high else { return [values.count(where: \.isFinite)] }
    var counts = [Int](repeating: 0, count: 10)
    let width = high / 10 - low / 10
    for value in values where value.isFinite { counts[min(9, max(0, Int(value / width - low / width)))] += 1 }
    return counts
  }

  private static func common(_ shown: Column, _ whole: Column, _ distinct: Int) -> [(value: String, count: Int)] {
    switch whole.type {
    case .float, .object: return []
    // Where nearly all values differ, none is frequent.
    case .text where distinct > 10_000 && distinct * 2 > whole.count: return []
    default: break
    }
    let column = distinct > 10_000 ? shown : whole
    let grouping = Grouping(by: [column], count: column.count)
    var counts = [Int](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) { counts[Int(group)] += 1 }
    let order = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
    return order.prefix(10).map { (formatScalar(column.scalar(at: grouping.firstRows[$0])), counts[$0]) }
  }

  /// Up to twenty thousand texts with how often each stands.
  private static func texts(_ column: Column) -> (values: [String], counts: [Int])? {
    guard case .text(let texts) = column.storage else { return nil }
    var counts: [Int: Int] = [:], order: [Int] = []
    for row in 0..<column.count where !column.isMissing(row) {
      let entry = texts.codes.map { Int($0[row]) } ?? row
      if let held = counts[entry] {
        counts[entry] = held + 1
      } else if order.count < 20_000 {
        counts[entry] = 1
        order.append(entry)
      }
    }
    return (order.map { texts.entry($0) }, order.map { counts[$0] ?? 1 })
  }

  private static func span(_ column: Column) -> (String, String)? {
    switch column.type {
    case .date, .dateTime: break
    default: return nil
    }
    let whole = Grouping.whole(column.count)
    guard let first = try? RowAggregate.extreme(column, whole, greatest: false),
      let last = try? RowAggregate.extreme(column, whole, greatest: true), first.count == 1, !first.isMissing(0)
    else { return nil }
    return (formatScalar(first.scalar(at: 0)), formatScalar(last.scalar(at: 0)))
  }
}

/// The numbers of a column in a few.
package struct NumberProfile: Sendable {
  package let mean: Double
  /// With `n - 1`; nil for one value.
  package let std: Double?
  package let min: Double
  package let q25: Double
  package let median: Double
  package let q75: Double
  package let max: Double
  package let skew: Double?
  package let zeros: Int
  package let negative: Int
  /// Values that are not finite.
  package let infinite: Int
  /// Values farther than 1.5 times the quartiles' distance from them (Tukey 1977).
  package let outliers: Int

  /// Nil where there is no number. Quartiles come from the rows shown, all else from all.
  init?(_ column: Column, _ shown: Column) throws {
    let all = try column.asDoubles()
    var count = 0, low = Double.infinity, high = -Double.infinity, zeros = 0, negative = 0, infinite = 0
    for value in all where !value.isNaN {
      guard value.isFinite else {
        infinite += 1
        continue
      }
      count += 1
      low = Swift.min(low, value)
      high = Swift.max(high, value)
      if value == 0 { zeros += 1 }
      if value < 0 { negative += 1 }
    }
    guard count > 0 else { return nil }
    // In units of the largest value, so that no square overflows.
    let unit = Swift.max(low.magnitude, high.magnitude)
    let scale = unit > 1e100 || (unit < 1e-100 && unit > 0) ? unit : 1, n = Double(count)
    var sum = 0.0
    for value in all where value.isFinite { sum += value / scale }
    let rough = sum / n
    var rest = 0.0, squares = 0.0, cubes = 0.0
    for value in all where value.isFinite {
      let distance = value / scale - rough
      rest += distance
      squares += distance * distance
      cubes += distance * distance * distance
    }
    let shift = rest / n
    mean = (rough + shift) * scale
    let second = Swift.max(0, squares - n * shift * shift)
    std = count > 1 ? (second / (n - 1)).squareRoot() * scale : nil
    skew = count > 2 ? (second > 0 ? n * (n - 1).squareRoot() / (n - 2) * cubes / (second * second.squareRoot()) : 0) : nil
    let sorted = (try shown.asDoubles()).filter(\.isFinite).sorted()
    (min, max, self.zeros, self.negative, self.infinite) = (low, high, zeros, negative, infinite)
    q25 = sorted.isEmpty ? mean : NumberAggregate.quantile(sorted, 0.25)
    median = sorted.isEmpty ? mean : NumberAggregate.quantile(sorted, 0.5)
    q75 = sorted.isEmpty ? mean : NumberAggregate.quantile(sorted, 0.75)
    let reach = 1.5 * (q75 - q25), below = q25 - reach, above = q75 + reach
    outliers = reach.isFinite ? all.count { $0.isFinite && ($0 < below || $0 > above) } : 0
  }
}
