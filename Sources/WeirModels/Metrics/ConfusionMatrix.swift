package import WeirTables

/// How often each class was taken for each.
package struct ConfusionMatrix: Sendable {
  package let labels: ClassLabels
  /// Rows of class `t` that were predicted to be `p`: `counts[t * n + p]` of `n` classes.
  package let counts: [Int]

  /// Throws where there are more classes than a person could look at.
  package init(_ judgement: Judgement) throws {
    let (truth, predicted, labels) = try judgement.codes(for: "confusion_matrix")
    guard labels.count <= 1000 else {
      throw ModelError("a confusion matrix of \(labels.count) classes is too large", mend: "are these classes, or numbers?")
    }
    self.labels = labels
    var counts = [Int](repeating: 0, count: labels.count * labels.count)
    for (t, p) in zip(truth, predicted) where t >= 0 && p >= 0 { counts[Int(t) * labels.count + Int(p)] += 1 }
    self.counts = counts
  }

  package subscript(truth: Int, predicted: Int) -> Int { counts[truth * labels.count + predicted] }

  /// One row a true class, one column a predicted one.
  package func table() throws -> Table {
    var names: Set<String> = ["truth"]
    var columns: [(name: String, column: Column)] = [(name: "truth", column: labels.column)]
    for (k, label) in labels.names.enumerated() {
      var name = label
      while !names.insert(name).inserted { name += "_" }
      columns.append((name, Column(.int((0..<labels.count).map { Int64(self[$0, k]) }))))
    }
    return try Table(columns)
  }
}
