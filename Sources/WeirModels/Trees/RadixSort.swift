/// Sorts numbers by their bits, 11 at a time from the lowest.
enum RadixSort {
  /// Bits that order as the numbers do, as unsigned ones. Adding zero makes -0 equal to 0.
  static func key(_ value: Double) -> UInt64 {
    let bits = (value + 0).bitPattern
    return bits >> 63 == 1 ? ~bits : bits | 1 << 63
  }

  static func value(_ key: UInt64) -> Double { Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key) }

  /// The different values, ascending, and how often each occurs; none may be NaN.
  static func distinct(_ values: [Double]) -> (values: [Double], counts: [Int]) {
    var distinct: [Double] = [], counts: [Int] = []
    for key in sorted(values.map(key)) {
      let value = value(key)
      if let last = distinct.last, last == value { counts[counts.count - 1] += 1 } else {
        distinct.append(value)
        counts.append(1)
      }
    }
    return (distinct, counts)
  }

  static func sorted(_ keys: [UInt64]) -> [UInt64] {
    let digits = 6, size = 1 << 11, n = keys.count
    var keys = keys, other = keys
    var starts = [Int](repeating: 0, count: digits * size)
    starts.withUnsafeMutableBufferPointer { starts in
      for key in keys {
        for digit in 0..<digits { starts[digit * size + Int(truncatingIfNeeded: key >> UInt64(11 * digit)) & (size - 1)] += 1 }
      }
    }
    for digit in 0..<digits {
      let shift = UInt64(11 * digit), range = digit * size..<(digit + 1) * size
      if starts[range].contains(n) { continue }
      var sum = 0
      for place in range { (starts[place], sum) = (sum, sum + starts[place]) }
      keys.withUnsafeBufferPointer { keys in
        other.withUnsafeMutableBufferPointer { other in
          starts.withUnsafeMutableBufferPointer { starts in
            for key in keys {
              let place = digit * size + Int(truncatingIfNeeded: key >> shift) & (size - 1)
              other[starts[place]] = key
              starts[place] += 1
            }
          }
        }
      }
      swap(&keys, &other)
    }
    return keys
  }
}
