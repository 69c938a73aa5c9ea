import WeirCatalog
import WeirDiagnostics
import WeirTables

private let moment = (name: "when", summary: "A date or datetime, or a list or column of them.")
private let units = CalendarUnit.allCases.map(\.rawValue)

extension CatalogBuilder {
  /// Steps of the calendar, and clocks in other places.
  mutating func defineDateSteps() {
    defineRoundingDates()
    defineAddingDates()
    defineDateRange()
    defineZones()
  }

  private mutating func defineRoundingDates() {
    for (name, summary, gives, up) in [
      ("floor_date", "Gives the beginning of the month, week, hour or other unit that a date lies in.", "2026-05-01", false),
      ("ceil_date", "Gives the beginning of the next unit, or the date itself where one begins there.", "2026-06-01", true),
    ] {
      define(name, summary) { f in
        let value = f.required(Value.self, moment.name, moment.summary, accepts: .temporal)
        let unit = f.required(Value.self, "unit", "One of \"\(units.joined(separator: "\", \""))\"; or a duration, as `15m`.",
          accepts: .either([.string, .duration]))
        f.returns { bound in
          switch bound.type(value) ?? .any {
          case .column(let type): .column(type == .dateTime ? .dateTime : nil)
          case .list: .anyList
          case .dateTime: .dateTime
          default: .any
          }
        }
        f.worksElementwise()
        f.details(
          "Weeks begin on Monday; of a duration, multiples count from 1970-01-01. A date stays one where the unit is a day or longer.")
        f.example("\(name)(date(\"2026-05-17\"), \"month\")", gives: gives)
        f.example("\(name)(datetime(\"2026-05-17 10:20\"), 15m)", gives: up ? "2026-05-17 10:30:00" : "2026-05-17 10:15:00")
        f.seeAlso(up ? "floor_date" : "ceil_date", "date_add", "month")
        f.body { call in
          let given = try call[unit]
          if case .duration(let span) = given { return try call[value].mapped { try $0.floored(to: span, up: up) } }
          let unit = try call.calendarUnit(given)
          return try call[value].mapped { try $0.floored(to: unit, up: up) }
        }
      }
    }
  }

  private mutating func defineAddingDates() {
    define("date_add", "Gives the date so many months, days or other units later.") { f in
      let value = f.required(Value.self, moment.name, moment.summary, accepts: .temporal)
      let n = f.required(Value.self, "n", "How many, below zero for earlier; or one for each row.", accepts: .series(of: [.int], alone: [.int]))
      let unit = f.choice("unit", units, default: "day", "Of what.")
      f.returns { bound in
        if case .column = bound.type(value) ?? .any { .column(nil) } else { .any }
      }
      f.worksRowwise()
      f.details(
        "A day that the month has not becomes its last. What is always as long can be added too: `.when + 36h`. Years are 1 to 9999.")
      f.example("date_add(date(\"2024-01-31\"), 1, \"month\")", gives: "2024-02-29")
      f.example("date_add([date(\"2026-01-01\")], [2])", gives: "[2026-01-03]")
      f.seeAlso("date_diff", "date_range", "floor_date")
      f.body { call in
        let unit = CalendarUnit(rawValue: try call[unit]) ?? .day
        return try Value.rowwise([try call[value], try call[n]]) { try $0[0].adding($0[1], unit) }
      }
    }
    define("date_diff", "Counts the whole days, months or other units from one date to another.") { f in
      let from = f.required(Value.self, "from", "The first date or datetime, or a list or column of them.", accepts: .temporal)
      let to = f.required(Value.self, "to", "The second, or as many.", accepts: .temporal)
      let unit = f.choice("unit", units, default: "day", "What is counted.")
      f.returns { bound in
        for side in [bound.type(from), bound.type(to)] { if case .column = side ?? .any { return .column(.int) } }
        return .any
      }
      f.worksRowwise()
      f.details("Below zero where the second is earlier; a unit that is not over is not counted. The time between is `.to - .from`.")
      f.example("date_diff(date(\"2000-05-17\"), date(\"2026-05-16\"), \"year\")", gives: "25")
      f.example("date_diff(date(\"2026-01-31\"), date(\"2026-02-28\"), \"month\")", gives: "1")
      f.seeAlso("date_add", "difference")
      f.body { call in
        let unit = CalendarUnit(rawValue: try call[unit]) ?? .day
        return try Value.rowwise([try call[from], try call[to]]) { try Column.unitsBetween($0[0], $0[1], unit) }
      }
    }
  }

  private mutating func defineDateRange() {
    define("date_range", "Gives all dates from one to another, as a column.") { f in
      let start = f.required(Value.self, "start", "The first date or datetime.", accepts: .either([.date, .dateTime]))
      let end = f.required(Value.self, "end", "The last; it is among them where a step meets it.", accepts: .either([.date, .dateTime]))
      let by = f.optional(Value.self, "by", default: Value.string("day"),
        "The step: one of \"\(units.joined(separator: "\", \""))\", or a duration such as `6h`.")
      let every = f.optional(Int.self, "every", default: 1, "How many units a step is; below zero to go back.")
      f.returns { bound in
        let isDates = bound.type(start) == .date && bound.type(end) == .date
        return .column(isDates && bound.isAbsent(by) ? .date : nil)
      }
      f.flow(.none)
      f.example("list(date_range(date(\"2026-01-31\"), date(\"2026-04-01\"), by: \"month\"))", gives: "[2026-01-31, 2026-02-28, 2026-03-31]")
      f.example("table(day: date_range(date(\"2026-01-01\"), date(\"2026-12-31\"))) |> count()", gives: "365")
      f.seeAlso("date_add", "floor_date")
      f.body { call in
        let (first, last) = (try call[start], try call[end])
        let ends = try Column.of([first, last]).cast(to: .dateTime).moments(for: "date_range")
        guard ends.count == 2, !first.isMissing, !last.isMissing else {
          throw Diagnostic.failure("a range of dates needs its two ends, and one is missing")
        }
        let isDates = first.typeName == "date" && last.typeName == "date"
        if case .duration(let span) = try call[by] {
          let days = span.microseconds % microsecondsPerDay == 0
          let (step, overflow) = span.microseconds.multipliedReportingOverflow(by: Int64(try call[every]))
          if overflow { throw Diagnostic.overflow("`date_range`") }
          return .column(try Column.dateRange(ends[0], ends[1], span: step, asDates: isDates && days))
        }
        let unit = try call.calendarUnit(try call[by])
        return .column(try Column.dateRange(
          ends[0], ends[1], step: Int64(try call[every]), unit, asDates: isDates && unit.isOfDays))
      }
    }
  }

  private mutating func defineZones() {
    let place = "A place of the IANA time zone database, as \"Europe/Berlin\"."
    let database = "The rules are those of the machine's time zone database."
    defineElementwise(
      "in_zone", "Gives what clocks in a place show at a moment.", input: moment, gives: .dateTime, accepts: .temporal
    ) { f in
      let zone = f.definition.required(String.self, "zone", place)
      f.definition.details("A datetime is in UTC; what this gives is a time of day there. " + database)
      f.definition.example("in_zone(datetime(\"2026-07-01 12:00\"), \"Europe/Berlin\")", gives: "2026-07-01 14:00:00")
      f.definition.seeAlso("from_zone", "utc_offset", "hour")
      f.column { column, call in try column.clockTimes(in: try TimeZoneRules.named(try call[zone])) }
    }
    defineElementwise(
      "from_zone", "Gives the moment, in UTC, at which clocks in a place show a time.", input: moment, gives: .dateTime, accepts: .temporal
    ) { f in
      let zone = f.definition.required(String.self, "zone", place)
      let twice = f.definition.choice("ambiguous", ClockChanges.Twice.allCases.map(\.rawValue), default: "error",
        "Which moment is meant of two, where clocks were put back and showed the time twice.")
      let never = f.definition.choice("skipped", ClockChanges.Never.allCases.map(\.rawValue), default: "error",
        "What is meant by a time that clocks never showed, as they were put forward: the moment of that, or missing.")
      f.definition.details(database)
      f.definition.example("from_zone(datetime(\"2026-07-01 14:00\"), \"Europe/Berlin\")", gives: "2026-07-01 12:00:00")
      f.definition.example(
        "from_zone(datetime(\"2025-10-26 02:30\"), \"Europe/Berlin\", ambiguous: \"later\")", gives: "2025-10-26 01:30:00")
      f.definition.seeAlso("in_zone", "utc_offset")
      f.column { column, call in
        let changes = ClockChanges(
          twice: ClockChanges.Twice(rawValue: try call[twice]) ?? .error, never: ClockChanges.Never(rawValue: try call[never]) ?? .error)
        return try column.moments(in: try TimeZoneRules.named(try call[zone]), changes)
      }
    }
    defineElementwise(
      "utc_offset", "Says how far clocks in a place are ahead of UTC at a moment.", input: moment, gives: .duration, accepts: .temporal
    ) { f in
      let zone = f.definition.required(String.self, "zone", place)
      f.definition.details(database)
      f.definition.example("utc_offset(datetime(\"2026-01-01 12:00\"), \"Asia/Kolkata\")", gives: "5h30m")
      f.definition.seeAlso("in_zone", "from_zone")
      f.column { column, call in try column.zoneOffsets(try TimeZoneRules.named(try call[zone])) }
    }
  }
}

extension Call {
  fileprivate func calendarUnit(_ value: Value) throws -> CalendarUnit {
    guard case .string(let name) = value else {
      throw ArgumentReader.wrongKind(.value(value), wanted: "name of a unit or duration", "unit", in: self)
    }
    guard let unit = CalendarUnit(rawValue: name) else { throw ArgumentReader.notAChoice(name, units, "unit", in: self) }
    return unit
  }
}
