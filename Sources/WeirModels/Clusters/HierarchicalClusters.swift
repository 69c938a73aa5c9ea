package import WeirBase
import WeirTables

/// Clusters made by joining the two nearest again and again, from single rows on.
///
/// The tree of merges is that of SciPy's `linkage`. It is cut where `k` clusters are left, or where the next merge would be
/// higher than `distance`. A new row is of the cluster of the nearest row that was learned from.
package struct HierarchicalClusters: Estimator {
  /// Where the tree is cut.
  package enum Cut: Sendable, Hashable {
    case clusters(Int)
    case distance(Double)
  }

  package static let archiveName = "hierarchical"
  package let cut: Cut
  package let linkage: MergeTree.Linkage

  package init(cut: Cut = .clusters(2), linkage: MergeTree.Linkage = .ward) throws {
    switch cut {
    case .clusters(let k):
      guard k >= 1 else { throw ModelError.settingTooSmall("k", of: "hierarchical", least: 1, found: k) }
    case .distance(let distance):
      guard distance >= 0, distance.isFinite else {
        throw ModelError.settingBelowZero("distance", of: "hierarchical", found: distance)
      }
    }
    self.cut = cut
    self.linkage = linkage
  }

  package var learnsFromTarget: Bool { false }
  package var name: String { "hierarchical" }
  package var interpretability: Interpretability { .examples }
  package var settings: [Setting] {
    let k: Archive, distance: Archive
    switch cut {
    case .clusters(let count): (k, distance) = (.int(Int64(count)), .none)
    case .distance(let most): (k, distance) = (.none, .float(most))
    }
    return [
      Setting("k", k, default: Archive.none), Setting("distance", distance, default: Archive.none),
      Setting("how", .text(linkage.rawValue), default: .text("ward")),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let linkage = MergeTree.Linkage(rawValue: try archive.part("how").asText()) else {
        throw ArchiveError("an unknown setting of `hierarchical`")
      }
      let k = try archive.part("k").present?.asInt(), distance = try archive.part("distance").present?.asFloat()
      return try HierarchicalClusters(cut: HierarchicalClusters.cut(k: k, distance: distance), linkage: linkage)
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  /// From the settings as a user gives them: one of both; 2 clusters where there is none.
  package static func cut(k: Int?, distance: Double?) throws -> Cut {
    switch (k, distance) {
    case (_?, _?):
      throw ModelError("`hierarchical` is given `k` and `distance`, and either says where to cut", mend: "leave one out")
    case (nil, let distance?): .distance(distance)
    case (let k, nil): .clusters(k ?? 2)
    }
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    guard sample.weights == nil else { throw ModelError("`hierarchical` takes no weights", mend: "leave `weights` out") }
    let design = try Design(sample.features, for: name, workers: context.workers)
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    if case .clusters(let k) = cut, k > design.rowCount {
      throw ModelError(
        "`hierarchical` looks for \(k) clusters in \(design.rowCount) rows", mend: "give it fewer clusters, or more rows")
    }
    let tree = try MergeTree(
      of: design.values, columns: design.featureCount, linkage: linkage, workers: context.workers,
      cancellation: context.cancellation, progress: { context.progress($0, $1, "merges") })
    return try HierarchicalModel(features: design.names, training: design.values, tree: tree, cut: cut, workers: context.workers)
  }
}
