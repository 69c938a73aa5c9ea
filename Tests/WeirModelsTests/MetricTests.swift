import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct MetricTests {
  @Test(arguments: ["two", "three", "never_predicted"])
  func classesAgreeWithScikitLearn(_ name: String) throws {
    let expected = try StoredNumbers.reference("metrics")[name]
    let truth = Column(.int(expected["truth"].ints)), predicted = Column(.int(expected["predicted"].ints))
    let labels = ClassLabels(of: truth)
    let judgement = Judgement(
      task: .classification(classes: labels.column), truth: truth, predicted: predicted, labels: labels,
      probabilities: expected["probabilities"].rows)
    for metric in Metric.all where metric.needs == .classes || metric.needs == .probabilities {
      #expect(isClose(try metric.score(judgement), expected[metric.name].number, 1e-12), "\(metric.name)")
    }
    let matrix = try ConfusionMatrix(judgement)
    #expect(matrix.counts.map { Double($0) } == expected["confusion_matrix"].rows.flatMap { $0 })
    let table = try matrix.table()
    #expect(table.names == ["truth"] + labels.names)
    #expect(table.columns[1].doubles == expected["confusion_matrix"].rows.map { $0[0] })
  }

  @Test func numbersAgreeWithScikitLearn() throws {
    let expected = try StoredNumbers.reference("metrics")["regression"]
    let judgement = Judgement(
      task: .regression, truth: Column(.float(expected["truth"].numbers)),
      predicted: Column(.float(expected["predicted"].numbers)))
    for metric in Metric.all where metric.needs == .numbers {
      #expect(isClose(try metric.score(judgement), expected[metric.name].number, 1e-12), "\(metric.name)")
    }
  }

  @Test func clustersAgreeWithScikitLearn() throws {
    let expected = try StoredNumbers.reference("metrics")["clustering"]
    let rows = expected["x"].rows
    let features = try Table([
      (name: "x", column: Column(.float(rows.map { $0[0] }))), (name: "y", column: Column(.float(rows.map { $0[1] }))),
    ])
    let judgement = Judgement(
      task: .clustering(count: 4), truth: Column(.int(expected["truth"].ints)),
      predicted: Column(.int(expected["predicted"].ints)), features: features)
    for name in ["silhouette", "adjusted_rand"] {
      #expect(isClose(try Metric.named(name).score(judgement), expected[name].number, 1e-12), "\(name)")
    }
  }

  /// The area under the curve is the share of pairs that are in the right order, ties counted half.
  @Test func areasEqualTheirDefinitions() {
    var random = RandomStream(seed: 9)
    for _ in 0..<20 {
      let isPositive = (0..<40).map { _ in random.nextUniform() < 0.4 }
      let scores = (0..<40).map { _ in (random.nextUniform() * 8).rounded() }
      var right = 0.0, pairs = 0.0
      for i in 0..<40 where isPositive[i] {
        for j in 0..<40 where !isPositive[j] {
          pairs += 1
          right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
        }
      }
      #expect(isClose(ScoredTruths(scores: scores, isPositive: isPositive).rocArea, right / pairs, 1e-12))
    }
  }

  @Test func whatRowsDoNotDefineIsNoNumber() throws {
    let one = Column(.int([1, 1]))
    let judgement = Judgement(
      task: .classification(classes: Column(.int([0, 1]))), truth: one, predicted: one, labels: ClassLabels(Column(.int([0, 1]))),
      probabilities: [[0.2, 0.1], [0.8, 0.9]])
    #expect(try Metric.named("roc_auc").score(judgement).isNaN)
    #expect(try Metric.named("accuracy").score(judgement) == 1)
    #expect(throws: ModelError.self) { try Metric.named("acuracy") }
    #expect(throws: ModelError.self) {
      try Metric.named("mae").score(Judgement(
        task: .regression, truth: Column(.float([1])), predicted: Column(.float([1, 2]))))
    }
  }
}
