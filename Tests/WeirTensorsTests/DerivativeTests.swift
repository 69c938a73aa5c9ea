import Glibc
import Testing
import WeirBase

@testable import WeirTensors

/// Every derivative of the table of operations against finite differences, in doubles.
struct DerivativeTests {
  private static let step = 1e-6

  /// Operands of a sample.
  private func operands(_ sample: Operation.Sample, _ seed: Int64) throws -> [Variable] {
    try sample.shapes.enumerated().map { number, sizes in
      let tensor = try randomTensor(sizes, seed + Int64(number), low: sample.low, high: sample.high)
      guard sample.hasCondition, number == 0 else { return Variable(tensor) }
      return Variable(try tensor.compared(.greater, Tensor(0.0)))
    }
  }

  /// The sum of what a function gives, each element with a weight of its own.
  private func weighed(_ variable: Variable, _ seed: Int64) throws -> Variable {
    let weights = Variable(try randomTensor(variable.shape.sizes, seed))
    return try (variable * weights).sum(nil, keep: false)
  }

  /// The slope of `function` by each element of operand `number`, by differences.
  private func differences(_ operands: [Variable], _ number: Int, _ function: ([Variable]) throws -> Variable) throws -> [Double] {
    let values = try operands[number].tensor.doubles()
    return try values.indices.map { i in
      func value(_ shift: Double) throws -> Double {
        var moved = values, inner = operands
        moved[i] += shift
        inner[number] = Variable(try Tensor(moved, operands[number].shape, .f64))
        return try function(inner).tensor.number() ?? .nan
      }
      return try (value(Self.step) - value(-Self.step)) / (2 * Self.step)
    }
  }

  @Test(arguments: Operation.all.filter { $0.rule != nil }.map(\.name)) func derivativesAgreeWithDifferences(_ name: String) throws {
    let operation = try #require(Operation.byName[name])
    #expect(!operation.samples.isEmpty)
    for (turn, sample) in operation.samples.enumerated() {
      let operands = try operands(sample, Int64(100 * turn + 7))
      let chosen = operands.indices.filter { operands[$0].dtype.isFloat }
      let function = { (inputs: [Variable]) in try weighed(Variable.apply(operation, inputs, sample.settings), 50) }
      let (_, gradients) = try Differentiation.gradient(at: operands, by: chosen, of: function)
      for (number, gradient) in zip(chosen, gradients) {
        #expect(gradient.shape == operands[number].shape && !gradient.isTraced)
        let wanted = try differences(operands, number, function)
        #expect(isNear(try gradient.tensor.doubles(), wanted, 2e-7), "\(name), operand \(number) of sample \(turn)")
      }
      // The derivative of the derivative, by each operand.
      let slope = { (inputs: [Variable]) in
        let (_, inner) = try Differentiation.gradient(at: inputs, by: chosen, of: function)
        return try inner.enumerated().map { try weighed($1, 60 + Int64($0)) }.reduce(Variable(Tensor(0.0))) { try $0 + $1 }
      }
      let (_, second) = try Differentiation.gradient(at: operands, by: chosen, of: slope)
      for (number, gradient) in zip(chosen, second) {
        let wanted = try differences(operands, number, slope)
        #expect(isNear(try gradient.tensor.doubles(), wanted, 2e-6), "\(name), operand \(number) of sample \(turn), second")
      }
    }
  }

  @Test func everyOperationHasADerivative() {
    #expect(Operation.all.count == Operation.byName.count)
    #expect(Operation.all.allSatisfy { $0.rule != nil })
    #expect(Operation.all.count >= 45)
  }

  @Test func derivativesNestAndKeepApart() throws {
    let three = Variable(try Tensor(3.0))
    // d/dx (x * d/dy (x * y * y) at y = x) = d/dx 2 x^3
    let (value, gradients) = try Differentiation.gradient(at: [three], by: [0]) { outer in
      let (_, inner) = try Differentiation.gradient(at: outer, by: [0]) { try outer[0] * $0[0] * $0[0] }
      return try outer[0] * inner[0]
    }
    #expect(try value.tensor.number() == 54 && !value.isTraced)
    #expect(try gradients[0].tensor.number() == 54)
    // Five times.
    func derivative(_ times: Int, _ x: Variable) throws -> Variable {
      if times == 0 { return try x.power(.number(6)) }
      return try Differentiation.gradient(at: [x], by: [0]) { try derivative(times - 1, $0[0]) }.gradients[0]
    }
    #expect(try derivative(5, three).tensor.number() == 720 * 3)
    // What does not depend on the argument has derivative 0.
    let none = try Differentiation.gradient(at: [three], by: [0]) { _ in Variable(try Tensor(1.0)) }
    #expect(try none.gradients[0].tensor.number() == 0)
  }

  @Test func longChainsEnd() throws {
    let x = Variable(try Tensor(0.5))
    let (_, gradients) = try Differentiation.gradient(at: [x], by: [0]) { inputs in
      var sum = inputs[0]
      for _ in 0..<100_000 { sum = try sum + inputs[0] }
      return sum
    }
    #expect(try gradients[0].tensor.number() == 100_001)
  }

  @Test func largeTensorsHaveTheDerivativesOfSmallOnes() throws {
    let x = Variable(try randomTensor([120, 100], 3, .f32))
    let (_, gradients) = try Differentiation.gradient(at: [x], by: [0]) { try ($0[0].apply(.exp) * $0[0]).sum(nil, keep: false) }
    let wanted = try x.tensor.doubles().map { (1 + $0) * Glibc.exp($0) }
    #expect(gradients[0].dtype == .f32)
    #expect(isNear(try gradients[0].tensor.doubles(), wanted, 1e-6))
    #expect(throws: TensorError.self) { try Differentiation.gradient(at: [x], by: [0]) { $0[0] } }
  }
}
