import Testing
import WeirBase
import WeirPlots

@Suite struct ScorePlotTests {
  private func series(_ plot: Plot) throws -> [Series] {
    guard case .chart(let chart) = plot.content else { throw PlotError("no chart") }
    return chart.series
  }

  /// The numbers are those of scikit-learn's `average_precision_score`.
  @Test func averagePrecisionIsThatOfOthers() throws {
    func precision(_ scores: [Double], _ truths: [Int]) throws -> String {
      try series(.precisionRecall([(label: "", scores: scores, isPositive: truths.map { $0 == 1 })]))[1].label
    }
    #expect(try precision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]) == "average precision 0.833")
    #expect(try precision([0.9, 0.8, 0.8, 0.7, 0.5, 0.2, 0.1], [1, 0, 1, 0, 1, 1, 0]) == "average precision 0.733")
    #expect(try precision([3, 2, 1], [1, 1, 0]) == "average precision 1.000")
    #expect(try precision([1, 1, 1, 1], [1, 0, 0, 0]) == "average precision 0.250")
    #expect(throws: PlotError.self) { try precision([1, 2], [0, 0]) }
    #expect(throws: PlotError.self) { try precision([.nan], [1]) }
    #expect(throws: PlotError.self) { try precision([], []) }
  }

  @Test func precisionEndsAtTheShareOfPositives() throws {
    let plot = try Plot.precisionRecall([(label: "a", scores: [4, 3, 2, 1], isPositive: [true, false, false, true])])
    guard case .line(let points) = try series(plot)[1].marks, case .guide(let guess) = try series(plot)[0].marks else {
      throw PlotError("no line")
    }
    #expect(points.last == Point(1, 0.5) && guess == [Point(0, 0.5), Point(1, 0.5)])
    #expect(points.first == Point(0, 1))
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func calibrationGroupsHoldEquallyManyRows() throws {
    // What is said is what happens: of rows said at p, the share p is positive.
    let scores = (0..<1000).map { Double($0 / 100) / 10 + 0.05 }
    let truths = (0..<1000).map { Double($0 % 100) < (Double($0 / 100) / 10 + 0.05) * 100 - 1e-9 }
    let plot = try Plot.calibration(scores: scores, isPositive: truths, bins: 10)
    guard case .points(let points) = try series(plot)[2].marks else { throw PlotError("no points") }
    #expect(points.count == 10)
    #expect(points.allSatisfy { abs($0.x - $0.y) < 1e-9 })
    #expect(try series(plot)[1].label == "error 0.000" && plot.caption == "1,000 rows in 10 groups.")
    // Always 0.9, and half of the time right.
    let bold = try Plot.calibration(
      scores: Array(repeating: 0.9, count: 10), isPositive: (0..<10).map { $0 % 2 == 0 }, bins: 5)
    #expect(try series(bold)[1].label == "error 0.400" && bold.caption == "10 rows in 1 group.")
  }

  @Test func calibrationWantsProbabilities() throws {
    for scores in [[-0.1, 0.5], [0.2, 1.5], [.infinity, 0], [.nan, .nan], []] as [[Double]] {
      #expect(throws: PlotError.self) {
        try Plot.calibration(scores: scores, isPositive: scores.map { _ in true }, bins: 3)
      }
    }
    #expect(throws: PlotError.self) { try Plot.calibration(scores: [0.5], isPositive: [true], bins: 0) }
    #expect(throws: PlotError.self) { try Plot.calibration(scores: [0.5], isPositive: [true], bins: .max) }
    _ = try Plot.calibration(scores: [0.5], isPositive: [true], bins: 1000)
  }
}
