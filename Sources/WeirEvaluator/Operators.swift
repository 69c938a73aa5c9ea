import WeirCatalog
import WeirDiagnostics
import WeirSyntax
import WeirTables

/// The operators on values of any kind; the nodes handle plain numbers themselves and come here for the rest.
enum Operators {
  static func binary(_ op: BinaryOperator, _ a: Value, _ b: Value, at span: SourceSpan?) throws -> Value {
    do {
      if let value = try foreign(op.rawValue, a, b) { return value }
      switch op {
      case .contained: return try contains(b, a, at: span)
      case .notContained: return try negated(try contains(b, a, at: span), at: span)
      case .equal, .notEqual: return try equality(op, a, b, at: span)
      default: break
      }
      guard let columnOperator = ColumnOperator(op) else { throw Diagnostic.wrongOperands(op.rawValue, a.typeName, b.typeName, at: span) }
      if let x = a.scalar, let y = b.scalar { return Value(try combineScalars(columnOperator, x, y)) }
      guard let x = try operand(a), let y = try operand(b) else {
        throw Diagnostic.wrongOperands(op.rawValue, a.typeName, b.typeName, at: span)
      }
      return .column(try combine(columnOperator, x, y))
    } catch let error as TableError {
      if case .wrongType = error { throw Diagnostic.wrongOperands(op.rawValue, named(a), named(b), at: span) }
      throw Diagnostic.from(error, at: span)
    } catch { throw Diagnostic.from(error, at: span) }
  }

  /// What a kind of value that the language knows nothing of makes of an operator.
  private static func foreign(_ op: String, _ a: Value, _ b: Value) throws -> Value? {
    if case .other(let x) = a, let value = try x.combined(op, a, b) { return value }
    if case .other(let y) = b { return try y.combined(op, a, b) }
    return nil
  }

  private static func named(_ value: Value) -> String {
    if case .column(let column) = value { "column of \(column.type)" } else { value.typeName }
  }

  /// A single value, or a column; lists and ranges count as columns. Nil for kinds without arithmetic.
  private static func operand(_ value: Value) throws -> Operand? {
    switch value {
    case .column(let column): return .column(column)
    case .list, .range: return .column(try value.asColumn())
    default: return value.scalar.map { .scalar($0) }
    }
  }

  private static func equality(_ op: BinaryOperator, _ a: Value, _ b: Value, at span: SourceSpan?) throws -> Value {
    let isColumn = if case .column = a { true } else if case .column = b { true } else { false }
    if isColumn, let x = try operand(a), let y = try operand(b) {
      return .column(try combine(op == .equal ? .equal : .notEqual, x, y))
    }
    if a.isMissing || b.isMissing { return .missing }
    if let x = a.scalar, let y = b.scalar {
      return Value(try combineScalars(op == .equal ? .equal : .notEqual, x, y))
    }
    guard let equal = a.isEqual(to: b) else { return .bool(op == .notEqual) }
    return .bool(equal == (op == .equal))
  }

  static func negate(_ value: Value, at span: SourceSpan?) throws -> Value {
    do {
      switch value {
      case .missing: return .missing
      case .int(let x):
        let (result, overflow) = (0 as Int64).subtractingReportingOverflow(x)
        if overflow { throw Diagnostic.overflow("`-`", at: span) }
        return .int(result)
      case .float(let x): return .float(-x)
      case .duration(let x):
        let (result, overflow) = (0 as Int64).subtractingReportingOverflow(x.microseconds)
        if overflow { throw Diagnostic.overflow("`-`", at: span) }
        return .duration(TimeSpan(result))
      case .column, .list: return .column(try WeirTables.negate(try value.asColumn()))
      case .range(let range):
        let low = (0 as Int64).subtractingReportingOverflow(range.upper), high = (0 as Int64).subtractingReportingOverflow(range.lower)
        if low.overflow || high.overflow { throw Diagnostic.overflow("`-`", at: span) }
        return .range(IntRange(low.partialValue, high.partialValue))
      case .other(let foreign):
        if let negated = try foreign.applied("-") { return negated }
        fallthrough
      default: throw Diagnostic.wrongOperand("-", value.typeName, at: span)
      }
    } catch { throw Diagnostic.from(error, at: span) }
  }

