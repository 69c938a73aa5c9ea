import CWeirKernels
import WeirBase

extension NumberAggregate {
  /// The covariance of two columns over the rows where both have a value, or their correlation; NaN where there is none.
  ///
  /// Distances are taken from the means of the columns; where that is far from the means over the common rows, once more
  /// from those.
  static func wholeCovariance(_ a: Column, _ b: Column, _ grouping: Grouping, scaled: Bool) throws(TableError) -> Double {
    let name = scaled ? "corr" : "cov"
    var x = try GroupedNumbers(a, grouping, for: name), y = try GroupedNumbers(b, grouping, for: name)
    var shifts = (try x.means[0], try y.means[0])
    var found = products(x, y, shifts)
    // Products that are too large or too small for doubles are taken of numbers about 1; that has its price in time.
    var power = 0
    // The sums of squares are multiplied with each other too.
    let isPlain = { (sum: weir_sum) in sum.value > 0x1p-450 && sum.value < 0x1p450 }
    if !isPlain(found.xx) || !isPlain(found.yy) || !found.xy.value.isFinite {
      let (smallX, powerX) = x.brought(), (smallY, powerY) = y.brought()
      (x, y, power) = (smallX, smallY, powerX + powerY)
      shifts = (Brought.back(shifts.0, -powerX), Brought.back(shifts.1, -powerY))
      found = products(x, y, shifts)
    }
    guard found.count > 1 else { return .nan }
    let far = { (sum: weir_sum, squares: weir_sum) in sum.value * sum.value > 1e-3 * found.count * squares.value }
    if far(found.x, found.xx) || far(found.y, found.yy) {
      shifts.0 += found.x.value / found.count
      shifts.1 += found.y.value / found.count
      found = products(x, y, shifts)
    }
    let n = found.count, sx = found.x.value, sy = found.y.value
    let both = found.xy.value - sx * sy / n
    if !scaled { return Brought.back(both / (n - 1), power) }
    let spread = ((found.xx.value - sx * sx / n) * (found.yy.value - sy * sy / n)).squareRoot()
    return spread > 0 ? max(-1, min(1, both / spread)) : .nan
  }

  private static func products(_ a: GroupedNumbers, _ b: GroupedNumbers, _ shifts: (Double, Double)) -> weir_products {
    let x = a.values, y = b.values, xValid = a.validity, yValid = b.validity
    let parts = Workers.current.blocks(of: x.count) { rows in
      var found = weir_products()
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          xValid.withWords { xValid in
            yValid.withWords { yValid in
              weir_add_products(
                x.baseAddress, y.baseAddress, xValid, yValid, shifts.0, shifts.1, rows.lowerBound, rows.upperBound, &found)
            }
          }
        }
      }
      return found
    }
    var total = weir_products()
    for part in parts {
      total.count += part.count
      weir_add_sum(&total.x, part.x)
      weir_add_sum(&total.y, part.y)
      weir_add_sum(&total.xy, part.xy)
      weir_add_sum(&total.xx, part.xx)
      weir_add_sum(&total.yy, part.yy)
    }
    return total
  }
}

/// Numbers of each group over a power of two that makes the largest in size about 1: their products are doubles.
struct Brought {
  let values: [Double]
  /// The power of two for each group.
  let powers: [Int]

  init(_ values: [Double], _ column: Column, _ grouping: Grouping) throws(TableError) {
    guard values.count == grouping.rowCount else { throw .lengthDiffers("the column", values.count, expected: grouping.rowCount) }
    let groups = grouping.groups
    var largest = [Double](repeating: 0, count: grouping.count)
    for row in values.indices where values[row].isFinite && !column.isMissing(row) {
      largest[Int(groups[row])] = max(largest[Int(groups[row])], values[row].magnitude)
    }
    let powers = largest.map { $0 > 0 ? Int($0.exponent) : 0 }
    self.powers = powers
    self.values = values.indices.map { Brought.back(values[$0], -powers[Int(groups[$0])]) }
  }

  /// A number times a power of two, which alone may be no double.
  static func back(_ value: Double, _ power: Int) -> Double {
    Double(sign: .plus, exponent: power, significand: value)
  }
}
