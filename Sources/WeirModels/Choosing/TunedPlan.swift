package import WeirBase
import WeirTables

/// A plan whose settings are searched for on the rows it is given, then fitted on all of them with the best.
///
/// Inside a cross-validation the search sees the rows of the fold alone: nested validation, whose scores are not
/// flattered by the choice.
package struct TunedPlan: Estimator {
  package static let archiveName = "tune"
  package let plan: Plan
  package let search: Search
  package let folds: any FoldScheme
  /// The metric that decides; nil for the usual one.
  package let metric: String?

  package init(_ plan: Plan, over search: Search, folds: any FoldScheme, metric: String? = nil) throws {
    self.plan = plan
    self.search = search
    self.folds = folds
    self.metric = metric
    for dimension in search.space.dimensions { _ = try plan.place(of: dimension) }
    if let metric { _ = try Metric.named(metric) }
  }

  package var name: String { "tune" }
  package var learnsFromTarget: Bool { (plan.steps.last as? any Estimator)?.learnsFromTarget ?? false }
  package var interpretability: Interpretability { (plan.steps.last as? any Estimator)?.interpretability ?? .opaque }

  package var settings: [Setting] {
    [
      Setting("plan", .of(["source": .text(plan.description)])),
      Setting("over", .of(["source": .text(search.description)])),
      Setting("metric", metric.map { .text($0) } ?? .none, default: Archive.none),
    ]
  }

  package func fit(_ sample: TrainingSample, in context: FitContext) throws -> any FittedModel {
    let rows = try sample.rowsWithTarget()
    let parts = try folds.parts(of: rows, target: sample.target, random: context.random.child("folds"))
    let result = try Tuning(
      plan, on: sample, over: search, parts: parts, metrics: metric.map { [try Metric.named($0)] }
    ).run(in: context)
    return try result.best.plan.fit(sample, in: context)
  }
}

extension TunedPlan: Composed {
  package init(archive: Archive, kinds: ModelKinds) throws {
    self = try readingSettings {
      try TunedPlan(
        Plan(archive: archive.part("plan"), kinds: kinds), over: Search(archive: archive.part("search")),
        folds: FoldSchemes.read(archive.part("folds")), metric: archive.part("metric").present?.asText())
    }
  }

  package var archive: Archive {
    .of([
      "plan": plan.archive, "search": search.archive, "folds": FoldSchemes.tagged(folds),
      "metric": metric.map { .text($0) } ?? .none,
    ])
  }
}

extension Search: CustomStringConvertible {
  /// The search as a user writes it.
  package var description: String {
    let (name, rest): (String, [String]) = switch kind {
    case .grid: ("grid", [])
    case .random(let n): ("random_search", ["n: \(n)"])
    case .halving(let factor, let count, let rows):
      ("halving", (factor == 3 ? [] : ["factor: \(factor)"]) + (count.map { ["n: \($0)"] } ?? []) + (rows.map { ["rows: \($0)"] } ?? []))
    }
    let settings = space.dimensions.map { dimension in
      dimension.step.map { "\($0): {\(dimension.setting): \(dimension.values)}" } ?? "\(dimension.setting): \(dimension.values)"
    }
    return "\(name)(\((settings + rest).joined(separator: ", ")))"
  }
}

extension SettingValues: CustomStringConvertible {
  package var description: String {
    switch self {
    case .choices(let values): Archive.list(values).source
    case .integers(let low, let high): "\(low)..\(high)"
    case .uniform(let low, let high): "uniform(\(formatNumber(low)), \(formatNumber(high)))"
    case .logUniform(let low, let high): "log_uniform(\(formatNumber(low)), \(formatNumber(high)))"
    }
  }
}
