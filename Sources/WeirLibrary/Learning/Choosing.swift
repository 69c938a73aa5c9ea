import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirModels
import WeirTables

extension CatalogBuilder {
  /// Choosing between settings and between plans.
  mutating func defineChoosing() {
    register(Search.self)
    register(SettingValues.self)
    register(TuningResult.self)
    register(Comparison.self)
    defineSearches()
    defineTuning()
    defineComparing()
    defineCalibrating()
    defineLearningCurve()
  }

  private static let settings =
    "Settings with the values to try: `l2: [0.1, 1, 10]`; of one step among several, `knn: {k: [3, 5]}` or `\"knn.k\": [3, 5]`."

  private mutating func defineSearches() {
    define("grid", "Says to try every combination of some values of settings.") { f in
      let settings = f.namedRest("settings", Self.settings)
      f.returns(.other("search"))
      f.flow(.none)
      f.example("grid(l2: [0.1, 1, 10])", gives: "grid(l2: [0.1, 1, 10])")
      f.seeAlso("tune", "random_search", "halving")
      f.body { call in .other(try Search(.grid, over: SearchSpace(call[settings]))) }
    }
    define("random_search", "Says to try some combinations of values at random.") { f in
      let n = f.optional(Int.self, "n", default: 20, "How many combinations.")
      let settings = f.namedRest(
        "settings", "Settings with the values to draw from: a list, a range, `uniform(0, 1)` or `log_uniform(0.001, 1000)`.")
      f.returns(.other("search"))
      f.flow(.none)
      f.details("No combination is tried twice; where there are no more than `n`, all are tried.")
      f.example("random_search(l2: log_uniform(0.001, 1000), n: 30)", gives: "random_search(l2: log_uniform(0.001, 1000.0), n: 30)")
      f.seeAlso("tune", "grid", "uniform", "log_uniform")
      f.body { call in .other(try Search(.random(call[n]), over: SearchSpace(call[settings]))) }
    }
    define("halving", "Says to try many combinations on few rows, and the best of them on more and more.") { f in
      let factor = f.optional(Int.self, "factor", default: 3, "One of so many goes on to the next round, with so many times the rows.")
      let n = f.optional(Int.self, "n", "How many combinations to draw; all where left out.")
      let rows = f.optional(Int.self, "rows", "The rows of the first round; so many that the last has all, where left out.")
      let settings = f.namedRest("settings", Self.settings)
      f.returns(.other("search"))
      f.flow(.none)
      f.details("The last round learns from all rows of its folds. Every round scores on all rows left out.")
      f.example("halving(depth: 1..9, factor: 2)", gives: "halving(depth: 1..9, factor: 2)")
      f.seeAlso("tune", "grid", "random_search")
      f.body { call in
        .other(try Search(
          .halving(factor: call[factor], count: call[n], rows: call[rows]), over: SearchSpace(call[settings])))
      }
    }
    defineDistribution("uniform", "numbers", "each stretch as likely as any other of its length") { .uniform($0, $1) }
    defineDistribution("log_uniform", "numbers above zero", "each stretch as likely as any other of the same ratio") {
      .logUniform($0, $1)
    }
  }

  private mutating func defineDistribution(
    _ name: String, _ what: String, _ how: String, _ make: @escaping @Sendable (Double, Double) -> SettingValues
  ) {
    define(name, "Stands for \(what) between two to draw from in a search, \(how).") { f in
      let low = f.required(Double.self, "low", "The least.")
      let high = f.required(Double.self, "high", "The greatest.")
      f.returns(.other("distribution"))
      f.flow(.none)
      f.example("random_search(l2: \(name)(0.1, 10), n: 5)", gives: "random_search(l2: \(name)(0.1, 10.0), n: 5)")
      f.seeAlso("random_search", "halving")
      f.body { call in
        let low = try call[low], high = try call[high]
        let values = make(low, high)
        _ = try SearchSpace([.init(setting: name, values: values)])
        return .other(values)
      }
    }
  }

