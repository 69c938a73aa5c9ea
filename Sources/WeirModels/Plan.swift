package import WeirBase
import WeirTables

/// Steps joined with `>>`, fitted as a whole.
package struct Plan: Sendable {
  package let steps: [any Step]

  package init(_ steps: [any Step]) { self.steps = steps }

  package func followed(by other: Plan) -> Plan { Plan(steps + other.steps) }
}

extension Plan {
  /// The name of the last step where neither it nor a step before it learns from a target.
  package var unaskedEstimator: String? {
    guard let last = steps.last as? any Estimator, !last.learnsFromTarget else { return nil }
    return steps.contains { $0 is TargetEncode || $0 is SelectFeatures } ? nil : last.name
  }
}

extension Plan: CustomStringConvertible {
  /// The plan as the user writes it.
  package var description: String { steps.map(\.source).joined(separator: " >> ") }
}

extension Plan: Composed {
  package static let archiveName = "plan"

  package init(archive: Archive, kinds: ModelKinds) throws {
    steps = try archive.asList().map(kinds.step)
  }

  package var archive: Archive { .list(steps.map { ModelKinds.tagged($0) }) }
}

extension Plan {
  /// Learns from the sample: each step from what the steps before it made of the sample, and from nothing else. The last
  /// step may watch how well it does on the rows of `valid`, of which no step learns.
  package func fit(
    _ sample: TrainingSample, watching valid: TrainingSample? = nil, in context: FitContext
  ) throws -> FittedPlan {
    guard !steps.isEmpty else { throw ModelError("the plan has no steps", mend: "join some: `impute() >> logistic()`") }
    guard sample.features.rowCount > 0 else { throw ModelError("there are no rows to learn from") }
    guard sample.features.columnCount > 0 else { throw ModelError("there are no columns to learn from") }
    if sample.target == nil, let last = steps.last as? any Estimator, last.learnsFromTarget {
      throw ModelError.noTarget(for: last.name)
    }
    var sample = sample
    let inputs = zip(sample.features.names, sample.features.columns).map { FittedPlan.Input(name: $0, type: $1.type) }
    let rowCount = sample.rowCount
    var transformers: [any FittedTransformer] = []
    var model: (any FittedModel)?
    for (index, step) in steps.enumerated() {
      try context.cancellation.check()
      if let valid, index == steps.count - 1, let watching = step as? any WatchingTransformer {
        let watched = try valid.transformed(by: transformers, workers: context.workers)
        let (fitted, transformed) = try watching.fit(sample, watching: watched, in: context.child(index))
        transformers.append(fitted)
        sample = transformed
      } else if let transformer = step as? any Transformer {
        let (fitted, transformed) = try transformer.fit(sample, in: context.child(index))
        transformers.append(fitted)
        sample = transformed
        guard sample.features.rowCount > 0 else { throw ModelError("`\(step.name)` leaves no rows to learn from") }
      } else if let estimator = step as? any Estimator {
        guard index == steps.count - 1 else {
          throw ModelError(
            "nothing can follow `\(step.name)` in a plan, and `\(steps[index + 1].name)` does",
            mend: "put `\(step.name)(…)` last")
        }
        guard let valid else {
          model = try estimator.fit(sample, in: context.child(index))
          continue
        }
        guard let watching = estimator as? any WatchingEstimator else { throw ValidationRowsError.watchesNone(step.name) }
        let watched = try valid.transformed(by: transformers, workers: context.workers)
        model = try watching.fit(sample, watching: watched, in: context.child(index))
      } else {
        throw ModelError("`\(step.name)` can't be fitted")
      }
    }
    if valid != nil, model == nil, !(steps.last is any WatchingTransformer) { throw ValidationRowsError.watchesNone(steps.last?.name ?? "") }
    return FittedPlan(
      plan: self, inputs: inputs, target: sample.targetName, transformers: transformers, model: model, rowCount: rowCount)
  }
}

extension TrainingSample {
  /// The rows as fitted steps make them.
  fileprivate func transformed(by steps: [any FittedTransformer], workers: Workers) throws -> TrainingSample {
    TrainingSample(
      features: try steps.reduce(features) { try $1.apply(to: $0, workers: workers) }, target: target, targetName: targetName,
      weights: weights)
  }
}
