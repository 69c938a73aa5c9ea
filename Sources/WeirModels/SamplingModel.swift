package import WeirBase
package import WeirTables

/// A model that draws new rows like those it learned from.
package protocol SamplingModel: FittedModel {
  func sample(_ count: Int, random: RandomStream, workers: Workers) throws -> Table
}

/// A fitted step whose way back is known: from rows as it gives them to rows as it takes them.
package protocol RestoringTransformer: FittedTransformer {
  func restored(_ rows: Table) throws -> Table
}

extension FittedPlan {
  /// New rows as the plan was given them; nil where its model draws none.
  package func sample(_ count: Int, random: RandomStream, workers: Workers) throws -> Table? {
    guard let model = model as? any SamplingModel else { return nil }
    var rows = try model.sample(count, random: random, workers: workers)
    for (step, transformer) in zip(plan.steps, transformers).reversed() {
      guard let known = transformer as? any RestoringTransformer else {
        throw ModelError(
          "rows that were drawn can't be taken back through `\(step.name)`",
          mend: "fit `\(model.name)` to rows that are prepared already: `transform` gives them")
      }
      rows = try known.restored(rows)
    }
    return rows
  }
}
