import WeirBase

/// Rows where both sides have a value; nil where every row has.
func combinedValidity(_ a: Operand, _ b: Operand) -> Bitmap? {
  func bits(_ operand: Operand) -> Bitmap? { if case .column(let column) = operand { column.validity } else { nil } }
  switch (bits(a), bits(b)) {
  case (nil, nil): return nil
  case (let x?, nil): return x
  case (nil, let y?): return y
  case (let x?, let y?): return x & y
  }
}

/// One side as contiguous numbers: an array, or a constant.
enum Side<T: Sendable>: Sendable {
  case rows([T])
  case constant(T)
}

func floats(_ operand: Operand) throws(TableError) -> Side<Double> {
  switch operand {
  case .scalar(let scalar): return .constant(scalar.double ?? 0)
  case .column(let column):
    switch column.storage {
    case .float(let v): return .rows(v)
    case .int(let v): return .rows(v.map { Double($0) })
    case .bool(let v): return .rows(v.map { $0 ? 1 : 0 })
    default: throw .wrongType(operation: "arithmetic", column: nil, type: column.type.description, expected: "numbers")
    }
  }
}

func ints(_ operand: Operand) throws(TableError) -> Side<Int64> {
  switch operand {
  case .scalar(.int(let x)): return .constant(x)
  case .scalar(.bool(let x)): return .constant(x ? 1 : 0)
  case .column(let column):
    switch column.storage {
    case .int(let v), .dateTime(let v), .duration(let v): return .rows(v)
    case .bool(let v): return .rows(v.map { $0 ? 1 : 0 })
    default: throw .wrongType(operation: "arithmetic", column: nil, type: column.type.description, expected: "whole numbers")
    }
  default: throw .wrongType(operation: "arithmetic", column: nil, type: "another type", expected: "whole numbers")
  }
}

/// A tight loop over both sides; the switch on their shapes is outside of it.
@inline(__always)
func zipped<T, R>(_ a: Side<T>, _ b: Side<T>, _ count: Int, _ body: (T, T) -> R) -> [R] {
  [R](unsafeUninitializedCapacity: count) { buffer, filled in
    switch (a, b) {
    case (.rows(let x), .rows(let y)):
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          for i in 0..<min(count, x.count, y.count) { buffer.initializeElement(at: i, to: body(x[i], y[i])) }
        }
      }
    case (.rows(let x), .constant(let y)):
      x.withUnsafeBufferPointer { x in for i in 0..<min(count, x.count) { buffer.initializeElement(at: i, to: body(x[i], y)) } }
    case (.constant(let x), .rows(let y)):
      y.withUnsafeBufferPointer { y in for i in 0..<min(count, y.count) { buffer.initializeElement(at: i, to: body(x, y[i])) } }
    case (.constant(let x), .constant(let y)):
      for i in 0..<count { buffer.initializeElement(at: i, to: body(x, y)) }
    }
    filled = count
  }
}

func floatStorage(_ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int, _ validity: Bitmap?) throws(TableError)
  -> Column.Storage
{
  if op == .divide { try checkIntegerDivision(a, b, count, validity) }
  if let storage = floatsInBlocks(op, a, b, count) { return storage }
  let x = try floats(a), y = try floats(b)
  switch op {
  case .floorDivide: return .float(zipped(x, y, count) { ($0 / $1).rounded(.down) })
  case .remainder: return .float(zipped(x, y, count, floatRemainder))
  case .power: return .float(zipped(x, y, count, power))
  default: throw .other("`\(op.rawValue)` does not work on floats", mend: nil)
  }
}

/// `int / 0` is an error; `float / 0` is an infinity, as floats have it.
private func checkIntegerDivision(_ a: Operand, _ b: Operand, _ count: Int, _ validity: Bitmap?) throws(TableError) {
  guard a.type != .float, b.type != .float, let y = try? ints(b) else { return }
  switch y {
  case .constant(let value): if value == 0, validity.map({ $0.setCount > 0 }) ?? (count > 0) { throw .divisionByZero }
  case .rows(let values):
    for i in values.indices where values[i] == 0 && (validity?[i] ?? true) { throw .divisionByZero }
  }
}

/// The remainder with the sign of the divisor.
func floatRemainder(_ x: Double, _ y: Double) -> Double {
  let rest = x.truncatingRemainder(dividingBy: y)
  return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest
}

func combineInts(_ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int, _ validity: Bitmap?) throws(TableError)
  -> Column
{
  let fast = intsInBlocks(op, a, b, count)
  if let fast, !fast.overflows { return Column(fast.storage, validity: validity) }
  let x = try ints(a), y = try ints(b)
  /// Notes an overflow in any row that has a value, without a branch in the loop for those that have none.
  func checked(_ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)) throws(TableError) -> Column {
    var failed = false
    let values = zipped(x, y, count) { p, q in
      let (value, overflow) = body(p, q)
      failed = failed || overflow
      return value
    }
    if failed { try findOverflow(op, x, y, count, validity, body) }
    return Column(.int(values), validity: validity)
  }
  switch op {
  case .add: return try checked { $0.addingReportingOverflow($1) }
  case .subtract: return try checked { $0.subtractingReportingOverflow($1) }
  case .multiply: return try checked { $0.multipliedReportingOverflow(by: $1) }
  case .floorDivide, .remainder:
    var byZero = false
    for i in 0..<count where validity?[i] ?? true {
      let q: Int64 = switch y { case .rows(let v): v[i]; case .constant(let v): v }
      if q == 0 { byZero = true }
    }
    if byZero { throw .divisionByZero }
    return try checked { p, q in
      if q == 0 { return (0, false) }
      if p == .min, q == -1 { return (0, op == .floorDivide) }
      return (op == .floorDivide ? floorDivide(p, q) : p - floorDivide(p, q) * q, false)
    }
  case .power:
    let negative = switch y { case .rows(let v): v.contains { $0 < 0 }; case .constant(let v): v < 0 }
    if negative { return Column(try floatStorage(op, a, b, count, validity), validity: validity) }
    return try checked { integerPower($0, $1) }
  default: throw .other("`\(op.rawValue)` does not work on ints", mend: nil)
  }
}

/// Rows without a value hold zeros, whose overflow does not count.
private func findOverflow(
  _ op: ColumnOperator, _ x: Side<Int64>, _ y: Side<Int64>, _ count: Int, _ validity: Bitmap?,
  _ body: (Int64, Int64) -> (partialValue: Int64, overflow: Bool)
) throws(TableError) {
  for i in 0..<count where validity?[i] ?? true {
    let p: Int64 = switch x { case .rows(let v): v[i]; case .constant(let v): v }
    let q: Int64 = switch y { case .rows(let v): v[i]; case .constant(let v): v }
    if body(p, q).overflow { throw .overflow(operation: "`\(p) \(op.rawValue) \(q)`") }
  }
}

func integerPower(_ base: Int64, _ exponent: Int64) -> (partialValue: Int64, overflow: Bool) {
  var result: Int64 = 1, factor = base, rest = exponent, overflowed = false
  while rest > 0 {
    if rest & 1 == 1 {
      let (value, overflow) = result.multipliedReportingOverflow(by: factor)
      result = value
      if overflow { overflowed = true }
    }
    rest >>= 1
    if rest > 0 {
      let (value, overflow) = factor.multipliedReportingOverflow(by: factor)
      factor = value
      if overflow { return (result, true) }
    }
  }
  return (result, overflowed)
}
