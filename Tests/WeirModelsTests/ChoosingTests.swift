import Glibc
import Synchronization
import Testing
import WeirBase
import WeirModels
import WeirTables

/// A memory in a dictionary, which may break the work off after some answers.
final class TestMemory: Memory {
  private let kept = Mutex<[[UInt8]: Archive]>([:])
  private let answered = Atomic<Int>(0)
  let cancellation: Cancellation
  let stopsAfter: Int

  init(stopsAfter: Int = .max, cancellation: Cancellation = Cancellation()) {
    self.stopsAfter = stopsAfter
    self.cancellation = cancellation
  }

  var count: Int { kept.withLock { $0.count } }
  var answers: Int { answered.load(ordering: .relaxed) }

  func digest(_ content: Archive) -> Archive { content }

  func recall(_ question: Archive) -> Archive? {
    guard let found = kept.withLock({ $0[question.encoded()] }) else { return nil }
    answered.wrappingAdd(1, ordering: .relaxed)
    return found
  }

  func keep(_ question: Archive, _ answer: Archive) {
    let count = kept.withLock { kept in
      kept[question.encoded()] = answer
      return kept.count
    }
    if count == stopsAfter { cancellation.cancel() }
  }

  /// The same answers, for a run that is not broken off.
  func continued() -> TestMemory {
    let next = TestMemory()
    let answers = kept.withLock { $0 }
    next.kept.withLock { $0 = answers }
    return next
  }
}

@Suite struct ChoosingTests {
  static let random = RandomStream(key: 11)

  static func space(_ values: [Double]) throws -> SearchSpace {
    try SearchSpace([.init(setting: "l2", values: .choices(values.map { .float($0) }))])
  }

  static func tuning(_ search: Search, _ plan: Plan? = nil) throws -> Tuning {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let parts = try UsualFolds(4).parts(of: sample.features, target: sample.target, random: random)
    return try Tuning(
      plan ?? Plan([Standardize(), LogisticRegression()]), on: sample, over: search, parts: parts,
      metrics: [Metric.named("log_loss"), Metric.named("accuracy")])
  }

  @Test func theBestOfAGridIsTheBestOfItsParts() throws {
    let values = [0.01, 1, 100]
    let tuning = try Self.tuning(Search(.grid, over: Self.space(values)))
    let result = try tuning.run(in: FitContext(random: Self.random))
    let each = try values.map { value in
      try CrossValidation(
        Plan([Standardize(), LogisticRegression(l2: value)]), on: tuning.sample, parts: tuning.parts, metrics: tuning.metrics
      ).run(in: FitContext(random: Self.random))
    }
    let order = values.indices.sorted { each[$0].summary(0).mean < each[$1].summary(0).mean }
    #expect(result.candidates.map(\.values) == order.map { [.float(values[$0])] })
    for (candidate, place) in zip(result.candidates, order) {
      #expect(candidate.scores?.archive.identity == each[place].archive.identity)
    }
    #expect(result.best.plan.description == "standardize() >> logistic(l2: \(values[order[0]]))")
    #expect(try TuningResult(archive: result.archive).archive == result.archive)
  }

