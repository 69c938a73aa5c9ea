import Glibc
package import WeirBase
package import WeirTables

/// Normal distributions; a row belongs to that which most likely made it.
package struct GaussianMixtureModel: FittedModel {
  package static let archiveName = "gaussian_mixture_model"
  package let features: [String]
  private let mixture: NormalMixture
  /// The mean log likelihood of the rows that were learned from, and their weight.
  package let score: Double
  package let rows: Double
  package let iterations: Int

  package var means: [Double] { mixture.means }
  package var shares: [Double] { mixture.shares }

  init(features: [String], mixture: NormalMixture, score: Double, rows: Double, iterations: Int) {
    self.features = features
    self.mixture = mixture
    self.score = score
    self.rows = rows
    self.iterations = iterations
  }

  package var name: String { "gaussian_mixture" }
  package var task: ModelTask { .clustering(count: mixture.count) }

  package func predict(_ features: Table) throws -> Column {
    let k = mixture.count
    return Column(.int(try split(features).flatMap { shares in
      stride(from: 0, to: shares.count, by: k).map { Int64(firstLargest(Array(shares[$0..<$0 + k]), from: 0, count: k)) }
    }))
  }

  /// How likely each distribution made each row, one column a distribution.
  package func probabilities(_ features: Table) throws -> [[Double]] {
    let parts = try split(features), k = mixture.count
    return (0..<k).map { c in parts.flatMap { shares in stride(from: c, to: shares.count, by: k).map { shares[$0] } } }
  }

  /// Of blocks of rows, in order: rows x distributions.
  private func split(_ features: Table) throws -> [[Double]] {
    let design = try Design(features, named: self.features, for: name), p = self.features.count, k = mixture.count
    let block = 512, blocks = (design.rowCount + block - 1) / block
    return try Workers.current.map(blocks) { number in
      let start = number * block, count = min(block, design.rowCount - start)
      var shares = [Double](repeating: 0, count: count * k)
      try design.values.withUnsafeBufferPointer { x in
        try shares.withUnsafeMutableBufferPointer { shares in
          guard let x = x.baseAddress, let out = shares.baseAddress else { return }
          _ = try mixture.split(x + start * p, rows: count, into: out)
        }
      }
      return shares
    }
  }

  /// A row for each distribution: its number, its share of all rows, and its mean.
  package func learned() throws -> Table {
    let p = features.count, taken: Set<String> = ["cluster", "share"]
    return try Table(
      [("cluster", Column(.int((0..<mixture.count).map { Int64($0) }))), ("share", Column(.float(mixture.shares)))]
        + features.enumerated().map { j, feature in
          (name: taken.contains(feature) ? "center \(feature)" : feature,
           column: Column(.float((0..<mixture.count).map { mixture.means[$0 * p + j] })))
        })
  }
}

extension GaussianMixtureModel: SamplingModel {
  /// Rows of the distributions, each as often as its share says; more rows begin with those that fewer are.
  package func sample(_ count: Int, random: RandomStream, workers: Workers) throws -> Table {
    let p = features.count, size = count.multipliedReportingOverflow(by: p)
    guard count >= 0, !size.overflow, size.partialValue <= 1 << 28 else {
      throw ModelError(
        "\(count) rows of \(p) columns are more numbers than `gaussian_mixture` draws at once", mend: "ask for fewer rows")
    }
    var stream = random.child("rows")
    let rows = (0..<count).map { _ in mixture.drawn(&stream) }
    return try Table(features.enumerated().map { j, name in (name: name, column: Column(.float(rows.map { $0[j] }))) }, rowCount: count)
  }
}

extension GaussianMixtureModel: MeasuredModel {
  /// The smaller of two `bic` or `aic` is that of the better model for its size.
  package var figures: [(name: String, value: Double)] {
    let freedom = Double(mixture.freedom), likelihood = score * rows
    return [
      ("log_likelihood", score), ("bic", freedom * log(rows) - 2 * likelihood), ("aic", 2 * freedom - 2 * likelihood),
      ("iterations", Double(iterations)),
    ]
  }
}

extension GaussianMixtureModel: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    let shares = try archive.part("shares").asFloats(), k = shares.count, p = features.count
    guard k > 0, shares.allSatisfy({ $0 > 0 && $0 <= 1 }) else { throw ArchiveError("the shares are out of range") }
    guard let covariance = GaussianMixture.Covariance(rawValue: try archive.part("covariance").asText()) else {
      throw ArchiveError("an unknown kind of covariance")
    }
    let size = switch covariance {
    case .full: try archivedSize(k, archivedSize(p, p))
    case .tied: try archivedSize(p, p)
    case .diag: try archivedSize(k, p)
    case .spherical: k
    }
    do {
      mixture = try NormalMixture(
        covariance: covariance, shares: shares, means: archive.part("means").asFiniteFloats(count: archivedSize(k, p)),
        covariances: archive.part("covariances").asFiniteFloats(count: size))
    } catch let error as ModelError { throw ArchiveError(error.message) }
    score = try archive.part("score").asFloat()
    rows = try archive.part("rows").asFloat()
    iterations = try archive.part("iterations").asInt()
    guard score.isFinite, rows.isFinite, rows > 0, iterations >= 0 else { throw ArchiveError("the score is not finite") }
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "covariance": .text(mixture.covariance.rawValue), "shares": .floats(mixture.shares),
      "means": .floats(mixture.means), "covariances": .floats(mixture.covariances), "score": .float(score),
      "rows": .float(rows), "iterations": .int(Int64(iterations)),
    ])
  }
}
