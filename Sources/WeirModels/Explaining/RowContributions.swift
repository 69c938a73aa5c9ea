import WeirBase
package import WeirTables

/// What each feature of a row contributes to what a model says of it: they add up, with a base, to the result.
package struct RowContributions: Sendable {
  /// What the result is.
  package enum Scale: String, Sendable, CaseIterable {
    case number
    /// The probability of a class.
    case probability
    /// The log odds of a class; of several classes, its score before the softmax.
    case score
    /// How far above the border of a class the row lies, in units of the margin.
    case decision
    /// The logarithm of an expected count.
    case logarithm
  }

  package let model: String
  package let features: [String]
  package let contributions: [Double]
  /// The result where nothing is known of the row.
  package let base: Double
  package let scale: Scale
  /// The class in question, as a person reads it; nil for numbers.
  package let className: String?

  package init(
    model: String, features: [String], contributions: [Double], base: Double, scale: Scale, className: String?
  ) {
    self.model = model
    self.features = features
    self.contributions = contributions
    self.base = base
    self.scale = scale
    self.className = className
  }

  package var result: Double { contributions.reduce(base, +) }
}

/// A model that can say exactly what each feature contributes.
package protocol ExplainableModel: FittedModel {
  /// For a table of one row. `label` is the number of the class in question, the predicted one where nil; `background` are
  /// rows whose means stand for knowing nothing, for models that keep none of their training rows' figures.
  func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions
}

extension FittedModel {
  /// The number of the class in question, and its name; nil for a model that predicts numbers.
  func classInQuestion(_ row: Table, _ labels: ClassLabels?, _ chosen: Int?) throws -> (number: Int, name: String)? {
    guard let labels else { return nil }
    let number = try chosen ?? Int(labels.codes(of: predict(row)).first ?? 0)
    guard (0..<labels.count).contains(number) else { throw ModelError("`\(name)` has no such class") }
    return (number, labels.names[number])
  }
}

extension RowContributions {
  /// Asks a model, or the model at the end of a plan about the row as the steps before it make it. The class is one of the
  /// model's classes; nil for the predicted one.
  package init(
    of model: any FittedModel, row: Table, toward label: Scalar?, background: Table?
  ) throws {
    guard row.rowCount == 1 else {
      throw ModelError("`explain` looks at one row, and these are \(row.rowCount)", mend: "choose one: `rows |> take(1)`")
    }
    guard let background else {
      self = try RowContributions.asked(model, row: row, toward: label, background: nil)
      return
    }
    guard background.rowCount > 0 else { throw ModelError("the background of `explain` has no rows") }
    self = try RowContributions.asked(model, row: row, toward: label, background: background)
  }

  private static func asked(
    _ model: any FittedModel, row: Table, toward label: Scalar?, background: Table?
  ) throws -> RowContributions {
    if let plan = model as? FittedPlan, let last = plan.model {
      return try asked(last, row: plan.transform(row), toward: label, background: background.map { try plan.transform($0) })
    }
    guard let model = model as? any ExplainableModel else {
      throw ModelError(
        "`explain` knows linear models, trees, forests and boosted trees, not `\(model.name)`",
        mend: "`importance(model, rows)` says which columns matter to any model")
    }
    var number: Int?
    if let label {
      guard case .classification(let classes) = model.task else {
        throw ModelError("`\(model.name)` predicts no classes, so there is none to explain")
      }
      let labels = ClassLabels(classes)
      number = (0..<labels.count).first { classes.scalar(at: $0) == label || labels.names[$0] == formatScalar(label) }
      guard number != nil else {
        throw ModelError(
          "`\(model.name)` knows no class `\(formatScalar(label))`",
          mend: "its classes: " + labels.names.prefix(12).joined(separator: ", "))
      }
    }
    let found = try model.contributions(row, toward: number, background: background)
    guard found.result.isFinite else { throw ModelError("the contributions are not finite") }
    return found
  }
}

extension LinearModel: ExplainableModel {
  /// β (x - mean of the background): exact where features are taken to be independent. Without a background, a feature of
  /// zero contributes nothing.
  package func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions {
    let parts = try linearParts(row, features, coefficients, intercept, background, name)
    return RowContributions(
      model: name, features: features, contributions: parts.contributions, base: parts.base, scale: .number, className: nil)
  }
}

extension LogisticModel: ExplainableModel {
  package func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions {
    try classContributions(self, row, labels, (features, coefficients, intercepts), label, background, scale: .score)
  }
}

extension LinearSVMModel: ExplainableModel {
  package func contributions(_ row: Table, toward label: Int?, background: Table?) throws -> RowContributions {
    try classContributions(self, row, labels, (features, coefficients, intercepts), label, background, scale: .decision)
  }
}

/// Of a model with a linear score for each class, or for two classes one, which says how much speaks for the second.
private func classContributions(
  _ model: any FittedModel, _ row: Table, _ labels: ClassLabels,
  _ scores: (features: [String], coefficients: [Double], intercepts: [Double]), _ label: Int?, _ background: Table?,
  scale: RowContributions.Scale
) throws -> RowContributions {
  let (number, className) = try model.classInQuestion(row, labels, label) ?? (0, "")
  let (features, coefficients, intercepts) = scores
  let p = features.count, output = intercepts.count == 1 ? 0 : number
  let beta = Array(coefficients[output * p..<(output + 1) * p])
  let sign: Double = intercepts.count == 1 && number == 0 && labels.count > 1 ? -1 : 1
  let parts = try linearParts(row, features, beta.map { sign * $0 }, sign * intercepts[output], background, model.name)
  return RowContributions(
    model: model.name, features: features, contributions: parts.contributions, base: parts.base, scale: scale,
    className: className)
}

private func linearParts(
  _ row: Table, _ features: [String], _ coefficients: [Double], _ intercept: Double, _ background: Table?, _ name: String
) throws -> (contributions: [Double], base: Double) {
  let x = try Design(row, named: features, for: name).values
  var means = [Double](repeating: 0, count: features.count)
  if let background {
    let rows = try Design(background, named: features, for: name)
    means = try columnMeans(rows.values, rows: rows.rowCount, columns: features.count, weights: nil, workers: .one)
  }
  let base = zip(coefficients, means).reduce(intercept) { $0 + $1.0 * $1.1 }
  return (coefficients.indices.map { coefficients[$0] * (x[$0] - means[$0]) }, base)
}