  static func negated(_ value: Value, at span: SourceSpan?) throws -> Value {
    switch value {
    case .missing: return .missing
    case .bool(let x): return .bool(!x)
    case .column(let column):
      do { return .column(try WeirTables.not(column)) } catch { throw Diagnostic.from(error, at: span) }
    case .other(let foreign):
      do { if let negated = try foreign.applied("not") { return negated } } catch { throw Diagnostic.from(error, at: span) }
      fallthrough
    default: throw Diagnostic.wrongOperand("not", value.typeName, at: span)
    }
  }

  /// `and` and `or`, three-valued: missing stays missing unless the other side decides.
  static func logical(_ op: BinaryOperator, _ a: Value, _ b: Value, at span: SourceSpan?) throws -> Value {
    let decides = op == .or
    switch (a, b) {
    case (.bool(let x), .bool(let y)): return .bool(op == .and ? x && y : x || y)
    case (.bool(decides), .missing), (.missing, .bool(decides)): return .bool(decides)
    case (.bool, .missing), (.missing, .bool), (.missing, .missing): return .missing
    case (.column, _), (_, .column), (.other, _), (_, .other): return try binary(op, a, b, at: span)
    default: throw Diagnostic.wrongOperands(op.rawValue, a.typeName, b.typeName, at: span)
    }
  }

  private static func contains(_ whole: Value, _ part: Value, at span: SourceSpan?) throws -> Value {
    if case .column(let column) = part {
      guard let items = try whole.items() else { throw Diagnostic.notIterable(whole.typeName, at: span) }
      return .column(try isIn(column, try items.map { item in
        guard let scalar = item.scalar else { throw Diagnostic.wrongOperands("in", "column", item.typeName, at: span) }
        return scalar
      }))
    }
    switch whole {
    case .range(let range):
      switch part {
      case .int(let x): return .bool(range.contains(x))
      case .float(let x): return .bool(x >= Double(range.lower) && x <= Double(range.upper))
      case .missing: return .missing
      default: return .bool(false)
      }
    case .list, .column:
      if part.isMissing { return .missing }
      return .bool(try whole.items()?.contains { part.isEqual(to: $0) == true } ?? false)
    case .record(let record):
      if case .string(let name) = part { return .bool(record[name] != nil) }
      return .bool(false)
    case .string(let text):
      guard case .string(let wanted) = part else { throw Diagnostic.wrongOperands("in", part.typeName, "text", at: span) }
      return .bool(wanted.isEmpty || text.utf8Contains(wanted))
    case .table(let table):
      if case .string(let name) = part { return .bool(table[name] != nil) }
      fallthrough
    default: throw Diagnostic.wrongOperands("in", part.typeName, whole.typeName, at: span)
    }
  }
}

extension String {
  fileprivate func utf8Contains(_ part: String) -> Bool {
    let whole = Array(utf8), wanted = Array(part.utf8)
    guard wanted.count <= whole.count else { return false }
    return (0...(whole.count - wanted.count)).contains { whole[$0..<($0 + wanted.count)].elementsEqual(wanted) }
  }
}

extension ColumnOperator {
  init?(_ op: BinaryOperator) {
    switch op {
    case .add: self = .add
    case .subtract: self = .subtract
    case .multiply: self = .multiply
    case .divide: self = .divide
    case .floorDivide: self = .floorDivide
    case .remainder: self = .remainder
    case .power: self = .power
    case .equal: self = .equal
    case .notEqual: self = .notEqual
    case .less: self = .less
    case .lessOrEqual: self = .lessOrEqual
    case .greater: self = .greater
    case .greaterOrEqual: self = .greaterOrEqual
    case .and: self = .and
    case .or: self = .or
    case .coalesce: self = .coalesce
    case .contained, .notContained, .matrixMultiply: return nil
    }
  }
}
