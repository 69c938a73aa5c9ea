extension TreeNodes {
  /// The smallest tree that minimises the impurity of the leaves, weighted by their share of the rows, plus `alpha` for
  /// each leaf (minimal cost-complexity pruning, Breiman and others 1984, chapter 3).
  package func pruned(_ alpha: Double) -> TreeNodes {
    guard alpha > 0 else { return self }
    let total = weight[0]
    var cost = (0..<count).map { impurity[$0] * weight[$0] / total + alpha }
    var isLeaf = [Bool](repeating: true, count: count)
    // Children come after their parent.
    for node in stride(from: count - 1, through: 0, by: -1) where feature[node] >= 0 {
      let below = cost[Int(left[node])] + cost[Int(right[node])]
      if below < cost[node] {
        cost[node] = below
        isLeaf[node] = false
      }
    }
    return walked { feature[$0] < 0 || isLeaf[$0] }
  }

  /// The same tree with its nodes in the order in which a walk from the root, left before right, meets them.
  func inOrderOfWalk() -> TreeNodes { walked { feature[$0] < 0 } }

  private func walked(isLeaf: (Int) -> Bool) -> TreeNodes {
    var result = TreeNodes(width: width)
    var stack: [(node: Int, parent: Int, isLeft: Bool)] = [(0, -1, false)]
    while let (old, parent, isLeft) = stack.popLast() {
      let node = result.append(
        impurity: impurity[old], rows: Int(rows[old]), weight: weight[old], values: Array(values[old * width..<(old + 1) * width]))
      if parent >= 0 {
        if isLeft { result.left[parent] = Int32(node) } else { result.right[parent] = Int32(node) }
      }
      guard !isLeaf(old) else { continue }
      result.feature[node] = feature[old]
      result.threshold[node] = threshold[old]
      result.missingLeft[node] = missingLeft[old]
      stack.append((Int(right[old]), node, false))
      stack.append((Int(left[old]), node, true))
    }
    return result
  }
}
