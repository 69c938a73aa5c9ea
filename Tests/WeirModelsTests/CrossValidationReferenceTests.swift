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

  @Test(arguments: ["iris", "wine", "breast_cancer"], ["scale_logistic", "scale_knn5"])
  func classifiersScoreAlike(_ data: String, _ pipeline: String) throws {
    let expected = try StoredNumbers.reference("cross_validation")[data][pipeline]
    let sample = try StoredNumbers.sample("../notebooks/data/\(data).csv")
    let model: any Step = pipeline == "scale_knn5" ? try NearestNeighbors(k: 5) : try LogisticRegression()
    let plan = Plan([Standardize(), model])
    let stratified = try Self.scores(plan, sample, Folds(5, shuffle: false, stratify: "target"), ["accuracy", "f1"])
    #expect(areClose(stratified.scores[0], expected["stratified_accuracy"].numbers, 1e-9))
    #expect(areClose(stratified.scores[1], expected["stratified_f1_macro"].numbers, 1e-9))
    let plain = try Self.scores(plan, sample, Folds(5, shuffle: false), ["accuracy"])
    #expect(areClose(plain.scores[0], expected["kfold_unshuffled_accuracy"].numbers, 1e-9))
  }

  @Test func ridgeScoresAlike() throws {
    let expected = try StoredNumbers.reference("cross_validation")["diabetes"]
    let sample = try StoredNumbers.sample("Reference/data/diabetes.csv")
    let scores = try Self.scores(Plan([try RidgeRegression(l2: 1)]), sample, Folds(5, shuffle: false), ["r2", "rmse"])
    #expect(areClose(scores.scores[0], expected["ridge_kfold_r2"].numbers, 1e-9))
    #expect(areClose(scores.scores[1].map { -$0 * $0 }, expected["ridge_kfold_neg_mse"].numbers, 1e-9))
  }
}
