package import WeirBase
package import WeirTables

/// Shifts and stretches columns of numbers to mean 0 and standard deviation 1: `(x - mean) / sd`.
///
/// The deviation divides by n. Missing values are left out of both and stay missing; a constant column becomes 0.
package struct Standardize: Transformer {
  package static let archiveName = "standardize"
  package let columns: ColumnChoice

  package init(columns: [String] = []) { self.columns = ColumnChoice(columns) }
  package init(archive: Archive) throws { self.init(columns: try archive.part("columns").asTexts()) }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "standardize" }
  package var settings: [Setting] { [columns.setting] }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, wanted: "numbers", where: ColumnChoice.isAmount)
    let scales = try names.map { column in
      let values = try sample.features.column(column).presentAmounts(named: column, for: name)
      return Standardize.scale(values)
    }
    return try FittedScale(step: name, names: names, scales: scales).fitted(on: sample)
  }

  private static func scale(_ values: [Double]) -> FittedScale.Scale {
    let center = mean(values), count = Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / count
    // A variance that rounding alone can explain is none (scikit-learn's bound).
    let epsilon = Double.ulpOfOne, bound = count * epsilon * variance + (count * center * epsilon) * (count * center * epsilon)
    return FittedScale.Scale(shift: center, factor: variance <= bound ? 1 : 1 / variance.squareRoot(), divides: variance > bound)
  }
}

/// Shifts and stretches columns of numbers to lie between two ends: `low + (x - min) / (max - min) * (high - low)`.
///
/// New rows may lie beyond the ends. Missing values stay missing; a constant column becomes `low`.
package struct MinMaxScale: Transformer {
  package static let archiveName = "min_max_scale"
  package let columns: ColumnChoice
  package let low: Double
  package let high: Double

  package init(columns: [String] = [], low: Double = 0, high: Double = 1) throws {
    guard low.isFinite, high.isFinite, low < high else {
      throw ModelError("`min_max_scale` goes from a lower to a higher end, not from \(low) to \(high)")
    }
    self.columns = ColumnChoice(columns)
    self.low = low
    self.high = high
  }

  package init(archive: Archive) throws {
    try self.init(
      columns: archive.part("columns").asTexts(), low: archive.part("low").asFloat(), high: archive.part("high").asFloat())
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "min_max_scale" }
  package var settings: [Setting] {
    [
      columns.setting, Setting("low", .float(low), default: .float(0)), Setting("high", .float(high), default: .float(1)),
    ]
  }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, wanted: "numbers", where: ColumnChoice.isAmount)
    let scales = try names.map { column in
      let values = try sample.features.column(column).presentAmounts(named: column, for: name)
      let least = values.min() ?? 0, width = (values.max() ?? 0) - least
      return FittedScale.Scale(shift: least, factor: (high - low) / (width == 0 ? 1 : width), offset: low)
    }
    return try FittedScale(step: name, names: names, scales: scales).fitted(on: sample)
  }
}

/// What `standardize` and `min_max_scale` learned: `(x - shift) * factor + offset` for each column.
package struct FittedScale: FittedTransformer {
  package static let archiveName = "fitted_scale"

  struct Scale: Sendable {
    let shift: Double
    let factor: Double
    var offset = 0.0
    /// Divides by the inverse of `factor`, which spares a rounding.
    var divides = false
  }

  let step: String
  let names: [String]
  let scales: [Scale]

  init(step: String, names: [String], scales: [Scale]) {
    self.step = step
    self.names = names
    self.scales = scales
  }

  package init(archive: Archive) throws {
    step = try archive.part("step").asText()
    names = try archive.part("names").asTexts()
    scales = try archive.part("scales").asList().map { scale in
      let numbers = try scale.asFloats()
      guard numbers.count == 4 else { throw ArchiveError("a scale is four numbers") }
      return Scale(shift: numbers[0], factor: numbers[1], offset: numbers[2], divides: numbers[3] != 0)
    }
    guard scales.count == names.count else { throw ArchiveError("one scale a column is needed") }
  }

  package var archive: Archive {
    .of([
      "step": .text(step), "names": .texts(names),
      "scales": .list(scales.map { .floats([$0.shift, $0.factor, $0.offset, $0.divides ? 1 : 0]) }),
    ])
  }

  package func apply(to features: Table) throws -> Table {
    try features.replacing(names, for: step) { place, column in
      let scale = scales[place], divisor = 1 / scale.factor
      let values = try column.amounts(named: names[place], for: step)
      let scaled = scale.divides
        ? values.map { ($0 - scale.shift) / divisor }
        : values.map { ($0 - scale.shift) * scale.factor + scale.offset }
      return Column(.float(scaled), validity: column.validity)
    }
  }

  fileprivate func fitted(on sample: TrainingSample) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    var out = sample
    out.features = try apply(to: sample.features)
    return (self, out)
  }
}
