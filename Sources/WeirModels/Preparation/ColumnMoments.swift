import CWeirKernels
import WeirBase
import WeirTables

/// The mean and the variance of the numbers of a column, each row as often as its weight says.
///
/// Blocks of rows give a mean and the squares of the distances from it, and are put together in their order, so that a
/// large offset costs no digits.
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
    func measured(by factor: Double) -> Measured {
      Measured(ColumnMoments.sum(
        of: factor == 1 ? values : values.map { $0 * factor }, column.validity, weights, workers))
    }
    var (unit, found) = (1.0, measured(by: 1))
    guard found.weight > 0 else { throw PreparationError.nothingToLearn(step: step, column: name) }
    if !found.mean.isFinite || !found.variance.isFinite {
      guard values.indices.allSatisfy({ column.isMissing($0) || values[$0].isFinite }) else {
        throw ModelError.notFinite(step: step, column: name)
      }
      // Sums or squares are too large: a power of two makes the numbers smaller and loses no digits.
      (unit, found) = (0x1p600, measured(by: 0x1p-600))
    } else if found.variance < 0x1p-900, found.mean.magnitude < 0x1p-300, found.mean != 0 || values.contains(where: { $0 != 0 }) {
      let larger = measured(by: 0x1p600)
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

  /// Moments of numbers whose squares are doubles.
  private struct Measured {
    let weight: Double
    let mean: Double
    let variance: Double

    init(_ sum: weir_spread) {
      weight = sum.count
      mean = sum.mean
      // Where squares are infinite, what is left of them is no number.
      variance = weight == 0 ? 0 : sum.squares.isNaN ? .infinity : max(0, sum.squares / weight)
    }

    var isConstant: Bool {
      let epsilon = Double.ulpOfOne, slack = weight * mean * epsilon
      return variance <= weight * epsilon * variance + slack * slack
    }
  }

  private static func sum(
    of values: [Double], _ validity: Bitmap?, _ weights: [Double]?, _ workers: Workers
  ) -> weir_spread {
    if let weights { return weighted(values, validity, weights, workers) }
    return values.withUnsafeBufferPointer { values in
      validity.withWords { words in
        guard let base = values.baseAddress else { return weir_spread() }
        let (x, valid) = (Readings(base), words.map { Readings($0) })
        return workers.blocks(of: values.count) {
          weir_column_spread(x.base, valid?.base, $0.lowerBound, $0.upperBound)
        }.reduce(weir_spread(), weir_add_spreads)
      }
    }
  }

  /// Each row as often as its weight says: sums give a first mean, and sums of the distances from it the rest.
  private static func weighted(
    _ values: [Double], _ validity: Bitmap?, _ weights: [Double], _ workers: Workers
  ) -> weir_spread {
    func sums(around center: Double) -> (weight: Double, first: Double, second: Double) {
      workers.blocks(of: values.count) { rows in
        var sums = (weight: 0.0, first: 0.0, second: 0.0)
        for row in rows where validity.map({ $0[row] }) ?? true {
          let d = values[row] - center
          sums.weight += weights[row]
          sums.first += weights[row] * d
          sums.second += weights[row] * d * d
        }
        return sums
      }.reduce((0, 0, 0)) { ($0.0 + $1.weight, $0.1 + $1.first, $0.2 + $1.second) }
    }
    let rough = sums(around: 0)
    guard rough.weight > 0 else { return weir_spread() }
    let center = rough.first / rough.weight
    guard center.isFinite else { return weir_spread(count: rough.weight, mean: center, squares: 0) }
    let fine = sums(around: center), rest = fine.first / fine.weight
    return weir_spread(count: fine.weight, mean: center + rest, squares: fine.second - fine.first * rest)
  }
}

extension Bitmap? {
  /// The words, or nil where every row has a value.
  func withWords<Result>(_ body: (UnsafePointer<UInt64>?) throws -> Result) rethrows -> Result {
    guard let self else { return try body(nil) }
    return try self.words.withUnsafeBufferPointer { try body($0.baseAddress) }
  }
}

extension Workers {
  /// The results of `body` for each of some columns, in their order. A column of many rows has the threads to itself
  /// where `splits` says that its rows can be shared among them; the others are shared among the threads.
  func columns<Result: Sendable>(
    _ count: Int, rows: Int, splits: @Sendable (Int) -> Bool = { _ in true },
    _ body: @Sendable (Int, Workers) throws -> Result
  ) throws -> [Result] {
    guard rows >= 2 * Workers.blockRows else { return try map(count) { try body($0, .one) } }
    var results = [Result?](repeating: nil, count: count)
    for place in 0..<count where splits(place) { results[place] = try body(place, self) }
    let others = (0..<count).filter { !splits($0) }
    for (place, result) in zip(others, try map(others.count) { try body(others[$0], .one) }) { results[place] = result }
    return results.compactMap { $0 }
  }
}
