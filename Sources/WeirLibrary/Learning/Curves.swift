import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// What the plots of scores draw, as tables: to choose a threshold, to compare, to keep.
  mutating func defineCurves() {
    define("roc_curve", "Gives the rates of false alarms and of positives found for every threshold, as a table.") { f in
      let parameters = f.scoredTruths("A number for each row, the greater the more likely positive.")
      f.returns(.table(TableType(columns: [
        ("threshold", .float), ("false_positive_rate", .float), ("true_positive_rate", .float),
      ])))
      f.details("""
        A row with score at or above `threshold` is taken for positive. Thresholds are the scores that occur, from the \
        highest down; above all of them stands `inf`, where nothing is taken for positive. Rows with a truth or a score \
        missing are left out. The area under it is `roc_auc`.
        """)
      f.example("""
        curve = roc_curve([false, false, true, true], [0.1, 0.4, 0.35, 0.8])
        curve |> filter(.false_positive_rate <= 0.1) |> map(p => p.true_positive_rate)
        """, gives: "[0.0, 0.5]")
      f.seeAlso("roc_plot", "roc_auc", "precision_recall_curve")
      f.body { call in .table(try parameters(call).rocCurve()) }
    }
    define("precision_recall_curve", "Gives precision and recall for every threshold, as a table.") { f in
      let parameters = f.scoredTruths("A number for each row, the greater the more likely positive.")
      f.returns(.table(TableType(columns: [("threshold", .float), ("precision", .float), ("recall", .float)])))
      f.details("""
        A row with score at or above `threshold` is taken for positive. Thresholds are the scores that occur, from the \
        highest down. Rows with a truth or a score missing are left out. The area under it is `average_precision`.
        """)
      f.example("""
        curve = precision_recall_curve([true, false, true, true], [0.9, 0.7, 0.6, 0.2])
        curve |> filter(.recall >= 0.6) |> map(p => p.threshold)
        """, gives: "[0.6, 0.2]")
      f.seeAlso("precision_recall_plot", "average_precision", "roc_curve")
      f.body { call in .table(try parameters(call).precisionRecallCurve()) }
    }
    define("calibration_curve", "Gives how often rows are positive for the probability that was said, as a table.") { f in
      let parameters = f.scoredTruths("The probability of the positive class for each row, 0 to 1.")
      let bins = f.optional(Int.self, "bins", default: 10, "How many groups the rows make, by probability; 1 to 1000.")
      f.returns(.table(TableType(columns: [("probability", .float), ("share", .float), ("rows", .int)])))
      f.details("""
        One row a group: the mean `probability` said, the `share` of its rows that is positive, and how many `rows` it \
        holds. Groups hold equally many rows, equal probabilities together.
        """)
      f.example(
        "calibration_curve([true, false, true, false], [0.9, 0.2, 0.6, 0.4], bins: 2) |> map(g => g.share)",
        gives: "[0.0, 1.0]")
      f.seeAlso("calibration_plot", "calibrate", "brier")
      f.body { call in .table(try parameters(call).calibrationCurve(bins: call[bins])) }
    }
  }
}