  @Test(arguments: [1, 2, 7]) func whatWasStoppedGoesOnFromThere(_ stopsAfter: Int) throws {
    let tuning = try Self.tuning(Search(.grid, over: Self.space([0.1, 1, 10])))
    let whole = try tuning.run(in: FitContext(random: Self.random)).archive.identity
    let cancellation = Cancellation()
    let memory = TestMemory(stopsAfter: stopsAfter, cancellation: cancellation)
    #expect(throws: (any Error).self) {
      try tuning.run(in: FitContext(random: Self.random, cancellation: cancellation, memory: memory))
    }
    #expect(memory.count == stopsAfter)
    let next = memory.continued()
    let resumed = try tuning.run(in: FitContext(random: Self.random, workers: Workers(3), memory: next))
    #expect(resumed.archive.identity == whole)
    #expect(next.answers == stopsAfter && next.count == 12)
    // A wider search computes what is new.
    let wider = try Self.tuning(Search(.grid, over: Self.space([0.1, 1, 10, 100])))
    let after = next.continued()
    _ = try wider.run(in: FitContext(random: Self.random, memory: after))
    #expect(after.answers == 12 && after.count == 16)
  }

  @Test func otherRowsOtherFoldsAndOtherSeedsAreOtherQuestions() throws {
    let tuning = try Self.tuning(Search(.grid, over: Self.space([1])))
    let memory = TestMemory()
    _ = try tuning.run(in: FitContext(random: Self.random, memory: memory))
    #expect(memory.count == 4)
    _ = try tuning.run(in: FitContext(random: RandomStream(key: 12), memory: memory))
    #expect(memory.count == 8)
    let fewer = try Tuning(
      tuning.plan, on: tuning.sample.taking(Array(0..<149)), over: tuning.search,
      parts: UsualFolds(4).parts(of: tuning.sample.features.taking(Array(0..<149)), target: nil, random: Self.random))
    _ = try fewer.run(in: FitContext(random: Self.random, memory: memory))
    #expect(memory.count == 12)
  }

  @Test func halvingGivesTheBestMoreRowsEachRound() throws {
    let values = (0..<9).map { pow(10.0, Double($0) - 4) }
    let tuning = try Self.tuning(Search(.halving(factor: 3, count: nil, rows: 12), over: Self.space(values)))
    let memory = TestMemory()
    let result = try tuning.run(in: FitContext(random: Self.random, memory: memory))
    // Nine candidates in the first round, three in the last: (9 + 3) x 4 folds.
    #expect(memory.count == 48)
    #expect(result.candidates.count == 9)
    #expect(result.candidates.prefix(3).allSatisfy { $0.rows == nil })
    #expect(result.candidates.dropFirst(3).allSatisfy { $0.rows == 37 })
    for workers in [2, 7] {
      let again = try tuning.run(in: FitContext(random: Self.random, workers: Workers(workers)))
      #expect(again.archive.identity == result.archive.identity)
    }
  }

  @Test func randomSearchDrawsNoCombinationTwiceAndStaysInBounds() throws {
    let space = try SearchSpace([
      .init(setting: "k", values: .integers(1, 12)), .init(setting: "weights", values: .choices([.text("uniform"), .text("distance")])),
    ])
    let result = try Self.tuning(Search(.random(10), over: space), Plan([NearestNeighbors()]))
      .run(in: FitContext(random: Self.random))
    #expect(result.candidates.count == 10 && Set(result.candidates.map(\.values)).count == 10)
    #expect(result.candidates.allSatisfy { if case .int(1...12) = $0.values[0] { true } else { false } })
    let all = try Self.tuning(Search(.random(1000), over: space), Plan([NearestNeighbors()]))
      .run(in: FitContext(random: Self.random))
    #expect(all.candidates.count == 24)
    var random = Self.random
    let wide = try SearchSpace([.init(setting: "l2", values: .logUniform(1e-3, 1e3))])
    _ = random.nextBits()
    let drawn = try Self.tuning(Search(.random(30), over: wide)).run(in: FitContext(random: random)).candidates.map(\.values)
    let exponents = drawn.compactMap { if case .float(let value) = $0[0] { log10(value) } else { nil } }
    #expect(exponents.count == 30 && exponents.allSatisfy { abs($0) <= 3 } && exponents.contains { $0 < -1 } && exponents.contains { $0 > 1 })
  }

  @Test func settingsAreFoundByNameAndSayWhatIsWrong() throws {
    let plan = Plan([try PrincipalComponents(k: 2), try NearestNeighbors(k: 3)])
    let both = SearchSpace.Dimension(setting: "k", values: .choices([.int(1)]))
    #expect(throws: ModelError(
      "the setting `k` is one of `pca` and `knn`", mend: "say whose: `pca: {k: […]}`")) { try plan.with([(both, .int(1))]) }
    let one = SearchSpace.Dimension(step: "knn", setting: "k", values: .choices([.int(1)]))
    #expect(try plan.with([(one, .int(7))]).description == "pca(k: 2) >> knn(k: 7)")
    #expect(try plan.with([(one, .float(7))]).description == "pca(k: 2) >> knn(k: 7)")
    #expect(throws: ModelError.self) { try plan.with([(one, .int(0))]) }
    #expect(throws: ModelError.self) { try plan.with([(one, .text("many"))]) }
    let none = SearchSpace.Dimension(setting: "depth", values: .choices([.int(1)]))
    #expect(throws: ModelError.self) { try plan.with([(none, .int(1))]) }
  }

  @Test func aCandidateThatCannotBeFittedIsListedAndLoses() throws {
    let space = try SearchSpace([.init(setting: "k", values: .choices([.int(100_000), .int(5)]))])
    let result = try Self.tuning(Search(.grid, over: space), Plan([NearestNeighbors()])).run(in: FitContext(random: Self.random))
    if result.candidates.contains(where: { $0.scores == nil }) {
      #expect(result.candidates.map(\.values) == [[.int(5)], [.int(100_000)]] && result.candidates[1].problem != nil)
    }
    let bad = try SearchSpace([.init(setting: "k", values: .choices([.int(500), .int(600)]))])
    #expect(throws: ModelError.self) {
      try Self.tuning(Search(.grid, over: bad), Plan([PrincipalComponents(k: 1), Majority()])).run(in: FitContext(random: Self.random))
    }
  }

  @Test func nestedSearchesSeeTheRowsOfTheFoldAlone() throws {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let step = try TunedPlan(
      Plan([Standardize(), NearestNeighbors()]),
      over: Search(.grid, over: SearchSpace([.init(setting: "k", values: .integers(1, 4))])), folds: UsualFolds(3))
    #expect(try ModelKinds.standard.step(ModelKinds.tagged(step)).source == step.source)
    let parts = try UsualFolds(3).parts(of: sample.features, target: sample.target, random: Self.random)
    let nested = try CrossValidation(Plan([step]), on: sample, parts: parts).run(in: FitContext(random: Self.random))
    #expect(nested.summary(0).mean > 0.9)
    let again = try CrossValidation(Plan([step]), on: sample, parts: parts)
      .run(in: FitContext(random: Self.random, workers: Workers(3)))
    #expect(again.archive.identity == nested.archive.identity)
  }

  @Test func comparisonsRankAndTestTheBestTwo() throws {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let parts = try Folds(5, repeats: 2).parts(of: sample.features, target: sample.target, random: Self.random)
    let board = try Comparison(
      [("majority", Plan([Majority()])), ("logistic", Plan([Standardize(), LogisticRegression()])), ("knn", Plan([NearestNeighbors()]))],
      on: sample, parts: parts, metrics: [Metric.named("accuracy")], in: FitContext(random: Self.random, workers: Workers(2)))
    #expect(board.entries.last?.name == "majority")
    let means = board.entries.map { $0.scores.summary(0).mean }
    #expect(means == means.sorted(by: >))
    // The corrected resampled t test by hand.
    let gaps = zip(board.entries[0].scores.scores[0], board.entries[1].scores.scores[0]).map { $0 - $1 }
    let mean = gaps.reduce(0, +) / 10, variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 9
    #expect(variance > 0)
    let t = mean / ((0.1 + 30.0 / 120) * variance).squareRoot()
    let p = try #require(board.pValue)
    // Student's t with 9 degrees of freedom at 2.262 is 0.05 two-sided.
    #expect((p < 0.05) == (abs(t) > 2.2621571627409915))
    #expect(board.entries.allSatisfy { $0.size > 0 })
    #expect(throws: ArchiveError.self) { try Comparison(archive: board.archive) }  // `majority` is the tests' own
  }

  @Test func timeFoldsScoreAsScikitLearns() throws {
    let expected = try StoredNumbers.reference("cross_validation")["diabetes"]["ridge_timeseries_r2"].numbers
    let sample = try StoredNumbers.sample("Reference/data/diabetes.csv")
    let parts = try TimeFolds(5).parts(of: sample.features, target: sample.target, random: Self.random)
    let scores = try CrossValidation(
      Plan([RidgeRegression(l2: 1)]), on: sample, parts: parts, metrics: [Metric.named("r2")]
    ).run(in: testContext)
    #expect(areClose(scores.scores[0], expected, 1e-9))
    #expect(scores.predicted.missingCount == 442 - 5 * (442 / 6))
  }

  @Test func timeFoldsNeverLearnFromTheFutureOrThePresent() throws {
    var random = Self.random
    for _ in 0..<50 {
      let rows = 12 + random.nextInt(below: 40), days = (0..<rows).map { _ in Int64(random.nextInt(below: 15)) }
      let table = try Table([(name: "day", column: Column(.int(days)))])
      let gap = random.nextInt(below: 3)
      guard let parts = try? TimeFolds(3, by: "day", gap: gap, window: 9).parts(of: table, target: nil, random: random) else { continue }
      for part in parts {
        let latest = part.train.map { days[$0] }.max() ?? 0, first = part.test.map { days[$0] }.min() ?? 0
        #expect(latest < first && part.train.count <= 9 && !part.train.isEmpty && part.test.count == rows / 4)
      }
    }
  }

  @Test func leavingOneOutIsAsManyFoldsAsRows() throws {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let parts = try LeaveOneOut().parts(of: sample.features, target: sample.target, random: Self.random)
    let scores = try CrossValidation(Plan([NearestNeighbors(k: 5)]), on: sample, parts: parts, metrics: [Metric.named("accuracy")])
      .run(in: FitContext(random: Self.random, workers: Workers(2)))
    // scikit-learn: cross_val_score(KNeighborsClassifier(5), iris, cv=LeaveOneOut()).mean()
    #expect(isClose(scores.summary(0).mean, 0.9666666666666667, 1e-12))
  }

  @Test func aLearningCurveLearnsFromMoreAndMore() throws {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let parts = try UsualFolds(5).parts(of: sample.features, target: sample.target, random: Self.random)
    let curve = try LearningCurve(
      Plan([NearestNeighbors(k: 1)]), on: sample, parts: parts, sizes: [0.1, 60, 1], metric: nil, in: FitContext(random: Self.random))
    #expect(curve.points.map(\.rows) == [12, 60, 120])
    #expect(curve.points.allSatisfy { $0.train.mean == 1 } && curve.points[2].valid.mean > 0.93)
    let full = try CrossValidation(Plan([NearestNeighbors(k: 1)]), on: sample, parts: parts).run(in: FitContext(random: Self.random))
    #expect(curve.points[2].valid.mean == full.summary(0).mean)
    #expect(throws: ModelError.self) {
      try LearningCurve(
        Plan([NearestNeighbors()]), on: sample, parts: parts, sizes: [200], metric: nil, in: FitContext(random: Self.random))
    }
  }
}
