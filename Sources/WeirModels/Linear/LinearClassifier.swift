import WeirTables

/// A model that tells classes apart by planes, each a sum of coefficients and an intercept.
protocol LinearClassifier: FittedModel {
  var features: [String] { get }
  var labels: ClassLabels { get }
  /// For each plane its coefficients, one after the other. Two classes have one plane, the second class above it.
  var coefficients: [Double] { get }
  var intercepts: [Double] { get }
}

extension LinearClassifier {
  /// A row for each term; one column of values, or one for each class where there are more than two.
  package func learned() throws -> Table {
    let p = features.count, names = labels.names
    let terms = Column(.text(TextValues(["intercept"] + features)))
    guard intercepts.count > 1 else {
      return try Table([("term", terms), ("value", Column(.float(intercepts + coefficients)))])
    }
    return try Table(
      [("term", terms)]
        + names.indices.map { c in
          (name: names[c] == "term" ? "class term" : names[c],
           column: Column(.float([intercepts[c]] + coefficients[c * p..<(c + 1) * p])))
        })
  }
}
