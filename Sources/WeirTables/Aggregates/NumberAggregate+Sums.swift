import CWeirKernels
import WeirBase

/// Sums that are right wherever they fit: an intermediate result that does not fit spoils nothing, and a sum of finite
/// numbers that does not fit is an error.
extension NumberAggregate {
  /// Ints, bools and durations exactly; throws where the sum does not fit.
  package static func sum(_ column: Column, _ grouping: Grouping) throws(TableError) -> Column {
    guard let wide = try wideSums(column, grouping) else {
      let sums = try GroupedNumbers(column, grouping, for: "sum").sums
      // Not finite: the numbers are not, or what they add up to on the way.
      return sums.allSatisfy(\.isFinite) ? Column(.float(sums)) : try sum(ofParts: sumParts(column, grouping))
    }
    return try exact(wide, like: column)
  }

  /// What sums of parts of the rows are put together from: three columns, which are added up each by itself.
  package static func sumParts(_ column: Column, _ grouping: Grouping) throws(TableError) -> [Column] {
    guard let wide = try wideSums(column, grouping) else {
      let numbers = try GroupedNumbers(column, grouping, for: "sum")
      let (small, large) = numbers.sumsBySize()
      return [Column(.float(small)), Column(.float(large)), Column(.float(Array(repeating: 0, count: grouping.count)))]
    }
    let high = wide.map(\.high)
    return [
      Column(.int(wide.map { Int64($0.low & 0xffff_ffff) })), Column(.int(wide.map { Int64($0.low >> 32) })),
      column.type == .duration ? Column(.duration(high)) : Column(.int(high)),
    ]
  }

  package static func sum(ofParts parts: [Column]) throws(TableError) -> Column {
    guard parts.count == 3 else { return Column(doubles: []) }
    if case .float(let small) = parts[0].storage {
      return Column(.float(try float(small: small, large: try parts[1].numbers())))
    }
    guard let low = parts[0].wholeNumbers, let middle = parts[1].wholeNumbers, let high = parts[2].wholeNumbers else {
      return Column(doubles: [])
    }
    let wide = low.indices.map { group in
      var total = weir_wide(low: UInt64(bitPattern: low[group]), high: 0)
      weir_add_wide(&total, weir_wide(low: UInt64(bitPattern: middle[group]) << 32, high: middle[group] >> 32))
      weir_add_wide(&total, weir_wide(low: 0, high: high[group]))
      return total
    }
    return try exact(wide, like: parts[2])
  }

  private static func float(small: [Double], large: [Double]) throws(TableError) -> [Double] {
    var sums = small
    for group in sums.indices where large[group] != 0 {
      sums[group] = large[group] * 0x1p64 + small[group]
      if !sums[group].isFinite, large[group].isFinite, small[group].isFinite { throw .floatOverflow(operation: "`sum`") }
    }
    return sums
  }

  /// A sum of whole numbers, as the column has them.
  private static func exact(_ wide: [weir_wide], like column: Column) throws(TableError) -> Column {
    var sums: [Int64] = []
    sums.reserveCapacity(wide.count)
    for total in wide {
      let sum = Int64(bitPattern: total.low)
      guard total.high == sum >> 63 else { throw .overflow(operation: "`sum`") }
      sums.append(sum)
    }
    return column.type == .duration ? Column(.duration(sums)) : Column(.int(sums))
  }

  /// Added with 128 bits, so that only a sum that does not fit is an error, whatever the order; nil for what holds no whole
  /// numbers.
  private static func wideSums(_ column: Column, _ grouping: Grouping) throws(TableError) -> [weir_wide]? {
    guard let values = column.wholeNumbers else { return nil }
    guard values.count == grouping.rowCount else { throw .lengthDiffers("the column", values.count, expected: grouping.rowCount) }
    let count = grouping.count, validity = column.validity, isWhole = grouping.isWhole
    let groups = isWhole ? [] : grouping.groups
    let parts = Workers.current.results(grouping.partCount) { part in
      let rows = grouping.part(part)
      var sums = [weir_wide](repeating: weir_wide(low: 0, high: 0), count: count)
      values.withUnsafeBufferPointer { values in
        validity.withWords { valid in
          if isWhole {
            weir_add_ints(values.baseAddress, valid, rows.lowerBound, rows.upperBound, &sums)
          } else {
            weir_add_group_ints(values.baseAddress, valid, groups, rows.lowerBound, rows.upperBound, &sums)
          }
        }
      }
      return sums
    }
    var total = [weir_wide](repeating: weir_wide(low: 0, high: 0), count: count)
    for sums in parts { for group in 0..<count { weir_add_wide(&total[group], sums[group]) } }
    return total
  }
}

extension GroupedNumbers {
  /// The sums of the numbers that are not large, and those of the large ones over 2^64: both are finite where the numbers are.
  func sumsBySize() -> (small: [Double], large: [Double]) {
    let isLarge = { (x: Double) in x.magnitude > 0x1p600 }
    guard values.contains(where: isLarge) else { return (powers(1, from: nil), Array(repeating: 0, count: grouping.count)) }
    return (
      with(values.map { isLarge($0) ? 0 : $0 }).powers(1, from: nil),
      with(values.map { isLarge($0) ? $0 * 0x1p-64 : 0 }).powers(1, from: nil))
  }
}

/// A few numbers that are too large for sums and squares of them to be taken as they are.
enum LargeNumbers {
  /// Infinite only where the sum is too large.
  static func sum(_ numbers: [Double]) -> Double {
    var small = CompensatedSum(), large = CompensatedSum()
    for x in numbers { if x.magnitude > 0x1p600 { large.add(x * 0x1p-64) } else { small.add(x) } }
    return large.value == 0 ? small.value : large.value * 0x1p64 + small.value
  }

  /// Infinite only where it is too large; NaN for too few numbers.
  static func variance(_ numbers: [Double], ddof: Int, root: Bool) -> Double {
    guard numbers.count > ddof else { return .nan }
    let near = numbers.map { $0 * 0x1p-600 }
    let mean = sum(near) / Double(near.count)
    var squares = CompensatedSum()
    for x in near { squares.add((x - mean) * (x - mean)) }
    let variance = squares.value / Double(max(1, numbers.count - ddof))
    return root ? variance.squareRoot() * 0x1p600 : variance * 0x1p600 * 0x1p600
  }
}

extension Column {
  /// Ints, durations, and bools as 0 and 1.
  fileprivate var wholeNumbers: [Int64]? {
    switch storage {
    case .int(let values), .duration(let values): values
    case .bool(let values): values.map { $0 ? 1 : 0 }
    default: nil
    }
  }
}
