import Glibc
import WeirBase

/// What boosting makes small. Scores are numbers; counts (`poisson`) and classes are their exponentials.
package enum BoostingLoss: Sendable, Hashable {
  /// ½ (y - f)²
  case squared
  /// |y - f|
  case absolute
  /// (y - f) q where y is above f, (f - y) (1 - q) elsewhere.
  case quantile(Double)
  /// exp(f) - y f
  case poisson
  /// -log of the share of the true class, by one score for two classes.
  case logistic
  /// The same by a score a class.
  case softmax(Int)

  /// How many scores a row has.
  var outputs: Int { if case .softmax(let classes) = self { classes } else { 1 } }

  /// Whether leaves take a quantile of what is left to explain, since second derivatives say nothing.
  var leafQuantile: Double? {
    switch self {
    case .absolute: 0.5
    case .quantile(let q): q
    default: nil
    }
  }

  /// Whether gradients are shares less truths, so that they say how rows would stand with other scores.
  var isOfShares: Bool {
    switch self {
    case .logistic, .softmax: true
    default: false
    }
  }

  /// The score that suits all rows best.
  func baseline(_ y: [Double], weights: [Double]?) -> [Double] {
    let total = weights?.reduce(0, +) ?? Double(y.count)
    func mean() -> Double {
      var sum = 0.0
      for (i, value) in y.enumerated() { sum += (weights?[i] ?? 1) * (value / total) }
      return sum
    }
    switch self {
    case .squared: return [mean()]
    case .absolute, .quantile: return [weightedQuantile(y, weights: weights, leafQuantile ?? 0.5)]
    case .poisson: return [log(max(mean(), 1e-15))]
    case .logistic:
      let share = min(max(mean(), 1e-15), 1 - 1e-15)
      return [log(share / (1 - share))]
    case .softmax(let classes):
      var shares = [Double](repeating: 0, count: classes)
      for (i, value) in y.enumerated() { shares[Int(value)] += (weights?[i] ?? 1) / total }
      return shares.map { log(max($0, 1e-15)) }
    }
  }

  /// Gradient and second derivative of a row, without its weight, where it has one score.
  @inline(__always)
  func derivatives(_ y: Double, _ score: Double) -> (Double, Double) {
    switch self {
    case .squared, .softmax: return (score - y, 1)
    case .absolute: return (score > y ? 1 : score < y ? -1 : 0, 1)
    case .quantile(let q): return (score > y ? 1 - q : score < y ? -q : 0, 1)
    case .poisson:
      let rate = exp(score)
      return (rate - y, rate)
    case .logistic:
      let share = 1 / (1 + exp(-score))
      return (share - y, share * (1 - share))
    }
  }

  /// The loss of a row, without its weight; `scores` are next to each other.
  func loss(_ y: Double, _ scores: UnsafePointer<Double>) -> Double {
    let f = scores[0]
    switch self {
    case .squared: return (y - f) * (y - f) / 2
    case .absolute: return abs(y - f)
    case .quantile(let q): return y > f ? q * (y - f) : (1 - q) * (f - y)
    case .poisson: return exp(f) - y * f
    case .logistic: return max(f, 0) - y * f + log1p(exp(-abs(f)))
    case .softmax(let classes):
      var top = f, sum = 0.0
      for c in 1..<classes { top = max(top, scores[c]) }
      for c in 0..<classes { sum += exp(scores[c] - top) }
      return top + log(sum) - scores[min(Int(y), classes - 1)]
    }
  }
}

/// The smallest number that at least the share `q` of the weight is not above; between two where it is met exactly.
func weightedQuantile(_ values: [Double], weights: [Double]?, _ q: Double) -> Double {
  guard let weights else {
    let sorted = values.count < 4096 ? values.sorted() : RadixSort.sorted(values.map(RadixSort.key)).map(RadixSort.value)
    guard let last = sorted.last else { return 0 }
    let goal = q * Double(sorted.count), whole = goal.rounded(), place = min(Int(goal), sorted.count - 1)
    guard abs(goal - whole) <= 1e-12 * goal, whole >= 1 else { return sorted[place] }
    return Int(whole) < sorted.count ? sorted[Int(whole) - 1] / 2 + sorted[Int(whole)] / 2 : last
  }
  let order = values.indices.sorted { values[$0] < values[$1] }
  guard let last = order.last else { return 0 }
  let goal = q * weights.reduce(0, +)
  var sum = 0.0
  for (place, i) in order.enumerated() {
    sum += weights[i]
    if sum > goal * (1 + 1e-12) { return values[i] }
    if sum >= goal * (1 - 1e-12), place + 1 < order.count { return values[i] / 2 + values[order[place + 1]] / 2 }
  }
  return values[last]
}
