extension Plot {
  /// Counts of true classes (rows) by predicted ones (columns).
  package static func confusion(classes: [String], counts: [Double]) throws(PlotError) -> Plot {
    let matrix = try Matrix(
      rows: classes, columns: classes, values: counts, rowTitle: "truth", columnTitle: "predicted")
    return Plot(kind: "confusion_plot", content: .matrix(matrix))
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
