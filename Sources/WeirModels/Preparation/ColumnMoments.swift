import WeirBase
import WeirTables

/// The mean and the variance of the numbers of a column, each row as often as its weight says.
///
/// Two passes over parts of the rows: sums give a first mean, sums of the distances from it mend its rounding and give
/// the variance, so that a large offset costs no digits.
struct ColumnMoments: Sendable {
  /// How many rows have a number, or the sum of their weights.
  let weight: Double
  let mean: Double
  /// With `weight` as the denominator.
  let variance: Double

  init(
    _ column: Column, named name: String, for step: String, weights: [Double]?, workers: Workers
  ) throws {
    let values = try column.amounts(named: name, for: step)
    let source = Source(values: values, words: column.validity?.words, weights: weights)
    func total(around center: Double) throws -> Sums {
      try workers.mapRows(values.count, atLeast: 1 << 16) { source.sums($0, around: center) }
        .reduce(into: Sums()) { $0.add($1) }
    }
    let rough = try total(around: 0)
    guard rough.weight > 0 else { throw PreparationError.nothingToLearn(step: step, column: name) }
    let first = rough.first / rough.weight
    guard first.isFinite else {
      let finite = values.indices.allSatisfy { column.isMissing($0) || values[$0].isFinite }
      throw finite ? ModelError("the column `\(name)` holds numbers too large to add up")
        : ModelError.notFinite(step: step, column: name)
    }
    let fine = try total(around: first)
    weight = fine.weight
    mean = first + fine.first / weight
    variance = max(0, (fine.second - fine.first * (fine.first / weight)) / weight)
    guard variance.isFinite else { throw ModelError("the column `\(name)` holds numbers too large to square") }
  }

  /// Whether the variance is no more than rounding explains (scikit-learn's bound).
  var isConstant: Bool {
    let epsilon = Double.ulpOfOne, slack = weight * mean * epsilon
    return variance <= weight * epsilon * variance + slack * slack
  }

  private struct Sums: Sendable {
    var weight = 0.0, first = 0.0, second = 0.0

    mutating func add(_ other: Sums) {
      weight += other.weight
      first += other.first
      second += other.second
    }
  }

  private struct Source: Sendable {
    let values: [Double]
    let words: [UInt64]?
    let weights: [Double]?

    /// Sums over rows of the weights, of the distances from a center and of their squares.
    func sums(_ rows: Range<Int>, around center: Double) -> Sums {
      if let weights { return weighted(rows, weights, around: center) }
      if let words { return masked(rows, words, around: center) }
      return values.withUnsafeBufferPointer { x in
        // Four sums at a time: one alone would wait for each addition.
        var a = SIMD4<Double>(), b = SIMD4<Double>()
        var row = rows.lowerBound
        while row + 4 <= rows.upperBound {
          let d = SIMD4(x[row], x[row + 1], x[row + 2], x[row + 3]) - center
          a += d
          b += d * d
          row += 4
        }
        var sums = Sums(weight: Double(rows.count), first: a.sum(), second: b.sum())
        while row < rows.upperBound {
          let d = x[row] - center
          sums.first += d
          sums.second += d * d
          row += 1
        }
        return sums
      }
    }

    private func masked(_ rows: Range<Int>, _ words: [UInt64], around center: Double) -> Sums {
      values.withUnsafeBufferPointer { x in
        words.withUnsafeBufferPointer { words in
          var count = 0
          var first = SIMD2<Double>(), second = SIMD2<Double>()
          for row in rows {
            let bit = words[row >> 6] >> UInt64(row & 63) & 1
            count += Int(bit)
            // What lies in a row without a value may be anything: chosen away, not multiplied.
            let d = bit == 1 ? x[row] - center : 0
            first[row & 1] += d
            second[row & 1] += d * d
          }
          return Sums(weight: Double(count), first: first.sum(), second: second.sum())
        }
      }
    }

    private func weighted(_ rows: Range<Int>, _ weights: [Double], around center: Double) -> Sums {
      var sums = Sums()
      for row in rows where words.map({ $0[row >> 6] >> UInt64(row & 63) & 1 == 1 }) ?? true {
        let d = values[row] - center
        sums.weight += weights[row]
        sums.first += weights[row] * d
        sums.second += weights[row] * d * d
      }
      return sums
    }
  }
}
