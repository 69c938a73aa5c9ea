/// Formats with the letters of strftime: %Y %m %d %H %M %S %y %j %b %B %a %A %f %%.
package enum DateFormat {
  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]
  static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  package static func format(_ moment: Instant, _ pattern: String) throws(TableError) -> String {
    let (year, month, day) = moment.day.parts
    let seconds = Int(moment.timeOfDay / 1_000_000)
    var out = ""
    var rest = Array(pattern)[...]
    while let character = rest.popFirst() {
      guard character == "%" else {
        out.append(character)
        continue
      }
      guard let letter = rest.popFirst() else { throw .other("a format ends with `%`", mend: "write `%%` for a percent sign") }
      switch letter {
      case "Y": out += padded(year, 4)
      case "y": out += padded(((year % 100) + 100) % 100, 2)
      case "m": out += padded(month, 2)
      case "d": out += padded(day, 2)
      case "H": out += padded(seconds / 3600, 2)
      case "M": out += padded(seconds / 60 % 60, 2)
      case "S": out += padded(seconds % 60, 2)
      case "f": out += padded(Int(moment.timeOfDay % 1_000_000), 6)
      case "j": out += padded(Int(moment.day.number - (Day(year: year, month: 1, day: 1)?.number ?? 0)) + 1, 3)
      case "B": out += months[month - 1]
      case "b": out += String(months[month - 1].prefix(3))
      case "A": out += days[moment.day.weekday - 1]
      case "a": out += String(days[moment.day.weekday - 1].prefix(3))
      case "%": out += "%"
      default: throw .other("`%\(letter)` stands for nothing in a format", mend: "there are %Y %m %d %H %M %S %y %j %b %B %a %A %f")
      }
    }
    return out
  }

  /// Nil where the text does not fit the pattern.
  package static func parse(_ text: String, _ pattern: String) -> Instant? {
    var year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, micro = 0
    var rest = Array(text.utf8)[...]
    var letters = Array(pattern)[...]
    func number(_ most: Int, _ least: Int = 1) -> Int? {
      let found = rest.prefix(most).prefix { $0 >= 48 && $0 <= 57 }
      guard found.count >= least else { return nil }
      rest = rest.dropFirst(found.count)
      return digits(Array(found), 0, found.count)
    }
    func name(_ names: [String], short: Bool) -> Int? {
      for (index, name) in names.enumerated() {
        let wanted = short ? String(name.prefix(3)) : name
        if String(decoding: rest.prefix(wanted.utf8.count), as: UTF8.self).lowercased() == wanted.lowercased() {
          rest = rest.dropFirst(wanted.utf8.count)
          return index
        }
      }
      return nil
    }
    while let character = letters.popFirst() {
      if character != "%" {
        let wanted = Array(String(character).utf8)
        guard rest.starts(with: wanted) else { return nil }
        rest = rest.dropFirst(wanted.count)
        continue
      }
      guard let letter = letters.popFirst() else { return nil }
      switch letter {
      case "Y": guard let n = number(4, 4) else { return nil }; year = n
      case "y": guard let n = number(2, 2) else { return nil }; year = n < 69 ? 2000 + n : 1900 + n
      case "m": guard let n = number(2) else { return nil }; month = n
      case "d": guard let n = number(2) else { return nil }; day = n
      case "H": guard let n = number(2) else { return nil }; hour = n
      case "M": guard let n = number(2) else { return nil }; minute = n
      case "S": guard let n = number(2) else { return nil }; second = n
      case "f":
        let before = rest.count
        guard let n = number(6) else { return nil }
        micro = n
        for _ in (before - rest.count)..<6 { micro *= 10 }
      case "B": guard let n = name(months, short: false) else { return nil }; month = n + 1
      case "b": guard let n = name(months, short: true) else { return nil }; month = n + 1
      case "A": guard name(days, short: false) != nil else { return nil }
      case "a": guard name(days, short: true) != nil else { return nil }
      case "%": guard rest.popFirst() == 37 else { return nil }
      default: return nil
      }
    }
    guard rest.isEmpty, let date = Day(year: year, month: month, day: day) else { return nil }
    return Instant(day: date, hour: hour, minute: minute, second: second, microsecond: micro)
  }
}

extension Column {
  /// Dates and moments as moments; throws for other types.
  package func moments(for name: String) throws(TableError) -> [Instant] {
    switch storage {
    case .date(let v): return v.map { Instant(Int64($0) * microsecondsPerDay) }
    case .dateTime(let v): return v.map { Instant($0) }
    default: throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "dates")
    }
  }
}
