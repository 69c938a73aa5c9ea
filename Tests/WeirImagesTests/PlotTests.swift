import Foundation
import Testing
import WeirBase
import WeirImages
import WeirPlots

@Suite struct PlotTests {
  @Test func plotsComeBackFromArchives() throws {
    for plot in try plotGallery() {
      let bytes = plot.archive.encoded()
      let again = try Plot(archive: Archive(decoding: bytes))
      #expect(again.archive.encoded() == bytes, "\(plot.kind)")
      #expect(again.svg() == plot.svg())
    }
    #expect(throws: ArchiveError.self) { try Plot(archive: .of(["kind": .text("x")])) }
  }

  @Test func drawingsAreWellFormedAndEscaped() throws {
    for plot in try plotGallery() {
      // Captions may say the word.
      let svg = plot.svg().replacingOccurrences(of: "infinite", with: "")
      let parser = XMLWords(svg)
      #expect(parser.isBalanced, "\(plot.kind)")
      #expect(!svg.contains("<b>") && !svg.contains("\u{1B}") && !svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test func textStaysWithinItsWidthAndWithoutEscapes() throws {
    for plot in try plotGallery() {
      for width in [24, 40, 80, 133] {
        let text = plot.rendered(width: width, color: false)
        #expect(!text.contains("\u{1B}"))
        for line in text.split(separator: "\n") { #expect(line.count <= width, "\(plot.kind) \(width): \(line)") }
        #expect(plot.rendered(width: width, color: true).contains("\u{1B}["))
      }
    }
  }

  @Test func picturesHaveTheSizeAskedForAndSomethingOnThem() throws {
    for plot in try plotGallery() {
      let image = try plot.image(width: 300, height: 200, scale: 0.5)
      #expect(image.width == 150 && image.height == 100)
      guard case .bytes(let values) = image.samples else { return }
      #expect(values.count { $0 != 255 } > 300, "\(plot.kind)")
    }
    #expect(throws: PlotError.self) { try plotGallery()[0].image(width: 1e9, height: 10) }
    #expect(throws: PlotError.self) { try plotGallery()[0].image(width: .nan, height: 10) }
  }

  @Test func everyValueOfAHistogramIsCountedOnce() throws {
    var random = RandomStream(seed: 5)
    for count in [1, 2, 7, 100, 1000] {
      let values = (0..<count).map { _ in (random.nextNormal() * 10).rounded() / 7 }
      for bins in [nil, 1, 10] {
        guard case .chart(let chart) = try Plot.histogram([NamedValues("", values)], bins: bins, label: "").content,
          case .bars(let bars) = chart.series[0].marks
        else { return #expect(Bool(false)) }
        #expect(bars.reduce(0) { $0 + $1.value } == Double(count))
        if let bins { #expect(bars.count == bins) }
        for bar in bars.dropLast() {
          #expect(bar.value == Double(values.count { $0 >= bar.low && $0 < bar.high }))
        }
      }
    }
    #expect(throws: PlotError.self) { try Plot.histogram([NamedValues("", [.nan])], label: "") }
    #expect(throws: PlotError.self) { try Plot.histogram([NamedValues("", [1])], bins: 0, label: "") }
  }

  @Test func boxesAreTheFiveNumbersOfTukey() throws {
    let box = try #require(Box(of: [1, 2, 3, 4, 5, 6, 7, 8, 9, 40], at: 0))
    #expect([box.low, box.lowerQuartile, box.median, box.upperQuartile, box.high] == [1, 3.25, 5.5, 7.75, 9])
    #expect(box.outliers == [40])
    #expect(Box(of: [.nan], at: 0) == nil)
  }

  @Test func whiskersOnALogAxisReachByRatio() throws {
    // Quartiles 1 and 100 of seven powers: 1.5 times their distance of two decades reaches all but the last.
    let values = [0.1, 1, 1, 10, 100, 100, 1e6]
    let plot = try Plot.boxes([NamedValues("a", values + [0, -3, .nan])], label: "", valueLabel: "", logs: .y)
    guard case .chart(let chart) = plot.content, case .boxes(let boxes) = chart.series[0].marks else {
      throw PlotError("no boxes")
    }
    let box = try #require(boxes.first)
    #expect([box.low, box.lowerQuartile, box.median, box.upperQuartile, box.high] == [0.1, 1, 10, 100, 100])
    #expect(box.outliers == [1e6] && chart.y.scale == .log)
    #expect(plot.caption.hasPrefix("3 of 10 values left out"))
    #expect(throws: PlotError.self) { try Plot.boxes([NamedValues("", [0, -1])], label: "", valueLabel: "", logs: .y) }
  }

  @Test func barsOnALogAxisAllHaveALength() throws {
    let plot = try Plot.bars(
      categories: ["a", "b", "c", "d"], series: [NamedValues("", [3, 5000, 0, 1])], label: "", valueLabel: "n", logs: .y)
    guard case .chart(let chart) = plot.content, case .bars(let bars) = chart.series[0].marks else {
      throw PlotError("no bars")
    }
    #expect(bars.map(\.value) == [3, 5000, 1] && chart.y.range == 0.5...5000)
    #expect(plot.caption.hasPrefix("1 of 4 bars left out"))
    let lines = plot.rendered(width: 60, color: false).split(separator: "\n").map { $0.filter { $0 == "█" }.count }
    // Over four decades: from 0.5, 1 is at 0.08 of the way, 3 at 0.19, 5000 at its end.
    #expect(lines.contains { $0 > 40 } && lines.contains { (1...6).contains($0) })
    for number in [5e-324, 1e308] {
      let plot = try Plot.bars(
        categories: ["a"], series: [NamedValues("", [number])], label: "", valueLabel: "", logs: .y)
      #expect(!plot.svg().contains("nan") && !plot.rendered(width: 40, color: false).isEmpty)
    }
  }

  @Test func countsAndEpochsHaveNoHalves() throws {
    let svg = try Plot.line(
      x: [1, 2, 3], series: [NamedValues("", [0.9, 0.5, 0.4])], label: "epoch", valueLabel: "loss").svg()
    #expect(svg.contains(">2<") && svg.contains(">0.5<") && !svg.contains(">1.5<") && !svg.contains(">2.0<"))
    let counts = try Plot.bars(categories: ["a"], series: [NamedValues("", [3])], label: "", valueLabel: "count").svg()
    #expect(counts.contains(">2<") && !counts.contains(">0.5<") && !counts.contains(">2.5<"))
  }

  @Test func theLegendOfACurveTellsItsArea() throws {
    let points = [Point(0, 0), Point(0, 0.5), Point(1, 1)]
    guard case .chart(let chart) = try Plot.roc([(label: "new", points: points, area: 0.75)]).content else {
      throw PlotError("no chart")
    }
    #expect(chart.series[1].label == "new, area 0.750")
    guard case .line(points) = chart.series[1].marks else { throw PlotError("another line") }
  }

  @Test func hostileNumbersNeverTrap() throws {
    let hostile: [Double] = [
      .infinity, -.infinity, .nan, 1e308, -1e308, .leastNonzeroMagnitude, 0, -0.0, 1, 1e15, 2e-8,
    ]
    var random = RandomStream(seed: 11)
    for _ in 0..<60 {
      let values = (0..<6).map { _ in hostile[random.nextInt(below: hostile.count)] }
      let other = (0..<6).map { _ in hostile[random.nextInt(below: hostile.count)] }
      var plots: [Plot] = []
      if let plot = try? Plot.histogram([NamedValues("", values)], label: "") { plots.append(plot) }
      if let plot = try? Plot.scatter([("", zip(values, other).map { Point($0, $1) })], label: "", valueLabel: "") {
        plots.append(plot)
      }
      for isTime in [true, false] {
        if let plot = try? Plot.line(
          x: values, series: [NamedValues("", other)], label: "", valueLabel: "", isTime: isTime)
        {
          plots.append(plot)
        }
      }
      if let plot = try? Plot.boxes([NamedValues("", values)], label: "", valueLabel: "") { plots.append(plot) }
      let names = values.indices.map { "\($0)" }
      if let plot = try? Plot.bars(categories: names, series: [NamedValues("", values)], label: "", valueLabel: "") {
        plots.append(plot)
      }
      if let matrix = try? Matrix(rows: ["a", "b"], columns: ["c", "d", "e"], values: values) {
        plots.append(.heatmap(matrix))
      }
      for plot in plots {
        _ = plot.rendered(width: 60, color: true)
        _ = plot.svg()
        _ = try plot.image(width: 60, height: 40, scale: 1)
      }
    }
  }
}

@Suite struct TickTests {
  @Test func ticksAreRoundAndEncloseTheData() {
    var random = RandomStream(seed: 2)
    for _ in 0..<500 {
      let low = (random.nextUniform() - 0.5) * pow(10, Double(random.nextInt(below: 12) - 5))
      let high = low + random.nextUniform() * pow(10, Double(random.nextInt(below: 12) - 5))
      let ticks = Ticks.numbers(low, high, count: 6)
      #expect(ticks.low <= low + 1e-9 * abs(low) && ticks.high >= high - 1e-9 * abs(high))
      #expect((2...14).contains(ticks.values.count))
      #expect(ticks.labels.count == ticks.values.count)
    }
    #expect(Ticks.numbers(0, 97, count: 6).labels == ["0", "20", "40", "60", "80", "100"])
    #expect(Ticks.numbers(0.1, 0.73, count: 5).labels == ["0.0", "0.2", "0.4", "0.6", "0.8"])
    #expect(Ticks.numbers(5, 5, count: 5).values.contains(5))
  }

  @Test func timesFallOnRoundDates() {
    let day = 86_400e6
    let years = Ticks.times(0, 20 * 365.25 * day, count: 6)
    #expect(years.labels.first == "1970" && years.labels.allSatisfy { $0.count == 4 })
    #expect(Ticks.times(0, 10 * day, count: 6).labels.first == "1970-01-01")
    #expect(
      Ticks.times(0, 6 * 3600e6, count: 7).labels == ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00"])
    #expect(Ticks.times(-1e18, 1e18, count: 5).values.count < 61)
  }

  @Test func numbersAreShort() {
    #expect(Numerals.short(0.123456) == "0.123" && Numerals.short(1234567, digits: 7) == "1234567")
    #expect(Numerals.short(1.5e-7) == "1.5e-7" && Numerals.short(-2, digits: 2) == "-2" && Numerals.short(0) == "0")
    #expect(Numerals.fixed(-0.001, decimals: 2) == "0.00" && Numerals.fixed(2.675, decimals: 1) == "2.7")
  }
}

/// Whether the elements of a text open and close in order.
private struct XMLWords {
  let isBalanced: Bool

  init(_ text: String) {
    var open: [Substring] = [], fine = true
    for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
      guard let end = part.firstIndex(of: ">") else {
        fine = false
        break
      }
      let tag = part[..<end]
      if tag.hasPrefix("/") {
        if open.popLast() != tag.dropFirst() { fine = false }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
    }
    isBalanced = fine && open.isEmpty
  }
}
