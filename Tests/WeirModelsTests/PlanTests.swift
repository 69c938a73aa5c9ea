import Testing
import WeirBase
import WeirModels
import WeirTables

/// Predicts the class that most training rows have, and remembers the mean of the first feature: enough to see what a
/// plan showed it.
struct Majority: Estimator {
  static let archiveName = "test_majority"
  init() {}
  init(archive: Archive) throws {}
  var archive: Archive { .none }
  var name: String { "majority" }
  var settings: [Setting] { [] }

  func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let (labels, codes) = try sample.classes(for: name)
    let design = try Design(sample.features, for: name)
    let counts = (0..<labels.count).map { k in codes.filter { Int($0) == k }.count }
    let best = counts.indices.max { (counts[$0], -$0) < (counts[$1], -$1) } ?? 0
    return FittedMajority(
      labels: labels, best: best, shares: counts.map { Double($0) / Double(codes.count) },
      mean: design.column(0).reduce(0, +) / Double(design.rowCount), draw: { var r = context.random; return r.nextUniform() }())
  }
}

struct FittedMajority: FittedModel {
  static let archiveName = "test_fitted_majority"
  let labels: ClassLabels
  let best: Int
  let shares: [Double]
  let mean: Double
  let draw: Double

  init(labels: ClassLabels, best: Int, shares: [Double], mean: Double, draw: Double) {
    self.labels = labels
    self.best = best
    self.shares = shares
    self.mean = mean
    self.draw = draw
  }

  init(archive: Archive) throws {
    self.init(
      labels: try ClassLabels(archive: archive.part("labels")), best: try archive.part("best").asInt(),
      shares: try archive.part("shares").asFloats(), mean: try archive.part("mean").asFloat(),
      draw: try archive.part("draw").asFloat())
  }

  var archive: Archive {
    .of([
      "labels": labels.archive, "best": .int(Int64(best)), "shares": .floats(shares), "mean": .float(mean),
      "draw": .float(draw),
    ])
  }
  var name: String { "majority" }
  var task: ModelTask { .classification(classes: labels.column) }
  func predict(_ features: Table) throws -> Column { labels.values(Array(repeating: best, count: features.rowCount)) }
  func probabilities(_ features: Table) throws -> [[Double]] {
    shares.map { Array(repeating: $0, count: features.rowCount) }
  }
  func learned() throws -> Table {
    try Table([(name: "mean", column: Column(.float([mean]))), (name: "draw", column: Column(.float([draw])))])
  }
}

var testKinds: ModelKinds {
  var kinds = ModelKinds.standard
  kinds.add(Majority.self, FittedMajority.self)
  return kinds
}

@Suite struct PlanTests {
  @Test func stepsLearnOneAfterTheOtherAndAreReadBack() throws {
    let table = try Table([
      (name: "x", column: Column(scalars: [.float(1), .missing, .float(3), .float(4)])),
      (name: "note", column: Column(.text(TextValues(["a", "b", "a", "a"])))),
    ])
    let plan = try Plan([Impute(), OneHot(), Majority()])
    let model = try plan.fit(
      TrainingSample(features: table, target: Column(.text(TextValues(["u", "v", "v", "v"]))), targetName: "y"), in: testContext)
    #expect(model.features == ["x", "note"])
    #expect(model.name == "majority")
    #expect(try model.learned()["mean"]?.doubles == [2.75])
    let read = try FittedPlan(archive: Archive(decoding: model.archive.encoded()), kinds: testKinds)
    #expect(read.archive == model.archive)
    let new = try Table([
      (name: "more", column: Column(.int([1]))), (name: "note", column: Column(.text(TextValues(["zzz"])))),
      (name: "x", column: .missing(.float, count: 1)),
    ])
    #expect(try read.predict(new).scalar(at: 0) == .text("v"))
    #expect(try read.transform(new).names == ["x", "note_a", "note_b"])
    #expect(throws: ModelError.self) { try read.predict(new.dropping(["x"])) }
    #expect(throws: ArchiveError.self) { try FittedPlan(archive: model.archive) }
  }

  @Test func refusesPlansThatCanNotBe() throws {
    let table = try Table([(name: "x", column: Column(.int([1, 2])))])
    let sample = TrainingSample(features: table, target: Column(.int([0, 1])))
    #expect(throws: ModelError.self) { try Plan([]).fit(sample, in: testContext) }
    #expect(throws: ModelError("nothing can follow `majority` in a plan, and `impute` does", mend: "put `majority(…)` last")) {
      try Plan([Majority(), Impute()]).fit(sample, in: testContext)
    }
    let transforming = try Plan([Standardize()]).fit(sample, in: testContext)
    #expect(throws: ModelError.self) { try transforming.predict(table) }
    #expect(try transforming.transform(table)["x"]?.doubles == [-1, 1])
    #expect(throws: ModelError.self) { try Plan([Majority()]).fit(TrainingSample(features: table, target: nil), in: testContext) }
  }
}

@Suite struct InputTypeTests {
  static func model() throws -> FittedPlan {
    let rows = try Table([
      (name: "x", column: Column(.int([1, 2, 3, 4]))), (name: "y", column: Column(.float([1, 0, 1, 0]))),
    ])
    return try Plan([Standardize(), RidgeRegression()]).fit(
      TrainingSample(features: rows, target: Column(.float([1, 2, 3, 5]))), in: testContext)
  }

  @Test func numbersOfAnotherKindAndColumnsInAnotherOrderAreTaken() throws {
    let model = try Self.model()
    let learned = try model.predict(Table([
      (name: "x", column: Column(.int([1, 4]))), (name: "y", column: Column(.float([1, 0])))]))
    let other = try model.predict(Table([
      (name: "more", column: Column(.text(TextValues(["a", "b"])))), (name: "y", column: Column(.bool([true, false]))),
      (name: "x", column: Column(.float([1, 4]))),
    ]))
    #expect(learned.doubles == other.doubles)
  }

  @Test func everyColumnOfAnotherTypeIsSaidAtOnce() throws {
    let model = try Self.model()
    let rows = try Table([
      (name: "x", column: Column(.text(TextValues(["1"])))), (name: "y", column: Column(.date([1]))),
    ])
    #expect(throws: ModelError(
      "`ridge` learned from columns of other types: `x` is text here and was int, `y` is date here and was float",
      mend: "bring them back: `cast(x: \"int\", y: \"float\")`")
    ) { try model.predict(rows) }
  }

  @Test func theCardIsKept() throws {
    var model = try Self.model()
    var card = ModelCard(engine: "weir")
    card.units = [.init(input: "x", unit: "g")]
    card.figures = [.init(name: "r2", value: 0.5)]
    card.sources = [.init(path: "a.csv", hash: "00")]
    card.note = "a note"
    model.card = card
    let read = try FittedPlan(archive: Archive(decoding: model.archive.encoded()))
    #expect(read.card == card && read.inputs == model.inputs && read.rowCount == 4)
  }
}
