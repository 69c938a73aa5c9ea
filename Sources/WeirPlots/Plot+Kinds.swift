import Glibc

/// Values under a name: one series of a plot.
package struct NamedValues: Sendable {
  package var label: String
  package var values: [Double]
  package init(_ label: String, _ values: [Double]) {
    self.label = label
    self.values = values
  }
}

extension Plot {
  /// How often values fall into each of a row of bins.
  ///
  /// Without `bins`, the number is the greater of Sturges' (`log2 n + 1`) and Freedman and Diaconis' (width
  /// `2 IQR / n^(1/3)`), and the edges are the round numbers nearest to that. With `bins`, so many of equal width from
  /// the least to the greatest value. On a log axis, bins are of equal ratio; where
  /// counts are on one, it begins at a half.
  package static func histogram(
    _ groups: [NamedValues], bins: Int? = nil, label: String, logs: LogAxes = []
  ) throws(PlotError) -> Plot {
    let isLog = logs.contains(.x)
    let known = groups.map { $0.values.filter { $0.isFinite && ($0 > 0 || !isLog) } }
    let all = known.flatMap { $0 }
    let own = logs.intersection(.x)
    guard let low = all.min(), let high = all.max() else { throw own.nothing("numbers") }
    if let bins, !(1...10_000).contains(bins) { throw PlotError("`bins` is 1 to 10000, not \(bins)") }
    let edges: [Double] =
      if isLog { Bins.ratios(all, low, high, bins) } else {
        bins.map { Bins.equal(low, high, count: $0) } ?? Bins.round(all, low, high)
      }
    let series = zip(groups, known).enumerated().map { index, group in
      let counts = Bins.counts(group.1, edges)
      return Series(
        group.0.label, color: index, .bars(counts.indices.map { Bar(edges[$0], edges[$0 + 1], Double(counts[$0])) }))
    }
    var most = 1.0
    for case .bars(let bars) in series.map(\.marks) { most = max(most, bars.map(\.value).max() ?? 1) }
    let x = Axis(label, scale: isLog ? .log : .number)
    let y = logs.contains(.y) ? Axis("count", scale: .log, range: 0.5...most * 1.1) : Axis("count")
    let count = groups.reduce(0) { $0 + $1.values.count }
    return Plot(
      kind: "histogram", content: .chart(Chart(x: x, y: y, series: series)),
      caption: own.caption(leftOut: count - all.count, of: count, "values"))
  }

  /// Lines through points in the order given; gaps where a value is missing.
  package static func line(
    x: [Double], series: [NamedValues], label: String, valueLabel: String, isTime: Bool = false, logs: LogAxes = []
  ) throws(PlotError) -> Plot {
    if isTime, logs.contains(.x) { throw PlotError("times have no log axis", mend: "leave out `log_x`") }
    var isEmpty = true
    let lines = series.enumerated().map { index, one in
      let points = zip(x, one.values).map { x, y in
        let point = Point(x, y)
        if logs.hold(point) { isEmpty = false }
        return logs.isEmpty || logs.hold(point) ? point : Point(x, .nan)
      }
      return Series(one.label, color: index, .line(points))
    }
    guard !isEmpty else { throw logs.nothing("points") }
    let across = Axis(label, scale: isTime ? .time : logs.contains(.x) ? .log : .number)
    let up = Axis(valueLabel, scale: logs.contains(.y) ? .log : .number)
    return Plot(kind: "line", content: .chart(Chart(x: across, y: up, series: lines)))
  }

