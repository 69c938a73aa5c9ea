import Testing
import WeirBase
import WeirPlots

@Suite struct ScorePlotTests {
  private func series(_ plot: Plot) throws -> [Series] {
    guard case .chart(let chart) = plot.content else { throw PlotError("no chart") }
    return chart.series
  }

  @Test func precisionEndsAtTheShareOfPositives() throws {
    let curve = [Point(0.5, 1), Point(0.5, 0.5), Point(1, 0.5)]
    let plot = try Plot.precisionRecall([(label: "a", points: curve, average: 0.75)])
    guard case .line(let points) = try series(plot)[1].marks, case .guide(let guess) = try series(plot)[0].marks else {
      throw PlotError("no line")
    }
    #expect(points.last == Point(1, 0.5) && guess == [Point(0, 0.5), Point(1, 0.5)])
    #expect(points.first == Point(0, 1))
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.x <= $1.x })
    #expect(try series(plot)[1].label == "a, average precision 0.750")
    #expect(throws: PlotError.self) { try Plot.precisionRecall([]) }
  }

  @Test func theErrorOfCalibrationIsWeightedByRows() throws {
    let plot = try Plot.calibration([(point: Point(0.2, 0.2), rows: 30), (point: Point(0.9, 0.5), rows: 10)])
    guard case .points(let points) = try series(plot)[2].marks else { throw PlotError("no points") }
    #expect(points == [Point(0.2, 0.2), Point(0.9, 0.5)])
    #expect(try series(plot)[1].label == "error 0.100" && plot.caption == "40 rows in 2 groups.")
    #expect(throws: PlotError.self) { try Plot.calibration([]) }
  }
}
