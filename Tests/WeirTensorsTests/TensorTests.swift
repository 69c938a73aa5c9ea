import Testing
import WeirBase

@testable import WeirTensors

struct TensorTests {
  static let pairs: [([Int], [Int], [Int])] = [
    ([3], [3], [3]), ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([4, 1, 3], [2, 1], [4, 2, 3]), ([], [2, 2], [2, 2]),
    ([0, 3], [1, 3], [0, 3]), ([1], [5], [5]), ([2, 3, 4], [3, 1], [2, 3, 4]), ([], [], []),
  ]

  @Test(arguments: pairs) func broadcastingAgreesWithLoops(_ a: [Int], _ b: [Int], _ sizes: [Int]) throws {
    let x = try randomTensor(a, 1), y = try randomTensor(b, 2, low: 0.5, high: 2)
    let sum = try x.adding(y), quotient = try x.divided(by: y)
    #expect(sum.shape.sizes == sizes)
    let p = try Naive(x), q = try Naive(y)
    #expect(try sum.doubles() == Naive.combined(p, q, sizes, +).values)
    #expect(try quotient.doubles() == Naive.combined(p, q, sizes, /).values)
    #expect(try y.subtracting(x).doubles() == Naive.combined(q, p, sizes, -).values)
  }

  @Test func largeBroadcastsAgreeWithLoops() throws {
    for (a, b) in [([130, 70], [70]), ([130, 1], [1, 70]), ([90, 3, 50], [3, 1]), ([70, 130], [70, 1])] {
      let x = try randomTensor(a, 3, .f32), y = try randomTensor(b, 4, .f32)
      let product = try x.multiplied(by: y)
      let want = Naive.combined(try Naive(x), try Naive(y), product.shape.sizes) { Double(Float($0) * Float($1)) }
      #expect(try product.doubles() == want.values)
      // A view that lies turned, inside of a chain.
      let turned = try x.transposed().adding(try Tensor(1, .f32)).multiplied(by: try x.transposed())
      let flat = try Naive(try x.transposed())
      #expect(try turned.doubles() == flat.values.map { Double((Float($0) + 1) * Float($0)) })
    }
  }

  @Test func misfitsNameBothShapesAndTheOperation() throws {
    let x = try randomTensor([2, 3], 1), y = try randomTensor([2], 2)
    #expect(throws: TensorError.self) { try x.adding(y) }
    do { _ = try x.adding(y) } catch {
      guard case .shapes(let operation, let a, let b, let mend) = error else { Issue.record("\(error)"); return }
      #expect(operation == "+" && a.sizes == [2, 3] && b.sizes == [2])
      #expect(mend?.contains("[2, 1]") == true)
    }
  }

  @Test func hostileShapesAreErrors() throws {
    #expect(throws: TensorError.self) { try Shape([1 << 40, 1 << 40], for: "zeros") }
    #expect(throws: TensorError.self) { try Shape([Int.max, 2], for: "zeros") }
    #expect(throws: TensorError.self) { try Shape([0, Int.max, Int.max], for: "zeros") }
    #expect(throws: TensorError.self) { try Shape([-1], for: "zeros") }
    #expect(throws: TensorError.self) { try Shape(Array(repeating: 1, count: 17), for: "zeros") }
    #expect(throws: TensorError.self) { try Tensor(repeating: 0.0, Shape([1 << 19, 1 << 20], for: "zeros"), .f64) }
    #expect(throws: TensorError.self) { try Tensor.range(0, 1e18, step: 1, .f32) }
    let empty = try Tensor(repeating: 0.0, Shape([0, 4], for: "zeros"), .f32)
    #expect(try empty.reduced(.sum, axes: [0]).doubles() == [0, 0, 0, 0])
    #expect(try empty.reduced(.sum).doubles() == [0])
    #expect(throws: TensorError.self) { try empty.reduced(.max) }
    #expect(try empty.matrixProduct(try randomTensor([4, 2], 1, .f32)).shape.sizes == [0, 2])
    #expect(try randomTensor([2, 0], 1).matrixProduct(try randomTensor([0, 3], 1)).doubles() == [0, 0, 0, 0, 0, 0])
    #expect(try empty.softmax(axis: 0).count == 0)
    #expect(try empty.transposed().reshaped([2, 0, 2]).count == 0)
  }

  @Test func chainsGiveWhatSingleStepsGive() throws {
    for dtype in [DType.f32, .f64] {
      let a = try randomTensor([300, 100], 5, dtype), b = try randomTensor([300, 100], 6, dtype), c = try randomTensor([100], 7, dtype)
      let chain = try a.multiplied(by: b).adding(c.mapped(.exp)).multiplied(by: a.mapped(.tanh)).subtracting(a)
      let step1 = try a.multiplied(by: b).evaluated(), step2 = try step1.adding(c.mapped(.exp).evaluated()).evaluated()
      let step3 = try step2.multiplied(by: a.mapped(.tanh).evaluated()).evaluated()
      #expect(try chain.doubles() == step3.subtracting(a).doubles())
      var long = a
      for _ in 0..<60 { long = try long.multiplied(by: b).adding(a) }
      var short = a
      for _ in 0..<60 { short = try short.multiplied(by: b).evaluated().adding(a).evaluated() }
      #expect(try long.doubles() == short.doubles())
    }
  }

