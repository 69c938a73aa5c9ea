import WeirTables

/// Quantiles without sorting all values: each number looked for parts the values around it (Hoare 1961).
enum OrderStatistics {
  /// Linear between order statistics, as `quantile` has it. `values` holds no NaN; none gives NaN.
  static func quantiles(_ values: [Double], at levels: [Double]) -> [Double] {
    guard !values.isEmpty else { return levels.map { _ in .nan } }
    var values = values
    return levels.map { level in
      let place = level * Double(values.count - 1)
      let below = min(values.count - 1, max(0, Int(place.rounded(.down))))
      let low = select(&values, below)
      let fraction = place - Double(below)
      guard fraction > 0, below + 1 < values.count else { return low }
      // Everything behind the place is at least as large, so the next number is the least of that.
      let high = values[(below + 1)...].min() ?? low
      return low + (high - low) * fraction
    }
  }

  /// The number at `rank` in ascending order; smaller ones end up before it, larger ones behind.
  static func select(_ values: inout [Double], _ rank: Int) -> Double {
    values.withUnsafeMutableBufferPointer { x in
      var low = 0, high = x.count - 1, rounds = 0
      while low < high {
        rounds += 1
        // Values that part badly again and again are sorted instead.
        if rounds > 100 || high - low < 16 {
          x[low...high].sort()
          break
        }
        let middle = low + (high - low) / 2
        let pivot = median(x[low], x[middle], x[high])
        var i = low, j = high
        while i <= j {
          while x[i] < pivot { i += 1 }
          while x[j] > pivot { j -= 1 }
          if i <= j {
            x.swapAt(i, j)
            i += 1
            j -= 1
          }
        }
        if rank <= j { high = j } else if rank >= i { low = i } else { break }
      }
      return x[rank]
    }
  }

  private static func median(_ a: Double, _ b: Double, _ c: Double) -> Double {
    max(min(a, b), min(max(a, b), c))
  }
}
