import Glibc
package import WeirBase
package import WeirTables

/// Fitted planes between classes.
package struct LinearSVMModel: LinearClassifier {
  package static let archiveName = "linear_svm_model"
  package let features: [String]
  package let labels: ClassLabels
  /// For each plane its coefficients, one after the other. Two classes have one plane, the second class above it.
  package let coefficients: [Double]
  package let intercepts: [Double]
  /// One for each plane, or none where no probabilities were asked for.
  package let calibrators: [Calibrator]

  package var name: String { "linear_svm" }
  package var task: ModelTask { .classification(classes: labels.column) }

  /// How far each row lies above each plane, in units of its margin.
  package func decisions(_ features: Table) throws -> [[Double]] {
    try FeatureColumns.scores(of: features, named: self.features, for: name, coefficients, from: intercepts)
  }

  package func predict(_ features: Table) throws -> Column {
    let decisions = try decisions(features)
    if decisions.count == 1 { return labels.values(decisions[0].map { $0 > 0 ? 1 : 0 }) }
    return labels.values((0..<features.rowCount).map { row in
      var best = 0
      for c in decisions.indices where decisions[c][row] > decisions[best][row] { best = c }
      return best
    })
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    guard calibrators.count == intercepts.count else {
      throw ModelError(
        "this `linear_svm` learned no probabilities", mend: "ask for them: `linear_svm(probabilities: true)`")
    }
    var chances = zip(try decisions(features), calibrators).map { decisions, calibrator in
      decisions.map { calibrator(LinearSVMModel.squashed($0)) }
    }
    if chances.count == 1 { return [chances[0].map { 1 - $0 }, chances[0]] }
    for row in 0..<features.rowCount {
      let sum = chances.reduce(0) { $0 + $1[row] }
      for c in chances.indices { chances[c][row] = sum > 0 ? chances[c][row] / sum : 1 / Double(chances.count) }
    }
    return chances
  }

  /// What a calibrator takes a decision for.
  static func squashed(_ decision: Double) -> Double { 1 / (1 + exp(-decision)) }
}

extension LinearSVMModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    labels = try ClassLabels(archive: archive.part("labels"))
    guard labels.count >= 2 else { throw ArchiveError("a classifier without two classes") }
    let planes = labels.count == 2 ? 1 : labels.count
    coefficients = try archive.part("coefficients").asFiniteFloats(count: archivedSize(planes, features.count))
    intercepts = try archive.part("intercepts").asFiniteFloats(count: planes)
    calibrators = try archive.part("calibrators").asList().map { try Calibrator(archive: $0) }
    guard calibrators.isEmpty || calibrators.count == planes else {
      throw ArchiveError("a plane needs one calibrator")
    }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "labels": labels.archive, "coefficients": .floats(coefficients),
      "intercepts": .floats(intercepts), "calibrators": .list(calibrators.map(\.archive)),
    ])
  }
}
