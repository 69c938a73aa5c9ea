import Glibc

/// Where to cut a feature's sorted rows.
struct SplitCut: Sendable {
  /// What the cut is worth: more is better, on a scale of the node's own.
  var gain: Double
  /// The place of the last row with a value that goes left.
  var last: Int
  /// Whether rows without a value go left.
  var missingLeft = false
}

/// What a node predicts and how mixed it is, and the best cut of one feature.
protocol SplitTally: Sendable {
  associatedtype Summary: NodeSummary
  func summary(_ order: [Int32], _ range: Range<Int>) -> Summary
  /// The best cut where rows without a value go right, or left: the rows of `known` have one, and those of `missing` none.
  func best(
    of feature: SortedFeature, known: Range<Int>, missing: Range<Int>, missingLeft: Bool, _ whole: Summary, minSamplesLeaf: Int
  ) -> SplitCut?
  /// How much weighted impurity a cut takes away.
  func improvement(_ cut: SplitCut, _ whole: Summary) -> Double
  /// Gains that differ less differ by rounding alone.
  func noise(of whole: Summary) -> Double
}

extension SplitTally {
  /// The best cut of a feature. Rows without a value are tried on both sides; of equally good cuts they go right.
  func best(of feature: SortedFeature, _ range: Range<Int>, _ whole: Summary, minSamplesLeaf: Int) -> SplitCut? {
    let start = feature.missingStart(range), known = range.lowerBound..<start, missing = start..<range.upperBound
    guard !known.isEmpty, !missing.isEmpty || feature.values[known.lowerBound] < feature.values[start - 1] else { return nil }
    let right = best(
      of: feature, known: known, missing: missing, missingLeft: false, whole, minSamplesLeaf: minSamplesLeaf)
    guard !missing.isEmpty else { return right }
    let left = best(of: feature, known: known, missing: missing, missingLeft: true, whole, minSamplesLeaf: minSamplesLeaf)
    guard let left, let right else { return right ?? left }
    return left.gain > right.gain + noise(of: whole) ? left : right
  }
}

/// Which places of sorted rows a scan may cut after, and how many rows without a value go left with them.
struct CutPlaces {
  let first: Int
  /// The place after the last one to cut after.
  let end: Int
  let before: Int
  let rows: Int

  /// The last row with a value is followed by those without one, where these go right and there are any.
  init(known: Range<Int>, missing: Range<Int>, missingLeft: Bool) {
    first = known.lowerBound
    end = missingLeft || missing.isEmpty ? known.upperBound - 1 : known.upperBound
    before = missingLeft ? missing.count : 0
    rows = known.count + missing.count
  }
}

protocol NodeSummary: Sendable {
  var weight: Double { get }
  var impurity: Double { get }
  var values: [Double] { get }
  var isPure: Bool { get }
}

/// Classes, judged by Gini impurity or entropy.
struct ClassTally: SplitTally {
  let codes: [Int32]
  let weights: [Double]?
  let classes: Int
  let entropy: Bool

  struct Summary: NodeSummary {
    let totals: [Double]
    let weight: Double
    let impurity: Double
    var values: [Double] { totals.map { $0 / weight } }
    var isPure: Bool { totals.count { $0 > 0 } <= 1 }
  }

  func summary(_ order: [Int32], _ range: Range<Int>) -> Summary {
    var totals = [Double](repeating: 0, count: classes)
    for i in range { totals[Int(codes[Int(order[i])])] += weights?[Int(order[i])] ?? 1 }
    let weight = totals.reduce(0, +)
    let impurity = totals.reduce(entropy ? 0 : 1) { sum, total in
      let share = total / weight
      return entropy ? (share > 0 ? sum - share * log2(share) : sum) : sum - share * share
    }
    return Summary(totals: totals, weight: weight, impurity: impurity)
  }

  func improvement(_ cut: SplitCut, _ whole: Summary) -> Double {
    entropy
      ? cut.gain - whole.totals.reduce(0) { $1 > 0 ? $0 + $1 * log2($1 / whole.weight) : $0 }
      : cut.gain - whole.totals.reduce(0) { $0 + $1 * $1 } / whole.weight
  }

  func noise(of whole: Summary) -> Double { (entropy ? 4e-15 : 1e-15) * whole.weight }

  func best(
    of feature: SortedFeature, known: Range<Int>, missing: Range<Int>, missingLeft: Bool, _ whole: Summary, minSamplesLeaf: Int
  ) -> SplitCut? {
    let places = CutPlaces(known: known, missing: missing, missingLeft: missingLeft)
    var left = [Double](repeating: 0, count: classes), right = whole.totals
    for i in missing where missingLeft {
      let row = Int(feature.order[i]), c = Int(codes[row]), weight = weights?[row] ?? 1
      left[c] += weight
      right[c] -= weight
    }
    return left.withUnsafeMutableBufferPointer { left in
      right.withUnsafeMutableBufferPointer { right in
        feature.values.withUnsafeBufferPointer { values in
          feature.order.withUnsafeBufferPointer { order in
            codes.withUnsafeBufferPointer { codes in
              scan(values, order, codes, left, right, whole, places, missingLeft: missingLeft, minSamplesLeaf: minSamplesLeaf)
            }
          }
        }
      }
    }
  }

