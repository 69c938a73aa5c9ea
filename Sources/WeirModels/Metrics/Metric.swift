/// A figure for how well a model does, declared once: reports, cross-validation, tuning and the functions of the
/// language all read this.
package struct Metric: Sendable {
  /// What it compares with the truth.
  package enum Needs: Sendable, Hashable {
    case classes
    case probabilities
    case numbers
    /// The rows and their clusters; no truth.
    case clusters
    /// Two groupings of the same rows.
    case groupings
  }

  package let name: String
  /// One sentence.
  package let summary: String
  /// Whether a greater value is a better one.
  package let greaterIsBetter: Bool
  package let needs: Needs
  private let compute: @Sendable (Judgement) throws -> Double

  init(
    _ name: String, _ summary: String, greaterIsBetter: Bool, needs: Needs,
    _ compute: @escaping @Sendable (Judgement) throws -> Double
  ) {
    self.name = name
    self.summary = summary
    self.greaterIsBetter = greaterIsBetter
    self.needs = needs
    self.compute = compute
  }

  /// NaN where these rows do not define it (one class only, say).
  package func score(_ judgement: Judgement) throws -> Double { try compute(judgement) }

  package static let all: [Metric] = classification + regression + clustering

  /// The metric of that name; throws with the names there are.
  package static func named(_ name: String) throws -> Metric {
    guard let metric = all.first(where: { $0.name == name }) else {
      throw ModelError("there is no metric `\(name)`", mend: "the metrics: " + all.map(\.name).joined(separator: ", "))
    }
    return metric
  }

  /// What is looked at where the user names none.
  package static func usual(for judgement: Judgement) -> [Metric] {
    let names: [String] = switch judgement.task {
    case .classification: ["accuracy", "balanced_accuracy", "precision", "recall", "f1", "roc_auc", "log_loss"]
    case .regression: ["mae", "rmse", "r2"]
    case .clustering: judgement.truth == nil ? ["silhouette"] : ["silhouette", "adjusted_rand"]
    case .transformation: []
    }
    return names.compactMap { name in all.first { $0.name == name } }.filter { metric in
      metric.needs != .probabilities || judgement.probabilities != nil
    }
  }
}
