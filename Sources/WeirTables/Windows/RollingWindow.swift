/// Which rows about a row a rolling function looks at.
package struct RollingWindow: Sendable, Hashable {
  package enum Size: Sendable, Hashable {
    /// So many rows, the row itself among them.
    case rows(Int)
    /// All rows whose time lies less than so many microseconds before that of the row, the row's own time included.
    case time(Int64)
  }

  package let size: Size
  /// Whether the row stands in the middle, and not at the end.
  package let isCentered: Bool
  /// How many values there must be for a result.
  package let least: Int

  /// Without `least`, a window of rows must be full, and one of time must hold one value: as in pandas.
  package init(_ size: Size, isCentered: Bool = false, least: Int? = nil) throws(TableError) {
    switch size {
    case .rows(let n):
      guard n > 0 else { throw .other("a window of \(n) rows holds nothing", mend: "give it at least one row") }
      if let least, least > n {
        throw .other("a window of \(n) rows never holds \(least) values", mend: "`min_periods: \(n)` is the most")
      }
      self.least = least ?? n
    case .time(let span):
      guard span > 0 else { throw .other("a window of \(TimeSpan(span).text) holds nothing", mend: nil) }
      self.least = least ?? 1
    }
    if let least, least < 0 { throw .other("a window can't hold \(least) values", mend: nil) }
    self.size = size
    self.isCentered = isCentered
  }
}

extension WindowFrame {
  /// For each place the places of its window, one after the other; both ends never fall within a group.
  func ranges(of window: RollingWindow) throws(TableError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    ranges.reserveCapacity(rowCount)
    switch window.size {
    case .rows(let n):
      // As pandas: of an even number of rows, one more lies before than after.
      let after = window.isCentered ? (n - 1) / 2 : 0
      for group in 0..<groupCount {
        let first = starts[group], end = starts[group + 1]
        for place in first..<end {
          let upper = min(end - place - 1, after) + place + 1
          ranges.append(max(first, place - (n - 1 - after))..<upper)
        }
      }
    case .time(let span):
      guard let moments else {
        throw .other(
          "a window of \(TimeSpan(span).text) needs rows in the order of one column of dates or datetimes that rises",
          mend: "give `window` that column: `order: .time`")
      }
      for group in 0..<groupCount { addRanges(of: starts[group]..<starts[group + 1], moments, window, span, &ranges) }
    }
    return ranges
  }

  private func addRanges(
    of places: Range<Int>, _ moments: [Int64?], _ window: RollingWindow, _ span: Int64, _ ranges: inout [Range<Int>]
  ) {
    let (before, after) = window.isCentered ? (span - span / 2, span / 2) : (span, 0)
    var lower = places.lowerBound, upper = places.lowerBound
    for place in places {
      // Rows without a time come last, and have no window.
      guard let moment = moments[order[place]] else {
        ranges.append(place..<place)
        continue
      }
      let start = moment.subtractingReportingOverflow(before), end = moment.addingReportingOverflow(after)
      while upper < places.upperBound, let other = moments[order[upper]], end.overflow || other <= end.partialValue { upper += 1 }
      while lower < upper, !start.overflow, let other = moments[order[lower]], other <= start.partialValue { lower += 1 }
      ranges.append(lower..<upper)
    }
  }

  /// Goes through windows from the first place to the last, telling what enters and what leaves, so that each place is
  /// touched twice however large windows are. `start` begins a new group.
  func sweep(_ ranges: [Range<Int>], start: () -> Void, enter: (Int) -> Void, leave: (Int) -> Void, read: (Int) -> Void) {
    for group in 0..<groupCount {
      start()
      var lower = starts[group], upper = starts[group]
      for place in starts[group]..<starts[group + 1] {
        let range = ranges[place]
        if range.isEmpty {
          read(place)
          continue
        }
        while upper < range.upperBound {
          enter(upper)
          upper += 1
        }
        while lower < range.lowerBound {
          leave(lower)
          lower += 1
        }
        read(place)
      }
    }
  }
}
