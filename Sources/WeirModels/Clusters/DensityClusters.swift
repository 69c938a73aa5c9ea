package import WeirBase
import WeirTables

/// Clusters where rows are dense (DBSCAN: Ester, Kriegel, Sander and Xu 1996).
///
/// A core row has `minSamples` rows within `eps`, itself among them; core rows within `eps` of each other are of one
/// cluster, and any row is of the cluster of the nearest core row within `eps`, or of none: -1. Clusters are numbered by
/// their first core row. A weight counts as repeated rows.
package struct DensityClusters: Estimator {
  package static let archiveName = "dbscan"
  package let eps: Double
  package let minSamples: Int

  package init(eps: Double = 0.5, minSamples: Int = 5) throws {
    guard eps > 0, eps.isFinite else { throw ModelError("`eps` of `dbscan` is a number above zero, not \(formatNumber(eps))") }
    guard minSamples >= 1 else { throw ModelError.settingTooSmall("min_samples", of: "dbscan", least: 1, found: minSamples) }
    self.eps = eps
    self.minSamples = minSamples
  }

  package var learnsFromTarget: Bool { false }
  package var name: String { "dbscan" }
  package var interpretability: Interpretability { .examples }
  package var settings: [Setting] {
    [
      Setting("eps", .float(eps), default: .float(0.5)),
      Setting("min_samples", .int(Int64(minSamples)), default: .int(5)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try DensityClusters(eps: archive.part("eps").asFloat(), minSamples: archive.part("min_samples").asInt())
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let all = try Design(sample.features, for: name, workers: context.workers)
    let given = try sample.checkedWeights(for: name)
    let design = all.keeping(given.map { weights in weights.indices.filter { weights[$0] > 0 } })
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    let weights = given.map { $0.filter { $0 > 0 } }
    let search = try RadiusSearch(
      design.values, columns: design.featureCount, radius: eps, workers: context.workers, cancellation: context.cancellation)
    let isCore = try coreRows(search, weights, context)
    let (cores, clusters) = try joined(search, isCore, context)
    return try DensityModel(
      features: design.names, eps: eps, cores: cores.flatMap { design.row($0) }, clusters: clusters, design: design,
      isCore: isCore, weights: weights, workers: context.workers)
  }

  private func coreRows(_ search: RadiusSearch, _ weights: [Double]?, _ context: FitContext) throws -> [Bool] {
    try context.workers.mapRows(search.rows, atLeast: 128, cancellation: context.cancellation) { own in
      var near = [Double](repeating: 0, count: own.count)
      try search.forEachPair(own) { row, other in near[row - own.lowerBound] += weights?[other] ?? 1 }
      return near.map { $0 >= Double(minSamples) }
    }.flatMap { $0 }
  }

  /// The core rows and the number of each one's cluster.
  private func joined(
    _ search: RadiusSearch, _ isCore: [Bool], _ context: FitContext
  ) throws -> (rows: [Int], clusters: [Int32]) {
    let links = try context.workers.mapRows(search.rows, atLeast: 128, cancellation: context.cancellation) { own in
      var sets = JoinedSets(isCore.count), links: [(Int32, Int32)] = []
      try search.forEachPair(own, above: true) { row, other in
        if isCore[row], isCore[other], sets.join(row, other) { links.append((Int32(row), Int32(other))) }
      }
      return links
    }
    var sets = JoinedSets(isCore.count)
    for part in links { for (a, b) in part { sets.join(Int(a), Int(b)) } }
    let cores = isCore.indices.filter { isCore[$0] }
    var numbers: [Int: Int32] = [:]
    let clusters = cores.map { row -> Int32 in
      let first = sets.first(of: row)
      if let known = numbers[first] { return known }
      numbers[first] = Int32(numbers.count)
      return Int32(numbers.count - 1)
    }
    return (cores, clusters)
  }
}
