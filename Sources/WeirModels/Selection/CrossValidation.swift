import WeirBase
package import WeirTables
import Glibc
import Synchronization

/// Fits a plan anew for each fold, on the rows to learn from, and scores it on the rows left out.
///
/// Every step of the plan is fitted on the training rows of the fold alone. Folds run side by side; the random numbers
/// of a fold depend on its number only, so that the bytes are the same at any number of workers. With a memory, a fold
/// that was done before, in this run or an earlier one, is not done again.
package struct CrossValidation: Sendable {
  package let plan: Plan
  package let sample: TrainingSample
  package let parts: [FoldPart]
  /// Nil for those that are usual for what the plan predicts.
  package let metrics: [Metric]?
  /// Whether to note how large the model of the first fold is.
  package var measuresSize = false

  package init(_ plan: Plan, on sample: TrainingSample, parts: [FoldPart], metrics: [Metric]? = nil) throws {
    guard !parts.isEmpty, sample.rowCount > 0 else { throw ModelError("there are no folds to validate by") }
    for part in parts where part.train.isEmpty || part.test.isEmpty {
      throw ModelError("fold \(part.fold + 1) has no rows")
    }
    self.plan = plan
    self.sample = sample
    self.parts = parts
    self.metrics = metrics
  }

  /// With the fold of each row, for each repeat.
  package init(_ plan: Plan, on sample: TrainingSample, folds: [[Int32]], metrics: [Metric]? = nil) throws {
    guard folds.allSatisfy({ $0.count == sample.rowCount }) else { throw ModelError("there is one fold a row") }
    try self.init(plan, on: sample, parts: Folds.parts(folds), metrics: metrics)
  }

  package func run(in context: FitContext) throws -> FoldScores {
    let task = FoldTask(self, in: context)
    let done = Atomic<Int>(0)
    let results = try context.workers.mapFilling(parts.count) { index, workers in
      try context.cancellation.check()
      let result = try task.result(index, in: context, workers: workers)
      context.progress(done.wrappingAdd(1, ordering: .relaxed).newValue, parts.count, "folds")
      return result
    }
    return try FoldScores(parts: parts, results: results, rowCount: sample.rowCount)
  }
}

/// One validation as work that is done fold by fold, in any order.
struct FoldTask: Sendable {
  private let validation: CrossValidation
  private let labels: ClassLabels?
  /// What all folds depend on; nil without a memory.
  private let question: Archive?

  /// `sampleDigest` is that of the sample, where it is known already.
  init(_ validation: CrossValidation, in context: FitContext, sampleDigest: Archive? = nil) {
    self.validation = validation
    labels = validation.sample.target.map { ClassLabels(of: $0) }
    question = context.memory.map { memory in
      .of([
        "what": .text("fold"), "plan": validation.plan.archive,
        "sample": sampleDigest ?? memory.digest(validation.sample.archive),
        "metrics": validation.metrics.map { .texts($0.map(\.name)) } ?? .none, "size": .bool(validation.measuresSize),
      ])
    }
  }

  /// One worker inside where the folds themselves share the machine out.
  func result(_ index: Int, in context: FitContext, workers: Workers = .one) throws -> FoldResult {
    var own = context.child(index)
    own.workers = workers
    own.progress = { _, _, _ in }
    let part = validation.parts[index]
    guard let memory = context.memory, let question else { return try validated(part, index, in: own) }
    let asked = Archive.of([
      "of": memory.digest(question), "random": .int(Int64(bitPattern: own.random.key)), "first": .bool(index == 0),
      "train": memory.digest(.ints(part.train.map { Int64($0) })), "test": memory.digest(.ints(part.test.map { Int64($0) })),
    ])
    if let kept = memory.recall(asked), let result = try? FoldResult(archive: kept),
      result.predicted.count == part.test.count
    { return result }
    let result = try validated(part, index, in: own)
    memory.keep(asked, result.archive)
    return result
  }

  private func validated(_ part: FoldPart, _ index: Int, in context: FitContext) throws -> FoldResult {
    let train = try validation.sample.taking(part.train), held = try validation.sample.taking(part.test)
    let start = secondsNow()
    let model = try validation.plan.fit(train, in: context)
    let fitted = secondsNow()
    let judged = try Judgement(of: model, on: held.features, truth: held.target, labels: labels)
    let predicted = secondsNow()
    let metrics = validation.metrics ?? Metric.usual(for: judged)
    return FoldResult(
      metrics: metrics.map(\.name), trainCount: part.train.count, scores: try metrics.map { try $0.score(judged) },
      predicted: judged.predicted, fitSeconds: fitted - start, predictSeconds: predicted - fitted,
      size: validation.measuresSize && index == 0 ? ModelKinds.tagged(model).encoded().count : nil)
  }
}

extension Workers {
  /// As `map`, for parts that could use several threads themselves: those that would leave most threads idle at the end are
  /// done one after the other by all of them, as the fifth of five folds on two threads.
  func mapFilling<Result: Sendable>(
    _ parts: Int, _ body: @Sendable (Int, Workers) throws -> Result
  ) throws -> [Result] {
    let last = parts % count, alone = 2 * last <= count ? last : 0
    return try map(parts - alone) { try body($0, .one) } + (parts - alone..<parts).map { try body($0, self) }
  }
}

/// A clock that only goes forward, in seconds.
package func secondsNow() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// What one fold came to.
package struct FoldResult: Sendable {
  package let metrics: [String]
  package let trainCount: Int
  package let scores: [Double]
  package let predicted: Column
  package let fitSeconds: Double
  package let predictSeconds: Double
  /// The bytes of the fitted plan, where asked for.
  package let size: Int?
}

extension FoldResult {
  init(archive: Archive) throws {
    metrics = try archive.part("metrics").asTexts()
    trainCount = try archive.part("train_rows").asInt()
    scores = try archive.part("scores").asFloats()
    predicted = try Column(archive: archive.part("predicted")) { kind, _ in
      throw ArchiveError("a prediction can't be a \(kind)")
    }
    let times = try archive.part("~seconds").asFloats()
    guard times.count == 2, scores.count == metrics.count else { throw ArchiveError("a fold with parts that do not fit") }
    fitSeconds = times[0]
    predictSeconds = times[1]
    size = if case .int = try archive.part("size") { try archive.part("size").asInt() } else { nil }
  }

  var archive: Archive {
    .of([
      "metrics": .texts(metrics), "train_rows": .int(Int64(trainCount)), "scores": .floats(scores),
      "predicted": predicted.archive, "size": size.map { .int(Int64($0)) } ?? .none,
      "~seconds": .floats([fitSeconds, predictSeconds]),
    ])
  }
}

extension TrainingSample {
  /// Some of the rows, with their targets and weights.
  package func taking(_ rows: [Int]) throws -> TrainingSample {
    TrainingSample(
      features: try features.taking(rows), target: target?.taking(rows), targetName: targetName,
      weights: weights.map { weights in rows.map { weights[$0] } })
  }

  /// All that learning depends on.
  var archive: Archive {
    .of([
      "features": features.archive, "target": target?.archive ?? .none, "name": targetName.map { .text($0) } ?? .none,
      "weights": weights.map { .floats($0) } ?? .none,
    ])
  }
}