  private mutating func defineTuning() {
    define("tune", "Scores a plan under many settings by cross-validation and says which are best.") { f in
      let rows = f.required(
        Value.self, "rows", "The rows to learn from; left out, a step is made that tunes itself inside of `fit`.",
        accepts: .either([.anyTable, .plan]))
      let plan = f.optional(Plan.self, "plan", "The steps, joined with `>>`.")
      let target = f.optionalColumn("target", of: rows, "The column to predict.")
      let over = f.foreign(Search.self, called: "search", "over", "`grid(…)`, `random_search(…)` or `halving(…)`.")
      let folds = f.optional(
        Value.self, "folds", "A number of folds, `kfold(…)`, `time_folds(…)` or `leave_one_out()`; 5 folds where left out.",
        accepts: .either([.int, .other("folds")]))
      let metrics = f.optional(
        [String].self, "metrics", default: [], "The names of metrics, of which the first decides; the usual ones where left out.")
      let features = f.namedColumns("features", of: rows, "The columns to learn from; all others where left out.")
      let weights = f.optionalColumn("weights", of: rows, "A column that says how much each row counts.")
      f.returns { bound in
        switch bound.type(rows) ?? .any {
        case .plan: return .plan
        case .table:
          try ShapesAhead.check(
            bound, rows: rows, plans: plan, target: target, features: features, weights: weights, isSearched: true)
          return .other("tuning")
        default: return .any
        }
      }
      f.flow(.fits(on: 0))
      f.random()
      f.details("""
        Gives `plan`, the plan with the best settings, to be fitted: `train |> fit(tuned.plan, target: .y)`. Also \
        `settings`, a record of them; `score`; `candidates`, a table with a row for each combination, best first; `scores`, \
        the folds of the best; and `times`, a table. Each fold of each candidate is kept in the store: a search that was \
        stopped goes on from there, and a wider one computes what is new. Without rows it is a step: \
        `cross_validate(tune(plan, over: …), …)` validates the search itself, as the scores of `tune` flatter the winner.
        """)
      f.example("""
        t = table(x: 1..40, y: [if i > 20 then "b" else "a" for i in 1..40])
        tuned = t |> tune(knn(), target: .y, over: grid(k: [1, 5]), folds: 4)
        tuned.settings
        """, gives: "{k: 1}")
      f.example(
        "tune(knn(), over: grid(k: [1, 5]), folds: 3)", gives: "tune(plan: knn(), over: grid(k: [1, 5]))")
      f.seeAlso("grid", "random_search", "halving", "compare", "cross_validate")
      f.body { call in
        let given = try call[rows], names = try call[metrics]
        let scheme = try call.foldScheme(call[folds] ?? .missing)
        if case .plan(let own) = given {
          guard try call[plan] == nil else { throw ModelError("`tune` takes one plan") }
          return .step(try TunedPlan(own, over: call[over], folds: scheme, metric: names.first))
        }
        guard let table = try Table.from(given), let plan = try call[plan] else { throw ArgumentReader.absent("plan", in: call) }
        let sample = try TrainingSample(
          rows: table, target: call[target], features: call[features], weights: call[weights], for: "tune")
        let parts = try scheme.parts(of: table, target: sample.target, random: call.random.child("folds"))
        let tuning = try Tuning(
          plan, on: sample, over: call[over], parts: parts, metrics: names.isEmpty ? nil : names.map(Metric.named))
        return .other(try tuning.run(in: call.context.fitContext))
      }
    }
  }

  private mutating func defineCalibrating() {
    define("calibrate", "Brings the probabilities of a plan of classes in line with frequencies.") { f in
      let plan = f.required(Plan.self, "plan", "The plan, which ends in a model of classes.")
      let how = f.choice(
        "how", Calibrator.Method.allCases.map(\.rawValue), default: "sigmoid",
        "\"sigmoid\" for few rows, \"isotonic\" (any rising function) for a thousand and more.")
      let folds = f.optional(
        Value.self, "folds", "A number of folds or `kfold(…)`; 5 folds where left out.", accepts: .either([.int, .other("folds")]))
      f.returns(.plan)
      f.flow(.none)
      f.details("""
        In `fit`, the plan is fitted for each fold, and what it says of the rows left out teaches how its probabilities are \
        to be read; then it is fitted on all rows. Of rows said to be true with 0.8, about 8 in 10 then are.
        """)
      f.example("calibrate(naive_bayes(), how: \"isotonic\")", gives: "calibrate(plan: naive_bayes(), how: \"isotonic\")")
      f.example("""
        t = table(x: 1..40, y: [if i > 20 then "b" else "a" for i in 1..40])
        model = t |> fit(calibrate(naive_bayes(), folds: 4), target: .y)
        predict(model, table(x: [3, 39]))
        """, gives: "[a, b]")
      f.seeAlso("probabilities", "brier", "log_loss")
      f.body { call in
        guard let method = Calibrator.Method(rawValue: try call[how]) else { return .missing }
        return .step(try Calibrated(call[plan], how: method, folds: call.foldScheme(call[folds] ?? .missing)))
      }
    }
  }

