package import WeirBase
package import WeirTables

/// A tree of merges and the rows that it joins; a new row is of the cluster of the nearest of these.
package struct HierarchicalModel: FittedModel {
  package static let archiveName = "hierarchical_model"
  package let features: [String]
  package let tree: MergeTree
  package let cut: HierarchicalClusters.Cut
  /// The cluster of each row that was learned from.
  package let labels: [Int32]
  package let count: Int
  private let training: [Double]
  private let search: NeighborSearch

  package init(
    features: [String], training: [Double], tree: MergeTree, cut: HierarchicalClusters.Cut, workers: Workers
  ) throws {
    self.features = features
    self.training = training
    self.tree = tree
    self.cut = cut
    labels = switch cut {
    case .clusters(let k): tree.labels(clusters: k)
    case .distance(let height): tree.labels(height: height)
    }
    count = Int(labels.max() ?? 0) + 1
    search = try NeighborSearch(training, columns: features.count, workers: workers)
  }

  package var name: String { "hierarchical" }
  package var task: ModelTask { .clustering(count: count) }

  package func predict(_ features: Table) throws -> Column {
    let design = try Design(features, named: self.features, for: name)
    return Column(.int(try search.map(design.values, k: 1, workers: .current) { found in
      found.first.map { Int64(labels[$0.row]) } ?? -1
    }))
  }

  package func probabilities(_ features: Table) throws -> [[Double]] { throw ModelError.noProbabilities(name) }

  /// The height at which the tree is cut: between the merges that are made and those that are not.
  package var cutHeight: Double? {
    if case .distance(let height) = cut { return height }
    let made = tree.rowCount - count
    guard made < tree.heights.count else { return nil }
    return ((made > 0 ? tree.heights[made - 1] : 0) + tree.heights[made]) / 2
  }

  /// A row for each merge: its number, the two clusters (rows below the number of rows, from there on merges), how far
  /// apart they are and how many rows they hold together.
  package func learned() throws -> Table {
    let n = tree.rowCount
    return try Table([
      ("merge", Column(.int(tree.heights.indices.map { Int64(n + $0) }))),
      ("left", Column(.int(tree.left.map { Int64($0) }))), ("right", Column(.int(tree.right.map { Int64($0) }))),
      ("height", Column(.float(tree.heights))), ("size", Column(.int(tree.sizes.map { Int64($0) }))),
    ])
  }
}

extension HierarchicalModel: NotedModel {
  package var notes: String {
    var sizes = [Int](repeating: 0, count: count)
    for label in labels { sizes[Int(label)] += 1 }
    let shown = sizes.prefix(20).map { "\($0)" }.joined(separator: ", ") + (count > 20 ? ", …" : "")
    return "\(count) clusters of \(shown) rows; merges by height, rows are numbered from 0 and merges from \(tree.rowCount)"
  }
}

extension HierarchicalModel: Archivable {
  package init(archive: Archive) throws {
    let features = try archive.part("features").asFeatureNames(), heights = try archive.part("heights").asFloats()
    guard heights.count < Int(Int32.max) / 2 else { throw ArchiveError("a tree that is too large") }
    let parts = 0..<2 * heights.count + 1
    let tree = try MergeTree(
      left: archive.part("left").asCodes(count: heights.count, in: parts),
      right: archive.part("right").asCodes(count: heights.count, in: parts), heights: heights)
    let training = try archive.part("training").asFiniteFloats(count: archivedSize(tree.rowCount, features.count))
    let k = try archive.part("k").present?.asInt(), distance = try archive.part("distance").present?.asFloat()
    do {
      let cut = try HierarchicalClusters.cut(k: k, distance: distance)
      try self.init(features: features, training: training, tree: tree, cut: cut, workers: .one)
    } catch let error as ModelError { throw ArchiveError(error.message) }
  }

  package var archive: Archive {
    let k: Archive, distance: Archive
    switch cut {
    case .clusters(let count): (k, distance) = (.int(Int64(count)), .none)
    case .distance(let most): (k, distance) = (.none, .float(most))
    }
    return .of([
      "features": .texts(features), "training": .floats(training), "left": .codes(tree.left), "right": .codes(tree.right),
      "heights": .floats(tree.heights), "k": k, "distance": distance,
    ])
  }
}
