import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirPlots
import WeirTables

extension CatalogBuilder {
  /// Plots of what models do.
  mutating func defineModelPlots() {
    define("confusion_plot", "Shows how often each class was taken for each other.") { f in
      let truth = f.required(Column.self, "truth", "The true classes.")
      let predicted = f.required(Column.self, "predicted", "The predicted classes, row for row.")
      let title = f.plotTitle()
      f.isPlot()
      f.example("confusion_plot([\"a\", \"b\", \"a\"], [\"a\", \"b\", \"b\"]).kind", gives: "\"confusion_plot\"")
      f.seeAlso("roc_plot", "heatmap")
      f.body { call in
        let truth = try call[truth], predicted = try call[predicted]
        guard truth.count == predicted.count else {
          throw TableError.lengthDiffers("predicted", predicted.count, expected: truth.count)
        }
        let both = try Column.concatenated([truth, predicted])
        let grouping = Grouping(by: [both], count: both.count)
        let firsts = grouping.firstRows.filter { $0 < both.count && !both.isMissing($0) }
        guard !firsts.isEmpty else { throw PlotError("there are no classes to show") }
        let order = Column.sortedOrder([(both.taking(firsts), false)], count: firsts.count).map { firsts[$0] }
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { (grouping.groups[$1], $0) })
        var counts = [Double](repeating: 0, count: order.count * order.count)
        for row in 0..<truth.count {
          guard let actual = places[grouping.groups[row]], let said = places[grouping.groups[truth.count + row]] else {
            continue
          }
          counts[actual * order.count + said] += 1
        }
        let names = both.taking(order).values().map(\.plainText)
        return try Plot.confusion(classes: names, counts: counts).titled(try call[title])
      }
    }
    define("roc_plot", "Shows how many positives are found for how many false alarms, for every threshold.") { f in
      let truth = f.required(Column.self, "truth", "The true classes.")
      let scores = f.required(Column.self, "scores", "A number for each row, the greater the more likely positive.")
      let positive = f.optional(Value.self, "positive",
        "The class that is meant; true, or the greater of two, where left out.")
      let title = f.plotTitle()
      f.isPlot()
      f.example("roc_plot([true, false, true], [0.9, 0.2, 0.6]).kind", gives: "\"roc_plot\"")
      f.seeAlso("confusion_plot")
      f.body { call in
        let truth = try call[truth], scores = try call[scores]
        guard truth.count == scores.count else {
          throw TableError.lengthDiffers("scores", scores.count, expected: truth.count)
        }
        let wanted: Value
        if let given = try call[positive] {
          wanted = given
        } else {
          guard truth.uniqueCount <= 2 else {
            throw PlotError("there are \(truth.uniqueCount) classes", mend: "say which one is meant: `positive: …`")
          }
          wanted = try RowAggregate.extreme(truth, .whole(truth.count), greatest: true).values().first ?? .missing
        }
        let rows = (0..<truth.count).filter { !truth.isMissing($0) && !scores.isMissing($0) }
        let actual = truth.taking(rows).values().map { $0.isEqual(to: wanted) ?? false }
        return try Plot.roc([(label: "", scores: try scores.taking(rows).asDoubles(), isPositive: actual)]).titled(try call[title])
      }
    }
    define("learning_plot", "Shows scores or losses over rows, epochs or steps, a line each.") { f in
      let rows = f.required(Table.self, "rows",
        "A table like that of `learning_curve` or the history of a network: its first column goes across.")
      let names = f.columns("columns", of: rows, "The columns to show; all other numeric ones when none is given.")
      let title = f.plotTitle()
      f.isPlot()
      f.example("learning_plot(table(epoch: [1, 2, 3], loss: [0.9, 0.5, 0.4])).kind", gives: "\"learning_plot\"")
      f.seeAlso("line")
      f.body { call in
        let source = PlotSource(table: try call[rows])
        guard let first = source.table.names.first else { throw PlotError("there are no columns to show") }
        let x = try source.numbers(of: first)
        let series = try source.numericColumns(try call[names]).filter { $0 != first }.map { try source.numbers(of: $0) }
        var plot = try Plot.line(
          x: x.values, series: series, label: first, valueLabel: series.count == 1 ? series[0].label : "value")
        plot.kind = "learning_plot"
        return plot.titled(try call[title])
      }
    }
  }
}
