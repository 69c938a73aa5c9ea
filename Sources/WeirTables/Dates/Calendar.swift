/// The proleptic Gregorian calendar, by counting days (after H. Hinnant, "chrono-compatible low-level date algorithms").
extension Day {
  /// Nil where there is no such day; years are 1 to 9999.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Day.length(ofMonth: month, year: year), (1...9999).contains(year) else { return nil }
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    guard let number = Int32(exactly: era * 146_097 + dayOfEra - 719_468) else { return nil }
    self.init(number)
  }

  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  package var parts: (year: Int, month: Int, day: Int) {
    let z = Int(number) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// 1 for Monday to 7 for Sunday (ISO 8601).
  package var weekday: Int { Int(((Int64(number) + 3) % 7 + 7) % 7) + 1 }

  /// `2026-01-31`.
  package init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == 45, bytes[7] == 45, let year = digits(bytes, 0, 4), let month = digits(bytes, 5, 2),
      let day = digits(bytes, 8, 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package var text: String {
    let (year, month, day) = parts
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}

/// Microseconds from 1970 to the beginning of a day. Days that are hundreds of thousands of years off, which only a broken
/// file holds, count as the furthest that there is.
package func midnight(_ day: Int32) -> Int64 { Int64(min(max(day, -106_000_000), 106_000_000)) * microsecondsPerDay }

extension Instant {
  package init?(day: Day, hour: Int, minute: Int, second: Int, microsecond: Int = 0) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second) else { return nil }
    self.init(midnight(day.number) + Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(microsecond))
  }

  package var day: Day { Day(Int32(truncatingIfNeeded: floorDivide(microseconds, microsecondsPerDay))) }
  /// Microseconds since midnight.
  package var timeOfDay: Int64 { microseconds &- floorDivide(microseconds, microsecondsPerDay) &* microsecondsPerDay }

  /// `2026-01-31 12:30:00.5`, with `T` or a blank, seconds and fraction optional, `Z` or an offset at the end.
  package init?(parsing text: String) {
    let bytes = Array(text.utf8)
    if bytes.count == 10 {
      guard let day = Day(parsing: text) else { return nil }
      self.init(midnight(day.number))
      return
    }
    guard bytes.count >= 16, bytes[10] == 84 || bytes[10] == 32, bytes[13] == 58,
      let day = Day(parsing: String(decoding: bytes[0..<10], as: UTF8.self)), let hour = digits(bytes, 11, 2),
      let minute = digits(bytes, 14, 2)
    else { return nil }
    var place = 16, second = 0, micro = 0
    if place + 2 < bytes.count, bytes[place] == 58, let found = digits(bytes, place + 1, 2) {
      second = found
      place += 3
      if place < bytes.count, bytes[place] == 46 {
        place += 1
        var scale = 100_000
        while place < bytes.count, bytes[place] >= 48, bytes[place] <= 57 {
          micro += Int(bytes[place] - 48) * scale
          scale /= 10
          place += 1
        }
      }
    }
    var offset: Int64 = 0
    let rest = Array(bytes[place...])
    if rest.first == 43 || rest.first == 45 {
      let numbers = rest.dropFirst().filter { $0 != 58 }
      guard numbers.count == 4, let hours = digits(Array(numbers), 0, 2), let minutes = digits(Array(numbers), 2, 2) else { return nil }
      offset = Int64(hours * 3600 + minutes * 60) * 1_000_000 * (rest.first == 45 ? -1 : 1)
    } else if !rest.isEmpty, rest != [90] { return nil }
    guard let moment = Instant(day: day, hour: hour, minute: minute, second: second, microsecond: micro) else { return nil }
    self.init(moment.microseconds - offset)
  }

  package var text: String {
    let seconds = timeOfDay / 1_000_000, fraction = timeOfDay % 1_000_000
    var text = "\(day.text) \(padded(Int(seconds / 3600), 2)):\(padded(Int(seconds / 60 % 60), 2)):\(padded(Int(seconds % 60), 2))"
    if fraction > 0 { text += "." + padded(Int(fraction), 6).trimmedZeros }
    return text
  }
}

extension TimeSpan {
  /// `90m`, `1d2h`, `-1.5h`: units d, h, m, s, ms, us.
  package init?(parsing text: String) {
    var bytes = Array(text.utf8)[...]
    let negative = bytes.first == 45
    if negative { bytes = bytes.dropFirst() }
    guard !bytes.isEmpty else { return nil }
    var total = 0.0
    while !bytes.isEmpty {
      let number = bytes.prefix { ($0 >= 48 && $0 <= 57) || $0 == 46 }
      let unit = bytes.dropFirst(number.count).prefix { $0 >= 97 && $0 <= 122 }
      guard let count = Double(String(decoding: number, as: UTF8.self)),
        let size = TimeSpan.units.first(where: { $0.name == String(decoding: unit, as: UTF8.self) })?.size
      else { return nil }
      total += count * Double(size)
      bytes = bytes.dropFirst(number.count + unit.count)
    }
    guard let whole = Int64(exactly: total.rounded()) else { return nil }
    self.init(negative ? -whole : whole)
  }

  static let units: [(name: String, size: Int64)] = [
    ("d", microsecondsPerDay), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
  ]

  /// `1d2h`, the largest units first.
  package var text: String {
    if microseconds == 0 { return "0s" }
    var rest = microseconds.magnitude
    var text = microseconds < 0 ? "-" : ""
    for (name, size) in TimeSpan.units where rest >= UInt64(size) {
      text += "\(rest / UInt64(size))\(name)"
      rest %= UInt64(size)
    }
    return text
  }
}

func digits(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
  guard start + count <= bytes.count else { return nil }
  var value = 0
  for byte in bytes[start..<(start + count)] {
    guard byte >= 48, byte <= 57 else { return nil }
    value = value * 10 + Int(byte - 48)
  }
  return value
}

func padded(_ number: Int, _ width: Int) -> String {
  let text = String(number.magnitude)
  return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

package func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
  let quotient = a / b
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient
}

extension String {
  fileprivate var trimmedZeros: String {
    var out = self
    while out.last == "0" { out.removeLast() }
    return out
  }
}
