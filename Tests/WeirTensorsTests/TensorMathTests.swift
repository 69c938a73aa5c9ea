import Foundation
import Testing
import WeirBase

@testable import WeirTensors

/// Functions of one number against the C library's in numbers of 80 bits: in doubles within two units in the last place, in
/// floats within one and a half.
struct TensorMathTests {
  struct Function: Sendable, CustomStringConvertible {
    let name: String
    let low: Double, high: Double
    /// Whether sizes from tiny to `high` are drawn rather than numbers between the ends.
    var isBySize = false
    var description: String { "\(name) \(low)...\(high)" }
  }

  static let functions = [
    Function(name: "exp", low: -700, high: 700), Function(name: "exp", low: -1, high: 1), Function(name: "log", low: 0, high: 1e300, isBySize: true),
    Function(name: "log", low: 0.5, high: 2), Function(name: "log2", low: 0, high: 1e300, isBySize: true), Function(name: "log2", low: 0.5, high: 2),
    Function(name: "log10", low: 0, high: 1e300, isBySize: true), Function(name: "log10", low: 0.5, high: 2), Function(name: "log1p", low: -1, high: 3),
    Function(name: "log1p", low: 0, high: 1e20, isBySize: true), Function(name: "expm1", low: -2, high: 2), Function(name: "expm1", low: -40, high: 700),
    Function(name: "expm1", low: 0, high: 1, isBySize: true), Function(name: "sin", low: -10, high: 10), Function(name: "sin", low: -2e6, high: 2e6),
    Function(name: "sin", low: 0, high: 1, isBySize: true), Function(name: "cos", low: -10, high: 10), Function(name: "cos", low: -2e6, high: 2e6),
    Function(name: "tan", low: -10, high: 10), Function(name: "atan", low: -10, high: 10), Function(name: "erf", low: -3, high: 3),
    Function(name: "tanh", low: -1, high: 1), Function(name: "tanh", low: -30, high: 30), Function(name: "tanh", low: 0, high: 1, isBySize: true),
    Function(name: "sigmoid", low: -30, high: 30),
  ]

  #if arch(x86_64)
  private static func exact(_ name: String, _ x: Float80) -> Float80 {
    switch name {
    case "exp": exp(x)
    case "log": log(x)
    case "log2": log2(x)
    case "log10": log10(x)
    case "log1p": log1p(x)
    case "expm1": expm1(x)
    case "sin": sin(x)
    case "cos": cos(x)
    case "tan": tan(x)
    case "atan": atan(x)
    case "erf": erf(x)
    case "tanh": tanh(x)
    case "sigmoid": 1 / (1 + exp(-x))
    default: .nan
    }
  }

  private func numbers(_ function: Function, narrow: Bool) -> [Double] {
    var random = RandomStream(seed: 4).child(function.description)
    return (0..<4_000).map { _ in
      var x = random.nextUniform(function.low, function.high)
      if function.isBySize { x = exp(random.nextUniform(narrow ? -80 : -690, log(min(function.high, narrow ? 1e37 : 1e300)))) }
      return narrow ? Double(Float(x)) : x
    }
  }

  @Test(arguments: functions) func doublesAreRightToTheLastDigits(function: Function) throws {
    let operation = try #require(Operation.byName[function.name]), numbers = numbers(function, narrow: false)
    let found = try operation.apply([Tensor(numbers, Shape([numbers.count], for: "t"), .f64)], Settings()).doubles()
    let worst = zip(numbers, found).map { x, y in
      let wanted = Self.exact(function.name, Float80(x))
      return Double(abs(Float80(y) - wanted) / Float80(Double(wanted).ulp))
    }.max() ?? .nan
    #expect(worst < 2, "\(function): \(worst) units")
  }

  @Test(arguments: functions) func floatsAreRightToTheLastDigits(function: Function) throws {
    let narrow = function.name == "exp" || function.name == "expm1" ? Function(name: function.name, low: max(function.low, -80), high: min(function.high, 80), isBySize: function.isBySize) : function
    let operation = try #require(Operation.byName[function.name]), numbers = numbers(narrow, narrow: true)
    let found = try operation.apply([Tensor(numbers, Shape([numbers.count], for: "t"), .f32)], Settings()).doubles()
    let worst = zip(numbers, found).map { x, y in
      let wanted = Self.exact(function.name, Float80(x))
      return Double(abs(Float80(y) - wanted) / Float80(max(Float(wanted).ulp, .leastNormalMagnitude)))
    }.max() ?? .nan
    #expect(worst < 2.5, "\(function): \(worst) units")
  }

