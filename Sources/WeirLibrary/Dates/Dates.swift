import WeirCatalog
import WeirDiagnostics
import WeirTables

private let moment = (name: "when", summary: "A date or datetime, or a list or column of them.")

extension CatalogBuilder {
  /// Functions of dates, moments and their parts; moments are in UTC.
  mutating func defineDates() {
    defineMakingDates()
    defineDateParts()
    defineDateTexts()
    defineDateSteps()
    defineNow()
  }

  private mutating func defineMakingDates() {
    define("date", "Makes a date from text like 2026-01-31, from year, month and day, or from a datetime.") { f in
      let value = f.optional(Value.self, "value",
        "The text or datetime, or the year; a column of texts or datetimes works too.")
      let month = f.optional(Int.self, "month", "The month, 1 to 12, where a year is given.")
      let day = f.optional(Int.self, "day", "The day of the month.")
      let rule = RuleSettings(.date, &f)
      f.returns { bound in
        if bound.isAbsent(value) { return .other("rule") }
        switch bound.type(value) ?? .any {
        case .int:
          if bound.isAbsent(month) { throw Diagnostic.missingArgument("month", of: "date", signature: "date(year, month, day)") }
          return .date
        case .column: return .column(.date)
        case .list, .range: return .list(.date)
        case .any, .either: return .any
        default: return .date
        }
      }
      f.worksElementwise()
      f.example("date(\"2026-01-31\") + 1d", gives: "2026-02-01")
      f.example("date(2026, 2, 28)", gives: "2026-02-28")
      f.seeAlso("datetime", "parse_date", "format_date")
      f.body { call in
        guard call.has(value), let value = try call[value] else {
          return call.has(value) ? .missing : try rule.rule(nil, call) ?? .missing
        }
        guard case .int(let year) = value else { return try value.mapped { try $0.cast(to: .date) } }
        guard let month = try call[month] else { throw ArgumentReader.absent("month", in: call) }
        let number = try call[day] ?? 1
        guard let year = Int(exactly: year), let day = Day(year: year, month: month, day: number) else {
          throw Diagnostic.unreadableValue("\(year)-\(month)-\(number)", type: "date", column: nil, row: nil)
        }
        return .date(day)
      }
    }
    defineElementwise(
      "datetime", "Makes a datetime from text like 2026-01-31 12:30, or from a date.",
      input: (name: "value", summary: "A text or date, or a list or column of them."), gives: .dateTime
    ) { f in
      f.definition.details("An offset or `Z` at the end is taken into account; the datetime itself is in UTC.")
      f.definition.example("datetime(\"2026-01-31 12:30\") + 45m", gives: "2026-01-31 13:15:00")
      f.definition.seeAlso("date", "hour")
      f.column { column, _ in try column.cast(to: .dateTime) }
    }
  }

  private mutating func defineDateParts() {
    let parts: [(DatePart, String, String, String)] = [
      (.year, "Gives the year of a date.", "year(date(\"2026-01-31\"))", "2026"),
      (.month, "Gives the month of a date, 1 to 12.", "month(date(\"2026-01-31\"))", "1"),
      (.day, "Gives the day of the month of a date.", "day(date(\"2026-01-31\"))", "31"),
      (.weekday, "Gives the day of the week of a date, 1 for Monday to 7 for Sunday.", "weekday(date(\"2026-01-31\"))", "6"),
      (.quarter, "Gives the quarter of the year of a date, 1 to 4.", "quarter(date(\"2026-05-17\"))", "2"),
      (.week, "Gives the week of a date, 1 to 53, as ISO 8601 counts.", "week(date(\"2027-01-01\"))", "53"),
      (.isoYear, "Gives the year that the ISO week of a date is counted in.", "iso_year(date(\"2027-01-01\"))", "2026"),
      (.dayOfYear, "Gives the day of the year of a date, 1 to 366.", "day_of_year(date(\"2026-12-31\"))", "365"),
      (.daysInMonth, "Says how many days the month of a date has.", "days_in_month(date(\"2024-02-01\"))", "29"),
      (.hour, "Gives the hour of a datetime, 0 to 23.", "hour(datetime(\"2026-01-31 12:30\"))", "12"),
      (.minute, "Gives the minute of a datetime.", "minute(datetime(\"2026-01-31 12:30\"))", "30"),
      (.second, "Gives the second of a datetime.", "second(datetime(\"2026-01-31 12:30:15\"))", "15"),
    ]
    for (part, summary, example, gives) in parts {
      defineElementwise(part.rawValue, summary, input: moment, gives: .int, accepts: .temporal) { f in
        f.definition.example(example, gives: gives)
        f.definition.seeAlso("format_date")
        f.column { column, _ in try column.datePart(part) }
      }
    }
  }

