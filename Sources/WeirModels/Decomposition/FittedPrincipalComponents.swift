import CWeirKernels
package import WeirBase
package import WeirTables

/// The directions that principal components found.
package struct FittedPrincipalComponents: FittedTransformer {
  package static let archiveName = "fitted_pca"
  package let features: [String]
  package let means: [Double]
  /// Directions x features; each of length one.
  package let components: [Double]
  package let singularValues: [Double]
  /// The variance along each direction (with n - 1), and its share of all variance.
  package let variances: [Double]
  package let shares: [Double]

  package var count: Int { variances.count }

  init(
    _ found: LeadingDirections, around means: [Double], features: [String], weight: Double, k: Int
  ) throws {
    let freedom = max(weight - 1, 0)
    guard found.squareSum.isFinite else { throw ModelError("the features hold numbers too large to square") }
    let squares = found.values.map { $0 * $0 }
    self.features = features
    self.means = means
    singularValues = found.values
    variances = squares.map { freedom > 0 ? $0 / freedom : 0 }
    shares = squares.map { found.squareSum > 0 ? $0 / found.squareSum : 0 }
    components = FittedPrincipalComponents.signed(found.vectors, count: k, columns: features.count)
  }

  /// Each row turned so that its largest entry, the first of equals, is positive.
  private static func signed(_ vectors: [Double], count k: Int, columns p: Int) -> [Double] {
    var components = vectors
    for c in 0..<k {
      var largest = c * p
      for j in c * p..<(c + 1) * p where abs(vectors[j]) > abs(vectors[largest]) { largest = j }
      if vectors[largest] < 0 { for j in c * p..<(c + 1) * p { components[j] = -vectors[j] } }
    }
    return components
  }

  package func apply(to features: Table) throws -> Table { try apply(to: features, workers: .one) }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let columns = try FeatureColumns.reading(
      features, named: self.features, for: "pca", isSound: { $0.allSatisfy { weir_all_finite($0, $0.count) != 0 } }
    ) { $0.projected(on: components, count: count, less: means, workers: workers) }
    let taken = Set(self.features)
    let kept = zip(features.names, features.columns).filter { !taken.contains($0.0) }
    return try Table(
      kept.map { (name: $0.0, column: $0.1) }
        + columns.enumerated().map { (name: "pca\($0.offset + 1)", column: Column(.float($0.element))) },
      rowCount: features.rowCount, lineage: features.lineage)
  }

  package var lessons: [Lesson] {
    shares.enumerated().map { Lesson("pca\($0.offset + 1)", "share of the variance", .float($0.element)) }
  }

  /// The directions as a table: a row for each feature, and how much variance each direction has.
  package func learned() throws -> Table {
    let p = features.count
    return try Table([
      ("component", Column(.text(TextValues((0..<count).flatMap { c in [String](repeating: "pca\(c + 1)", count: p) })))),
      ("term", Column(.text(TextValues((0..<count).flatMap { _ in features })))),
      ("value", Column(.float(components))),
      ("share", Column(.float(shares.flatMap { [Double](repeating: $0, count: p) }))),
    ])
  }
}

extension FittedPrincipalComponents: Archivable {
  package init(archive: Archive) throws {
    features = try archive.part("features").asFeatureNames()
    means = try archive.part("means").asFiniteFloats(count: features.count)
    let values = try archive.part("singular_values").asFloats()
    guard !values.isEmpty, values.allSatisfy(\.isFinite) else { throw ArchiveError("the singular values are out of range") }
    singularValues = values
    variances = try archive.part("variances").asFiniteFloats(count: values.count)
    shares = try archive.part("shares").asFiniteFloats(count: values.count)
    components = try archive.part("components").asFiniteFloats(count: archivedSize(values.count, features.count))
  }

  package var archive: Archive {
    .of([
      "features": .texts(features), "means": .floats(means), "singular_values": .floats(singularValues),
      "variances": .floats(variances), "shares": .floats(shares), "components": .floats(components),
    ])
  }
}
