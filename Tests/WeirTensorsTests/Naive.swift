import WeirBase

@testable import WeirTensors

/// Tensors as lists with obvious loops: what the fast ones are held to.
struct Naive {
  var sizes: [Int]
  var values: [Double]

  init(_ sizes: [Int], _ values: [Double]) {
    self.sizes = sizes
    self.values = values
  }

  init(_ tensor: Tensor) throws { self.init(tensor.shape.sizes, try tensor.doubles()) }

  static func places(_ sizes: [Int]) -> [[Int]] {
    sizes.reduce([[]]) { places, size in places.flatMap { place in (0..<size).map { place + [$0] } } }
  }

  /// The element at a place, where axes of size 1 repeat.
  subscript(place: [Int]) -> Double {
    var at = 0
    let front = place.count - sizes.count
    for (axis, size) in sizes.enumerated() { at = at * size + (size == 1 ? 0 : place[front + axis]) }
    return values[at]
  }

  static func combined(_ a: Naive, _ b: Naive, _ sizes: [Int], _ op: (Double, Double) -> Double) -> Naive {
    Naive(sizes, places(sizes).map { op(a[$0], b[$0]) })
  }

  func reduced(_ axes: [Int], _ body: ([Double]) -> Double) -> [Double] {
    var groups: [[Int]: [Double]] = [:], order: [[Int]] = []
    for place in Naive.places(sizes) {
      let kept = place.indices.filter { !axes.contains($0) }.map { place[$0] }
      if groups[kept] == nil { order.append(kept) }
      groups[kept, default: []].append(self[place])
    }
    return order.map { body(groups[$0] ?? []) }
  }
}

/// Numbers that are a function of a seed.
func randomTensor(_ sizes: [Int], _ seed: Int64, _ dtype: DType = .f64, low: Double = -1, high: Double = 1) throws -> Tensor {
  try Tensor.uniform(Shape(sizes, for: "test"), low, high, RandomStream(seed: seed), dtype)
}

func isNear(_ a: [Double], _ b: [Double], _ tolerance: Double) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) || ($0.isNaN && $1.isNaN) || $0 == $1 }
}
