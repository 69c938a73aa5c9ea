package import WeirBase
import WeirTables

/// Principal components: puts the `k` directions in which the columns vary most in place of the columns.
///
/// Columns are centred, not scaled. New columns are `pca1`, `pca2` ...; the largest entry of each direction is positive.
/// Without columns named, all numbers are taken; other columns stay as they are. A weight counts as repeated rows.
package struct PrincipalComponents: Transformer {
  package static let archiveName = "pca"
  /// Nil for as many as there are.
  package let k: Int?
  package let columns: [String]
  package let solver: ComponentSolver

  package init(k: Int? = nil, columns: [String] = [], solver: ComponentSolver = .auto) throws {
    if let k, k < 1 { throw ModelError.settingTooSmall("k", of: "pca", least: 1, found: k) }
    guard Set(columns).count == columns.count else { throw ModelError("`pca` is given a column twice") }
    self.k = k
    self.columns = columns
    self.solver = solver
  }

  package var name: String { "pca" }
  package var settings: [Setting] {
    [
      Setting("k", k.map { .int(Int64($0)) } ?? .none, default: Archive.none), Setting.columns(columns),
      Setting("solver", .text(solver.rawValue), default: .text("auto")),
    ]
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      guard let solver = try archive["solver"].map({ ComponentSolver(rawValue: try $0.asText()) }) ?? .auto else {
        throw ArchiveError("an unknown solver of `pca`")
      }
      return try PrincipalComponents(
        k: archive.part("k").present?.asInt(), columns: archive.part("columns").asTexts(), solver: solver)
    }
  }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let fitted = try learn(sample, in: context)
    var transformed = sample
    transformed.features = try fitted.apply(to: sample.features, workers: context.workers)
    return (fitted, transformed)
  }

  /// The directions, without the rows along them.
  package func learn(_ sample: TrainingSample, in context: FitContext) throws -> FittedPrincipalComponents {
    let names = columns.isEmpty
      ? zip(sample.features.names, sample.features.columns).filter { $0.1.type.isNumeric }.map(\.0) : columns
    guard !names.isEmpty else { throw ModelError("`pca` finds no columns of numbers") }
    let given = try FeatureColumns(sample.features, named: names, for: name, workers: context.workers)
    guard given.rowCount > 0 else { throw ModelError.noRows(name) }
    let weights = try sample.checkedWeights(for: name)
    let most = min(given.rowCount, given.featureCount)
    if let k, k > most {
      throw ModelError(
        "`pca` looks for \(k) directions in \(given.rowCount) rows and \(given.featureCount) columns",
        mend: "give it `k: \(most)` or less")
    }
    try context.cancellation.check()
    let weight = weights?.reduce(0, +) ?? Double(given.rowCount), count = k ?? most
    let isTall = given.featureCount <= 1000 && given.rowCount >= 10 * given.featureCount
    if solver == .auto, isTall, let moments = try CovarianceMoments(given, weights: weights, in: context),
      let found = try LeadingDirections.byCovariance(moments.products, columns: given.featureCount, count)
    {
      return try FittedPrincipalComponents(found, around: moments.means, features: names, weight: weight, k: count)
    }
    let design = try Design(sample.features, named: names, for: name, workers: context.workers)
    let rows = try CenteredRows(design, weights: weights, workers: context.workers, cancellation: context.cancellation)
    let found = try LeadingDirections.find(rows, count: count, solver: solver, random: context.random)
    return try FittedPrincipalComponents(found, around: rows.means, features: names, weight: weight, k: count)
  }
}
