import Testing
import WeirBase
import WeirTables

/// Window functions against a slow and obvious implementation: the rows of each group in a list, looked at anew for each row.
@Suite struct WindowTests {
  struct Setting {
    let table: Table
    let frame: WindowFrame
    /// The rows of each group in their order.
    let groups: [[Int]]
  }

  /// A random table with a key, times with ties and gaps, and a column of any kind.
  func setting(_ seed: Int, kind: Int) throws -> Setting {
    var maker = TableMaker(seed)
    let rows = seed % 7 == 0 ? seed % 3 : 1 + seed % 23
    let table = try Table([
      ("k", maker.column(rows: rows, kind: 6, distinct: 3)), ("t", maker.column(rows: rows, kind: seed % 2 == 0 ? 3 : 4, distinct: 8)),
      ("x", noisy(maker.column(rows: rows, kind: kind, distinct: 6), &maker)),
    ], rowCount: rows)
    let frame = try WindowFrame(table, by: seed % 3 == 0 ? [] : ["k"], order: seed % 4 == 0 ? [] : [.column("t")])
    var groups: [[Scalar]: [Int]] = [:], order: [[Scalar]] = []
    for row in 0..<rows {
      let key = seed % 3 == 0 ? [] : [cell(try table.column("k"), row)]
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(row)
    }
    let times = cells(try table.column("t"))
    func time(_ row: Int) -> Int64? {
      switch times[row] {
      case .date(let day): Int64(day.number)
      case .dateTime(let moment): moment.microseconds
      default: nil
      }
    }
    let sorted = order.compactMap { groups[$0] }.map { rows -> [Int] in
      guard seed % 4 != 0 else { return rows }
      return rows.filter { time($0) != nil }.sorted { (time($0) ?? 0, $0) < (time($1) ?? 0, $1) } + rows.filter { time($0) == nil }
    }
    return Setting(table: table, frame: frame, groups: sorted)
  }

  /// Floats with NaN and infinities among them.
  func noisy(_ column: Column, _ maker: inout TableMaker) -> Column {
    guard case .float(var values) = column.storage, maker.random.nextInt(below: 3) == 0 else { return column }
    for row in values.indices where maker.random.nextInt(below: 6) == 0 { values[row] = [.nan, .infinity, -.infinity, 1e300][maker.random.nextInt(below: 4)] }
    return Column(.float(values), validity: column.validity)
  }

  /// What a function gives for each row, from its group in order and its place there.
  func wanted(_ setting: Setting, _ value: ([Scalar], Int) -> Scalar) throws -> [Scalar] {
    let x = cells(try setting.table.column("x"))
    var out = [Scalar](repeating: .missing, count: x.count)
    for group in setting.groups {
      let own = group.map { x[$0] }
      for (place, row) in group.enumerated() { out[row] = value(own, place) }
    }
    return out
  }

  func agree(_ column: Column, _ wanted: [Scalar], _ note: String) {
    for (row, (a, b)) in zip(cells(column), wanted).enumerated() {
      switch (a, b) {
      case (.float(let x), .float(let y)):
        let close = x == y || (x.isNaN && y.isNaN) || (x - y).magnitude <= 1e-9 * max(1, y.magnitude)
        #expect(close, "\(note), row \(row): \(x) is not \(y)")
      // A NaN among numbers becomes missing, as it does in aggregates.
      case (.missing, .float(let y)) where y.isNaN: break
      default: #expect(a == b, "\(note), row \(row)")
      }
    }
  }

  @Test(arguments: 0..<60, 0..<7) func shiftsAndFills(_ seed: Int, _ kind: Int) throws {
    let setting = try setting(seed, kind: kind), frame = setting.frame, x = try setting.table.column("x")
    for n in [0, 1, 2, -1, 40] {
      agree(try frame.shifting(x, by: n), try wanted(setting) { own, place in own.indices.contains(place - n) ? own[place - n] : .missing }, "lag \(n)")
    }
    agree(frame.carrying(x, forward: true), try wanted(setting) { own, place in own[...place].last { $0 != .missing } ?? .missing }, "forward")
    agree(frame.carrying(x, forward: false), try wanted(setting) { own, place in own[place...].first { $0 != .missing } ?? .missing }, "backward")
    agree(frame.rowNumbers(), try wanted(setting) { _, place in .int(Int64(place + 1)) }, "row_number")
    agree(frame.runningCounts(x), try wanted(setting) { own, place in .int(Int64(own[...place].count { $0 != .missing })) }, "count")
  }

