import Glibc
import WeirBase

/// Grows a tree depth first. Each feature's rows are sorted once, at the root; splitting a node parts every feature's
/// rows in two and keeps them sorted, so that the best split of a node is found in one pass over its rows.
struct TreeGrower {
  struct Limits {
    var depth: Int
    var minSamplesSplit: Int
    var minSamplesLeaf: Int
    /// How many leaves there may be; where there is a limit, the splits that take most impurity away come first.
    var maxLeaves: Int?
  }

  enum Target {
    case classes([Int32], count: Int, entropy: Bool)
    case numbers([Double])
  }

  private var features: [SortedFeature]
  private let rows: Int
  private let target: Target
  private let weights: [Double]?
  private let limits: Limits
  private let workers: Workers
  private let cancellation: Cancellation

  init(
    _ x: [Double], rows n: Int, columns p: Int, target: Target, weights: [Double]?, limits: Limits, workers: Workers,
    cancellation: Cancellation
  ) throws {
    guard n < Int(Int32.max) else { throw ModelError("the data are too large for this model: \(n) rows") }
    rows = n
    self.target = target
    self.weights = weights
    self.limits = limits
    self.workers = workers
    self.cancellation = cancellation
    features = try workers.map(p) { j in
      try cancellation.check()
      return SortedFeature(column: j, of: x, rows: n, columns: p)
    }
  }

  /// By feature, whether any row lacks a value.
  var lacking: [Bool] { features.map(\.hasMissing) }

  private struct Pending {
    var range: Range<Int>
    var depth: Int
    var parent: Int
    var isLeft: Bool
  }

  mutating func grow() throws -> TreeNodes {
    switch target {
    case .classes(let codes, let count, let entropy):
      let weights = weights
      return try grow(width: count) { ClassTally(codes: codes, weights: weights, classes: count, entropy: entropy) }
    case .numbers(let values):
      // Around the mean, sums of squares lose fewer digits.
      let mean = try columnMeans(values, rows: rows, columns: 1, weights: weights, workers: .one)[0]
      let centered = values.map { $0 - mean }, weights = weights
      var nodes = try grow(width: 1) { NumberTally(values: centered, weights: weights) }
      for i in nodes.values.indices { nodes.values[i] += mean }
      guard nodes.values.allSatisfy(\.isFinite), nodes.impurity.allSatisfy(\.isFinite) else {
        throw ModelError("the target holds numbers too large to square")
      }
      return nodes
    }
  }

  private mutating func grow<Tally: SplitTally>(width: Int, _ make: () -> Tally) throws -> TreeNodes {
    var nodes = TreeNodes(width: width)
    var goesLeft = [Bool](repeating: false, count: rows)
    let tally = make(), root = Pending(range: 0..<rows, depth: 0, parent: -1, isLeft: false)
    if let maxLeaves = limits.maxLeaves {
      try growBest(root, tally, maxLeaves, &nodes, &goesLeft)
      return nodes.inOrderOfWalk()
    }
    var stack = [root]
    while let next = stack.popLast() {
      guard let (node, split) = try open(next, tally, &nodes) else { continue }
      let (left, right) = try expand(next, node, split, &nodes, &goesLeft)
      stack.append(right)
      stack.append(left)
    }
    return nodes
  }

  /// Splits the node whose split takes most impurity away, and so on until there are as many leaves as there may be.
  private mutating func growBest<Tally: SplitTally>(
    _ root: Pending, _ tally: Tally, _ maxLeaves: Int, _ nodes: inout TreeNodes, _ goesLeft: inout [Bool]
  ) throws {
    var open: [(pending: Pending, node: Int, split: Split)] = [], leaves = 1
    if let (node, split) = try self.open(root, tally, &nodes) { open.append((root, node, split)) }
    while leaves < maxLeaves, !open.isEmpty {
      var best = 0
      for place in open.indices where open[place].split.improvement > open[best].split.improvement { best = place }
      let next = open.remove(at: best)
      let (left, right) = try expand(next.pending, next.node, next.split, &nodes, &goesLeft)
      for child in [left, right] {
        if let (node, split) = try self.open(child, tally, &nodes) { open.append((child, node, split)) }
      }
      leaves += 1
    }
  }

