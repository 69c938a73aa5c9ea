import WeirBase

/// A function of many parameters with two derivatives, to be minimised.
protocol SmoothObjective: Sendable {
  var parameterCount: Int { get }
  /// Parameters whose squares, or sizes, are penalised; those after them are free.
  var penalizedCount: Int { get }
  /// A gradient as small as this is as good as none.
  var gradientGoal: Double { get }
  /// Whether the matrix of second derivatives is worth forming.
  var isDense: Bool { get }
  func point(at parameters: [Double]) throws -> ObjectivePoint
  /// The second derivatives: the lower triangle, row-major.
  func hessian(at point: ObjectivePoint) throws -> [Double]
  /// The second derivatives times a direction.
  func hessianProduct(at point: ObjectivePoint, _ direction: [Double]) throws -> [Double]
  /// Something like the inverse of the second derivatives, times a vector.
  func preconditioner(at point: ObjectivePoint) throws -> ([Double]) throws -> [Double]
  /// Positive numbers of the size of the diagonal of the second derivatives.
  func diagonal(at point: ObjectivePoint) throws -> [Double]
  /// Adds to the second derivatives what changes no step and makes them definite.
  func mend(_ hessian: inout [Double])
}

extension SmoothObjective {
  func mend(_ hessian: inout [Double]) {}
}

/// Parameters with the value and the gradient there.
struct ObjectivePoint: Sendable {
  var parameters: [Double]
  var value: Double
  var gradient: [Double]
  /// What second derivatives need to know of each row.
  var state: [Double]
  /// The second derivatives, where they cost little beside the rest.
  var hessian: [Double]?
}

extension SmoothObjective {
  /// Newton's method with a line search.
  func minimized(
    from start: [Double]? = nil, maxIterations: Int, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> ObjectivePoint {
    var here = try firstPoint(start)
    for iteration in 0..<maxIterations {
      progress(iteration, maxIterations)
      let size = largestSize(here.gradient)
      if size <= gradientGoal { break }
      var direction = try newtonDirection(at: here)
      var slope = dot(direction, here.gradient)
      if !(slope < 0) {
        direction = here.gradient.map { -$0 }
        slope = -dot(here.gradient, here.gradient)
      }
      guard let next = try lineSearch(from: here, along: direction, slope: slope) else { break }
      here = next
    }
    return here
  }

  func firstPoint(_ start: [Double]?) throws -> ObjectivePoint {
    let here = try point(at: start ?? [Double](repeating: 0, count: parameterCount))
    guard here.value.isFinite, here.gradient.allSatisfy(\.isFinite) else {
      throw ModelError("the features hold numbers too large for this model", mend: "put `standardize()` before it")
    }
    return here
  }

  /// The first of steps 1, 1/2, 1/4 ... that lowers the value enough (Armijo); near the minimum, where the value no longer
  /// shows the difference, one that makes the gradient smaller.
  private func lineSearch(
    from here: ObjectivePoint, along direction: [Double], slope: Double
  ) throws -> ObjectivePoint? {
    let flat = abs(here.value) * 0x1p-48, size = largestSize(here.gradient)
    var step = 1.0
    for _ in 0..<40 {
      let next = try point(at: zip(here.parameters, direction).map { $0 + step * $1 })
      if next.value.isFinite {
        if next.value <= here.value + 1e-4 * step * slope { return next }
        if next.value <= here.value + flat, largestSize(next.gradient) < size { return next }
      }
      step /= 2
    }
    return nil
  }

  private func newtonDirection(at here: ObjectivePoint) throws -> [Double] {
    guard isDense else { return try conjugateGradients(at: here) }
    let size = parameterCount
    var matrix = try here.hessian ?? hessian(at: here)
    mend(&matrix)
    let largest = (0..<size).reduce(0) { max($0, matrix[$1 * size + $1]) }
    let right = here.gradient.map { -$0 }
    var damping = 0.0
    for _ in 0..<10 {
      var damped = matrix
      if damping > 0 { for i in 0..<size { damped[i * size + i] += damping * max(largest, 1e-300) } }
      if let factor = try PositiveFactor(damped, size: size) {
        let direction = try factor.solve(right)
        if direction.allSatisfy(\.isFinite) { return direction }
      }
      damping = damping == 0 ? 1e-13 : damping * 100
    }
    return right
  }

  /// Solves for the Newton step approximately, the better the nearer the minimum is.
  private func conjugateGradients(at here: ObjectivePoint) throws -> [Double] {
    let inverse = try preconditioner(at: here)
    let start = dot(here.gradient, here.gradient).squareRoot()
    let goal = min(0.1, start.squareRoot()) * start
    var direction = [Double](repeating: 0, count: parameterCount)
    var residual = here.gradient.map { -$0 }
    var search = try inverse(residual)
    var squares = dot(residual, search)
    for _ in 0..<min(parameterCount, 500) {
      let product = try hessianProduct(at: here, search)
      let curvature = dot(search, product)
      guard curvature > 0 else { break }
      let step = squares / curvature
      for i in direction.indices {
        direction[i] += step * search[i]
        residual[i] -= step * product[i]
      }
      if dot(residual, residual).squareRoot() <= goal { break }
      let mended = try inverse(residual)
      let next = dot(residual, mended)
      guard next > 0 else { break }
      for i in search.indices { search[i] = mended[i] + next / squares * search[i] }
      squares = next
    }
    return direction
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var sum = 0.0
      for i in 0..<min(a.count, b.count) { sum += a[i] * b[i] }
      return sum
    }
  }
}

func largestSize(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
