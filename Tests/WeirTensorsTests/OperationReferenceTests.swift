import Foundation
import Testing
import WeirBase

@testable import WeirTensors

/// Functions that networks bend numbers by, written with operations, against PyTorch's (Tests/Reference/operations.json): of
/// 24 numbers sin(0.7 i) in the shape 2 x 3 x 4, and the gradient of the sum of the squares of what they give.
struct OperationReferenceTests {
  private static func operation(_ name: String, _ x: Variable, _ settings: Settings = Settings()) throws -> Variable {
    guard let operation = Operation.byName[name] else { throw TensorError.other("there is no `\(name)`", mend: nil) }
    return try .apply(operation, [x], settings)
  }

  private static func number(_ value: Double) throws -> Variable { try .number(value) }

  private static func softplus(_ x: Variable) throws -> Variable { try operation("log1p", operation("exp", x)) }

  private static func normal(_ x: Variable) throws -> Variable {
    let variance = try x.spread([-1], keep: true, ddof: 0, root: false)
    return try (x - x.mean([-1], keep: true)) / operation("sqrt", variance + number(1e-5))
  }

  /// x above 0, and what `below` gives else.
  private static func split(_ x: Variable, _ below: Variable) throws -> Variable { try x.compared(.greater, number(0)).choose(x, below) }

  static let functions: [String: @Sendable (Variable) throws -> Variable] = [
    "softmax": { try operation("softmax", $0, Settings(axes: [-1])) },
    "log_softmax": { try operation("log_softmax", $0, Settings(axes: [-1])) },
    "gelu": { try number(0.5) * $0 * (number(1) + operation("erf", $0 * number(0.5.squareRoot()))) },
    "gelu_tanh": { x in
      let inner = try number((2 / Double.pi).squareRoot()) * (x + number(0.044715) * x * x * x)
      return try number(0.5) * x * (number(1) + operation("tanh", inner))
    },
    "silu": { try $0 * operation("sigmoid", $0) },
    "elu": { try split($0, operation("expm1", $0)) },
    "selu": { try number(1.0507009873554805) * split($0, number(1.6732632423543772) * operation("expm1", $0)) },
    "softplus": { try softplus($0) },
    "mish": { try $0 * operation("tanh", softplus($0)) },
    "hardswish": { try $0 * operation("clip", $0 + number(3), Settings(low: 0, high: 6)) / number(6) },
    "leaky_relu": { try split($0, number(0.01) * $0) },
    "layer_norm": { try normal($0) },
  ]

  static func numbers(_ value: Any?) throws -> [Double] {
    if let list = value as? [Any] { return try list.flatMap { try numbers($0) } }
    return [try #require(value as? NSNumber).doubleValue]
  }

  @Test func functionsAgreeWithPyTorch() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Reference/operations.json")
    let whole = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
    let all = try #require(whole["operations"] as? [String: Any])
    let names = all.keys.filter { $0 != "input" && !$0.hasPrefix("grad_") }
    #expect(Set(names) == Set(Self.functions.keys))
    let x = try Tensor((0..<24).map { sin(0.7 * Double($0)) }, Shape([2, 3, 4], for: "test"), .f64)
    for name in names.sorted() {
      let function = try #require(Self.functions[name]), wanted = try Self.numbers(all[name])
      let slopes = try Self.numbers(all["grad_of_sum_of_squares_\(name)"])
      for (dtype, bound) in [(DType.f64, 1e-12), (.f32, 1e-4)] {
        let at = Variable(try x.converted(to: dtype))
        #expect(isNear(try function(at).tensor.doubles(), wanted, bound), "\(name) in \(dtype)")
        let (_, gradients) = try Differentiation.gradient(at: [at], by: [0]) { inputs in
          let y = try function(inputs[0])
          return try (y * y).sum(nil, keep: false)
        }
        #expect(isNear(try gradients[0].tensor.doubles(), slopes, bound), "derivative of \(name) in \(dtype)")
      }
    }
  }
}
