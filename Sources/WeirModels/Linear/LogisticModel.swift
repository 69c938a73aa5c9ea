import Glibc
package import WeirBase
package import WeirTables

/// A fitted logistic regression.
package struct LogisticModel: LinearClassifier {
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

  /// From parameters for centred features, feature by feature, the intercepts last.
  init(features: [String], labels: ClassLabels, parameters: [Double], centers: [Double]) {
    let p = features.count, k = parameters.count / (p + 1)
    var coefficients = [Double](repeating: 0, count: k * p), intercepts: [Double] = []
    for c in 0..<k {
      var intercept = parameters[p * k + c]
      for j in 0..<p {
        coefficients[c * p + j] = parameters[j * k + c]
        intercept -= parameters[j * k + c] * centers[j]
      }
      intercepts.append(intercept)
    }
    self.init(features: features, labels: labels, coefficients: coefficients, intercepts: intercepts)
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

  /// Rows x outputs.
  private func scores(_ table: Table) throws -> [Double] {
    let scores = try FeatureColumns.scores(of: table, named: features, for: name, coefficients, from: intercepts)
    guard scores.count > 1 else { return scores[0] }
    return [Double](filling: table.rowCount * scores.count) { out in
      for (c, own) in scores.enumerated() { for (i, score) in own.enumerated() { out[i * scores.count + c] = score } }
    }
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
