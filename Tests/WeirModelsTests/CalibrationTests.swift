import Glibc
import Testing
import WeirBase
import WeirModels
import WeirTables

@Suite struct CalibrationTests {
  static let x = (0..<100).map { Double(($0 * 37) % 100) / 100 }
  static let isClass = (0..<100).map { Double(($0 * 53) % 100) / 100 < x[$0] * x[$0] }

  /// scikit-learn 1.9: IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").
  @Test func isotonicFitsAsScikitLearn() {
    let calibrator = Calibrator(.isotonic, probabilities: Self.x, isClass: Self.isClass, weights: nil)
    let expected = [0.0, 0.0, 0.125, 0.3076923076923077, 0.6666666666666666, 1.0, 1.0]
    #expect(areClose([0, 0.05, 0.333, 0.5, 0.777, 0.95, 1].map { calibrator($0) }, expected, 1e-12))
  }

  /// scikit-learn 1.9: calibration._sigmoid_calibration on the log odds of the rows above zero.
  @Test func sigmoidFitsAsScikitLearn() throws {
    let rows = Self.x.indices.filter { Self.x[$0] > 0 }
    let calibrator = Calibrator(
      .sigmoid, probabilities: rows.map { Self.x[$0] }, isClass: rows.map { Self.isClass[$0] }, weights: nil)
    guard case .sigmoid(let a, let b) = calibrator else { Issue.record("not a sigmoid"); return }
    #expect(isClose(a, -1.3827208977522856, 1e-5) && isClose(b, 1.1493521825703417, 1e-5))
  }

  @Test(arguments: Calibrator.Method.allCases) func calibratedProbabilitiesAreProbabilitiesAndNoWorse(
    _ method: Calibrator.Method
  ) throws {
    let sample = try StoredNumbers.sample("../notebooks/data/breast_cancer.csv")
    let parts = try UsualFolds(4).parts(of: sample.features, target: sample.target, random: testContext.random)
    func loss(_ plan: Plan) throws -> Double {
      try CrossValidation(plan, on: sample, parts: parts, metrics: [Metric.named("brier")]).run(in: testContext).summary(0).mean
    }
    let bayes = Plan([try NaiveBayes()])
    #expect(try loss(Plan([Calibrated(bayes, how: method, folds: UsualFolds(5))])) < loss(bayes))
  }

  @Test func severalClassesSumToOneAndTheModelIsReadBack() throws {
    let sample = try StoredNumbers.sample("../notebooks/data/iris.csv")
    let plan = Plan([try Calibrated(Plan([try NaiveBayes()]), how: .isotonic, folds: UsualFolds(3))])
    let model = try plan.fit(sample, in: testContext)
    let chances = try model.probabilities(sample.features)
    for row in 0..<150 { #expect(abs(chances.reduce(0) { $0 + $1[row] } - 1) < 1e-12) }
    let read = try ModelKinds.standard.model(ModelKinds.tagged(model))
    #expect(try read.probabilities(sample.features) == chances)
    #expect(throws: ModelError.self) { try Calibrated(Plan([Standardize()]), folds: UsualFolds(3)) }
    #expect(throws: ModelError.self) {
      try Plan([Calibrated(Plan([RidgeRegression()]), folds: UsualFolds(3))])
        .fit(TrainingSample(features: sample.features, target: Column(.int((0..<150).map { Int64($0 % 2) }))), in: testContext)
    }
  }
}
