/// What the number format of a cell says that its number is.
enum NumberFormat {
  case number
  /// A day, or a moment where it has a part of a day.
  case time
  /// A length of time or a time of day.
  case duration

  /// The formats that files use without writing them down (ECMA-376-1, 18.8.30).
  init(builtIn id: Int) {
    switch id {
    case 14...17, 22, 27...36, 50...58: self = .time
    case 18...21, 45...47: self = .duration
    default: self = .number
    }
  }

  /// By the letters of the first section of a format code: `yyyy\-mm\-dd`, `[h]:mm`, `0.00 "days"`.
  init(code: String) {
    let section = NumberFormat.letters(of: code)
    if section == "general" { self = .number } else if section.contains(where: { $0 == "y" || $0 == "d" }) {
      self = .time
    } else if section.contains(where: { $0 == "h" || $0 == "s" }) {
      self = .duration
    } else {
      // Months alone (`mmmm`): minutes never stand without hours or seconds.
      self = section.contains("m") ? .time : .number
    }
  }

  /// The code in small letters without texts, escapes, colours and conditions; `[h]` becomes `h`.
  private static func letters(of code: String) -> String {
    var out = ""
    var rest = Array(code.lowercased())[...]
    while let character = rest.popFirst() {
      switch character {
      case ";": return out
      case "\"":
        while let inner = rest.popFirst(), inner != "\"" {}
      case "\\", "_", "*": _ = rest.popFirst()
      case "[":
        var inside = ""
        while let inner = rest.popFirst(), inner != "]" { inside.append(inner) }
        if !inside.isEmpty, inside.allSatisfy({ "hms".contains($0) }) { out += inside }
      default: out.append(character)
      }
    }
    return out
  }
}

/// Days and times as the numbers that cells hold.
struct SerialTime {
  /// Whether days are counted from 1904-01-01, as once on the Macintosh, instead of from the end of 1899.
  let startsIn1904: Bool

  /// Microseconds since 1970-01-01 to the millisecond that Excel keeps; nil beyond the years 1 to 9999.
  func microseconds(_ serial: Double) -> Int64? {
    guard serial.isFinite, serial > -700_000, serial < 2_958_466 else { return nil }
    var days = serial
    if !startsIn1904 {
      // 1900 has a 29th of February here, as number 60, so the days before it are one too low.
      if days >= 0, days < 60 { days += 1 }
      days -= 25_569
    } else {
      days -= 24_107
    }
    return Int64((days * 86_400_000).rounded()) * 1000
  }

  static func duration(_ serial: Double) -> Int64? {
    guard serial.isFinite, abs(serial) < 1e8 else { return nil }
    return Int64((serial * 86_400_000).rounded()) * 1000
  }
}
