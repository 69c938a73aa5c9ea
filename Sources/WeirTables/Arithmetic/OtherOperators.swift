import Glibc
import CWeirKernels
import WeirBase

func power(_ x: Double, _ y: Double) -> Double { y == 2 ? x * x : pow(x, y) }

/// Row by row through single values: for texts, times and mixtures, which are no inner loops.
func rowwise(_ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int, empty: ColumnType) throws(TableError) -> Column {
  var out: [Scalar] = []
  out.reserveCapacity(count)
  for row in 0..<count { out.append(try combineScalars(op, a.scalar(row), b.scalar(row))) }
  return try Column(scalars: out, as: op.isComparison ? .bool : empty)
}

extension Operand {
  func scalar(_ row: Int) -> Scalar {
    switch self {
    case .column(let column): column.scalar(at: row)
    case .scalar(let scalar): scalar
    }
  }
}

func combineTexts(_ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int, _ validity: Bitmap?) throws(TableError)
  -> Column
{
  // A column of texts against one text: each text of a dictionary is compared once.
  if op.isComparison, case .column(let column) = a, case .scalar(.text(let text)) = b, case .text(let texts) = column.storage {
    let truths = try texts.matching { (entry) throws(TableError) in
      if case .bool(let truth) = try combineScalars(op, .text(entry), .text(text)) { truth } else { false }
    }
    return Column(.bool(truths), validity: validity)
  }
  return try rowwise(op, a, b, count, empty: .text)
}

func combineTimes(
  _ op: ColumnOperator, _ a: Operand, _ b: Operand, _ left: ColumnType, _ right: ColumnType, _ count: Int, _ validity: Bitmap?
) throws(TableError) -> Column {
  try rowwise(op, a, b, count, empty: left)
}

/// `and` and `or` in three values: missing stays unless the other side decides.
func combineLogical(_ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int) throws(TableError) -> Column {
  func bits(_ operand: Operand) throws(TableError) -> (Side<Bool>, Bitmap?) {
    switch operand {
    case .scalar(.bool(let x)): return (.constant(x), nil)
    case .scalar(.missing): return (.constant(false), Bitmap(repeating: false, count: count))
    case .column(let column):
      if case .bool(let v) = column.storage { return (.rows(v), column.validity) }
      if column.missingCount == column.count { return (.constant(false), column.validity) }
      throw .wrongType(operation: "`\(op.rawValue)`", column: nil, type: column.type.description, expected: "true or false")
    case .scalar(let scalar):
      throw .wrongType(
        operation: "`\(op.rawValue)`", column: nil, type: scalar.columnType?.description ?? "missing", expected: "true or false")
    }
  }
  let (x, xValid) = try bits(a), (y, yValid) = try bits(b)
  guard xValid != nil || yValid != nil else {
    return Column(.bool(op == .and ? zipped(x, y, count) { $0 && $1 } : zipped(x, y, count) { $0 || $1 }))
  }
  var values: [Bool] = []
  let valid = Bitmap(filling: count) { words in
    let words = Places(words)
    values = bools(count) { rows, out in
      x.withBytes { x, xAll in
        y.withBytes { y, yAll in
          xValid.withWords { xValid in
            yValid.withWords { yValid in
              weir_logical(
                op == .or ? 1 : 0, x, xAll, xValid, y, yAll, yValid, rows.lowerBound, rows.upperBound, out, words.base)
            }
          }
        }
      }
    }
  }
  return Column(.bool(values), validity: valid)
}

extension Side<Bool> {
  /// The bytes of the rows, or nil and the one value of all.
  fileprivate func withBytes<Result>(_ body: (UnsafePointer<UInt8>?, Int32) -> Result) -> Result {
    switch self {
    case .constant(let truth): body(nil, truth ? 1 : 0)
    case .rows(let truths): truths.withUnsafeBytes { body($0.bindMemory(to: UInt8.self).baseAddress, 0) }
    }
  }
}

func coalesce(_ a: Operand, _ b: Operand, _ count: Int) throws(TableError) -> Column {
  guard case .column(let column) = a else {
    if case .scalar(.missing) = a, case .column(let other) = b { return other }
    return try Column.repeating(a.scalar(0), count: count)
  }
  guard let validity = column.validity else { return column }
  let other: Column
  switch b {
  case .column(let given): other = given
  case .scalar(let scalar): other = try Column.repeating(scalar, count: count)
  }
  let both = try Column.concatenated([column, other])
  return both.taking((0..<count).map { validity[$0] ? $0 : $0 + count })
}

package func negate(_ column: Column) throws(TableError) -> Column {
  switch column.storage {
  case .float(let v): return Column(.float(v.map { -$0 }), validity: column.validity)
  case .int, .bool: return try combine(.subtract, .scalar(.int(0)), .column(column))
  case .duration(let v):
    guard !v.contains(.min) else { throw .overflow(operation: "`-`") }
    return Column(.duration(v.map { -$0 }), validity: column.validity)
  default: throw .wrongType(operation: "`-`", column: nil, type: column.type.description, expected: "numbers")
  }
}

package func not(_ column: Column) throws(TableError) -> Column {
  guard case .bool(let v) = column.storage else {
    throw .wrongType(operation: "`not`", column: nil, type: column.type.description, expected: "true or false")
  }
  return Column(.bool(v.map { !$0 }), validity: column.validity)
}

/// Whether each value is one of the given ones; missing stays missing.
package func isIn(_ column: Column, _ values: [Scalar]) throws(TableError) -> Column {
  if case .text(let texts) = column.storage {
    let wanted = Set(values.compactMap { if case .text(let text) = $0 { text } else { nil } })
    return Column(.bool(texts.matching { wanted.contains($0) }), validity: column.validity)
  }
  let wanted = Set(values.compactMap { $0.converted(to: column.type) })
  return Column(.bool((0..<column.count).map { wanted.contains(column.scalar(at: $0)) }), validity: column.validity)
}
