package import WeirBase
package import WeirTables

/// A grown forest.
package struct ForestModel: FittedModel {
  package static let archiveName = "forest_model"
  package let features: [String]
  /// Nil for a forest that predicts numbers.
  package let labels: ClassLabels?
  /// Their leaves hold the share of each class, or one number.
  package let trees: BinnedTrees
  /// By feature, the mean over trees of its share of the impurity taken away.
  package let importances: [Double]
  /// Nil unless it was asked for.
  package let outOfBag: OutOfBag?

  package init(
    features: [String], labels: ClassLabels?, trees: BinnedTrees, importances: [Double], outOfBag: OutOfBag?
  ) {
    self.features = features
    self.labels = labels
    self.trees = trees
    self.importances = importances
    self.outOfBag = outOfBag
  }

  package var name: String { "forest" }
  package var task: ModelTask { labels.map { .classification(classes: $0.column) } ?? .regression }

  package func predict(_ table: Table) throws -> Column {
    let sums = try sums(table), width = trees.width, count = Double(trees.count)
    guard let labels else { return Column(.float(sums.map { $0 / count })) }
    return labels.values((0..<table.rowCount).map { firstLargest(sums, from: $0 * width, count: width) })
  }

  package func probabilities(_ table: Table) throws -> [[Double]] {
    guard labels != nil else { throw ModelError.noProbabilities(name) }
    let sums = try sums(table), width = trees.width, count = Double(trees.count)
    return (0..<width).map { c in (0..<table.rowCount).map { sums[$0 * width + c] / count } }
  }

  private func sums(_ table: Table) throws -> [Double] {
    let rows = try BinnedRows(table, named: features, coder: trees.coder, for: name)
    return trees.sums(
      rows, outputs: trees.width, base: [Double](repeating: 0, count: trees.width), workers: .current).array
  }

  /// The features, the most important first.
  package func learned() throws -> Table { try importanceTable(features, importances) }
}

extension ForestModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    labels = try archive.part("labels").present.map { try ClassLabels(archive: $0) }
    trees = try BinnedTrees(archive: archive.part("trees"))
    importances = try archive.part("importances").asFiniteFloats(count: features.count)
    outOfBag = try archive.part("oob").present.map {
      OutOfBag(score: try $0.part("score").asFloat(), rowCount: try $0.part("rows").asInt())
    }
    guard trees.bins.count == features.count, trees.width == labels?.count ?? 1, trees.count > 0 else {
      throw ArchiveError("the trees do not fit their features and classes")
    }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "labels": labels?.archive ?? .none, "trees": trees.archive, "importances": .floats(importances),
      "oob": outOfBag.map { .of(["score": .float($0.score), "rows": .int(Int64($0.rowCount))]) } ?? .none,
    ])
  }
}
