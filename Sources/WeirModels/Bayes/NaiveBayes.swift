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
    let design = try Design(sample.features, for: name, workers: context.workers)
    let (labels, codes) = try sample.classes(for: name)
    guard design.rowCount > 0 else { throw ModelError.noRows(name) }
    let weights = try sample.checkedWeights(for: name)
    let k = labels.count, p = design.featureCount
    let moments = try ClassMoments(design, codes, weights, classes: k, context.workers)
    let all = try ClassMoments(
      design, [Int32](repeating: 0, count: codes.count), weights, classes: 1, context.workers)
    let largest = all.variances.max() ?? 0
    guard largest.isFinite else { throw ModelError("the features hold numbers too large to square") }
    // A class of weight zero keeps a variance, so that its densities are numbers; its share is zero.
    let smoothing = largest > 0 ? max(varSmoothing * largest, Double.leastNormalMagnitude) : 1
    let total = moments.totals.reduce(0, +)
    return NaiveBayesModel(
      features: design.names, labels: labels, priors: moments.totals.map { $0 / total }, means: moments.means,
      variances: (0..<k * p).map { moments.variances[$0] + smoothing })
  }
}

/// Weighted means and population variances of features within classes.
struct ClassMoments {
  /// The weight of each class.
  let totals: [Double]
  /// Classes x features.
  let means: [Double]
  let variances: [Double]

  init(_ design: Design, _ codes: [Int32], _ weights: [Double]?, classes k: Int, _ workers: Workers) throws {
    let p = design.featureCount
    /// Sums of weights and of what `term` makes of the numbers, by class.
    func sums(_ center: [Double], squared: Bool) throws -> [Double] {
      try workers.mapRows(design.rowCount) { rows in
        var result = [Double](repeating: 0, count: k * (p + 1))
        design.values.withUnsafeBufferPointer { x in
          for row in rows {
            let c = Int(codes[row]), weight = weights?[row] ?? 1
            result[k * p + c] += weight
            for j in 0..<p {
              let distance = x[row * p + j] - center[c * p + j]
              result[c * p + j] += weight * (squared ? distance * distance : distance)
            }
          }
        }
        return result
      }.summed(count: k * (p + 1))
    }
    let zero = [Double](repeating: 0, count: k * p)
    let first = try sums(zero, squared: false)
    let totals = Array(first[(k * p)...])
    func divided(_ sums: [Double]) -> [Double] {
      (0..<k * p).map { totals[$0 / p] > 0 ? sums[$0] / totals[$0 / p] : 0 }
    }
    var means = divided(first)
    guard means.allSatisfy(\.isFinite) else { throw ModelError("the features hold numbers too large to add up") }
    let second = divided(try sums(means, squared: false))
    for i in means.indices { means[i] += second[i] }
    self.totals = totals
    self.means = means
    variances = divided(try sums(means, squared: true))
  }
}
