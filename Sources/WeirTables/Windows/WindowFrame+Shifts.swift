import WeirBase

/// Values of other rows of the group.
extension WindowFrame {
  /// The value `n` rows before, in the order of the group; after, where `n` is negative. `fallback` stands where there is
  /// no such row.
  package func shifting(_ column: Column, by n: Int, fallback: Scalar = .missing) throws(TableError) -> Column {
    var sources = [Int](repeating: -1, count: rowCount)
    for group in 0..<groupCount {
      let places = starts[group]..<starts[group + 1]
      guard n.magnitude < places.count else { continue }
      for place in places where places.contains(place - n) { sources[place] = order[place - n] }
    }
    guard let type = fallback.columnType else { return placing(column, sources) }
    do {
      _ = try Column.common([column.type, type])
    } catch {
      throw .other("a \(type) can't stand among values of \(column.type)", mend: nil)
    }
    let both = try Column.concatenated([column, Column.repeating(fallback, count: 1)])
    return placing(both, sources.map { $0 < 0 ? column.count : $0 })
  }

  /// The last value that was there: a missing one takes that of the nearest row above, or below.
  package func carrying(_ column: Column, forward: Bool) -> Column {
    guard column.missingCount > 0 else { return column }
    var sources = [Int](repeating: -1, count: rowCount)
    for group in 0..<groupCount {
      var last = -1
      let places = starts[group]..<starts[group + 1]
      for step in 0..<places.count {
        let place = forward ? places.lowerBound + step : places.upperBound - 1 - step
        if !column.isMissing(order[place]) { last = order[place] }
        sources[place] = last
      }
    }
    return placing(column, sources)
  }

  /// What each value is above that `n` rows before; of dates and datetimes, the time between.
  package func differences(_ column: Column, by n: Int) throws(TableError) -> Column {
    let before = try shifting(column, by: n)
    switch (column.storage, before.storage) {
    case (.date(let a), .date(let b)):
      let spans = try exactly(a.map { midnight($0) }, b.map { midnight($0) }, column, before)
      return Column(.duration(spans), validity: WindowFrame.both(column, before))
    case (.int(let a), .int(let b)):
      return Column(.int(try exactly(a, b, column, before)), validity: WindowFrame.both(column, before))
    case (.dateTime(let a), .dateTime(let b)), (.duration(let a), .duration(let b)):
      return Column(.duration(try exactly(a, b, column, before)), validity: WindowFrame.both(column, before))
    default:
      let a = try column.numbers(for: "difference"), b = try before.numbers(for: "difference")
      return Column(.float(zip(a, b).map { $0 - $1 }), validity: WindowFrame.both(column, before))
    }
  }

  private func exactly(_ a: [Int64], _ b: [Int64], _ x: Column, _ y: Column) throws(TableError) -> [Int64] {
    var out: [Int64] = []
    out.reserveCapacity(a.count)
    for row in a.indices {
      let (difference, overflow) = a[row].subtractingReportingOverflow(b[row])
      if overflow, !x.isMissing(row), !y.isMissing(row) { throw .overflow(operation: "`difference`") }
      out.append(difference)
    }
    return out
  }

  /// How much each value is above that `n` rows before, as a share of that one.
  package func changes(_ column: Column, by n: Int) throws(TableError) -> Column {
    let before = try shifting(column, by: n)
    let a = try column.numbers(for: "percent_change"), b = try before.numbers(for: "percent_change")
    // 0 of 0 is no share at all.
    let nothing = a.indices.contains { (a[$0] / b[$0]).isNaN } ? Bitmap(zip(a, b).map { !($0 / $1).isNaN }) : nil
    let both = WindowFrame.both(column, before)
    return Column(
      .float(zip(a, b).map { x, y in (x / y).isNaN ? 0 : x / y - 1 }),
      validity: both.flatMap { both in nothing.map { both & $0 } } ?? both ?? nothing)
  }

  /// The rows that have a value in both.
  private static func both(_ a: Column, _ b: Column) -> Bitmap? {
    guard let x = a.validity, let y = b.validity else { return a.validity ?? b.validity }
    return x & y
  }

  /// 1 for the first row of each group, 2 for the next.
  package func rowNumbers() -> Column {
    var numbers = [Int64](repeating: 0, count: rowCount)
    for group in 0..<groupCount {
      for place in starts[group]..<starts[group + 1] { numbers[order[place]] = Int64(place - starts[group] + 1) }
    }
    return Column(.int(numbers))
  }
}

extension Column {
  /// The values as floats, whatever stands for missing ones; throws for what holds no numbers.
  func numbers(for name: String) throws(TableError) -> [Double] {
    guard type.isNumeric || type == .duration || missingCount == count else {
      throw .wrongType(operation: "`\(name)`", column: nil, type: type.description, expected: "numbers")
    }
    if missingCount == count { return Array(repeating: .nan, count: count) }
    return try asDoubles()
  }
}
