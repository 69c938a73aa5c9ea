import WeirBase

/// Steps of the calendar, row by row. Dates stay dates where a step is one of days.
extension Column {
  private func mappingMoments(
    _ name: String, daysStay: Bool, _ change: (Instant, Int) throws(TableError) -> Instant?
  ) throws(TableError) -> Column {
    if missingCount == count, type != .date, type != .dateTime { return .missing(.dateTime, count: count) }
    let moments = try moments(for: name)
    var out: [Int64] = [], valid: Bitmap?
    out.reserveCapacity(count)
    for row in 0..<count {
      let changed = isMissing(row) ? nil : try change(moments[row], row)
      out.append(changed?.microseconds ?? 0)
      if changed == nil {
        if valid == nil { valid = Bitmap(repeating: true, count: count) }
        valid?[row] = false
      }
    }
    let column = Column(.dateTime(out), validity: valid)
    return daysStay && type == .date ? try column.cast(to: .date) : column
  }

  /// So many units later; `counts` has one number a row.
  package func adding(_ counts: Column, _ unit: CalendarUnit) throws(TableError) -> Column {
    if counts.missingCount == counts.count { return .missing(type == .date ? .date : .dateTime, count: count) }
    guard case .int(let numbers) = counts.storage else {
      throw .wrongType(operation: "`date_add`", column: nil, type: counts.type.description, expected: "whole numbers")
    }
    guard numbers.count == count else { throw .lengthDiffers("n", numbers.count, expected: count) }
    return try mappingMoments("date_add", daysStay: unit.isOfDays) { (moment, row) throws(TableError) in
      counts.isMissing(row) ? nil : try moment.adding(numbers[row], unit)
    }
  }

  /// The beginning of the unit, or the multiple of a span, at or before each moment; the next, for those that are not one,
  /// where `up`.
  package func floored(to unit: CalendarUnit, up: Bool = false) throws(TableError) -> Column {
    try mappingMoments(up ? "ceil_date" : "floor_date", daysStay: unit.isOfDays) { (moment, _) throws(TableError) in
      let floor = moment.floored(to: unit)
      return up && floor != moment ? try floor.adding(1, unit) : try Instant.checked(floor.microseconds)
    }
  }

  package func floored(to span: TimeSpan, up: Bool = false) throws(TableError) -> Column {
    guard span.microseconds > 0 else { throw .other("a date can't be rounded to \(span.text)", mend: nil) }
    return try mappingMoments(
      up ? "ceil_date" : "floor_date", daysStay: span.microseconds % microsecondsPerDay == 0
    ) { (moment, _) throws(TableError) in
      let floor = moment.floored(to: span)
      guard up, floor != moment else { return try Instant.checked(floor.microseconds) }
      let next = floor.microseconds.addingReportingOverflow(span.microseconds)
      return try Instant.checked(next.overflow ? nil : next.partialValue)
    }
  }

  /// How many whole units lie between two moments of each row.
  package static func unitsBetween(_ from: Column, _ to: Column, _ unit: CalendarUnit) throws(TableError) -> Column {
    guard from.count == to.count else { throw .lengthDiffers("the second date", to.count, expected: from.count) }
    if from.missingCount == from.count || to.missingCount == to.count { return .missing(.int, count: from.count) }
    let a = try from.moments(for: "date_diff"), b = try to.moments(for: "date_diff")
    let validity = from.validity.map { own in to.validity.map { own & $0 } ?? own } ?? to.validity
    return Column(.int(zip(a, b).map { $0.units(to: $1, unit) }), validity: validity)
  }

  /// Dates or moments from one to another, both included, so many units or so much time apart.
  package static func dateRange(
    _ start: Instant, _ end: Instant, step: Int64, _ unit: CalendarUnit, asDates: Bool
  ) throws(TableError) -> Column {
    guard step != 0 else { throw .other("a range of dates goes in steps of at least one", mend: nil) }
    var out: [Int64] = []
    var count: Int64 = 0
    while true {
      // Counted from the start each time, so that the 31st is not lost in a shorter month.
      guard let moment = try? start.adding(count, unit), step > 0 ? moment <= end : moment >= end else { break }
      out.append(moment.microseconds)
      if out.count > 10_000_000 { throw .other("this range has more than 10 million dates", mend: "take larger steps") }
      count += step
    }
    let column = Column(.dateTime(out))
    return asDates ? try column.cast(to: .date) : column
  }

