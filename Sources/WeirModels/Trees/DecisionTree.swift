package import WeirBase
import WeirTables

/// A classification or regression tree (Breiman, Friedman, Olshen, Stone 1984), grown depth first with exact splits.
///
/// A node is split at `feature <= threshold`, the middle between two neighbouring values, where the impurity falls most;
/// of equally good splits the first feature's lowest threshold is taken. Numbers are split by the variance of the target.
package struct DecisionTree: Estimator {
  package enum Criterion: String, Sendable, CaseIterable { case gini, entropy }

  package static let archiveName = "tree"
  /// The largest number of splits above a leaf; nil for as many as it takes.
  package let depth: Int?
  package let minSamplesSplit: Int
  package let minSamplesLeaf: Int
  /// How classes are judged; numbers always by variance.
  package let criterion: Criterion
  package let task: TaskChoice

  package init(
    depth: Int? = nil, minSamplesSplit: Int = 2, minSamplesLeaf: Int = 1, criterion: Criterion = .gini,
    task: TaskChoice = .auto
  ) throws {
    if let depth, depth < 1 { throw ModelError.settingTooSmall("depth", of: "tree", least: 1, found: depth) }
    guard minSamplesSplit >= 2 else {
      throw ModelError.settingTooSmall("min_samples_split", of: "tree", least: 2, found: minSamplesSplit)
    }
    guard minSamplesLeaf >= 1 else {
      throw ModelError.settingTooSmall("min_samples_leaf", of: "tree", least: 1, found: minSamplesLeaf)
    }
    self.depth = depth
    self.minSamplesSplit = minSamplesSplit
    self.minSamplesLeaf = minSamplesLeaf
    self.criterion = criterion
    self.task = task
  }

  package var name: String { "tree" }
  package var interpretability: Interpretability { .rules }
  package var settings: [Setting] {
    [
      Setting("depth", depth.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("min_samples_split", .int(Int64(minSamplesSplit)), default: .int(2)),
      Setting("min_samples_leaf", .int(Int64(minSamplesLeaf)), default: .int(1)),
      Setting("criterion", .text(criterion.rawValue), default: .text("gini")),
      Setting("task", .text(task.rawValue), default: .text("auto")),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let criterion = Criterion(rawValue: try archive.part("criterion").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText())
      else { throw ArchiveError("an unknown setting of `tree`") }
      return try DecisionTree(
        depth: archive.part("depth").present?.asInt(), minSamplesSplit: archive.part("min_samples_split").asInt(),
        minSamplesLeaf: archive.part("min_samples_leaf").asInt(), criterion: criterion, task: task)
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let all = try Design(sample.features, for: name)
    let target = try sample.target(for: name, as: task)
    guard all.rowCount > 0 else { throw ModelError.noRows(name) }
    let given = try sample.checkedWeights(for: name)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let design = all.keeping(kept)
    let weights = given.map { $0.filter { $0 > 0 } }
    let limits = TreeGrower.Limits(
      depth: depth ?? .max, minSamplesSplit: minSamplesSplit, minSamplesLeaf: minSamplesLeaf)
    switch target {
    case .classes(let labels, let codes):
      var grower = try TreeGrower(
        design.values, rows: design.rowCount, columns: design.featureCount,
        target: .classes(kept.map { $0.map { codes[$0] } } ?? codes, count: labels.count, entropy: criterion == .entropy),
        weights: weights, limits: limits, workers: context.workers, cancellation: context.cancellation)
      return TreeModel(features: design.names, labels: labels, tree: try grower.grow())
    case .numbers(let values):
      var grower = try TreeGrower(
        design.values, rows: design.rowCount, columns: design.featureCount,
        target: .numbers(kept.map { $0.map { values[$0] } } ?? values),
        weights: weights, limits: limits, workers: context.workers, cancellation: context.cancellation)
      return TreeModel(features: design.names, labels: nil, tree: try grower.grow())
    }
  }
}
