package import WeirBase

/// Logistic regression: minimises Σ wᵢ · -log P(yᵢ | xᵢ) + l1 · Σ |βⱼ| + l2/2 · Σ βⱼ², over classes by softmax, for two
/// classes by one logistic function. The intercepts are not penalised. `l2: 1.0` is scikit-learn's `C=1`; in general
/// l2 = 1/C, and l1 = 1/C for its `penalty="l1"`.
///
/// Solved by Newton's method (by conjugate gradients where the matrix would cost more) until the gradient is below 1e-12 of
/// the weight of the rows, or no longer falls; with `l1` until what the sizes leave of it is. A target of one class is
/// refused. Of dependent columns the one with the least squares is taken where `l2` is above zero.
package struct LogisticRegression: Estimator {
  /// How much the rows of a class count.
  package enum ClassWeight: String, Sendable, CaseIterable {
    case none
    /// Every class counts as much as any other: total weight / (classes x weight of the class).
    case balanced
  }

  package static let archiveName = "logistic"
  package let l1: Double
  package let l2: Double
  package let classWeight: ClassWeight
  package let maxIterations: Int

  package init(l2: Double = 1, l1: Double = 0, classWeight: ClassWeight = .none, maxIterations: Int = 100) throws {
    guard l1.isFinite, l1 >= 0 else { throw ModelError.settingBelowZero("l1", of: "logistic", found: l1) }
    guard l2.isFinite, l2 >= 0 else { throw ModelError.settingBelowZero("l2", of: "logistic", found: l2) }
    guard maxIterations >= 1 else {
      throw ModelError.settingTooSmall("max_iterations", of: "logistic", least: 1, found: maxIterations)
    }
    self.l1 = l1
    self.l2 = l2
    self.classWeight = classWeight
    self.maxIterations = maxIterations
  }

  package var name: String { "logistic" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] {
    [
      Setting("l2", .float(l2), default: .float(1)), Setting("l1", .float(l1), default: .float(0)),
      Setting("class_weight", .text(classWeight.rawValue), default: .text("none")),
      Setting("max_iterations", .int(Int64(maxIterations)), default: .int(100)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let classWeight = ClassWeight(rawValue: try archive.part("class_weight").asText()) else {
        throw ArchiveError("an unknown class weight")
      }
      // Plans that were kept before there was `l1` have none.
      return try LogisticRegression(
        l2: archive.part("l2").asFloat(), l1: archive["l1"]?.asFloat() ?? 0, classWeight: classWeight,
        maxIterations: archive.part("max_iterations").asInt())
    }
  }
  package var archive: Archive {
    .of([
      "l1": .float(l1), "l2": .float(l2), "class_weight": .text(classWeight.rawValue), "max_iterations": .int(Int64(maxIterations)),
    ])
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let features = try FeatureColumns(sample.features, for: name, workers: context.workers)
    let (labels, codes) = try sample.classes(for: name)
    guard features.rowCount > 0 else { throw ModelError.noRows(name) }
    guard labels.count > 1 else { throw ModelError.oneClass(labels, for: name) }
    let weights = classWeight.applied(to: try sample.checkedWeights(for: name), codes, classes: labels.count)
    let centers = try features.means(weights: weights, workers: context.workers)
    let outputs = labels.count == 2 ? 1 : labels.count
    let parameters = outputs == 1
      ? try minimized(
        ScoreObjective(
          features: features, centers: centers, targets: codes.map { $0 == 1 ? 1 : -1 }, weights: weights,
          loss: .logistic, l2: l2, workers: context.workers, cancellation: context.cancellation), context)
      : try minimized(
        SoftmaxObjective(
          features, centers: centers, codes: codes, weights: weights, classes: labels.count, l2: l2,
          workers: context.workers, cancellation: context.cancellation), context)
    return LogisticModel(features: features.names, labels: labels, parameters: parameters, centers: centers)
  }

  private func minimized(_ objective: some SmoothObjective, _ context: FitContext) throws -> [Double] {
    func progress(_ done: Int, _ total: Int) { context.progress(done, total, "iterations") }
    guard l1 > 0 else { return try objective.minimized(maxIterations: maxIterations, progress: progress).parameters }
    return try objective.minimized(l1: l1, maxIterations: maxIterations, progress: progress).parameters
  }
}

extension LogisticRegression.ClassWeight {
  /// The weights of rows whose classes count like this.
  package func applied(to weights: [Double]?, _ codes: [Int32], classes: Int) -> [Double]? {
    guard self == .balanced else { return weights }
    var totals = [Double](repeating: 0, count: classes)
    for (row, code) in codes.enumerated() { totals[Int(code)] += weights?[row] ?? 1 }
    let all = totals.reduce(0, +), present = Double(totals.count { $0 > 0 })
    return codes.enumerated().map { row, code in
      (weights?[row] ?? 1) * (totals[Int(code)] > 0 ? all / (present * totals[Int(code)]) : 0)
    }
  }
}

extension ModelError {
  /// A target of one class, from which nothing can be told apart.
  static func oneClass(_ labels: ClassLabels, for step: String) -> ModelError {
    ModelError(
      "`\(step)` needs two classes at least, and every row of the target is \(labels.names.first ?? "the same")",
      mend: "look how the rows were chosen: a filter or a split may have left one class only")
  }
}