  /// Whether a value comes before another: NaN last.
  func isLess(_ a: Scalar, _ b: Scalar) -> Bool {
    switch (a, b) {
    case (.float(let x), .float(let y)): x < y || (y.isNaN && !x.isNaN)
    case (.int(let x), .int(let y)): x < y
    case (.bool(let x), .bool(let y)): !x && y
    case (.text(let x), .text(let y)): x < y
    case (.date(let x), .date(let y)): x < y
    case (.dateTime(let x), .dateTime(let y)): x < y
    case (.duration(let x), .duration(let y)): x < y
    default: false
    }
  }

  @Test(arguments: 0..<60, 0..<7) func ranks(_ seed: Int, _ kind: Int) throws {
    let setting = try setting(seed, kind: kind), x = try setting.table.column("x")
    for method in RankMethod.allCases {
      for descending in [false, true] {
        let wanted = try wanted(setting) { own, place in
          guard own[place] != .missing else { return .missing }
          func isNaN(_ scalar: Scalar) -> Bool { if case .float(let x) = scalar { x.isNaN } else { false } }
          func before(_ a: Scalar, _ b: Scalar) -> Bool {
            if isNaN(a) || isNaN(b) { return !isNaN(a) && isNaN(b) }
            return descending ? isLess(b, a) : isLess(a, b)
          }
          let others = own.filter { $0 != .missing }
          let below = others.filter { before($0, own[place]) }
          let equal = others.count { !before($0, own[place]) && !before(own[place], $0) }
          let above = own[..<place].count { $0 != .missing && !before($0, own[place]) && !before(own[place], $0) }
          var kinds: [Scalar] = []
          for value in below where !kinds.contains(where: { !before($0, value) && !before(value, $0) }) { kinds.append(value) }
          return switch method {
          case .average: .float(Double(below.count) + Double(equal + 1) / 2)
          case .min: .int(Int64(below.count + 1))
          case .max: .int(Int64(below.count + equal))
          case .dense: .int(Int64(kinds.count + 1))
          case .first: .int(Int64(below.count + above + 1))
          }
        }
        agree(try setting.frame.ranks(x, method, descending: descending), wanted, "\(method) \(descending)")
      }
    }
  }

  @Test(arguments: 0..<80, [1, 2]) func rollsOverNumbers(_ seed: Int, _ kind: Int) throws {
    let setting = try setting(seed, kind: kind), x = try setting.table.column("x")
    for (size, center, least) in [(1, false, nil), (3, false, nil), (3, false, 1), (4, true, 2), (5, true, 0), (50, false, 1)] as [(Int, Bool, Int?)] {
      let window = try RollingWindow(.rows(size), isCentered: center, least: least)
      func numbers(_ own: [Scalar], _ place: Int) -> [Double]? {
        let after = center ? (size - 1) / 2 : 0
        let range = max(0, place + after + 1 - size)..<min(own.count, place + after + 1)
        let held = own[range].compactMap(\.double)
        return held.count >= window.least ? held : nil
      }
      func each(_ value: @escaping ([Double]) -> Double) throws -> [Scalar] {
        try wanted(setting) { own, place in
          guard let held = numbers(own, place) else { return .missing }
          let result = value(held)
          return result.isNaN ? .missing : .float(result)
        }
      }
      func mean(_ v: [Double]) -> Double { v.isEmpty ? .nan : v.contains(1e300) ? .infinity : v.reduce(0, +) / Double(v.count) }
      let note = "\(size) \(center) \(least ?? -1)"
      let hasHuge = cells(x).contains(.float(1e300))
      if !hasHuge {
        agree(try setting.frame.rolling(x, .mean, window), try each(mean), "mean \(note)")
        agree(
          try setting.frame.rolling(x, .variance(ddof: 1, root: true), window),
          try each { v in
            guard v.count > 1, v.allSatisfy(\.isFinite) else { return .nan }
            let m = mean(v)
            return (v.reduce(0) { $0 + ($1 - m) * ($1 - m) } / Double(v.count - 1)).squareRoot()
          }, "std \(note)")
      }
      let sums = try setting.frame.rolling(x, .sum, window)
      if kind == 2 {
        if !hasHuge { agree(sums, try each { $0.reduce(0, +) }, "sum \(note)") }
      } else {
        agree(sums, try wanted(setting) { own, place in numbers(own, place).map { .int(Int64($0.reduce(0, +))) } ?? .missing }, "sum \(note)")
      }
      agree(
        try setting.frame.rolling(x, .median, window),
        try each { v in
          if v.contains(where: \.isNaN) || v.isEmpty { return .nan }
          let s = v.sorted()
          if s.count % 2 == 1 { return s[s.count / 2] }
          // Halves first, where the distance between two is more than a double holds.
          let low = s[s.count / 2 - 1], high = s[s.count / 2]
          return (high - low).isFinite ? low + (high - low) * 0.5 : low * 0.5 + high * 0.5
        }, "median \(note)")
    }
  }

