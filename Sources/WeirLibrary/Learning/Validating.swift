import WeirBase
package import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension CatalogBuilder {
  mutating func defineValidating() {
    define("cross_validate", "Fits a plan anew for each fold and scores it on the rows left out.") { f in
      let rows = f.required(Table.self, "rows", "The rows to learn from.")
      let plan = f.required(Plan.self, "plan", "The steps, joined with `>>`; each is fitted inside the fold.")
      let target = f.optionalColumn("target", of: rows, "The column to predict.")
      let folds = f.optional(
        Value.self, "folds", "A number of folds, `kfold(…)`, `time_folds(…)` or `leave_one_out()`; 5 folds where left out.",
        accepts: .either([.int, .other("folds")]))
      let metrics = f.optional([String].self, "metrics", default: [], "The names of metrics; the usual ones where left out.")
      let features = f.namedColumns("features", of: rows, "The columns to learn from; all others where left out.")
      let weights = f.optionalColumn("weights", of: rows, "A column that says how much each row counts.")
      f.returns { bound in
        try ShapesAhead.check(bound, rows: rows, plans: plan, target: target, features: features, weights: weights)
        return .other("scores")
      }
      f.flow(.fits(on: 0))
      f.random()
      f.details("""
        Gives scores with a list for each metric, one value a fold: `mean(scores.accuracy)`. Also `folds`, a table with \
        one row a fold; `means`, a table of means and deviations; `predictions`, what was predicted for each row by \
        the model that had not seen it; and `times`, how many seconds each fold took. Folds given as a number are \
        stratified by a target of classes. Folds are kept in the store one by one: what was stopped goes on from there.
        """)
      f.example("""
        t = table(x: 1..20, y: [if i > 10 then "b" else "a" for i in 1..20])
        scores = t |> cross_validate(logistic(), target: .y, folds: kfold(5, stratify: .y))
        count(scores.accuracy)
        """, gives: "5")
      f.seeAlso("kfold", "fit", "evaluate")
      f.body { call in
        let table = try call[rows], target = try call[target]
        let sample = try TrainingSample(
          rows: table, target: target, features: call[features], weights: call[weights], for: "cross_validate")
        let scheme = try call.foldScheme(call[folds] ?? .missing)
        let names = try call[metrics]
        let validation = try CrossValidation(
          call[plan], on: sample,
          parts: scheme.parts(of: table, target: sample.target, random: call.random.child("folds")),
          metrics: names.isEmpty ? nil : names.map(Metric.named))
        return .other(try validation.run(in: call.context.fitContext))
      }
    }

    define("evaluate", "Scores a model on rows that it has not seen.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` gave.")
      let rows = f.required(Table.self, "rows", "The rows, with the column to be predicted.")
      let metrics = f.optional([String].self, "metrics", default: [], "The names of metrics; the usual ones where left out.")
      let target = f.optionalColumn("target", of: rows, "The column to be predicted, where it has another name here.")
      let confidence = f.optional(
        Double.self, "confidence", "Asks for intervals that hold such a share of the resamples, say 0.95.")
      let resamples = f.optional(Int.self, "resamples", default: 1000, "How many resamples of the rows intervals come from.")
      f.returns(.other("evaluation"))
      f.random()
      f.flow(.evaluates(on: 1))
      f.details("""
        Gives an evaluation with a field for each metric, and for models of classes `confusion`, a table: one row a \
        true class, one column a predicted one. With `confidence`, also `intervals`, a table: the rows are drawn anew with \
        replacement, and the middle share of the scores is given (percentile bootstrap).
        """)
      f.example(Self.example("evaluate(model, t).accuracy"), gives: "1.0")
      f.seeAlso("cross_validate", "predict")
      f.body { call in
        let names = try call[metrics]
        let resamples = try call[resamples]
        let resampling = try call[confidence].map {
          Evaluation.Resampling(
            confidence: $0, resamples: resamples, random: call.random, workers: call.workers, cancellation: call.cancellation)
        }
        let evaluation = try Evaluation(
          of: call[model].model, on: call[rows], target: call[target],
          metrics: names.isEmpty ? nil : names.map(Metric.named), resampling: resampling)
        for (name, value) in evaluation.scores { call.host.note(.metric(name: name, value: value)) }
        return .other(evaluation)
      }
    }
  }
}

extension FoldScores: ForeignValue {
  package var typeName: String { "scores" }
  package var fieldNames: [String] { metrics + ["folds", "means", "predictions", "times"] }

  package func field(_ name: String) -> Value? {
    if let metric = metrics.firstIndex(of: name) {
      return .list(scores[metric].map { $0.isNaN ? .missing : .float($0) })
    }
    switch name {
    case "folds": return (try? foldTable()).map { .table($0) }
    case "means": return (try? meanTable()).map { .table($0) }
    case "predictions": return .column(predicted)
    case "times": return (try? timeTable()).map { .table($0) }
    default: return nil
    }
  }

  package var shortText: String {
    let parts = metrics.indices.prefix(3).map { "\(metrics[$0]) \(formatNumber(summary($0).mean))" }
    return "<scores of \(folds.count) folds: \(parts.joined(separator: ", "))>"
  }

  package func rendered(_ style: DisplayStyle) -> String {
    var lines: [String] = []
    if let table = try? foldTable() {
      lines.append(table.rendered(width: style.width, rows: style.rows, color: style.color))
    }
    let width = metrics.map(\.count).max() ?? 0
    for (place, name) in metrics.enumerated() {
      let (mean, deviation) = summary(place)
      let spread = deviation.isNaN ? "" : " ± \(fourDigits(deviation))"
      lines.append(name + String(repeating: " ", count: width - name.count + 2) + fourDigits(mean) + spread)
    }
    return lines.joined(separator: "\n")
  }

  private var foldColumns: [(name: String, column: Column)] {
    var columns: [(name: String, column: Column)] = []
    if turns.contains(where: { $0 > 0 }) { columns.append(("repeat", Column(.int(turns.map { Int64($0 + 1) })))) }
    columns.append(("fold", Column(.int(folds.map { Int64($0 + 1) }))))
    return columns
  }

  private func timeTable() throws -> Table {
    try Table(foldColumns + [
      (name: "fit_seconds", column: Column(doubles: fitSeconds)),
      (name: "predict_seconds", column: Column(doubles: predictSeconds)),
    ])
  }

  private func foldTable() throws -> Table {
    var columns = foldColumns
    columns.append(("train_rows", Column(.int(trainCounts.map { Int64($0) }))))
    columns.append(("test_rows", Column(.int(testCounts.map { Int64($0) }))))
    for (name, values) in zip(metrics, scores) { columns.append((name, Column(doubles: values))) }
    return try Table(columns)
  }

  private func meanTable() throws -> Table {
    let summaries = metrics.indices.map { summary($0) }
    return try Table([
      (name: "metric", column: Column(.text(TextValues(metrics)))),
      (name: "mean", column: Column(doubles: summaries.map(\.mean))),
      (name: "deviation", column: Column(doubles: summaries.map(\.deviation))),
    ])
  }
}

/// A figure with four digits after the point, as scores are read; "undefined" where the rows do not define it.
func fourDigits(_ value: Double) -> String {
  if value.isNaN { return "undefined" }
  guard value.isFinite, value.magnitude < 1e12 else { return formatNumber(value) }
  if value != 0, value.magnitude < 0.0001 { return formatNumber(value) }
  let scaled = Int64((value.magnitude * 10_000).rounded())
  let digits = String(scaled % 10_000)
  return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
}
