import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// From rows to a model, and what a model says.
  mutating func defineLearning() {
    register(Folds.self)
    register(TimeFolds.self)
    register(LeaveOneOut.self)
    register(FoldScores.self)
    register(Evaluation.self)
    register(ModelSummary.self)
    defineSplitting()
    defineFitting()
    definePredicting()
    defineValidating()
    defineChoosing()
    defineUnderstanding()
    defineExplaining()
  }

  private mutating func defineFitting() {
    define("fit", "Learns from rows: each step of the plan from what the steps before it made of them.") { f in
      let rows = f.required(Table.self, "rows", "The rows to learn from.")
      let plan = f.required(Plan.self, "plan", "The steps, joined with `>>`.")
      let target = f.optionalColumn("target", of: rows, "The column to predict; none for plans that need none.")
      let features = f.namedColumns("features", of: rows, "The columns to learn from; all others where left out.")
      let weights = f.optionalColumn("weights", of: rows, "A column that says how much each row counts.")
      let valid = f.optional(
        Value.self, "valid",
        """
        `gbm`, `sequential` and `autoencoder`: rows of their own, to keep the trees or the epoch that serve these best. Networks: the share \
        of the rows to hold back and judge epochs by.
        """, accepts: .either([.number, .anyTable]))
      let training = TrainingParameters(&f, hasShare: false)
      f.returns { bound in
        try ShapesAhead.check(bound, rows: rows, plans: plan, target: target, features: features, weights: weights)
        return try ColumnsAhead.model(bound, rows: rows, plan: plan, target: target, features: features, weights: weights)
      }
      f.flow(.fits(on: 0))
      f.random()
      f.details("""
        Rows of a test part are refused; `allow_leak` lets them in. How a network is trained can be said here: `epochs` and \
        what follows it are for plans that end in `sequential` or `autoencoder` alone. Rows of `valid` are chosen by, so \
        those of a test part are refused there too.
        """)
      f.example("t = table(x: [1, 2, 3])\nt |> fit(standardize()) |> transform(t) |> columns()", gives: "[\"x\"]")
      f.seeAlso("predict", "evaluate", "cross_validate", "split")
      f.body { call in
        let sample = try TrainingSample(
          rows: call[rows], target: call[target], features: call[features], weights: call[weights], for: "fit")
        if let target = sample.targetName, let last = try call[plan].unaskedEstimator {
          throw Diagnostic.targetNotLearned(last, target: target)
        }
        let valid = try call[valid] ?? .missing
        let watched = try Table.from(valid).map { table in
          guard !table.isSame(as: try call[rows]) else { throw ValidationRowsError.sameRows }
          return try TrainingSample(
            rows: table, target: call[target], features: call[features], weights: call[weights], for: "fit")
        }
        let plan = try training.applied(to: call[plan], share: Double.from(valid), call)
        return .model(try plan.fit(sample, watching: watched, in: call.context.fitContext))
      }
    }
  }

  private mutating func definePredicting() {
    define("predict", "Gives what a model predicts for each row.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that `fit` gave.")
      let rows = f.required(Table.self, "rows", "Rows with the columns that the model learned from; others are ignored.")
      f.returns(.anyColumn)
      f.example(Self.example("predict(model, table(x: [0, 9]))"), gives: "[a, b]")
      f.seeAlso("probabilities", "evaluate", "fit")
      f.body { call in .column(try call[model].model.predict(try call[rows])) }
    }
    define("probabilities", "Gives the probability of each class for each row, one column a class.") { f in
      let model = f.required(ModelArgument.self, "model", "A model that predicts classes.")
      let rows = f.required(Table.self, "rows", "Rows with the columns that the model learned from; others are ignored.")
      f.returns(.anyTable)
      f.example(Self.example("probabilities(model, table(x: [0, 9])) |> columns()"), gives: "[\"a\", \"b\"]")
      f.seeAlso("predict")
      f.body { call in
        let model = try call[model].model, rows = try call[rows]
        let names: [String]
        switch model.task {
        case .classification(let classes): names = ClassLabels(classes).names
        case .clustering(let count): names = (0..<count).map { "\($0)" }
        case .regression, .transformation:
          throw ModelError("`\(model.name)` predicts no classes, so there are no probabilities", mend: "write `predict(…)`")
        }
        let columns = try model.probabilities(rows).map { Column(.float($0)) }
        return .table(try Table(
          zip(names, columns).map { (name: $0, column: $1) }, rowCount: rows.rowCount,
          lineage: rows.lineage))
      }
    }
    define("transform", "Gives rows as the steps of a fitted plan change them.") { f in
      let model = f.required(ModelArgument.self, "model", "A plan that `fit` was given.")
      let rows = f.required(Table.self, "rows", "Rows with the columns that the plan learned from.")
      f.returns { bound in ColumnsAhead.transformed(bound.type(model), bound.table(rows)) }
      f.example("t = table(x: [1.0, 3.0])\nt |> fit(standardize()) |> transform(t) |> map(row => row.x)", gives: "[-1.0, 1.0]")
      f.seeAlso("fit", "predict")
      f.body { call in
        let model = try call[model].model
        guard let plan = model as? FittedPlan else { throw ModelError("`\(model.name)` has no steps that transform rows") }
        return .table(try plan.transform(try call[rows], workers: call.workers))
      }
    }
  }

  private mutating func defineUnderstanding() {
    define("summary", "Says what a model learned, or what the layers of a network are, as a person reads it.") { f in
      let model = f.required(
        Value.self, "model", "A model that `fit` gave, or a plan that ends in a network.", accepts: .either([.model, .plan]))
      let input = f.optional(
        Value.self, "input", "Networks before `fit`: the shape of a row, say 4 or [28, 28, 1].",
        accepts: .either([.int, .list(.int)]))
      f.returns { bound in
        if case .plan(let plan)? = bound.constant(model) { _ = try NetworkSummary(of: plan, input: bound.constant(input)) }
        return .other("summary")
      }
      f.flow(.none)
      f.details("""
        Its fields: `plan`, `task`, `target`, `features`; `steps`, a table of what each step before the model learned; \
        `learned`, a table of what the model did; `notes`: the rules of a small tree, the score out of bag of a forest; and \
        `figures`: the inertia of k-means, `bic` and `aic` of a mixture. Of a network before `fit`: `layers`, a table of \
        names, shapes and how many numbers each learns, and `parameters`, how many in all.
        """)
      f.example(Self.example("summary(model).features"), gives: "[\"x\"]")
      f.example("summary(sequential(dense(8), relu(), dense(3)), input: 4).parameters", gives: "67")
      f.seeAlso("coefficients", "sequential")
      f.body { call in
        let given = try call[model], shape = try call[input]
        switch given {
        case .plan(let plan): return .other(try NetworkSummary(of: plan, input: shape))
        case .model(let model):
          guard shape == nil else {
            throw ModelError("a model knows the shape of its rows, so `input` is for networks before `fit`", mend: "leave `input` out")
          }
          return .other(try ModelSummary(of: model))
        default:
          throw Diagnostic.wrongArgument("model", of: "summary", wanted: "model or plan", found: given.typeName)
        }
      }
    }
    define("coefficients", "Gives the coefficients of a linear model as a table: term, value, and what theory adds.") { f in
      let model = f.required(ModelArgument.self, "model", "A linear, ridge or logistic model.")
      f.returns(.anyTable)
      f.flow(.none)
      f.example(Self.linearExample("coefficients(model) |> map(row => row.term)"), gives: "[\"intercept\", \"x\"]")
      f.seeAlso("summary")
      f.body { call in
        let model = try call[model].model
        let learned = try model.learned()
        guard learned["term"] != nil else {
          throw ModelError("`\(model.name)` has no coefficients", mend: "`summary(model)` shows what it learned")
        }
        return .table(learned)
      }
    }
    define("allow_leak", "Says that rows of a test part may be learned from here, and why.") { f in
      let rows = f.required(Table.self, "rows", "The rows.")
      let because = f.required(String.self, "because", "The reason; it stands in the report of the run.")
      f.returnsRows(of: rows)
      f.flow(.allowsLeak)
      f.example("table(x: [1, 2]) |> allow_leak(because: \"the last fit before shipping\") |> count()", gives: "2")
      f.seeAlso("split", "fit")
      f.body { call in
        let rows = try call[rows], reason = try call[because]
        guard !reason.trimmedBlanks.isEmpty else { throw ModelError("`allow_leak` needs a reason") }
        call.host.note(.leakAllowed(reason: reason))
        return .table(rows.with(lineage: rows.lineage.allowing(reason)))
      }
    }
  }

  /// A small classifier for examples.
  static func example(_ use: String) -> String {
    "t = table(x: [0, 1, 8, 9], y: [\"a\", \"a\", \"b\", \"b\"])\nmodel = t |> fit(logistic(), target: .y)\n\(use)"
  }

  static func linearExample(_ use: String) -> String {
    "t = table(x: [1, 2, 3, 4], y: [1.0, 3.0, 5.0, 7.5])\nmodel = t |> fit(linear(), target: .y)\n\(use)"
  }
}

