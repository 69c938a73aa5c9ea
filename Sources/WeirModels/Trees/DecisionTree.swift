package import WeirBase
import WeirTables

/// A classification or regression tree (Breiman, Friedman, Olshen, Stone 1984), grown depth first with exact splits.
///
/// A node is split at `feature <= threshold`, the middle between two neighbouring values, where the impurity falls most;
/// of equally good splits the first feature's lowest threshold is taken. Numbers are split by the variance of the target.
///
/// Rows without a value go to the side of a split that suits them best, to the right of equally good ones; where no row lacked
/// one, to the side of most rows. A split may also part the rows that have a value from those that have none.
package struct DecisionTree: Estimator {
  package enum Criterion: String, Sendable, CaseIterable { case gini, entropy }

  package static let archiveName = "tree"
  /// The largest number of splits above a leaf; nil for as many as it takes.
  package let depth: Int?
  package let minSamplesSplit: Int
  package let minSamplesLeaf: Int
  /// The most leaves; nil for as many as it takes.
  package let maxLeaves: Int?
  /// What each leaf must take from the weighted impurity of the leaves to stay; 0 to keep all.
  package let prune: Double
  /// How classes are judged; numbers always by variance.
  package let criterion: Criterion
  package let classWeight: LogisticRegression.ClassWeight
  package let task: TaskChoice

  package init(
    depth: Int? = nil, minSamplesSplit: Int = 2, minSamplesLeaf: Int = 1, maxLeaves: Int? = nil, prune: Double = 0,
    criterion: Criterion = .gini, classWeight: LogisticRegression.ClassWeight = .none, task: TaskChoice = .auto
  ) throws {
    if let depth, depth < 1 { throw ModelError.settingTooSmall("depth", of: "tree", least: 1, found: depth) }
    guard minSamplesSplit >= 2 else {
      throw ModelError.settingTooSmall("min_samples_split", of: "tree", least: 2, found: minSamplesSplit)
    }
    guard minSamplesLeaf >= 1 else {
      throw ModelError.settingTooSmall("min_samples_leaf", of: "tree", least: 1, found: minSamplesLeaf)
    }
    if let maxLeaves, maxLeaves < 2 {
      throw ModelError.settingTooSmall("max_leaves", of: "tree", least: 2, found: maxLeaves)
    }
    guard prune.isFinite, prune >= 0 else { throw ModelError.settingBelowZero("prune", of: "tree", found: prune) }
    self.maxLeaves = maxLeaves
    self.prune = prune
    self.classWeight = classWeight
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
      Setting("max_leaves", maxLeaves.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("prune", .float(prune), default: .float(0)),
      Setting("criterion", .text(criterion.rawValue), default: .text("gini")),
      Setting("class_weight", .text(classWeight.rawValue), default: .text("none")),
      Setting("task", .text(task.rawValue), default: .text("auto")),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let criterion = Criterion(rawValue: try archive.part("criterion").asText()),
        let classWeight = LogisticRegression.ClassWeight(rawValue: try archive.part("class_weight").asText()),
        let task = TaskChoice(rawValue: try archive.part("task").asText())
      else { throw ArchiveError("an unknown setting of `tree`") }
      return try DecisionTree(
        depth: archive.part("depth").present?.asInt(), minSamplesSplit: archive.part("min_samples_split").asInt(),
        minSamplesLeaf: archive.part("min_samples_leaf").asInt(), maxLeaves: archive.part("max_leaves").present?.asInt(),
        prune: archive.part("prune").asFloat(), criterion: criterion, classWeight: classWeight, task: task)
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let all = try Design(sample.features, for: name, allowingMissing: true, workers: context.workers)
    let target = try sample.target(for: name, as: task)
    guard all.rowCount > 0 else { throw ModelError.noRows(name) }
    var given = try sample.checkedWeights(for: name)
    if classWeight == .balanced {
      guard case .classes(let labels, let codes) = target else {
        throw ModelError("`class_weight` of `tree` goes with classes, and the target holds numbers")
      }
      given = balancedWeights(given, codes, classes: labels.count)
    }
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let design = all.keeping(kept)
    let weights = given.map { $0.filter { $0 > 0 } }
    let limits = TreeGrower.Limits(
      depth: depth ?? .max, minSamplesSplit: minSamplesSplit, minSamplesLeaf: minSamplesLeaf, maxLeaves: maxLeaves)
    let goal: TreeGrower.Target = switch target {
    case .classes(let labels, let codes):
      .classes(kept.map { $0.map { codes[$0] } } ?? codes, count: labels.count, entropy: criterion == .entropy)
    case .numbers(let values): .numbers(kept.map { $0.map { values[$0] } } ?? values)
    }
    var grower = try TreeGrower(
      design.values, rows: design.rowCount, columns: design.featureCount, target: goal, weights: weights, limits: limits,
      workers: context.workers, cancellation: context.cancellation)
    let tree = try grower.grow().pruned(prune)
    let labels: ClassLabels? = if case .classes(let labels, _) = target { labels } else { nil }
    return TreeModel(features: design.names, lacking: grower.lacking, labels: labels, tree: tree)
  }
}
