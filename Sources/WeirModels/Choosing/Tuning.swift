import WeirBase
import WeirTables

/// Scores a plan under many settings by cross-validation and says which are best.
///
/// All candidates are fitted on the same folds with the same random numbers, so that only their settings differ. The
/// first metric decides; of equal scores the first candidate wins. A candidate that can't be fitted is listed with its
/// problem and can't win. Folds of different candidates run side by side.
package struct Tuning: Sendable {
  package let plan: Plan
  package let sample: TrainingSample
  package let search: Search
  package let parts: [FoldPart]
  package let metrics: [Metric]?
  package let kinds: ModelKinds

  package init(
    _ plan: Plan, on sample: TrainingSample, over search: Search, parts: [FoldPart], metrics: [Metric]? = nil,
    kinds: ModelKinds = .standard
  ) throws {
    self.plan = plan
    self.sample = sample
    self.search = search
    self.parts = parts
    self.metrics = metrics
    self.kinds = kinds
    for dimension in search.space.dimensions { _ = try plan.place(of: dimension) }
  }

  package func run(in context: FitContext) throws -> TuningResult {
    let chosen = try search.candidates(random: context.random.child("candidates"))
    let plans = try chosen.map { values in
      try plan.with(zip(search.space.dimensions, values).map { (dimension: $0, value: $1) }, kinds: kinds)
    }
    let digest = context.memory.map { $0.digest(sample.archive) }
    var rounds: [Round] = []
    var living = Array(plans.indices)
    for (rows, survivors) in schedule(plans.count) {
      let scores = try scored(living.map { plans[$0] }, rows: rows, digest: digest, in: context)
      let ranked = try Tuning.ranking(scores, metrics)
      rounds.append(Round(rows: rows, candidates: living, scores: scores))
      if let survivors, survivors < living.count { living = ranked.prefix(survivors).map { living[$0] }.sorted() }
    }
    return try TuningResult(space: search.space, values: chosen, plans: plans, rounds: rounds)
  }

  /// The scores of some candidates on some of the rows.
  struct Round: Sendable {
    /// Nil for all.
    let rows: Int?
    let candidates: [Int]
    let scores: [Result<FoldScores, ModelError>]
  }

  /// For each round, the number of rows and how many candidates go on; nil for all rows, and for the last round.
  private func schedule(_ count: Int) -> [(rows: Int?, survivors: Int?)] {
    guard case .halving(let factor, _, let rows) = search.kind, count > 1 else { return [(nil, nil)] }
    let all = parts.map(\.train.count).min() ?? sample.rowCount
    var sizes = [count]
    while let last = sizes.last, last > 1 { sizes.append((last + factor - 1) / factor) }
    // The last size is the one candidate left, which needs no round of its own.
    var rounds = max(1, sizes.count - 1)
    let classes = sample.target.map { $0.suggestsClasses ? $0.uniqueCount : 1 } ?? 1
    let least = rows ?? max(20, 4 * classes)
    func start(_ rounds: Int) -> Int {
      var size = all
      for _ in 1..<max(1, rounds) { size /= factor }
      return size
    }
    while rounds > 1, start(rounds) < least { rounds -= 1 }
    var size = start(rounds)
    var plan: [(rows: Int?, survivors: Int?)] = []
    for round in 0..<rounds {
      plan.append((round == rounds - 1 ? nil : size, round == rounds - 1 ? nil : sizes[min(round + 1, sizes.count - 1)]))
      size *= factor
    }
    return plan
  }

  private func scored(
    _ plans: [Plan], rows: Int?, digest: Archive?, in context: FitContext
  ) throws -> [Result<FoldScores, ModelError>] {
    let parts = rows.map { rows in self.parts.map { $0.keeping(rows, of: sample, random: context.random.child("rows")) } }
      ?? self.parts
    let tasks = try plans.map { FoldTask(try CrossValidation($0, on: sample, parts: parts, metrics: metrics), in: context, sampleDigest: digest) }
    let total = tasks.count * parts.count
    let meter = Meter(total, context)
    let results = try context.workers.map(total) { place -> Result<FoldResult, ModelError> in
      try context.cancellation.check()
      defer { meter.step() }
      do { return .success(try tasks[place / parts.count].result(place % parts.count, in: context)) } catch let error as ModelError {
        return .failure(error)
      }
    }
    return try plans.indices.map { candidate in
      let own = results[candidate * parts.count..<(candidate + 1) * parts.count]
      do {
        return .success(try FoldScores(parts: parts, results: own.map { try $0.get() }, rowCount: sample.rowCount))
      } catch let error as ModelError { return .failure(error) }
    }
  }

  /// The candidates from best to worst by the mean of the first metric, failed ones last.
  static func ranking(_ scores: [Result<FoldScores, ModelError>], _ metrics: [Metric]?) throws -> [Int] {
    var means: [Double] = [], problem: ModelError?, worked = false, greater = true
    for score in scores {
      switch score {
      case .success(let scores):
        worked = true
        if let name = scores.metrics.first { greater = try Metric.named(name).greaterIsBetter }
        means.append(scores.metrics.isEmpty ? .nan : scores.summary(0).mean)
      case .failure(let error):
        problem = problem ?? error
        means.append(.nan)
      }
    }
    if !worked, let problem { throw problem }
    func goodness(_ place: Int) -> Double { means[place].isNaN ? -.infinity : greater ? means[place] : -means[place] }
    return means.indices.sorted { (-goodness($0), $0) < (-goodness($1), $1) }
  }
}

extension FoldPart {
  /// The same round with only some of the rows to learn from, shared out over the classes as they are; `count` is out of
  /// the rows of all.
  func keeping(_ count: Int, of sample: TrainingSample, random: RandomStream) -> FoldPart {
    guard count < train.count else { return self }
    var random = random.child(turn).child(fold)
    let order = random.permutation(train.count)
    var kept: [Int] = []
    if let target = sample.target, target.suggestsClasses {
      // The first of each class in turn, then whoever comes: no class is lost while there are rows for it.
      let codes = target.groupCodes.codes
      var seen: Set<UInt32> = []
      let firsts = order.filter { seen.insert(UInt32(codes[train[$0]])).inserted }
      let chosen = Set(firsts.prefix(count))
      kept = Array(firsts.prefix(count)) + order.filter { !chosen.contains($0) }.prefix(max(0, count - firsts.count))
    } else {
      kept = Array(order.prefix(count))
    }
    return FoldPart(turn: turn, fold: fold, train: kept.map { train[$0] }.sorted(), test: test)
  }
}
