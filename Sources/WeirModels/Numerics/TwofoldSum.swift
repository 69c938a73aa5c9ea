/// A sum kept as a value and its error (Ogita, Rump, Oishi 2005, "Accurate sum and dot product"): about 32 digits.
struct TwofoldSum {
  private var high: Double
  private var low = 0.0

  init(_ value: Double) { high = value }

  var value: Double { high + low }

  mutating func add(_ term: Double) {
    let sum = high + term
    let part = sum - high
    low += (high - (sum - part)) + (term - part)
    high = sum
  }

  mutating func addProduct(_ a: Double, _ b: Double) {
    let product = a * b
    add(product)
    low += (-product).addingProduct(a, b)
  }

  /// f = b - r - A x and g = -Aᵀ r, A column-major.
  static func augmentedResiduals(
    _ a: [Double], _ b: [Double], _ r: [Double], _ x: [Double], rows m: Int, columns n: Int
  ) -> (f: [Double], g: [Double]) {
    a.withUnsafeBufferPointer { a in
      var f = [Double](repeating: 0, count: m), g = [Double](repeating: 0, count: n)
      for i in 0..<m {
        var sum = TwofoldSum(b[i])
        sum.add(-r[i])
        for j in 0..<n { sum.addProduct(-a[j * m + i], x[j]) }
        f[i] = sum.value
      }
      for j in 0..<n {
        var sum = TwofoldSum(0)
        for i in 0..<m { sum.addProduct(-a[j * m + i], r[i]) }
        g[j] = sum.value
      }
      return (f, g)
    }
  }
}