  /// Appends a node; gives its number and its best split, where it may be split.
  private func open<Tally: SplitTally>(
    _ next: Pending, _ tally: Tally, _ nodes: inout TreeNodes
  ) throws -> (node: Int, split: Split)? {
    try cancellation.check()
    let whole = tally.summary(features[0].order, next.range)
    let node = nodes.append(
      impurity: whole.impurity, rows: next.range.count, weight: whole.weight, values: whole.values)
    if next.parent >= 0 {
      if next.isLeft { nodes.left[next.parent] = Int32(node) } else { nodes.right[next.parent] = Int32(node) }
    }
    guard next.depth < limits.depth, next.range.count >= limits.minSamplesSplit, !whole.isPure,
      next.range.count / 2 >= limits.minSamplesLeaf, let split = try bestSplit(tally, whole, next.range)
    else { return nil }
    return (node, split)
  }

  private mutating func expand(
    _ next: Pending, _ node: Int, _ split: Split, _ nodes: inout TreeNodes, _ goesLeft: inout [Bool]
  ) throws -> (left: Pending, right: Pending) {
    nodes.feature[node] = Int32(split.feature)
    nodes.threshold[node] = split.threshold
    nodes.missingLeft[node] = split.missingLeft
    let middle = next.range.lowerBound + split.leftCount
    try part(next.range, split, &goesLeft)
    return (
      Pending(range: next.range.lowerBound..<middle, depth: next.depth + 1, parent: node, isLeft: true),
      Pending(range: middle..<next.range.upperBound, depth: next.depth + 1, parent: node, isLeft: false)
    )
  }

  private struct Split {
    var feature: Int
    /// Infinite where all values go left, and rows without one right.
    var threshold: Double
    /// The place of the last row with a value that goes left.
    var last: Int
    var missingLeft: Bool
    /// How many rows go left, those without a value counted in.
    var leftCount: Int
    /// The weighted impurity that it takes away.
    var improvement: Double
  }

  /// The best split of a node: of all features, of equally good ones the first.
  private func bestSplit<Tally: SplitTally>(
    _ tally: Tally, _ whole: Tally.Summary, _ range: Range<Int>
  ) throws -> Split? {
    let smallest = limits.minSamplesLeaf
    let helpers = range.count * features.count >= 1 << 16 ? workers : .one
    let found = try helpers.map(features.count) { j in
      tally.best(of: features[j], range, whole, minSamplesLeaf: smallest)
    }
    var best: (feature: Int, cut: SplitCut)?
    for (j, cut) in found.enumerated() {
      guard let cut else { continue }
      if let known = best, !(cut.gain > known.cut.gain + tally.noise(of: whole)) { continue }
      best = (j, cut)
    }
    return best.map { feature, cut in
      let sorted = features[feature], missing = range.upperBound - sorted.missingStart(range)
      let low = sorted.values[cut.last], high = cut.last + 1 < range.upperBound ? sorted.values[cut.last + 1] : .nan
      let leftCount = cut.last + 1 - range.lowerBound + (cut.missingLeft ? missing : 0)
      return Split(
        feature: feature, threshold: high.isNaN ? .infinity : FeatureBins.middle(low, high), last: cut.last,
        // Where no row lacks a value here, one that does goes where most went.
        missingLeft: missing > 0 ? cut.missingLeft : 2 * leftCount > range.count, leftCount: leftCount,
        improvement: tally.improvement(cut, whole))
    }
  }

  /// Parts the rows of a node in every feature: left ones first, each half in its order.
  private mutating func part(_ range: Range<Int>, _ split: Split, _ goesLeft: inout [Bool]) throws {
    let known = features[split.feature].missingStart(range), whole = known == range.upperBound
    for i in range {
      goesLeft[Int(features[split.feature].order[i])] = i < known ? i <= split.last : split.missingLeft
    }
    // Wide nodes are read side by side and written one after the other; narrow ones are parted where they lie.
    if range.count * features.count >= 1 << 18, workers.count > 1 {
      let parts = try parts(range, goesLeft, but: whole ? split.feature : nil)
      for (j, part) in parts.enumerated() { if let part { features[j].replace(range, part) } }
    } else {
      var spareRows: [Int32] = [], spareValues: [Double] = []
      for j in features.indices where j != split.feature || !whole {
        features[j].part(range, goesLeft, &spareRows, &spareValues)
      }
    }
  }

  private func parts(
    _ range: Range<Int>, _ isLeft: [Bool], but parted: Int?
  ) throws -> [SortedFeature.Part?] {
    try workers.map(features.count) { j in j == parted ? nil : features[j].parted(range, isLeft) }
  }
}
