import Testing
import WeirModels
import WeirTables

@Suite struct ScoreCurveTests {
  private func areClose(_ ours: ArraySlice<Double>, _ theirs: ArraySlice<Double>) -> Bool {
    ours.count == theirs.count && zip(ours, theirs).allSatisfy { isClose($0, $1, 1e-15) }
  }

  @Test func curvesAreThoseOfScikitLearn() throws {
    let expected = try StoredNumbers.reference("metrics")["curves"]
    let scored = ScoredTruths(scores: expected["scores"].numbers, isPositive: expected["truth"].ints.map { $0 == 1 })
    let roc = try scored.rocCurve().columns.map(\.doubles)
    #expect(roc.map(\.first) == [.infinity, 0, 0])
    for (ours, theirs) in zip(roc, expected["roc"].rows) { #expect(areClose(ours.dropFirst(), theirs[...])) }
    // Theirs goes no further down than where all positives are found.
    let precision = try scored.precisionRecallCurve().columns.map(\.doubles), theirs = expected["precision_recall"].rows
    for (ours, theirs) in zip(precision, theirs) { #expect(areClose(ours.prefix(theirs.count), theirs[...])) }
    #expect(precision[2].last == 1 && theirs[0].count > 40)
    #expect(isClose(scored.rocArea, expected["roc_auc"].number, 1e-14))
    #expect(isClose(scored.averagePrecision, expected["average_precision"].number, 1e-14))
  }

  @Test func tiesAndSmallCases() throws {
    func figures(_ scores: [Double], _ truths: [Int]) -> [Double] {
      let scored = ScoredTruths(scores: scores, isPositive: truths.map { $0 == 1 })
      return [scored.rocArea, scored.averagePrecision].map { ($0 * 1000).rounded() / 1000 }
    }
    #expect(figures([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]) == [1, 1])
    #expect(figures([0.5, 0.5, 0.5, 0.5], [1, 0, 1, 0]) == [0.5, 0.5])
    #expect(figures([0.1, 0.4, 0.35, 0.8, .nan], [0, 0, 1, 1, 1]) == [0.75, 0.833])
    #expect(figures([0.0, -0.0], [1, 0]) == [0.5, 0.5])
    #expect(figures([2, 1], [1, 1])[0].isNaN && figures([2, 1], [0, 0])[1].isNaN && figures([], [])[0].isNaN)
    for scored in [ScoredTruths(scores: [.nan], isPositive: [true]), ScoredTruths(scores: [1, 2], isPositive: [false, false])] {
      #expect(throws: ModelError.self) { try scored.rocCurve() }
      #expect(throws: ModelError.self) { try scored.precisionRecallCurve() }
    }
  }

  @Test func calibrationGroupsHoldEquallyManyRows() throws {
    // What is said is what happens: of rows said at p, the share p is positive.
    let scores = (0..<1000).map { Double($0 / 100) / 10 + 0.05 }
    let truths = (0..<1000).map { Double($0 % 100) < (Double($0 / 100) / 10 + 0.05) * 100 - 1e-9 }
    let groups = try ScoredTruths(scores: scores, isPositive: truths).calibrationCurve(bins: 10).columns.map(\.doubles)
    #expect(groups[2] == Array(repeating: 100, count: 10))
    #expect(zip(groups[0], groups[1]).allSatisfy { abs($0 - $1) < 1e-9 })
    // Equal probabilities stay together.
    let bold = ScoredTruths(scores: Array(repeating: 0.9, count: 10), isPositive: (0..<10).map { $0 % 2 == 0 })
    #expect(try bold.calibrationCurve(bins: 5).columns[1].doubles == [0.5])
  }

  @Test func calibrationWantsProbabilities() throws {
    for scores in [[-0.1, 0.5], [0.2, 1.5], [.infinity, 0], [.nan, .nan], []] as [[Double]] {
      #expect(throws: ModelError.self) {
        try ScoredTruths(scores: scores, isPositive: scores.map { _ in true }).calibrationCurve(bins: 3)
      }
    }
    let one = ScoredTruths(scores: [0.5], isPositive: [true])
    #expect(throws: ModelError.self) { try one.calibrationCurve(bins: 0) }
    #expect(throws: ModelError.self) { try one.calibrationCurve(bins: .max) }
    #expect(try one.calibrationCurve(bins: 1000).rowCount == 1)
  }
}
