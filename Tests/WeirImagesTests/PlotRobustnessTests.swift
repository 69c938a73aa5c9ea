import Foundation
import Testing
import WeirBase
import WeirImages
import WeirPlots

@Suite struct PlotRobustnessTests {
  private func chart(_ plot: Plot) throws -> Chart {
    guard case .chart(let chart) = plot.content else { throw PlotError("no chart") }
    return chart
  }

  private func tiles(_ series: Series) -> [Tile]? { if case .cells(let tiles) = series.marks { tiles } else { nil } }

  @Test func manyPointsAreCountedInCellsOnceEach() throws {
    var random = RandomStream(seed: 4)
    let points = (0..<100_000).map { _ in Point(random.nextNormal(), random.nextNormal()) }
    let plot = try Plot.scatter([("", points + [Point(.nan, 1), Point(1, .infinity)])], label: "x", valueLabel: "y")
    let cells = try #require(tiles(try chart(plot).series[0]))
    #expect(cells.reduce(0) { $0 + $1.count } == 100_000)
    for cell in [cells[0], cells[cells.count / 2], cells[cells.count - 1]] {
      let here = points.count { $0.x >= cell.left && $0.x < cell.right && $0.y >= cell.low && $0.y < cell.high }
      // The points at the very ends count within.
      #expect(abs(cell.count - Double(here)) <= 1)
    }
    #expect(plot.svg().utf8.count < 200_000)
    #expect(plot.caption.hasPrefix("100,000 points, counted in cells"))
    #expect(plot.caption.hasSuffix("2 of 100,002 points left out: missing or infinite."))
    #expect(plot.svg().contains("100,000 points") && plot.rendered(width: 80, color: false).contains("100,000 points"))
    let few = try Plot.scatter([("", Array(points.prefix(10_000)))], label: "x", valueLabel: "y")
    #expect(tiles(try chart(few).series[0]) == nil && few.caption.isEmpty)
  }

  @Test func cellsOfGroupsShareOneGrid() throws {
    let left = (0..<9000).map { Point(Double($0 % 100), 0) }, right = (0..<9000).map { Point(Double($0 % 100), 10) }
    let plot = try Plot.scatter([("low", left), ("high", right)], label: "x", valueLabel: "y")
    let low = try #require(tiles(try chart(plot).series[0])), high = try #require(tiles(try chart(plot).series[1]))
    #expect(low.map(\.left) == high.map(\.left) && low[0].high < high[0].low)
    let text = plot.rendered(width: 60, color: false)
    #expect(text.contains("●") && text.contains("○"))
  }

  @Test func manyEqualPointsMakeOneCell() throws {
    for value in [0.0, 5, 1e308, -1e308] {
      let plot = try Plot.scatter(
        [("", Array(repeating: Point(value, value), count: 20_000))], label: "x", valueLabel: "y")
      #expect(try #require(tiles(try chart(plot).series[0])).map(\.count) == [20_000])
      #expect(!plot.svg().contains("nan") && !plot.rendered(width: 50, color: true).isEmpty)
    }
  }

