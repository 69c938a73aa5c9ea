extension Operation {
  private static let pairs: [[[Int]]] = [[[4], [4]], [[2, 3], [3]], [[2, 1], []]]

  private static func binary(
    _ name: String, _ apply: @escaping @Sendable (Tensor, Tensor) throws -> Tensor, from low: Double = -1, to high: Double = 1,
    _ rule: @escaping @Sendable (Backward) throws -> [Variable?]
  ) -> Operation {
    Operation(name, pairs.map { Sample($0, low, high) }) { inputs, _ in try apply(inputs[0], inputs[1]) } derivative: { try rule($0) }
  }

  static let add: Operation = binary("+", { try $0.adding($1) }) { [$0.g, $0.g] }
  static let subtract: Operation = binary("-", { try $0.subtracting($1) }) { [$0.g, try -$0.g] }
  static let multiply: Operation = binary("*", { try $0.multiplied(by: $1) }) { b in
    [b.wanted[0] ? try b.g * b.y : nil, b.wanted[1] ? try b.g * b.x : nil]
  }
  static let divide: Operation = binary("/", { try $0.divided(by: $1) }, from: 0.5, to: 2) { b in
    [b.wanted[0] ? try b.g / b.y : nil, b.wanted[1] ? try -(b.g * b.output / b.y) : nil]
  }
  static let power: Operation = binary("^", { try $0.power($1) }, from: 0.5, to: 2) { b in
    var base: Variable?, exponent: Variable?
    if b.wanted[0] {
      // Where the exponent is 0 the power is 1 for every base.
      let slope = try b.y * b.x.power(b.y - 1)
      base = try b.g * b.y.compared(.equal, 0).choose(.number(0), slope)
    }
    if b.wanted[1] {
      // 0 to a power stays 0; the logarithm is asked of positive numbers alone.
      let positive = try b.x.compared(.greater, 0)
      let logarithm = try positive.choose(positive.choose(b.x, .number(1)).apply(log), .number(0))
      exponent = try b.g * (b.output * logarithm)
    }
    return [base, exponent]
  }
  static let floorDivide: Operation = binary("//", { try $0.floorDivided(by: $1) }, from: 0.6, to: 0.9) { _ in [nil, nil] }
  static let remainder: Operation = binary("%", { try $0.remainder(by: $1) }, from: 0.6, to: 0.9) { b in
    [b.g, b.wanted[1] ? try -(b.g * (b.x / b.y).apply(floor)) : nil]
  }
  package static let maximum: Operation = binary("maximum", { try $0.maximum($1) }) { try shares($0, .greater) }
  package static let minimum: Operation = binary("minimum", { try $0.minimum($1) }) { try shares($0, .less) }

  /// The one that was taken has the derivative; of two that are equal each has half.
  private static func shares(_ b: Backward, _ wins: Tensor.Comparison) throws -> [Variable?] {
    let half = try b.x.compared(.equal, b.y).choose(b.g * .number(0.5), .number(0))
    let first = try b.x.compared(wins, b.y).choose(b.g, half)
    return [first, try b.y.compared(wins, b.x).choose(b.g, half)]
  }

  package static let arithmetic = [add, subtract, multiply, divide, power, floorDivide, remainder, maximum, minimum]

  /// A truth and two of a kind.
  package static let choose: Operation = Operation("if_else", [Sample([[4], [4], [4]], hasCondition: true), Sample([[2, 3], [3], []], hasCondition: true)]) {
    inputs, _ in try inputs[1].chosen(where: inputs[0], else: inputs[2])
  } derivative: { b in
    [nil, try b.x.choose(b.g, .number(0)), try b.x.choose(.number(0), b.g)]
  }

  package static let clip: Operation = Operation("clip", [Sample([[6]], 0.1, 0.9, Settings(low: 0, high: 1)), Sample([[6]], 2, 3, Settings(low: 0, high: 1))]) {
    inputs, settings in
    var out = inputs[0]
    if let low = settings.low { out = try out.maximum(Tensor(low)) }
    if let high = settings.high { out = try out.minimum(Tensor(high)) }
    return out
  } derivative: { b in
    var out = b.g
    if let low = b.settings.low { out = try b.x.compared(.greaterOrEqual, .number(low)).choose(out, .number(0)) }
    if let high = b.settings.high { out = try b.x.compared(.lessOrEqual, .number(high)).choose(out, .number(0)) }
    return [out]
  }

  static let convert: Operation = Operation("convert", [Sample([[4]], -1, 1, Settings(dtype: .f64))]) { inputs, settings in
    try inputs[0].converted(to: settings.dtype ?? .f32)
  } derivative: { [$0.g] }
}