  @Test func powersAreRightToTheLastDigits() throws {
    var random = RandomStream(seed: 4)
    let bases = (0..<4_000).map { _ in Double(Float(exp(random.nextUniform(-9, 9)))) }
    let exponents = (0..<4_000).map { _ in Double(Float(random.nextUniform(-4, 4))) }
    for (dtype, bound) in [(DType.f64, 1.5), (.f32, 0.51)] {
      let shape = try Shape([4_000], for: "t")
      for constant in [nil, 2, 3, -1, 0.5, 2.5] as [Double?] {
        let right = try constant.map { try Tensor($0) } ?? Tensor(exponents, shape, dtype)
        let found = try Tensor(bases, shape, dtype).power(right).doubles()
        let worst = found.indices.map { i in
          let wanted = pow(Float80(bases[i]), Float80(constant ?? exponents[i]))
          return Double(abs(Float80(found[i]) - wanted) / Float80(dtype == .f64 ? Double(wanted).ulp : Double(Float(wanted).ulp)))
        }.max() ?? .nan
        #expect(worst < (constant == 3 ? 1.5 : bound), "\(dtype), exponent \(constant.map { "\($0)" } ?? "any"): \(worst) units")
      }
    }
  }
  #endif

  /// Where functions have edges they give what the C library gives, for the sign of zeros as well.
  @Test func edgesAreThoseOfTheLibrary() throws {
    let edges = [0.0, -0.0, 1, -1, 2, -2, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e308, -1e308, 709.78, 709.79, 1000, -1000, 1e6, 1e15, 1e22]
    let exact: [(String, (Double) -> Double)] = [
      ("exp", exp), ("log", log), ("log2", log2), ("log10", log10), ("log1p", log1p), ("expm1", expm1), ("sin", sin), ("cos", cos), ("tanh", tanh),
    ]
    for (name, function) in exact {
      let operation = try #require(Operation.byName[name])
      let found = try operation.apply([Tensor(edges, Shape([edges.count], for: "t"), .f64)], Settings()).doubles()
      for (x, y) in zip(edges, found) {
        let wanted = function(x)
        let isSame = wanted.isNaN ? y.isNaN : wanted.isFinite ? abs(y - wanted) <= 2 * wanted.ulp && y.sign == wanted.sign : y == wanted
        #expect(isSame, "\(name)(\(x)) is \(y), and the library has \(wanted)")
      }
    }
    for k in -300...300 {
      let x = try Tensor([Foundation.pow(2, Double(k)), Foundation.pow(10, Double(k))], Shape([2], for: "t"), .f64)
      #expect(try x.mapped(.log2).doubles()[0] == Double(k))
      #expect(try x.mapped(.log10).doubles()[1] == log10(Foundation.pow(10, Double(k))))
    }
    let bases = [0.0, -0.0, 1, -1, 2, -2, .infinity, -.infinity, .nan, 1e-300, 1e300]
    for dtype in [DType.f64, .f32] {
      for exponent in [0.0, 1, 2, 3, -1, 0.5, -0.5, -2, -3, .infinity, -.infinity, .nan, 1e9] {
        let given = try Tensor(bases, Shape([bases.count], for: "t"), dtype)
        for right in [try Tensor(exponent, dtype), try Tensor(repeating: exponent, given.shape, dtype)] {
          for (x, y) in zip(try given.doubles(), try given.power(right).doubles()) {
            // By one number 0.5 it is a root, which keeps the sign of zero and has none of infinity below 0, as in NumPy.
            if right.rank == 0, exponent == 0.5, x.sign == .minus { continue }
            let whole = Foundation.pow(x, exponent), wanted = dtype == .f64 ? whole : Double(Float(whole))
            #expect(wanted.isNaN ? y.isNaN : y == wanted && y.sign == wanted.sign, "\(x) ^ \(exponent) in \(dtype) is \(y), not \(wanted)")
          }
        }
      }
    }
  }

  /// What a number gives does not depend on what lies beside it.
  @Test func neighboursDoNotMatter() throws {
    let near = (0..<100).map { Double($0) * 0.37 - 12 }
    for dtype in [DType.f64, .f32] {
      for operation in [Operation.sin, .cos] {
        let alone = try operation.apply([Tensor(near, Shape([100], for: "t"), dtype)], Settings()).doubles()
        let beside = try operation.apply([Tensor(near + [1e30, .nan], Shape([102], for: "t"), dtype)], Settings()).doubles()
        #expect(Array(beside.prefix(100)) == alone)
      }
    }
  }
}