  @Test func logAxesPutEqualRatiosEquallyFarApart() {
    let ticks = Ticks.powers(0.5, 20_000, count: 6)
    #expect(ticks.low <= 0.5 && ticks.high >= 20_000)
    #expect(ticks.labels == ["1", "10", "100", "1000", "10000"])
    let shares = [1.0, 10, 100, 1000].map(ticks.share)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { abs(($1 - $0) - (shares[1] - shares[0])) < 1e-12 })
    #expect(abs(ticks.value(at: ticks.share(37)) - 37) < 1e-9)
    #expect(ticks.share(0) == 0 && ticks.share(-3) == 0)
    #expect(Ticks.powers(3, 40, count: 6).labels == ["2", "5", "10", "20", "50"])
    #expect(Ticks.powers(1.01, 1.02, count: 5).values.count >= 2)
    #expect(Ticks.powers(7, 7, count: 5).low < 7)
    for (low, high) in [(5e-324, 1e308), (1e-300, 1e-299), (1, 1e12), (0.0, 0.0)] {
      let ticks = Ticks.powers(low, high, count: 6)
      #expect((1...16).contains(ticks.values.count) && ticks.low > 0 && ticks.low < ticks.high, "\(low) \(high)")
    }
  }

  @Test func histogramsOnLogAxesCountEachValueAbove0Once() throws {
    var random = RandomStream(seed: 6)
    let values = (0..<500).map { _ in exp(4 * random.nextNormal()) }
    for bins in [nil, 7] {
      let plot = try Plot.histogram([NamedValues("", values + [0, -1, .nan])], bins: bins, label: "", logs: .x)
      guard case .bars(let bars) = try chart(plot).series[0].marks else { throw PlotError("no bars") }
      #expect(bars.reduce(0) { $0 + $1.value } == 500)
      #expect(bins == nil || bars.count == 7)
      let ratio = bars[0].high / bars[0].low
      #expect(bars.allSatisfy { abs($0.high / $0.low / ratio - 1) < 1e-9 })
      #expect(plot.caption == "3 of 503 values left out: missing, infinite, or not above 0 on a log axis.")
    }
    // A count of one can be seen beside a count of thousands.
    let skewed = try Plot.histogram(
      [NamedValues("", Array(repeating: 1, count: 5000) + [9])], bins: 2, label: "", logs: .y)
    #expect(skewed.rendered(width: 40, color: false).split(separator: "\n").contains { $0.hasSuffix("█") })
    #expect(throws: PlotError.self) { try Plot.histogram([NamedValues("", [0, -1])], label: "", logs: .x) }
  }

  @Test func whatHasNoPlaceOnALogAxisIsAGapInALine() throws {
    let plot = try Plot.line(
      x: [1, 2, 3], series: [NamedValues("", [5, 0, 7])], label: "", valueLabel: "", logs: .y)
    guard case .line(let points) = try chart(plot).series[0].marks else { throw PlotError("no line") }
    #expect(points.map { $0.y.isNaN } == [false, true, false])
    #expect(throws: PlotError.self) {
      try Plot.line(x: [1], series: [NamedValues("", [-1])], label: "", valueLabel: "", logs: .y)
    }
    #expect(throws: PlotError.self) {
      try Plot.line(x: [1], series: [NamedValues("", [1])], label: "", valueLabel: "", isTime: true, logs: .x)
    }
    #expect(throws: PlotError.self) {
      try Plot.line(x: [1, 2], series: [NamedValues("", [.nan, .nan])], label: "", valueLabel: "")
    }
  }

  @Test func hostileNumbersNeverTrapOnLogAxesAndInCells() throws {
    let hostile: [Double] = [.infinity, -.infinity, .nan, 1e308, -1e308, 5e-324, 0, -0.0, 1, 1e15, 2e-8]
    var random = RandomStream(seed: 12)
    for round in 0..<40 {
      let points = (0..<(round % 10 == 0 ? 30_000 : 7)).map { _ in
        Point(hostile[random.nextInt(below: hostile.count)], hostile[random.nextInt(below: hostile.count)])
      }
      let logs = LogAxes(rawValue: round % 4)
      let x = points.map(\.x), y = NamedValues("", points.map(\.y))
      let plots = [
        try? Plot.scatter([("", points)], label: "", valueLabel: "", logs: logs),
        try? Plot.line(x: x, series: [y], label: "", valueLabel: "", logs: logs),
        try? Plot.histogram([y], label: "", logs: logs),
      ]
      for plot in plots.compactMap({ $0 }) {
        _ = plot.rendered(width: 60, color: true)
        #expect(!plot.svg().contains("nan"))
        _ = try plot.image(width: 60, height: 40, scale: 1)
      }
    }
  }

  @Test func groupsWithoutNumbersStandOnAnAxisOfCounts() throws {
    let plot = try Plot.histogram([NamedValues("some", [1, 2]), NamedValues("none", [.nan])], label: "x")
    let text = plot.rendered(width: 60, color: false)
    #expect(text.contains("● none") && !text.contains("-1"))
    #expect(plot.caption == "1 of 3 values left out: missing or infinite.")
  }

  @Test func manyLayeredHistogramsAreToldApartByOutlines() throws {
    func lines(_ groups: Int) throws -> Int {
      let plot = try Plot.histogram((0..<groups).map { NamedValues("\($0)", [1, 2, 2, 5]) }, label: "x")
      return plot.svg().components(separatedBy: "stroke-width=\"1.8\"").count - 1
    }
    #expect(try lines(2) == 0 && lines(3) == 3)
  }
}
