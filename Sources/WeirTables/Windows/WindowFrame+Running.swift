import WeirBase

/// What a value is together with all those above it in its group. A missing value gives a missing one, and is passed
/// over by those below.
extension WindowFrame {
  package func runningSums(_ column: Column) throws(TableError) -> Column {
    switch column.storage {
    case .int(let v): return Column(.int(try runningExact(v, column)), validity: column.validity)
    case .bool(let v): return Column(.int(try runningExact(v.map { $0 ? 1 : 0 }, column)), validity: column.validity)
    case .duration(let v): return Column(.duration(try runningExact(v, column)), validity: column.validity)
    default:
      let values = try column.numbers(for: "cumulative_sum")
      var out = [Double](repeating: 0, count: rowCount)
      for group in 0..<groupCount {
        var sum = CompensatedSum(), isFinite = true
        for place in starts[group]..<starts[group + 1] where !column.isMissing(order[place]) {
          sum.add(values[order[place]])
          isFinite = isFinite && values[order[place]].isFinite
          out[order[place]] = sum.value
          // Each of these sums is a result.
          if isFinite, !sum.value.isFinite { throw .floatOverflow(operation: "`cumulative_sum`") }
        }
      }
      return Column(.float(out), validity: column.validity)
    }
  }

  private func runningExact(_ values: [Int64], _ column: Column) throws(TableError) -> [Int64] {
    var out = [Int64](repeating: 0, count: rowCount)
    for group in 0..<groupCount {
      var sum: Int64 = 0
      for place in starts[group]..<starts[group + 1] where !column.isMissing(order[place]) {
        let (next, overflow) = sum.addingReportingOverflow(values[order[place]])
        if overflow { throw .overflow(operation: "`cumulative_sum`") }
        sum = next
        out[order[place]] = sum
      }
    }
    return out
  }

  /// How many values there have been.
  package func runningCounts(_ column: Column) -> Column {
    var out = [Int64](repeating: 0, count: rowCount)
    for group in 0..<groupCount {
      var count: Int64 = 0
      for place in starts[group]..<starts[group + 1] {
        if !column.isMissing(order[place]) { count += 1 }
        out[order[place]] = count
      }
    }
    return Column(.int(out))
  }

  package func runningExtremes(_ column: Column, greatest: Bool) throws(TableError) -> Column {
    let better = try column.betterRow(greatest: greatest, for: greatest ? "cumulative_max" : "cumulative_min")
    var sources = [Int](repeating: -1, count: rowCount)
    for group in 0..<groupCount {
      var best = -1
      for place in starts[group]..<starts[group + 1] where !column.isMissing(order[place]) {
        if best < 0 || better(order[place], best) { best = order[place] }
        sources[place] = best
      }
    }
    return placing(column, sources)
  }
}

extension Column {
  /// Whether the value of one row is better than that of another: greater or smaller; NaN is worse than every number.
  func betterRow(greatest: Bool, for name: String) throws(TableError) -> (Int, Int) -> Bool {
    func compare<T: Comparable>(_ v: [T]) -> (Int, Int) -> Bool { greatest ? { v[$0] > v[$1] } : { v[$0] < v[$1] } }
    switch storage {
    case .bool(let v): return compare(v.map { $0 ? 1 : 0 })
    case .int(let v), .dateTime(let v), .duration(let v): return compare(v)
    case .date(let v): return compare(v)
    case .float(let v):
      return greatest
        ? { v[$0] > v[$1] || (v[$1].isNaN && !v[$0].isNaN) } : { v[$0] < v[$1] || (v[$1].isNaN && !v[$0].isNaN) }
    case .text:
      var places = [Int](repeating: 0, count: count)
      let codes = groupCodes.codes
      var place = 0, last: UInt32?
      for row in Column.sortedOrder([(self, false)], count: count) {
        if let last, codes[row] != last { place += 1 }
        last = codes[row]
        places[row] = place
      }
      return compare(places)
    case .objects:
      throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "values that have an order")
    }
  }
}
