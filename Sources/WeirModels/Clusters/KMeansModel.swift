package import WeirBase
package import WeirTables

/// The centres of clusters; a row belongs to the nearest, the first of equals.
package struct KMeansModel: FittedModel {
  package static let archiveName = "kmeans_model"
  package let features: [String]
  package let k: Int
  /// Clusters x features.
  package let centers: [Double]
  /// The weight of the training rows in each cluster.
  package let sizes: [Double]
  /// The sum of squared distances of the training rows from their centres.
  package let inertia: Double
  package let iterations: Int

  package init(
    features: [String], k: Int, centers: [Double], sizes: [Double], inertia: Double, iterations: Int
  ) {
    self.features = features
    self.k = k
    self.centers = centers
    self.sizes = sizes
    self.inertia = inertia
    self.iterations = iterations
  }

  package var name: String { "kmeans" }
  package var task: ModelTask { .clustering(count: k) }

  package func predict(_ features: Table) throws -> Column {
    let design = try Design(features, named: self.features, for: name)
    let centers = NearestCenters(centers, columns: self.features.count)
    return Column(.int(try centers.nearest(to: design.values, rows: design.rowCount, workers: .current)))
  }

  package func probabilities(_ features: Table) throws -> [[Double]] { throw ModelError.noProbabilities(name) }

  /// A row for each cluster: its number, its size, and its centre.
  package func learned() throws -> Table {
    let p = features.count
    let taken: Set<String> = ["cluster", "size"]
    return try Table(
      [("cluster", Column(.int((0..<k).map { Int64($0) }))), ("size", Column(.float(sizes)))]
        + features.enumerated().map { j, feature in
          (name: taken.contains(feature) ? "center \(feature)" : feature,
           column: Column(.float((0..<k).map { centers[$0 * p + j] })))
        })
  }
}

extension KMeansModel: MeasuredModel {
  package var figures: [(name: String, value: Double)] { [("inertia", inertia), ("iterations", Double(iterations))] }
}

extension KMeansModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    sizes = try archive.part("sizes").asFloats()
    guard !sizes.isEmpty, sizes.allSatisfy({ $0.isFinite && $0 >= 0 }) else { throw ArchiveError("the sizes are out of range") }
    k = sizes.count
    centers = try archive.part("centers").asFiniteFloats(count: archivedSize(k, features.count))
    inertia = try archive.part("inertia").asFloat()
    iterations = try archive.part("iterations").asInt()
    guard inertia.isFinite, iterations >= 0 else { throw ArchiveError("the inertia is not finite") }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "sizes": .floats(sizes), "centers": .floats(centers), "inertia": .float(inertia),
      "iterations": .int(Int64(iterations)),
    ])
  }
}
