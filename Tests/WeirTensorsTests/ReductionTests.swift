import Testing
import WeirBase

@testable import WeirTensors

struct ReductionTests {
  static let shapes: [[Int]] = [[7], [3, 5], [2, 3, 4], [1, 6], [40, 70], [300, 3], [3, 300], [2, 150, 3], [5000]]

  @Test(arguments: shapes) func reductionsAgreeWithLoops(_ sizes: [Int]) throws {
    for dtype in [DType.f32, .f64] {
      let x = try randomTensor(sizes, 8, dtype), naive = try Naive(x), tolerance = dtype == .f32 ? 1e-5 : 1e-13
      var choices: [[Int]] = [Array(0..<sizes.count)] + sizes.indices.map { [$0] }
      if sizes.count == 3 { choices += [[0, 1], [1, 2], [0, 2]] }
      for axes in choices {
        #expect(isNear(try x.reduced(.sum, axes: axes).doubles(), naive.reduced(axes) { $0.reduce(0, +) }, tolerance))
        #expect(isNear(
          try x.reduced(.mean, axes: axes).doubles(), naive.reduced(axes) { $0.reduce(0, +) / Double($0.count) }, tolerance))
        #expect(try x.reduced(.max, axes: axes).doubles() == naive.reduced(axes) { $0.max() ?? 0 })
        #expect(try x.reduced(.min, axes: axes).doubles() == naive.reduced(axes) { $0.min() ?? 0 })
        let kept = try x.reduced(.sum, axes: axes, keep: true)
        #expect(kept.shape.sizes == sizes.indices.map { axes.contains($0) ? 1 : sizes[$0] })
      }
      for axis in sizes.indices {
        let places = naive.reduced([axis]) { values in Double(values.firstIndex(of: values.max() ?? 0) ?? 0) }
        #expect(try x.extremePlaces(axis: axis, greatest: true).doubles() == places)
        let parts = try x.softmax(axis: axis)
        #expect(isNear(try parts.reduced(.sum, axes: [axis]).doubles(), naive.reduced([axis]) { _ in 1 }, tolerance))
        #expect(isNear(try parts.mapped(.log).doubles(), try x.softmax(axis: axis, logarithm: true).doubles(), tolerance * 4))
      }
    }
  }

  @Test func nanIsHandedOn() throws {
    let x = try Tensor([1, .nan, 3, 2], Shape([4], for: "t"), .f32)
    #expect(try x.reduced(.max).doubles()[0].isNaN)
    #expect(try x.reshaped([2, 2]).reduced(.min, axes: [0]).doubles()[1].isNaN)
    #expect(try x.extremePlaces(axis: nil, greatest: true).whole() == 1)
    #expect(try x.maximum(Tensor(2.0)).doubles()[1].isNaN)
  }

  @Test func sumsOfManyStayExact() throws {
    let ones = try Tensor(repeating: 0.1, Shape([3_000_000], for: "t"), .f32)
    #expect(abs((try ones.reduced(.sum).number() ?? 0) - 300_000) < 0.3)
    #expect(abs((try ones.reshaped([3_000_000, 1]).reduced(.sum, axes: [0]).number() ?? 0) - 300_000) < 0.3)
    #expect(abs((try ones.reshaped([1_000_000, 3]).reduced(.sum, axes: [0]).doubles()[2]) - 100_000) < 0.05)
  }

  @Test func productsAgreeWithLoops() throws {
    for (a, b) in [
      ([3, 4], [4, 5]), ([4], [4, 2]), ([3, 4], [4]), ([4], [4]), ([2, 3, 4], [4, 5]), ([2, 3, 4], [2, 4, 5]), ([2, 1, 3, 4], [5, 4, 2]),
      ([130, 15], [15, 140]), ([5, 80], [80, 700]),
    ] {
      // Small whole numbers, whose products every kind holds exactly.
      let x = try randomTensor(a, 9, low: -9, high: 9).converted(to: .i64)
      let y = try randomTensor(b, 10, low: -9, high: 9).converted(to: .i64)
      let k = a[a.count - 1], left = a.count == 1 ? [1] + a : a, right = b.count == 1 ? b + [1] : b
      let l = Naive(left, try x.doubles()), r = Naive(right, try y.doubles())
      let isPlain = a.count == 1 || b.count == 1
      let shape = try x.matrixProduct(y).shape.sizes
      let full = isPlain ? [left[left.count - 2], right[right.count - 1]] : shape
      let wanted = Naive.places(full).map { place in
        (0..<k).reduce(0.0) { $0 + l[place.dropLast(1) + [$1]] * r[place.dropLast(2) + [$1, place[place.count - 1]]] }
      }
      for dtype in [DType.f32, .f64, .i64] {
        let p = try x.converted(to: dtype), q = try y.converted(to: dtype)
        #expect(try p.matrixProduct(q).doubles() == wanted)
        // Turned sides give the same.
        if a.count == 2, b.count == 2 {
          #expect(try q.transposed().matrixProduct(p.transposed()).transposed().doubles() == wanted)
        }
      }
    }
  }

  @Test func viewsAgreeWithLoops() throws {
    let x = try randomTensor([4, 6, 5], 11), naive = try Naive(x)
    let turned = try x.transposed([2, 0, 1])
    #expect(try turned.doubles() == Naive.places([5, 4, 6]).map { naive[[$0[1], $0[2], $0[0]]] })
    #expect(try turned.reshaped([-1, 3]).doubles() == turned.doubles())
    let part = try x.part([.part(first: 3, count: 2, step: -2), .rest, .at(-1)])
    #expect(part.shape.sizes == [2, 6])
    #expect(try part.doubles() == Naive.places([2, 6]).map { naive[[3 - 2 * $0[0], $0[1], 4]] })
    // A reshape that needs no copy shares the memory.
    let halves = try x.part([.part(first: 1, count: 2, step: 1)]).reshaped([2, 3, 10])
    #expect(try halves.node.stored().buffer === x.node.stored().buffer)
    #expect(try x.part([.all, .part(first: 0, count: 2, step: 1)]).reshaped([4, 10]).doubles().count == 40)
    let large = try randomTensor([300, 200], 12, .f32), big = try Naive(large)
    #expect(try large.transposed().contiguous().doubles() == Naive.places([200, 300]).map { big[[$0[1], $0[0]]] })
    #expect(throws: TensorError.self) { try x.part([.at(4)]) }
    #expect(throws: TensorError.self) { try x.reshaped([7, -1]) }
    #expect(throws: TensorError.self) { try x.reshaped([-1, -1]) }
    #expect(throws: TensorError.self) { try x.transposed([0, 0, 1]) }
  }

  @Test func systemsAreSolved() throws {
    let a = try randomTensor([3, 6, 6], 13).adding(try Tensor.eye(6, 6, .f64).multiplied(by: Tensor(3.0)))
    let b = try randomTensor([3, 6, 2], 14)
    #expect(isNear(try a.matrixProduct(a.solving(b)).doubles(), try b.doubles(), 1e-12))
    #expect(isNear(try a.matrixProduct(a.inverse()).doubles(), try Tensor.eye(6, 6, .f64).expanded(to: a.shape).doubles(), 1e-12))
    let (u, s, vt) = try b.singularValues()
    #expect(isNear(try u.multiplied(by: s.unsqueezed(1)).matrixProduct(vt).doubles(), try b.doubles(), 1e-12))
    let (q, r) = try b.orthogonal()
    #expect(isNear(try q.matrixProduct(r).doubles(), try b.doubles(), 1e-12))
    let symmetric = try a.adding(a.transposed([0, 2, 1])), (w, v) = try symmetric.eigen()
    #expect(isNear(try symmetric.matrixProduct(v).doubles(), try v.multiplied(by: w.unsqueezed(1)).doubles(), 1e-11))
    #expect(isNear(
      try symmetric.determinant().doubles(), try w.doubles().chunked(6).map { $0.reduce(1, *) }, 1e-10))
    let singular = try Tensor([1, 2, 2, 4], Shape([2, 2], for: "t"), .f32)
    #expect(throws: TensorError.singular(operation: "inverse", matrix: nil)) { try singular.inverse() }
    #expect(try singular.determinant().number() == 0)
    #expect(throws: TensorError.self) { try Tensor([0, 1, -1, 0], Shape([2, 2], for: "t"), .f32).eigen() }
    #expect(throws: TensorError.self) { try a.solving(randomTensor([5], 1)) }
    #expect(try Tensor(repeating: 0.0, Shape([0, 0], for: "t"), .f32).determinant().number() == 1)
  }
}

extension Array {
  fileprivate func chunked(_ size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min(count, $0 + size)]) }
  }
}
