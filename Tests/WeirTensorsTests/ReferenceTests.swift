import Foundation
import Testing
import WeirBase

@testable import WeirTensors

/// Results and derivatives against those of PyTorch and NumPy (Tests/Reference/make_tensors.py).
struct TensorReferenceTests {
  struct Reference: Decodable {
    struct Case: Decodable {
      let name: String
      let shapes: [[Int]]
      let low, high: Double
      let axes: [Int]?
      let keep: Bool
      let sizes: [Int]
      let values: [Double]
      let gradients: [[Double]]
    }
    struct Decomposition: Decodable {
      let name: String
      let shape: [Int]
      let value: Double
      let gradient: [Double]
    }
    struct NumPy: Decodable {
      let singular_values, triangle, symmetric: [Double]
    }
    let cases: [Case]
    let decompositions: [Decomposition]
    let numpy: NumPy
    let promotions: [[String]]
  }

  static let reference: Reference? = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Reference/tensors.json")
    return (try? Data(contentsOf: path)).flatMap { try? JSONDecoder().decode(Reference.self, from: $0) }
  }()

  /// Element i of operand k is sin(0.7 i + k), between `low` and `high`.
  private func operand(_ sizes: [Int], _ k: Int, _ low: Double = -1, _ high: Double = 1) throws -> Tensor {
    let shape = try Shape(sizes, for: "test")
    let numbers: [Double] = (0..<shape.count).map { (i: Int) -> Double in
      let wave: Double = sin(0.7 * Double(i) + Double(k))
      return low + (wave + 1) / 2 * (high - low)
    }
    return try Tensor(numbers, shape, .f64)
  }

  @Test func operationsAgreeWithPyTorch() throws {
    let reference = try #require(Self.reference)
    #expect(reference.cases.count >= 40)
    for test in reference.cases {
      let operation = try #require(Operation.byName[test.name])
      let operands = try test.shapes.enumerated().map { Variable(try operand($1, $0, test.low, test.high)) }
      let settings = Settings(axes: test.axes, keep: test.keep)
      let output = try Variable.apply(operation, operands, settings)
      #expect(output.shape.sizes == test.sizes)
      #expect(isNear(try output.tensor.doubles(), test.values, 1e-12), "\(test.name) \(test.shapes)")
      let narrow = try operation.apply(operands.map { try $0.tensor.converted(to: .f32) }, settings)
      #expect(narrow.dtype == .f32)
      #expect(isNear(try narrow.doubles(), test.values, 1e-4), "\(test.name) \(test.shapes) in f32")
      let (_, gradients) = try Differentiation.gradient(at: operands, by: Array(operands.indices)) { inputs in
        let y = try Variable.apply(operation, inputs, settings)
        return try (y * y).sum(nil, keep: false)
      }
      for (found, wanted) in zip(gradients, test.gradients) {
        #expect(isNear(try found.tensor.doubles(), wanted, 1e-10), "derivative of \(test.name) \(test.shapes)")
      }
    }
  }

  @Test func kindsAgreeWithPyTorch() throws {
    for row in try #require(Self.reference).promotions {
      let kinds = row.compactMap { DType(rawValue: $0) }
      try #require(kinds.count == 5)
      let x = try Tensor(repeating: 1.0, Shape([2], for: "t"), kinds[0]), y = try Tensor(repeating: 1.0, Shape([2], for: "t"), kinds[1])
      #expect(Tensor.promoted(x, y) == kinds[2])
      // A plain number of the language is a double without axes, and counts as PyTorch's own numbers do: f32 beside whole ones.
      let isPlain = kinds[1] == .f64 && !kinds[0].isFloat
      #expect(Tensor.promoted(x, try Tensor(1.0, kinds[1])) == (isPlain ? .f32 : kinds[3]), "\(row)")
      #expect(try x.divided(by: y).dtype == kinds[4])
    }
  }

  @Test func decompositionsAgreeWithNumPy() throws {
    let numpy = try #require(Self.reference).numpy
    let small = try operand([5, 3], 1)
    let m = try operand([5, 3], 0).adding(small.multiplied(by: small).multiplied(by: Tensor(0.3)))
    #expect(isNear(try m.singularValues().s.doubles(), numpy.singular_values, 1e-13))
    #expect(isNear(try m.orthogonal().r.doubles().map { abs($0) }, numpy.triangle, 1e-12))
    let s = try operand([4, 4], 2)
    #expect(isNear(try s.adding(s.transposed()).eigen().values.doubles(), numpy.symmetric, 1e-12))
  }

  /// Losses that do not depend on the signs of vectors.
  private func loss(_ name: String, _ x: Variable) throws -> Variable {
    func weighed(_ variable: Variable, _ k: Int) throws -> Variable {
      try (variable * Variable(operand(variable.shape.sizes, k))).sum(nil, keep: false)
    }
    switch name {
    case "svd":
      let (u, s, vt) = try x.singularValues()
      return try weighed(s, 2) + weighed(u * u, 3) + weighed(vt * vt, 4)
    case "qr":
      let (q, r) = try x.orthogonal()
      return try weighed(q * q, 2) + weighed(r * r, 3)
    default:
      let (values, vectors) = try ((x + x.turned()) * .number(0.5)).eigen()
      return try weighed(values, 2) + weighed(vectors * vectors, 3)
    }
  }

  @Test func derivativesOfDecompositionsAgreeWithPyTorch() throws {
    let cases = try #require(Self.reference).decompositions
    #expect(cases.count == 9)
    for test in cases {
      let wave = try operand(test.shape, 1)
      let x = try operand(test.shape, 0).adding(wave.multiplied(by: wave).multiplied(by: Tensor(0.3)))
      for dtype in [DType.f64, .f32] {
        let (value, gradients) = try Differentiation.gradient(at: [Variable(x.converted(to: dtype))], by: [0]) { try loss(test.name, $0[0]) }
        let bound = dtype == .f64 ? 1e-9 : 1e-3
        #expect(isNear([try value.tensor.number() ?? .nan], [test.value], bound), "\(test.name) \(test.shape)")
        #expect(gradients[0].dtype == dtype)
        #expect(isNear(try gradients[0].tensor.doubles(), test.gradient, bound), "\(test.name) \(test.shape) \(dtype)")
      }
    }
  }

  @Test func valuesHaveDerivativesWhereVectorsHaveNone() throws {
    let unit = Variable(try Tensor.eye(3, 3, .f64))
    let (_, slopes) = try Differentiation.gradient(at: [unit], by: [0]) { try $0[0].singularValues().s.sum(nil, keep: false) }
    #expect(isNear(try slopes[0].tensor.doubles(), try unit.tensor.doubles(), 1e-12))
    let (_, rising) = try Differentiation.gradient(at: [unit], by: [0]) { try $0[0].eigen().values.sum(nil, keep: false) }
    #expect(isNear(try rising[0].tensor.doubles(), try unit.tensor.doubles(), 1e-12))
    let wide = Variable(try operand([2, 3], 0)), flat = Variable(try Tensor(repeating: 1.0, Shape([3, 2], for: "t"), .f64))
    let turned = Variable(try operand([3, 3], 0))
    let refused: [(Variable, (Variable) throws -> Variable)] = [
      (unit, { try $0.singularValues().u }), (unit, { try $0.eigen().vectors }), (wide, { try $0.orthogonal().r }),
      (flat, { try $0.orthogonal().q }), (flat, { try $0.singularValues().u }), (turned, { try $0.eigen().values }),
    ]
    for (at, function) in refused {
      let error = #expect(throws: TensorError.self) {
        try Differentiation.gradient(at: [at], by: [0]) { try (function($0[0]) * Variable(Tensor(2.0))).sum(nil, keep: false) }
      }
      guard case .noDerivativeHere? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }
}
