import Glibc
package import WeirBase

/// A rising function from what a model takes for a probability to one that frequencies bear out.
package enum Calibrator: Sendable, Hashable {
  /// 1 / (1 + exp(a·s + b)) of the log odds s (Platt: "Probabilistic outputs for support vector machines", 1999).
  case sigmoid(a: Double, b: Double)
  /// Linear between points, constant beyond them.
  case isotonic(x: [Double], y: [Double])

  package enum Method: String, Sendable, CaseIterable { case sigmoid, isotonic }

  /// Learns from probabilities and whether each row was of the class.
  package init(_ method: Method, probabilities: [Double], isClass: [Bool], weights: [Double]?) {
    let weights = weights ?? [Double](repeating: 1, count: isClass.count)
    self = switch method {
    case .sigmoid: Calibrator.platt(probabilities.map(Calibrator.logOdds), isClass, weights)
    case .isotonic: Calibrator.pooled(probabilities, isClass, weights)
    }
  }

  package func callAsFunction(_ probability: Double) -> Double {
    switch self {
    case .sigmoid(let a, let b):
      let z = a * Calibrator.logOdds(probability) + b
      return z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z))
    case .isotonic(let x, let y):
      guard let first = x.first, let last = x.last, probability.isFinite else { return probability }
      if probability <= first { return y[0] }
      if probability >= last { return y[y.count - 1] }
      var low = 0, high = x.count - 1
      while high - low > 1 {
        let middle = (low + high) / 2
        if x[middle] <= probability { low = middle } else { high = middle }
      }
      let width = x[high] - x[low]
      return width > 0 ? y[low] + (y[high] - y[low]) * (probability - x[low]) / width : y[high]
    }
  }

  private static func logOdds(_ probability: Double) -> Double {
    let p = min(max(probability, 1e-12), 1 - 1e-12)
    return log(p) - log1p(-p)
  }

  /// Newton's method with a line search (Lin, Lin, Weng: "A note on Platt's probabilistic outputs for support vector
  /// machines", Machine Learning 68, 2007); targets are drawn in by Platt's rule, so that sure rows don't run away.
  private static func platt(_ scores: [Double], _ isClass: [Bool], _ weights: [Double]) -> Calibrator {
    var positive = 0.0, negative = 0.0
    for (row, own) in isClass.enumerated() { if own { positive += weights[row] } else { negative += weights[row] } }
    let high = (positive + 1) / (positive + 2), low = 1 / (negative + 2)
    let targets = isClass.map { $0 ? high : low }
    var a = 0.0, b = log((negative + 1) / (positive + 1))
    func loss(_ a: Double, _ b: Double) -> Double {
      var sum = 0.0
      for row in scores.indices {
        let z = a * scores[row] + b
        sum += weights[row] * (z >= 0 ? targets[row] * z + log1p(exp(-z)) : (targets[row] - 1) * z + log1p(exp(z)))
      }
      return sum
    }
    var value = loss(a, b)
    for _ in 0..<100 {
      var h11 = 1e-12, h22 = 1e-12, h21 = 0.0, g1 = 0.0, g2 = 0.0
      for row in scores.indices {
        let z = a * scores[row] + b
        let p = z >= 0 ? exp(-z) / (1 + exp(-z)) : 1 / (1 + exp(z))
        let d2 = weights[row] * p * (1 - p), d1 = weights[row] * (targets[row] - p)
        h11 += scores[row] * scores[row] * d2
        h22 += d2
        h21 += scores[row] * d2
        g1 += scores[row] * d1
        g2 += d1
      }
      if abs(g1) < 1e-9 && abs(g2) < 1e-9 { break }
      let determinant = h11 * h22 - h21 * h21
      let stepA = -(h22 * g1 - h21 * g2) / determinant, stepB = -(-h21 * g1 + h11 * g2) / determinant
      let slope = g1 * stepA + g2 * stepB
      var step = 1.0
      while step >= 1e-10 {
        let next = loss(a + step * stepA, b + step * stepB)
        if next < value + 1e-4 * step * slope {
          a += step * stepA
          b += step * stepB
          value = next
          break
        }
        step /= 2
      }
      if step < 1e-10 { break }
    }
    return .sigmoid(a: a, b: b)
  }

  /// The least squares fit that never falls, by pooling adjacent violators.
  private static func pooled(_ scores: [Double], _ isClass: [Bool], _ weights: [Double]) -> Calibrator {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    // Rows of one score count as one.
    var blocks: [(low: Double, high: Double, sum: Double, weight: Double)] = []
    for row in order where weights[row] > 0 {
      let value = isClass[row] ? weights[row] : 0
      if let last = blocks.last, last.high == scores[row] {
        blocks[blocks.count - 1].sum += value
        blocks[blocks.count - 1].weight += weights[row]
      } else {
        blocks.append((scores[row], scores[row], value, weights[row]))
      }
    }
    var pools: [(low: Double, high: Double, sum: Double, weight: Double)] = []
    for block in blocks {
      pools.append(block)
      while pools.count > 1 {
        let last = pools[pools.count - 1], before = pools[pools.count - 2]
        guard before.sum * last.weight >= last.sum * before.weight else { break }
        pools.removeLast()
        pools[pools.count - 1] = (before.low, last.high, before.sum + last.sum, before.weight + last.weight)
      }
    }
    var x: [Double] = [], y: [Double] = []
    for pool in pools {
      let value = pool.sum / pool.weight
      x.append(pool.low)
      y.append(value)
      if pool.high > pool.low {
        x.append(pool.high)
        y.append(value)
      }
    }
    return .isotonic(x: x, y: y)
  }
}

extension Calibrator: Archivable {
  package static let archiveName = "calibrator"

  package init(archive: Archive) throws {
    let x = try archive.part("x").asFloats(), y = try archive.part("y").asFloats()
    switch try archive.part("kind").asText() {
    case "sigmoid":
      guard x.count == 1, y.count == 1, x[0].isFinite, y[0].isFinite else { throw ArchiveError("a sigmoid has two numbers") }
      self = .sigmoid(a: x[0], b: y[0])
    case "isotonic":
      guard !x.isEmpty, x.count == y.count, zip(x, x.dropFirst()).allSatisfy({ $0 < $1 }),
        (x + y).allSatisfy(\.isFinite), y.allSatisfy({ (0...1).contains($0) })
      else { throw ArchiveError("the points of a calibrator rise") }
      self = .isotonic(x: x, y: y)
    default: throw ArchiveError("an unknown calibrator")
    }
  }

  package var archive: Archive {
    switch self {
    case .sigmoid(let a, let b): .of(["kind": .text("sigmoid"), "x": .floats([a]), "y": .floats([b])])
    case .isotonic(let x, let y): .of(["kind": .text("isotonic"), "x": .floats(x), "y": .floats(y)])
    }
  }
}
