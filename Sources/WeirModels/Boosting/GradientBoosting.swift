package import WeirBase
import WeirTables

/// Gradient boosting over binned features (Friedman 2001; Ke and others 2017): each tree lowers what the trees before it
/// left of the loss, by the Newton step -G / (H + l2) of each leaf, shrunk by the learning rate.
///
/// Trees grow at the leaf that gains most. Rows without a value go to the side that suits them, found for each split;
/// texts are categories, parted in two sets along the order of their mean gradients.
package struct GradientBoosting: WatchingEstimator {
  package enum Loss: String, Sendable, CaseIterable { case auto, squared, absolute, quantile, poisson, logLoss = "log_loss" }

  package static let archiveName = "gbm"

  /// The settings, with their defaults.
  package struct Options: Sendable {
    package var trees = 100
    package var learningRate = 0.1
    package var maxLeaves = 31
    package var depth: Int?
    package var minSamplesLeaf = 20
    package var l2 = 0.0
    package var loss = Loss.auto
    package var quantile = 0.5
    /// The part of the rows, and of the features, that each tree sees.
    package var rows = 1.0
    package var features = 1.0
    /// After how many trees without progress on the held out rows to stop; nil for never.
    package var stopEarly: Int?
    /// The part of the rows that is held out to stop early.
    package var valid = 0.1
    /// By column: 1 where the prediction must not fall with it, -1 where it must not rise.
    package var monotone: [(name: String, direction: Int)] = []
    /// Columns of numbers that are categories.
    package var categories: [String] = []
    package var classWeight = LogisticRegression.ClassWeight.none
    package var task = TaskChoice.auto
    package init() {}
  }

  package let options: Options

  package init(_ options: Options = Options()) throws {
    self.options = options
    try check()
  }

  private func check() throws {
    let o = options
    for (name, value, least) in [
      ("trees", o.trees, 1), ("max_leaves", o.maxLeaves, 2), ("min_samples_leaf", o.minSamplesLeaf, 1),
      ("depth", o.depth ?? 1, 1), ("stop_early", o.stopEarly ?? 1, 1),
    ] where value < least { throw ModelError.settingTooSmall(name, of: "gbm", least: least, found: value) }
    guard o.learningRate.isFinite, o.learningRate > 0 else {
      throw ModelError("`learning_rate` of `gbm` is a number above zero, not \(o.learningRate)", mend: "0.1 is usual")
    }
    guard o.l2.isFinite, o.l2 >= 0 else { throw ModelError.settingBelowZero("l2", of: "gbm", found: o.l2) }
    for (name, value) in [("rows", o.rows), ("features", o.features)] where !(value > 0 && value <= 1) {
      throw ModelError("`\(name)` of `gbm` is a part above 0 and up to 1, not \(value)")
    }
    for (name, value) in [("quantile", o.quantile), ("valid", o.valid)] where !(value > 0 && value < 1) {
      throw ModelError("`\(name)` of `gbm` is a part between 0 and 1, not \(value)")
    }
    guard o.loss == .quantile || o.quantile == 0.5 else {
      throw ModelError("`quantile` of `gbm` says nothing where the loss is another", mend: "add `loss: \"quantile\"`")
    }
    if let other = o.monotone.first(where: { abs($0.direction) > 1 }) {
      throw ModelError("`monotone` of `gbm` gives 1, -1 or 0 for a column, not \(other.direction) for `\(other.name)`")
    }
    guard Set(o.monotone.map(\.name)).count == o.monotone.count else {
      throw ModelError("`monotone` of `gbm` names a column twice")
    }
    guard o.monotone.allSatisfy({ $0.direction == 0 }) || ![.absolute, .quantile].contains(o.loss) else {
      throw ModelError("`monotone` of `gbm` does not go with the loss \"\(o.loss.rawValue)\", whose leaves are quantiles")
    }
    guard o.task != .classification || [.auto, .logLoss].contains(o.loss) else {
      throw ModelError("the loss \"\(o.loss.rawValue)\" of `gbm` is one of numbers, not of classes")
    }
    guard o.task != .regression || o.loss != .logLoss else {
      throw ModelError("the loss \"log_loss\" of `gbm` is one of classes, not of numbers")
    }
  }

  package var name: String { "gbm" }

  package var settings: [Setting] {
    let o = options
    return [
      Setting("trees", .int(Int64(o.trees)), default: .int(100)),
      Setting("learning_rate", .float(o.learningRate), default: .float(0.1)),
      Setting("max_leaves", .int(Int64(o.maxLeaves)), default: .int(31)),
      Setting("depth", o.depth.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("min_samples_leaf", .int(Int64(o.minSamplesLeaf)), default: .int(20)),
      Setting("l2", .float(o.l2), default: .float(0)),
      Setting("loss", .text(o.loss.rawValue), default: .text("auto")),
      Setting("quantile", .float(o.quantile), default: .float(0.5)),
      Setting("rows", .float(o.rows), default: .float(1)),
      Setting("features", .float(o.features), default: .float(1)),
      Setting("stop_early", o.stopEarly.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("valid", .float(o.valid), default: .float(0.1)),
      Setting("monotone", .record(o.monotone.map { .init($0.name, .int(Int64($0.direction))) }), default: .record([])),
      Setting("categories", .texts(o.categories), default: .list([])),
      Setting("class_weight", .text(o.classWeight.rawValue), default: .text("none")),
      Setting("task", .text(o.task.rawValue), default: .text("auto")),
    ]
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package init(archive: Archive) throws {
    self = try readingSettings {
      var o = Options()
      o.trees = try archive.part("trees").asInt()
      o.learningRate = try archive.part("learning_rate").asFloat()
      o.maxLeaves = try archive.part("max_leaves").asInt()
      o.depth = try archive.part("depth").present?.asInt()
      o.minSamplesLeaf = try archive.part("min_samples_leaf").asInt()
      o.l2 = try archive.part("l2").asFloat()
      o.quantile = try archive.part("quantile").asFloat()
      o.rows = try archive.part("rows").asFloat()
      o.features = try archive.part("features").asFloat()
      o.stopEarly = try archive.part("stop_early").present?.asInt()
      o.valid = try archive.part("valid").asFloat()
      o.monotone = try archive.part("monotone").asFields().map { (name: $0.name, direction: try $0.value.asInt()) }
      o.categories = try archive.part("categories").asTexts()
      guard let loss = Loss(rawValue: try archive.part("loss").asText()),
        let weight = LogisticRegression.ClassWeight(rawValue: try archive.part("class_weight").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText())
      else { throw ArchiveError("an unknown setting of `gbm`") }
      (o.loss, o.classWeight, o.task) = (loss, weight, task)
      return try GradientBoosting(o)
    }
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    try fit(sample, held: nil, in: context)
  }

  /// All rows of the sample are learned from, and the trees that serve the others best are kept.
  package func fit(
    _ sample: TrainingSample, watching valid: TrainingSample, in context: FitContext
  ) throws -> any FittedModel {
    guard valid.rowCount > 0 else { throw ValidationRowsError.noRows(name) }
    return try fit(sample, held: valid, in: context)
  }

  private func fit(_ sample: TrainingSample, held: TrainingSample?, in context: FitContext) throws -> any FittedModel {
    guard sample.rowCount > 0 else { throw ModelError.noRows(name) }
    guard sample.rowCount <= FixedPoint.mostRows else {
      throw ModelError("the data are too large for this model: \(sample.rowCount) rows")
    }
    guard sample.features.columnCount > 0 else { throw ModelError("`gbm` has no columns to learn from") }
    let choice: TaskChoice = switch options.loss {
    case .auto: options.task
    case .logLoss: .classification
    default: .regression
    }
    let target = try sample.target(for: name, as: choice)
    var weights = try sample.checkedWeights(for: name)
    let y: [Double], loss: BoostingLoss
    var labels: ClassLabels?
    var watched: BoostingRun.Watched?
    switch target {
    case .classes(let classes, let codes):
      if options.classWeight == .balanced { weights = balancedWeights(weights, codes, classes: classes.count) }
      y = codes.map { Double($0) }
      loss = classes.count <= 2 ? .logistic : .softmax(classes.count)
      labels = classes
      watched = try held.map { try BoostingRun.Watched($0, y: $0.codes(in: classes, for: name), for: name) }
    case .numbers(let numbers):
      guard options.classWeight == .none else { throw ModelError("`class_weight` of `gbm` goes with classes, and the target holds numbers") }
      y = numbers
      loss = try self.loss(for: numbers)
      watched = try held.map { try BoostingRun.Watched($0, y: $0.numbers(for: name), for: name) }
      if let watched { _ = try self.loss(for: watched.y) }
    }
    let learning = try BoostingRun(
      sample.features, y: y, weights: weights, watched: watched, loss: loss, options: options, context: context)
    let result = try learning.run()
    return BoostingModel(
      features: sample.features.names, labels: labels, loss: loss, base: result.base, trees: result.trees, gains: result.gains,
      losses: result.losses)
  }

  private func loss(for numbers: [Double]) throws -> BoostingLoss {
    switch options.loss {
    case .absolute: return .absolute
    case .quantile: return .quantile(options.quantile)
    case .poisson:
      guard numbers.allSatisfy({ $0 >= 0 }), numbers.contains(where: { $0 > 0 }) else {
        throw ModelError("the loss \"poisson\" of `gbm` wants counts: no number of the target below zero, and not all zero")
      }
      return .poisson
    case .auto, .squared, .logLoss: return .squared
    }
  }
}

/// Weights with which every class counts as much as any other.
func balancedWeights(_ weights: [Double]?, _ codes: [Int32], classes: Int) -> [Double] {
  var totals = [Double](repeating: 0, count: classes)
  for (row, code) in codes.enumerated() { totals[Int(code)] += weights?[row] ?? 1 }
  let all = totals.reduce(0, +), present = Double(totals.count { $0 > 0 })
  return codes.enumerated().map { row, code in
    (weights?[row] ?? 1) * (totals[Int(code)] > 0 ? all / (present * totals[Int(code)]) : 0)
  }
}
