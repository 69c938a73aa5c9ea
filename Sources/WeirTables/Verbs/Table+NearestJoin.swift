import WeirBase

/// How rows of two tables meet whose times, or numbers, need not be equal.
package struct NearestJoin: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable, CaseIterable {
    /// The last row that is not later, the first that is not earlier, or the nearer of the two (the earlier of equals).
    case backward, forward, nearest
  }

  package var on: String
  /// Columns that must be equal.
  package var by: [String] = []
  package var direction = Direction.backward
  /// The greatest distance: a number, or a span of time.
  package var within: Scalar?
  /// Whether equal times meet.
  package var allowsEqual = true
  /// Whether rows stay that meet none.
  package var keepsAll = true
  package var suffix = "_right"

  package init(on: String) { self.on = on }

  /// The join whose columns this one gives.
  package var columns: JoinOptions { JoinOptions(on: by + [on], kind: keepsAll ? .left : .inner, suffix: suffix) }
}

extension Table {
  /// Beside each row of this table the one row of the other that is nearest in `on`. Neither has to be sorted; rows keep
  /// their order. A missing value meets nothing. Of rows of the other table with one time, the last counts looking back,
  /// the first looking forward.
  package func joinedNearest(with other: Table, _ join: NearestJoin) throws(TableError) -> Table {
    let axes = try NearestAxes(self, other, join)
    let (leftGroups, rightGroups, groupCount) = try groups(other, join.by)
    var met: [Int]
    switch axes {
    case .whole(let a, let b, let within):
      met = NearestSearch(b, rightGroups, groupCount, gap: { $0 > $1 ? UInt64(bitPattern: $0 &- $1) : UInt64(bitPattern: $1 &- $0) })
        .rows(for: a, leftGroups, join, within: within)
    case .float(let a, let b, let within):
      met = NearestSearch(b, rightGroups, groupCount, gap: { ($0 - $1).magnitude }).rows(for: a, leftGroups, join, within: within)
    }
    var rows = Array(0..<rowCount)
    if !join.keepsAll {
      rows = rows.filter { met[$0] >= 0 }
      met = rows.map { met[$0] }
    }
    var out: [(name: String, column: Column)] = []
    for output in JoinColumns(names, other.names, join.columns).outputs {
      let column = try (output.fromLeft ? self : other).column(output.source)
      out.append((output.name, column.taking(output.fromLeft ? rows : met)))
    }
    return try Table(out, rowCount: rows.count, lineage: lineage.union(other.lineage))
  }

  /// Which rows agree in `names`, as a number for each row; -1 where a value is missing.
  private func groups(_ other: Table, _ names: [String]) throws(TableError) -> (left: [Int], right: [Int], count: Int) {
    if names.isEmpty {
      return (Array(repeating: 0, count: rowCount), Array(repeating: 0, count: other.rowCount), 1)
    }
    var columns: [Column] = []
    for name in names {
      let (a, b) = (try column(name), try other.column(name))
      do throws(TableError) { columns.append(try Column.concatenated([a, b])) } catch {
        throw .other(
          "the key `\(name)` is \(a.type) in one table and \(b.type) in the other",
          mend: "convert one of them: `cast(\(name): \"\(a.type)\")`")
      }
    }
    let grouping = Grouping(by: columns, count: rowCount + other.rowCount)
    let all = grouping.groups.indices.map { row in columns.contains { $0.isMissing(row) } ? -1 : Int(grouping.groups[row]) }
    return (Array(all[..<rowCount]), Array(all[rowCount...]), grouping.count)
  }
}

/// The values of both tables on one axis, nil where there is none.
private enum NearestAxes {
  case whole([Int64?], [Int64?], within: UInt64?)
  case float([Double?], [Double?], within: Double?)

  init(_ left: Table, _ right: Table, _ join: NearestJoin) throws(TableError) {
    let (a, b) = (try left.column(join.on), try right.column(join.on))
    for column in [a, b] where !column.isOnAxis {
      throw .wrongType(
        operation: "`join_nearest`", column: join.on, type: column.type.description, expected: "times or numbers")
    }
    if let x = a.momentsOfRows, let y = b.momentsOfRows {
      self = .whole(x, y, within: try NearestAxes.span(join.within))
      return
    }
    switch (a.storage, b.storage) {
    case (.duration(let x), .duration(let y)):
      self = .whole(NearestAxes.present(x, a), NearestAxes.present(y, b), within: try NearestAxes.span(join.within))
    case (.int(let x), .int(let y)) where join.within.map { if case .float = $0 { false } else { true } } ?? true:
      self = .whole(
        NearestAxes.present(x, a), NearestAxes.present(y, b),
        within: try NearestAxes.number(join.within).flatMap { UInt64(exactly: $0.rounded(.down)) })
    default:
      guard a.type.isNumeric, b.type.isNumeric || b.missingCount == b.count else {
        throw .other(
          "`\(join.on)` is \(a.type) in one table and \(b.type) in the other",
          mend: "convert one of them: `cast(\(join.on): \"\(a.type)\")`")
      }
      let x = try a.numbers(for: "join_nearest"), y = try b.numbers(for: "join_nearest")
      self = .float(
        x.indices.map { a.isMissing($0) || x[$0].isNaN ? nil : x[$0] },
        y.indices.map { b.isMissing($0) || y[$0].isNaN ? nil : y[$0] }, within: try NearestAxes.number(join.within))
    }
  }

