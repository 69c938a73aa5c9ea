extension Plot {
  /// Counts of true classes (rows) by predicted ones (columns).
  package static func confusion(classes: [String], counts: [Double]) throws(PlotError) -> Plot {
    let matrix = try Matrix(
      rows: classes, columns: classes, values: counts, rowTitle: "truth", columnTitle: "predicted")
    return Plot(kind: "confusion_plot", content: .matrix(matrix))
  }

  /// The share of positives found against the share of negatives taken for positives, for every threshold on `scores`.
  ///
  /// One curve for each series of scores; `isPositive` has one truth a score. The legend tells the area under it.
  package static func roc(_ curves: [(label: String, scores: [Double], isPositive: [Bool])]) throws(PlotError) -> Plot {
    var series: [Series] = [Series("", color: 9, .guide([Point(0, 0), Point(1, 1)]))]
    for (index, curve) in curves.enumerated() {
      let points = try rocPoints(scores: curve.scores, isPositive: curve.isPositive)
      let area = zip(points, points.dropFirst()).reduce(0) { $0 + ($1.1.x - $1.0.x) * ($1.1.y + $1.0.y) / 2 }
      let name = curve.label.isEmpty ? "" : curve.label + ", "
      series.append(Series(name + "area " + Numerals.fixed(area, decimals: 3), color: index, .line(points)))
    }
    let x = Axis("false positive rate", range: 0...1), y = Axis("true positive rate", range: 0...1)
    return Plot(kind: "roc_plot", content: .chart(Chart(x: x, y: y, series: series)))
  }

  /// From (0, 0) to (1, 1); rows of equal score move the curve together.
  static func rocPoints(scores: [Double], isPositive: [Bool]) throws(PlotError) -> [Point] {
    let rows = zip(scores, isPositive).filter { !$0.0.isNaN }.sorted { $0.0 > $1.0 }
    let positives = Double(rows.count { $0.1 }), negatives = Double(rows.count) - positives
    guard positives > 0, negatives > 0 else {
      throw PlotError("a ROC curve needs rows of both kinds, positive and negative")
    }
    var points = [Point(0, 0)], found = 0.0, wrong = 0.0
    for (index, row) in rows.enumerated() {
      if row.1 { found += 1 } else { wrong += 1 }
      let ends = index + 1 == rows.count || rows[index + 1].0 != row.0
      if ends { points.append(Point(wrong / negatives, found / positives)) }
    }
    return points
  }

  /// Each column against each other, with histograms on the diagonal; one colour a group.
  package static func pairs(
    _ columns: [NamedValues], groups: [Int]? = nil, names: [String] = []
  ) throws(PlotError) -> Plot {
    guard (2...8).contains(columns.count) else {
      throw PlotError("`pairs` shows 2 to 8 columns, not \(columns.count)", mend: "choose some: `pairs(data, .a, .b)`")
    }
    let count = columns.map(\.values.count).min() ?? 0
    let groups = groups ?? Array(repeating: 0, count: count)
    let ids = names.isEmpty ? [0] : Array(names.indices)
    let parts = ids.map { id in (0..<min(count, groups.count)).filter { groups[$0] == id } }
    var plots: [Plot] = []
    for (row, vertical) in columns.enumerated() {
      for (place, horizontal) in columns.enumerated() {
        let label = names.isEmpty ? { _ in "" } : { (id: Int) in names[id] }
        if row == place {
          let values = zip(ids, parts).map { NamedValues(label($0), $1.map { horizontal.values[$0] }) }
          plots.append(try histogram(values, label: horizontal.label).withoutCaption)
        } else {
          let points = zip(ids, parts).map { id, rows in
            (label(id), rows.map { Point(horizontal.values[$0], vertical.values[$0]) })
          }
          plots.append(try scatter(points, label: horizontal.label, valueLabel: vertical.label).withoutCaption)
        }
      }
    }
    var plot = try grid(plots, columns: columns.count)
    if count > DensityGrid.least { plot.caption = "\(Numerals.grouped(count)) points, counted in cells." }
    return plot
  }

  private var withoutCaption: Plot {
    var plot = self
    plot.caption = ""
    return plot
  }
}
