import Testing
import Synchronization
import WeirBase
import WeirModels
import WeirTables

@Suite struct SelectionTests {
  static let random = RandomStream(seed: 7)

  @Test func partsHaveTheirSharesAndEveryRowOnce() throws {
    for count in [7, 20, 100, 333] {
      let parts = try Split().rows(count: count, random: Self.random)
      #expect(parts.count == 3)
      #expect(parts.flatMap { $0 }.sorted() == Array(0..<count))
      for (part, share) in zip(parts, [0.7, 0.15, 0.15]) {
        #expect(abs(Double(part.count) - share * Double(count)) <= 1)
        #expect(part == part.sorted())
      }
      #expect(try Split().rows(count: count, random: Self.random) == parts)
      #expect(try Split().rows(count: count, random: RandomStream(seed: 8)) != parts)
    }
  }

  @Test func sharesFollowFromWhatIsAskedFor() throws {
    func parts(_ train: Double?, _ valid: Double?, _ test: Double?) throws -> [String] {
      try Split(train: train, valid: valid, test: test).shares.map { "\($0.part.rawValue) \(($0.share * 100).rounded())" }
    }
    #expect(try parts(nil, nil, nil) == ["train 70.0", "valid 15.0", "test 15.0"])
    #expect(try parts(0.8, nil, nil) == ["train 80.0", "test 20.0"])
    #expect(try parts(nil, nil, 0.25) == ["train 75.0", "test 25.0"])
    #expect(try parts(0.9, 0.1, nil) == ["train 90.0", "valid 10.0"])
    #expect(throws: ModelError.self) { try parts(0.9, 0.2, nil) }
    #expect(throws: ModelError.self) { try parts(0.5, 0.2, 0.2) }
    #expect(throws: ModelError.self) { try parts(1.5, nil, nil) }
    #expect(throws: ModelError.self) { try Split().rows(count: 3, random: Self.random) }
  }

