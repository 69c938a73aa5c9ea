package import WeirBase
package import WeirTables

/// A step of a plan before it has seen data: what it is called, and its settings as data.
package protocol Step: Archivable {
  /// The name that a user writes (`standardize`).
  var name: String { get }
  /// The settings in the order of the builtin's parameters: shown, hashed, tuned.
  var settings: [Setting] { get }
}

/// One setting of a step, as data.
package struct Setting: Sendable, Hashable {
  package let name: String
  package let value: Archive
  /// What holds where the user writes nothing; nil where it has to be written.
  package let defaultValue: Archive?

  package init(_ name: String, _ value: Archive, default defaultValue: Archive? = nil) {
    self.name = name
    self.value = value
    self.defaultValue = defaultValue
  }

  /// The columns that a step works on, none for those of a fitting type; a user writes them first and without a name.
  package static func columns(_ names: [String]) -> Setting {
    Setting("columns", .texts(names), default: .list([]))
  }
}

/// The rows that a step learns from.
package struct TrainingSample: Sendable {
  /// The features, without the target.
  package var features: Table
  /// One value a row; nil for unsupervised learning.
  package var target: Column?
  package var targetName: String?
  /// One weight a row; nil means one each.
  package var weights: [Double]?

  package init(features: Table, target: Column?, targetName: String? = nil, weights: [Double]? = nil) {
    self.features = features
    self.target = target
    self.targetName = targetName
    self.weights = weights
  }
}

/// What a step is given beside the data, so that it has no globals to reach for.
package struct FitContext: Sendable {
  package var random: RandomStream
  package var workers: Workers
  package var cancellation: Cancellation
  /// What earlier runs found out; nil where nothing is kept.
  package var memory: (any Memory)?
  /// Told how much of the work is done: (done, total, what).
  package var progress: @Sendable (Int, Int, String) -> Void

  package init(
    random: RandomStream, workers: Workers = .one, cancellation: Cancellation = Cancellation(),
    memory: (any Memory)? = nil, progress: @escaping @Sendable (Int, Int, String) -> Void = { _, _, _ in }
  ) {
    self.random = random
    self.workers = workers
    self.cancellation = cancellation
    self.memory = memory
    self.progress = progress
  }

  package func child(_ index: Int) -> FitContext {
    var copy = self
    copy.random = random.child(index)
    return copy
  }
}

/// A step that changes features: preprocessing, augmentation.
package protocol Transformer: Step {
  /// Learns from the sample and gives it back transformed. Steps that change the number of rows (duplicates removed,
  /// images copied) change features, target and weights together, here only: new rows are never dropped or multiplied.
  func fit(_ sample: TrainingSample, in context: FitContext) throws -> (fitted: any FittedTransformer, sample: TrainingSample)
}

package protocol FittedTransformer: Archivable {
  /// Transforms new rows, one for one.
  func apply(to features: Table) throws -> Table
  /// The same on several threads: the bytes do not depend on how many.
  func apply(to features: Table, workers: Workers) throws -> Table
  /// What was learned, as a person reads it.
  var lessons: [Lesson] { get }
}

/// A fitted step that has more to show of what it learned than lessons: what a summary of a plan that ends in it shows.
package protocol ShownTransformer: FittedTransformer {
  func learned() throws -> Table
  /// As a person reads it, in a few lines.
  var notes: String { get }
}

extension FittedTransformer {
  package func apply(to features: Table, workers: Workers) throws -> Table { try apply(to: features) }
  package var lessons: [Lesson] { [] }
}

/// One thing that a step learned: of which column, what it is, and the value.
package struct Lesson: Sendable, Hashable {
  package let column: String
  package let what: String
  package let value: Scalar

  package init(_ column: String, _ what: String, _ value: Scalar) {
    self.column = column
    self.what = what
    self.value = value
  }
}

/// A step that ends a plan: it learns to predict.
package protocol Estimator: Step {
  /// Whether it learns from a target; most do.
  var learnsFromTarget: Bool { get }
  /// In what terms a person can follow what it learns.
  var interpretability: Interpretability { get }
  func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel
}

/// An estimator that watches, while it learns, how well it does on rows that it does not learn from.
package protocol WatchingEstimator: Estimator {
  /// `valid` has the features of `sample`, as the steps before made them, and the same target.
  func fit(_ sample: TrainingSample, watching valid: TrainingSample, in context: FitContext) throws -> any FittedModel
}

/// A transformer that watches, while it learns, how well it does on rows that it does not learn from.
package protocol WatchingTransformer: Transformer {
  /// `valid` has the features of `sample`, as the steps before made them.
  func fit(
    _ sample: TrainingSample, watching valid: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample)
}

extension Estimator {
  package var learnsFromTarget: Bool { true }
  package var interpretability: Interpretability { .opaque }
}

package protocol FittedModel: Archivable {
  /// The name of the estimator that made it (`logistic`).
  var name: String { get }
  /// What `predict` gives.
  var task: ModelTask { get }
  /// One prediction a row: a class in the target's own type, a number, a cluster.
  func predict(_ features: Table) throws -> Column
  /// One column a class, in the order of `task`'s classes; throws where the model has no probabilities.
  func probabilities(_ features: Table) throws -> [[Double]]
  /// What was learned, as a table a person reads (term, value, ...).
  func learned() throws -> Table
}

package enum ModelTask: Sendable {
  /// The classes in ascending order, as a column of the target's type.
  case classification(classes: Column)
  case regression
  case clustering(count: Int)
  case transformation
}

/// What can go wrong in learning, in the user's words; the layer above adds code and span.
package struct ModelError: Error, Sendable, Hashable {
  package let message: String
  package let mend: String?
  package init(_ message: String, mend: String? = nil) {
    self.message = message
    self.mend = mend
  }
}
