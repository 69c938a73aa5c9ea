import WeirBase
package import WeirTables

/// How well a plan does with ever more rows to learn from: on these rows, and on those left out.
package struct LearningCurve: Sendable {
  package struct Point: Sendable {
    package let rows: Int
    package let train: (mean: Double, deviation: Double)
    package let valid: (mean: Double, deviation: Double)
  }

  package let metric: String
  package let points: [Point]

  /// `sizes` are shares of the rows that a fold learns from (up to 1), or numbers of rows.
  package init(
    _ plan: Plan, on sample: TrainingSample, parts: [FoldPart], sizes: [Double], metric: Metric?, in context: FitContext
  ) throws {
    guard !sizes.isEmpty else { throw ModelError("there are no sizes to try") }
    let all = parts.map(\.train.count).min() ?? 0
    let counts = try sizes.map { size -> Int in
      let count = size <= 1 ? Int((size * Double(all)).rounded()) : Int(exactly: size.rounded()) ?? 0
      guard size > 0, size.isFinite, count >= 1, count <= all else {
        throw ModelError("a size is a share above 0 and up to 1, or 1 to \(all) rows, not \(formatNumber(size))")
      }
      return count
    }
    let labels = sample.target.map { ClassLabels(of: $0) }
    let meter = Meter(counts.count * parts.count, context)
    let results = try context.workers.map(counts.count * parts.count) { place -> (String, Double, Double) in
      try context.cancellation.check()
      var own = context.child(place % parts.count)
      own.workers = .one
      own.progress = { _, _, _ in }
      let part = parts[place % parts.count].keeping(
        counts[place / parts.count], of: sample, random: context.random.child("rows"))
      let train = try sample.taking(part.train), held = try sample.taking(part.test)
      let model = try plan.fit(train, in: own)
      let seen = try Judgement(of: model, on: train.features, truth: train.target, labels: labels)
      let unseen = try Judgement(of: model, on: held.features, truth: held.target, labels: labels)
      guard let metric = metric ?? Metric.usual(for: unseen).first else {
        throw ModelError("`\(model.name)` predicts nothing that could be scored")
      }
      meter.step()
      return (metric.name, try metric.score(seen), try metric.score(unseen))
    }
    self.metric = results.first?.0 ?? ""
    points = counts.indices.map { index in
      let own = results[index * parts.count..<(index + 1) * parts.count]
      return Point(
        rows: counts[index], train: LearningCurve.spread(own.map(\.1)), valid: LearningCurve.spread(own.map(\.2)))
    }
  }

  private static func spread(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let defined = values.filter { !$0.isNaN }
    guard !defined.isEmpty else { return (.nan, .nan) }
    let mean = defined.reduce(0, +) / Double(defined.count)
    guard defined.count > 1 else { return (mean, .nan) }
    return (mean, (defined.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(defined.count - 1)).squareRoot())
  }

  /// One row a size: `rows`, then the metric on the rows learned from and on those left out, with deviations.
  package func table() throws -> Table {
    try Table([
      (name: "rows", column: Column(.int(points.map { Int64($0.rows) }))),
      (name: "train_\(metric)", column: Column(doubles: points.map(\.train.mean))),
      (name: "valid_\(metric)", column: Column(doubles: points.map(\.valid.mean))),
      (name: "train_deviation", column: Column(doubles: points.map(\.train.deviation))),
      (name: "valid_deviation", column: Column(doubles: points.map(\.valid.deviation))),
    ])
  }
}
