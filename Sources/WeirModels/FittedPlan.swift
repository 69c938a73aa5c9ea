package import WeirBase
package import WeirTables

/// A plan that has learned: its fitted steps one after the other, then its model. Itself a model.
package struct FittedPlan: FittedModel {
  /// What was fitted.
  package let plan: Plan
  /// The columns it learned from, in their order: new rows are asked for these, and whatever else they have is ignored.
  package let features: [String]
  package let target: String?
  package let transformers: [any FittedTransformer]
  /// Nil for a plan that ends in a step which transforms.
  package let model: (any FittedModel)?

  package init(
    plan: Plan, features: [String], target: String?, transformers: [any FittedTransformer], model: (any FittedModel)?
  ) {
    self.plan = plan
    self.features = features
    self.target = target
    self.transformers = transformers
    self.model = model
  }

  package var name: String { model?.name ?? plan.steps.last?.name ?? "plan" }
  package var task: ModelTask { model?.task ?? .transformation }

  package func predict(_ features: Table) throws -> Column { try predictor().predict(transform(features)) }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    try predictor().probabilities(transform(features))
  }

  package func learned() throws -> Table {
    if let model { return try model.learned() }
    return try Table([
      (name: "step", column: Column(.text(TextValues(plan.steps.map(\.name))))),
      (name: "settings", column: Column(.text(TextValues(plan.steps.map(\.source))))),
    ])
  }

  /// New rows as the model gets them to see.
  package func transform(_ rows: Table) throws -> Table {
    let missing = features.filter { rows[$0] == nil }
    guard missing.isEmpty else { throw ModelError.columnsAbsent(missing, from: rows.names, for: name) }
    var table = try rows.selecting(features)
    for transformer in transformers {
      let before = table.rowCount
      table = try transformer.apply(to: table)
      guard table.rowCount == before else { throw ModelError("a step of the plan changed the number of new rows") }
    }
    return table
  }

  private func predictor() throws -> any FittedModel {
    guard let model else {
      throw ModelError("this plan transforms rows and predicts nothing", mend: "write `transform(model, rows)`")
    }
    return model
  }
}

extension FittedPlan: Composed {
  package static let archiveName = "fitted_plan"

  package init(archive: Archive, kinds: ModelKinds) throws {
    plan = try Plan(archive: archive.part("plan"), kinds: kinds)
    features = try archive.part("features").asTexts()
    target = if case .text(let name) = try archive.part("target") { name } else { nil }
    transformers = try archive.part("transformers").asList().map(kinds.transformer)
    let model = try archive.part("model")
    self.model = if case .none = model { nil } else { try kinds.model(model) }
  }

  package var archive: Archive {
    .of([
      "plan": plan.archive, "features": .texts(features), "target": target.map { .text($0) } ?? .none,
      "transformers": .list(transformers.map { ModelKinds.tagged($0) }),
      "model": model.map { ModelKinds.tagged($0) } ?? .none,
    ])
  }
}
