package import WeirBase
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

extension Judgement {
  /// The same of some of the rows, which may stand several times.
  package func taking(_ rows: [Int]) throws -> Judgement {
    Judgement(
      task: task, truth: truth?.taking(rows), predicted: predicted.taking(rows), labels: labels,
      probabilities: probabilities?.map { column in rows.map { column[$0] } }, features: try features?.taking(rows))
  }

  /// For each metric the interval that holds the middle share `confidence` of its values over resamples of the rows,
  /// each drawn with replacement (Efron: "Bootstrap methods", 1979; percentile intervals). NaN where too few define it.
  package func intervals(
    of metrics: [Metric], confidence: Double, resamples: Int, random: RandomStream, workers: Workers, cancellation: Cancellation
  ) throws -> [(low: Double, high: Double)] {
    guard confidence > 0, confidence < 1 else { throw ModelError("`confidence` lies between 0 and 1, not at \(formatNumber(confidence))") }
    guard (10...1_000_000).contains(resamples) else { throw ModelError("`resamples` is 10 to 1000000, not \(resamples)") }
    let count = predicted.count
    let scores = try workers.map(resamples) { turn -> [Double] in
      try cancellation.check()
      var own = random.child(turn)
      let drawn = try taking((0..<count).map { _ in own.nextInt(below: count) })
      return try metrics.map { try $0.score(drawn) }
    }
    return metrics.indices.map { metric in
      let values = scores.map { $0[metric] }.filter { !$0.isNaN }.sorted()
      guard values.count >= 10 else { return (.nan, .nan) }
      func quantile(_ q: Double) -> Double {
        let place = q * Double(values.count - 1), low = Int(place)
        guard low + 1 < values.count else { return values[values.count - 1] }
        return values[low] + (values[low + 1] - values[low]) * (place - Double(low))
      }
      return (quantile((1 - confidence) / 2), quantile((1 + confidence) / 2))
    }
  }
}
