import Glibc
package import WeirBase
package import WeirTables

/// A fitted Gaussian naive Bayes.
package struct NaiveBayesModel: FittedModel {
  package static let archiveName = "naive_bayes_model"
  package let features: [String]
  package let labels: ClassLabels
  /// The share of each class.
  package let priors: [Double]
  /// Classes x features.
  package let means: [Double]
  package let variances: [Double]

  package init(features: [String], labels: ClassLabels, priors: [Double], means: [Double], variances: [Double]) {
    self.features = features
    self.labels = labels
    self.priors = priors
    self.means = means
    self.variances = variances
  }

  package var name: String { "naive_bayes" }
  package var task: ModelTask { .classification(classes: labels.column) }

  package func predict(_ features: Table) throws -> Column {
    let logs = try logs(features), k = labels.count
    return labels.values((0..<logs.count / k).map { firstLargest(logs, from: $0 * k, count: k) })
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    let logs = try logs(features), k = labels.count, rows = logs.count / k
    var columns = [[Double]](repeating: [Double](repeating: 0, count: rows), count: k)
    for i in 0..<rows {
      var row = Array(logs[i * k..<(i + 1) * k])
      normalizeLogs(&row)
      for c in 0..<k { columns[c][i] = row[c] }
    }
    return columns
  }

  /// The share of each class and, by feature, mean and standard deviation within it.
  package func learned() throws -> Table {
    let p = features.count, k = labels.count
    let rows = (0..<k).flatMap { c in (0..<p).map { j in (c, j) } }
    return try Table([
      ("class", labels.values(rows.map(\.0))),
      ("share", Column(.float(rows.map { priors[$0.0] }))),
      ("term", Column(.text(TextValues(rows.map { features[$0.1] })))),
      ("mean", Column(.float(rows.map { means[$0.0 * p + $0.1] }))),
      ("std", Column(.float(rows.map { variances[$0.0 * p + $0.1].squareRoot() }))),
    ])
  }

  /// log share + log density, rows x classes.
  private func logs(_ table: Table) throws -> [Double] {
    let columns = try FeatureColumns(table, named: features, for: name)
    let k = labels.count, p = features.count, rows = columns.rowCount
    return [Double](filling: rows * k) { out in
      for c in 0..<k {
        let own = Array(variances[c * p..<(c + 1) * p])
        let start = own.reduce(log(priors[c])) { $0 - 0.5 * log(2 * .pi * $1) }
        // A variance so small that its inverse is no number counts as the least whose inverse is one.
        let sums = columns.squareSums(
          around: Array(means[c * p..<(c + 1) * p]), times: own.map { min(1 / $0, .greatestFiniteMagnitude) })
        // So far from everything that the sum overflows: as far as can be, so that a class can still be named.
        for i in 0..<rows { out[i * k + c] = start - 0.5 * min(sums[i], .greatestFiniteMagnitude) }
      }
    }
  }
}

extension NaiveBayesModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    labels = try ClassLabels(archive: archive.part("labels"))
    guard labels.count >= 1 else { throw ArchiveError("a classifier without classes") }
    let size = try archivedSize(labels.count, features.count)
    priors = try archive.part("priors").asFiniteFloats(count: labels.count)
    means = try archive.part("means").asFiniteFloats(count: size)
    variances = try archive.part("variances").asFiniteFloats(count: size)
    guard variances.allSatisfy({ $0 > 0 }), priors.allSatisfy({ $0 >= 0 && $0 <= 1 }), priors.contains(where: { $0 > 0 })
    else { throw ArchiveError("a variance or a share is out of range") }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "labels": labels.archive, "priors": .floats(priors), "means": .floats(means),
      "variances": .floats(variances),
    ])
  }
}
