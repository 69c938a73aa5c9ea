import Foundation
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct ProfileTests {
  private func numbers(_ count: Int, _ seed: Int64) -> [Double] {
    var random = RandomStream(seed: seed)
    return (0..<count).map { _ in random.nextNormal() }
  }

  private func texts(_ values: [String]) -> Column { Column(.text(TextValues(values))) }

  private func kinds(_ columns: [(name: String, column: Column)], target: String? = nil) throws -> Set<String> {
    let profile = try TableProfile(try Table(columns), target: target)
    return Set(profile.findings.map { $0.column.isEmpty ? $0.kind : "\($0.kind) \($0.column)" })
  }

  @Test func everyKindOfTroubleIsFound() throws {
    let n = 200, x = numbers(n, 1)
    let labels = (0..<n).map { $0 % 40 == 0 ? "rare" : $0 % 2 == 0 ? "a" : "b" }
    let found = try kinds([
      ("id", Column(.int((0..<n).map { Int64($0 * 7) }))), ("x", Column(.float(x))), ("twice", Column(.float(x.map { 2 * $0 + 1 }))),
      ("constant", Column(.int(Array(repeating: 5, count: n)))),
      ("nearly", texts((0..<n).map { $0 == 3 ? "other" : "same" })),
      ("gaps", Column(doubles: (0..<n).map { $0 % 4 == 0 ? .nan : Double($0 % 50) })),
      ("price", texts((0..<n).map { "\($0 % 50),5" })),
      ("day", texts((0..<n).map { $0 % 2 == 0 ? "2026-01-\(10 + $0 % 15)" : "\(10 + $0 % 15).1.2026" })),
      ("city", texts((0..<n).map { ["Rome", "rome ", "Oslo", "n/a"][$0 % 4] })), ("label", texts(labels)),
      ("hint", Column(.int(labels.map { $0 == "a" ? 1 : $0 == "b" ? 2 : 3 }))),
      ("income", Column(.float(x.map { exp(2 * $0) }))), ("far", Column(.float((0..<n).map { $0 % 20 == 0 ? 1000 : x[$0] }))),
    ], target: "label")
    let wanted: Set<String> = [
      "identifier id", "correlation x", "constant constant", "nearly_constant nearly", "missing gaps", "format price",
      "format day", "format city", "imbalance label", "leakage hint", "skew income", "outliers far",
    ]
    #expect(found.isSuperset(of: wanted), "\(wanted.subtracting(found))")
    #expect(!found.contains("leakage x") && !found.contains("leakage id"))
  }

  @Test func copiesAndNearCopiesAreCounted() throws {
    let profile = try TableProfile(
      try Table([
        ("a", texts(["x", "x", "X ", "y", "x"])), ("b", Column(.float([1, 1, 1, 2, 1 + 1e-12]))),
      ]))
    #expect(profile.duplicateRows == 1)
    #expect(profile.nearDuplicateRows == 2)
    let empty = try TableProfile(try Table([("a", Column(.float([]))), ("b", texts([]))]))
    #expect(empty.findings.map(\.kind) == ["empty"])
    #expect(try TableProfile(Table.empty).duplicateRows == 0)
  }

  @Test func countsAgreeWithTheObviousOnes() throws {
    var random = RandomStream(seed: 4)
    for count in [1, 2, 9, 300] {
      let values = (0..<count).map { _ in random.nextInt(below: 40) }
      let mask = (0..<count).map { _ in random.nextInt(below: 5) > 0 }
      let column = Column(.int(values.map { Int64($0) }), validity: Bitmap(mask))
      let profile = try TableProfile(try Table([("x", column)])).columns[0]
      let present = zip(values, mask).filter(\.1).map(\.0)
      #expect(profile.distinct == Set(present).count && profile.missing == count - present.count)
      #expect(profile.histogram.reduce(0, +) == present.count)
      guard let numbers = profile.numbers else { continue }
      #expect(numbers.min == Double(present.min() ?? 0) && numbers.zeros == present.count { $0 == 0 })
      let mean = Double(present.reduce(0, +)) / Double(present.count)
      #expect((numbers.mean - mean).magnitude < 1e-12)
    }
  }

  @Test func greatNumbersDoNotOverflow() throws {
    let column = Column(.float([1e308, 1.2e308, -1e308, 0.5e308, .infinity]))
    let numbers = try #require(try TableProfile(try Table([("x", column)])).columns[0].numbers)
    #expect(numbers.mean == 0.425e308 && numbers.infinite == 1)
    #expect((try #require(numbers.std) / 1e308 - 0.994569).magnitude < 1e-5)
  }

  @Test func aMillionRowsGiveTheSameAtAnyThreadCount() throws {
    var random = RandomStream(seed: 9)
    let count = 210_000
    let table = try Table([
      ("x", Column(.float((0..<count).map { _ in random.nextUniform() }))),
      ("g", Column(.int((0..<count).map { Int64($0 % 7) }))), ("y", Column(.float((0..<count).map { Double($0 % 1000) }))),
    ])
    let profiles = try [1, 2, 7].map { try TableProfile(table, random: RandomStream(seed: 1), workers: Workers($0)) }
    #expect(profiles[0].sampledRows == 100_000)
    #expect(profiles[0].coverage.map(\.rows) == [count, 100_000, 20_000, 10_000])
    for profile in profiles.dropFirst() {
      #expect(profile.findings == profiles[0].findings && profile.unusual == profiles[0].unusual)
      #expect(profile.columns.map(\.histogram) == profiles[0].columns.map(\.histogram))
    }
    #expect((try #require(profiles[0].columns[0].numbers).median - 0.5).magnitude < 0.01)
  }

  @Test func isolationSetsTheFarPointsApart() throws {
    let a = numbers(500, 2), b = numbers(500, 3)
    let table = try Table([("a", Column(.float([8] + a))), ("b", Column(.float([-8] + b)))])
    let rows = try [1, 2, 7].map { workers in
      try table.outlierRows(of: [], rule: .isolationForest, random: RandomStream(seed: 5), workers: Workers(workers))
    }
    #expect(rows[0].first?.row == 0 && rows[0].count < 40)
    #expect(rows[1] == rows[0] && rows[2] == rows[0])
    // Scores lie about 0.5 for most rows.
    let forest = try IsolationForest().grown(on: a, rows: 500, columns: 1, random: RandomStream(seed: 5))
    let scores = try forest.scores(a, rows: 500).sorted()
    #expect(scores[250] > 0.35 && scores[250] < 0.55 && scores.last ?? 0 > 0.65)
    let same = try IsolationForest().grown(on: [1, 1, 1], rows: 3, columns: 1, random: RandomStream(seed: 5))
    #expect(try Set(same.scores([1, 1, 1], rows: 3)).count == 1)
  }

  @Test func outliersByQuartilesAndDeviations() throws {
    let table = try Table([("x", Column(.float([1, 2, 3, 4, 5, .nan, 60]))), ("s", texts(Array(repeating: "a", count: 7)))])
    let found = try table.outlierRows(of: [], rule: .iqr, random: RandomStream(seed: 1), workers: .one)
    #expect(found.map(\.row) == [6])
    #expect(throws: TableError.self) {
      try table.outlierRows(of: ["s"], rule: .z, random: RandomStream(seed: 1), workers: .one)
    }
    let great = try Table([("x", Column(.float([1e308, -1e308, 1e308, -1e308, .infinity])))])
    for rule in OutlierRule.allCases { _ = try great.outlierRows(of: [], rule: rule, random: RandomStream(seed: 1), workers: .one) }
  }
}
