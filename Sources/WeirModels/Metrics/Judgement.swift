package import WeirTables

/// What a model said of some rows, beside what is true: all that metrics look at.
package struct Judgement: Sendable {
  package let task: ModelTask
  /// The rows as the model gets them to see, for metrics that look at distances.
  package let features: Table?
  package let truth: Column?
  package let predicted: Column
  /// All classes, ascending, those of the truth included.
  package let labels: ClassLabels?
  /// One column a class of `labels`; nil for models that give none.
  package let probabilities: [[Double]]?

  package init(
    task: ModelTask, truth: Column?, predicted: Column, labels: ClassLabels? = nil, probabilities: [[Double]]? = nil,
    features: Table? = nil
  ) {
    self.task = task
    self.features = features
    self.truth = truth
    self.predicted = predicted
    self.labels = labels
    self.probabilities = probabilities
  }

  /// Asks a model about rows. `labels` are classes that count though the model did not see them.
  package init(of model: any FittedModel, on rows: Table, truth: Column?, labels: ClassLabels? = nil) throws {
    let predicted = try model.predict(rows)
    switch model.task {
    case .classification(let classes):
      let all = try ClassLabels(of: Column.concatenated([classes, truth, labels?.column].compactMap { $0 }))
      // A model without probabilities says so by throwing; metrics that need them then say what they miss.
      let own = try? model.probabilities(rows)
      self.init(
        task: model.task, truth: truth, predicted: predicted, labels: all,
        probabilities: own.map { Judgement.aligned($0, ClassLabels(classes), all, rows.rowCount) }, features: nil)
    case .clustering:
      let seen = try (model as? FittedPlan).map { try $0.transform(rows) } ?? rows
      self.init(task: model.task, truth: truth, predicted: predicted, features: seen)
    case .regression, .transformation:
      self.init(task: model.task, truth: truth, predicted: predicted)
    }
  }

  /// Probabilities in the order of all classes, 0 for those that the model does not know.
  private static func aligned(_ own: [[Double]], _ classes: ClassLabels, _ all: ClassLabels, _ rows: Int) -> [[Double]] {
    let places = all.codes(of: classes.column)
    var out = Array(repeating: [Double](repeating: 0, count: rows), count: all.count)
    for (place, column) in zip(places, own) where place >= 0 { out[Int(place)] = column }
    return out
  }
}

extension Judgement {
  /// Truth and prediction as numbers of classes; `metric` is who asks.
  func codes(for metric: String) throws -> (truth: [Int32], predicted: [Int32], labels: ClassLabels) {
    let truth = try presentTruth(for: metric)
    let labels: ClassLabels
    if let own = self.labels { labels = own } else { labels = ClassLabels(of: try Column.concatenated([truth, predicted])) }
    let codes = labels.codes(of: predicted)
    guard predicted.missingCount == 0 else { throw ModelError("`\(metric)` found rows without a prediction") }
    return (labels.codes(of: truth), codes, labels)
  }

  /// Truth and prediction as numbers; `metric` is who asks.
  func numbers(for metric: String) throws -> (truth: [Double], predicted: [Double]) {
    let truth = try presentTruth(for: metric)
    return (try Judgement.numbers(truth, metric), try Judgement.numbers(predicted, metric))
  }

  /// Truth as numbers of classes, and one column of probabilities a class; `metric` is who asks.
  func chances(for metric: String) throws -> (truth: [Int32], probabilities: [[Double]], labels: ClassLabels) {
    let truth = try presentTruth(for: metric)
    guard let labels, let probabilities else {
      throw ModelError("`\(metric)` looks at probabilities, and this model gives none", mend: "use `accuracy` or `f1`")
    }
    let codes = labels.codes(of: truth)
    guard codes.allSatisfy({ $0 >= 0 }) else { throw ModelError("`\(metric)` met a class that the model does not know") }
    return (codes, probabilities, labels)
  }

  private func presentTruth(for metric: String) throws -> Column {
    guard let truth else { throw ModelError("`\(metric)` compares with the truth, and there is no target") }
    guard truth.count == predicted.count else {
      throw ModelError("`\(metric)` compares \(truth.count) true values with \(predicted.count) predicted ones")
    }
    guard truth.count > 0 else { throw ModelError("`\(metric)` found no rows to look at") }
    guard truth.missingCount == 0 else {
      throw ModelError("`\(metric)` found \(truth.missingCount) rows without a true value", mend: "drop these rows first")
    }
    return truth
  }

  static func numbers(_ column: Column, _ metric: String) throws -> [Double] {
    guard column.missingCount == 0 else { throw ModelError("`\(metric)` found rows without a value") }
    switch column.storage {
    case .float(let values): return values
    case .int(let values): return values.map { Double($0) }
    case .bool(let values): return values.map { $0 ? 1 : 0 }
    default: throw ModelError("`\(metric)` compares numbers, and was given \(column.type) values")
    }
  }
}
