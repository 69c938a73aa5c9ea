package import WeirBase
import WeirTables

/// Puts what the target is on average, given the category, in the place of each category.
///
/// With several classes there is one column for each, `city_yes`. Averages of small categories are drawn to that of all
/// rows: `(n * mean + smooth * all) / (n + smooth)`, where `smooth` left out is the variance in the category over that of
/// all rows (empirical Bayes; Micci-Barreca 2001, as scikit-learn's `TargetEncoder` has it). The rows that it learns
/// from get the averages of other folds, so that none sees its own target. Missing values seen in training are a
/// category; a new category gets the average of all rows. Weights count as repeated rows.
package struct TargetEncode: Transformer {
  package static let archiveName = "target_encode"
  package let columns: ColumnChoice
  package let task: TaskChoice
  /// Nil for as much as the data suggest.
  package let smooth: Double?
  package let folds: Folds

  package init(
    columns: [String] = [], smooth: Double? = nil, folds: Int = 5, shuffle: Bool = true, task: TaskChoice = .auto
  ) throws {
    if let smooth, !(smooth.isFinite && smooth >= 0) {
      throw ModelError.settingBelowZero("smooth", of: "target_encode", found: smooth)
    }
    self.columns = ColumnChoice(columns)
    self.smooth = smooth
    self.folds = try Folds(folds, shuffle: shuffle)
    self.task = task
  }

  package init(archive: Archive) throws {
    guard let task = TaskChoice(rawValue: try archive.part("task").asText()) else { throw ArchiveError("an unknown task") }
    self = try readingSettings {
      try TargetEncode(
        columns: archive.part("columns").asTexts(), smooth: archive.part("smooth").present?.asFloat(),
        folds: archive.part("folds").asInt(), shuffle: archive.part("shuffle").asBool(), task: task)
    }
  }

  package var name: String { "target_encode" }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var settings: [Setting] {
    [
      columns.setting, Setting("smooth", smooth.map { .float($0) } ?? .none, default: Archive.none),
      Setting("folds", .int(Int64(folds.count)), default: .int(5)),
      Setting("shuffle", .bool(folds.shuffles), default: .bool(true)),
      Setting("task", .text(task.rawValue), default: .text("auto")),
    ]
  }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, .categories)
    let found = try sample.features.columns(named: names, for: name)
    let weights = try sample.checkedWeights(for: name) ?? [Double](repeating: 1, count: sample.rowCount)
    let (targets, suffixes) = try targets(of: sample)
    let coded = try context.workers.map(names.count) { try CodedCategories(found[$0], named: names[$0]) }
    let all = try learn(coded, targets, weights, context) { _ in true }
    let fitted = FittedTargetEncode(
      names: names, suffixes: suffixes, labels: coded.map(\.labels), averages: all.averages, overall: all.overall)

    guard sample.rowCount >= 2 else {
      throw ModelError("`target_encode` learns each row's value from other rows, and there is one row alone")
    }
    let folds = try foldOfEachRow(of: sample, random: context.random)
    var crossed = coded.map { _ in targets.map { _ in [Double](repeating: 0, count: sample.rowCount) } }
    for fold in 0..<((folds.max() ?? 0) + 1) {
      try context.cancellation.check()
      let others = try learn(coded, targets, weights, context) { folds[$0] != fold }
      for (c, column) in coded.enumerated() {
        for t in targets.indices {
          for row in folds.indices where folds[row] == fold {
            crossed[c][t][row] = others.averages[c][t][column.codes[row]]
          }
        }
      }
    }
    var out = sample
    out.features = try fitted.replacing(in: sample.features, by: crossed)
    return (fitted, out)
  }

  /// What is averaged: the number itself, whether it is the second of two classes, or each of several.
  private func targets(of sample: TrainingSample) throws -> (numbers: [[Double]], suffixes: [String]) {
    switch try sample.target(for: name, as: task) {
    case .numbers(let numbers): return ([numbers], [])
    case .classes(let labels, let codes):
      guard labels.count >= 2 else { throw ModelError("`target_encode` learns from two classes at least, and there is one") }
      if labels.count == 2 { return ([codes.map { $0 == 1 ? 1 : 0 }], []) }
      return (labels.names.indices.map { number in codes.map { $0 == Int32(number) ? 1 : 0 } }, labels.names)
    }
  }

  private func foldOfEachRow(of sample: TrainingSample, random: RandomStream) throws -> [Int32] {
    let folds = folds.count <= sample.rowCount ? folds : try Folds(sample.rowCount, shuffle: folds.shuffles)
    var strata: Column?
    if case .classes(let labels, let codes) = try sample.target(for: name, as: task) {
      var sizes = [Int](repeating: 0, count: labels.count)
      for code in codes { sizes[Int(code)] += 1 }
      // Classes too small to be dealt out to all folds are left to chance.
      if (sizes.max() ?? 0) >= folds.count { strata = Column(.int(codes.map { Int64($0) })) }
    }
    return try folds.assigned(rows: sample.rowCount, strata: strata, groups: nil, random: random)
  }

  /// The average of each target for each category of each column, over some of the rows.
  private func learn(
    _ columns: [CodedCategories], _ targets: [[Double]], _ weights: [Double], _ context: FitContext,
    _ isIn: @Sendable (Int) -> Bool
  ) throws -> (averages: [[[Double]]], overall: [Double]) {
    let rows = weights.indices.filter(isIn)
    let totals = targets.map { Spread($0, rows: rows, weights: weights) }
    let averages = try context.workers.map(columns.count) { place in
      targets.indices.map { columns[place].averages(of: targets[$0], rows, weights, all: totals[$0], smooth: smooth) }
    }
    return (averages, totals.map(\.mean))
  }
}