  private mutating func defineComparing() {
    define("compare", "Scores several plans on the same folds, best first.") { f in
      let rows = f.required(Table.self, "rows", "The rows to learn from.")
      let plans = f.required(
        Value.self, "plans", "The plans: a list, or a record that names them.", accepts: .either([.list(.plan), .anyRecord]))
      let target = f.optionalColumn("target", of: rows, "The column to predict.")
      let folds = f.optional(
        Value.self, "folds", "A number of folds, `kfold(…)`, `time_folds(…)` or `leave_one_out()`; 5 folds where left out.",
        accepts: .either([.int, .other("folds")]))
      let metrics = f.optional(
        [String].self, "metrics", default: [], "The names of metrics, of which the first decides; the usual ones where left out.")
      let features = f.namedColumns("features", of: rows, "The columns to learn from; all others where left out.")
      let weights = f.optionalColumn("weights", of: rows, "A column that says how much each row counts.")
      f.returns { bound in
        try ShapesAhead.check(bound, rows: rows, plans: plans, target: target, features: features, weights: weights)
        return .other("comparison")
      }
      f.flow(.fits(on: 0))
      f.random()
      f.details("""
        Shows scores with their spread over the folds, the time to fit and to predict, the size of the fitted plan and in \
        what terms a person can follow it; and whether the gap between the best two may be chance, by the corrected \
        resampled t test of Nadeau and Bengio (2003). Fields: `table`, `best` (the plan), `p_value`, `scores` (a record of \
        the folds of each) and `times`. Folds are kept in the store as those of `tune`.
        """)
      f.example("""
        t = table(x: 1..40, y: [if i > 20 then "b" else "a" for i in 1..40])
        board = t |> compare([knn(), naive_bayes()], target: .y, folds: 4)
        count(board.table)
        """, gives: "2")
      f.seeAlso("tune", "cross_validate", "evaluate")
      f.body { call in
        let table = try call[rows], names = try call[metrics]
        let sample = try TrainingSample(
          rows: table, target: call[target], features: call[features], weights: call[weights], for: "compare")
        let scheme = try call.foldScheme(call[folds] ?? .missing)
        let parts = try scheme.parts(of: table, target: sample.target, random: call.random.child("folds"))
        return .other(try Comparison(
          call.namedPlans(call[plans]), on: sample, parts: parts, metrics: names.isEmpty ? nil : names.map(Metric.named),
          in: call.context.fitContext))
      }
    }
  }

