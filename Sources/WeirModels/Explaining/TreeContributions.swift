/// A tree as its contributions are found: where each node leads, and how many rows came by.
struct ExplainedTree {
  /// -1 at a leaf.
  var feature: [Int] = []
  var left: [Int] = []
  var right: [Int] = []
  var covers: [Double] = []
  /// Whether the row goes left at a node.
  var goesLeft: [Bool] = []
  /// The numbers of each leaf, `width` of them; what stands at other nodes is not read.
  var values: [[Double]] = []
  var width = 1
}

/// What each feature contributes to a tree's prediction for a row: Shapley values of the game in which features outside of
/// a coalition send the row both ways, in proportion to the training rows that went there.
///
/// TreeSHAP, path dependent: Lundberg, Erion, Lee, "Consistent individualized feature attribution for tree ensembles"
/// (2018), algorithm 2. Takes leaves times depth squared steps.
struct TreeContributions {
  private struct Element {
    var feature: Int
    /// The share of coalitions' rows that pass when the feature is left out, and when it is in.
    var zero: Double
    var one: Double
    var weight: Double
  }

  private let tree: ExplainedTree
  /// By output, then by feature.
  private(set) var contributions: [[Double]]
  /// What the tree predicts on average over its training rows, by output.
  private(set) var base: [Double]

  static let deepest = 1000

  init(_ tree: ExplainedTree, features: Int) throws {
    self.tree = tree
    contributions = Array(repeating: [Double](repeating: 0, count: features), count: tree.width)
    base = [Double](repeating: 0, count: tree.width)
    for node in tree.feature.indices where tree.feature[node] < 0 {
      for k in 0..<tree.width { base[k] += tree.covers[node] / tree.covers[0] * tree.values[node][k] }
    }
    try visit(0, [], Element(feature: -1, zero: 1, one: 1, weight: 0))
  }

  private mutating func visit(_ node: Int, _ parent: [Element], _ last: Element) throws {
    guard parent.count < TreeContributions.deepest else { throw ModelError("a tree is too deep to be explained") }
    var path = parent
    TreeContributions.extend(&path, last)
    guard tree.feature[node] >= 0 else {
      for i in 1..<max(path.count, 1) {
        let share = TreeContributions.unwoundSum(path, i) * (path[i].one - path[i].zero)
        for k in 0..<tree.width { contributions[k][path[i].feature] += share * tree.values[node][k] }
      }
      return
    }
    let feature = tree.feature[node], left = tree.left[node], right = tree.right[node]
    let (hot, cold) = tree.goesLeft[node] ? (left, right) : (right, left)
    var zero = 1.0, one = 1.0
    // A feature that was asked before counts once.
    if let known = path.indices.dropFirst().first(where: { path[$0].feature == feature }) {
      (zero, one) = (path[known].zero, path[known].one)
      TreeContributions.unwind(&path, known)
    }
    let whole = tree.covers[left] + tree.covers[right]
    try visit(hot, path, Element(feature: feature, zero: zero * tree.covers[hot] / whole, one: one, weight: 0))
    try visit(cold, path, Element(feature: feature, zero: zero * tree.covers[cold] / whole, one: 0, weight: 0))
  }

  /// Adds a feature to the path: weights of coalitions of each size.
  private static func extend(_ path: inout [Element], _ last: Element) {
    let depth = path.count
    path.append(last)
    path[depth].weight = depth == 0 ? 1 : 0
    for i in stride(from: depth - 1, through: 0, by: -1) {
      path[i + 1].weight += last.one * path[i].weight * Double(i + 1) / Double(depth + 1)
      path[i].weight = last.zero * path[i].weight * Double(depth - i) / Double(depth + 1)
    }
  }

  /// Takes a feature out again.
  private static func unwind(_ path: inout [Element], _ place: Int) {
    let depth = path.count - 1, one = path[place].one, zero = path[place].zero
    var next = path[depth].weight
    for i in stride(from: depth - 1, through: 0, by: -1) {
      if one != 0 {
        let kept = path[i].weight
        path[i].weight = next * Double(depth + 1) / (Double(i + 1) * one)
        next = kept - path[i].weight * zero * Double(depth - i) / Double(depth + 1)
      } else {
        path[i].weight = path[i].weight * Double(depth + 1) / (zero * Double(depth - i))
      }
    }
    for i in place..<depth { (path[i].feature, path[i].zero, path[i].one) = (path[i + 1].feature, path[i + 1].zero, path[i + 1].one) }
    path.removeLast()
  }

  /// The sum of the weights that the path would have without a feature.
  private static func unwoundSum(_ path: [Element], _ place: Int) -> Double {
    let depth = path.count - 1, one = path[place].one, zero = path[place].zero
    var next = path[depth].weight, sum = 0.0
    for i in stride(from: depth - 1, through: 0, by: -1) {
      if one != 0 {
        let weight = next * Double(depth + 1) / (Double(i + 1) * one)
        sum += weight
        next = path[i].weight - weight * zero * Double(depth - i) / Double(depth + 1)
      } else {
        sum += path[i].weight / zero * Double(depth + 1) / Double(depth - i)
      }
    }
    return sum
  }
}
