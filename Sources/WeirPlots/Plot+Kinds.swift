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
  /// the least to the greatest value.
  package static func histogram(_ groups: [NamedValues], bins: Int? = nil, label: String) throws(PlotError) -> Plot {
    let known = groups.map { $0.values.filter(\.isFinite) }
    let all = known.flatMap { $0 }
    guard let low = all.min(), let high = all.max() else { throw PlotError("there are no numbers to show") }
    if let bins, !(1...10_000).contains(bins) { throw PlotError("`bins` is 1 to 10000, not \(bins)") }
    let edges = bins.map { Bins.equal(low, high, count: $0) } ?? Bins.round(all, low, high)
    let series = zip(groups, known).enumerated().map { index, group in
      let counts = Bins.counts(group.1, edges)
      return Series(
        group.0.label, color: index, .bars(counts.indices.map { Bar(edges[$0], edges[$0 + 1], Double(counts[$0])) }))
    }
    return Plot(kind: "histogram", content: .chart(Chart(x: Axis(label), y: Axis("count"), series: series)))
  }

  /// Lines through points in the order given; gaps where a value is missing.
  package static func line(
    x: [Double], series: [NamedValues], label: String, valueLabel: String, isTime: Bool = false
  ) throws(PlotError) -> Plot {
    let lines = series.enumerated().map { index, one in
      Series(one.label, color: index, .line(zip(x, one.values).map { Point($0, $1) }))
    }
    guard x.contains(where: \.isFinite), !series.isEmpty else { throw PlotError("there are no points to show") }
    let axis = Axis(label, scale: isTime ? .time : .number)
    return Plot(kind: "line", content: .chart(Chart(x: axis, y: Axis(valueLabel), series: lines)))
  }

  /// A dot for each pair of numbers, one colour a group.
  package static func scatter(
    _ groups: [(label: String, points: [Point])], label: String, valueLabel: String
  ) throws(PlotError) -> Plot {
    let series = groups.enumerated().map { index, group in
      Series(group.label, color: index, .points(group.points.filter(\.isFinite)))
    }
    guard groups.contains(where: { $0.points.contains(where: \.isFinite) }) else {
      throw PlotError("there are no points to show")
    }
    return Plot(kind: "scatter", content: .chart(Chart(x: Axis(label), y: Axis(valueLabel), series: series)))
  }

  /// A bar for each category; bars of several series stand side by side.
  package static func bars(
    categories: [String], series: [NamedValues], label: String, valueLabel: String
  ) throws(PlotError) -> Plot {
    guard !categories.isEmpty, !series.isEmpty else { throw PlotError("there are no bars to show") }
    guard categories.count <= 1000 else {
      throw PlotError("\(categories.count) bars cannot be told apart", mend: "keep the largest with `take`")
    }
    let width = 0.8 / Double(series.count)
    let all = series.enumerated().map { index, one in
      Series(
        one.label, color: index,
        .bars(
          zip(categories.indices, one.values).filter(\.1.isFinite).map { place, value in
            let low = Double(place) - 0.4 + Double(index) * width
            return Bar(low, low + width, value)
          }))
    }
    let x = Axis(label, scale: .categories(categories))
    return Plot(kind: "bar", content: .chart(Chart(x: x, y: Axis(valueLabel), series: all)))
  }

  /// A box for each group: quartiles, whiskers, outliers.
  package static func boxes(_ groups: [NamedValues], label: String, valueLabel: String) throws(PlotError) -> Plot {
    guard groups.count <= 200 else { throw PlotError("\(groups.count) boxes cannot be told apart") }
    let boxes = groups.enumerated().compactMap { Box(of: $1.values, at: Double($0)) }
    guard !boxes.isEmpty else { throw PlotError("there are no numbers to show") }
    let x = Axis(label, scale: .categories(groups.map(\.label)))
    return Plot(
      kind: "box", content: .chart(Chart(x: x, y: Axis(valueLabel), series: [Series("", .boxes(boxes))])))
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
  /// Nil where there are no numbers.
  package init?(of values: [Double], at position: Double) {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let lower = Quantile.of(sorted, 0.25), upper = Quantile.of(sorted, 0.75)
    let reach = 1.5 * (upper - lower)
    let within = sorted.filter { $0 >= lower - reach && $0 <= upper + reach }
    self.init(
      position: position, low: min(within.first ?? lower, lower), lowerQuartile: lower,
      median: Quantile.of(sorted, 0.5),
      upperQuartile: upper, high: max(within.last ?? upper, upper),
      outliers: sorted.filter { $0 < lower - reach || $0 > upper + reach })
  }
}
