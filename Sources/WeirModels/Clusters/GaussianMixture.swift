package import WeirBase
import WeirTables

/// A mixture of `k` normal distributions, fitted by expectation and maximisation (Dempster, Laird and Rubin 1977).
///
/// Starts from the clusters of k-means; ends where the mean log likelihood grows by less than 1e-3. So that no variance
/// vanishes, 1e-6 is added to each, as scikit-learn does. A weight counts as repeated rows.
package struct GaussianMixture: Estimator {
  /// What the distributions may look like.
  package enum Covariance: String, Sendable, CaseIterable {
    /// Each any ellipsoid.
    case full
    /// Each an ellipsoid along the axes.
    case diag
    /// All the same ellipsoid.
    case tied
    /// Each a ball.
    case spherical
  }

  package static let archiveName = "gaussian_mixture"
  package let k: Int
  package let covariance: Covariance
  package let starts: Int
  package let maxIterations: Int

  package init(k: Int = 2, covariance: Covariance = .full, starts: Int = 1, maxIterations: Int = 100) throws {
    for (name, value) in [("k", k), ("starts", starts), ("max_iterations", maxIterations)] where value < 1 {
      throw ModelError.settingTooSmall(name, of: "gaussian_mixture", least: 1, found: value)
    }
    self.k = k
    self.covariance = covariance
    self.starts = starts
    self.maxIterations = maxIterations
  }

  package var learnsFromTarget: Bool { false }
  package var name: String { "gaussian_mixture" }
  package var interpretability: Interpretability { .examples }
  package var settings: [Setting] {
    [
      Setting("k", .int(Int64(k)), default: .int(2)),
      Setting("covariance", .text(covariance.rawValue), default: .text("full")),
      Setting("starts", .int(Int64(starts)), default: .int(1)),
      Setting("max_iterations", .int(Int64(maxIterations)), default: .int(100)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let covariance = Covariance(rawValue: try archive.part("covariance").asText()) else {
        throw ArchiveError("an unknown setting of `gaussian_mixture`")
      }
      return try GaussianMixture(
        k: archive.part("k").asInt(), covariance: covariance, starts: archive.part("starts").asInt(),
        maxIterations: archive.part("max_iterations").asInt())
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    try fit(sample, in: context, from: nil)
  }

  /// From a given cluster for each row instead of those of k-means.
  package func fit(_ sample: TrainingSample, in context: FitContext, from labels: [Int32]?) throws -> GaussianMixtureModel {
    let all = try Design(sample.features, for: name, workers: context.workers)
    let given = try sample.checkedWeights(for: name)
    let kept = given.map { weights in weights.indices.filter { weights[$0] > 0 } }
    let design = all.keeping(kept), weights = given.map { $0.filter { $0 > 0 } }
    guard k <= design.rowCount else {
      throw ModelError(
        "`gaussian_mixture` looks for \(k) distributions in \(design.rowCount) rows", mend: "give it a smaller `k`, or more rows")
    }
    let run = try MixtureRun(
      design, weights: weights, k: k, covariance: covariance, maxIterations: maxIterations, workers: context.workers,
      cancellation: context.cancellation)
    var best: MixtureRun.Result?
    if let labels {
      guard labels.count == all.rowCount, labels.allSatisfy({ $0 >= 0 && Int($0) < k }) else {
        throw ModelError("there is one cluster for each row")
      }
      best = try run.run(from: kept.map { $0.map { labels[$0] } } ?? labels)
    } else {
      for start in 0..<starts {
        context.progress(start, starts, "starts")
        let drawn = try self.drawn(design, weights, in: context.child(start))
        let result = try run.run(from: drawn)
        if let known = best, result.score <= known.score { continue }
        best = result
      }
    }
    guard let best else { throw ModelError("`gaussian_mixture` found nothing") }
    return GaussianMixtureModel(
      features: design.names, mixture: best.mixture, score: best.score, rows: weights?.reduce(0, +) ?? Double(design.rowCount),
      iterations: best.iterations)
  }

  private func drawn(_ design: Design, _ weights: [Double]?, in context: FitContext) throws -> [Int32] {
    let lloyd = try Lloyd(
      design.values, weights: weights, columns: design.featureCount, k: k, maxIterations: 300, workers: context.workers,
      cancellation: context.cancellation)
    var random = context.random
    return try lloyd.run(from: lloyd.drawnCenters(&random), tolerance: 1e-4).labels
  }
}
