package import WeirBase
import WeirTables

/// Finds rows that few random cuts set apart, as a model: an isolation forest (Liu, Ting and Zhou 2008).
///
/// A row is an outlier where its score is above 0.5, as with scikit-learn, or above that of all but the share
/// `contamination` of the rows that were learned from.
package struct OutlierForest: Estimator {
  package static let archiveName = "isolation_forest"
  package let trees: Int
  package let sampleSize: Int
  package let contamination: Double?

  package init(trees: Int = 100, sampleSize: Int = 256, contamination: Double? = nil) throws {
    guard (1...10_000).contains(trees) else { throw ModelError("`trees` of `isolation_forest` is 1 to 10000, not \(trees)") }
    guard sampleSize >= 2 else {
      throw ModelError.settingTooSmall("sample_size", of: "isolation_forest", least: 2, found: sampleSize)
    }
    if let share = contamination, !(share > 0 && share <= 0.5) {
      throw ModelError("`contamination` of `isolation_forest` is a share above 0 and up to 0.5, not \(formatNumber(share))")
    }
    self.trees = trees
    self.sampleSize = sampleSize
    self.contamination = contamination
  }

  package var learnsFromTarget: Bool { false }
  package var name: String { "isolation_forest" }
  package var settings: [Setting] {
    [
      Setting("trees", .int(Int64(trees)), default: .int(100)),
      Setting("sample_size", .int(Int64(sampleSize)), default: .int(256)),
      Setting("contamination", contamination.map { .float($0) } ?? .none, default: Archive.none),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try OutlierForest(
        trees: archive.part("trees").asInt(), sampleSize: archive.part("sample_size").asInt(),
        contamination: archive.part("contamination").present?.asFloat())
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    guard sample.weights == nil else { throw ModelError("`isolation_forest` takes no weights", mend: "leave `weights` out") }
    let design = try Design(sample.features, for: name, workers: context.workers)
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    let forest = try IsolationForest(trees: trees, sampleSize: sampleSize).grown(
      on: design.values, rows: design.rowCount, columns: design.featureCount, random: context.random, workers: context.workers,
      cancellation: context.cancellation)
    var threshold = 0.5
    if let contamination {
      let scores = try forest.scores(
        design.values, rows: design.rowCount, workers: context.workers, cancellation: context.cancellation)
      threshold = NumberAggregate.quantile(scores.sorted(), 1 - contamination)
    }
    return OutlierForestModel(features: design.names, forest: forest, threshold: threshold)
  }
}
