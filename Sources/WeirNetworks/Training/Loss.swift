import Glibc
import WeirBase

/// What is made small, as a user names it; `auto` is cross entropy for classes and the mean square for numbers.
package enum LossKind: String, Sendable, CaseIterable {
  case auto
  case crossEntropy = "cross_entropy"
  case mse, mae, huber
  case binaryCrossEntropy = "binary_cross_entropy"
  case hinge
}

/// A loss and its gradient; PyTorch's definitions. Weighted rows count by their share of the batch's weight.
package enum Loss: Sendable, Hashable {
  /// Of one score a class, before the softmax; or of probabilities, where the network ends with one.
  case crossEntropy(ofProbabilities: Bool)
  /// Of one score for two classes, before the sigmoid; or of the probability of the second.
  case binaryCrossEntropy(ofProbabilities: Bool)
  /// max(0, 1 - score of the class + that of each other), summed (Weston and Watkins), or of one score for two classes.
  case hinge
  case mse, mae
  /// Squared up to an error of 1, linear beyond.
  case huber

  /// The loss of `count` rows of `width` scores, and its gradient to each. `targets` holds `width` numbers a row, or one
  /// class a row where `width` is more and the loss is one of classes. `smoothing` is the part of each row's class that all
  /// classes share alike (Szegedy and others, "Rethinking the Inception architecture", 2016).
  package func callAsFunction<S: NetworkScalar>(
    _ scores: UnsafePointer<S>, width: Int, count: Int, targets: UnsafePointer<S>, weights: UnsafePointer<S>?,
    gradient: UnsafeMutablePointer<S>?, smoothing: Double = 0
  ) -> Double {
    var total = 0.0
    if let weights { for i in 0..<count { total += Double(weights[i]) } } else { total = Double(count) }
    guard total > 0 else {
      if let gradient { for i in 0..<count * width { gradient[i] = 0 } }
      return 0
    }
    var sum = 0.0
    for row in 0..<count {
      let share = (weights.map { Double($0[row]) } ?? 1) / total
      let own = gradient.map { $0 + row * width }
      switch self {
      case .crossEntropy(let finished):
        sum += share * Loss.classes(
          scores + row * width, width, Int(targets[row]), finished, share, own, smoothing)
      case .hinge where width > 1:
        sum += share * Loss.margins(scores + row * width, width, Int(targets[row]), share, own)
      default:
        sum += share / Double(width)
          * numbers(scores + row * width, width, targets + row * width, share / Double(width), own, smoothing)
      }
    }
    return sum
  }

  private static func classes<S: NetworkScalar>(
    _ scores: UnsafePointer<S>, _ width: Int, _ own: Int, _ finished: Bool, _ share: Double,
    _ gradient: UnsafeMutablePointer<S>?, _ smoothing: Double
  ) -> Double {
    guard (0..<width).contains(own) else { return 0 }
    let all = smoothing / Double(width)
    func wanted(_ c: Int) -> Double { c == own ? 1 - smoothing + all : all }
    if finished {
      var loss = 0.0
      for c in 0..<width where c == own || smoothing > 0 {
        let p = max(Double(scores[c]), 1e-12)
        gradient?[c] = S(-share * wanted(c) / p)
        loss -= wanted(c) * log(p)
      }
      if smoothing == 0, let gradient { for c in 0..<width where c != own { gradient[c] = 0 } }
      return loss
    }
    var top = Double(scores[0])
    for c in 1..<max(width, 1) { top = max(top, Double(scores[c])) }
    var sum = 0.0
    for c in 0..<width { sum += exp(Double(scores[c]) - top) }
    if let gradient {
      for c in 0..<width { gradient[c] = S(share * (exp(Double(scores[c]) - top) / sum - wanted(c))) }
    }
    guard smoothing > 0 else { return log(sum) - (Double(scores[own]) - top) }
    var loss = 0.0
    for c in 0..<width { loss += wanted(c) * (log(sum) - (Double(scores[c]) - top)) }
    return loss
  }

  private static func margins<S: NetworkScalar>(
    _ scores: UnsafePointer<S>, _ width: Int, _ own: Int, _ share: Double, _ gradient: UnsafeMutablePointer<S>?
  ) -> Double {
    guard (0..<width).contains(own) else { return 0 }
    var loss = 0.0, active = 0
    for c in 0..<width where c != own {
      let margin = 1 - Double(scores[own]) + Double(scores[c])
      if margin > 0 {
        loss += margin
        active += 1
      }
      gradient?[c] = margin > 0 ? S(share / Double(width)) : 0
    }
    gradient?[own] = S(-share * Double(active) / Double(width))
    return loss / Double(width)
  }

  private func numbers<S: NetworkScalar>(
    _ scores: UnsafePointer<S>, _ width: Int, _ targets: UnsafePointer<S>, _ share: Double,
    _ gradient: UnsafeMutablePointer<S>?, _ smoothing: Double
  ) -> Double {
    var sum = 0.0
    for j in 0..<width {
      // Two classes are 0 and 1; numbers are never smoothed.
      let (value, slope) = one(Double(scores[j]), Double(targets[j]) * (1 - smoothing) + smoothing / 2)
      sum += value
      gradient?[j] = S(share * slope)
    }
    return sum
  }

  /// The loss of one score and its derivative.
  private func one(_ score: Double, _ target: Double) -> (Double, Double) {
    let error = score - target
    switch self {
    case .mse: return (error * error, 2 * error)
    case .mae: return (abs(error), error == 0 ? 0 : error > 0 ? 1 : -1)
    case .huber: return abs(error) <= 1 ? (error * error / 2, error) : (abs(error) - 0.5, error > 0 ? 1 : -1)
    case .hinge:
      let side = target > 0.5 ? 1.0 : -1, margin = 1 - side * score
      return margin > 0 ? (margin, -side) : (0, 0)
    case .binaryCrossEntropy(true):
      let p = min(max(score, 1e-12), 1 - 1e-12)
      return (-(target * log(p) + (1 - target) * log1p(-p)), (p - target) / (p * (1 - p)))
    case .binaryCrossEntropy(false), .crossEntropy:
      let shrunk = exp(-abs(score)), p = (score >= 0 ? 1 : shrunk) / (1 + shrunk)
      return (max(score, 0) - score * target + log1p(shrunk), p - target)
    }
  }
}
