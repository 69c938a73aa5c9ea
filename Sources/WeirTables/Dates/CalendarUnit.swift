/// A step of the calendar.
package enum CalendarUnit: String, Sendable, Hashable, CaseIterable {
  case year, quarter, month, week, day, hour, minute, second

  /// Microseconds, for those that are always as long.
  var length: Int64? {
    switch self {
    case .week: 7 * microsecondsPerDay
    case .day: microsecondsPerDay
    case .hour: 3_600_000_000
    case .minute: 60_000_000
    case .second: 1_000_000
    case .year, .quarter, .month: nil
    }
  }

  /// Months, for those that are so many.
  var months: Int? {
    switch self {
    case .year: 12
    case .quarter: 3
    case .month: 1
    default: nil
    }
  }

  package var isOfDays: Bool { months != nil || self == .week || self == .day }
}

extension Day {
  /// The days that have a date of four digits: 0001-01-01 to 9999-12-31.
  package static let usual: ClosedRange<Int32> = -719_162...2_932_896
}

extension Instant {
  /// The moments whose day has a date of four digits.
  package static let usual: ClosedRange<Int64> =
    Int64(Day.usual.lowerBound) * microsecondsPerDay...(Int64(Day.usual.upperBound) + 1) * microsecondsPerDay - 1

  /// Throws for a moment before the year 1 or after the year 9999.
  static func checked(_ microseconds: Int64?) throws(TableError) -> Instant {
    guard let microseconds, usual.contains(microseconds) else {
      throw .other("this date lies outside of the years 1 to 9999", mend: nil)
    }
    return Instant(microseconds)
  }

  /// So many units later; a day that a month has not becomes its last.
  func adding(_ count: Int64, _ unit: CalendarUnit) throws(TableError) -> Instant {
    if let length = unit.length {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      let (sum, spilled) = microseconds.addingReportingOverflow(product)
      return try Instant.checked(overflow || spilled ? nil : sum)
    }
    guard Instant.usual.contains(microseconds) else { return try Instant.checked(nil) }
    let (year, month, day) = self.day.parts
    let (months, overflow) = count.multipliedReportingOverflow(by: Int64(unit.months ?? 1))
    guard !overflow, months.magnitude < 1_000_000 else { return try Instant.checked(nil) }
    let total = year * 12 + month - 1 + Int(months)
    let newYear = Int(floorDivide(Int64(total), 12)), newMonth = total - newYear * 12 + 1
    let newDay = min(day, Day.length(ofMonth: newMonth, year: newYear))
    guard let date = Day(year: newYear, month: newMonth, day: newDay) else { return try Instant.checked(nil) }
    return try Instant.checked(midnight(date.number) + timeOfDay)
  }

  /// The beginning of the unit that the moment lies in; weeks begin on Monday.
  func floored(to unit: CalendarUnit) -> Instant {
    if let months = unit.months {
      let (year, month, _) = day.parts
      let first = (month - 1) / months * months + 1
      return Instant(midnight(Day(year: year, month: first, day: 1)?.number ?? day.number))
    }
    let length = unit.length ?? microsecondsPerDay
    // 1970-01-01 was a Thursday, the Monday before it is three days earlier.
    let origin = unit == .week ? -3 * microsecondsPerDay : 0
    return floored(to: TimeSpan(length), origin: origin)
  }

  /// The last multiple of a span at or before the moment, counted from `origin`.
  func floored(to span: TimeSpan, origin: Int64 = 0) -> Instant {
    let distance = microseconds.subtractingReportingOverflow(origin)
    if distance.overflow || span.microseconds <= 0 { return self }
    let product = floorDivide(distance.partialValue, span.microseconds).multipliedReportingOverflow(by: span.microseconds)
    let sum = product.partialValue.addingReportingOverflow(origin)
    return product.overflow || sum.overflow ? self : Instant(sum.partialValue)
  }

  /// How many whole units lie between, below zero where the other is earlier.
  func units(to other: Instant, _ unit: CalendarUnit) -> Int64 {
    if let length = unit.length {
      let (difference, overflow) = other.microseconds.subtractingReportingOverflow(microseconds)
      return overflow ? 0 : difference / length
    }
    if other < self { return -other.units(to: self, unit) }
    let (y1, m1, d1) = day.parts, (y2, m2, d2) = other.day.parts
    var months = (y2 - y1) * 12 + m2 - m1
    // From the 31st, a month that is shorter is over on its last day.
    let last = Day.length(ofMonth: m2, year: y2)
    let reached = min(d1, last)
    if d2 < reached || (d2 == reached && other.timeOfDay < timeOfDay) { months -= 1 }
    return Int64(months / (unit.months ?? 1))
  }
}

extension Day {
  /// The week of ISO 8601 and the year that it is counted in: week 1 has the year's first Thursday.
  var isoWeek: (year: Int, week: Int) {
    let thursday = Day(number + Int32(4 - weekday))
    let year = thursday.parts.year
    let first = Day(year: year, month: 1, day: 1)?.number ?? thursday.number
    return (year, Int(thursday.number - first) / 7 + 1)
  }
}
