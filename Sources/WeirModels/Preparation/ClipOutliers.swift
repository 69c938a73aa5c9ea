package import WeirBase
package import WeirTables

/// Brings numbers far from the middle half back to its fences: below `Q1 - factor * IQR`, above `Q3 + factor * IQR`.
///
/// Quartiles are those of the training rows (Tukey 1977 with factor 1.5). Missing values stay missing.
package struct ClipOutliers: Transformer {
  package static let archiveName = "clip_outliers"
  package let columns: ColumnChoice
  package let factor: Double

  package init(columns: [String] = [], factor: Double = 1.5) throws {
    guard factor.isFinite, factor >= 0 else { throw ModelError("the `factor` of `clip_outliers` is not below zero") }
    self.columns = ColumnChoice(columns)
    self.factor = factor
  }

  package init(archive: Archive) throws {
    try self.init(columns: archive.part("columns").asTexts(), factor: archive.part("factor").asFloat())
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "clip_outliers" }
  package var settings: [Setting] { [columns.setting, Setting("factor", .float(factor), default: .float(1.5))] }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, wanted: "numbers", where: ColumnChoice.isAmount)
    let fences = try names.map { column in
      let values = try sample.features.column(column).presentAmounts(named: column, for: name).sorted()
      let low = NumberAggregate.quantile(values, 0.25), high = NumberAggregate.quantile(values, 0.75)
      return FittedClip.Fences(low: low - factor * (high - low), high: high + factor * (high - low))
    }
    let fitted = FittedClip(names: names, fences: fences)
    var out = sample
    out.features = try fitted.apply(to: sample.features)
    return (fitted, out)
  }
}

/// What `clip_outliers` learned: two fences for each column.
package struct FittedClip: FittedTransformer {
  package static let archiveName = "fitted_clip"

  struct Fences: Sendable {
    let low: Double
    let high: Double
  }

  let names: [String]
  let fences: [Fences]

  init(names: [String], fences: [Fences]) {
    self.names = names
    self.fences = fences
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    let low = try archive.part("low").asFloats(), high = try archive.part("high").asFloats()
    guard low.count == names.count, high.count == names.count, zip(low, high).allSatisfy({ $0 <= $1 }) else {
      throw ArchiveError("two fences a column are needed")
    }
    fences = zip(low, high).map { Fences(low: $0, high: $1) }
  }

  package var archive: Archive {
    .of(["names": .texts(names), "low": .floats(fences.map(\.low)), "high": .floats(fences.map(\.high))])
  }

  package func apply(to features: Table) throws -> Table {
    try features.replacing(names, for: "clip_outliers") { place, column in
      let fence = fences[place]
      let values = try column.amounts(named: names[place], for: "clip_outliers")
      return Column(.float(values.map { min(max($0, fence.low), fence.high) }), validity: column.validity)
    }
  }
}
