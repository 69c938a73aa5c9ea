package import WeirBase
package import WeirTables

/// A plan of classes whose probabilities are brought in line with frequencies.
///
/// The plan is fitted for each fold; what it says of the rows left out teaches the calibrators, one a class and for two
/// classes one for the second. Then it is fitted on all rows. (scikit-learn's `CalibratedClassifierCV` without an ensemble;
/// the sigmoid works on the log odds of the probability, whatever the model.)
package struct Calibrated: Estimator {
  package static let archiveName = "calibrate"
  package let plan: Plan
  package let method: Calibrator.Method
  package let folds: any FoldScheme

  package init(_ plan: Plan, how method: Calibrator.Method = .sigmoid, folds: any FoldScheme) throws {
    guard plan.steps.last is any Estimator else {
      throw ModelError("`calibrate` takes a plan that ends in a model of classes", mend: "write `calibrate(naive_bayes())`")
    }
    self.plan = plan
    self.method = method
    self.folds = folds
  }

  package var name: String { "calibrate" }
  package var interpretability: Interpretability { (plan.steps.last as? any Estimator)?.interpretability ?? .opaque }
  package var settings: [Setting] {
    [
      Setting("plan", .of(["source": .text(plan.description)])),
      Setting("how", .text(method.rawValue), default: .text(Calibrator.Method.sigmoid.rawValue)),
    ]
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let (labels, codes) = try sample.classes(for: name)
    let rows = try sample.rowsWithTarget()
    let parts = try folds.parts(of: rows, target: sample.target, random: context.random.child("folds"))
    var scores = Array(repeating: [Double](repeating: .nan, count: sample.rowCount), count: labels.count)
    for (index, part) in parts.enumerated() {
      try context.cancellation.check()
      let model = try plan.fit(sample.taking(part.train), in: context.child(index))
      guard case .classification(let known) = model.task else {
        throw ModelError("`\(model.name)` predicts no classes, so there is nothing to calibrate")
      }
      let said = try model.probabilities(sample.taking(part.test).features)
      for (place, code) in labels.codes(of: known).enumerated() where code >= 0 {
        for (row, value) in zip(part.test, said[place]) { scores[Int(code)][row] = value }
      }
      // A class that the fold did not learn has no chance there.
      for code in scores.indices { for row in part.test where scores[code][row].isNaN { scores[code][row] = 0 } }
    }
    let seen = (0..<sample.rowCount).filter { row in scores.allSatisfy { !$0[row].isNaN } }
    let calibrators = (labels.count == 2 ? [1] : Array(0..<labels.count)).map { code in
      Calibrator(
        method, probabilities: seen.map { scores[code][$0] }, isClass: seen.map { codes[$0] == Int32(code) },
        weights: sample.weights.map { weights in seen.map { weights[$0] } })
    }
    return CalibratedModel(
      model: try plan.fit(sample, in: context.child(parts.count)), labels: labels, calibrators: calibrators)
  }
}

extension Calibrated: Composed {
  package init(archive: Archive, kinds: ModelKinds) throws {
    self = try readingSettings {
      guard let method = Calibrator.Method(rawValue: try archive.part("how").asText()) else {
        throw ArchiveError("an unknown way to calibrate")
      }
      return try Calibrated(
        Plan(archive: archive.part("plan"), kinds: kinds), how: method, folds: FoldSchemes.read(archive.part("folds")))
    }
  }

  package var archive: Archive {
    .of(["plan": plan.archive, "how": .text(method.rawValue), "folds": FoldSchemes.tagged(folds)])
  }
}

/// A model with the functions that set its probabilities right.
package struct CalibratedModel: FittedModel {
  package let model: FittedPlan
  let labels: ClassLabels
  /// For two classes that of the second; otherwise one a class.
  let calibrators: [Calibrator]

  package var name: String { "calibrate" }
  package var task: ModelTask { .classification(classes: labels.column) }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    let said = try model.probabilities(features)
    guard said.count == labels.count else { throw ModelError("the calibrated model knows other classes than its calibrators") }
    if labels.count == 2, let calibrator = calibrators.first {
      let second = said[1].map { calibrator($0) }
      return [second.map { 1 - $0 }, second]
    }
    var out = zip(said, calibrators).map { column, calibrator in column.map { calibrator($0) } }
    for row in 0..<features.rowCount {
      let sum = out.reduce(0) { $0 + $1[row] }
      for place in out.indices { out[place][row] = sum > 0 ? out[place][row] / sum : 1 / Double(out.count) }
    }
    return out
  }

  package func predict(_ features: Table) throws -> Column {
    let chances = try probabilities(features)
    return labels.values((0..<features.rowCount).map { row in
      var best = 0
      for place in chances.indices where chances[place][row] > chances[best][row] { best = place }
      return best
    })
  }

  package func learned() throws -> Table {
    let names = labels.count == 2 ? [labels.names[1]] : labels.names
    return try Table([
      (name: "class", column: Column(.text(TextValues(names)))),
      (name: "of_0.1", column: Column(doubles: calibrators.map { $0(0.1) })),
      (name: "of_0.5", column: Column(doubles: calibrators.map { $0(0.5) })),
      (name: "of_0.9", column: Column(doubles: calibrators.map { $0(0.9) })),
    ])
  }
}

extension CalibratedModel: Composed {
  package static let archiveName = "calibrated_model"

  package init(archive: Archive, kinds: ModelKinds) throws {
    model = try FittedPlan(archive: archive.part("model"), kinds: kinds)
    labels = try ClassLabels(archive: archive.part("labels"))
    calibrators = try archive.part("calibrators").asList().map { try Calibrator(archive: $0) }
    guard labels.count >= 1, calibrators.count == (labels.count == 2 ? 1 : labels.count) else {
      throw ArchiveError("a calibrated model needs a calibrator for each class")
    }
  }

  package var archive: Archive {
    .of([
      "model": model.archive, "labels": labels.archive, "calibrators": .list(calibrators.map(\.archive)),
    ])
  }
}

extension TrainingSample {
  /// The features with the target beside them, for folds that go by a column.
  func rowsWithTarget() throws -> Table {
    guard let targetName, let target, features[targetName] == nil else { return features }
    return try Table(
      features.names.map { (name: $0, column: try features.column($0)) } + [(name: targetName, column: target)])
  }
}
