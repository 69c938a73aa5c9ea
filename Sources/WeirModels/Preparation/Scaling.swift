package import WeirBase
import WeirTables

/// Shifts and stretches columns of numbers to mean 0 and standard deviation 1: `(x - mean) / sd`.
///
/// The deviation divides by n; a weight counts as repeated rows. Missing values are left out of both and stay missing; a
/// constant column becomes 0.
package struct Standardize: PreparationStep {
  package static let archiveName = "standardize"
  package let columns: ColumnChoice
  /// Whether the mean is taken away, and whether the deviation is divided by.
  package let center: Bool
  package let scale: Bool

  package init(columns: [String] = [], center: Bool = true, scale: Bool = true) {
    self.columns = ColumnChoice(columns)
    self.center = center
    self.scale = scale
  }

  package init(archive: Archive) throws {
    self.init(
      columns: try archive.part("columns").asTexts(), center: try archive.part("center").asBool(),
      scale: try archive.part("scale").asBool())
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("center", .bool(center), default: .bool(true)),
      Setting("scale", .bool(scale), default: .bool(true)),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedScale {
    let names = try columns.picked(from: sample.features, for: name, .numbers)
    let weights = try sample.checkedWeights(for: name)
    let found = try sample.features.columns(named: names, for: name)
    let scales = try context.workers.columns(names.count, rows: sample.rowCount) { place, workers in
      let moments = try ColumnMoments(
        found[place], named: names[place], for: name, weights: weights, workers: workers)
      return FittedScale.Scale(
        shift: center ? moments.mean : 0,
        divisor: scale && !moments.isConstant ? moments.spread : 1)
    }
    return FittedScale(step: name, names: names, scales: scales)
  }
}

/// Shifts and stretches columns of numbers to lie between two ends: `low + (x - min) / (max - min) * (high - low)`.
///
/// New rows may lie beyond the ends, unless they are to be clipped. Missing values stay missing; a constant column
/// becomes `low`.
package struct MinMaxScale: PreparationStep {
  package static let archiveName = "min_max_scale"
  package let columns: ColumnChoice
  package let low: Double
  package let high: Double
  package let clip: Bool

  package init(columns: [String] = [], low: Double = 0, high: Double = 1, clip: Bool = false) throws {
    guard low.isFinite, high.isFinite, low < high, (high - low).isFinite else {
      throw ModelError("`min_max_scale` goes from a lower to a higher end, not from \(low) to \(high)")
    }
    self.columns = ColumnChoice(columns)
    self.low = low
    self.high = high
    self.clip = clip
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try MinMaxScale(
        columns: archive.part("columns").asTexts(), low: archive.part("low").asFloat(),
        high: archive.part("high").asFloat(), clip: archive.part("clip").asBool())
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("low", .float(low), default: .float(0)),
      Setting("high", .float(high), default: .float(1)), Setting("clip", .bool(clip), default: .bool(false)),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedScale {
    let names = try columns.picked(from: sample.features, for: name, .numbers)
    let found = try sample.features.columns(named: names, for: name)
    let scales = try context.workers.map(names.count) { place in
      let values = try found[place].presentAmounts(named: names[place], for: name)
      let least = values.min() ?? 0, width = (values.max() ?? 0) - least
      guard width.isFinite else { throw ModelError("the column `\(names[place])` holds numbers too far apart") }
      return FittedScale.Scale(
        shift: least, divisor: width == 0 ? 1 : width, factor: high - low, offset: low,
        ends: clip ? low...high : nil)
    }
    return FittedScale(step: name, names: names, scales: scales)
  }
}

/// Shifts and stretches columns of numbers by what outliers do not move: `(x - median) / (Q3 - Q1)`.
///
/// Missing values stay missing; a column whose quantiles are one number is only shifted. Weights do not count.
package struct RobustScale: PreparationStep {
  package static let archiveName = "robust_scale"
  package let columns: ColumnChoice
  /// Between which quantiles the spread is measured.
  package let low: Double
  package let high: Double

  package init(columns: [String] = [], low: Double = 0.25, high: Double = 0.75) throws {
    guard low >= 0, high <= 1, low < high else {
      throw ModelError("`robust_scale` measures between two quantiles from 0 to 1, not from \(low) to \(high)")
    }
    self.columns = ColumnChoice(columns)
    self.low = low
    self.high = high
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try RobustScale(
        columns: archive.part("columns").asTexts(), low: archive.part("low").asFloat(),
        high: archive.part("high").asFloat())
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("low", .float(low), default: .float(0.25)),
      Setting("high", .float(high), default: .float(0.75)),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedScale {
    let names = try columns.picked(from: sample.features, for: name, .numbers)
    let found = try sample.features.columns(named: names, for: name)
    let scales = try context.workers.map(names.count) { place in
      let values = try found[place].presentAmounts(named: names[place], for: name)
      let quantiles = OrderStatistics.quantiles(values, at: [0.5, low, high])
      let spread = quantiles[2] - quantiles[1]
      guard spread.isFinite else { throw ModelError("the column `\(names[place])` holds numbers too far apart") }
      return FittedScale.Scale(shift: quantiles[0], divisor: spread == 0 ? 1 : spread)
    }
    return FittedScale(step: name, names: names, scales: scales)
  }
}
