package import WeirBase
package import WeirTables

/// The core rows of dense clusters: a row is of the cluster of the nearest within reach, or of none.
package struct DensityModel: FittedModel {
  package static let archiveName = "dbscan_model"
  package let features: [String]
  package let eps: Double
  /// Core rows x features, and the cluster of each.
  package let cores: [Double]
  package let clusters: [Int32]
  /// The weight of the training rows in each cluster, and of those in none.
  package let sizes: [Double]
  package let noise: Double
  private let search: NeighborSearch?

  package var count: Int { sizes.count }

  init(
    features: [String], eps: Double, cores: [Double], clusters: [Int32], design: Design, isCore: [Bool], weights: [Double]?,
    workers: Workers
  ) throws {
    self.features = features
    self.eps = eps
    self.cores = cores
    self.clusters = clusters
    let search = clusters.isEmpty ? nil : try NeighborSearch(cores, columns: features.count, workers: workers)
    self.search = search
    var sizes = [Double](repeating: 0, count: (clusters.map { Int($0) }.max() ?? -1) + 1), noise = 0.0
    let others = isCore.indices.filter { !isCore[$0] }, rows = isCore.indices.filter { isCore[$0] }
    for (row, cluster) in zip(rows, clusters) { sizes[Int(cluster)] += weights?[row] ?? 1 }
    let found = try DensityModel.nearest(
      others.flatMap { design.row($0) }, count: others.count, search, clusters, eps, workers)
    for (row, cluster) in zip(others, found) {
      if cluster >= 0 { sizes[Int(cluster)] += weights?[row] ?? 1 } else { noise += weights?[row] ?? 1 }
    }
    self.sizes = sizes
    self.noise = noise
  }

  private static func nearest(
    _ values: [Double], count: Int, _ search: NeighborSearch?, _ clusters: [Int32], _ eps: Double, _ workers: Workers
  ) throws -> [Int64] {
    guard let search else { return [Int64](repeating: -1, count: count) }
    return try search.map(values, k: 1, workers: workers) { found in
      guard let nearest = found.first, nearest.squaredDistance <= eps * eps else { return -1 }
      return Int64(clusters[nearest.row])
    }
  }

  package var name: String { "dbscan" }
  package var task: ModelTask { .clustering(count: count) }

  package func predict(_ features: Table) throws -> Column {
    let design = try Design(features, named: self.features, for: name)
    return Column(.int(
      try DensityModel.nearest(design.values, count: design.rowCount, search, clusters, eps, .current)))
  }

  package func probabilities(_ features: Table) throws -> [[Double]] { throw ModelError.noProbabilities(name) }

  /// A row for each cluster, -1 for the rows in none: its number, its size and how many core rows it has.
  package func learned() throws -> Table {
    var cores = [Int64](repeating: 0, count: count)
    for cluster in clusters { cores[Int(cluster)] += 1 }
    return try Table([
      ("cluster", Column(.int((0..<count).map { Int64($0) } + [-1]))), ("size", Column(.float(sizes + [noise]))),
      ("core_rows", Column(.int(cores + [0]))),
    ])
  }
}

extension DensityModel: NotedModel {
  package var notes: String {
    "\(count) clusters; \(formatNumber(noise)) rows are in none of them (-1)"
  }
}

extension DensityModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    eps = try archive.part("eps").asFloat()
    sizes = try archive.part("sizes").asFloats()
    noise = try archive.part("noise").asFloat()
    guard eps > 0, eps.isFinite, (sizes + [noise]).allSatisfy({ $0.isFinite && $0 >= 0 }) else {
      throw ArchiveError("the sizes are out of range")
    }
    let clusters = try archive.part("clusters").asInts()
    self.clusters = try archive.part("clusters").asCodes(count: clusters.count, in: 0..<sizes.count)
    cores = try archive.part("cores").asFiniteFloats(count: archivedSize(clusters.count, features.count))
    do {
      search = clusters.isEmpty ? nil : try NeighborSearch(cores, columns: features.count, workers: .one)
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "eps": .float(eps), "sizes": .floats(sizes), "noise": .float(noise),
      "clusters": .codes(clusters), "cores": .floats(cores),
    ])
  }
}
