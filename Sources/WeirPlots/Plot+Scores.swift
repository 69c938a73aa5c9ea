extension Plot {
  /// The share of positives found against the share of negatives taken for positives, for every threshold. The legend tells
  /// the area under each curve.
  package static func roc(_ curves: [(label: String, points: [Point], area: Double)]) throws(PlotError) -> Plot {
    var series: [Series] = [Series("", color: 9, .guide([Point(0, 0), Point(1, 1)]))]
    for (index, curve) in curves.enumerated() {
      let name = curve.label.isEmpty ? "" : curve.label + ", "
      series.append(Series(name + "area " + Numerals.fixed(curve.area, decimals: 3), color: index, .line(curve.points)))
    }
    let x = Axis("false positive rate", range: 0...1), y = Axis("true positive rate", range: 0...1)
    return Plot(kind: "roc_plot", content: .chart(Chart(x: x, y: y, series: series)))
  }

  /// The share of positives among the rows taken for them against the share of positives found: points of recall and precision
  /// for every threshold from the highest.
  ///
  /// The legend tells the average precision. The curve is drawn in steps: between two thresholds there is nothing to
  /// interpolate (Davis and Goadrich 2006).
  package static func precisionRecall(
    _ curves: [(label: String, points: [Point], average: Double)]
  ) throws(PlotError) -> Plot {
    var series: [Series] = []
    for (index, curve) in curves.enumerated() {
      var steps: [Point] = [], last = 0.0
      for point in curve.points {
        steps.append(Point(last, point.y))
        steps.append(point)
        last = point.x
      }
      let share = curve.points.last?.y ?? 0
      if index == 0 { series.append(Series("", color: 9, .guide([Point(0, share), Point(1, share)]))) }
      let name = curve.label.isEmpty ? "" : curve.label + ", "
      series.append(
        Series(name + "average precision " + Numerals.fixed(curve.average, decimals: 3), color: index, .line(steps)))
    }
    guard !series.isEmpty else { throw PlotError("there are no scores to show") }
    let x = Axis("recall", range: 0...1), y = Axis("precision", range: 0...1)
    return Plot(kind: "precision_recall_plot", content: .chart(Chart(x: x, y: y, series: series)))
  }

  /// How often rows are positive against the probability said, a point a group of rows.
  ///
  /// The legend tells the expected calibration error over the groups: the mean distance, weighted by rows.
  package static func calibration(_ groups: [(point: Point, rows: Int)]) throws(PlotError) -> Plot {
    let count = groups.reduce(0) { $0 + $1.rows }
    guard count > 0 else { throw PlotError("there are no scores to show") }
    let error = groups.reduce(0) { $0 + Double($1.rows) * ($1.point.y - $1.point.x).magnitude } / Double(count)
    let points = groups.map(\.point)
    let series = [
      Series("", color: 9, .guide([Point(0, 0), Point(1, 1)])),
      Series("error " + Numerals.fixed(error, decimals: 3), color: 0, .line(points)),
      Series("", color: 0, .points(points)),
    ]
    let x = Axis("mean probability said", range: 0...1), y = Axis("share of positives", range: 0...1)
    return Plot(
      kind: "calibration_plot", content: .chart(Chart(x: x, y: y, series: series)),
      caption: "\(Numerals.grouped(count)) rows in \(groups.count == 1 ? "1 group" : "\(groups.count) groups").")
  }
}
