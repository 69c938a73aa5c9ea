package import WeirBase

/// Linear support vector machine: minimises ½ Σ βⱼ² + c · Σ wᵢ loss(b + xᵢ·β). Several classes are each told from the rest.
///
/// For classes the loss is how far a score falls short of 1 on the row's side, as it is (`hinge`) or squared; for numbers
/// how far a prediction lies beyond `epsilon` from the target. The intercept b is not penalised, as in `logistic` and `svm`;
/// scikit-learn's LinearSVC and LinearSVR penalise it, so that theirs depends on where features have their zero.
///
/// Squared losses are solved by Newton's method to the last digits. The others have corners, which are rounded ever less
/// (from the squared loss on) until the value is within about 1e-6 of the least (Chapelle: "Training a support vector machine in the primal", 2007).
package struct LinearSVM: Estimator {
  package enum Loss: String, Sendable, CaseIterable {
    /// Squared for classes, as it is for numbers: what scikit-learn's LinearSVC and LinearSVR do.
    case auto
    case plain
    case squared
  }

  package struct Options: Sendable, Hashable {
    package var c = 1.0
    package var loss = Loss.auto
    package var epsilon = 0.0
    package var task = TaskChoice.auto
    package var classWeight = LogisticRegression.ClassWeight.none
    /// Whether to learn probabilities as well, from decisions on rows left out of five more fits.
    package var probabilities = false
    package var maxIterations = 100
    package init() {}
  }

  package static let archiveName = "linear_svm"
  package let options: Options

  package init(_ options: Options = Options()) throws {
    guard options.c.isFinite, options.c > 0 else {
      throw ModelError("`c` of `linear_svm` is a number above zero, not \(options.c)")
    }
    guard options.epsilon.isFinite, options.epsilon >= 0 else {
      throw ModelError.settingBelowZero("epsilon", of: "linear_svm", found: options.epsilon)
    }
    guard options.maxIterations >= 1 else {
      throw ModelError.settingTooSmall("max_iterations", of: "linear_svm", least: 1, found: options.maxIterations)
    }
    self.options = options
  }

  package var name: String { "linear_svm" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] {
    [
      Setting("c", .float(options.c), default: .float(1)),
      Setting("loss", .text(options.loss.rawValue), default: .text(Loss.auto.rawValue)),
      Setting("epsilon", .float(options.epsilon), default: .float(0)),
      Setting("task", .text(options.task.rawValue), default: .text(TaskChoice.auto.rawValue)),
      Setting("class_weight", .text(options.classWeight.rawValue), default: .text("none")),
      Setting("probabilities", .bool(options.probabilities), default: .bool(false)),
      Setting("max_iterations", .int(Int64(options.maxIterations)), default: .int(100)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      var options = Options()
      guard let loss = Loss(rawValue: try archive.part("loss").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText()),
        let weight = LogisticRegression.ClassWeight(rawValue: try archive.part("class_weight").asText())
      else { throw ArchiveError("an unknown loss, task or class weight") }
      (options.loss, options.task, options.classWeight) = (loss, task, weight)
      options.c = try archive.part("c").asFloat()
      options.epsilon = try archive.part("epsilon").asFloat()
      options.probabilities = try archive.part("probabilities").asBool()
      options.maxIterations = try archive.part("max_iterations").asInt()
      return try LinearSVM(options)
    }
  }
  package var archive: Archive {
    .of([
      "c": .float(options.c), "loss": .text(options.loss.rawValue), "epsilon": .float(options.epsilon),
      "task": .text(options.task.rawValue), "class_weight": .text(options.classWeight.rawValue),
      "probabilities": .bool(options.probabilities), "max_iterations": .int(Int64(options.maxIterations)),
    ])
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let features = try FeatureColumns(sample.features, for: name, workers: context.workers)
    let target = try sample.target(for: name, as: options.task)
    guard features.rowCount > 0 else { throw ModelError.noRows(name) }
    let weights = try sample.checkedWeights(for: name)
    switch target {
    case .numbers(let numbers): return try regression(features, numbers, weights, context)
    case .classes(let labels, let codes):
      guard labels.count > 1 else { throw ModelError.oneClass(labels, for: name) }
      let planes = try planes(features, codes, classes: labels.count, weights, context)
      let calibrators = options.probabilities
        ? try calibrators(sample, labels, codes, weights, context) : []
      return LinearSVMModel(
        features: features.names, labels: labels, coefficients: planes.flatMap(\.coefficients),
        intercepts: planes.map(\.intercept), calibrators: calibrators)
    }
  }

  /// For two classes what tells the second from the first, else for each class what tells it from the rest.
  private func planes(
    _ features: FeatureColumns, _ codes: [Int32], classes: Int, _ given: [Double]?, _ context: FitContext
  ) throws -> [(coefficients: [Double], intercept: Double)] {
    let weights = options.classWeight.applied(to: given, codes, classes: classes)
    let outputs = classes == 2 ? [1] : Array(0..<classes)
    return try outputs.enumerated().map { number, c in
      try plane(features, codes.map { Int($0) == c ? 1 : -1 }, weights, scale: 1, context) { width in
        .margin(width: width)
      } told: { done, total in
        context.progress(number * total + done, outputs.count * total, "iterations")
      }
    }
  }

  private func regression(
    _ features: FeatureColumns, _ target: [Double], _ weights: [Double]?, _ context: FitContext
  ) throws -> LinearModel {
    let total = weights?.reduce(0, +) ?? Double(target.count)
    let mean = try columnMeans(target, rows: target.count, columns: 1, weights: weights, workers: context.workers)[0]
    // What "little rounded" means depends on how large errors are at most.
    let size = target.indices.reduce(0) { $0 + (weights?[$1] ?? 1) * abs(target[$1] - mean) } / total
    guard size.isFinite else { throw ModelError("the target holds numbers too large to add up") }
    let plane = try plane(features, target.map { $0 - mean }, weights, scale: size > 0 ? size : 1, context) { width in
      .tube(options.epsilon, width: width)
    } told: { done, total in
      context.progress(done, total, "iterations")
    }
    return LinearModel(
      name: name, features: features.names, coefficients: plane.coefficients, intercept: plane.intercept + mean,
      inference: nil)
  }

  /// Newton's method for squared losses, and for others with corners rounded ever less.
  private func plane(
    _ features: FeatureColumns, _ targets: [Double], _ weights: [Double]?, scale: Double, _ context: FitContext,
    loss: (Double?) -> RowLoss, told: (Int, Int) -> Void
  ) throws -> (coefficients: [Double], intercept: Double) {
    let isRegression = if case .tube = loss(nil) { true } else { false }
    let isSquared = options.loss == .squared || options.loss == .auto && !isRegression
    let widths: [Double?] = [nil] + (isSquared ? [] : [1, 0.1, 0.01, 1e-3, 1e-4].map { $0 * scale })
    let centers = try features.means(weights: weights, workers: context.workers)
    var parameters: [Double]?
    for (stage, width) in widths.enumerated() {
      let objective = ScoreObjective(
        features: features, centers: centers, targets: targets, weights: weights, loss: loss(width), l2: 1 / options.c,
        workers: context.workers, cancellation: context.cancellation)
      parameters = try objective.minimized(from: parameters, maxIterations: options.maxIterations) { done, total in
        told(stage * total + done, widths.count * total)
      }.parameters
    }
    let found = parameters ?? [], coefficients = Array(found.dropLast())
    return (coefficients, (found.last ?? 0) - dot(coefficients, centers))
  }

  /// Sigmoids on the decisions about rows that five fits left out.
  private func calibrators(
    _ sample: TrainingSample, _ labels: ClassLabels, _ codes: [Int32], _ weights: [Double]?, _ context: FitContext
  ) throws -> [Calibrator] {
    var plain = options
    plain.probabilities = false
    let step = try LinearSVM(plain), count = min(5, codes.count)
    guard count >= 2 else { throw ModelError("`linear_svm` needs two rows at least for probabilities") }
    let folds = try Folds(count).assigned(
      rows: codes.count, strata: sample.target, groups: nil, random: context.random.child("folds"))
    let outputs = labels.count == 2 ? [1] : Array(0..<labels.count)
    var decisions = outputs.map { _ in [Double](repeating: 0, count: codes.count) }
    for fold in 0..<count {
      let test = folds.indices.filter { folds[$0] == Int32(fold) }
      let part = try sample.taking(folds.indices.filter { folds[$0] != Int32(fold) })
      guard let model = try step.fit(part, in: context.child(fold)) as? LinearSVMModel, model.labels.count == labels.count
      else { throw ModelError("a class has so few rows that a fold of five lacks it", mend: "leave `probabilities` out") }
      for (place, own) in try model.decisions(sample.taking(test).features).enumerated() {
        for (row, decision) in zip(test, own) { decisions[place][row] = decision }
      }
    }
    return outputs.enumerated().map { place, c in
      Calibrator(
        .sigmoid, probabilities: decisions[place].map { LinearSVMModel.squashed($0) }, isClass: codes.map { Int($0) == c },
        weights: weights)
    }
  }
}
