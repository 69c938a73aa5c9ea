package import WeirBase

/// Predicts from the `k` nearest training rows by Euclidean distance: their most frequent class, or their mean.
///
/// Of rows equally far the one further up counts as nearer; of classes with equally many votes the first wins. With
/// `weights: "distance"` a row counts 1/distance, and where some distances are zero only these rows count. A training
/// weight counts as repeated rows.
package struct NearestNeighbors: Estimator {
  /// How much a neighbour counts.
  package enum Weighting: String, Sendable, CaseIterable { case uniform, distance }

  package static let archiveName = "knn"
  package let k: Int
  package let weighting: Weighting
  package let task: TaskChoice

  package init(k: Int = 5, weighting: Weighting = .uniform, task: TaskChoice = .auto) throws {
    guard k >= 1 else { throw ModelError.settingTooSmall("k", of: "knn", least: 1, found: k) }
    self.k = k
    self.weighting = weighting
    self.task = task
  }

  package var name: String { "knn" }
  package var interpretability: Interpretability { .examples }
  package var settings: [Setting] {
    [
      Setting("k", .int(Int64(k)), default: .int(5)),
      Setting("weights", .text(weighting.rawValue), default: .text("uniform")),
      Setting("task", .text(task.rawValue), default: .text("auto")),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let weighting = Weighting(rawValue: try archive.part("weights").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText())
      else { throw ArchiveError("an unknown setting of `knn`") }
      return try NearestNeighbors(k: archive.part("k").asInt(), weighting: weighting, task: task)
    }
  }
  package var archive: Archive {
    .of(["k": .int(Int64(k)), "weights": .text(weighting.rawValue), "task": .text(task.rawValue)])
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let all = try Design(sample.features, for: name, workers: context.workers)
    let target = try sample.target(for: name, as: task)
    guard all.rowCount > 0 else { throw ModelError.noRows(name) }
    let given = try sample.checkedWeights(for: name)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let design = all.keeping(kept)
    guard k <= design.rowCount || given != nil else {
      throw ModelError(
        "`knn` looks for \(k) neighbours among \(design.rowCount) rows", mend: "give it `k: \(design.rowCount)` or less")
    }
    let rows = kept ?? Array(0..<all.rowCount)
    let answer: NearestNeighborsModel.Answer = switch target {
    case .classes(let labels, let codes): .classes(labels, codes: rows.map { codes[$0] })
    case .numbers(let values): .numbers(rows.map { values[$0] })
    }
    return try NearestNeighborsModel(
      features: design.names, training: design.values, weights: given.map { $0.filter { $0 > 0 } }, answer: answer,
      k: k, weighting: weighting, workers: context.workers)
  }
}