/// The mean and the variance of some numbers.
private struct Spread: Sendable {
  let mean: Double
  let variance: Double

  init(_ values: [Double], rows: [Int], weights: [Double]) {
    var weight = 0.0, sum = 0.0
    for row in rows {
      weight += weights[row]
      sum += weights[row] * values[row]
    }
    let center = weight > 0 ? sum / weight : 0
    mean = center
    variance = weight > 0 ? rows.reduce(0) { $0 + weights[$1] * (values[$1] - center) * (values[$1] - center) } / weight : 0
  }
}

/// A column as categories: the number of each row's; missing is the last of them, where there is one.
private struct CodedCategories: Sendable {
  let labels: ClassLabels
  let codes: [Int]
  let count: Int

  init(_ column: Column, named name: String) throws {
    let labels = Categories(of: column).labels
    self.labels = labels
    codes = try labels.categoryCodes(of: column, named: name, for: "target_encode").map { $0 < 0 ? labels.count : Int($0) }
    count = labels.count + 1
  }

  /// The smoothed average for each category; that of all rows for one that is on none of them.
  func averages(of target: [Double], _ rows: [Int], _ weights: [Double], all: Spread, smooth: Double?) -> [Double] {
    var sizes = [Double](repeating: 0, count: count), sums = sizes, squares = sizes
    for row in rows {
      sizes[codes[row]] += weights[row]
      sums[codes[row]] += weights[row] * target[row]
    }
    if let smooth {
      return sizes.indices.map { sizes[$0] + smooth > 0 ? (sums[$0] + smooth * all.mean) / (sizes[$0] + smooth) : all.mean }
    }
    let means = zip(sums, sizes).map { $1 > 0 ? $0 / $1 : 0 }
    for row in rows {
      let distance = target[row] - means[codes[row]]
      squares[codes[row]] += weights[row] * distance * distance
    }
    return sizes.indices.map { number in
      let own = all.variance * sizes[number]
      guard sizes[number] > 0, own > 0 else { return all.mean }
      let trust = own / (own + squares[number] / sizes[number])
      return trust * means[number] + (1 - trust) * all.mean
    }
  }
}
