/// Formats with the letters of strftime.
package enum DateFormat {
  package static let letters = "%Y %m %d %e %H %I %p %M %S %f %y %j %b %B %a %A %F %T %z %%"

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
      case "e": out += day < 10 ? " \(day)" : "\(day)"
      case "H": out += padded(seconds / 3600, 2)
      case "I": out += padded((seconds / 3600 + 11) % 12 + 1, 2)
      case "p": out += seconds < 43_200 ? "AM" : "PM"
      case "F": out += moment.day.text
      case "T": out += "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
      case "z": out += "+0000"
      case "M": out += padded(seconds / 60 % 60, 2)
      case "S": out += padded(seconds % 60, 2)
      case "f": out += padded(Int(moment.timeOfDay % 1_000_000), 6)
      case "j": out += padded(Int(moment.day.number - (Day(year: year, month: 1, day: 1)?.number ?? 0)) + 1, 3)
      case "B": out += months[month - 1]
      case "b": out += String(months[month - 1].prefix(3))
      case "A": out += days[moment.day.weekday - 1]
      case "a": out += String(days[moment.day.weekday - 1].prefix(3))
      case "%": out += "%"
      default: throw .other("`%\(letter)` stands for nothing in a format", mend: "there are \(letters)")
      }
    }
    return out
  }
}

extension Column {
  /// Dates and moments as moments; throws for other types.
  package func moments(for name: String) throws(TableError) -> [Instant] {
    switch storage {
    case .date(let v): return v.map { Instant(midnight($0)) }
    case .dateTime(let v): return v.map { Instant($0) }
    default: throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "dates")
    }
  }
}
