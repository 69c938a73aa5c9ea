import WeirCatalog
import WeirSyntax
import WeirTables

/// The types that operators give, asked of the operators themselves with one value of each kind.
enum OperatorTypes {
  enum Outcome {
    case type(ValueType)
    /// The operator does not work between the two.
    case wrong
  }

  static func outcome(_ op: BinaryOperator, _ a: ValueType, _ b: ValueType) -> Outcome {
    switch op {
    case .contained, .notContained: return .type(contained(a))
    case .matrixMultiply: return .type(.any)
    case .coalesce: return .type(coalesced(a, b))
    case .equal, .notEqual:
      if isRowwise(a) || isRowwise(b) { return .type(.column(.bool)) }
      return .type(a.isOpen || b.isOpen ? .any : .bool)
    default: break
    }
    guard let columnOperator = ColumnOperator(rawValue: op.rawValue) else { return .type(.any) }
    if a.isOpen || b.isOpen { return .type(openResult(op, a, b)) }
    guard let x = Side(a), let y = Side(b) else {
      // Neither arithmetic nor order is known for records, tables, functions and the like.
      return hasNoOperators(a) || hasNoOperators(b) ? .wrong : .type(.any)
    }
    guard x.type != nil || x.isNumber, y.type != nil || y.isNumber else {
      return .type(x.isColumn || y.isColumn ? .anyColumn : .any)
    }
    return combined(columnOperator, x, y)
  }

  static func outcome(_ op: UnaryOperator, _ a: ValueType) -> Outcome {
    switch op {
    case .not:
      if a == .bool || a == .column(.bool) { return .type(a) }
      if a.isOpen || a == .anyColumn { return .type(a == .anyColumn ? .column(.bool) : .any) }
      return .wrong
    case .negate:
      switch a {
      case .int, .float, .number, .duration, .range: return .type(a)
      case .column(let type):
        guard let type else { return .type(a) }
        if type.isNumeric || type == .duration { return .type(.column(type == .bool ? .int : type)) }
        return .wrong
      case .list: return .type(.anyColumn)
      default: return a.isOpen ? .type(.any) : .wrong
      }
    }
  }

  // MARK: Parts

  /// One side: a kind of value, for each row or once.
  private struct Side {
    var type: ColumnType?
    var isColumn: Bool
    var isNumber = false

    init?(_ type: ValueType) {
      switch type {
      case .column(let column): (self.type, isColumn) = (column, true)
      case .list(let element): (self.type, isColumn) = (element.columnType, true)
      case .range: (self.type, isColumn) = (.int, true)
      case .number: (self.type, isColumn, isNumber) = (nil, false, true)
      default:
        guard let scalar = type.columnType else { return nil }
        (self.type, isColumn) = (scalar, false)
      }
      // Text is read as a date where it stands beside one, and what objects can do is theirs to say.
      if case .object = self.type { return nil }
    }
  }

  private static func combined(_ op: ColumnOperator, _ a: Side, _ b: Side) -> Outcome {
    let left = a.type ?? .float, right = b.type ?? .float
    let times: [ColumnType] = [.date, .dateTime, .duration]
    if [left, right].contains(.text), times.contains(left) || times.contains(right) {
      return .type(a.isColumn || b.isColumn ? .anyColumn : .any)
    }
    do {
      let result = try combine(op, .column(sample(left)), .column(sample(right)))
      let exact = op != .power && !a.isNumber && !b.isNumber
      if a.isColumn || b.isColumn { return .type(.column(exact ? result.type : nil)) }
      let type = ValueType(result.type)
      return .type(exact || type == .bool ? type : type == .int || type == .float ? .number : type)
    } catch {
      if case .wrongType = error { return .wrong }
      return .type(.any)
    }
  }

  private static func sample(_ type: ColumnType) -> Column {
    switch type {
    case .bool: Column(.bool([true]))
    case .int: Column(.int([2]))
    case .float: Column(.float([2]))
    case .date: Column(.date([2]))
    case .dateTime: Column(.dateTime([2]))
    case .duration: Column(.duration([2]))
    case .text, .object: (try? Column(scalars: [.text("x")])) ?? Column(.float([2]))
    }
  }

  private static func isRowwise(_ type: ValueType) -> Bool { if case .column = type { true } else { false } }

  private static func contained(_ part: ValueType) -> ValueType {
    if case .column = part { return .column(.bool) }
    return part.isOpen ? .any : .bool
  }

  private static func coalesced(_ a: ValueType, _ b: ValueType) -> ValueType {
    if case .column(let type) = a { return .column(type == b.columnType ? type : nil) }
    return a == .missing ? b : a == b ? a : .any
  }

  private static func openResult(_ op: BinaryOperator, _ a: ValueType, _ b: ValueType) -> ValueType {
    if isRowwise(a) || isRowwise(b) {
      switch op {
      case .less, .lessOrEqual, .greater, .greaterOrEqual, .and, .or: return .column(.bool)
      default: return .anyColumn
      }
    }
    return .any
  }

  private static func hasNoOperators(_ type: ValueType) -> Bool {
    switch type {
    case .record, .table, .function, .plan, .model: true
    default: false
    }
  }
}