  /// A dot for each pair of numbers, one colour a group; of more than 10,000, cells that tell how many lie in them.
  package static func scatter(
    _ groups: [(label: String, points: [Point])], label: String, valueLabel: String, logs: LogAxes = []
  ) throws(PlotError) -> Plot {
    let known = groups.map { $0.points.filter(logs.hold) }
    let count = groups.reduce(0) { $0 + $1.points.count }, shown = known.reduce(0) { $0 + $1.count }
    guard shown > 0 else { throw logs.nothing("points") }
    let grid = shown > DensityGrid.least ? DensityGrid(over: known, logs) : nil
    let series = zip(groups, known).enumerated().map { index, group in
      Series(group.0.label, color: index, grid.map { .cells($0.tiles(group.1)) } ?? .points(group.1))
    }
    var captions: [String] = []
    if grid != nil {
      captions.append(
        "\(Numerals.grouped(shown)) points, counted in cells: \(DensityGrid.columns) across and \(DensityGrid.rows) up, "
          + "stronger for more.")
    }
    let leftOut = logs.caption(leftOut: count - shown, of: count, "points")
    if !leftOut.isEmpty { captions.append(leftOut) }
    let x = Axis(label, scale: logs.contains(.x) ? .log : .number)
    let y = Axis(valueLabel, scale: logs.contains(.y) ? .log : .number)
    return Plot(
      kind: "scatter", content: .chart(Chart(x: x, y: y, series: series)), caption: captions.joined(separator: " "))
  }

  /// A bar for each category; bars of several series stand side by side.
  ///
  /// On a log axis there is no 0 to stand on: bars stand on the round number below half of the least, so that each has a
  /// length, and those of 0 and less are left out.
  package static func bars(
    categories: [String], series: [NamedValues], label: String, valueLabel: String, logs: LogAxes = []
  ) throws(PlotError) -> Plot {
    guard !categories.isEmpty, !series.isEmpty else { throw PlotError("there are no bars to show") }
    guard categories.count <= 1000 else {
      throw PlotError("\(categories.count) bars cannot be told apart", mend: "keep the largest with `take`")
    }
    let isLog = logs.contains(.y), given = series.flatMap(\.values)
    let known = given.filter { $0.isFinite && ($0 > 0 || !isLog) }
    if isLog, known.isEmpty { throw logs.nothing("bars") }
    let width = 0.8 / Double(series.count)
    let all = series.enumerated().map { index, one in
      Series(
        one.label, color: index,
        .bars(
          zip(categories.indices, one.values).filter { $1.isFinite && ($1 > 0 || !isLog) }.map { place, value in
            let low = Double(place) - 0.4 + Double(index) * width
            return Bar(low, low + width, value)
          }))
    }
    let x = Axis(label, scale: .categories(categories))
    guard isLog else { return Plot(kind: "bar", content: .chart(Chart(x: x, y: Axis(valueLabel), series: all))) }
    let ends = Ticks.powers((known.min() ?? 1) / 2, known.max() ?? 1, count: 6)
    return Plot(
      kind: "bar",
      content: .chart(Chart(x: x, y: Axis(valueLabel, scale: .log, range: ends.low...ends.high), series: all)),
      caption: logs.caption(leftOut: given.count - known.count, of: given.count, "bars"))
  }

  /// A box for each group: quartiles, whiskers, outliers.
  ///
  /// On a log axis they are those of the values above 0, and whiskers reach as far as the axis shows: by the ratio of the
  /// quartiles instead of their distance.
  package static func boxes(
    _ groups: [NamedValues], label: String, valueLabel: String, logs: LogAxes = []
  ) throws(PlotError) -> Plot {
    guard groups.count <= 200 else { throw PlotError("\(groups.count) boxes cannot be told apart") }
    let isLog = logs.contains(.y)
    let boxes = groups.enumerated().compactMap {
      Box(of: isLog ? $1.values.filter { $0 > 0 } : $1.values, at: Double($0), byRatio: isLog)
    }
    guard !boxes.isEmpty else { throw logs.nothing("numbers") }
    let x = Axis(label, scale: .categories(groups.map(\.label)))
    let all = groups.flatMap(\.values), known = all.count { $0.isFinite && ($0 > 0 || !isLog) }
    return Plot(
      kind: "box",
      content: .chart(
        Chart(x: x, y: Axis(valueLabel, scale: isLog ? .log : .number), series: [Series("", .boxes(boxes))])),
      caption: isLog ? logs.caption(leftOut: all.count - known, of: all.count, "values") : "")
  }

