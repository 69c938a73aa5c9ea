/// Functions of numbers, row by row; ints stay ints where the result is one.
extension Column {
  private func mappingNumbers(
    _ name: String, ints: (Int64) -> (partialValue: Int64, overflow: Bool), floats: (Double) -> Double
  ) throws(TableError) -> Column {
    switch storage {
    case .float(let v): return Column(.float(v.map(floats)), validity: validity)
    case .int(let v):
      var out: [Int64] = []
      out.reserveCapacity(v.count)
      for (row, x) in v.enumerated() {
        let (value, overflow) = ints(x)
        if overflow, !isMissing(row) { throw .overflow(operation: "`\(name)`") }
        out.append(value)
      }
      return Column(.int(out), validity: validity)
    case .bool(let v):
      return try Column(.int(v.map { $0 ? 1 : 0 }), validity: validity).mappingNumbers(name, ints: ints, floats: floats)
    default:
      if missingCount == count { return Column.missing(.float, count: count) }
      throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "numbers")
    }
  }

  /// The size without the sign; a duration too has one.
  package func absolute() throws(TableError) -> Column {
    if case .duration(let v) = storage {
      let sizes = try Column(.int(v), validity: validity).absolute()
      if case .int(let out) = sizes.storage { return Column(.duration(out), validity: validity) }
    }
    return try mappingNumbers(
      "abs", ints: { $0 < 0 ? (0 as Int64).subtractingReportingOverflow($0) : ($0, false) }, floats: { $0.magnitude })
  }

  /// -1, 0 or 1.
  package func signs() throws(TableError) -> Column {
    try mappingNumbers(
      "sign", ints: { ($0.signum(), false) }, floats: { $0.isNaN ? $0 : $0 > 0 ? 1 : $0 < 0 ? -1 : 0 })
  }

  /// Rounded by `rule`; ints are whole already.
  package func rounded(_ rule: FloatingPointRoundingRule, for name: String) throws(TableError) -> Column {
    try mappingNumbers(name, ints: { ($0, false) }, floats: { $0.rounded(rule) })
  }

  /// Rounded to so many decimals, halves to the even digit as NumPy does it; below zero, to tens, hundreds and so on.
  package func rounded(decimals: Int) throws(TableError) -> Column {
    guard (-18...18).contains(decimals) else {
      throw .other("a number is rounded to -18 to 18 decimals, not \(decimals)", mend: nil)
    }
    var scale = 1.0, unit: Int64 = 1
    for _ in 0..<decimals.magnitude {
      scale *= 10
      unit *= 10
    }
    func float(_ x: Double) -> Double {
      if decimals == 0 { return x.rounded(.toNearestOrEven) }
      let shifted = decimals > 0 ? x * scale : x / scale
      guard shifted.isFinite else { return x }
      let whole = shifted.rounded(.toNearestOrEven)
      return decimals > 0 ? whole / scale : whole * scale
    }
    return try mappingNumbers("round", ints: { Self.rounded($0, to: decimals < 0 ? unit : 1) }, floats: float)
  }

  private static func rounded(_ x: Int64, to unit: Int64) -> (partialValue: Int64, overflow: Bool) {
    if unit == 1 { return (x, false) }
    let rest = x % unit, down = x - rest, half = unit / 2
    let up = rest.magnitude > UInt64(half) || (rest.magnitude == UInt64(half) && (down / unit) % 2 != 0)
    return up ? down.addingReportingOverflow(rest < 0 ? -unit : unit) : (down, false)
  }

  /// Values below `low` become `low`, those above `high` become `high`; nil is no bound.
  package func clipped(low: Double?, high: Double?) throws(TableError) -> Column {
    if let low, let high, low > high { throw .other("`clip` is given a lower bound above the upper one", mend: nil) }
    let whole = [low, high].allSatisfy { $0.map { Int64(exactly: $0) != nil } ?? true }
    if case .int(let v) = storage, !whole {
      return try Column(.float(v.map { Double($0) }), validity: validity).clipped(low: low, high: high)
    }
    let least = low.flatMap { Int64(exactly: $0) }, most = high.flatMap { Int64(exactly: $0) }
    return try mappingNumbers(
      "clip", ints: { (Swift.min(Swift.max($0, least ?? $0), most ?? Int64.max), false) },
      floats: { x in x.isNaN ? x : Swift.min(Swift.max(x, low ?? x), high ?? .infinity) })
  }

  /// As whole numbers: floats lose what stands after the point, texts are read.
  package func truncatedToInts() throws(TableError) -> Column {
    guard case .float(let v) = storage else { return try cast(to: .int) }
    var out: [Int64] = []
    out.reserveCapacity(v.count)
    for (row, x) in v.enumerated() {
      if isMissing(row) {
        out.append(0)
      } else if let whole = Int64(exactly: x.rounded(.towardZero)) {
        out.append(whole)
      } else {
        throw .unreadable(value: formatNumber(x), type: "int", column: nil, row: count > 1 ? row : nil)
      }
    }
    return Column(.int(out), validity: validity)
  }

  /// As texts; floats with `decimals` where given, and else with the digits that read back as the same number.
  package func asTexts(decimals: Int? = nil) throws(TableError) -> Column {
    guard let decimals, case .float(let v) = storage else { return try cast(to: .text) }
    guard (0...17).contains(decimals) else { throw .other("a text shows 0 to 17 decimals, not \(decimals)", mend: nil) }
    return Column(.text(TextValues(v.map { fixed($0, decimals: decimals) })), validity: validity)
  }
}
