/// How tightly operators bind, loosest first: the one table that parser and printer share.
enum Precedence: Int, Comparable {
  case lambda, pipe, then, coalesce, or, and, not, comparison, range, sum, product, negation, power, postfix, atom

  static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
  /// The next tighter level.
  var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .atom }
}

extension BinaryOperator {
  var precedence: Precedence {
    switch self {
    case .power: .power
    case .multiply, .divide, .floorDivide, .remainder, .matrixMultiply: .product
    case .add, .subtract: .sum
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .contained, .notContained: .comparison
    case .and: .and
    case .or: .or
    case .coalesce: .coalesce
    }
  }
}

extension UnaryOperator {
  var precedence: Precedence { self == .negate ? .negation : .not }
}

/// What may stand between two operands.
enum Infix {
  case binary(BinaryOperator)
  case range(closed: Bool)
  case then
  case pipe

  var precedence: Precedence {
    switch self {
    case .binary(let operation): operation.precedence
    case .range: .range
    case .then: .then
    case .pipe: .pipe
    }
  }

  init?(_ kind: Token.Kind) {
    switch kind {
    case .power: self = .binary(.power)
    case .star: self = .binary(.multiply)
    case .slash: self = .binary(.divide)
    case .floorSlash: self = .binary(.floorDivide)
    case .percent: self = .binary(.remainder)
    case .at: self = .binary(.matrixMultiply)
    case .plus: self = .binary(.add)
    case .minus: self = .binary(.subtract)
    case .closedRange: self = .range(closed: true)
    case .openRange: self = .range(closed: false)
    case .equal: self = .binary(.equal)
    case .notEqual: self = .binary(.notEqual)
    case .less: self = .binary(.less)
    case .lessOrEqual: self = .binary(.lessOrEqual)
    case .greater: self = .binary(.greater)
    case .greaterOrEqual: self = .binary(.greaterOrEqual)
    case .in: self = .binary(.contained)
    case .and: self = .binary(.and)
    case .or: self = .binary(.or)
    case .coalesce: self = .binary(.coalesce)
    case .then: self = .then
    case .pipe: self = .pipe
    default: return nil
    }
  }
}
