package import WeirBase
package import WeirTables

/// Trees of random cuts and the score from which a row is an outlier.
package struct OutlierForestModel: FittedModel {
  package static let archiveName = "isolation_forest_model"
  package let features: [String]
  private let forest: GrownIsolationForest
  package let threshold: Double

  init(features: [String], forest: GrownIsolationForest, threshold: Double) {
    self.features = features
    self.forest = forest
    self.threshold = threshold
  }

  package var name: String { "isolation_forest" }
  package var task: ModelTask { .classification(classes: Column(.bool([false, true]))) }

  /// Whether each row is an outlier.
  package func predict(_ features: Table) throws -> Column {
    Column(.bool(try scores(features).map { $0 > threshold }))
  }

  /// Scores in the place of the probability of being an outlier: they order rows alike.
  package func probabilities(_ features: Table) throws -> [[Double]] {
    let scores = try scores(features)
    return [scores.map { 1 - $0 }, scores]
  }

  /// About 0.5 for rows as most are, towards 1 for those that few cuts set apart.
  package func scores(_ features: Table) throws -> [Double] {
    let design = try Design(features, named: self.features, for: name)
    return try forest.scores(design.values, rows: design.rowCount, workers: .current)
  }

  package func learned() throws -> Table {
    try Table([
      ("trees", Column(.int([Int64(forest.trees.count)]))), ("sample_size", Column(.int([Int64(forest.sampleSize)]))),
      ("features", Column(.int([Int64(features.count)]))), ("threshold", Column(.float([threshold]))),
    ])
  }
}

extension OutlierForestModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    threshold = try archive.part("threshold").asFloat()
    let sampleSize = try archive.part("sample_size").asInt()
    guard threshold.isFinite, sampleSize >= 1 else { throw ArchiveError("a setting is out of range") }
    let columns = features.count
    let sizes = try archive.part("sizes").asInts().map { Int($0) }
    guard !sizes.isEmpty, sizes.allSatisfy({ $0 >= 1 && $0 <= 1 << 26 }) else { throw ArchiveError("a tree without nodes") }
    let count = sizes.reduce(0, +)
    let cutFeatures = try archive.part("cut_features").asCodes(count: count, in: -1..<columns)
    let cuts = try archive.part("cuts").asFiniteFloats(count: count)
    let left = try archive.part("left").asCodes(count: count, in: -1..<1 << 26)
    let lengths = try archive.part("lengths").asFiniteFloats(count: count)
    var trees: [IsolationTree] = [], start = 0
    for size in sizes {
      let range = start..<start + size
      // Children come after their parent, so that every walk ends.
      for node in 0..<size where cutFeatures[start + node] >= 0 {
        let child = Int(left[start + node])
        guard child > node, child + 1 < size else { throw ArchiveError("a tree that leads nowhere") }
      }
      trees.append(IsolationTree(
        features: Array(cutFeatures[range]), cuts: Array(cuts[range]), left: Array(left[range]), lengths: Array(lengths[range])))
      start += size
    }
    forest = GrownIsolationForest(trees: trees, sampleSize: sampleSize, columns: columns)
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "threshold": .float(threshold), "sample_size": .int(Int64(forest.sampleSize)),
      "sizes": .ints(forest.trees.map { Int64($0.features.count) }), "cut_features": .codes(forest.trees.flatMap(\.features)),
      "cuts": .floats(forest.trees.flatMap(\.cuts)), "left": .codes(forest.trees.flatMap(\.left)),
      "lengths": .floats(forest.trees.flatMap(\.lengths)),
    ])
  }
}
