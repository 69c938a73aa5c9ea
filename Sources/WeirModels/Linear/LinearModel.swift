package import WeirBase
package import WeirTables

/// A fitted linear function: b + x·β.
package struct LinearModel: FittedModel {
  /// What the theory says about the coefficients of least squares.
  package struct Inference: Sendable, Hashable {
    package var standardErrors: [Double]
    package var interceptError: Double?
    /// Degrees of freedom: the weight of the rows less the number of parameters.
    package var freedom: Double
    /// The estimate of the standard deviation of the errors.
    package var residualError: Double
    /// The share of the variance explained; nil for a constant target.
    package var r2: Double?
  }

  package static let archiveName = "linear_model"
  package let name: String
  package let features: [String]
  package let coefficients: [Double]
  package let intercept: Double
  package let inference: Inference?

  package init(
    name: String, features: [String], coefficients: [Double], intercept: Double, inference: Inference?
  ) {
    self.name = name
    self.features = features
    self.coefficients = coefficients
    self.intercept = intercept
    self.inference = inference
  }

  package var task: ModelTask { .regression }

  package func predict(_ features: Table) throws -> Column {
    let scores = try FeatureColumns.scores(of: features, named: self.features, for: name, coefficients, from: [intercept])
    return Column(.float(scores[0]))
  }

  package func probabilities(_ features: Table) throws -> [[Double]] { throw ModelError.noProbabilities(name) }

  /// Terms with their values; for least squares with standard error, t and the two-sided p.
  package func learned() throws -> Table {
    var columns: [(name: String, column: Column)] = [
      ("term", Column(.text(TextValues(["intercept"] + features)))),
      ("value", Column(.float([intercept] + coefficients))),
    ]
    if let inference {
      let errors = [inference.interceptError ?? .nan] + inference.standardErrors
      let t = zip([intercept] + coefficients, errors).map { value, error in error > 0 ? value / error : Double.nan }
      let p = t.map { StudentDistribution.twoSided($0, freedom: inference.freedom) }
      columns.append(("standard_error", LinearModel.column(errors)))
      columns.append(("t", LinearModel.column(t)))
      columns.append(("p", LinearModel.column(p)))
    }
    return try Table(columns)
  }

  /// A column in which NaN is missing.
  private static func column(_ values: [Double]) -> Column {
    Column(.float(values.map { $0.isNaN ? 0 : $0 }), validity: Bitmap(values.map { !$0.isNaN }))
  }
}

extension LinearModel: Archivable {
  package init(archive: Archive) throws {
    name = try archive.part("name").asText()
    features = try archive.part("features").asFeatureNames()
    coefficients = try archive.part("coefficients").asFiniteFloats(count: features.count)
    intercept = try archive.part("intercept").asFloat()
    guard intercept.isFinite else { throw ArchiveError("the intercept is not finite") }
    inference = try archive.part("inference").present.map { [count = features.count] part in
      Inference(
        standardErrors: try part.part("standard_errors").asFiniteFloats(count: count),
        interceptError: try part.part("intercept_error").present?.asFloat(),
        freedom: try part.part("freedom").asFloat(), residualError: try part.part("residual_error").asFloat(),
        r2: try part.part("r2").present?.asFloat())
    }
  }

  package var archive: Archive {
    .of([
      "name": .text(name), "features": .texts(features), "coefficients": .floats(coefficients),
      "intercept": .float(intercept),
      "inference": inference.map { inference in
        .of([
          "standard_errors": .floats(inference.standardErrors),
          "intercept_error": inference.interceptError.map { .float($0) } ?? .none,
          "freedom": .float(inference.freedom), "residual_error": .float(inference.residualError),
          "r2": inference.r2.map { .float($0) } ?? .none,
        ])
      } ?? .none,
    ])
  }
}
