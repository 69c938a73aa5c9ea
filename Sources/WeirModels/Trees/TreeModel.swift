package import WeirBase
package import WeirTables

/// A grown tree.
package struct TreeModel: FittedModel {
  package static let archiveName = "tree_model"
  package let features: [String]
  /// By feature, whether any of the rows that the tree learned from lacked a value.
  package let lacking: [Bool]
  /// Nil for a tree that predicts numbers.
  package let labels: ClassLabels?
  package let tree: TreeNodes

  package init(features: [String], lacking: [Bool], labels: ClassLabels?, tree: TreeNodes) {
    self.features = features
    self.lacking = lacking
    self.labels = labels
    self.tree = tree
  }

  package var name: String { "tree" }
  package var task: ModelTask { labels.map { .classification(classes: $0.column) } ?? .regression }

  package func predict(_ features: Table) throws -> Column {
    let leaves = try leaves(features)
    guard let labels else { return Column(.float(leaves.map { tree.values[$0] })) }
    return labels.values(leaves.map(classNumber))
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    guard let labels else { throw ModelError.noProbabilities(name) }
    let leaves = try leaves(features)
    return (0..<labels.count).map { c in leaves.map { tree.values[$0 * tree.width + c] } }
  }

  /// The nodes, a row each: where it asks which feature for what, and what it would predict; where rows without a value go,
  /// if there were any.
  package func learned() throws -> Table {
    let nodes = 0..<tree.count
    let asked = Bitmap(nodes.map { asksOfMissing($0) })
    let inner = Bitmap(nodes.map { tree.feature[$0] >= 0 })
    let prediction = labels.map { $0.values(nodes.map(classNumber)) } ?? Column(.float(tree.values))
    return try Table([
      ("node", Column(.int(nodes.map { Int64($0) }))),
      ("feature", Column(
        .text(TextValues(nodes.map { tree.feature[$0] >= 0 ? features[Int(tree.feature[$0])] : "" })), validity: inner)),
      ("threshold", Column(.float(tree.threshold), validity: inner)),
      ("left", Column(.int(tree.left.map { Int64(max($0, 0)) }), validity: inner)),
      ("right", Column(.int(tree.right.map { Int64(max($0, 0)) }), validity: inner)),
      ("missing", Column(.text(TextValues(nodes.map { asked[$0] ? tree.missingLeft[$0] ? "left" : "right" : "" })), validity: asked)),
      ("rows", Column(.int(tree.rows))),
      ("impurity", Column(.float(tree.impurity))),
      ("prediction", prediction),
    ])
  }

  /// By feature, the share of the impurity that its splits took away.
  package var importances: [Double] { tree.importances(features: features.count) }

  /// The rules as a person reads them, a line for each question and each leaf.
  package var rules: String {
    var lines: [String] = []
    var stack: [(node: Int, indent: Int, condition: String)] = [(0, 0, "")]
    while let (node, indent, condition) = stack.popLast() {
      let margin = String(repeating: "  ", count: min(indent, 40))
      let inner = tree.feature[node] >= 0
      if condition.isEmpty {
        if !inner { lines.append(outcome(of: node)) }
      } else {
        lines.append(margin + condition + (inner ? "" : ": " + outcome(of: node)))
      }
      guard inner else { continue }
      let next = condition.isEmpty ? indent : indent + 1
      let (left, right) = conditions(node)
      stack.append((Int(tree.right[node]), next, right))
      stack.append((Int(tree.left[node]), next, left))
    }
    return lines.joined(separator: "\n")
  }

  private func asksOfMissing(_ node: Int) -> Bool { tree.feature[node] >= 0 && lacking[Int(tree.feature[node])] }

  /// What rows that go left, and those that go right, have in common.
  private func conditions(_ node: Int) -> (left: String, right: String) {
    let name = features[Int(tree.feature[node])]
    guard tree.threshold[node].isFinite else { return ("\(name) is there", "\(name) is missing") }
    let threshold = formatScalar(.float(tree.threshold[node])), asks = asksOfMissing(node), goesLeft = tree.missingLeft[node]
    return (
      "\(name) <= \(threshold)" + (asks && goesLeft ? " or missing" : ""),
      "\(name) > \(threshold)" + (asks && !goesLeft ? " or missing" : "")
    )
  }

  private func outcome(of node: Int) -> String {
    let value = labels.map { $0.names[classNumber(node)] } ?? formatScalar(.float(tree.values[node]))
    return "\(value) (\(tree.rows[node]) \(tree.rows[node] == 1 ? "row" : "rows"))"
  }

  private func classNumber(_ node: Int) -> Int { firstLargest(tree.values, from: node * tree.width, count: tree.width) }

  private func leaves(_ table: Table) throws -> [Int] {
    tree.leaves(try Design(table, named: features, for: name, allowingMissing: true).values, columns: features.count)
  }
}

extension TreeModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    labels = try archive.part("labels").present.map { try ClassLabels(archive: $0) }
    tree = try TreeNodes(archive: archive.part("tree"))
    lacking = try archive["lacking"].map { try $0.asBytes().map { $0 == 1 } } ?? features.map { _ in false }
    guard lacking.count == features.count else { throw ArchiveError("the tree does not fit its features") }
    guard tree.width == labels?.count ?? 1, tree.feature.allSatisfy({ [count = features.count] in Int($0) < count }) else {
      throw ArchiveError("the tree does not fit its features and classes")
    }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "lacking": .bytes(lacking.map { $0 ? 1 : 0 }), "labels": labels?.archive ?? .none,
      "tree": tree.archive,
    ])
  }
}
