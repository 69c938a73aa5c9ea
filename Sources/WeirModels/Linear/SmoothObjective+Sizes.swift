import WeirBase

/// Minimising with a penalty on the sizes of parameters as well, which sets many to zero.
extension SmoothObjective {
  /// Minimises the objective plus l1 Σ |βⱼ| over the penalised parameters.
  func minimized(l1: Double, maxIterations: Int, progress: (Int, Int) -> Void) throws -> ObjectivePoint {
    isDense
      ? try quadraticSteps(l1, maxIterations, progress) : try shrinkingSteps(l1, maxIterations, progress)
  }

  /// Newton's method whose quadratic model keeps the sizes, and is minimised coordinate by coordinate (Yuan, Ho, Lin: "An
  /// improved GLMNET for L1-regularized logistic regression", JMLR 13, 2012), with a line search.
  private func quadraticSteps(
    _ l1: Double, _ maxIterations: Int, _ progress: (Int, Int) -> Void
  ) throws -> ObjectivePoint {
    var here = try firstPoint(nil)
    for iteration in 0..<maxIterations {
      progress(iteration, maxIterations)
      if violation(at: here, l1) <= gradientGoal { break }
      let matrix = try here.hessian ?? hessian(at: here)
      let target = minimizedModel(here, matrix, l1)
      let direction = zip(target, here.parameters).map { $0 - $1 }
      let slope = dot(direction, here.gradient) + l1 * (sizes(target) - sizes(here.parameters))
      guard slope < 0, let next = try lineSearch(from: here, to: target, slope, l1) else { break }
      here = next
    }
    return here
  }

  /// Where the quadratic model with the sizes is least.
  private func minimizedModel(_ here: ObjectivePoint, _ lower: [Double], _ l1: Double) -> [Double] {
    let size = parameterCount
    var matrix = lower
    for i in 0..<size { for j in 0..<i { matrix[j * size + i] = matrix[i * size + j] } }
    var largest = 0.0
    for i in 0..<size { largest = max(largest, matrix[i * size + i]) }
    guard largest > 0 else { return here.parameters }
    for i in 0..<size { matrix[i * size + i] += largest * 1e-13 }
    var beta = here.parameters, slopes = here.gradient
    var active = Array(0..<size), isWhole = true, first = 0.0
    for _ in 0..<2000 {
      var greatest = 0.0
      for j in active {
        let curve = matrix[j * size + j], raw = curve * beta[j] - slopes[j]
        let next = j < penalizedCount ? shrunk(raw, l1) / curve : raw / curve
        let step = next - beta[j]
        if step == 0 { continue }
        beta[j] = next
        greatest = max(greatest, step * step * curve)
        matrix.withUnsafeBufferPointer { matrix in
          slopes.withUnsafeMutableBufferPointer { slopes in
            for i in 0..<size { slopes[i] += step * matrix[j * size + i] }
          }
        }
      }
      if isWhole { first = max(first, greatest) }
      if greatest <= 1e-20 * first || greatest < 1e-300 {
        if isWhole { break }
        (active, isWhole) = (Array(0..<size), true)
      } else {
        active = (0..<size).filter { $0 >= penalizedCount || beta[$0] != 0 }
        isWhole = active.count == size
      }
    }
    return beta
  }

  private func lineSearch(
    from here: ObjectivePoint, to target: [Double], _ slope: Double, _ l1: Double
  ) throws -> ObjectivePoint? {
    let value = here.value + l1 * sizes(here.parameters), flat = abs(value) * 0x1p-48, before = violation(at: here, l1)
    var step = 1.0
    for _ in 0..<40 {
      // The whole step as it is, so that zeros are zeros.
      let parameters = step == 1 ? target : zip(here.parameters, target).map { $0 + step * ($1 - $0) }
      let next = try point(at: parameters), reached = next.value + l1 * sizes(parameters)
      if reached <= value + 1e-4 * step * slope { return next }
      if reached <= value + flat, violation(at: next, l1) < before { return next }
      step /= 2
    }
    return nil
  }

  /// Proximal gradient steps with momentum that starts anew where it leads up (O'Donoghue, Candès: "Adaptive restart for
  /// accelerated gradient schemes", 2015), each parameter in its own scale: for so many parameters that their second
  /// derivatives can't be held.
  private func shrinkingSteps(
    _ l1: Double, _ maxIterations: Int, _ progress: (Int, Int) -> Void
  ) throws -> ObjectivePoint {
    var here = try firstPoint(nil), ahead = here, momentum = 1.0, rate = 1.0
    let scales = try diagonal(at: here)
    // One look at the rows each, where a step of Newton's method takes many.
    let rounds = maxIterations.multipliedReportingOverflow(by: 50)
    for round in 0..<(rounds.overflow ? maxIterations : rounds.partialValue) {
      if round % 50 == 0 { progress(round / 50, maxIterations) }
      if violation(at: here, l1) <= gradientGoal { break }
      var next = ahead, isFound = false
      for _ in 0..<60 {
        let moved = (0..<parameterCount).map { j in
          let curve = rate * scales[j], raw = curve * ahead.parameters[j] - ahead.gradient[j]
          return j < penalizedCount ? shrunk(raw, l1) / curve : raw / curve
        }
        next = try point(at: moved)
        var bound = ahead.value * (1 + 0x1p-50)
        for j in moved.indices {
          let step = moved[j] - ahead.parameters[j]
          bound += ahead.gradient[j] * step + rate * scales[j] / 2 * step * step
        }
        if next.value <= bound {
          isFound = true
          break
        }
        rate *= 2
      }
      guard isFound else { break }
      let goesUp = next.value + l1 * sizes(next.parameters) > here.value + l1 * sizes(here.parameters)
      if goesUp, momentum > 1 {
        (ahead, momentum) = (here, 1)
        continue
      }
      let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2, share = (momentum - 1) / following
      let beyond = zip(next.parameters, here.parameters).map { $0 + share * ($0 - $1) }
      if next.parameters == here.parameters { break }
      ahead = share == 0 ? next : try point(at: beyond)
      (here, momentum) = (next, following)
      rate = max(rate * 0.9, 1e-6)
    }
    return here
  }

  /// The largest part of the gradient that the sizes do not balance.
  func violation(at point: ObjectivePoint, _ l1: Double) -> Double {
    var greatest = 0.0
    for (j, slope) in point.gradient.enumerated() {
      let beta = point.parameters[j]
      let left = j >= penalizedCount ? slope : beta > 0 ? slope + l1 : beta < 0 ? slope - l1 : shrunk(slope, l1)
      greatest = max(greatest, abs(left))
    }
    return greatest
  }

  private func sizes(_ parameters: [Double]) -> Double { parameters.prefix(penalizedCount).reduce(0) { $0 + abs($1) } }

  private func shrunk(_ value: Double, _ by: Double) -> Double {
    value > by ? value - by : value < -by ? value + by : 0
  }
}
