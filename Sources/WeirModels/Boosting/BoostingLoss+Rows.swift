import Glibc

extension BoostingLoss {
  /// Writes the weighted gradients and second derivatives of rows; gives the largest of both. Output k of row r is at
  /// `k * stride + r`.
  func derive(
    _ rows: Range<Int>, y: UnsafePointer<Double>, weights: UnsafePointer<Double>?, scores: UnsafePointer<Double>, stride: Int,
    outputs: Int, gradients: UnsafeMutablePointer<Double>, hessians: UnsafeMutablePointer<Double>
  ) -> SIMD2<Double> {
    var largest = SIMD2<Double>.zero
    func put(_ place: Int, _ row: Int, _ gradient: Double, _ hessian: Double) {
      let weight = weights?[row] ?? 1
      gradients[place] = weight * gradient
      hessians[place] = weight * hessian
      let size = abs(gradients[place])
      if !(size <= largest[0]) { largest[0] = size }
      if !(hessians[place] <= largest[1]) { largest[1] = hessians[place] }
    }
    if case .softmax(let classes) = self {
      for row in rows {
        var top = scores[row], sum = 0.0
        for k in 1..<classes { top = max(top, scores[k * stride + row]) }
        for k in 0..<classes {
          let e = exp(scores[k * stride + row] - top)
          gradients[k * stride + row] = e
          sum += e
        }
        for k in 0..<classes {
          let share = gradients[k * stride + row] / sum
          put(k * stride + row, row, share - (Int(y[row]) == k ? 1 : 0), share * (1 - share))
        }
      }
    } else {
      for row in rows {
        let (gradient, hessian) = derivatives(y[row], scores[row])
        put(row, row, gradient, hessian)
      }
    }
    return largest
  }
}
