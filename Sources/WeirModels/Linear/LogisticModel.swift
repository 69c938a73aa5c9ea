import Glibc
package import WeirBase
package import WeirTables

/// A fitted logistic regression.
package struct LogisticModel: FittedModel {
  package static let archiveName = "logistic_model"
  package let features: [String]
  package let labels: ClassLabels
  /// For each output its coefficients, one after the other. Two classes have one output, for the second class.
  package let coefficients: [Double]
  package let intercepts: [Double]

  package init(features: [String], labels: ClassLabels, coefficients: [Double], intercepts: [Double]) {
    self.features = features
    self.labels = labels
    self.coefficients = coefficients
    self.intercepts = intercepts
  }

  package var name: String { "logistic" }
  package var task: ModelTask { .classification(classes: labels.column) }

  package func predict(_ features: Table) throws -> Column {
    let scores = try scores(features), k = intercepts.count
    let rows = scores.count / k
    guard labels.count > 1 else { return labels.values([Int](repeating: 0, count: rows)) }
    if k == 1 { return labels.values(scores.map { $0 > 0 ? 1 : 0 }) }
    return labels.values((0..<rows).map { row in firstLargest(scores, from: row * k, count: k) })
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    let scores = try scores(features), k = intercepts.count
    let rows = scores.count / k
    guard labels.count > 1 else { return [[Double](repeating: 1, count: rows)] }
    if k == 1 {
      let second = scores.map { score in
        let shrunk = exp(-abs(score))
        return (score >= 0 ? 1 : shrunk) / (1 + shrunk)
      }
      let first = scores.map { score in
        let shrunk = exp(-abs(score))
        return (score >= 0 ? shrunk : 1) / (1 + shrunk)
      }
      return [first, second]
    }
    var columns = [[Double]](repeating: [Double](repeating: 0, count: rows), count: k)
    var row = [Double](repeating: 0, count: k)
    for i in 0..<rows {
      for c in 0..<k { row[c] = scores[i * k + c] }
      normalizeLogs(&row)
      for c in 0..<k { columns[c][i] = row[c] }
    }
    return columns
  }

  package func learned() throws -> Table {
    let p = features.count, names = labels.names
    let terms = Column(.text(TextValues(["intercept"] + features)))
    guard labels.count > 2 else {
      return try Table([("term", terms), ("value", Column(.float(intercepts + coefficients)))])
    }
    return try Table(
      [("term", terms)]
        + names.indices.map { c in
          (name: names[c] == "term" ? "class term" : names[c],
           column: Column(.float([intercepts[c]] + coefficients[c * p..<(c + 1) * p])))
        })
  }

  /// Rows x outputs.
  private func scores(_ table: Table) throws -> [Double] {
    let design = try Design(table, named: features, for: name)
    let k = intercepts.count
    guard design.rowCount > 0 else { return [] }
    var scores = try design.values.withUnsafeBufferPointer { x in
      try coefficients.withUnsafeBufferPointer { w -> [Double] in
        guard let x = x.baseAddress, let w = w.baseAddress else { return [] }
        return try LinearAlgebra.product(x, w, m: design.rowCount, k: features.count, n: k, transposedB: true)
      }
    }
    for i in scores.indices { scores[i] += intercepts[i % k] }
    return scores
  }
}

/// The place of the largest of `count` numbers, the first of equals.
func firstLargest(_ values: [Double], from start: Int, count: Int) -> Int {
  var best = 0
  for c in 1..<max(count, 1) where values[start + c] > values[start + best] { best = c }
  return best
}

/// Turns logarithms of what is proportional to probabilities into probabilities.
func normalizeLogs(_ logs: inout [Double]) {
  let top = logs.max() ?? 0
  var sum = 0.0
  for c in logs.indices {
    logs[c] = exp(logs[c] - top)
    sum += logs[c]
  }
  for c in logs.indices { logs[c] /= sum }
}

extension LogisticModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    labels = try ClassLabels(archive: archive.part("labels"))
    guard labels.count >= 1 else { throw ArchiveError("a classifier without classes") }
    let outputs = labels.count <= 2 ? 1 : labels.count
    coefficients = try archive.part("coefficients").asFiniteFloats(count: archivedSize(outputs, features.count))
    intercepts = try archive.part("intercepts").asFiniteFloats(count: outputs)
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "labels": labels.archive, "coefficients": .floats(coefficients),
      "intercepts": .floats(intercepts),
    ])
  }
}
