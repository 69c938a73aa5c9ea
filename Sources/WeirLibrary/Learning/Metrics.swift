import WeirCatalog
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Each metric as a function of what is true and what was predicted; they follow from `Metric.all`.
  mutating func defineMetrics() {
    for metric in Metric.all {
      switch metric.needs {
      case .classes, .numbers, .groupings: defineComparison(metric)
      case .probabilities: defineProbabilityMetric(metric)
      case .clusters: defineClusterMetric(metric)
      }
    }
    define("confusion_matrix", "Counts how often each class was taken for each.") { f in
      let truth = f.required(Column.self, "truth", "The true classes.")
      let predicted = f.required(Column.self, "predicted", "The predicted classes.")
      f.returns(.anyTable)
      f.details("One row a true class, one column a predicted one.")
      f.example("confusion_matrix([\"a\", \"b\", \"b\"], [\"a\", \"a\", \"b\"]) |> map(row => row.a)", gives: "[1, 1]")
      f.seeAlso("accuracy", "evaluate")
      f.body { call in .table(try ConfusionMatrix(Judgement(truth: call[truth], predicted: call[predicted])).table()) }
    }
  }

  private static let examples: [String: (truth: String, predicted: String, gives: String)] = [
    "accuracy": ("[1, 1, 2, 2]", "[1, 1, 2, 1]", "0.75"),
    "balanced_accuracy": ("[1, 1, 1, 2]", "[1, 1, 1, 1]", "0.5"),
    "precision": ("[1, 1, 2, 2]", "[1, 1, 2, 2]", "1.0"),
    "recall": ("[1, 1, 2, 2]", "[1, 1, 2, 1]", "0.75"),
    "f1": ("[1, 1, 2, 2]", "[1, 2, 2, 1]", "0.5"),
    "mae": ("[1, 2, 3]", "[1, 2, 6]", "1.0"),
    "rmse": ("[1, 2]", "[4, 5]", "3.0"),
    "r2": ("[1, 2, 3]", "[1, 2, 3]", "1.0"),
    "mape": ("[2, 4]", "[3, 6]", "0.5"),
    "adjusted_rand": ("[1, 1, 2]", "[5, 5, 7]", "1.0"),
    "roc_auc": ("[0, 0, 1, 1]", "[0.1, 0.4, 0.35, 0.8]", "0.75"),
    "average_precision": ("[0, 1]", "[0.2, 0.7]", "1.0"),
    "log_loss": ("[0, 1]", "[0.5, 0.5]", "0.693"),
    "brier": ("[0, 1]", "[0.5, 0.5]", "0.25"),
  ]

  private static func example(_ metric: Metric) -> (code: String, gives: String?) {
    guard let example = examples[metric.name] else { return ("\(metric.name)", nil) }
    return ("\(metric.name)(\(example.truth), \(example.predicted))", example.gives)
  }

  private mutating func defineComparison(_ metric: Metric) {
    define(metric.name, metric.summary) { f in
      let truth = f.required(Column.self, "truth", "What is true, one value a row.")
      let predicted = f.required(Column.self, "predicted", "What was predicted, one value a row.")
      f.returns(.float)
      let (code, gives) = Self.example(metric)
      f.example(code, gives: gives)
      f.seeAlso("evaluate", "cross_validate")
      f.details(metric.greaterIsBetter ? "Greater is better." : "Smaller is better.")
      f.body { call in .score(try metric.score(Judgement(truth: call[truth], predicted: call[predicted]))) }
    }
  }

  private mutating func defineProbabilityMetric(_ metric: Metric) {
    define(metric.name, metric.summary) { f in
      let truth = f.required(Column.self, "truth", "The true classes, one a row.")
      let chances = f.required(
        Value.self, "probabilities",
        "Of two classes the probability of the second, one a row; or a table with one column a class.")
      f.returns(.float)
      let (code, gives) = Self.example(metric)
      f.example(code, gives: gives)
      f.seeAlso("probabilities", "evaluate")
      f.details(
        (metric.greaterIsBetter ? "Greater is better." : "Smaller is better.")
          + " The second of two classes is the greater one: true, 1, or the last by name.")
      f.body { call in .score(try metric.score(Judgement(truth: call[truth], chances: call[chances], for: metric.name))) }
    }
  }

  private mutating func defineClusterMetric(_ metric: Metric) {
    define(metric.name, metric.summary) { f in
      let rows = f.required(Table.self, "rows", "The rows, with columns of numbers only.")
      let clusters = f.required(Column.self, "clusters", "The cluster of each row.")
      f.returns(.float)
      f.example("round(\(metric.name)(table(x: [0, 1, 10, 11]), [0, 0, 1, 1]), 3)", gives: "0.9")
      f.seeAlso("adjusted_rand")
      f.details(metric.greaterIsBetter ? "Greater is better." : "Smaller is better.")
      f.body { call in
        let rows = try call[rows], clusters = try call[clusters]
        guard clusters.count == rows.rowCount else {
          throw ModelError("`\(metric.name)` was given \(clusters.count) clusters for \(rows.rowCount) rows")
        }
        return .score(try metric.score(Judgement(
          task: .clustering(count: clusters.uniqueCount), truth: nil, predicted: clusters, features: rows)))
      }
    }
  }
}

extension Value {
  /// A score; missing where the rows define none.
  fileprivate static func score(_ value: Double) -> Value { value.isNaN ? .missing : .float(value) }
}

extension Judgement {
  fileprivate init(truth: Column, predicted: Column) { self.init(task: .regression, truth: truth, predicted: predicted) }

  /// Probabilities as a user has them: a column of those of the second class, or a table.
  fileprivate init(truth: Column, chances: Value, for metric: String) throws {
    let columns: [[Double]], labels: ClassLabels
    switch chances {
    case .table, .query:
      guard let table = try Table.from(chances) else { throw ModelError("`\(metric)` found no table of probabilities") }
      labels = ClassLabels(of: truth)
      let absent = labels.names.filter { table[$0] == nil }
      guard absent.isEmpty else {
        throw ModelError(
          "the table of probabilities has no column for the class `\(absent[0])`",
          mend: "take `probabilities(model, rows)`")
      }
      guard table.columnCount == labels.count else {
        throw ModelError(
          "`\(metric)` was given \(table.columnCount) columns of probabilities for \(labels.count) classes")
      }
      columns = try labels.names.map { try Judgement.checked(table.column($0), truth.count, metric) }
    default:
      guard let column = try Column.from(chances) else {
        throw ModelError("`\(metric)` wants probabilities, one a row or a table, not a \(chances.typeName)")
      }
      labels = ClassLabels(of: truth)
      guard labels.count == 2 else {
        throw ModelError(
          "one probability a row is enough for two classes, and the truth has \(labels.count)",
          mend: "give a table with one column a class: `probabilities(model, rows)`")
      }
      let second = try Judgement.checked(column, truth.count, metric)
      columns = [second.map { 1 - $0 }, second]
    }
    self.init(
      task: .classification(classes: labels.column), truth: truth, predicted: truth, labels: labels, probabilities: columns)
  }

  private static func checked(_ column: Column, _ count: Int, _ metric: String) throws -> [Double] {
    guard column.count == count else { throw ModelError("`\(metric)` was given \(column.count) probabilities for \(count) rows") }
    guard column.type.isNumeric, column.missingCount == 0, case .float(let values) = try column.cast(to: .float).storage,
      values.allSatisfy({ $0.isFinite })
    else { throw ModelError("`\(metric)` wants a finite number on every row") }
    return values
  }
}
