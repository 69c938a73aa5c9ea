package import WeirBase
import WeirTables

/// K-means: `k` centres, each the mean of the rows that are nearest to it (Lloyd 1982).
///
/// Starts from centres drawn by greedy k-means++ (Arthur and Vassilvitskii 2007), `starts` times, and keeps the result
/// with the smallest sum of squared distances. A run ends where no row changes its cluster, or where the squared moves of
/// all centres sum to less than 1e-4 of the mean variance of the features. A cluster that loses all its rows takes
/// the row farthest from its centre. A weight counts as repeated rows.
package struct KMeans: Estimator {
  package static let archiveName = "kmeans"
  package let k: Int
  package let starts: Int
  package let maxIterations: Int

  package init(k: Int = 8, starts: Int = 1, maxIterations: Int = 300) throws {
    guard k >= 1 else { throw ModelError.settingTooSmall("k", of: "kmeans", least: 1, found: k) }
    guard starts >= 1 else { throw ModelError.settingTooSmall("starts", of: "kmeans", least: 1, found: starts) }
    guard maxIterations >= 1 else {
      throw ModelError.settingTooSmall("max_iterations", of: "kmeans", least: 1, found: maxIterations)
    }
    self.k = k
    self.starts = starts
    self.maxIterations = maxIterations
  }

  package var learnsFromTarget: Bool { false }
  package var name: String { "kmeans" }
  package var interpretability: Interpretability { .examples }
  package var settings: [Setting] {
    [
      Setting("k", .int(Int64(k)), default: .int(8)), Setting("starts", .int(Int64(starts)), default: .int(1)),
      Setting("max_iterations", .int(Int64(maxIterations)), default: .int(300)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try KMeans(
        k: archive.part("k").asInt(), starts: archive.part("starts").asInt(),
        maxIterations: archive.part("max_iterations").asInt())
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    try fit(sample, in: context, from: nil)
  }

  /// From given centres (k x features, row-major) instead of drawn ones.
  package func fit(_ sample: TrainingSample, in context: FitContext, from centers: [Double]?) throws -> KMeansModel {
    let all = try Design(sample.features, for: name, workers: context.workers)
    let given = try sample.checkedWeights(for: name)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let design = all.keeping(kept)
    guard k <= design.rowCount else {
      throw ModelError(
        "`kmeans` looks for \(k) clusters in \(design.rowCount) rows", mend: "give it fewer clusters, or more rows")
    }
    let lloyd = try Lloyd(
      design.values, weights: given.map { $0.filter { $0 > 0 } }, columns: design.featureCount, k: k,
      maxIterations: maxIterations, workers: context.workers, cancellation: context.cancellation)
    var best: Lloyd.Result?
    if let centers {
      guard centers.count == k * design.featureCount else { throw ModelError("the centres do not fit the features") }
      best = try lloyd.run(from: centers, tolerance: 0)
    } else {
      for start in 0..<starts {
        context.progress(start, starts, "starts")
        var random = context.random.child(start)
        let result = try lloyd.run(from: lloyd.drawnCenters(&random), tolerance: 1e-4)
        if let known = best, result.inertia >= known.inertia { continue }
        best = result
      }
    }
    guard let best else { throw ModelError("`kmeans` found no clusters") }
    return KMeansModel(
      features: design.names, k: k, centers: best.centers, sizes: best.sizes, inertia: best.inertia,
      iterations: best.iterations)
  }
}
