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
  /// With `weight` as the denominator; infinite where the square of the spread is too large for a double.
  let variance: Double
  /// The root of the variance.
  let spread: Double
  /// Whether the variance is no more than rounding explains (scikit-learn's bound).
  let isConstant: Bool

  init(
    _ column: Column, named name: String, for step: String, weights: [Double]?, workers: Workers
  ) throws {
    let values = try column.amounts(named: name, for: step)
    func measured(by factor: Double) throws -> Measured {
      let source = Source(
        values: factor == 1 ? values : values.map { $0 * factor }, words: column.validity?.words, weights: weights)
      return try Measured(source, count: values.count, workers: workers)
    }
    var (unit, found) = (1.0, try measured(by: 1))
    guard found.weight > 0 else { throw PreparationError.nothingToLearn(step: step, column: name) }
    if !found.mean.isFinite || !found.variance.isFinite {
      guard values.indices.allSatisfy({ column.isMissing($0) || values[$0].isFinite }) else {
        throw ModelError.notFinite(step: step, column: name)
      }
      // Sums or squares are too large: a power of two makes the numbers smaller and loses no digits.
      (unit, found) = (0x1p600, try measured(by: 0x1p-600))
    } else if found.variance < 0x1p-900, found.mean.magnitude < 0x1p-300, found.mean != 0 || values.contains(where: { $0 != 0 }) {
      let larger = try measured(by: 0x1p600)
      if larger.mean.isFinite, larger.variance.isFinite { (unit, found) = (0x1p-600, larger) }
    }
    guard found.mean.isFinite, found.variance.isFinite else {
      throw ModelError("the column `\(name)` holds numbers too large to add up")
    }
    weight = found.weight
    mean = max(-.greatestFiniteMagnitude, min(.greatestFiniteMagnitude, found.mean * unit))
    spread = min(.greatestFiniteMagnitude, found.variance.squareRoot() * unit)
    variance = found.variance * unit * unit
    isConstant = found.isConstant
  }

  /// Two passes over numbers whose squares are doubles.
  private struct Measured {
    let weight: Double
    var mean = 0.0
    var variance = 0.0

    init(_ source: Source, count: Int, workers: Workers) throws {
      func total(around center: Double) throws -> Sums {
        try workers.mapRows(count, atLeast: 1 << 16) { source.sums($0, around: center) }
          .reduce(into: Sums()) { $0.add($1) }
      }
      let rough = try total(around: 0)
      guard rough.weight > 0 else {
        weight = 0
        return
      }
      let first = rough.first / rough.weight
      guard first.isFinite else {
        (weight, mean) = (rough.weight, first)
        return
      }
      let fine = try total(around: first)
      weight = fine.weight
      mean = first + fine.first / weight
      variance = max(0, (fine.second - fine.first * (fine.first / weight)) / weight)
    }

    var isConstant: Bool {
      let epsilon = Double.ulpOfOne, slack = weight * mean * epsilon
      return variance <= weight * epsilon * variance + slack * slack
    }
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
