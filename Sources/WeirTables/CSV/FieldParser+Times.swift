extension FieldParser {
  /// `2026-01-31`: days since 1970-01-01; nil where there is no such day.
  func date(_ raw: UnsafeRawBufferPointer) -> Int32? {
    guard raw.count == 10 else { return nil }
    return FieldParser.day(raw)
  }

  /// `2026-01-31T12:30:00.5Z`, with a blank for the `T`, and without seconds, fraction or zone; a day alone is its
  /// midnight. Microseconds since 1970-01-01T00:00:00 UTC.
  func dateTime(_ raw: UnsafeRawBufferPointer) -> Int64? {
    guard raw.count >= 10, let day = FieldParser.day(raw) else { return nil }
    let midnight = Int64(day) * 86_400_000_000
    if raw.count == 10 { return midnight }
    guard raw.count >= 16, raw[10] == UInt8(ascii: "T") || raw[10] == 32, raw[13] == UInt8(ascii: ":"),
      let hour = FieldParser.number(raw, 11, 2), hour < 24, let minute = FieldParser.number(raw, 14, 2), minute < 60
    else { return nil }
    var micros = Int64(hour * 3600 + minute * 60) * 1_000_000
    var i = 16
    if i < raw.count, raw[i] == UInt8(ascii: ":") {
      guard let second = FieldParser.number(raw, i + 1, 2), second < 60 else { return nil }
      micros += Int64(second) * 1_000_000
      i += 3
      if i < raw.count, raw[i] == UInt8(ascii: ".") {
        guard let fraction = FieldParser.fraction(raw, &i) else { return nil }
        micros += fraction
      }
    }
    guard let offset = FieldParser.zone(raw, i) else { return nil }
    return midnight + micros - offset
  }

  /// `1d2h3m4.5s`, any of the parts; microseconds.
  func duration(_ raw: UnsafeRawBufferPointer) -> Int64? {
    var i = 0
    let negative = raw.first == UInt8(ascii: "-")
    if negative { i = 1 }
    guard i < raw.count else { return nil }
    var total = 0.0
    var whole: Int64 = 0
    while i < raw.count {
      let start = i
      while i < raw.count, FieldParser.isDigit(raw[i]) || raw[i] == UInt8(ascii: ".") { i += 1 }
      guard i < raw.count, i > start else { return nil }
      let unit: Int64
      switch raw[i] {
      case UInt8(ascii: "d"): unit = 86_400_000_000
      case UInt8(ascii: "h"): unit = 3_600_000_000
      case UInt8(ascii: "m"): unit = 60_000_000
      case UInt8(ascii: "s"): unit = 1_000_000
      default: return nil
      }
      let digits = UnsafeRawBufferPointer(rebasing: raw[start..<i])
      if let count = int(digits) {
        let product = count.multipliedReportingOverflow(by: unit)
        let sum = whole.addingReportingOverflow(product.partialValue)
        guard !product.overflow, !sum.overflow else { return nil }
        whole = sum.partialValue
      } else if let count = FieldParser().float(digits) {
        total += (count * Double(unit)).rounded()
      } else {
        return nil
      }
      i += 1
    }
    guard let parts = Int64(exactly: total) else { return nil }
    let sum = whole.addingReportingOverflow(parts)
    return sum.overflow ? nil : negative ? -sum.partialValue : sum.partialValue
  }

  private static func day(_ raw: UnsafeRawBufferPointer) -> Int32? {
    guard raw[4] == UInt8(ascii: "-"), raw[7] == UInt8(ascii: "-"), let year = number(raw, 0, 4),
      let month = number(raw, 5, 2), let day = number(raw, 8, 2), (1...12).contains(month), day >= 1,
      day <= daysInMonth(year, month)
    else { return nil }
    return Int32(daysSince1970(year, month, day))
  }

  private static func daysInMonth(_ year: Int, _ month: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
  }

  /// Counts in years that start in March, so that the leap day is the last of its year.
  static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The calendar date of a day number.
  static func calendar(_ number: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func number(_ raw: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
    guard start + count <= raw.count else { return nil }
    var value = 0
    for i in start..<start + count {
      guard isDigit(raw[i]) else { return nil }
      value = value * 10 + Int(raw[i] &- 48)
    }
    return value
  }

  /// The digits after the point at `i`, cut to microseconds.
  private static func fraction(_ raw: UnsafeRawBufferPointer, _ i: inout Int) -> Int64? {
    i += 1
    var (value, digits): (Int64, Int) = (0, 0)
    while i < raw.count, isDigit(raw[i]) {
      if digits < 6 { value = value * 10 + Int64(raw[i] &- 48) }
      digits += 1
      i += 1
    }
    guard digits > 0 else { return nil }
    while digits < 6 {
      value *= 10
      digits += 1
    }
    return value
  }

  /// The microseconds that local time is ahead of UTC: nothing, `Z`, `+02:00` or `+0200` at `i`.
  private static func zone(_ raw: UnsafeRawBufferPointer, _ i: Int) -> Int64? {
    if i == raw.count { return 0 }
    if raw[i] == UInt8(ascii: "Z") { return i + 1 == raw.count ? 0 : nil }
    guard raw[i] == UInt8(ascii: "+") || raw[i] == UInt8(ascii: "-"), let hour = number(raw, i + 1, 2), hour < 24 else {
      return nil
    }
    let colon = i + 3 < raw.count && raw[i + 3] == UInt8(ascii: ":")
    let minutesAt = i + (colon ? 4 : 3)
    guard minutesAt + 2 == raw.count, let minute = number(raw, minutesAt, 2), minute < 60 else { return nil }
    let micros = Int64(hour * 60 + minute) * 60_000_000
    return raw[i] == UInt8(ascii: "-") ? -micros : micros
  }
}