  private mutating func defineLearningCurve() {
    define("learning_curve", "Scores a plan with ever more rows to learn from, on these rows and on those left out.") { f in
      let rows = f.required(Table.self, "rows", "The rows to learn from.")
      let plan = f.required(Plan.self, "plan", "The steps, joined with `>>`.")
      let target = f.optionalColumn("target", of: rows, "The column to predict.")
      let sizes = f.optional(
        [Double].self, "sizes", default: [0.1, 0.325, 0.55, 0.775, 1], "Shares of the rows of a fold, or numbers of rows.")
      let folds = f.optional(
        Value.self, "folds", "A number of folds, `kfold(…)` or `time_folds(…)`; 5 folds where left out.",
        accepts: .either([.int, .other("folds")]))
      let metric = f.optional(String.self, "metric", "The name of a metric; the usual one where left out.")
      let features = f.namedColumns("features", of: rows, "The columns to learn from; all others where left out.")
      let weights = f.optionalColumn("weights", of: rows, "A column that says how much each row counts.")
      f.returns { bound in
        try ShapesAhead.check(bound, rows: rows, plans: plan, target: target, features: features, weights: weights)
        return .anyTable
      }
      f.flow(.fits(on: 0))
      f.random()
      f.details("""
        Gives a table with `rows`, and the mean over the folds of the metric on the rows learned from and on those left \
        out. A wide gap says that more rows would help; two low curves, that the plan is too simple.
        """)
      f.example("""
        t = table(x: 1..40, y: [if i > 20 then "b" else "a" for i in 1..40])
        curve = t |> learning_curve(knn(1), target: .y, sizes: [0.5, 1.0], folds: 4)
        curve.rows
        """, gives: "[15, 30]")
      f.seeAlso("learning_plot", "cross_validate")
      f.body { call in
        let table = try call[rows]
        let sample = try TrainingSample(
          rows: table, target: call[target], features: call[features], weights: call[weights], for: "learning_curve")
        let parts = try call.foldScheme(call[folds] ?? .missing)
          .parts(of: table, target: sample.target, random: call.random.child("folds"))
        return .table(try LearningCurve(
          call[plan], on: sample, parts: parts, sizes: call[sizes], metric: call[metric].map(Metric.named),
          in: call.context.fitContext
        ).table())
      }
    }
  }
}

extension Call {
  /// The folds that an argument means.
  func foldScheme(_ value: Value) throws -> any FoldScheme {
    switch value {
    case .missing: return try UsualFolds()
    case .int(let number): return try UsualFolds(Int(clamping: number))
    case .other(let scheme as any FoldScheme): return scheme
    default: throw ModelError("`folds` is a number, `kfold(…)`, `time_folds(…)` or `leave_one_out()`, not a \(value.typeName)")
    }
  }

  /// Plans with the names they go by: as given, or as written where that tells them apart.
  fileprivate func namedPlans(_ value: Value) throws -> [(name: String, plan: Plan)] {
    func plan(_ value: Value) throws -> Plan {
      guard case .plan(let plan) = value else { throw ModelError("`compare` takes plans, and one of these is a \(value.typeName)") }
      return plan
    }
    if case .record(let record) = value { return try record.fields.map { ($0.name, try plan($0.value)) } }
    guard let items = try value.items() else { throw ModelError("`compare` takes a list of plans, not a \(value.typeName)") }
    let plans = try items.map(plan)
    for naming: (Plan) -> String in [{ $0.steps.last?.name ?? "" }, { $0.steps.last?.source ?? "" }, { $0.description }] {
      let names = plans.map(naming)
      if Set(names).count == names.count { return Array(zip(names, plans)).map { (name: $0, plan: $1) } }
    }
    throw ModelError("the same plan stands twice among those to compare")
  }
}

extension SearchSpace {
  /// What named arguments say: a list, a range or a distribution for a setting, also by `"step.setting"`, a record of
  /// them for a step.
  init(_ fields: [Record.Field]) throws {
    var dimensions: [Dimension] = []
    for field in fields {
      if case .record(let inner) = field.value {
        for setting in inner.fields {
          dimensions.append(Dimension(
            step: field.name, setting: setting.name, values: try SettingValues(setting.value, of: setting.name)))
        }
      } else {
        let dot = field.name.firstIndex(of: ".")
        let setting = dot.map { String(field.name[field.name.index(after: $0)...]) } ?? field.name
        dimensions.append(Dimension(
          step: dot.map { String(field.name[..<$0]) }, setting: setting, values: try SettingValues(field.value, of: setting)))
      }
    }
    try self.init(dimensions)
  }
}

extension SettingValues {
  fileprivate init(_ value: Value, of setting: String) throws {
    switch value {
    case .other(let values as SettingValues): self = values
    case .range(let range): self = .integers(range.lower, range.upper)
    default:
      guard let items = try value.items() else {
        throw ModelError(
          "`\(setting)` was given \(value.shortText), not values to try", mend: "write a list: `\(setting): [\(value.shortText)]`")
      }
      self = .choices(try items.map { item in
        switch item {
        case .missing, .bool, .int, .float, .string: return try item.archive()
        case .list, .column: return .list(try (item.items() ?? []).map { try $0.archive() })
        default: throw ModelError("a setting can't be a \(item.typeName)")
        }
      })
    }
  }
}
