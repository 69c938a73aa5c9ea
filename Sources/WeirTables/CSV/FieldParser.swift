
/// The types that a text can be read as; a text is always a text.
struct FieldKinds: OptionSet, Sendable {
  let rawValue: UInt8
  static let bool = FieldKinds(rawValue: 1)
  static let int = FieldKinds(rawValue: 2)
  static let float = FieldKinds(rawValue: 4)
  static let date = FieldKinds(rawValue: 8)
  static let dateTime = FieldKinds(rawValue: 16)
  static let all: FieldKinds = [.bool, .int, .float, .date, .dateTime]

  /// What every value is where the narrowest type of all is this one.
  init(narrowest type: ColumnType) {
    switch type {
    case .bool: self = .bool
    case .int: self = [.int, .float]
    case .float: self = .float
    case .date: self = [.date, .dateTime]
    case .dateTime: self = .dateTime
    case .text, .duration, .object: self = []
    }
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The narrowest type of these; text where there is none.
  var columnType: ColumnType {
    if contains(.bool) { return .bool }
    if contains(.int) { return .int }
    if contains(.float) { return .float }
    if contains(.date) { return .date }
    return contains(.dateTime) ? .dateTime : .text
  }
}

/// Reads single values from the bytes of a field. Blanks around a value have been trimmed.
struct FieldParser: Sendable {
  /// The decimal mark, `.` or `,`.
  let decimal: UInt8

  init(decimal: UInt8 = UInt8(ascii: ".")) { self.decimal = decimal }

  static func trimmed(_ raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var (start, end) = (0, raw.count)
    while start < end, raw[start] == 32 || raw[start] == 9 { start += 1 }
    while end > start, raw[end - 1] == 32 || raw[end - 1] == 9 { end -= 1 }
    return start == 0 && end == raw.count ? raw : UnsafeRawBufferPointer(rebasing: raw[start..<end])
  }

  /// What `raw` can be. Numbers with leading zeros (`007`) are texts, since they are names of things.
  func kinds(of raw: UnsafeRawBufferPointer) -> FieldKinds {
    guard let first = raw.first else { return [] }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), decimal:
      if raw.count >= 10, raw[4] == UInt8(ascii: "-") {
        if date(raw) != nil { return [.date, .dateTime] }
        if dateTime(raw) != nil { return .dateTime }
      }
      if hasLeadingZero(raw) { return [] }
      if int(raw) != nil { return [.int, .float] }
      return isDigitsOnly(raw) || float(raw) == nil ? [] : .float
    case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      return bool(raw) != nil ? .bool : []
    case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "n"), UInt8(ascii: "N"):
      return float(raw) != nil ? .float : []
    default: return []
    }
  }

  private func hasLeadingZero(_ raw: UnsafeRawBufferPointer) -> Bool {
    let i = raw[0] == UInt8(ascii: "-") || raw[0] == UInt8(ascii: "+") ? 1 : 0
    return raw.count > i + 1 && raw[i] == UInt8(ascii: "0") && FieldParser.isDigit(raw[i + 1])
  }

  /// A whole number too long for 64 bits: reading it as a float would lose digits.
  private func isDigitsOnly(_ raw: UnsafeRawBufferPointer) -> Bool {
    for (i, byte) in raw.enumerated() where !FieldParser.isDigit(byte) {
      guard i == 0, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") else { return false }
    }
    return true
  }

  @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

  func bool(_ raw: UnsafeRawBufferPointer) -> Bool? {
    if FieldParser.isWord(raw, "true") { return true }
    return FieldParser.isWord(raw, "false") ? false : nil
  }

  /// Whether `raw` is `word` (in small letters) in any case.
  static func isWord(_ raw: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    guard raw.count == word.utf8CodeUnitCount else { return false }
    for i in 0..<raw.count where raw[i] | 0x20 != word.utf8Start[i] { return false }
    return true
  }

  func int(_ raw: UnsafeRawBufferPointer) -> Int64? {
    var i = 0
    var negative = false
    if let first = raw.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      negative = first == UInt8(ascii: "-")
      i = 1
    }
    guard i < raw.count, raw.count - i <= 19 else { return nil }
    var magnitude: UInt64 = 0
    while i < raw.count {
      let digit = raw[i] &- 48
      guard digit < 10 else { return nil }
      magnitude = magnitude &* 10 &+ UInt64(digit)
      i += 1
    }
    // 19 digits stay below 2^64, so the sum above did not wrap.
    if negative { return magnitude <= 1 << 63 ? 0 &- Int64(bitPattern: magnitude) : nil }
    return Int64(exactly: magnitude)
  }

  /// Decimal and scientific notation, `inf` and `nan`; the nearest double.
  func float(_ raw: UnsafeRawBufferPointer) -> Double? {
    var i = 0
    let negative = raw.first == UInt8(ascii: "-")
    if negative || raw.first == UInt8(ascii: "+") { i = 1 }
    var mantissa: UInt64 = 0
    var (digits, significant, exponent) = (0, 0, 0)
    var pastMark = false
    while i < raw.count {
      let byte = raw[i]
      if FieldParser.isDigit(byte) {
        digits += 1
        if significant > 0 || byte != 48 { significant += 1 }
        if significant <= 18 { mantissa = mantissa &* 10 &+ UInt64(byte &- 48) }
        if pastMark { exponent -= 1 }
      } else if byte == decimal, !pastMark {
        pastMark = true
      } else {
        break
      }
      i += 1
    }
    if digits == 0 { return word(raw) }
    if i < raw.count {
      guard let power = FieldParser.exponent(raw, from: i) else { return nil }
      exponent += power
    }
    // Clinger's fast path: both numbers are exact in a double, so one operation rounds once.
    if significant <= 18, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let value = Double(mantissa)
      let scaled = exponent < 0 ? value / powersOfTen[-exponent] : value * powersOfTen[exponent]
      return negative ? -scaled : scaled
    }
    return slowFloat(raw)
  }

  private static func exponent(_ raw: UnsafeRawBufferPointer, from start: Int) -> Int? {
    guard raw[start] | 0x20 == UInt8(ascii: "e") else { return nil }
    var i = start + 1
    var negative = false
    if i < raw.count, raw[i] == UInt8(ascii: "-") || raw[i] == UInt8(ascii: "+") {
      negative = raw[i] == UInt8(ascii: "-")
      i += 1
    }
    guard i < raw.count, raw.count - i <= 9 else { return nil }
    var value = 0
    while i < raw.count {
      guard isDigit(raw[i]) else { return nil }
      value = value * 10 + Int(raw[i] &- 48)
      i += 1
    }
    return negative ? -value : value
  }

  private func slowFloat(_ raw: UnsafeRawBufferPointer) -> Double? {
    let plain = raw.map { $0 == decimal ? UInt8(ascii: ".") : $0 }
    return Double(String(decoding: plain, as: UTF8.self))
  }

  private func word(_ raw: UnsafeRawBufferPointer) -> Double? {
    var rest = raw
    let negative = raw.first == UInt8(ascii: "-")
    if negative || raw.first == UInt8(ascii: "+") { rest = UnsafeRawBufferPointer(rebasing: raw.dropFirst()) }
    if FieldParser.isWord(rest, "nan") { return .nan }
    guard FieldParser.isWord(rest, "inf") || FieldParser.isWord(rest, "infinity") else { return nil }
    return negative ? -.infinity : .infinity
  }
}

private let powersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]
