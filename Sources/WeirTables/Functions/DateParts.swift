/// The parts of a date or moment.
package enum DatePart: String, Sendable, CaseIterable {
  case year, month, day, hour, minute, second, weekday

  func value(of moment: Instant) -> Int64 {
    switch self {
    case .year: Int64(moment.day.parts.year)
    case .month: Int64(moment.day.parts.month)
    case .day: Int64(moment.day.parts.day)
    case .weekday: Int64(moment.day.weekday)
    case .hour: moment.timeOfDay / 3_600_000_000
    case .minute: moment.timeOfDay / 60_000_000 % 60
    case .second: moment.timeOfDay / 1_000_000 % 60
    }
  }
}

extension Column {
  /// One part of each date or moment, in UTC.
  package func datePart(_ part: DatePart) throws(TableError) -> Column {
    if missingCount == count { return .missing(.int, count: count) }
    return Column(.int(try moments(for: part.rawValue).map { part.value(of: $0) }), validity: validity)
  }

  /// Dates and moments written by a format in the letters of strftime.
  package func formattedDates(_ pattern: String) throws(TableError) -> Column {
    if missingCount == count { return .missing(.text, count: count) }
    var texts: [String] = []
    for moment in try moments(for: "format_date") { texts.append(try DateFormat.format(moment, pattern)) }
    return Column(.text(TextValues(texts)), validity: validity)
  }

  /// Texts read by a format: dates where it has no time of day, and else moments.
  package func parsedDates(_ pattern: String) throws(TableError) -> Column {
    let texts = try texts(for: "parse_date")
    let hasTime = ["%H", "%M", "%S", "%f"].contains { pattern.containsText($0) }
    var moments: [Int64] = []
    for row in 0..<count {
      if isMissing(row) {
        moments.append(0)
        continue
      }
      guard let moment = DateFormat.parse(texts[row], pattern) else {
        throw .unreadable(value: texts[row], type: "date by \"\(pattern)\"", column: nil, row: count > 1 ? row : nil)
      }
      moments.append(moment.microseconds)
    }
    let column = Column(.dateTime(moments), validity: validity)
    return hasTime ? column : try column.cast(to: .date)
  }
}
