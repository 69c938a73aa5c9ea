package import WeirBase
package import WeirTables

/// How far from the middle a number is an outlier.
package struct OutlierFences: Sendable, Hashable {
  package enum Method: String, Sendable, CaseIterable {
    /// Beyond `Q1 - factor * IQR` and `Q3 + factor * IQR` (Tukey 1977).
    case iqr
    /// More than `factor` standard deviations from the mean.
    case z
  }

  package let method: Method
  package let factor: Double

  /// `factor` nil for 1.5 of the quartiles' distance or 3 deviations.
  package init(_ method: Method, factor: Double?, for step: String) throws {
    let factor = factor ?? (method == .iqr ? 1.5 : 3)
    guard factor.isFinite, factor >= 0 else { throw ModelError.settingBelowZero("factor", of: step, found: factor) }
    self.method = method
    self.factor = factor
  }

  init(archive: Archive, for step: String) throws {
    guard let method = Method(rawValue: try archive.part("how").asText()) else {
      throw ArchiveError("an unknown way to find outliers")
    }
    self = try readingSettings { try OutlierFences(method, factor: archive.part("factor").asFloat(), for: step) }
  }

  var settings: [Setting] {
    [
      Setting("how", .text(method.rawValue), default: .text("iqr")),
      Setting("factor", .float(factor), default: .float(method == .iqr ? 1.5 : 3)),
    ]
  }

  /// The fences of a column.
  func around(_ column: Column, named name: String, for step: String) throws -> ClosedRange<Double> {
    let low: Double, high: Double
    switch method {
    case .iqr:
      let values = try column.presentAmounts(named: name, for: step)
      let quartiles = OrderStatistics.quantiles(values, at: [0.25, 0.75])
      let reach = factor * (quartiles[1] - quartiles[0])
      (low, high) = (quartiles[0] - reach, quartiles[1] + reach)
    case .z:
      let moments = try ColumnMoments(column, named: name, for: step, weights: nil, workers: .one)
      let reach = factor * moments.spread
      (low, high) = (moments.mean - reach, moments.mean + reach)
    }
    guard low <= high, low.isFinite, high.isFinite else {
      throw ModelError("the column `\(name)` holds numbers too far apart")
    }
    return low...high
  }
}

/// Brings numbers beyond the fences back to them. Missing values stay missing.
package struct ClipOutliers: PreparationStep {
  package static let archiveName = "clip_outliers"
  package let columns: ColumnChoice
  package let fences: OutlierFences

  package init(columns: [String] = [], how: OutlierFences.Method = .iqr, factor: Double? = nil) throws {
    self.columns = ColumnChoice(columns)
    fences = try OutlierFences(how, factor: factor, for: "clip_outliers")
  }

  package init(archive: Archive) throws {
    columns = ColumnChoice(try archive.part("columns").asTexts())
    fences = try OutlierFences(archive: archive, for: "clip_outliers")
  }

  package var settings: [Setting] { [columns.setting] + fences.settings }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedClip {
    let names = try columns.picked(from: sample.features, for: name, .amounts)
    let found = try sample.features.columns(named: names, for: name)
    return FittedClip(
      names: names,
      fences: try context.workers.map(names.count) { try fences.around(found[$0], named: names[$0], for: name) })
  }
}

/// What `clip_outliers` learned: two fences for each column.
package struct FittedClip: ParallelTransformer {
  package static let archiveName = "fitted_clip"
  let names: [String]
  let fences: [ClosedRange<Double>]

  init(names: [String], fences: [ClosedRange<Double>]) {
    self.names = names
    self.fences = fences
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    let low = try archive.part("low").asFiniteFloats(count: names.count)
    let high = try archive.part("high").asFiniteFloats(count: names.count)
    guard zip(low, high).allSatisfy({ $0 <= $1 }) else { throw ArchiveError("two fences a column are needed") }
    fences = zip(low, high).map { $0...$1 }
  }

  package var archive: Archive {
    .of(["names": .texts(names), "low": .floats(fences.map(\.lowerBound)), "high": .floats(fences.map(\.upperBound))])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    try features.replacing(names, for: "clip_outliers", workers: workers) { place, column in
      let fence = fences[place]
      let values = try column.amounts(named: names[place], for: "clip_outliers")
      return Column(.float(values.map { fence.holding($0) }), validity: column.validity)
    }
  }

  package var lessons: [Lesson] {
    zip(names, fences).flatMap { name, fence in
      [Lesson(name, "lower fence", .float(fence.lowerBound)), Lesson(name, "upper fence", .float(fence.upperBound))]
    }
  }
}

/// Leaves out rows that have a number beyond the fences, among the rows to learn from only: new rows are never dropped.
///
/// Missing values are no outliers.
package struct RemoveOutliers: Transformer {
  package static let archiveName = "remove_outliers"
  package let columns: ColumnChoice
  package let fences: OutlierFences

  package init(columns: [String] = [], how: OutlierFences.Method = .iqr, factor: Double? = nil) throws {
    self.columns = ColumnChoice(columns)
    fences = try OutlierFences(how, factor: factor, for: "remove_outliers")
  }

  package init(archive: Archive) throws {
    columns = ColumnChoice(try archive.part("columns").asTexts())
    fences = try OutlierFences(archive: archive, for: "remove_outliers")
  }

  package var name: String { "remove_outliers" }
  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var settings: [Setting] { [columns.setting] + fences.settings }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, .amounts)
    var keeps = [Bool](repeating: true, count: sample.rowCount)
    for column in names {
      try context.cancellation.check()
      let found = try sample.features.column(column)
      let fence = try fences.around(found, named: column, for: name)
      let values = try found.amounts(named: column, for: name)
      for row in values.indices where !found.isMissing(row) && !fence.contains(values[row]) { keeps[row] = false }
    }
    return (FittedColumns(names: sample.features.names), try sample.taking(keeps.indices.filter { keeps[$0] }))
  }
}
