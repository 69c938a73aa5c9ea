extension LogisticLoss {
  /// More parameters than this are solved by conjugate gradients, which never hold the matrix of second derivatives.
  private static let mostDense = 1000

  /// Newton's method with a line search.
  func minimized(
    maxIterations: Int, progress: (Int, Int) -> Void
  ) throws -> (coefficients: [Double], intercepts: [Double]) {
    var here = try point(at: [Double](repeating: 0, count: parameterCount))
    guard here.value.isFinite, here.gradient.allSatisfy(\.isFinite) else {
      throw ModelError("the features hold numbers too large for `logistic`", mend: "put `standardize()` before it")
    }
    for iteration in 0..<maxIterations {
      progress(iteration, maxIterations)
      let size = here.gradient.reduce(0) { max($0, abs($1)) }
      if size <= gradientGoal { break }
      var direction = try newtonDirection(at: here)
      var slope = zip(direction, here.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if !(slope < 0) {
        direction = here.gradient.map { -$0 }
        slope = -here.gradient.reduce(0) { $0 + $1 * $1 }
      }
      guard let next = try lineSearch(from: here, along: direction, slope: slope) else { break }
      here = next
    }
    return unpacked(here.parameters)
  }

  /// The first of steps 1, 1/2, 1/4 ... that lowers the loss enough (Armijo); near the minimum, where the loss no longer
  /// shows the difference, one that makes the gradient smaller.
  private func lineSearch(from here: Point, along direction: [Double], slope: Double) throws -> Point? {
    let flat = abs(here.value) * 0x1p-48
    let size = here.gradient.reduce(0) { max($0, abs($1)) }
    var step = 1.0
    for _ in 0..<40 {
      let next = try point(at: zip(here.parameters, direction).map { $0 + step * $1 })
      if next.value.isFinite {
        if next.value <= here.value + 1e-4 * step * slope { return next }
        let nextSize = next.gradient.reduce(0) { max($0, abs($1)) }
        if next.value <= here.value + flat, nextSize < size { return next }
      }
      step /= 2
    }
    return nil
  }

  private func newtonDirection(at here: Point) throws -> [Double] {
    guard parameterCount <= LogisticLoss.mostDense else { return try conjugateGradients(at: here) }
    let size = parameterCount, k = outputs
    var matrix = try hessian(at: here)
    let largest = (0..<size).reduce(0) { max($0, matrix[$1 * size + $1]) }
    if k > 1 {
      // Adding one number to a feature's coefficients of all classes changes no probability. The gradient has no part
      // along that direction, so giving it curvature makes the matrix definite and leaves the step as it is.
      for j in stride(from: 0, to: size, by: k) {
        let lift = (0..<k).reduce(0) { $0 + matrix[(j + $1) * size + j + $1] } / Double(k)
        for a in 0..<k { for b in 0..<k { matrix[(j + a) * size + j + b] += max(lift, largest * 1e-12) } }
      }
    }
    let right = here.gradient.map { -$0 }
    var damping = 0.0
    for _ in 0..<12 {
      var damped = matrix
      if damping > 0 { for i in 0..<size { damped[i * size + i] += damping * max(largest, 1e-300) } }
      if let direction = try LinearAlgebra.solvePositive(damped, size: size, right) { return direction }
      damping = damping == 0 ? 1e-14 : damping * 100
    }
    return right
  }

  /// Solves for the Newton step approximately, the better the nearer the minimum is.
  private func conjugateGradients(at here: Point) throws -> [Double] {
    let start = here.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let goal = min(0.1, start.squareRoot()) * start
    var direction = [Double](repeating: 0, count: parameterCount)
    var residual = here.gradient.map { -$0 }, search = residual
    var squares = start * start
    for _ in 0..<min(parameterCount, 500) {
      let product = try hessianProduct(at: here, search)
      let curvature = zip(search, product).reduce(0) { $0 + $1.0 * $1.1 }
      guard curvature > 0 else { break }
      let step = squares / curvature
      for i in direction.indices {
        direction[i] += step * search[i]
        residual[i] -= step * product[i]
      }
      let next = residual.reduce(0) { $0 + $1 * $1 }
      if next.squareRoot() <= goal { break }
      for i in search.indices { search[i] = residual[i] + next / squares * search[i] }
      squares = next
    }
    return direction
  }
}