extension Table {
  /// Whether all names and values are those of another table.
  fileprivate func isSame(as other: Table) -> Bool {
    rowCount == other.rowCount && names == other.names
      && zip(columns, other.columns).allSatisfy { $0.type == $1.type && $0.archive == $1.archive }
  }
}

extension TrainingSample {
  /// The rows of a table as `fit` and `cross_validate` take them; rows of a test part are refused.
  init(rows: Table, target: String?, features: [String], weights: String?, for function: String) throws {
    guard !rows.lineage.holdsTest else { throw Diagnostic.testRowsReach(function, part: "test") }
    let target_ = try target.map { try rows.column($0) }
    if let target, features.contains(target) {
      throw ModelError("the target `\(target)` can't be a feature too", mend: "leave it out of `features`")
    }
    let aside = Set([target, weights].compactMap { $0 })
    let numbers: [Double]? = try weights.map { name in
      let column = try rows.column(name)
      guard column.type.isNumeric, column.missingCount == 0 else {
        throw ModelError("the weights `\(name)` must be a number on every row")
      }
      guard case .float(let values) = try column.cast(to: .float).storage else { return [] }
      guard values.allSatisfy({ $0.isFinite && $0 >= 0 }), values.contains(where: { $0 > 0 }) else {
        throw ModelError("the weights `\(name)` must be numbers that are not below zero, and not all zero")
      }
      return values
    }
    self.init(
      features: try features.isEmpty ? rows.dropping(Array(aside)) : rows.selecting(features), target: target_,
      targetName: target, weights: numbers)
  }
}
