extension DateFormat {
  /// Nil where the text does not fit the pattern, or is no date of the years 1 to 9999.
  package static func parse(_ text: String, _ pattern: String) -> Instant? {
    var reader = DateReader(rest: Array(text.utf8)[...])
    let expanded = pattern.replacingTexts("%F", with: "%Y-%m-%d").replacingTexts("%T", with: "%H:%M:%S")
    var letters = Array(expanded.utf8)[...]
    while let byte = letters.popFirst() {
      if byte != UInt8(ascii: "%") {
        guard reader.rest.popFirst() == byte else { return nil }
        continue
      }
      guard let letter = letters.popFirst(), reader.take(letter) else { return nil }
    }
    return reader.rest.isEmpty ? reader.moment : nil
  }

  /// Whether a pattern has a letter for the time of day.
  static func hasTime(_ pattern: String) -> Bool {
    ["%H", "%I", "%M", "%S", "%f", "%T", "%z"].contains { pattern.containsText($0) }
  }
}

/// Takes one part of a date after the other off a text.
private struct DateReader {
  var rest: ArraySlice<UInt8>
  private var year = 1970, month = 1, day = 1, dayOfYear: Int?
  private var hour = 0, minute = 0, second = 0, micro = 0
  private var isAfternoon: Bool?
  private var offset: Int64 = 0

  init(rest: ArraySlice<UInt8>) { self.rest = rest }

  private mutating func number(_ most: Int, _ least: Int = 1) -> Int? {
    let found = rest.prefix(most).prefix { $0 >= 48 && $0 <= 57 }
    guard found.count >= least else { return nil }
    rest = rest.dropFirst(found.count)
    return digits(Array(found), 0, found.count)
  }

  private mutating func name(_ names: [String], short: Bool) -> Int? {
    for (index, name) in names.enumerated() {
      let wanted = short ? String(name.prefix(3)) : name
      if String(decoding: rest.prefix(wanted.utf8.count), as: UTF8.self).lowercased() == wanted.lowercased() {
        rest = rest.dropFirst(wanted.utf8.count)
        return index
      }
    }
    return nil
  }

  /// Reads what a letter stands for; false where it is not there.
  mutating func take(_ letter: UInt8) -> Bool {
    func set(_ number: Int?, _ place: inout Int) -> Bool {
      guard let number else { return false }
      place = number
      return true
    }
    switch Character(Unicode.Scalar(letter)) {
    case "Y": return set(number(4, 4), &year)
    case "y": return set(number(2, 2).map { $0 < 69 ? 2000 + $0 : 1900 + $0 }, &year)
    case "m": return set(number(2), &month)
    case "d": return set(number(2), &day)
    case "e":
      if rest.first == 32 { rest = rest.dropFirst() }
      return set(number(2), &day)
    case "j":
      dayOfYear = number(3)
      return dayOfYear != nil
    case "H": return set(number(2), &hour)
    case "I":
      guard let n = number(2), (1...12).contains(n) else { return false }
      hour = n % 12
      isAfternoon = isAfternoon ?? false
      return true
    case "p":
      let word = String(decoding: rest.prefix(2), as: UTF8.self).lowercased()
      guard word == "am" || word == "pm" else { return false }
      isAfternoon = word == "pm"
      rest = rest.dropFirst(2)
      return true
    case "M": return set(number(2), &minute)
    case "S": return set(number(2), &second)
    case "f":
      let before = rest.count
      guard let n = number(6) else { return false }
      micro = n
      for _ in (before - rest.count)..<6 { micro *= 10 }
      return true
    case "B": return set(name(DateFormat.months, short: false).map { $0 + 1 }, &month)
    case "b": return set(name(DateFormat.months, short: true).map { $0 + 1 }, &month)
    case "A": return name(DateFormat.days, short: false) != nil
    case "a": return name(DateFormat.days, short: true) != nil
    case "z": return takeOffset()
    case "%": return rest.popFirst() == 37
    default: return false
    }
  }

  /// `Z`, `+0200` or `-05:30`.
  private mutating func takeOffset() -> Bool {
    guard let sign = rest.popFirst() else { return false }
    if sign == UInt8(ascii: "Z") { return true }
    guard sign == 43 || sign == 45, let hours = number(2, 2) else { return false }
    if rest.first == 58 { rest = rest.dropFirst() }
    guard let minutes = number(2, 2), minutes < 60, hours < 24 else { return false }
    offset = Int64(hours * 3600 + minutes * 60) * 1_000_000 * (sign == 45 ? -1 : 1)
    return true
  }

  var moment: Instant? {
    var date = Day(year: year, month: month, day: day)
    if let dayOfYear {
      guard (1...366).contains(dayOfYear), let first = Day(year: year, month: 1, day: 1) else { return nil }
      date = Day(first.number + Int32(dayOfYear) - 1)
      if date?.parts.year != year { return nil }
    }
    guard let date, Day.usual.contains(date.number) else { return nil }
    let hour = isAfternoon == true && hour < 12 ? hour + 12 : hour
    guard let local = Instant(day: date, hour: hour, minute: minute, second: second, microsecond: micro) else { return nil }
    let moment = local.microseconds - offset
    return Instant.usual.contains(moment) ? Instant(moment) : nil
  }
}

extension Column {
  /// Texts read by the first of several formats that fits: dates where none has a time of day, and else moments.
  ///
  /// What fits none is an error with its row, or missing where `lenient`.
  package func parsedDates(_ patterns: [String], lenient: Bool = false) throws(TableError) -> Column {
    let hasTime = patterns.contains { DateFormat.hasTime($0) }
    let texts = try texts(for: "parse_date").dictionaryCoded
    let read = (0..<texts.entryCount).map { entry in
      let text = texts.entry(entry)
      return patterns.lazy.compactMap { DateFormat.parse(text, $0) }.first
    }
    var moments: [Scalar] = []
    moments.reserveCapacity(count)
    for row in 0..<count {
      let code = texts.codes.map { Int($0[row]) } ?? row
      if isMissing(row) {
        moments.append(.missing)
      } else if let moment = read[code] {
        moments.append(.dateTime(moment))
      } else if lenient {
        moments.append(.missing)
      } else {
        let names = patterns.map { "\"\($0)\"" }.joined(separator: " or ")
        throw .unreadable(value: texts.entry(code), type: "date by \(names)", column: nil, row: count > 1 ? row : nil)
      }
    }
    let column = try Column(scalars: moments, as: .dateTime)
    return hasTime ? column : try column.cast(to: .date)
  }

  package func parsedDates(_ pattern: String) throws(TableError) -> Column { try parsedDates([pattern]) }
}