  // MARK: Time zones

  /// What clocks in a place show at each moment.
  package func clockTimes(in zone: TimeZoneRules) throws(TableError) -> Column {
    try mappingMoments("in_zone", daysStay: false) { (moment, _) throws(TableError) in
      let seconds = floorDivide(moment.microseconds, 1_000_000)
      let clock = moment.microseconds.addingReportingOverflow(zone.offset(at: seconds) * 1_000_000)
      return try Instant.checked(clock.overflow ? nil : clock.partialValue)
    }
  }

  /// How far clocks in a place are from UTC at each moment.
  package func zoneOffsets(_ zone: TimeZoneRules) throws(TableError) -> Column {
    if missingCount == count { return .missing(.duration, count: count) }
    let spans = try moments(for: "utc_offset").map { zone.offset(at: floorDivide($0.microseconds, 1_000_000)) * 1_000_000 }
    return Column(.duration(spans), validity: validity)
  }
}

/// What is to be done with times of day that a clock showed twice, or never.
package struct ClockChanges: Sendable, Hashable {
  package enum Twice: String, Sendable, CaseIterable { case error, earlier, later, missing }
  package enum Never: String, Sendable, CaseIterable { case error, next, missing }
  package let twice: Twice
  package let never: Never
  package init(twice: Twice, never: Never) {
    self.twice = twice
    self.never = never
  }
}

extension Column {
  /// The moments at which clocks in a place show these times.
  package func moments(in zone: TimeZoneRules, _ changes: ClockChanges) throws(TableError) -> Column {
    try mappingMoments("from_zone", daysStay: false) { (clock, row) throws(TableError) in
      guard Instant.usual.contains(clock.microseconds) else { return try Instant.checked(nil) }
      let seconds = floorDivide(clock.microseconds, 1_000_000), fraction = clock.microseconds - seconds * 1_000_000
      let place = count > 1 ? " (row \(row + 1))" : ""
      switch zone.moment(of: seconds) {
      case .one(let moment): return try Instant.checked(moment * 1_000_000 + fraction)
      case .two(let first, let second):
        switch changes.twice {
        case .earlier: return try Instant.checked(first * 1_000_000 + fraction)
        case .later: return try Instant.checked(second * 1_000_000 + fraction)
        case .missing: return nil
        case .error:
          throw .other(
            "clocks in \(zone.name) showed \(clock.text) twice, before and after they were put back\(place)",
            mend: "say which is meant: `ambiguous: \"earlier\"`, `\"later\"` or `\"missing\"`")
        }
      case .none(let jump):
        switch changes.never {
        case .next: return try Instant.checked(jump * 1_000_000)
        case .missing: return nil
        case .error:
          throw .other(
            "clocks in \(zone.name) never showed \(clock.text), as they were put forward\(place)",
            mend: "say what is meant: `skipped: \"next\"` for the moment after, or `\"missing\"`")
        }
      }
    }
  }
}

extension Column {
  /// The same in steps of a span of time.
  package static func dateRange(_ start: Instant, _ end: Instant, span: Int64, asDates: Bool) throws(TableError) -> Column {
    guard span != 0 else { throw .other("a range of dates goes in steps of some length", mend: nil) }
    let (distance, overflow) = end.microseconds.subtractingReportingOverflow(start.microseconds)
    guard !overflow, distance / span < 10_000_000 else {
      throw .other("this range has more than 10 million dates", mend: "take larger steps")
    }
    let isEmpty = span > 0 ? distance < 0 : distance > 0
    let out = isEmpty ? [] : (0...(distance / span)).map { start.microseconds + $0 * span }
    let column = Column(.dateTime(out))
    return asDates ? try column.cast(to: .date) : column
  }
}
