package import WeirBase
package import WeirTables

/// A step that learns from the features and then changes the rows it learned from as it will change new ones.
package protocol PreparationStep: Transformer {
  associatedtype Learned: FittedTransformer
  func learn(from sample: TrainingSample, in context: FitContext) throws -> Learned
}

extension PreparationStep {
  package var name: String { Self.archiveName }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let fitted = try learn(from: sample, in: context)
    var out = sample
    out.features = try fitted.apply(to: sample.features, workers: context.workers)
    return (fitted, out)
  }
}

/// A fitted step that works on several threads.
package protocol ParallelTransformer: FittedTransformer {}

extension ParallelTransformer {
  package func apply(to features: Table) throws -> Table { try apply(to: features, workers: .one) }
}

/// What can go wrong in preparing columns, by kind: the layer above has a code and the words for each.
package enum PreparationError: Error, Sendable, Hashable {
  /// A column was named that the step can't work on.
  case wrongType(step: String, column: String, found: String, wanted: String)
  /// Every value of a column is missing.
  case nothingToLearn(step: String, column: String)
  /// A new column would have the name of one that is there.
  case clash(step: String, column: String)
  case tooManyCategories(step: String, column: String, count: Int, most: Int)
  /// A category that was not seen in training, where that is to be an error.
  case unknownCategory(step: String, column: String, value: String)
  /// New rows hold another type than those in training.
  case typeChanged(step: String, column: String, learned: String, found: String)
  /// A number that has no place in the formula; the row is counted from 0.
  case outOfDomain(step: String, column: String, row: Int, wanted: String)
  /// More columns, or more cells, than a table is meant to have.
  case tooWide(step: String, count: Int, most: Int, of: String)
}
