package import WeirBase
package import WeirTables

/// Puts in the place of each number which part of the training rows lies below it; or the normal number of that rank.
///
/// Between the quantiles that were kept it is linear, from both sides where numbers repeat (as scikit-learn's
/// `QuantileTransformer` has it). Numbers beyond the ends get the ends. Missing values stay missing.
package struct QuantileTransform: PreparationStep {
  package static let archiveName = "quantile_transform"
  package enum Output: String, Sendable, CaseIterable { case uniform, normal }

  package let columns: ColumnChoice
  /// How many quantiles are kept; as many as there are rows where these are fewer.
  package let quantiles: Int
  package let output: Output

  package init(columns: [String] = [], quantiles: Int = 1000, output: Output = .uniform) throws {
    guard (2...100_000).contains(quantiles) else {
      throw ModelError("`quantile_transform` keeps 2 to 100000 quantiles, not \(quantiles)")
    }
    self.columns = ColumnChoice(columns)
    self.quantiles = quantiles
    self.output = output
  }

  package init(archive: Archive) throws {
    guard let output = Output(rawValue: try archive.part("output").asText()) else { throw ArchiveError("an unknown `output`") }
    self = try readingSettings {
      try QuantileTransform(
        columns: archive.part("columns").asTexts(), quantiles: archive.part("quantiles").asInt(), output: output)
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("quantiles", .int(Int64(quantiles)), default: .int(1000)),
      Setting("output", .text(output.rawValue), default: .text("uniform")),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedQuantileTransform {
    let names = try columns.picked(from: sample.features, for: name, .amounts)
    let found = try sample.features.columns(named: names, for: name)
    let count = max(1, min(quantiles, sample.rowCount))
    let kept = try context.workers.map(names.count) { place in
      try context.cancellation.check()
      let sorted = try found[place].presentAmounts(named: names[place], for: name).sorted()
      var largest = -Double.infinity
      return (0..<count).map { number in
        // Rounding must not let quantiles fall.
        largest = max(largest, NumberAggregate.quantile(sorted, FittedQuantileTransform.level(number, of: count)))
        return largest
      }
    }
    return FittedQuantileTransform(names: names, output: output, quantiles: kept)
  }
}

/// What `quantile_transform` learned: the quantiles of each column at even distances.
package struct FittedQuantileTransform: ParallelTransformer {
  package static let archiveName = "fitted_quantile_transform"
  let names: [String]
  let output: QuantileTransform.Output
  let quantiles: [[Double]]

  init(names: [String], output: QuantileTransform.Output, quantiles: [[Double]]) {
    self.names = names
    self.output = output
    self.quantiles = quantiles
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    guard let output = QuantileTransform.Output(rawValue: try archive.part("output").asText()) else {
      throw ArchiveError("an unknown `output`")
    }
    self.output = output
    quantiles = try archive.part("quantiles").asList().map { entry in
      let values = try entry.asFloats()
      guard !values.isEmpty, values.allSatisfy(\.isFinite), zip(values, values.dropFirst()).allSatisfy({ $0 <= $1 }) else {
        throw ArchiveError("quantiles don't rise")
      }
      return values
    }
    guard quantiles.count == names.count else { throw ArchiveError("the quantiles of each column are needed") }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "output": .text(output.rawValue), "quantiles": .list(quantiles.map { .floats($0) }),
    ])
  }

  static func level(_ number: Int, of count: Int) -> Double { count > 1 ? Double(number) / Double(count - 1) : 0 }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    try features.replacing(names, for: "quantile_transform", workers: workers) { place, column in
      let values = try column.amounts(named: names[place], for: "quantile_transform")
      let own = quantiles[place]
      return Column(
        .float(values.indices.map { column.isMissing($0) ? 0 : rank(values[$0], own) }), validity: column.validity)
    }
  }

  /// The part of the rows below a number; where it stands for several ranks, the middle of them.
  private func rank(_ x: Double, _ quantiles: [Double]) -> Double {
    guard let low = quantiles.first, let high = quantiles.last else { return 0 }
    // The normal distribution has no ends, so what is close to an end counts as there.
    let slack = output == .normal ? 1e-7 : 0
    let rank: Double
    if x - slack < low || (slack == 0 && x == low) {
      rank = 0
    } else if x + slack > high || (slack == 0 && x == high) {
      rank = 1
    } else {
      rank = (interpolated(x, quantiles, fromAbove: false) + interpolated(x, quantiles, fromAbove: true)) / 2
    }
    guard output == .normal else { return rank }
    let end = NormalDistribution.quantile(1e-7 - Double.ulpOfOne)
    return min(-end, max(end, NormalDistribution.quantile(rank)))
  }

  private func interpolated(_ x: Double, _ quantiles: [Double], fromAbove: Bool) -> Double {
    // How many quantiles are below the number, those equal to it counted or not.
    var low = 0, high = quantiles.count
    while low < high {
      let middle = (low + high) / 2
      if fromAbove ? quantiles[middle] < x : quantiles[middle] <= x { low = middle + 1 } else { high = middle }
    }
    let count = quantiles.count
    guard low > 0 else { return 0 }
    guard low < count else { return 1 }
    let below = quantiles[low - 1], above = quantiles[low]
    let part = above > below ? (x - below) / (above - below) : 0
    let from = FittedQuantileTransform.level(low - 1, of: count)
    return from + part * (FittedQuantileTransform.level(low, of: count) - from)
  }

  package var lessons: [Lesson] {
    zip(names, quantiles).map { Lesson($0, "median", .float(NumberAggregate.quantile($1, 0.5))) }
  }
}
