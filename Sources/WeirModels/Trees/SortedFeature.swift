/// A feature's values in ascending order (equal ones by row) with the rows they belong to; rows without a value, NaN, come
/// last.
struct SortedFeature: Sendable {
  private(set) var values: [Double]
  private(set) var order: [Int32]
  /// Whether any row lacks a value.
  let hasMissing: Bool

  init(column j: Int, of x: [Double], rows n: Int, columns p: Int) {
    var keys = [UInt64](repeating: 0, count: n), missing = 0
    for i in 0..<n {
      // Adding zero makes -0 equal to 0. Flipped bits order as unsigned numbers do.
      let value = x[i * p + j], bits = (value + 0).bitPattern
      keys[i] = bits >> 63 == 1 ? ~bits : bits | 1 << 63
      if value.isNaN {
        keys[i] = .max
        missing += 1
      }
    }
    hasMissing = missing > 0
    order = SortedFeature.sortedRows(&keys)
    values = keys.map { Double(bitPattern: $0 >> 63 == 1 ? $0 & ~(1 << 63) : ~$0) }
  }

  /// Where the rows of a range that lack a value start: at its end where there are none.
  func missingStart(_ range: Range<Int>) -> Int {
    guard hasMissing, let last = range.last, values[last].isNaN else { return range.upperBound }
    var low = range.lowerBound, high = last
    while low < high {
      let middle = low + (high - low) / 2
      if values[middle].isNaN { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// Sorts the keys by their bits, 11 at a time from the lowest (a stable radix sort), and gives their old places.
  private static func sortedRows(_ keys: inout [UInt64]) -> [Int32] {
    let n = keys.count, size = 1 << 11
    var order = (0..<n).map { Int32(truncatingIfNeeded: $0) }
    var otherKeys = keys, otherOrder = order
    for shift in stride(from: 0, to: 64, by: 11) {
      var starts = [Int](repeating: 0, count: size)
      for key in keys { starts[Int(truncatingIfNeeded: key >> UInt64(shift)) & (size - 1)] += 1 }
      if starts.contains(n) { continue }
      var sum = 0
      for digit in 0..<size { (starts[digit], sum) = (sum, sum + starts[digit]) }
      for i in 0..<n {
        let digit = Int(truncatingIfNeeded: keys[i] >> UInt64(shift)) & (size - 1)
        otherKeys[starts[digit]] = keys[i]
        otherOrder[starts[digit]] = order[i]
        starts[digit] += 1
      }
      swap(&keys, &otherKeys)
      swap(&order, &otherOrder)
    }
    return order
  }

  /// The rows of a range and their values, those that go left first.
  struct Part: Sendable {
    var rows: [Int32]
    var values: [Double]
  }

  func parted(_ range: Range<Int>, _ isLeft: [Bool]) -> Part {
    var copy = SortedFeature(values: Array(values[range]), order: Array(order[range]), hasMissing: hasMissing)
    var rows: [Int32] = [], spare: [Double] = []
    copy.part(0..<range.count, isLeft, &rows, &spare)
    return Part(rows: copy.order, values: copy.values)
  }

  /// Puts a part of the length of the range in its place.
  mutating func replace(_ range: Range<Int>, _ part: Part) {
    order.replaceSubrange(range, with: part.rows)
    values.replaceSubrange(range, with: part.values)
  }

  private init(values: [Double], order: [Int32], hasMissing: Bool) {
    self.values = values
    self.order = order
    self.hasMissing = hasMissing
  }

  /// Moves the rows of the range that go left before the others; `spare` arrays are kept between calls.
  mutating func part(
    _ range: Range<Int>, _ isLeft: [Bool], _ spareRows: inout [Int32], _ spareValues: inout [Double]
  ) {
    spareRows.removeAll(keepingCapacity: true)
    spareValues.removeAll(keepingCapacity: true)
    spareRows.reserveCapacity(range.count)
    spareValues.reserveCapacity(range.count)
    values.withUnsafeMutableBufferPointer { values in
      order.withUnsafeMutableBufferPointer { order in
        isLeft.withUnsafeBufferPointer { isLeft in
          var next = range.lowerBound
          for i in range {
            let row = order[i]
            if isLeft[Int(row)] {
              order[next] = row
              values[next] = values[i]
              next += 1
            } else {
              spareRows.append(row)
              spareValues.append(values[i])
            }
          }
          for i in spareRows.indices {
            order[next + i] = spareRows[i]
            values[next + i] = spareValues[i]
          }
        }
      }
    }
  }
}
