/// Numbers as a person wants to read them: about six digits, no noise from binary fractions.
package func formatNumber(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  if value == 0 { return "0.0" }
  let size = value.magnitude
  if size >= 1e16 || size < 1e-5 { return scientific(value, digits: 6) }
  if value == value.rounded(), size < 1e15 { return "\(Int64(value)).0" }
  let exponent = decimalExponent(size)
  return fixed(value, decimals: max(1, min(12, 6 - exponent)), trimming: true)
}

/// The power of ten of the first digit, and one more: 3 for 123.4.
private func decimalExponent(_ size: Double) -> Int {
  var exponent = 0
  var rest = size
  while rest >= 10, exponent < 400 {
    rest /= 10
    exponent += 1
  }
  while rest < 1, exponent > -400 {
    rest *= 10
    exponent -= 1
  }
  return exponent + 1
}

/// With so many decimals; trailing zeros dropped down to one where asked.
package func fixed(_ value: Double, decimals: Int, trimming: Bool = false) -> String {
  guard value.isFinite, value.magnitude < 1e17 else { return formatNumber(value) }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let scaled = (value.magnitude * scale).rounded(.toNearestOrEven)
  // Beyond 2^63 the shortest exact text serves.
  guard scaled < 9e18 else { return "\(value)" }
  let whole = UInt64(scaled), unit = UInt64(scale)
  var text = String(whole / unit)
  if decimals > 0 {
    var fraction = String(whole % unit)
    fraction = String(repeating: "0", count: max(0, decimals - fraction.utf8.count)) + fraction
    if trimming { while fraction.utf8.count > 1, fraction.last == "0" { fraction.removeLast() } }
    text += "." + fraction
  }
  return (value < 0 && whole > 0 ? "-" : "") + text
}

private func scientific(_ value: Double, digits: Int) -> String {
  var exponent = decimalExponent(value.magnitude) - 1
  var mantissa = value
  var steps = exponent.magnitude
  while steps > 0 {
    mantissa = exponent > 0 ? mantissa / 10 : mantissa * 10
    steps -= 1
  }
  var text = fixed(mantissa, decimals: digits - 1, trimming: true)
  if text.hasPrefix("10.") || text.hasPrefix("-10.") {
    exponent += 1
    text = fixed(mantissa / 10, decimals: digits - 1, trimming: true)
  }
  return "\(text)e\(exponent)"
}

/// One cell of a table as it is shown; texts without quotes.
package func formatScalar(_ scalar: Scalar) -> String {
  if case .float(let value) = scalar { return formatNumber(value) }
  return scalar.exactText
}

extension Scalar {
  /// The text that reads back as the same value: what files get.
  package var exactText: String {
    switch self {
    case .missing: "missing"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): "\(value)"
    case .text(let value): value
    case .date(let value): value.text
    case .dateTime(let value): value.text
    case .duration(let value): value.text
    }
  }
}
