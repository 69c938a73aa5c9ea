import Testing
import WeirBase
import WeirModels
import WeirTables

/// Whole plans across folds, against scikit-learn's pipelines on the same folds.
@Suite struct CrossValidationReferenceTests {
  static func scores(_ plan: Plan, _ sample: TrainingSample, _ folds: Folds, _ metrics: [String]) throws -> FoldScores {
    let strata = folds.stratify == nil ? nil : sample.target
    let assigned = try folds.assigned(
      rows: sample.rowCount, strata: strata, groups: nil, random: testContext.random)
    return try CrossValidation(plan, on: sample, folds: [assigned], metrics: metrics.map(Metric.named)).run(in: testContext)
  }

  @Test(arguments: ["iris", "wine", "breast_cancer"], ["scale_logistic", "scale_knn5", "scale_svc"])
  func classifiersScoreAlike(_ data: String, _ pipeline: String) throws {
    let expected = try StoredNumbers.reference("cross_validation")[data][pipeline]
    let sample = try StoredNumbers.sample("../notebooks/data/\(data).csv")
    let model: any Step = switch pipeline {
    case "scale_knn5": try NearestNeighbors(k: 5)
    case "scale_svc": try SupportVectorMachine()
    default: try LogisticRegression()
    }
    let plan = Plan([Standardize(), model])
    let stratified = try Self.scores(plan, sample, Folds(5, shuffle: false, stratify: "target"), ["accuracy", "f1"])
    #expect(areClose(stratified.scores[0], expected["stratified_accuracy"].numbers, 1e-9))
    #expect(areClose(stratified.scores[1], expected["stratified_f1_macro"].numbers, 1e-9))
    let plain = try Self.scores(plan, sample, Folds(5, shuffle: false), ["accuracy"])
    #expect(areClose(plain.scores[0], expected["kfold_unshuffled_accuracy"].numbers, 1e-9))
  }

  /// The mean score of every candidate, and which is chosen: the best, of equals the first.
  @Test(arguments: ["iris", "wine", "breast_cancer"]) func searchesAlike(_ data: String) throws {
    let expected = try StoredNumbers.reference("cross_validation")[data]["grid_svc"]
    let sample = try StoredNumbers.sample("../notebooks/data/\(data).csv"), folds = try Folds(5, shuffle: false, stratify: "target")
    let parts = Folds.parts([
      try folds.assigned(rows: sample.rowCount, strata: sample.target, groups: nil, random: testContext.random)
    ])
    let space = try SearchSpace([
      .init(setting: "c", values: .choices([0.1, 1, 10, 100].map { .float($0) })),
      .init(setting: "gamma", values: .choices([0.001, 0.01, 0.1, 1].map { .float($0) })),
    ])
    let result = try Tuning(
      Plan([Standardize(), try SupportVectorMachine()]), on: sample, over: Search(.grid, over: space), parts: parts,
      metrics: [.named("accuracy")]
    ).run(in: testContext)
    #expect(result.candidates.count == 16)
    let means = Dictionary(uniqueKeysWithValues: result.candidates.map { ($0.values, $0.scores?.summary(0).mean ?? .nan) })
    for i in 0..<16 {
      let settings = expected["params"][i], values = ["svc__C", "svc__gamma"].map { Archive.float(settings[$0].number) }
      #expect(isClose(means[values] ?? .nan, expected["mean"][i].number, 1e-9), "\(values)")
    }
    #expect(result.best.values == ["svc__C", "svc__gamma"].map { .float(expected["best"][$0].number) })
    #expect(isClose(result.best.scores?.summary(0).mean ?? .nan, expected["best_score"].number, 1e-9))
  }

  @Test func ridgeScoresAlike() throws {
    let expected = try StoredNumbers.reference("cross_validation")["diabetes"]
    let sample = try StoredNumbers.sample("Reference/data/diabetes.csv")
    let scores = try Self.scores(Plan([try RidgeRegression(l2: 1)]), sample, Folds(5, shuffle: false), ["r2", "rmse"])
    #expect(areClose(scores.scores[0], expected["ridge_kfold_r2"].numbers, 1e-9))
    #expect(areClose(scores.scores[1].map { -$0 * $0 }, expected["ridge_kfold_neg_mse"].numbers, 1e-9))
  }
}
