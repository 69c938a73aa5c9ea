package import WeirBase

/// Naive Bayes: within a class, features are taken to be independent.
///
/// `gaussian` features are normal: variances are those of the population, plus `varSmoothing` times the largest variance of
/// a feature over all rows; where no feature varies at all one is added, so that the class shares decide. `multinomial`
/// features are counts, or weights of words: a class has a share of each, with `alpha` added to every sum. `bernoulli`
/// features are present, above zero, or not, with `alpha` added to the rows of either kind. A target of one class gives a
/// model that knows that class alone. An `alpha` below 1e-10 counts as that, so that nothing is impossible.
package struct NaiveBayes: Estimator {
  package enum Kind: String, Sendable, CaseIterable { case gaussian, multinomial, bernoulli }

  package static let archiveName = "naive_bayes"
  package let kind: Kind
  package let alpha: Double
  package let varSmoothing: Double

  package init(_ kind: Kind = .gaussian, alpha: Double = 1, varSmoothing: Double = 1e-9) throws {
    guard varSmoothing.isFinite, varSmoothing >= 0 else {
      throw ModelError.settingBelowZero("var_smoothing", of: "naive_bayes", found: varSmoothing)
    }
    guard alpha.isFinite, alpha >= 0 else { throw ModelError.settingBelowZero("alpha", of: "naive_bayes", found: alpha) }
    self.kind = kind
    self.alpha = alpha
    self.varSmoothing = varSmoothing
  }

  package var name: String { "naive_bayes" }
  package var interpretability: Interpretability { .coefficients }
  package var settings: [Setting] {
    [
      Setting("kind", .text(kind.rawValue), default: .text(Kind.gaussian.rawValue)),
      Setting("alpha", .float(alpha), default: .float(1)),
      Setting("var_smoothing", .float(varSmoothing), default: .float(1e-9)),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      // Plans that were kept before there were kinds are Gaussian.
      guard let kind = try archive["kind"].map({ Kind(rawValue: try $0.asText()) }) ?? .gaussian else {
        throw ArchiveError("an unknown kind of naive Bayes")
      }
      return try NaiveBayes(
        kind, alpha: archive["alpha"]?.asFloat() ?? 1, varSmoothing: archive.part("var_smoothing").asFloat())
    }
  }
  package var archive: Archive {
    .of(["kind": .text(kind.rawValue), "alpha": .float(alpha), "var_smoothing": .float(varSmoothing)])
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let columns = try FeatureColumns(sample.features, for: name, workers: context.workers)
    let (labels, codes) = try sample.classes(for: name)
    guard columns.rowCount > 0 else { throw ModelError.noRows(name) }
    let weights = try sample.checkedWeights(for: name), k = labels.count
    func moments(_ columns: FeatureColumns) throws -> ClassMoments {
      try ClassMoments(columns, codes, weights, classes: k, context)
    }
    switch kind {
    case .gaussian: return try gaussian(columns.names, labels, try moments(columns))
    case .multinomial:
      try checkCounts(columns)
      return counted(columns.names, labels, try moments(columns))
    case .bernoulli: return counted(columns.names, labels, try moments(columns.mapped { $0 > 0 ? 1 : 0 }))
    }
  }

  private func gaussian(_ names: [String], _ labels: ClassLabels, _ moments: ClassMoments) throws -> NaiveBayesModel {
    let largest = moments.overallVariances.max() ?? 0
    guard largest.isFinite else { throw ModelError("the features hold numbers too large to square") }
    // A class of weight zero keeps a variance, so that its densities are numbers; its share is zero.
    let smoothing = largest > 0 ? max(varSmoothing * largest, Double.leastNormalMagnitude) : 1
    let total = moments.totals.reduce(0, +)
    return NaiveBayesModel(
      features: names, labels: labels, priors: moments.totals.map { $0 / total }, means: moments.means,
      variances: moments.variances.map { $0 + smoothing })
  }

  private func counted(_ names: [String], _ labels: ClassLabels, _ moments: ClassMoments) -> CountBayesModel {
    let p = names.count, added = max(alpha, 1e-10), total = moments.totals.reduce(0, +)
    let sums = moments.means.indices.map { moments.totals[$0 / p] * moments.means[$0] }
    let wholes = (0..<labels.count).map { c in
      kind == .bernoulli
        ? moments.totals[c] + 2 * added : sums[c * p..<(c + 1) * p].reduce(Double(p) * added, +)
    }
    // Rounding, or so small an alpha that it vanishes, must not make anything certain.
    let chances = sums.indices.map { place in
      let chance = (sums[place] + added) / wholes[place / p]
      return kind == .bernoulli ? min(max(chance, 1e-300), 1 - 0x1p-53) : min(max(chance, 1e-300), 1)
    }
    return CountBayesModel(
      isPresence: kind == .bernoulli, features: names, labels: labels, priors: moments.totals.map { $0 / total },
      chances: chances)
  }

  private func checkCounts(_ columns: FeatureColumns) throws {
    for (name, column) in zip(columns.names, columns.columns) {
      guard let row = column.firstIndex(where: { $0 < 0 }) else { continue }
      throw ModelError(
        "`naive_bayes(\"multinomial\")` wants counts, and the column `\(name)` holds \(column[row]) in row \(row + 1)",
        mend: "write `naive_bayes()` for columns of any numbers")
    }
  }
}
