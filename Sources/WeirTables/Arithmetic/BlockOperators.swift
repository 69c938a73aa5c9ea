import CWeirKernels
import WeirBase

/// Arithmetic and comparison of floats in blocks of rows; nil for operators that have no such loop.
func floatsInBlocks(_ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int) -> Column.Storage? {
  a.withSide { a -> Column.Storage?? in
    b.withSide { b -> Column.Storage? in
      if let op = op.arithmetic {
        return .float([Double](filling: count) { out in
          let out = Places(out), sides = Sides(a, b)
          Workers.current.overRows(count) { weir_float_arithmetic(op, sides.a, sides.b, $0.lowerBound, $0.upperBound, out.base) }
        })
      }
      guard let op = op.comparison else { return nil }
      return .bool(bools(count) { rows, out in weir_float_comparison(op, a.side, b.side, rows.lowerBound, rows.upperBound, out) })
    }
  }.flatMap { $0 } ?? nil
}

/// The same for whole numbers, with whether a row overflowed, be it one without a value.
func intsInBlocks(
  _ op: ColumnOperator, _ a: Operand, _ b: Operand, _ count: Int
) -> (storage: Column.Storage, overflows: Bool)? {
  a.withSide { a -> (storage: Column.Storage, overflows: Bool)?? in
    b.withSide { b -> (storage: Column.Storage, overflows: Bool)? in
      if let op = op.arithmetic, op != Int32(WEIR_DIVIDE) {
        var overflows: [Bool] = []
        let values = [Int64](filling: count) { out in
          let out = Places(out), sides = Sides(a, b)
          overflows = Workers.current.blocks(of: count) {
            weir_int_arithmetic(op, sides.a, sides.b, $0.lowerBound, $0.upperBound, out.base) != 0
          }
        }
        return (.int(values), overflows.contains(true))
      }
      guard let op = op.comparison else { return nil }
      let truths = bools(count) { rows, out in weir_int_comparison(op, a.side, b.side, rows.lowerBound, rows.upperBound, out) }
      return (.bool(truths), false)
    }
  }.flatMap { $0 } ?? nil
}

/// Bools that loops in C fill as bytes.
func bools(_ count: Int, _ fill: @Sendable (Range<Int>, UnsafeMutablePointer<UInt8>) -> Void) -> [Bool] {
  [Bool](filling: count) { out in
    let out = Places(UnsafeMutableRawPointer(out).assumingMemoryBound(to: UInt8.self))
    Workers.current.overRows(count) { fill($0, out.base) }
  }
}

/// One side of an operator as loops in C take it.
///
/// Safety: the numbers are only read, and `withSide` keeps them for as long.
struct BlockSide: @unchecked Sendable {
  let side: weir_side
}

private struct Sides: Sendable {
  private let left: BlockSide
  private let right: BlockSide
  var a: weir_side { left.side }
  var b: weir_side { right.side }
  init(_ a: BlockSide, _ b: BlockSide) { (left, right) = (a, b) }
}

extension Operand {
  /// Nil where this side holds no numbers.
  fileprivate func withSide<Result>(_ body: (BlockSide) -> Result) -> Result? {
    func on<T>(_ values: [T], _ kind: weir_kind) -> Result {
      values.withUnsafeBytes { bytes in
        // An empty column has no address, and no row that would be read.
        body(BlockSide(side: weir_side(values: bytes.baseAddress, kind: kind, constant: 0, whole: 0)))
      }
    }
    switch self {
    case .scalar(let scalar):
      guard let number = scalar.double else { return nil }
      let whole: Int64 = switch scalar { case .int(let x): x; case .bool(let x): x ? 1 : 0; default: 0 }
      return body(BlockSide(side: weir_side(values: nil, kind: WEIR_FLOATS, constant: number, whole: whole)))
    case .column(let column):
      switch column.storage {
      case .float(let v): return on(v, WEIR_FLOATS)
      case .int(let v): return on(v, WEIR_INTS)
      case .bool(let v): return on(v, WEIR_BOOLS)
      default: return nil
      }
    }
  }
}

extension ColumnOperator {
  fileprivate var arithmetic: Int32? {
    switch self {
    case .add: Int32(WEIR_ADD)
    case .subtract: Int32(WEIR_SUBTRACT)
    case .multiply: Int32(WEIR_MULTIPLY)
    case .divide: Int32(WEIR_DIVIDE)
    default: nil
    }
  }

  fileprivate var comparison: Int32? {
    switch self {
    case .equal: Int32(WEIR_EQUAL)
    case .notEqual: Int32(WEIR_NOT_EQUAL)
    case .less: Int32(WEIR_LESS)
    case .lessOrEqual: Int32(WEIR_LESS_OR_EQUAL)
    case .greater: Int32(WEIR_GREATER)
    case .greaterOrEqual: Int32(WEIR_GREATER_OR_EQUAL)
    default: nil
    }
  }
}

extension TextValues {
  /// Whether each text passes a test, which is asked once for each entry of a dictionary.
  func matching<Failure: Error>(_ test: (String) throws(Failure) -> Bool) throws(Failure) -> [Bool] {
    guard let codes, entryCount <= codes.count else {
      var out: [Bool] = []
      out.reserveCapacity(count)
      for row in 0..<count { out.append(try test(self[row])) }
      return out
    }
    var truths: [UInt8] = []
    for index in 0..<entryCount { truths.append(try test(entry(index)) ? 1 : 0) }
    let table = truths
    return bools(codes.count) { rows, out in
      codes.withUnsafeBufferPointer { codes in
        if let base = codes.baseAddress { weir_lookup_bytes(table, base + rows.lowerBound, rows.count, out + rows.lowerBound) }
      }
    }
  }
}

extension Column {
  /// A function of floats on every row that has a value; throws for columns that hold no numbers. `name` is who asks.
  package func mappingFloats(_ name: String, _ function: @Sendable (Double) -> Double) throws(TableError) -> Column {
    guard type.isNumeric else {
      if missingCount == count { return Column.missing(.float, count: count) }
      throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "numbers")
    }
    let values = try numbers()
    let out = withoutActuallyEscaping(function) { function in
      [Double](filling: count) { out in
        let out = Places(out)
        Workers.current.overRows(values.count) { rows in
          values.withUnsafeBufferPointer { values in for row in rows { out[row] = function(values[row]) } }
        }
      }
    }
    return Column(.float(out), validity: validity)
  }
}