  @Test func chainsWithManyInputsRunInParts() throws {
    let tensors = try (0..<40).map { try randomTensor([100, 100], Int64($0), .f64).transposed() }
    var sum = tensors[0]
    for tensor in tensors.dropFirst() { sum = try sum.adding(tensor) }
    var wanted = try tensors[0].doubles()
    for tensor in tensors.dropFirst() {
      let more = try tensor.doubles()
      for i in wanted.indices { wanted[i] += more[i] }
    }
    #expect(try sum.doubles() == wanted)
  }

  @Test func kindsRiseAsInPyTorch() throws {
    let f32 = try randomTensor([2], 1, .f32), f64 = try randomTensor([2], 1), i64 = try Tensor([1 as Int64, 2], Shape([2], for: "t"))
    let truth = try Tensor([true, false], Shape([2], for: "t"))
    #expect(try f32.adding(f64).dtype == .f64)
    #expect(try i64.adding(f32).dtype == .f32)
    #expect(try f32.adding(Tensor(2.0, .f64)).dtype == .f32)
    #expect(try i64.adding(Tensor(2.5, .f64)).dtype == .f32)
    #expect(try truth.adding(truth).dtype == .i64)
    #expect(try truth.adding(Tensor(2 as Int64)).dtype == .i64)
    #expect(try i64.divided(by: i64).dtype == .f32)
    #expect(try f64.adding(Tensor(2 as Int64)).dtype == .f64)
    #expect(try i64.compared(.less, f32).dtype == .bool)
    #expect(try i64.mapped(.exp).dtype == .f32)
  }

  @Test func wholeNumbersNeverWrapAround() throws {
    let big = try Tensor([Int64.max, 1], Shape([2], for: "t"))
    #expect(throws: TensorError.overflow(operation: "+")) { try big.adding(big) }
    #expect(throws: TensorError.overflow(operation: "*")) { try big.multiplied(by: Tensor(2 as Int64)) }
    #expect(throws: TensorError.overflow(operation: "^")) { try big.power(Tensor(2 as Int64)) }
    #expect(throws: TensorError.overflow(operation: "sum")) { try big.reduced(.sum) }
    #expect(throws: TensorError.overflow(operation: "@")) { try big.matrixProduct(big) }
    #expect(throws: TensorError.divisionByZero) { try big.floorDivided(by: Tensor(0 as Int64)) }
    #expect(throws: TensorError.self) { try big.power(Tensor(-1 as Int64)) }
    let signs = try Tensor([7, -7, 7, -7] as [Int64], Shape([4], for: "t")), by = try Tensor([2, 2, -2, -2] as [Int64], Shape([4], for: "t"))
    #expect(try signs.floorDivided(by: by).doubles() == [3, -4, -4, 3])
    #expect(try signs.remainder(by: by).doubles() == [1, 1, -1, -1])
    #expect(try signs.converted(to: .f32).remainder(by: by).doubles() == [1, 1, -1, -1])
  }

  @Test func sameBytesAtAnyThreadCount() throws {
    func run(_ threads: Int) throws -> [Archive] {
      try Workers.$current.withValue(Workers(threads)) {
        let a = try randomTensor([700, 513], 1, .f32), b = try randomTensor([513, 300], 2, .f32)
        let wide = try randomTensor([200_001], 3, .f32)
        return try [
          a.multiplied(by: a).adding(a.mapped(.exp)), a.matrixProduct(b), a.reduced(.sum), a.reduced(.sum, axes: [0]),
          a.reduced(.mean, axes: [1]), wide.reduced(.sum), wide.reduced(.max), a.softmax(axis: 0), a.softmax(axis: 1),
          a.transposed().contiguous(), Tensor.normal(Shape([70_000], for: "t"), 0, 1, RandomStream(seed: 4), .f64),
          b.transposed().matrixProduct(a.transposed()), a.converted(to: .f64).reduced(.sum, axes: [0, 1]),
        ].map(\.archive)
      }
    }
    let one = try run(1)
    #expect(try run(2) == one)
    #expect(try run(7) == one)
  }

  @Test func archivesAreExactAndRefuseWhatDoesNotFit() throws {
    for tensor in try [
      randomTensor([3, 2], 1, .f32).transposed(), randomTensor([5], 2), Tensor([Int64.min, 4], Shape([2], for: "t")),
      Tensor([true, false], Shape([1, 2], for: "t")), Tensor(.nan), Tensor(repeating: 1.0, Shape([0], for: "t"), .f32),
    ] {
      let read = try Tensor(archive: Archive(decoding: tensor.archive.encoded()))
      #expect(read.archive == tensor.archive && read.shape == tensor.shape && read.dtype == tensor.dtype)
    }
    #expect(throws: ArchiveError.self) {
      try Tensor(archive: .of(["dtype": .text("f32"), "sizes": .ints([1 << 40, 1 << 40]), "elements": .bytes([])]))
    }
    #expect(throws: ArchiveError.self) {
      try Tensor(archive: .of(["dtype": .text("bool"), "sizes": .ints([1]), "elements": .bytes([2])]))
    }
    #expect(throws: ArchiveError.self) {
      try Tensor(archive: .of(["dtype": .text("f32"), "sizes": .ints([2]), "elements": .bytes([0, 0, 0, 0])]))
    }
  }
}