  package static func heatmap(_ matrix: Matrix) -> Plot { Plot(kind: "heatmap", content: .matrix(matrix)) }

  package static func grid(_ plots: [Plot], columns: Int) throws(PlotError) -> Plot {
    guard !plots.isEmpty, columns > 0 else { throw PlotError("there are no plots to put side by side") }
    guard plots.count <= 100 else { throw PlotError("\(plots.count) plots are too many for one grid") }
    return Plot(kind: "grid", content: .grid(plots, columns: min(columns, plots.count)))
  }
}

/// The edges of a histogram and what falls between them.
enum Bins {
  static func equal(_ low: Double, _ high: Double, count: Int) -> [Double] {
    let (low, high) = Ticks.spread(low, high)
    return (0...count).map { low + (high - low) * Double($0) / Double(count) }
  }

  /// Edges of equal ratio: as many bins as asked for, or as the logarithms of the values need.
  static func ratios(_ values: [Double], _ low: Double, _ high: Double, _ count: Int?) -> [Double] {
    let (from, to) = Ticks.spreadRatio(low, high)
    // Whole numbers lie far apart where they are small, and narrower bins would stand between them empty.
    let wanted = count ?? min(max(round(values.map { log10($0) }, log10(low), log10(high)).count - 1, 1), 60)
    // The ends are those of the data, to the last bit.
    return (0...wanted).map { $0 == 0 ? from : $0 == wanted ? to : from * pow(to / from, Double($0) / Double(wanted)) }
  }

  static func round(_ values: [Double], _ low: Double, _ high: Double) -> [Double] {
    let sorted = values.sorted(), count = Double(values.count)
    let quarters = Quantile.of(sorted, 0.75) - Quantile.of(sorted, 0.25)
    let byCount = log2(count).rounded(.up) + 1
    let (from, to) = Ticks.spread(low, high)
    let bySpread = quarters > 0 ? ((to - from) / (2 * quarters / cbrt(count))).rounded(.up) : 1
    let wanted = min(max(byCount, bySpread), 200)
    let step = Ticks.niceNumber((to - from) / wanted, rounds: true)
    let first = (from / step).rounded(.down)
    let last = max(first + 1, (to / step).rounded(.up))
    return (0...Int(min(last - first, 1000))).map { (first + Double($0)) * step }
  }

  /// A value on an inner edge counts above it; one on the last edge counts below.
  static func counts(_ values: [Double], _ edges: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: max(edges.count - 1, 0))
    for value in values {
      var low = 0, high = edges.count
      while low < high {
        let middle = (low + high) / 2
        if edges[middle] <= value { low = middle + 1 } else { high = middle }
      }
      let place = min(max(low - 1, 0), counts.count - 1)
      if counts.indices.contains(place) { counts[place] += 1 }
    }
    return counts
  }
}

/// Quantiles by linear interpolation between order statistics (Hyndman and Fan 1996, type 7).
enum Quantile {
  static func of(_ sorted: [Double], _ share: Double) -> Double {
    guard let last = sorted.indices.last else { return .nan }
    let place = share * Double(last), below = Int(place)
    guard below < last else { return sorted[last] }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}

extension Box {
  /// Nil where there are no numbers. `byRatio` is for values above 0: whiskers reach by the ratio of the quartiles.
  package init?(of values: [Double], at position: Double, byRatio: Bool = false) {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let lower = Quantile.of(sorted, 0.25), upper = Quantile.of(sorted, 0.75)
    let reach = byRatio ? pow(upper / lower, 1.5) : 1.5 * (upper - lower)
    let (least, most) = byRatio ? (lower / reach, upper * reach) : (lower - reach, upper + reach)
    let within = sorted.filter { $0 >= least && $0 <= most }
    self.init(
      position: position, low: min(within.first ?? lower, lower), lowerQuartile: lower,
      median: Quantile.of(sorted, 0.5),
      upperQuartile: upper, high: max(within.last ?? upper, upper),
      outliers: sorted.filter { $0 < least || $0 > most })
  }
}
