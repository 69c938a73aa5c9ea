/// The operators that work on columns.
package enum ColumnOperator: String, Sendable, CaseIterable {
  case add = "+", subtract = "-", multiply = "*", divide = "/", floorDivide = "//", remainder = "%", power = "^"
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case and, or
  case coalesce = "??"

  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }

  var isArithmetic: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .floorDivide, .remainder, .power: true
    default: false
    }
  }
}

/// One side of an operator: a value for each row, or one for all.
package enum Operand: Sendable {
  case column(Column)
  case scalar(Scalar)

  var type: ColumnType? {
    switch self {
    case .column(let column): column.type
    case .scalar(let scalar): scalar.columnType
    }
  }

  var count: Int? { if case .column(let column) = self { column.count } else { nil } }
}

/// Applies an operator row by row. Missing values spread, except where `and`, `or` and `??` know better.
///
/// Bools count as ints and ints become floats where the other side is one; `/` always gives floats; whole numbers overflow
/// or divide by zero with an error, never with a wrong number.
package func combine(_ op: ColumnOperator, _ a: Operand, _ b: Operand) throws(TableError) -> Column {
  guard let count = a.count ?? b.count else { throw .other("an operator on columns needs a column", mend: nil) }
  if let x = a.count, let y = b.count, x != y { throw .lengthDiffers("the right side of `\(op.rawValue)`", y, expected: x) }
  switch op {
  case .and, .or: return try combineLogical(op, a, b, count)
  case .coalesce: return try coalesce(a, b, count)
  default: break
  }
  guard let left = a.type, let right = b.type else {
    return .missing(op.isComparison ? .bool : a.type ?? b.type ?? .float, count: count)
  }
  let validity = combinedValidity(a, b)
  if left.isNumeric, right.isNumeric {
    if left == .float || right == .float || op == .divide {
      return Column(try floatStorage(op, a, b, count, validity), validity: validity)
    }
    return try combineInts(op, a, b, count, validity)
  }
  if left == .text || right == .text { return try combineTexts(op, a, b, count, validity) }
  return try combineTimes(op, a, b, left, right, count, validity)
}
