/// The parts of a date or moment.
package enum DatePart: String, Sendable, CaseIterable {
  case year, month, day, hour, minute, second, weekday
  case quarter, week
  case isoYear = "iso_year"
  case dayOfYear = "day_of_year"
  case daysInMonth = "days_in_month"

  func value(of moment: Instant) -> Int64 {
    switch self {
    case .year: Int64(moment.day.parts.year)
    case .month: Int64(moment.day.parts.month)
    case .day: Int64(moment.day.parts.day)
    case .weekday: Int64(moment.day.weekday)
    case .quarter: Int64((moment.day.parts.month + 2) / 3)
    case .week: Int64(moment.day.isoWeek.week)
    case .isoYear: Int64(moment.day.isoWeek.year)
    case .dayOfYear: Int64(moment.day.number - (Day(year: moment.day.parts.year, month: 1, day: 1)?.number ?? 0)) + 1
    case .daysInMonth: Int64(Day.length(ofMonth: moment.day.parts.month, year: moment.day.parts.year))
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
}