  @Test func stratifiedPartsHaveEveryClassInItsShare() throws {
    let classes = Column(.text(TextValues((0..<200).map { $0 < 120 ? "a" : $0 < 180 ? "b" : "c" })))
    let parts = try Split().rows(stratifying: classes, named: "class", random: Self.random)
    for (part, share) in zip(parts, [0.7, 0.15, 0.15]) {
      for (name, size) in [("a", 120.0), ("b", 60.0), ("c", 20.0)] {
        let held = part.filter { classes.scalar(at: $0) == .text(name) }.count
        #expect(abs(Double(held) - share * size) <= 1.5)
      }
    }
    #expect(throws: ModelError.self) {
      try Split().rows(stratifying: Column(.int(Array(0..<50))), named: "id", random: Self.random)
    }
  }

  @Test func groupsStayTogetherAndTimeRunsOn() throws {
    let groups = Column(.int((0..<300).map { Int64($0 % 30) }))
    let parts = try Split().rows(grouping: groups, random: Self.random)
    let held = parts.map { Set($0.map { $0 % 30 }) }
    #expect(held[0].isDisjoint(with: held[1]) && held[0].isDisjoint(with: held[2]) && held[1].isDisjoint(with: held[2]))
    #expect(abs(parts[0].count - 210) <= 10)
    let times = Column(.date((0..<100).map { Int32(($0 * 37) % 100) }))
    let timely = try Split(train: 0.8).rows(ordering: times, named: "day")
    #expect(timely[0].allSatisfy { ($0 * 37) % 100 < 80 })
    #expect(timely.map(\.count) == [80, 20])
  }

  @Test(arguments: [("iris", 150), ("wine", 178), ("breast_cancer", 569), ("digits", 1797)])
  func unshuffledStrataFallAsScikitLearnDealsThem(_ name: String, _ count: Int) throws {
    let expected = try StoredNumbers.reference("cross_validation")[name]["stratified_fold_of_row"].ints
    let target = try #require(StoredNumbers.sample("../notebooks/data/\(name).csv").target)
    let folds = try Folds(5, shuffle: false, stratify: "target")
    #expect(try folds.assigned(rows: count, strata: target, groups: nil, random: Self.random).map { Int64($0) } == expected)
  }

  /// scikit-learn 1.9: StratifiedGroupKFold(4) on y = (7 i mod 5) mod 3 in groups (i² + 3 i) mod 17, which
  /// repeat after 17 rows.
  @Test func stratifiedGroupsFallAsScikitLearnDealsThem() throws {
    // Up to the names of the folds: groups that are equally uneven may come in another order.
    let period: [Int32] = [1, 3, 0, 1, 0, 2, 2, 3, 2, 2, 0, 1, 0, 3, 1, 3, 3]
    let strata = Column(.int((0..<60).map { Int64(($0 * 7) % 5 % 3) }))
    let groups = Column(.int((0..<60).map { Int64(($0 * $0 + 3 * $0) % 17) }))
    let folds = try Folds(4, shuffle: false, stratify: "y", group: "g")
    let assigned = try folds.assigned(rows: 60, strata: strata, groups: groups, random: Self.random)
    for a in 0..<60 { for b in 0..<60 { #expect((assigned[a] == assigned[b]) == (period[a % 17] == period[b % 17])) } }
    let shuffled = try Folds(4, stratify: "y", group: "g").assigned(rows: 60, strata: strata, groups: groups, random: Self.random)
    for row in 0..<43 { #expect(shuffled[row] == shuffled[row + 17]) }
  }

  @Test func rowsThatStandInSeveralPartsAreCounted() throws {
    let table = try Table([
      (name: "x", column: Column(.int([1, 2, 3, 1, 2, 9, 1]))),
      (name: "y", column: Column(.text(TextValues(["a", "b", "c", "a", "z", "i", "a"])))),
    ])
    #expect(Split.repeated([[0, 1, 2], [3, 4], [5, 6]], in: table) == [1, 1])
    #expect(Split.repeated([[0, 1], [2], [4, 5]], in: table) == [0, 0])
  }

  @Test func intervalsHoldWhatTheBinomialDoes() throws {
    let truth = Column(.int((0..<400).map { Int64($0 % 2) })), said = Column(.int((0..<400).map { Int64($0 % 5 == 0 ? 2 : $0 % 2) }))
    let judged = Judgement(task: .regression, truth: truth, predicted: said)
    func interval(_ workers: Int) throws -> (low: Double, high: Double) {
      try judged.intervals(
        of: [Metric.named("accuracy")], confidence: 0.95, resamples: 2000, random: Self.random, workers: Workers(workers),
        cancellation: Cancellation())[0]
    }
    let (low, high) = try interval(1)
    // 320 of 400 hits: 0.8 ± 1.96 · sqrt(0.8 · 0.2 / 400).
    #expect(abs(low - 0.7608) < 0.006 && abs(high - 0.8392) < 0.006)
    for workers in [2, 7] { #expect(try interval(workers) == (low, high)) }
  }

  @Test func foldsAreEvenAndRepeatsDiffer() throws {
    let table = try Table([
      (name: "y", column: Column(.int((0..<103).map { Int64($0 % 4) }))), (name: "g", column: Column(.int((0..<103).map { Int64($0 / 10) }))),
    ])
    let plain = try Folds(5, repeats: 2).assigned(to: table, random: Self.random)
    #expect(plain[0] != plain[1])
    for fold in 0..<5 { #expect((20...21).contains(plain[0].filter { $0 == fold }.count)) }
    let strata = try Folds(5, stratify: "y").assigned(to: table, random: Self.random)[0]
    for fold in 0..<5 {
      for value in 0..<4 { #expect((5...6).contains((0..<103).filter { strata[$0] == fold && $0 % 4 == value }.count)) }
    }
    let grouped = try Folds(5, group: "g").assigned(to: table, random: Self.random)[0]
    #expect((0..<103).allSatisfy { grouped[$0] == grouped[$0 / 10 * 10] })
    let consecutive = try Folds(4, shuffle: false).assigned(to: table, random: Self.random)[0]
    #expect(consecutive == consecutive.sorted())
    #expect(throws: ModelError.self) { try Folds(1) }
    #expect(throws: ModelError.self) { try Folds(200).assigned(to: table, random: Self.random) }
    #expect(throws: ModelError.self) { try Folds(60, stratify: "y").assigned(to: table, random: Self.random) }
    #expect(throws: ModelError.self) { try Folds(20, group: "g").assigned(to: table, random: Self.random) }
    #expect(throws: TableError.self) { try Folds(5, stratify: "z").assigned(to: table, random: Self.random) }
    #expect(try Folds(archive: Folds(4, stratify: "y", repeats: 3).archive) == Folds(4, stratify: "y", repeats: 3))
  }

  @Test func validationFitsEveryStepInsideTheFoldAtAnyNumberOfWorkers() throws {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let folds = try Folds(5, stratify: "species").assigned(
      rows: 150, strata: sample.target, groups: nil, random: Self.random)
    let metrics = try ["accuracy", "f1", "log_loss"].map(Metric.named)
    func run(_ workers: Int) throws -> FoldScores {
      try CrossValidation(Plan([Standardize(), Majority()]), on: sample, folds: [folds], metrics: metrics)
        .run(in: FitContext(random: Self.random, workers: Workers(workers)))
    }
    let scores = try run(1)
    #expect(scores.scores[0] == Array(repeating: 1.0 / 3, count: 5))
    #expect(scores.predicted.count == 150 && scores.predicted.missingCount == 0)
    #expect(scores.summary(0).mean == 1.0 / 3)
    for workers in [2, 7] { #expect(try run(workers).archive.identity.encoded() == scores.archive.identity.encoded()) }
    #expect(try FoldScores(archive: scores.archive).archive == scores.archive)
  }

  /// A transformer that writes down which rows it was fitted on.
  struct Spy: Transformer {
    static let archiveName = "test_spy"
    let seen: SeenRows
    init(_ seen: SeenRows) { self.seen = seen }
    init(archive: Archive) throws { throw ArchiveError("not stored") }
    var archive: Archive { .none }
    var name: String { "spy" }
    var settings: [Setting] { [] }
    func fit(_ sample: TrainingSample, in context: FitContext) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
      seen.add(sample.features["row"]?.doubles.map { Int($0) } ?? [])
      return try Standardize().fit(sample, in: context)
    }
  }

  @Test func stepsNeverSeeTheRowsLeftOut() throws {
    let table = try Table([(name: "row", column: Column(.int(Array(0..<40))))])
    let sample = TrainingSample(features: table, target: Column(.int((0..<40).map { $0 % 2 })))
    let folds = try Folds(4).assigned(to: table, random: Self.random)
    let seen = SeenRows()
    _ = try CrossValidation(Plan([Spy(seen), Majority()]), on: sample, folds: folds, metrics: [Metric.named("accuracy")])
      .run(in: testContext)
    #expect(seen.all.count == 4)
    for (fold, rows) in seen.all.enumerated() { #expect(rows == (0..<40).filter { folds[0][$0] != fold }) }
  }
}

final class SeenRows: Sendable {
  private let rows = Mutex<[[Int]]>([])
  func add(_ new: [Int]) { rows.withLock { $0.append(new) } }
  var all: [[Int]] { rows.withLock { $0 } }
}