  private func scan(
    _ values: UnsafeBufferPointer<Double>, _ order: UnsafeBufferPointer<Int32>, _ codes: UnsafeBufferPointer<Int32>,
    _ left: UnsafeMutableBufferPointer<Double>, _ right: UnsafeMutableBufferPointer<Double>, _ whole: Summary,
    _ places: CutPlaces, missingLeft: Bool, minSamplesLeaf: Int
  ) -> SplitCut? {
    var best: SplitCut?
    let noise = noise(of: whole), first = places.first, least = minSamplesLeaf - places.before, rows = places.rows - places.before
    // The sums of squares follow along: moving weight w of a class from b to a changes a² by w (2a + w).
    var leftWeight = left.reduce(0, +), leftSquares = left.reduce(0) { $0 + $1 * $1 }
    var rightSquares = right.reduce(0) { $0 + $1 * $1 }
    for i in first..<places.end {
      let row = Int(order[i]), c = Int(codes[row]), weight = weights?[row] ?? 1
      leftSquares += weight * (2 * left[c] + weight)
      rightSquares -= weight * (2 * right[c] - weight)
      left[c] += weight
      right[c] -= weight
      leftWeight += weight
      // A row without a value, NaN, ends what went before it too.
      guard !(values[i] >= values[i + 1]), i - first + 1 >= least, rows - (i - first + 1) >= minSamplesLeaf else { continue }
      let rightWeight = whole.weight - leftWeight
      let gain = entropy
        ? surprise(left, leftWeight) + surprise(right, rightWeight)
        : leftSquares / leftWeight + rightSquares / rightWeight
      if let known = best, !(gain > known.gain + noise) { continue }
      best = SplitCut(gain: gain, last: i, missingLeft: missingLeft)
    }
    return best
  }

  /// Σ wᶜ log₂(wᶜ / w), which is -w times the entropy.
  private func surprise(_ totals: UnsafeMutableBufferPointer<Double>, _ weight: Double) -> Double {
    totals.reduce(0) { $1 > 0 ? $0 + $1 * log2($1 / weight) : $0 }
  }
}

/// Numbers, judged by their variance.
struct NumberTally: SplitTally {
  let values: [Double]
  let weights: [Double]?

  struct Summary: NodeSummary {
    let weight: Double
    let sum: Double
    let mean: Double
    let impurity: Double
    let isPure: Bool
    var values: [Double] { [mean] }
  }

  func summary(_ order: [Int32], _ range: Range<Int>) -> Summary {
    var weight = 0.0, sum = 0.0, low = Double.infinity, high = -Double.infinity
    for i in range {
      let row = Int(order[i]), w = weights?[row] ?? 1, y = values[row]
      weight += w
      sum += w * y
      low = min(low, y)
      high = max(high, y)
    }
    let pure = !(low < high), mean = pure ? low : sum / weight
    var squares = 0.0
    for i in range {
      let row = Int(order[i]), distance = values[row] - mean
      squares += (weights?[row] ?? 1) * distance * distance
    }
    return Summary(weight: weight, sum: sum, mean: mean, impurity: squares / weight, isPure: pure)
  }

  func improvement(_ cut: SplitCut, _ whole: Summary) -> Double { cut.gain }

  func noise(of whole: Summary) -> Double { 1e-12 * whole.weight * whole.impurity }

  /// Maximises (Σ left)² / w left + (Σ right)² / w right of the distances from the node's mean, which is what the cut
  /// takes from the sum of squares.
  func best(
    of feature: SortedFeature, known: Range<Int>, missing: Range<Int>, missingLeft: Bool, _ whole: Summary, minSamplesLeaf: Int
  ) -> SplitCut? {
    let places = CutPlaces(known: known, missing: missing, missingLeft: missingLeft), noise = noise(of: whole)
    let first = places.first, least = minSamplesLeaf - places.before, rows = places.rows - places.before
    return feature.values.withUnsafeBufferPointer { x in
      feature.order.withUnsafeBufferPointer { order in
        values.withUnsafeBufferPointer { y in
          var best: SplitCut?
          var leftWeight = 0.0, leftSum = 0.0
          for i in missing where missingLeft {
            let row = Int(order[i]), weight = weights?[row] ?? 1
            leftWeight += weight
            leftSum += weight * (y[row] - whole.mean)
          }
          for i in first..<places.end {
            let row = Int(order[i]), weight = weights?[row] ?? 1
            leftWeight += weight
            leftSum += weight * (y[row] - whole.mean)
            guard !(x[i] >= x[i + 1]), i - first + 1 >= least, rows - (i - first + 1) >= minSamplesLeaf else { continue }
            // The distances sum to zero, so the right sum is the left one's opposite.
            let gain = leftSum * leftSum * (1 / leftWeight + 1 / (whole.weight - leftWeight))
            if let known = best, !(gain > known.gain + noise) { continue }
            best = SplitCut(gain: gain, last: i, missingLeft: missingLeft)
          }
          return best
        }
      }
    }
  }
}
