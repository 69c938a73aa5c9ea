/// A model of which there is more to say than a table holds.
package protocol NotedModel: FittedModel {
  /// As a person reads it, in a few lines; empty for nothing.
  var notes: String { get }
}

/// A model with figures that tell how well it fits what it learned from.
package protocol MeasuredModel: FittedModel {
  var figures: [(name: String, value: Double)] { get }
}

extension TreeModel: NotedModel {
  /// The questions of a small tree, the size of a large one.
  package var notes: String {
    tree.leafCount <= 20 ? rules : "a tree of \(tree.leafCount) leaves, \(tree.depth) questions deep"
  }
}

extension ForestModel: NotedModel {
  package var notes: String {
    let leaves = trees.leafCount / max(trees.count, 1)
    var text = "\(trees.count) trees of \(leaves) leaves each, on average"
    if let outOfBag {
      let metric = labels == nil ? "r2" : "accuracy"
      text += "\nout of bag, on \(outOfBag.rowCount) rows: \(metric) \(rounded(outOfBag.score))"
    }
    return text
  }
}

extension BoostingModel: NotedModel {
  package var notes: String {
    var text = "\(trees.count) trees of \(trees.leafCount / max(trees.count, 1)) leaves each, on average"
    if let last = losses.last { text += "\nloss on the rows held out, after \(losses.count) rounds: \(rounded(last))" }
    return text
  }
}

extension BinnedTrees {
  var leafCount: Int { values.count / width }
}

/// With four digits after the point.
private func rounded(_ value: Double) -> String {
  value.isFinite ? "\((value * 10_000).rounded() / 10_000)" : "unknown"
}
