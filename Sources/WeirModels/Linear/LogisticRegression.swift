package import WeirBase

/// Logistic regression: minimises Σ wᵢ · -log P(yᵢ | xᵢ) + l2/2 · Σ βⱼ², over classes by softmax, for two classes by one
/// logistic function. The intercepts are not penalised. `l2: 1.0` is scikit-learn's `C=1`; in general l2 = 1/C.
///
/// Solved by Newton's method (by conjugate gradients where there are very many parameters) until the gradient is below
/// 1e-12 of the weight of the rows, or no longer falls. A sample with one class gives a model that knows that class alone.
package struct LogisticRegression: Estimator {
  /// How much the rows of a class count.
  package enum ClassWeight: String, Sendable, CaseIterable {
    case none
    /// Every class counts as much as any other: total weight / (classes x weight of the class).
    case balanced
  }

  package static let archiveName = "logistic"
  package let l2: Double
  package let classWeight: ClassWeight
  package let maxIterations: Int

  package init(l2: Double = 1, classWeight: ClassWeight = .none, maxIterations: Int = 100) throws {
    guard l2.isFinite, l2 >= 0 else { throw ModelError.settingBelowZero("l2", of: "logistic", found: l2) }
    guard maxIterations >= 1 else {
      throw ModelError.settingTooSmall("max_iterations", of: "logistic", least: 1, found: maxIterations)
    }
    self.l2 = l2
    self.classWeight = classWeight
    self.maxIterations = maxIterations
  }

  package var name: String { "logistic" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] {
    [
      Setting("l2", .float(l2), default: .float(1)),
      Setting("class_weight", .text(classWeight.rawValue), default: .text("none")),
      Setting("max_iterations", .int(Int64(maxIterations)), default: .int(100)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let classWeight = ClassWeight(rawValue: try archive.part("class_weight").asText()) else {
        throw ArchiveError("an unknown class weight")
      }
      return try LogisticRegression(
        l2: archive.part("l2").asFloat(), classWeight: classWeight,
        maxIterations: archive.part("max_iterations").asInt())
    }
  }
  package var archive: Archive {
    .of([
      "l2": .float(l2), "class_weight": .text(classWeight.rawValue), "max_iterations": .int(Int64(maxIterations)),
    ])
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let design = try Design(sample.features, for: name, workers: context.workers)
    let (labels, codes) = try sample.classes(for: name)
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    let n = design.rowCount, p = design.featureCount, k = labels.count
    var weights = try sample.checkedWeights(for: name)
    if classWeight == .balanced { weights = balanced(weights, codes, classes: k) }
    guard k > 1 else {
      return LogisticModel(
        features: design.names, labels: labels, coefficients: [Double](repeating: 0, count: p), intercepts: [0])
    }
    let loss = try LogisticLoss(
      design.values, codes: codes, weights: weights, rows: n, columns: p, classes: k, l2: l2,
      workers: context.workers, cancellation: context.cancellation)
    let solution = try loss.minimized(maxIterations: maxIterations) { done, total in
      context.progress(done, total, "iterations")
    }
    return LogisticModel(
      features: design.names, labels: labels, coefficients: solution.coefficients, intercepts: solution.intercepts)
  }

  private func balanced(_ weights: [Double]?, _ codes: [Int32], classes: Int) -> [Double] {
    var totals = [Double](repeating: 0, count: classes)
    for (row, code) in codes.enumerated() { totals[Int(code)] += weights?[row] ?? 1 }
    let all = totals.reduce(0, +), present = Double(totals.count { $0 > 0 })
    return codes.enumerated().map { row, code in
      (weights?[row] ?? 1) * (totals[Int(code)] > 0 ? all / (present * totals[Int(code)]) : 0)
    }
  }
}
