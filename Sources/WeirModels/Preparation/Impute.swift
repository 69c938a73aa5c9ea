package import WeirBase
package import WeirTables

/// Fills missing values with what the other values teach.
///
/// Numbers get the median, the mean or the most frequent value of their column, or the mean of the nearest rows (`knn`);
/// texts, bools and dates always the most frequent value (of equally frequent ones the smallest); `constant` gives a
/// value of the user's, or 0 and "missing". With `indicator`, a column `age_was_missing` says which rows were filled,
/// for the columns that lacked values in training. Weights count for the mean and the most frequent value.
package struct Impute: PreparationStep {
  package static let archiveName = "impute"
  package enum Method: String, Sendable, CaseIterable { case median, mean, mode, constant, knn }

  package let columns: ColumnChoice
  package let how: Method
  /// What `constant` fills in.
  package let value: Scalar
  /// How many rows `knn` asks.
  package let neighbors: Int
  package let indicator: Bool

  package init(
    columns: [String] = [], how: Method = .median, value: Scalar = .missing, neighbors: Int = 5, indicator: Bool = false
  ) throws {
    guard neighbors >= 1 else { throw ModelError.settingTooSmall("neighbors", of: "impute", least: 1, found: neighbors) }
    guard value == .missing || how == .constant else {
      throw ModelError("`value` stands only with `constant`", mend: "write `how: \"constant\"`")
    }
    self.columns = ColumnChoice(columns)
    self.how = how
    self.value = value
    self.neighbors = neighbors
    self.indicator = indicator
  }

  package init(archive: Archive) throws {
    guard let how = Method(rawValue: try archive.part("how").asText()) else { throw ArchiveError("an unknown way to impute") }
    self = try readingSettings {
      try Impute(
        columns: archive.part("columns").asTexts(), how: how, value: Scalar(setting: archive.part("value")),
        neighbors: archive.part("neighbors").asInt(), indicator: archive.part("indicator").asBool())
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("how", .text(how.rawValue), default: .text("median")),
      Setting("value", value.setting, default: Archive.none),
      Setting("neighbors", .int(Int64(neighbors)), default: .int(5)),
      Setting("indicator", .bool(indicator), default: .bool(false)),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedImpute {
    let names = try columns.picked(from: sample.features, for: name, .values)
    let found = try sample.features.columns(named: names, for: name)
    let weights = try sample.checkedWeights(for: name)
    let fills = try context.workers.columns(
      names.count, rows: sample.rowCount, splits: { how == .mean || found[$0].type == .text }
    ) { place, workers in
      try context.cancellation.check()
      return try fill(for: found[place], named: names[place], weights: weights, workers: workers)
    }
    var neighbors: NeighborFill?
    if how == .knn {
      let places = names.indices.filter { ColumnChoice.Kind.amounts.fits(found[$0].type) }
      neighbors = try NeighborFill(
        names: places.map { names[$0] }, columns: places.map { found[$0] }, count: self.neighbors)
    }
    return FittedImpute(
      names: names, fills: try Column.each(fills), neighbors: neighbors,
      indicated: indicator ? names.indices.filter { found[$0].missingCount > 0 }.map { names[$0] } : [])
  }

  private func fill(
    for column: Column, named column_: String, weights: [Double]?, workers: Workers
  ) throws -> Scalar {
    if how == .constant { return try constant(for: column, named: column_) }
    guard column.missingCount < column.count else {
      throw PreparationError.nothingToLearn(step: name, column: column_)
    }
    guard ColumnChoice.Kind.amounts.fits(column.type), how != .mode else {
      return column.mostFrequent(weights: weights, workers: workers)
    }
    let number: Double
    if how == .median {
      number = OrderStatistics.quantiles(try column.presentAmounts(named: column_, for: name), at: [0.5])[0]
    } else {
      number = try ColumnMoments(column, named: column_, for: name, weights: weights, workers: workers).mean
    }
    // A whole number keeps a column of ints one of ints; the mean of some neighbours need not be whole.
    if column.type == .int, how != .knn, let whole = Int64(exactly: number) { return .int(whole) }
    return .float(number)
  }

  private func constant(for column: Column, named column_: String) throws -> Scalar {
    if value == .missing {
      switch column.type {
      case .int: return .int(0)
      case .float: return .float(0)
      case .text: return .text("missing")
      case .bool: return .bool(false)
      default: throw ModelError("`impute` needs a `value` for the \(column.type) column `\(column_)`")
      }
    }
    if case .float = value, column.type == .int { return value }
    guard let fitting = value.converted(to: column.type) else {
      throw ModelError("`impute` can't put \(formatScalar(value)) into the \(column.type) column `\(column_)`")
    }
    return fitting
  }
}

extension Column {
  /// Columns of one row, one for each value.
  static func each(_ values: [Scalar]) throws -> [Column] { try values.map { try Column(scalars: [$0]) } }
}
