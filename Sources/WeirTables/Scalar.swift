/// One cell of a table.
package enum Scalar: Sendable, Hashable {
  case missing
  case bool(Bool)
  case int(Int64)
  case float(Double)
  case text(String)
  case date(Day)
  case dateTime(Instant)
  case duration(TimeSpan)
}

/// A calendar day: days since 1970-01-01 in the proleptic Gregorian calendar.
package struct Day: Sendable, Hashable, Comparable {
  package let number: Int32
  package init(_ number: Int32) { self.number = number }
  package static func < (a: Day, b: Day) -> Bool { a.number < b.number }
}

/// A moment: microseconds since 1970-01-01T00:00:00 UTC.
package struct Instant: Sendable, Hashable, Comparable {
  package let microseconds: Int64
  package init(_ microseconds: Int64) { self.microseconds = microseconds }
  package static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }
}

/// A length of time in microseconds.
package struct TimeSpan: Sendable, Hashable, Comparable {
  package let microseconds: Int64
  package init(_ microseconds: Int64) { self.microseconds = microseconds }
  package static func < (a: TimeSpan, b: TimeSpan) -> Bool { a.microseconds < b.microseconds }
}
