/// An operation on tensors as derivatives know it: how it is run, its derivative, and where that may be tested.
package struct Operation: Sendable {
  /// As users write it.
  package let name: String
  package let apply: @Sendable ([Tensor], Settings) throws -> Tensor
  /// What each operand's share of the derivative is; nil where there is no derivative.
  package let rule: (@Sendable (Backward) throws -> [Variable?])?
  /// Operands that a test may use.
  package let samples: [Sample]

  /// Shapes of operands with numbers between `low` and `high`, away from where the operation has a corner.
  package struct Sample: Sendable {
    package var shapes: [[Int]]
    package var low = -1.0
    package var high = 1.0
    package var settings = Settings()
    /// Whether the first operand is truths.
    package var hasCondition = false

    package init(
      _ shapes: [[Int]], _ low: Double = -1, _ high: Double = 1, _ settings: Settings = Settings(), hasCondition: Bool = false
    ) {
      self.shapes = shapes
      self.low = low
      self.high = high
      self.settings = settings
      self.hasCondition = hasCondition
    }
  }

  init(
    _ name: String, _ samples: [Sample], _ apply: @escaping @Sendable ([Tensor], Settings) throws -> Tensor,
    derivative rule: (@Sendable (Backward) throws -> [Variable?])?
  ) {
    self.name = name
    self.samples = samples
    self.apply = apply
    self.rule = rule
  }
}

/// An operation that was run, and the derivative by its output.
package struct Backward: Sendable {
  package let inputs: [Variable]
  package let output: Variable
  package let gradient: Variable
  package let settings: Settings
  /// Whether the share of each operand is asked for.
  package let wanted: [Bool]

  var x: Variable { inputs[0] }
  var y: Variable { inputs[1] }
  var g: Variable { gradient }
}

extension Operation {
  /// Every operation; derivatives, their tests and the functions of the language go by this table.
  package static let all: [Operation] =
    [identity] + functions + arithmetic + [choose, clip, convert] + reductions + shapes + products + decompositions

  /// One float to one float.
  fileprivate static func function(
    _ name: String, _ op: ElementOperation, _ low: Double = -1, _ high: Double = 1, keepsWhole: Bool = false,
    _ rule: @escaping @Sendable (Backward) throws -> Variable?
  ) -> Operation {
    Operation(name, [Sample([[5]], low, high), Sample([[2, 3]], low, high)]) { inputs, _ in
      keepsWhole ? try inputs[0].mappedKeeping(op) : try inputs[0].mapped(op)
    } derivative: { [try rule($0)] }
  }

  static let identity: Operation = Operation("identity", [Sample([[3]])]) { inputs, _ in inputs[0] } derivative: { [$0.g] }

  static let negate: Operation = Operation("negate", [Sample([[4]])]) { inputs, _ in try inputs[0].negated() } derivative: { [try -$0.g] }
  static let abs: Operation = function("abs", .abs, 0.1, 1, keepsWhole: true) { try $0.g * $0.x.apply(sign) }
  static let sign: Operation = function("sign", .sign, 0.1, 1, keepsWhole: true) { _ in nil }
  package static let sqrt: Operation = function("sqrt", .sqrt, 0.5, 2) { try $0.g / (2 * $0.output) }
  static let exp: Operation = function("exp", .exp) { try $0.g * $0.output }
  static let log: Operation = function("log", .log, 0.5, 2) { try $0.g / $0.x }
  static let log2: Operation = function("log2", .log2, 0.5, 2) { try $0.g / (0.6931471805599453 * $0.x) }
  static let log10: Operation = function("log10", .log10, 0.5, 2) { try $0.g / (2.302585092994046 * $0.x) }
  static let log1p: Operation = function("log1p", .log1p, -0.5, 1) { try $0.g / (1 + $0.x) }
  static let expm1: Operation = function("expm1", .expm1) { try $0.g * (1 + $0.output) }
  static let sin: Operation = function("sin", .sin) { try $0.g * $0.x.apply(cos) }
  static let cos: Operation = function("cos", .cos) { try -($0.g * $0.x.apply(sin)) }
  static let tan: Operation = function("tan", .tan) { try $0.g * (1 + $0.output * $0.output) }
  static let atan: Operation = function("atan", .atan) { try $0.g / (1 + $0.x * $0.x) }
  static let tanh: Operation = function("tanh", .tanh) { try $0.g * (1 - $0.output * $0.output) }
  static let sigmoid: Operation = function("sigmoid", .sigmoid) { try $0.g * ($0.output * (1 - $0.output)) }
  static let relu: Operation = function("relu", .relu, 0.1, 1, keepsWhole: true) {
    try $0.x.compared(.greater, 0).choose($0.g, .number(0))
  }
  static let erf: Operation = function("erf", .erf) { try $0.g * (1.1283791670955126 * (-($0.x * $0.x)).apply(exp)) }
  static let reciprocal: Operation = function("reciprocal", .reciprocal, 0.5, 2) { try -($0.g * ($0.output * $0.output)) }
  static let floor: Operation = function("floor", .floor, 0.1, 0.9, keepsWhole: true) { _ in nil }
  static let ceil: Operation = function("ceil", .ceil, 0.1, 0.9, keepsWhole: true) { _ in nil }
  package static let round: Operation = function("round", .round, 0.6, 0.9, keepsWhole: true) { _ in nil }

  /// Functions of one number, which the language knows by these names.
  package static let functions = [
    negate, abs, sign, sqrt, exp, log, log2, log10, log1p, expm1, sin, cos, tan, atan, tanh, sigmoid, relu, erf, reciprocal,
    floor, ceil, round,
  ]

  package static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
