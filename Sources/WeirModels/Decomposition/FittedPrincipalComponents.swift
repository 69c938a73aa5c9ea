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

  init(_ design: Design, weights: [Double]?, k: Int, workers: Workers) throws {
    let n = design.rowCount, p = design.featureCount
    try LinearAlgebra.checkSize(n, p)
    let means = try columnMeans(design.values, rows: n, columns: p, weights: weights, workers: workers)
    var a = [Double](repeating: 0, count: n * p)
    design.values.withUnsafeBufferPointer { x in
      for i in 0..<n {
        let root = weights.map { $0[i].squareRoot() } ?? 1
        for j in 0..<p { a[j * n + i] = root * (x[i * p + j] - means[j]) }
      }
    }
    // Of many rows only R of QR matters: it has the same singular values and right vectors.
    var rows = n
    if n > p {
      a = OrthogonalFactors.upperTriangle(
        try OrthogonalFactors.factor(a, rows: n, columns: p).packed, rows: n, columns: p)
      rows = p
    }
    let (values, right) = try SingularValues.decompose(a, rows: rows, columns: p)
    let freedom = max((weights?.reduce(0, +) ?? Double(n)) - 1, 0)
    let squares = values.map { $0 * $0 }, all = squares.reduce(0, +)
    guard all.isFinite else { throw ModelError("the features hold numbers too large to square") }
    features = design.names
    self.means = means
    singularValues = Array(values.prefix(k))
    variances = squares.prefix(k).map { freedom > 0 ? $0 / freedom : 0 }
    shares = squares.prefix(k).map { all > 0 ? $0 / all : 0 }
    components = FittedPrincipalComponents.signed(right, count: k, columns: p, stride: values.count)
  }

  /// Rows of Vᵀ (column-major, `stride` rows), each turned so that its largest entry, the first of equals, is positive.
  private static func signed(_ right: [Double], count k: Int, columns p: Int, stride: Int) -> [Double] {
    var components: [Double] = []
    for c in 0..<k {
      let row = (0..<p).map { right[$0 * stride + c] }
      var largest = 0
      for j in 1..<max(p, 1) where abs(row[j]) > abs(row[largest]) { largest = j }
      let sign: Double = row[largest] < 0 ? -1 : 1
      components += row.map { $0 * sign }
    }
    return components
  }

  package func apply(to features: Table) throws -> Table {
    let design = try Design(features, named: self.features, for: "pca")
    let n = design.rowCount, p = self.features.count
    var centered = design.values
    for i in 0..<n { for j in 0..<p { centered[i * p + j] -= means[j] } }
    let scores = try centered.withUnsafeBufferPointer { x in
      try components.withUnsafeBufferPointer { v -> [Double] in
        guard let x = x.baseAddress, let v = v.baseAddress else { return [] }
        return try LinearAlgebra.product(x, v, m: n, k: p, n: count, transposedB: true)
      }
    }
    let taken = Set(self.features)
    let kept = zip(features.names, features.columns).filter { !taken.contains($0.0) }
    return try Table(
      kept.map { (name: $0.0, column: $0.1) }
        + (0..<count).map { c in
          (name: "pca\(c + 1)", column: Column(.float((0..<n).map { scores[$0 * count + c] })))
        }, rowCount: n, lineage: features.lineage)
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
