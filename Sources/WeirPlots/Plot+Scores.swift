extension Plot {
  /// The share of positives among the rows taken for them against the share of positives found, for every threshold.
  ///
  /// The legend tells the average precision, `Σ (recall gained) · precision`, as scikit-learn defines it. The curve is
  /// drawn in steps: between two thresholds there is nothing to interpolate (Davis and Goadrich 2006).
  package static func precisionRecall(
    _ curves: [(label: String, scores: [Double], isPositive: [Bool])]
  ) throws(PlotError) -> Plot {
    var series: [Series] = []
    for (index, curve) in curves.enumerated() {
      let points = try precisionRecallPoints(scores: curve.scores, isPositive: curve.isPositive)
      var steps: [Point] = [], area = 0.0, last = 0.0
      for point in points {
        steps.append(Point(last, point.y))
        steps.append(point)
        area += (point.x - last) * point.y
        last = point.x
      }
      let share = points.last?.y ?? 0
      if index == 0 { series.append(Series("", color: 9, .guide([Point(0, share), Point(1, share)]))) }
      let name = curve.label.isEmpty ? "" : curve.label + ", "
      series.append(Series(name + "average precision " + Numerals.fixed(area, decimals: 3), color: index, .line(steps)))
    }
    guard !series.isEmpty else { throw PlotError("there are no scores to show") }
    let x = Axis("recall", range: 0...1), y = Axis("precision", range: 0...1)
    return Plot(kind: "precision_recall_plot", content: .chart(Chart(x: x, y: y, series: series)))
  }

  /// Recall and precision at each threshold from the highest; the last takes all rows for positive.
  static func precisionRecallPoints(scores: [Double], isPositive: [Bool]) throws(PlotError) -> [Point] {
    let rows = zip(scores, isPositive).filter { !$0.0.isNaN }.sorted { $0.0 > $1.0 }
    let positives = rows.count { $0.1 }
    guard positives > 0 else { throw PlotError("precision and recall need rows that are positive") }
    var points: [Point] = [], found = 0
    for (index, row) in rows.enumerated() {
      if row.1 { found += 1 }
      if index + 1 == rows.count || rows[index + 1].0 != row.0 {
        points.append(Point(Double(found) / Double(positives), Double(found) / Double(index + 1)))
      }
    }
    return points
  }

  /// How often rows are positive against the probability said, in groups of equally many rows.
  ///
  /// The legend tells the expected calibration error over the groups: the mean distance, weighted by rows.
  package static func calibration(scores: [Double], isPositive: [Bool], bins: Int) throws(PlotError) -> Plot {
    guard (1...1000).contains(bins) else { throw PlotError("`bins` is 1 to 1000, not \(bins)") }
    let rows = zip(scores, isPositive).filter { !$0.0.isNaN }.sorted { $0.0 < $1.0 }
    guard let low = rows.first?.0, let high = rows.last?.0 else { throw PlotError("there are no scores to show") }
    guard low >= 0, high <= 1 else {
      throw PlotError(
        "calibration is about probabilities, and scores go from \(Numerals.short(low)) to \(Numerals.short(high))",
        mend: "give the probability of one class, 0 to 1")
    }
    let groups = calibrationGroups(rows, bins)
    let error = groups.reduce(0) { $0 + Double($1.rows) * ($1.point.y - $1.point.x).magnitude } / Double(rows.count)
    let points = groups.map(\.point)
    let series = [
      Series("", color: 9, .guide([Point(0, 0), Point(1, 1)])),
      Series("error " + Numerals.fixed(error, decimals: 3), color: 0, .line(points)),
      Series("", color: 0, .points(points)),
    ]
    let x = Axis("mean probability said", range: 0...1), y = Axis("share of positives", range: 0...1)
    return Plot(
      kind: "calibration_plot", content: .chart(Chart(x: x, y: y, series: series)),
      caption: "\(Numerals.grouped(rows.count)) rows in \(groups.count == 1 ? "1 group" : "\(groups.count) groups").")
  }

  /// Ends a group where it has its part of the rows and the next probability differs.
  private static func calibrationGroups(
    _ rows: [(Double, Bool)], _ bins: Int
  ) -> [(point: Point, rows: Int)] {
    var groups: [(point: Point, rows: Int)] = [], start = 0, sum = 0.0, found = 0
    for (index, row) in rows.enumerated() {
      sum += row.0
      if row.1 { found += 1 }
      let isLast = index + 1 == rows.count
      let isFull = index + 1 >= (groups.count + 1) * rows.count / bins
      guard isLast || (isFull && rows[index + 1].0 != row.0) else { continue }
      let count = index + 1 - start
      groups.append((Point(sum / Double(count), Double(found) / Double(count)), count))
      (start, sum, found) = (index + 1, 0, 0)
    }
    return groups
  }
}
