import CWeirKernels

/// An operation element by element, with its name as users know it and its kernel.
enum ElementOperation: Sendable, Hashable {
  case negate, abs, sign, sqrt, exp, log, log2, log10, log1p, expm1, sin, cos, tan, atan, tanh, sigmoid, relu, erf
  case floor, ceil, round, reciprocal
  case add, subtract, multiply, divide, maximum, minimum, power, floorDivide, remainder
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case and, or, not, choose
  case convert(DType)

  var name: String {
    switch self {
    case .add: "+"
    case .subtract, .negate: "-"
    case .multiply: "*"
    case .divide: "/"
    case .power: "^"
    case .floorDivide: "//"
    case .remainder: "%"
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .choose: "if_else"
    case .convert(let dtype): dtype.rawValue
    case .maximum: "max"
    case .minimum: "min"
    default: "\(self)"
    }
  }

  private var kernel: Int {
    switch self {
    case .negate: Int(WEIR_T_NEGATE)
    case .abs: Int(WEIR_T_ABS)
    case .sign: Int(WEIR_T_SIGN)
    case .sqrt: Int(WEIR_T_SQRT)
    case .exp: Int(WEIR_T_EXP)
    case .log: Int(WEIR_T_LOG)
    case .log2: Int(WEIR_T_LOG2)
    case .log10: Int(WEIR_T_LOG10)
    case .log1p: Int(WEIR_T_LOG1P)
    case .expm1: Int(WEIR_T_EXPM1)
    case .sin: Int(WEIR_T_SIN)
    case .cos: Int(WEIR_T_COS)
    case .tan: Int(WEIR_T_TAN)
    case .atan: Int(WEIR_T_ATAN)
    case .tanh: Int(WEIR_T_TANH)
    case .sigmoid: Int(WEIR_T_SIGMOID)
    case .relu: Int(WEIR_T_RELU)
    case .erf: Int(WEIR_T_ERF)
    case .floor: Int(WEIR_T_FLOOR)
    case .ceil: Int(WEIR_T_CEIL)
    case .round: Int(WEIR_T_ROUND)
    case .reciprocal: Int(WEIR_T_RECIPROCAL)
    default: binaryKernel
    }
  }

  private var binaryKernel: Int {
    switch self {
    case .add: Int(WEIR_T_ADD)
    case .subtract: Int(WEIR_T_SUBTRACT)
    case .multiply: Int(WEIR_T_MULTIPLY)
    case .divide: Int(WEIR_T_DIVIDE)
    case .maximum: Int(WEIR_T_MAXIMUM)
    case .minimum: Int(WEIR_T_MINIMUM)
    case .power: Int(WEIR_T_POWER)
    case .floorDivide: Int(WEIR_T_FLOOR_DIVIDE)
    case .remainder: Int(WEIR_T_REMAINDER)
    case .equal: Int(WEIR_T_EQUAL)
    case .notEqual: Int(WEIR_T_NOT_EQUAL)
    case .less: Int(WEIR_T_LESS)
    case .lessOrEqual: Int(WEIR_T_LESS_OR_EQUAL)
    case .greater: Int(WEIR_T_GREATER)
    case .greaterOrEqual: Int(WEIR_T_GREATER_OR_EQUAL)
    case .and: Int(WEIR_T_AND)
    case .or: Int(WEIR_T_OR)
    case .not: Int(WEIR_T_NOT)
    case .choose: Int(WEIR_T_WHERE)
    case .convert(.f32): Int(WEIR_T_TO_F32)
    case .convert(.f64): Int(WEIR_T_TO_F64)
    case .convert(.i64): Int(WEIR_T_TO_I64)
    default: Int(WEIR_T_TO_BOOL)
    }
  }

  var code: UInt8 { UInt8(clamping: kernel) }

  var gives: (DType) -> DType {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or, .not: { _ in .bool }
    case .convert(let dtype): { _ in dtype }
    default: { $0 }
    }
  }

  /// Whether it can fail on whole numbers, and so is not put off.
  var mayFail: Bool {
    switch self {
    case .negate, .abs, .add, .subtract, .multiply, .power, .floorDivide, .remainder: true
    default: false
    }
  }
}

extension Tensor {
  /// Runs an operation on operands of one kind, or puts it off as part of a chain.
  static func elementwise(_ op: ElementOperation, _ dtype: DType, _ operands: [Tensor], _ shape: Shape) throws(TensorError)
    -> Tensor
  {
    let result = op.gives(dtype)
    if shape.count < Fusion.leastElements {
      if let small = try small(op, dtype, operands, shape, result) { return small }
      return try now(op, dtype, operands, shape, result)
    }
    if dtype == .i64, op.mayFail { return try now(op, dtype, operands, shape, result) }
    var size = 1
    for (number, operand) in operands.enumerated() {
      if operands[..<number].contains(where: { $0.node === operand.node }) { continue }
      // A chain goes on from operands of its own shape; others are computed first, being smaller.
      guard operand.count == shape.count, let chain = operand.node.continued() else {
        _ = try operand.node.stored()
        continue
      }
      if size + chain.size > Fusion.mostSteps { _ = try operand.node.stored() } else { size += chain.size }
    }
    return Tensor(node: TensorNode(shape, result, Pending(op: op, dtype: dtype, operands: operands.map(\.node), size: size)))
  }

  private static func now(
    _ op: ElementOperation, _ dtype: DType, _ operands: [Tensor], _ shape: Shape, _ result: DType
  ) throws(TensorError) -> Tensor {
    for operand in operands { _ = try operand.node.stored() }
    let pending = Pending(op: op, dtype: dtype, operands: operands.map(\.node), size: 1)
    var builder = ProgramBuilder(shape)
    _ = builder.build(pending)
    return Tensor(shape, result, try builder.run(shape, result, for: op.name))
  }

  /// A few elements that all lie in a row, or are one: straight to the kernel.
  private static func small(
    _ op: ElementOperation, _ dtype: DType, _ operands: [Tensor], _ shape: Shape, _ result: DType
  ) throws(TensorError) -> Tensor? {
    guard shape.count > 0, operands.count < 3, !(dtype == .i64 && op.mayFail) else { return nil }
    var sides: [Stored] = [], constants: Int32 = 0
    for (number, operand) in operands.enumerated() {
      let stored = try operand.node.stored()
      if operand.count == 1, shape.count > 1 {
        constants |= 1 << Int32(number)
      } else {
        guard operand.count == shape.count, stored.isContiguous(operand.shape) else { return nil }
      }
      sides.append(stored)
    }
    guard constants != (1 << Int32(operands.count)) - 1 else { return nil }
    return try Tensor(shape, result, for: op.name) { out in
      _ = weir_t_apply(
        Int32(op.code), Int32(dtype.code), shape.count, sides[0].pointer(dtype.width),
        sides.count > 1 ? sides[1].pointer(dtype.width) : nil, nil, constants, out)
    }
  }

  func copied(_ stored: Stored) throws(TensorError) -> Tensor {
    if let turned = try turned(stored) { return turned }
    return Tensor(shape, dtype, try Fusion.copy(stored, shape, dtype))
  }
}
