import WeirBase
import WeirModels
import WeirTables

/// K-means from the first rows as centres, as the peers are told.
struct KMeansOfFirstRows: Estimator {
  static let archiveName = "kmeans_of_first_rows"
  let step: KMeans
  var name: String { step.name }
  var settings: [Setting] { step.settings }
  var learnsFromTarget: Bool { false }
  var archive: Archive { step.archive }

  init(step: KMeans) { self.step = step }
  init(archive: Archive) throws { step = try KMeans(archive: archive) }

  func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let first = try Design(sample.features.taking(Array(0..<step.k)), for: name)
    return try step.fit(sample, in: context, from: first.values)
  }
}

/// A step that transforms, timed as a model is: learning alone, and transforming as its prediction.
struct Transforming: Estimator {
  static let archiveName = "transforming"
  let step: PrincipalComponents
  var name: String { step.name }
  var settings: [Setting] { step.settings }
  var learnsFromTarget: Bool { false }
  var archive: Archive { step.archive }

  init(step: PrincipalComponents) { self.step = step }
  init(archive: Archive) throws { step = try PrincipalComponents(archive: archive) }

  func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    Transformed(fitted: try step.learn(sample, in: context))
  }

  private struct Transformed: FittedModel {
    static let archiveName = "transformed"
    let fitted: FittedPrincipalComponents
    var name: String { "pca" }
    var task: ModelTask { .transformation }
    var archive: Archive { fitted.archive }

    init(fitted: FittedPrincipalComponents) { self.fitted = fitted }
    init(archive: Archive) throws { fitted = try FittedPrincipalComponents(archive: archive) }

    func predict(_ features: Table) throws -> Column {
      try fitted.apply(to: features, workers: .current)["pca1"] ?? Column(.float([]))
    }
    func probabilities(_ features: Table) throws -> [[Double]] { throw ModelError("no probabilities") }
    func learned() throws -> Table { try fitted.learned() }
  }
}
