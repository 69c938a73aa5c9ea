import Testing
import WeirBase
@testable import WeirModels
import WeirTables

/// Filling, scaling and indicators of many rows, beside what they are by definition, at several numbers of threads.
@Suite struct PreparationKernelTests {
  static let rows = 70_003

  private func table(seed: UInt64) throws -> Table {
    var random = SplitMix(seed)
    var x: [Scalar] = [], c: [Scalar] = [], n: [Scalar] = []
    for _ in 0..<Self.rows {
      x.append(random.next() % 7 == 0 ? .missing : .float(1e9 + Double(random.next() % 1000) / 8))
      n.append(random.next() % 5 == 0 ? .missing : .int(Int64(random.next() % 50)))
      let letter = random.next() % 11
      c.append(letter == 10 ? .missing : .text("k\(letter)"))
    }
    return try Table([
      ("x", Column(scalars: x)), ("n", Column(scalars: n)), ("c", Column(scalars: c)),
    ])
  }

  private func fitted(_ step: any Transformer, _ table: Table, threads: Int) throws -> Table {
    let context = FitContext(random: RandomStream(seed: 0), workers: Workers(threads))
    return try step.fit(TrainingSample(features: table, target: nil), in: context).sample.features
  }

  private func floats(_ column: Column?) throws -> [Double] {
    guard case .float(let values)? = column?.storage else { throw TableError.noColumn("floats", columns: []) }
    return values
  }

  @Test func meansFillAndScaleAsDefined() throws {
    let table = try table(seed: 1)
    let present = try #require(table["x"]).asDoubles().filter { !$0.isNaN }
    // Exact: the values are eighths.
    let offset = present.reduce(0) { $0 + ($1 - 1e9) } / Double(present.count), mean = 1e9 + offset
    var first: Table?
    for threads in [1, 2, 7] {
      let filled = try fitted(Impute(columns: ["x"], how: .mean), table, threads: threads)
      let scaled = try fitted(Standardize(columns: ["x"]), filled, threads: threads)
      let values = try floats(filled["x"]), out = try floats(scaled["x"])
      let old = try #require(table["x"]).asDoubles()
      #expect(zip(values, old).allSatisfy { $1.isNaN ? abs($0 - mean) < 1e-6 : $0 == $1 })
      let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
      #expect(zip(out, values).allSatisfy { abs($0 - ($1 - mean) / deviation) < 1e-6 })
      if let first { #expect(try floats(first["x"]) == out) }
      first = scaled
    }
  }

  @Test func modesAndIndicatorsAsDefined() throws {
    let table = try table(seed: 2), column = try #require(table["c"])
    var counts: [String: Int] = [:]
    let texts = (0..<Self.rows).map { column.scalar(at: $0) }
    for case .text(let text) in texts { counts[text, default: 0] += 1 }
    let mode = try #require(counts.max { ($0.value, $1.key) < ($1.value, $0.key) }).key
    for threads in [1, 2, 7] {
      let filled = try fitted(Impute(columns: ["c", "n"], how: .mode), table, threads: threads)
      let new = try #require(filled["c"])
      #expect(new.missingCount == 0)
      #expect(stride(from: 0, to: texts.count, by: 17).allSatisfy { new.scalar(at: $0) == (texts[$0] == .missing ? .text(mode) : texts[$0]) })
      let flags = try fitted(OneHot(columns: ["c"]), table, threads: threads)
      #expect(flags.names == ["x", "n"] + (0..<10).map { "c_k\($0)" } + ["c_missing"])
      for (name, column) in zip(flags.names, flags.columns).dropFirst(2) {
        let wanted: Scalar = name == "c_missing" ? .missing : .text(String(name.dropFirst(2)))
        guard case .bool(let values) = column.storage else { Issue.record("no bools"); return }
        #expect(stride(from: 0, to: texts.count, by: 17).allSatisfy { values[$0] == (texts[$0] == wanted) })
      }
    }
  }

  @Test func newRowsHoldUnknownAndRareCategories() throws {
    func column(_ texts: [String?]) throws -> Table {
      try Table([("c", Column(scalars: texts.map { $0.map { .text($0) } ?? .missing }))])
    }
    let old = try column(["a", "a", "a", "b", "b", "z"]), new = try column(["z", "q", nil, "a"])
    let context = FitContext(random: RandomStream(seed: 0), workers: .one)
    func flags(_ unknown: OneHot.Unknown) throws -> [[Bool]] {
      let step = try OneHot(columns: ["c"], maxCategories: 3, unknown: unknown)
      let made = try step.learn(from: TrainingSample(features: old, target: nil), in: context)
        .apply(to: new, workers: .one)
      return made.columns.map { if case .bool(let values) = $0.storage { values } else { [] } }
    }
    // a, b, and z alone: three columns.
    #expect(try flags(.ignore) == [[false, false, false, true], [false, false, false, false], [true, false, false, false]])
    #expect(throws: PreparationError.self) { try flags(.error) }
  }

  @Test func wideAndNarrowMatricesAreTheSame() throws {
    // Above and below the size that is written past the cache, and beyond what is open at a time.
    for (rows, width) in [(90_000, 50), (501, 50), (70, 700)] {
      let columns = (0..<width).map { j -> (name: String, column: Column) in
        switch j % 3 {
        case 0: ("c\(j)", Column(.float((0..<rows).map { Double($0 * 7 + j) / 4 })))
        case 1: ("c\(j)", Column(.int((0..<rows).map { Int64($0 - j) })))
        default: ("c\(j)", Column(.bool((0..<rows).map { ($0 + j) % 3 == 0 })))
        }
      }
      let table = try Table(columns)
      for threads in [1, 2, 7] {
        let design = try Design(table, for: "test", workers: Workers(threads))
        for j in stride(from: 0, to: width, by: 7) {
          #expect(design.column(j) == (try columns[j].column.numbers()))
        }
      }
    }
  }
}

private struct SplitMix {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
