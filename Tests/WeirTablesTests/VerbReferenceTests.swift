import Foundation
import Testing
import WeirBase
import WeirTables

/// Windows, joins by nearest time, clocks and calendars against the numbers of pandas, Polars and Python's zoneinfo
/// (Tests/Reference/verbs.json; make_verbs.py beside it made them).
@Suite struct VerbReferenceTests {
  struct Numbers: Decodable {
    struct Nearest: Decodable {
      let left: [Int64]
      let lk: [String]
      let right: [Int64]
      let rk: [String]
      let found: [String: [Double?]]
      let polars: [Double?]

      enum CodingKeys: String, CodingKey {
        case left, lk, right, rk, found
        case polars = "polars backward"
      }
    }

    enum Cell: Decodable {
      case text(String)
      case number(Int64)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) { self = .text(text) } else { self = .number(try container.decode(Int64.self)) }
      }

      var text: String { if case .text(let text) = self { text } else { "" } }
      var number: Int64 { if case .number(let number) = self { number } else { 0 } }
    }

    let x: [Double?]
    let k: [String]
    let days: [Int64]
    let rolling: [String: [Double?]]
    let timed: [String: [Double?]]
    let ranks: [String: [Double?]]
    let cumulative: [String: [Double?]]
    let asof: Nearest
    let zones: [String: [[Int64]]]
    let local: [[Cell]]
    let calendar: [[Cell]]
    let months: [[Cell]]
  }

  static let numbers: Numbers? = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference/verbs.json")
    return (try? Data(contentsOf: path)).flatMap { try? JSONDecoder().decode(Numbers.self, from: $0) }
  }()

  func numbers() throws -> Numbers { try #require(Self.numbers) }

  func column(_ values: [Double?]) throws -> Column { try Column(scalars: values.map { $0.map { .float($0) } ?? .missing }, as: .float) }

  func agree(_ column: Column, _ wanted: [Double?], _ note: String) throws {
    let found = try column.asDoubles()
    try #require(found.count == wanted.count)
    for (row, (a, b)) in zip(found, wanted).enumerated() {
      // Sums of pandas keep a trace of 1e8 that has left the window.
      if let b { #expect((a - b).magnitude <= 1e-8 * max(1, b.magnitude), "\(note), row \(row): \(a) is not \(b)") } else { #expect(a.isNaN, "\(note), row \(row): \(a)") }
    }
  }

  func statistic(_ name: String) -> WindowFrame.RollingStatistic {
    switch name {
    case "mean": .mean
    case "sum": .sum
    case "median": .median
    default: .variance(ddof: 1, root: name == "std")
    }
  }

  func rolled(_ x: Column, _ name: String, _ frame: WindowFrame, _ window: RollingWindow) throws -> Column {
    name == "min" || name == "max" ? try frame.rollingExtremes(x, greatest: name == "max", window) : try frame.rolling(x, statistic(name), window)
  }

  @Test func windowsAreThoseOfPandas() throws {
    let numbers = try numbers()
    let x = try column(numbers.x)
    let moments = Column(.dateTime(numbers.days.map { (19_723 + $0) * microsecondsPerDay }))
    let table = try Table([("x", x), ("k", Column(.text(TextValues(numbers.k)))), ("t", moments)])
    let frame = try WindowFrame(table, by: ["k"], order: [])
    for (key, wanted) in numbers.rolling {
      let parts = key.split(separator: " ").map(String.init)
      let window = try RollingWindow(.rows(Int(parts[1]) ?? 0), isCentered: parts[3] == "1", least: parts[2] == "0" ? nil : Int(parts[2]))
      try agree(try rolled(x, parts[0], frame, window), wanted, key)
    }
    let byTime = try WindowFrame(table, by: [], order: [.column("t")])
    for (key, wanted) in numbers.timed {
      let parts = key.split(separator: " ").map(String.init)
      try agree(try rolled(x, parts[0], byTime, RollingWindow(.time((Int64(parts[1]) ?? 0) * microsecondsPerDay))), wanted, key)
    }
    for (key, wanted) in numbers.ranks {
      let parts = key.split(separator: " ").map(String.init)
      let method = try #require(RankMethod(rawValue: parts[0]))
      try agree(try frame.ranks(x, method, descending: parts[1] == "1"), wanted, key)
    }
    let kernels: [String: () throws -> Column] = [
      "sum": { try frame.runningSums(x) }, "min": { try frame.runningExtremes(x, greatest: false) },
      "max": { try frame.runningExtremes(x, greatest: true) }, "lag2": { try frame.shifting(x, by: 2) },
      "lead1": { try frame.shifting(x, by: -1) }, "difference": { try frame.differences(x, by: 1) },
    ]
    for (key, wanted) in numbers.cumulative {
      let kernel = try #require(kernels[key])
      try agree(try kernel(), wanted, key)
    }
  }

  @Test func nearestRowsAreThoseOfPandasAndPolars() throws {
    let asof = try numbers().asof
    let left = try Table([("t", Column(.int(asof.left))), ("k", Column(.text(TextValues(asof.lk))))])
    let right = try Table([
      ("t", Column(.int(asof.right))), ("k", Column(.text(TextValues(asof.rk)))), ("v", Column(.int(asof.right.indices.map { Int64($0) }))),
    ])
    // Order must not matter.
    var random = RandomStream(seed: 3)
    let shuffled = try right.taking(random.permutation(right.rowCount))
    for (key, wanted) in asof.found {
      let parts = key.split(separator: " ").map(String.init)
      var join = NearestJoin(on: "t")
      join.by = ["k"]
      join.direction = try #require(NearestJoin.Direction(rawValue: parts[0]))
      join.within = parts[1] == "0" ? nil : .int(Int64(parts[1]) ?? 0)
      join.allowsEqual = parts[2] == "1"
      try agree(try left.joinedNearest(with: shuffled, join).column("v"), wanted, key)
    }
    try agree(try left.joinedNearest(with: right.dropping(["k"]), NearestJoin(on: "t")).column("v"), asof.polars, "polars")
  }

  @Test func clocksAreThoseOfTheDatabase() throws {
    let numbers = try numbers()
    for (name, rows) in numbers.zones {
      let zone = try TimeZoneRules.named(name)
      for row in rows {
        #expect(zone.offset(at: row[0]) == row[1], "\(name) at \(row[0])")
        // What a clock shows leads back to the moment, or to one of two.
        switch zone.moment(of: row[0] + row[1]) {
        case .one(let moment): #expect(moment == row[0], "\(name) at \(row[0])")
        case .two(let a, let b): #expect(row[0] == a || row[0] == b, "\(name) at \(row[0])")
        case .none: Issue.record("\(name) at \(row[0])")
        }
      }
    }
    let berlin = try TimeZoneRules.named("Europe/Berlin")
    for row in numbers.local {
      let clock = Column(.dateTime([try #require(Instant(parsing: row[0].text)).microseconds]))
      for (place, twice) in [(1, ClockChanges.Twice.earlier), (2, .later)] {
        let moment = try clock.moments(in: berlin, ClockChanges(twice: twice, never: .next))
        #expect(cell(moment, 0) == .dateTime(Instant(row[place].number * 1_000_000)), "\(row[0].text)")
      }
    }
    #expect(throws: TableError.self) { try TimeZoneRules.named("Europe/Nowhere") }
    for hostile in ["../../etc/passwd", "/etc/passwd", "", "Europe", "Europe//Berlin", "posixrules\0", "a b", "zone.tab"] {
      #expect(throws: TableError.self) { try TimeZoneRules.named(hostile) }
    }
  }

  @Test func calendarsAreThoseOfPython() throws {
    let numbers = try numbers()
    for row in numbers.calendar {
      let day = try #require(Day(parsing: row[0].text))
      let column = Column(.date([day.number]))
      for (part, place) in [(DatePart.isoYear, 1), (.week, 2), (.weekday, 3), (.dayOfYear, 4)] {
        #expect(cell(try column.datePart(part), 0) == .int(row[place].number), "\(row[0].text) \(part)")
      }
    }
    for row in numbers.months {
      let day = try #require(Day(parsing: row[0].text))
      let later = try Column(.date([day.number])).adding(Column(.int([row[1].number])), .month)
      #expect(cell(later, 0) == .date(try #require(Day(parsing: row[2].text))), "\(row[0].text) and \(row[1].number)")
    }
  }
}
