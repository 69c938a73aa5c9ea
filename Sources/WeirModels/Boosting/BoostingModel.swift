import Glibc
package import WeirBase
package import WeirTables

/// Boosted trees.
package struct BoostingModel: FittedModel {
  package static let archiveName = "gbm_model"
  package let features: [String]
  /// Nil for a model that predicts numbers.
  package let labels: ClassLabels?
  package let loss: BoostingLoss
  /// Where the scores start, before any tree.
  package let base: [Double]
  /// Tree t adds to score t modulo the number of scores.
  package let trees: BinnedTrees
  /// By feature, how much its splits lowered the loss.
  package let gains: [Double]
  /// The loss on the held out rows, round by round.
  package let losses: [Double]

  package var name: String { "gbm" }
  package var task: ModelTask { labels.map { .classification(classes: $0.column) } ?? .regression }

  package init(
    features: [String], labels: ClassLabels?, loss: BoostingLoss, base: [Double], trees: BinnedTrees, gains: [Double], losses: [Double]
  ) {
    self.features = features
    self.labels = labels
    self.loss = loss
    self.base = base
    self.trees = trees
    self.gains = gains
    self.losses = losses
  }

  /// By feature, its share of what all splits gained.
  package var importances: [Double] {
    let total = gains.reduce(0, +)
    return total > 0 ? gains.map { $0 / total } : gains
  }

  package func predict(_ table: Table) throws -> Column {
    let scores = try scores(table), n = table.rowCount, k = loss.outputs
    guard let labels else {
      return Column(.float(loss == .poisson ? scores.map { exp($0) } : scores))
    }
    guard labels.count > 1 else { return labels.values([Int](repeating: 0, count: n)) }
    if k == 1 { return labels.values(scores.map { $0 > 0 ? 1 : 0 }) }
    return labels.values((0..<n).map { firstLargest(scores, from: $0 * k, count: k) })
  }

  package func probabilities(_ table: Table) throws -> [[Double]] {
    guard let labels else { throw ModelError.noProbabilities(name) }
    let scores = try scores(table), n = table.rowCount, k = loss.outputs
    guard labels.count > 1 else { return [[Double](repeating: 1, count: n)] }
    if k == 1 {
      let second = scores.map { 1 / (1 + exp(-$0)) }
      return [second.map { 1 - $0 }, second]
    }
    var shares = [[Double]](repeating: [Double](repeating: 0, count: n), count: k)
    for row in 0..<n {
      let top = scores[row * k + firstLargest(scores, from: row * k, count: k)]
      let parts = (0..<k).map { exp(scores[row * k + $0] - top) }, sum = parts.reduce(0, +)
      for c in 0..<k { shares[c][row] = parts[c] / sum }
    }
    return shares
  }

  /// `loss.outputs` scores a row.
  package func scores(_ table: Table) throws -> [Double] {
    let rows = try BinnedRows(table, named: features, coder: trees.coder, for: name)
    return trees.sums(rows, outputs: loss.outputs, base: base, workers: .current).array
  }

  /// The features, the most important first.
  package func learned() throws -> Table { try importanceTable(features, importances) }
}

/// Features and how much they matter, the most important first.
func importanceTable(_ features: [String], _ importances: [Double]) throws -> Table {
  let order = features.indices.sorted { (-importances[$0], $0) < (-importances[$1], $1) }
  return try Table([
    ("feature", Column(.text(TextValues(order.map { features[$0] })))),
    ("importance", Column(.float(order.map { importances[$0] }))),
  ])
}

extension BoostingModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    labels = try archive.part("labels").present.map { try ClassLabels(archive: $0) }
    loss = try BoostingLoss(archive: archive.part("loss"))
    trees = try BinnedTrees(archive: archive.part("trees"))
    base = try archive.part("base").asFiniteFloats(count: loss.outputs)
    gains = try archive.part("gains").asFiniteFloats(count: features.count)
    losses = try archive.part("losses").asFloats()
    let classes = labels?.count
    guard trees.bins.count == features.count, trees.width == 1, trees.count % loss.outputs == 0,
      classes == nil ? loss.predictsNumbers : (loss == .logistic && (1...2).contains(classes ?? 0)) || loss == .softmax(classes ?? 0)
    else { throw ArchiveError("the trees do not fit their features and classes") }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "labels": labels?.archive ?? .none, "loss": loss.archive, "base": .floats(base),
      "trees": trees.archive, "gains": .floats(gains), "losses": .floats(losses),
    ])
  }
}

extension BoostingLoss: Archivable {
  package static let archiveName = "boosting_loss"

  var predictsNumbers: Bool {
    switch self {
    case .logistic, .softmax: false
    default: true
    }
  }

  package var archive: Archive {
    switch self {
    case .squared: .of(["kind": .text("squared")])
    case .absolute: .of(["kind": .text("absolute")])
    case .quantile(let q): .of(["kind": .text("quantile"), "quantile": .float(q)])
    case .poisson: .of(["kind": .text("poisson")])
    case .logistic: .of(["kind": .text("logistic")])
    case .softmax(let classes): .of(["kind": .text("softmax"), "classes": .int(Int64(classes))])
    }
  }

  package init(archive: Archive) throws {
    switch try archive.part("kind").asText() {
    case "squared": self = .squared
    case "absolute": self = .absolute
    case "quantile": self = .quantile(try archive.part("quantile").asFloat())
    case "poisson": self = .poisson
    case "logistic": self = .logistic
    case "softmax":
      let classes = try archive.part("classes").asInt()
      guard (2...1 << 20).contains(classes) else { throw ArchiveError("a number of classes is out of range") }
      self = .softmax(classes)
    default: throw ArchiveError("an unknown loss")
    }
  }
}
