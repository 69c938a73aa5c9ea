package import WeirBase
package import WeirTables

/// A plan that has learned: its fitted steps one after the other, then its model. Itself a model.
package struct FittedPlan: FittedModel {
  /// A column that new rows are asked for.
  package struct Input: Sendable, Hashable {
    package let name: String
    package let type: ColumnType
    package init(name: String, type: ColumnType) {
      self.name = name
      self.type = type
    }
  }

  /// What was fitted.
  package let plan: Plan
  /// The columns it learned from, in their order: new rows are asked for these, and whatever else they have is ignored.
  package let inputs: [Input]
  package let target: String?
  package let transformers: [any FittedTransformer]
  /// Nil for a plan that ends in a step which transforms.
  package let model: (any FittedModel)?
  /// How many rows it learned from.
  package let rowCount: Int
  /// What was written down of it when it was kept.
  package var card: ModelCard?

  package init(
    plan: Plan, inputs: [Input], target: String?, transformers: [any FittedTransformer],
    model: (any FittedModel)?, rowCount: Int
  ) {
    self.plan = plan
    self.inputs = inputs
    self.rowCount = rowCount
    self.target = target
    self.transformers = transformers
    self.model = model
  }

  package var features: [String] { inputs.map(\.name) }
  package var name: String { model?.name ?? plan.steps.last?.name ?? "plan" }
  package var task: ModelTask { model?.task ?? .transformation }

  package func predict(_ features: Table) throws -> Column { try predictor().predict(transform(features)) }

  package func probabilities(_ features: Table) throws -> [[Double]] {
    try predictor().probabilities(transform(features))
  }

  package func learned() throws -> Table {
    if let model { return try model.learned() }
    if let last = transformers.last as? any ShownTransformer { return try last.learned() }
    return try Table([
      (name: "step", column: Column(.text(TextValues(plan.steps.map(\.name))))),
      (name: "settings", column: Column(.text(TextValues(plan.steps.map(\.source))))),
    ])
  }

  /// What each of the steps learned: step, column, what it is and its value, as texts; long lists are cut short.
  package func lessons() throws -> Table {
    var steps: [String] = [], lessons: [Lesson] = []
    for (step, fitted) in zip(plan.steps, transformers) {
      let learned = fitted.lessons
      lessons += learned.prefix(FittedPlan.lessonLimit)
      steps += [String](repeating: step.name, count: min(learned.count, FittedPlan.lessonLimit))
    }
    return try Table([
      (name: "step", column: Column(.text(TextValues(steps)))),
      (name: "column", column: Column(.text(TextValues(lessons.map(\.column))))),
      (name: "what", column: Column(.text(TextValues(lessons.map(\.what))))),
      (name: "value", column: Column(.text(TextValues(lessons.map { formatScalar($0.value) })))),
    ])
  }

  private static let lessonLimit = 1000

  /// New rows as the model gets them to see.
  package func transform(_ rows: Table, workers: Workers = .one) throws -> Table {
    let missing = features.filter { rows[$0] == nil }
    guard missing.isEmpty else { throw ModelError.columnsAbsent(missing, from: rows.names, for: name) }
    var table = try checked(rows.selecting(features))
    for transformer in transformers {
      let before = table.rowCount
      table = try transformer.apply(to: table, workers: workers)
      guard table.rowCount == before else { throw ModelError("a step of the plan changed the number of new rows") }
    }
    return table
  }

  /// The rows, whose columns are of the types that were learned from: numbers may be of another kind of number, and a
  /// column without any value of any type.
  private func checked(_ rows: Table) throws -> Table {
    var table = rows
    var wrong: [(name: String, learned: ColumnType, found: ColumnType)] = []
    for input in inputs {
      guard let column = rows[input.name], column.type != input.type else { continue }
      if column.type.isNumeric && input.type.isNumeric { continue }
      if column.missingCount == column.count {
        if case .object = input.type { continue }
        table = try Table(zip(table.names, table.columns).map { name, own in
          (name: name, column: name == input.name ? .missing(input.type, count: own.count) : own)
        })
      } else {
        wrong.append((input.name, input.type, column.type))
      }
    }
    guard wrong.isEmpty else { throw ModelError.columnsOfOtherTypes(wrong, for: name) }
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
    inputs = try archive.part("inputs").asList().map { entry in
      let texts = try entry.asTexts()
      guard texts.count == 2 else { throw ArchiveError("an input has a name and a type") }
      return Input(name: texts[0], type: ColumnType(stored: texts[1]))
    }
    rowCount = try archive.part("rows").asInt()
    card = try archive.part("card").present.map { try ModelCard(archive: $0) }
    target = if case .text(let name) = try archive.part("target") { name } else { nil }
    transformers = try archive.part("transformers").asList().map(kinds.transformer)
    let model = try archive.part("model")
    self.model = if case .none = model { nil } else { try kinds.model(model) }
  }

  package var archive: Archive {
    .of([
      "plan": plan.archive, "inputs": .list(inputs.map { .texts([$0.name, $0.type.description]) }),
      "rows": .int(Int64(rowCount)), "card": card?.archive ?? .none, "target": target.map { .text($0) } ?? .none,
      "transformers": .list(transformers.map { ModelKinds.tagged($0) }),
      "model": model.map { ModelKinds.tagged($0) } ?? .none,
    ])
  }
}

extension ColumnType {
  /// The type of that description, as archives hold it.
  fileprivate init(stored text: String) {
    let plain: [ColumnType] = [.bool, .int, .float, .text, .date, .dateTime, .duration]
    self = plain.first { $0.description == text } ?? .object(text)
  }
}

extension ModelError {
  fileprivate static func columnsOfOtherTypes(
    _ wrong: [(name: String, learned: ColumnType, found: ColumnType)], for model: String
  ) -> ModelError {
    let shown = wrong.prefix(5).map { "`\($0.name)` is \($0.found) here and was \($0.learned)" }.joined(separator: ", ")
    let casts = wrong.prefix(5).map { "\($0.name): \"\($0.learned)\"" }.joined(separator: ", ")
    return ModelError(
      "`\(model)` learned from columns of other types: \(shown)" + (wrong.count > 5 ? ", and \(wrong.count - 5) more" : ""),
      mend: "bring them back: `cast(\(casts))`")
  }
}
