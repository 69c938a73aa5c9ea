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
      let parameters = f.scoredTruths("A number for each row, the greater the more likely positive.")
      let title = f.plotTitle()
      f.isPlot()
      f.example("roc_plot([true, false, true], [0.9, 0.2, 0.6]).kind", gives: "\"roc_plot\"")
      f.seeAlso("roc_curve", "precision_recall_plot", "calibration_plot", "confusion_plot")
      f.body { call in
        let scored = try parameters(call)
        let curve = try scored.rocCurve()
        let points = try curve.points("false_positive_rate", "true_positive_rate")
        return try Plot.roc([(label: "", points: points, area: scored.rocArea)]).titled(try call[title])
      }
    }
    defineScorePlots()
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

  /// What `roc_plot` does not show: few positives, and whether scores are probabilities.
  private mutating func defineScorePlots() {
    define("precision_recall_plot", "Shows which share of alarms is right for how many positives found, for every threshold.") {
      f in
      let parameters = f.scoredTruths("A number for each row, the greater the more likely positive.")
      let title = f.plotTitle()
      f.isPlot()
      f.details(
        "Where positives are rare it tells more than `roc_plot`, since the many negatives count only when taken for "
          + "positives. The broken line is the share of positives: the precision of guessing.")
      f.example("precision_recall_plot([true, false, true], [0.9, 0.2, 0.6]).kind", gives: "\"precision_recall_plot\"")
      f.seeAlso("precision_recall_curve", "roc_plot", "calibration_plot")
      f.body { call in
        let scored = try parameters(call)
        let points = try scored.precisionRecallCurve().points("recall", "precision")
        return try Plot.precisionRecall([(label: "", points: points, average: scored.averagePrecision)])
          .titled(try call[title])
      }
    }
    define("calibration_plot", "Shows how often rows are positive for the probability that was said.") { f in
      let parameters = f.scoredTruths("The probability of the positive class for each row, 0 to 1.")
      let bins = f.optional(Int.self, "bins", default: 10, "How many groups the rows make, by probability.")
      let title = f.plotTitle()
      f.isPlot()
      f.details(
        "Groups hold equally many rows, equal probabilities together. On the broken line, what is said is what happens. "
          + "The error is the mean distance from it, weighted by rows.")
      f.example(
        "calibration_plot([true, false, true, false], [0.9, 0.2, 0.6, 0.4], bins: 2).caption",
        gives: "\"4 rows in 2 groups.\"")
      f.seeAlso("calibration_curve", "roc_plot", "precision_recall_plot")
      f.body { call in
        let curve = try parameters(call).calibrationCurve(bins: call[bins])
        let rows = try curve.column("rows").asDoubles().map { Int($0) }
        return try Plot.calibration(zip(curve.points("probability", "share"), rows).map { (point: $0, rows: $1) })
          .titled(try call[title])
      }
    }
  }
}

extension Table {
  /// A point a row of two columns of numbers.
  fileprivate func points(_ x: String, _ y: String) throws -> [Point] {
    zip(try column(x).asDoubles(), try column(y).asDoubles()).map { Point($0, $1) }
  }
}
