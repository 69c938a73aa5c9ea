package import WeirBase

/// Gaussian naive Bayes: within a class, features are independent and normal.
///
/// Variances are those of the population, plus `var_smoothing` times the largest variance of a feature over all rows.
/// Where no feature varies at all, one is added, so that the class shares decide.
package struct NaiveBayes: Estimator {
  package static let archiveName = "naive_bayes"
  package let varSmoothing: Double

  package init(varSmoothing: Double = 1e-9) throws {
    guard varSmoothing.isFinite, varSmoothing >= 0 else {
      throw ModelError.settingBelowZero("var_smoothing", of: "naive_bayes", found: varSmoothing)
    }
    self.varSmoothing = varSmoothing
  }

  package var name: String { "naive_bayes" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] { [Setting("var_smoothing", .float(varSmoothing), default: .float(1e-9))] }

  package init(archive: Archive) throws {
    self = try readingSettings { try NaiveBayes(varSmoothing: archive.part("var_smoothing").asFloat()) }
  }
  package var archive: Archive { .of(["var_smoothing": .float(varSmoothing)]) }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let columns = try FeatureColumns(sample.features, for: name, workers: context.workers)
    let (labels, codes) = try sample.classes(for: name)
    guard columns.rowCount > 0 else { throw ModelError.noRows(name) }
    let weights = try sample.checkedWeights(for: name)
    let k = labels.count, p = columns.featureCount
    let moments = try ClassMoments(columns, codes, weights, classes: k, context)
    let largest = moments.overallVariances.max() ?? 0
    guard largest.isFinite else { throw ModelError("the features hold numbers too large to square") }
    // A class of weight zero keeps a variance, so that its densities are numbers; its share is zero.
    let smoothing = largest > 0 ? max(varSmoothing * largest, Double.leastNormalMagnitude) : 1
    let total = moments.totals.reduce(0, +)
    return NaiveBayesModel(
      features: columns.names, labels: labels, priors: moments.totals.map { $0 / total }, means: moments.means,
      variances: (0..<k * p).map { moments.variances[$0] + smoothing })
  }
}
