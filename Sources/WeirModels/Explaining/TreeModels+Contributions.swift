package import WeirTables
import WeirBase

extension TreeModel: ExplainableModel {
  package func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions {
    let x = try Design(row, named: features, for: name, allowingMissing: true).values
    let found = try TreeContributions(ExplainedTree(tree, x), features: features.count)
    let chosen = try classInQuestion(row, labels, label), k = chosen?.number ?? 0
    return RowContributions(
      model: name, features: features, contributions: found.contributions[k], base: found.base[k],
      scale: labels == nil ? .number : .probability, className: chosen?.name)
  }
}

extension ForestModel: ExplainableModel {
  package func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions {
    let rows = try BinnedRows(row, named: features, coder: trees.coder, for: name)
    let chosen = try classInQuestion(row, labels, label), k = chosen?.number ?? 0
    let found = try trees.contributions(rows.codes(0..<1), trees: Array(0..<trees.count), output: k)
    let count = Double(trees.count)
    return RowContributions(
      model: name, features: features, contributions: found.contributions.map { $0 / count }, base: found.base / count,
      scale: labels == nil ? .number : .probability, className: chosen?.name)
  }
}

extension BoostingModel: ExplainableModel {
  package func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions {
    let rows = try BinnedRows(row, named: features, coder: trees.coder, for: name)
    let chosen = try classInQuestion(row, labels, label), outputs = loss.outputs, k = outputs == 1 ? 0 : chosen?.number ?? 0
    let own = Array(stride(from: k, to: trees.count, by: outputs))
    let found = try trees.contributions(rows.codes(0..<1), trees: own, output: 0)
    // One score says how much speaks for the second class.
    let sign: Double = outputs == 1 && chosen?.number == 0 && labels?.count == 2 ? -1 : 1
    return RowContributions(
      model: name, features: features, contributions: found.contributions.map { sign * $0 }, base: sign * (base[k] + found.base),
      scale: labels != nil ? .score : loss == .poisson ? .logarithm : .number, className: chosen?.name)
  }
}

extension BinnedTrees {
  /// Of some trees, added up in their order.
  func contributions(_ codes: [UInt8], trees: [Int], output: Int) throws -> (contributions: [Double], base: Double) {
    let parts = try Workers.current.map(trees.count) { place in
      let found = try TreeContributions(ExplainedTree(self, trees[place], codes), features: bins.count)
      return (found.contributions[output], found.base[output])
    }
    return (parts.map(\.0).summed(count: bins.count), parts.reduce(0) { $0 + $1.1 })
  }
}

extension ExplainedTree {
  init(_ nodes: TreeNodes, _ x: [Double]) {
    width = nodes.width
    feature = nodes.feature.map { Int($0) }
    left = nodes.left.map { Int($0) }
    right = nodes.right.map { Int($0) }
    covers = nodes.weight
    goesLeft = feature.indices.map { node in
      guard feature[node] >= 0 else { return false }
      let value = x[feature[node]]
      return value.isNaN ? nodes.missingLeft[node] : value <= nodes.threshold[node]
    }
    values = feature.indices.map { Array(nodes.values[$0 * width..<($0 + 1) * width]) }
  }

  init(_ trees: BinnedTrees, _ tree: Int, _ codes: [UInt8]) {
    width = trees.width
    let nodes = trees.nodes(of: tree), first = nodes.lowerBound
    covers = Array(trees.covers[nodes])
    for node in nodes {
      let (question, child) = trees.question(node, of: tree)
      left.append(child - first)
      right.append(child - first + 1)
      values.append([])
      switch question {
      case .leaf:
        feature.append(-1)
        goesLeft.append(false)
        values[node - first] = Array(trees.leafValues(node))
      case .threshold(let asked, let bin, let missingLeft):
        feature.append(asked)
        goesLeft.append(codes[asked] == FeatureBins.missing ? missingLeft : Int(codes[asked]) <= bin)
      case .set(let asked, let set):
        feature.append(asked)
        goesLeft.append(set[Int(codes[asked] >> 3)] >> (codes[asked] & 7) & 1 == 1)
      }
    }
  }
}