  private static func present(_ values: [Int64], _ column: Column) -> [Int64?] {
    values.indices.map { column.isMissing($0) ? nil : values[$0] }
  }

  private static func span(_ within: Scalar?) throws(TableError) -> UInt64? {
    switch within {
    case nil, .missing: return nil
    case .duration(let span) where span.microseconds >= 0: return UInt64(span.microseconds)
    default: throw .other("times are `within` a duration of each other", mend: "write one such as `within: 5m`")
    }
  }

  private static func number(_ within: Scalar?) throws(TableError) -> Double? {
    switch within {
    case nil, .missing: return nil
    case .int(let n) where n >= 0: return Double(n)
    case .float(let x) where x >= 0: return x
    default: throw .other("numbers are `within` a number of each other, 0 or more", mend: nil)
    }
  }
}

/// The rows of one table by group and value, to be searched for the nearest.
private struct NearestSearch<Value: Comparable, Gap: Comparable> {
  private let values: [Value?]
  private let gap: (Value, Value) -> Gap
  /// Rows by group, and within a group by value and place.
  private let rows: [Int]
  private let starts: [Int]

  init(_ values: [Value?], _ groups: [Int], _ groupCount: Int, gap: @escaping (Value, Value) -> Gap) {
    self.values = values
    self.gap = gap
    let present = values.indices.filter { values[$0] != nil && groups[$0] >= 0 }
    let sorted = present.sorted { a, b in
      guard let x = values[a], let y = values[b] else { return false }
      return x < y || (x == y && a < b)
    }
    var starts = [Int](repeating: 0, count: groupCount + 1)
    for row in sorted { starts[groups[row] + 1] += 1 }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    var next = starts
    var rows = [Int](repeating: 0, count: sorted.count)
    for row in sorted {
      rows[next[groups[row]]] = row
      next[groups[row]] += 1
    }
    (self.rows, self.starts) = (rows, starts)
  }

  /// The nearest row for each value, -1 where there is none.
  func rows(for wanted: [Value?], _ groups: [Int], _ join: NearestJoin, within: Gap?) -> [Int] {
    wanted.indices.map { row in
      guard let value = wanted[row], groups[row] >= 0 else { return -1 }
      let places = starts[groups[row]]..<starts[groups[row] + 1]
      let before = join.direction == .forward ? nil : last(places) { join.allowsEqual ? $0 <= value : $0 < value }
      let after = join.direction == .backward ? nil : first(places) { join.allowsEqual ? $0 >= value : $0 > value }
      let found: (row: Int, gap: Gap)?
      switch (before.flatMap { measured($0, value) }, after.flatMap { measured($0, value) }) {
      case (let a?, let b?): found = a.gap <= b.gap ? a : b
      case (let a, let b): found = a ?? b
      }
      guard let found else { return -1 }
      return within.map { found.gap <= $0 } ?? true ? found.row : -1
    }
  }

  private func measured(_ place: Int, _ value: Value) -> (row: Int, gap: Gap)? {
    values[rows[place]].map { (rows[place], gap($0, value)) }
  }

  /// The last place whose value passes a test that holds up to some value.
  private func last(_ places: Range<Int>, _ holds: (Value) -> Bool) -> Int? {
    let end = firstFailing(places, holds)
    return end > places.lowerBound ? end - 1 : nil
  }

  private func first(_ places: Range<Int>, _ holds: (Value) -> Bool) -> Int? {
    let start = firstFailing(places) { !holds($0) }
    return start < places.upperBound ? start : nil
  }

  private func firstFailing(_ places: Range<Int>, _ holds: (Value) -> Bool) -> Int {
    var low = places.lowerBound, high = places.upperBound
    while low < high {
      let middle = (low + high) / 2
      if let value = values[rows[middle]], holds(value) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Column {
  /// Whether its values lie on an axis, so that there is a nearest one.
  fileprivate var isOnAxis: Bool {
    switch type {
    case .int, .float, .date, .dateTime, .duration: true
    default: missingCount == count
    }
  }
}