  private mutating func defineDateTexts() {
    let letters = "The letters are those of strftime: \(DateFormat.letters)."
    defineElementwise("format_date", "Writes a date or datetime as text.", input: moment, gives: .string, accepts: .temporal) { f in
      let format = f.definition.optional(String.self, "format", default: "%Y-%m-%d", "How it is written.")
      f.definition.details(letters)
      f.definition.example("format_date(date(\"2026-01-31\"), \"%d %B %Y\")", gives: "\"31 January 2026\"")
      f.definition.seeAlso("parse_date")
      f.column { column, call in try column.formattedDates(try call[format]) }
    }
    defineElementwise(
      "parse_date", "Reads a text as a date, or as a datetime where the format has a time.",
      input: (name: "text", summary: "A text, or a list or column of them."), gives: .any
    ) { f in
      let format = f.definition.required(Value.self, "format", "How the date is written; of a list of ways, the first that fits.",
        accepts: .either([.string, .list(.string)]))
      let unreadable = f.definition.choice("unreadable", ["error", "missing"], default: "error", "What becomes of a text that does not fit.")
      f.definition.details(letters + " An offset (`%z`) is taken into account.")
      f.definition.example("parse_date(\"31/01/2026\", \"%d/%m/%Y\")", gives: "2026-01-31")
      f.definition.example(
        "parse_date([\"31.01.2026\", \"2026-02-01\", \"?\"], [\"%d.%m.%Y\", \"%F\"], unreadable: \"missing\")",
        gives: "[2026-01-31, 2026-02-01, missing]")
      f.definition.seeAlso("format_date", "date")
      f.column { column, call in
        let given = try call[format]
        guard let formats = try String.from(given).map({ [$0] }) ?? [String].from(given), !formats.isEmpty else {
          throw ArgumentReader.wrongKind(.value(given), wanted: "text or list of texts", "format", in: call)
        }
        return try column.parsedDates(formats, lenient: try call[unreadable] == "missing")
      }
    }
  }

  private mutating func defineNow() {
    define("now", "Gives the present moment, in UTC.") { f in
      f.returns(.dateTime)
      f.flow(.none)
      f.effect(.observes)
      f.example("type_of(now())", gives: "\"datetime\"")
      f.seeAlso("today")
      f.body { call in .dateTime(call.host.now()) }
    }
    define("today", "Gives the present day, in UTC.") { f in
      f.returns(.date)
      f.flow(.none)
      f.effect(.observes)
      f.example("type_of(today())", gives: "\"date\"")
      f.seeAlso("now")
      f.body { call in .date(call.host.now().day) }
    }
  }
}

extension Value {
  /// A kernel over columns applied to a single value, the items of a list, or a column.
  func mapped(_ kernel: (Column) throws -> Column) throws -> Value {
    switch self {
    case .column(let column): return .column(try kernel(column))
    case .list(let items): return items.isEmpty ? self : .list(try kernel(try Column.of(items)).values())
    case .range: return .list(try kernel(try asColumn()).values())
    case .missing: return .missing
    default: return try kernel(try Column.of([self])).values().first ?? .missing
    }
  }
}
