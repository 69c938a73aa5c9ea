/// A rule for all years to come, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringZone: Sendable, Hashable {
  private enum Day: Hashable {
    /// The n-th (5 is the last) weekday, 0 for Sunday, of a month.
    case weekday(month: Int, week: Int, day: Int)
    /// 1 to 365, without the 29th of February.
    case julian(Int)
    /// 0 to 365.
    case zeroBased(Int)
  }

  private struct Change: Hashable {
    let day: Day
    /// Seconds after midnight, by the clock before the change.
    let time: Int64
  }

  private let standard: Int64
  private let summer: Int64
  private let start: Change?
  private let end: Change?

  /// Nil where the text is no such rule.
  init?(_ text: String) {
    var reader = Reader(rest: Array(text.utf8)[...])
    guard reader.name(), let offset = reader.time() else { return nil }
    standard = -offset
    guard !reader.rest.isEmpty else {
      (summer, start, end) = (standard, nil, nil)
      return
    }
    guard reader.name() else { return nil }
    summer = reader.rest.first == 44 ? standard + 3600 : reader.time().map { -$0 } ?? standard + 3600
    guard let start = reader.change(), let end = reader.change(), reader.rest.isEmpty else { return nil }
    (self.start, self.end) = (start, end)
  }

  private struct Reader {
    var rest: ArraySlice<UInt8>

    /// `CET` or `<+03>`.
    mutating func name() -> Bool {
      if rest.first == 60 {
        guard let end = rest.firstIndex(of: 62) else { return false }
        rest = rest[(end + 1)...]
        return true
      }
      let letters = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
      rest = rest.dropFirst(letters.count)
      return letters.count >= 3
    }

    mutating func number() -> Int? {
      let found = rest.prefix { (48...57).contains($0) }
      rest = rest.dropFirst(found.count)
      return found.isEmpty || found.count > 6 ? nil : found.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    mutating func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// `-5:30` in seconds.
    mutating func time() -> Int64? {
      let isNegative = take(45)
      if !isNegative { _ = take(43) }
      guard let hours = number() else { return nil }
      var seconds = hours * 3600
      if take(58) { seconds += (number() ?? 0) * 60 }
      if take(58) { seconds += number() ?? 0 }
      return Int64(isNegative ? -seconds : seconds)
    }

    /// `,M3.5.0/2`.
    mutating func change() -> Change? {
      guard take(44) else { return nil }
      let day: Day
      if take(77) {
        guard let month = number(), take(46), let week = number(), take(46), let weekday = number(), (1...12).contains(month),
          (1...5).contains(week), (0...6).contains(weekday)
        else { return nil }
        day = .weekday(month: month, week: week, day: weekday)
      } else if take(74) {
        guard let number = number(), (1...365).contains(number) else { return nil }
        day = .julian(number)
      } else {
        guard let number = number(), (0...365).contains(number) else { return nil }
        day = .zeroBased(number)
      }
      guard take(47) else { return Change(day: day, time: 7200) }
      return time().map { Change(day: day, time: $0) }
    }
  }

  func offset(at seconds: Int64) -> Int64 {
    guard let start, let end else { return standard }
    let day = Int32(clamping: floorDivide(seconds + standard, 86_400))
    let year = WeirTables.Day(day).parts.year
    let from = moment(of: start, year) - standard, to = moment(of: end, year) - summer
    // In the south, summer goes over the turn of the year.
    let isSummer = from < to ? seconds >= from && seconds < to : !(seconds >= to && seconds < from)
    return isSummer ? summer : standard
  }

  /// Seconds since 1970 by the clock before the change.
  private func moment(of change: Change, _ year: Int) -> Int64 {
    func first(_ month: Int) -> Int { WeirTables.Day(year: year, month: month, day: 1).map { Int($0.number) } ?? 0 }
    let number: Int
    switch change.day {
    case .weekday(let month, let week, let weekday):
      let begin = first(month)
      // Sunday is 0 here and 7 there.
      let own = WeirTables.Day(Int32(clamping: begin)).weekday % 7
      var day = begin + (weekday - own + 7) % 7 + 7 * (week - 1)
      while day >= begin + WeirTables.Day.length(ofMonth: month, year: year) { day -= 7 }
      number = day
    case .julian(let n): number = first(1) + n - 1 + (n > 59 && WeirTables.Day.length(ofMonth: 2, year: year) == 29 ? 1 : 0)
    case .zeroBased(let n): number = first(1) + n
    }
    return Int64(number) * 86_400 + change.time
  }
}
