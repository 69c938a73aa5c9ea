import WeirBase

/// Rolling functions that are exact: sums of whole numbers, counts, extremes.
extension WindowFrame {
  func exactSums(
    _ values: [Int64], _ column: Column, _ ranges: [Range<Int>], _ window: RollingWindow
  ) throws(TableError) -> [Int64] {
    var out = [Int64](repeating: 0, count: rowCount)
    var sum: Int128 = 0, count = 0, spilled = false
    sweep(
      ranges, start: { (sum, count) = (0, 0) },
      enter: { place in
        if column.isMissing(order[place]) { return }
        sum += Int128(values[order[place]])
        count += 1
      },
      leave: { place in
        if column.isMissing(order[place]) { return }
        sum -= Int128(values[order[place]])
        count -= 1
      },
      read: { place in
        guard !ranges[place].isEmpty, count >= window.least else { return }
        if let exact = Int64(exactly: sum) { out[place] = exact } else { spilled = true }
      })
    if spilled { throw .overflow(operation: "`rolling_sum`") }
    return scattering(out)
  }

  /// How many values the window of each row holds, by place.
  private func counts(_ column: Column, _ ranges: [Range<Int>]) -> [Int] {
    var upTo = [0]
    upTo.reserveCapacity(rowCount + 1)
    for (place, row) in order.enumerated() { upTo.append(upTo[place] + (column.isMissing(row) ? 0 : 1)) }
    return ranges.map { upTo[$0.upperBound] - upTo[$0.lowerBound] }
  }

  /// The rows whose window holds enough values, nil where all do.
  func filled(_ column: Column, _ ranges: [Range<Int>], _ window: RollingWindow) -> Bitmap? {
    let enough = counts(column, ranges).enumerated().map { place, count in
      !ranges[place].isEmpty && count >= window.least
    }
    return enough.allSatisfy { $0 } ? nil : Bitmap(scattering(enough))
  }

  /// How many values the window of each row holds.
  package func rollingCounts(_ column: Column, _ window: RollingWindow) throws(TableError) -> Column {
    let ranges = try ranges(of: window)
    let filled = filled(column, ranges, window)
    return Column(.int(scattering(counts(column, ranges).map { Int64($0) })), validity: filled)
  }

  /// The greatest or smallest value in the window of each row: those that can still become it wait in a queue.
  package func rollingExtremes(_ column: Column, greatest: Bool, _ window: RollingWindow) throws(TableError) -> Column {
    let better = try column.betterRow(greatest: greatest, for: greatest ? "rolling_max" : "rolling_min")
    let ranges = try ranges(of: window)
    var sources = [Int](repeating: -1, count: rowCount)
    var queue: [Int] = [], head = 0, count = 0
    sweep(
      ranges, start: { (queue, head, count) = ([], 0, 0) },
      enter: { place in
        if column.isMissing(order[place]) { return }
        count += 1
        while queue.count > head, let last = queue.last, !better(order[last], order[place]) { queue.removeLast() }
        queue.append(place)
      },
      leave: { place in
        if column.isMissing(order[place]) { return }
        count -= 1
        if head < queue.count, queue[head] == place { head += 1 }
      },
      read: { place in
        guard !ranges[place].isEmpty, count >= max(window.least, 1), head < queue.count else { return }
        sources[place] = order[queue[head]]
      })
    return placing(column, sources)
  }
}
