/// The operators on two single values, with the rules that columns have.
package func combineScalars(_ op: ColumnOperator, _ a: Scalar, _ b: Scalar) throws(TableError) -> Scalar {
  switch op {
  case .coalesce: return a == .missing ? b : a
  case .and, .or: return try logical(op, a, b)
  default: break
  }
  if a == .missing || b == .missing { return .missing }
  if let x = a.integer, let y = b.integer { return try combineIntegers(op, x, y) }
  if let x = a.double, let y = b.double { return combineDoubles(op, x, y) }
  switch (a, b) {
  case (.text(let x), .text(let y)):
    if op == .add { return .text(x + y) }
    if op.isComparison { return .bool(compared(op, x, y)) }
  case (.duration(let x), .duration(let y)):
    if op == .divide { return .float(Double(x.microseconds) / Double(y.microseconds)) }
    if op.isComparison { return .bool(compared(op, x, y)) }
    if op == .add || op == .subtract { return .duration(TimeSpan(try whole(op, x.microseconds, y.microseconds))) }
  case (.duration(let x), _) where b.double != nil && (op == .multiply || op == .divide):
    return try scaled(x, by: op == .multiply ? b.double ?? 1 : 1 / (b.double ?? 1))
  case (_, .duration(let y)) where a.double != nil && op == .multiply: return try scaled(y, by: a.double ?? 1)
  case (.text(let x), .date), (.text(let x), .dateTime):
    if let read = Scalar(parsing: x, as: b.columnType ?? .date), op.isComparison { return try combineScalars(op, read, b) }
  case (.date, .text(let y)), (.dateTime, .text(let y)):
    if let read = Scalar(parsing: y, as: a.columnType ?? .date) ?? Scalar(parsing: y, as: .dateTime), op.isComparison {
      return try combineScalars(op, a, read)
    }
  default: if let result = try combineMoments(op, a, b) { return result }
  }
  if op == .equal { return .bool(false) }
  if op == .notEqual { return .bool(true) }
  throw .wrongType(
    operation: "`\(op.rawValue)`", column: nil, type: "\(a.columnType?.description ?? "") and \(b.columnType?.description ?? "")",
    expected: "fitting types")
}

private func compared<T: Comparable>(_ op: ColumnOperator, _ x: T, _ y: T) -> Bool {
  switch op {
  case .equal: x == y
  case .notEqual: x != y
  case .less: x < y
  case .lessOrEqual: x <= y
  case .greater: x > y
  default: x >= y
  }
}

private func combineIntegers(_ op: ColumnOperator, _ x: Int64, _ y: Int64) throws(TableError) -> Scalar {
  if op.isComparison { return .bool(compared(op, x, y)) }
  switch op {
  case .divide:
    if y == 0 { throw .divisionByZero }
    return .float(Double(x) / Double(y))
  case .floorDivide, .remainder:
    if y == 0 { throw .divisionByZero }
    if x == .min, y == -1 {
      if op == .remainder { return .int(0) }
      throw .overflow(operation: "`\(x) // \(y)`")
    }
    return .int(op == .floorDivide ? floorDivide(x, y) : x - floorDivide(x, y) * y)
  case .power:
    if y < 0 { return .float(power(Double(x), Double(y))) }
    let (value, overflow) = integerPower(x, y)
    if overflow { throw .overflow(operation: "`\(x) ^ \(y)`") }
    return .int(value)
  default: return .int(try whole(op, x, y))
  }
}

private func whole(_ op: ColumnOperator, _ x: Int64, _ y: Int64) throws(TableError) -> Int64 {
  let (value, overflow) =
    switch op {
    case .add: x.addingReportingOverflow(y)
    case .subtract: x.subtractingReportingOverflow(y)
    default: x.multipliedReportingOverflow(by: y)
    }
  if overflow { throw .overflow(operation: "`\(x) \(op.rawValue) \(y)`") }
  return value
}

private func combineDoubles(_ op: ColumnOperator, _ x: Double, _ y: Double) -> Scalar {
  switch op {
  case .add: .float(x + y)
  case .subtract: .float(x - y)
  case .multiply: .float(x * y)
  case .divide: .float(x / y)
  case .floorDivide: .float((x / y).rounded(.down))
  case .remainder: .float(floatRemainder(x, y))
  case .power: .float(power(x, y))
  default: .bool(compared(op, x, y))
  }
}

private func logical(_ op: ColumnOperator, _ a: Scalar, _ b: Scalar) throws(TableError) -> Scalar {
  let decides = op == .or
  switch (a, b) {
  case (.bool(let x), .bool(let y)): return .bool(op == .and ? x && y : x || y)
  case (.bool(let x), .missing) where x == decides: return .bool(x)
  case (.missing, .bool(let y)) where y == decides: return .bool(y)
  case (.bool, .missing), (.missing, .bool), (.missing, .missing): return .missing
  default:
    let other = if case .bool = a { b } else { a }
    throw .wrongType(
      operation: "`\(op.rawValue)`", column: nil, type: other.columnType?.description ?? "missing", expected: "true or false")
  }
}

private func scaled(_ span: TimeSpan, by factor: Double) throws(TableError) -> Scalar {
  guard let micros = Int64(exactly: (Double(span.microseconds) * factor).rounded()) else { throw .overflow(operation: "`*`") }
  return .duration(TimeSpan(micros))
}

/// Days and moments: compared, taken from each other, moved by a duration.
private func combineMoments(_ op: ColumnOperator, _ a: Scalar, _ b: Scalar) throws(TableError) -> Scalar? {
  if case .date(let day) = a, case .duration(let span) = b, op == .add || op == .subtract {
    // Whole days keep a date a date; anything finer makes it a moment.
    if span.microseconds % microsecondsPerDay == 0, let days = Int32(exactly: span.microseconds / microsecondsPerDay) {
      let (number, overflow) = op == .add ? day.number.addingReportingOverflow(days) : day.number.subtractingReportingOverflow(days)
      guard !overflow, Day.usual.contains(number) else { return .dateTime(try Instant.checked(nil)) }
      return .date(Day(number))
    }
    return .dateTime(try Instant.checked(try whole(op, midnight(day.number), span.microseconds)))
  }
  if case .dateTime(let moment) = a, case .duration(let span) = b, op == .add || op == .subtract {
    return .dateTime(try Instant.checked(try whole(op, moment.microseconds, span.microseconds)))
  }
  if case .duration = a, op == .add, b.microseconds != nil { return try combineMoments(op, b, a) }
  guard let x = a.microseconds, let y = b.microseconds else { return nil }
  if op.isComparison { return .bool(compared(op, x, y)) }
  if op == .subtract { return .duration(TimeSpan(try whole(op, x, y))) }
  return nil
}

extension Scalar {
  fileprivate var integer: Int64? {
    switch self {
    case .int(let x): x
    case .bool(let x): x ? 1 : 0
    default: nil
    }
  }

  /// Of a day or a moment, since 1970.
  fileprivate var microseconds: Int64? {
    switch self {
    case .date(let day): midnight(day.number)
    case .dateTime(let moment): moment.microseconds
    default: nil
    }
  }
}