  @Test(arguments: 0..<40, 0..<7) func rollsToExtremes(_ seed: Int, _ kind: Int) throws {
    let setting = try setting(seed, kind: kind), x = try setting.table.column("x")
    let window = try RollingWindow(.rows(3), least: 1)
    for greatest in [true, false] {
      func best(_ held: ArraySlice<Scalar>) -> Scalar {
        let values = held.filter { $0 != .missing }
        let numbers = values.filter { if case .float(let x) = $0 { !x.isNaN } else { true } }
        return (numbers.isEmpty ? values : numbers).reduce(.missing as Scalar) { a, b in
          a == .missing || (greatest ? isLess(a, b) : isLess(b, a)) ? b : a
        }
      }
      agree(try setting.frame.rollingExtremes(x, greatest: greatest, window), try wanted(setting) { best($0[max(0, $1 - 2)...$1]) }, "rolling")
      agree(
        try setting.frame.runningExtremes(x, greatest: greatest),
        try wanted(setting) { $0[$1] == .missing ? .missing : best($0[...$1]) }, "cumulative")
    }
    agree(
      try setting.frame.rollingCounts(x, window),
      try wanted(setting) { own, place in
        let count = own[max(0, place - 2)...place].count { $0 != .missing }
        return count >= 1 ? .int(Int64(count)) : .missing
      }, "count")
  }

  @Test(arguments: 0..<60) func rollsOverTime(_ seed: Int) throws {
    var maker = TableMaker(seed)
    let rows = 1 + seed % 30
    let table = try Table([("t", maker.column(rows: rows, kind: 3, distinct: 6)), ("x", maker.column(rows: rows, kind: 1))])
    let frame = try WindowFrame(table, by: [], order: [.column("t")])
    let t = cells(try table.column("t")), x = cells(try table.column("x"))
    for (span, center) in [(1500, false), (3000, false), (2000, true)] {
      let window = try RollingWindow(.time(Int64(span) * microsecondsPerDay), isCentered: center)
      let sums = cells(try frame.rolling(try table.column("x"), .sum, window))
      for row in 0..<rows {
        guard case .date(let day) = t[row] else {
          #expect(sums[row] == .missing)
          continue
        }
        let (before, after) = center ? (span - span / 2, span / 2) : (span, 0)
        let held = (0..<rows).compactMap { other -> Int64? in
          guard case .date(let there) = t[other], case .int(let value) = x[other] else { return nil }
          return Int(there.number) > Int(day.number) - before && Int(there.number) <= Int(day.number) + after ? value : nil
        }
        #expect(sums[row] == (held.isEmpty ? .missing : .int(held.reduce(0, +))), "\(span) \(center), row \(row)")
      }
    }
  }

  @Test func largeNumbersLeaveNoTrace() throws {
    let values = [1.0, 2.0, 1e17, 3.0, 4.0, 5.0, 1e-3, 1e-3, 1e-3]
    let frame = WindowFrame.whole(values.count), column = Column(.float(values))
    let means = try frame.rolling(column, .mean, RollingWindow(.rows(2))).asDoubles()
    #expect(means[5] == 4.5)
    let spread = try frame.rolling(column, .variance(ddof: 1, root: true), RollingWindow(.rows(3))).asDoubles()
    #expect(spread[8] == 0)
    #expect((spread[5] - 1).magnitude < 1e-12)
    let ints = Column(.int([.max, 1, -1]))
    #expect(throws: TableError.overflow(operation: "`rolling_sum`")) { try WindowFrame.whole(3).rolling(ints, .sum, RollingWindow(.rows(2))) }
    #expect(throws: TableError.overflow(operation: "`cumulative_sum`")) { try WindowFrame.whole(3).runningSums(ints) }
    #expect(throws: TableError.overflow(operation: "`difference`")) {
      try WindowFrame.whole(2).differences(Column(.int([.max, .min])), by: 1)
    }
  }

  @Test func aggregatesSeeTheOrder() throws {
    let table = try Table([("k", Column(.int([1, 2, 1, 1]))), ("t", Column(.int([3, 1, 1, 2]))), ("x", Column(.int([30, 5, 10, 20])))])
    let frame = try WindowFrame(table, by: ["k"], order: [.column("t")])
    let firsts = frame.spreading([try table.column("x")]) { RowAggregate.edge($0[0], $1, last: false) }
    #expect(cells(firsts) == [.int(10), .int(5), .int(10), .int(10)])
  }
}
