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
    struct NumPy: Decodable {
      let singular_values, triangle, symmetric: [Double]
    }
    let cases: [Case]
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
}
