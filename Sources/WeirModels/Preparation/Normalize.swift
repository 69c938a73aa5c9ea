package import WeirBase
package import WeirTables

/// Stretches each row to length one, over the columns that it works on: `x / |x|`.
///
/// Nothing is learned but which columns. Missing values count for nothing and stay missing; a row of zeros stays so.
package struct Normalize: PreparationStep {
  package static let archiveName = "normalize"
  package enum Norm: String, Sendable, CaseIterable { case l1, l2, max }

  package let columns: ColumnChoice
  package let norm: Norm

  package init(columns: [String] = [], norm: Norm = .l2) {
    self.columns = ColumnChoice(columns)
    self.norm = norm
  }

  package init(archive: Archive) throws {
    guard let norm = Norm(rawValue: try archive.part("norm").asText()) else { throw ArchiveError("an unknown `norm`") }
    self.init(columns: try archive.part("columns").asTexts(), norm: norm)
  }

  package var settings: [Setting] {
    [columns.setting, Setting("norm", .text(norm.rawValue), default: .text("l2"))]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedNormalize {
    FittedNormalize(names: try columns.picked(from: sample.features, for: name, .numbers), norm: norm)
  }
}

/// The columns whose rows are stretched.
package struct FittedNormalize: ParallelTransformer {
  package static let archiveName = "fitted_normalize"
  let names: [String]
  let norm: Normalize.Norm

  init(names: [String], norm: Normalize.Norm) {
    self.names = names
    self.norm = norm
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    guard let norm = Normalize.Norm(rawValue: try archive.part("norm").asText()) else {
      throw ArchiveError("an unknown `norm`")
    }
    self.norm = norm
  }

  package var archive: Archive { .of(["names": .texts(names), "norm": .text(norm.rawValue)]) }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "normalize")
    let values = try old.indices.map { try old[$0].amounts(named: names[$0], for: "normalize") }
    let lengths = try workers.mapRows(features.rowCount) { rows in self.lengths(rows, values, old) }.flatMap { $0 }
    return try features.replacing(names, for: "normalize", workers: workers) { place, column in
      let x = values[place]
      return Column(.float(x.indices.map { x[$0] / lengths[$0] }), validity: column.validity)
    }
  }

  /// The length of each row, 1 where it is zero. The largest number is divided by first, so that no square overflows.
  private func lengths(_ rows: Range<Int>, _ values: [[Double]], _ columns: [Column]) -> [Double] {
    rows.map { row in
      var largest = 0.0
      for (x, column) in zip(values, columns) where !column.isMissing(row) { largest = max(largest, abs(x[row])) }
      guard largest > 0, largest.isFinite, norm != .max else { return largest > 0 ? largest : 1 }
      var sum = 0.0
      for (x, column) in zip(values, columns) where !column.isMissing(row) {
        let part = abs(x[row]) / largest
        sum += norm == .l1 ? part : part * part
      }
      return largest * (norm == .l1 ? sum : sum.squareRoot())
    }
  }
}
