import Glibc
package import WeirBase
package import WeirTables

/// A fitted naive Bayes of counts: what class a row is of is decided by a sum over its features.
package struct CountBayesModel: FittedModel {
  package static let archiveName = "count_bayes_model"
  /// Whether only the presence of a feature counts, not its amount.
  package let isPresence: Bool
  package let features: [String]
  package let labels: ClassLabels
  /// The share of each class.
  package let priors: [Double]
  /// Classes x features: the share of a feature in what a class's rows hold, or how often it is present.
  package let chances: [Double]

  package init(isPresence: Bool, features: [String], labels: ClassLabels, priors: [Double], chances: [Double]) {
    self.isPresence = isPresence
    self.features = features
    self.labels = labels
    self.priors = priors
    self.chances = chances
  }

  package var name: String { "naive_bayes" }
  package var task: ModelTask { .classification(classes: labels.column) }

  package func predict(_ features: Table) throws -> Column {
    let logs = try logs(features), k = labels.count, rows = logs.first?.count ?? 0
    return labels.values((0..<rows).map { row in
      var best = 0
      for c in 1..<max(k, 1) where logs[c][row] > logs[best][row] { best = c }
      return best
    })
  }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    var logs = try logs(features)
    let rows = logs.first?.count ?? 0
    for row in 0..<rows {
      var own = logs.map { $0[row] }
      normalizeLogs(&own)
      for c in own.indices { logs[c][row] = own[c] }
    }
    return logs
  }

  /// The share of each class and, by feature, its chance within it.
  package func learned() throws -> Table {
    let p = features.count, rows = (0..<labels.count).flatMap { c in (0..<p).map { j in (c, j) } }
    return try Table([
      ("class", labels.values(rows.map(\.0))),
      ("share", Column(.float(rows.map { priors[$0.0] }))),
      ("term", Column(.text(TextValues(rows.map { features[$0.1] })))),
      ("chance", Column(.float(rows.map { chances[$0.0 * p + $0.1] }))),
    ])
  }

  /// By class, log share + log likelihood of each row but for what all classes have in common.
  private func logs(_ table: Table) throws -> [[Double]] {
    let all = try FeatureColumns(table, named: features, for: name), p = features.count
    let columns = isPresence ? all.mapped { $0 > 0 ? 1 : 0 } : all
    return (0..<labels.count).map { c in
      let own = chances[c * p..<(c + 1) * p]
      guard isPresence else { return columns.scores(own.map { log($0) }, from: log(priors[c])) }
      return columns.scores(own.map { log($0) - log1p(-$0) }, from: own.reduce(log(priors[c])) { $0 + log1p(-$1) })
    }.map { logs in logs.map { max($0, -.greatestFiniteMagnitude) } }
  }
}

extension CountBayesModel: Archivable {
  package init(archive: Archive) throws {
    isPresence = try archive.part("presence").asBool()
    features = try archive.part("features").asFeatureNames()
    labels = try ClassLabels(archive: archive.part("labels"))
    guard labels.count >= 1 else { throw ArchiveError("a classifier without classes") }
    priors = try archive.part("priors").asFiniteFloats(count: labels.count)
    chances = try archive.part("chances").asFiniteFloats(count: archivedSize(labels.count, features.count))
    guard chances.allSatisfy({ $0 > 0 && (isPresence ? $0 < 1 : $0 <= 1) }), priors.allSatisfy({ $0 >= 0 && $0 <= 1 }),
      priors.contains(where: { $0 > 0 })
    else { throw ArchiveError("a chance or a share is out of range") }
  }

  package var archive: Archive {
    .of([
      "presence": .bool(isPresence), "features": .texts(features), "labels": labels.archive, "priors": .floats(priors),
      "chances": .floats(chances),
    ])
  }
}
