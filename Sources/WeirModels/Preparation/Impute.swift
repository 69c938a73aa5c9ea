package import WeirBase
package import WeirTables

/// Fills missing values with one learned from each column.
///
/// Numbers get the median, the mean or the most frequent value; texts, bools and dates always the most frequent one
/// (of equally frequent ones the smallest); `constant` gives a value of the user's, or 0 and "missing".
package struct Impute: Transformer {
  package static let archiveName = "impute"
  package enum Method: String, Sendable, CaseIterable { case median, mean, mode, constant }

  package let columns: ColumnChoice
  package let how: Method
  /// What `constant` fills in.
  package let value: Scalar

  package init(columns: [String] = [], how: Method = .median, value: Scalar = .missing) {
    self.columns = ColumnChoice(columns)
    self.how = how
    self.value = value
  }

  package init(archive: Archive) throws {
    guard let how = Method(rawValue: try archive.part("how").asText()) else { throw ArchiveError("an unknown way to impute") }
    self.init(
      columns: try archive.part("columns").asTexts(), how: how, value: try Scalar(setting: archive.part("value")))
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "impute" }
  package var settings: [Setting] {
    [
      columns.setting, Setting("how", .text(how.rawValue), default: .text("median")),
      Setting("value", value.setting, default: Archive.none),
    ]
  }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, wanted: "numbers, texts, bools and dates") {
      if case .objects = $0.storage { false } else { true }
    }
    let fills = try names.map { try fill(for: sample.features.column($0), named: $0) }
    let fitted = FittedImpute(names: names, fills: try Column.each(fills))
    var out = sample
    out.features = try fitted.apply(to: sample.features)
    return (fitted, out)
  }

  private func fill(for column: Column, named column_: String) throws -> Scalar {
    if how == .constant { return try constant(for: column, named: column_) }
    guard column.missingCount < column.count else {
      throw ModelError(
        "`impute` can't learn from the column `\(column_)`: every value is missing",
        mend: "leave it out, `drop(.\(column_))`, or give it a value: `impute(.\(column_), how: \"constant\", value: 0)`")
    }
    guard ColumnChoice.isAmount(column), how != .mode else { return column.mostFrequent }
    let present = try column.presentAmounts(named: column_, for: name)
    let number = how == .mean ? mean(present) : NumberAggregate.quantile(present.sorted(), 0.5)
    // A whole number keeps a column of ints one of ints.
    if column.type == .int, let whole = Int64(exactly: number) { return .int(whole) }
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

/// What `impute` learned: a value for each column.
package struct FittedImpute: FittedTransformer {
  package static let archiveName = "fitted_impute"
  let names: [String]
  /// One column of one row for each name.
  let fills: [Column]

  init(names: [String], fills: [Column]) {
    self.names = names
    self.fills = fills
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    fills = try archive.part("fills").asList().map { fill in
      try Column(archive: fill) { kind, _ in throw ArchiveError("a fill can't be a \(kind)") }
    }
    guard fills.count == names.count, fills.allSatisfy({ $0.count == 1 }) else {
      throw ArchiveError("one value a column is needed")
    }
  }

  package var archive: Archive { .of(["names": .texts(names), "fills": .list(fills.map(\.archive))]) }

  package func apply(to features: Table) throws -> Table {
    try features.replacing(names, for: "impute") { place, column in
      let fill = fills[place]
      let type = fill.type == .float && column.type == .int ? ColumnType.float : column.type
      guard let value = fill.scalar(at: 0).converted(to: type) ?? fill.scalar(at: 0).converted(to: .float),
        type.isNumeric == fill.type.isNumeric, type.isNumeric || type == fill.type
      else {
        throw ModelError(
          "`impute` learned a \(fill.type) for the column `\(names[place])`, which holds \(column.type) values here")
      }
      // Ints stay ints where what was learned is whole, on every table alike.
      return try column.filling(value)
    }
  }
}

extension Column {
  /// Columns of one row, one for each value.
  static func each(_ values: [Scalar]) throws -> [Column] { try values.map { try Column(scalars: [$0]) } }

  /// The value on most rows; of several the smallest. Missing where all are.
  package var mostFrequent: Scalar {
    let labels = ClassLabels(of: self)
    var counts = [Int](repeating: 0, count: labels.count)
    for code in labels.codes(of: self) where code >= 0 { counts[Int(code)] += 1 }
    guard let most = counts.max(), let first = counts.firstIndex(of: most) else { return .missing }
    return labels.column.scalar(at: first)
  }

  /// The column with a value on the rows that have none; a float makes a column of ints one of floats.
  func filling(_ value: Scalar) throws -> Column {
    let wide = value.columnType == .float && type != .float ? try cast(to: .float) : self
    guard let validity = wide.validity else { return wide }
    let extended = try Column.concatenated([wide, Column.repeating(value, count: 1)])
    return extended.taking((0..<count).map { validity[$0] ? $0 : count })
  }
}

extension Scalar {
  /// As a setting of a step.
  package var setting: Archive {
    switch self {
    case .missing: .none
    case .bool(let x): .bool(x)
    case .int(let x): .int(x)
    case .float(let x): .float(x)
    case .text(let x): .text(x)
    case .date, .dateTime, .duration: .text(formatScalar(self))
    }
  }

  package init(setting: Archive) throws {
    switch setting {
    case .none: self = .missing
    case .bool(let x): self = .bool(x)
    case .int(let x): self = .int(x)
    case .float(let x): self = .float(x)
    case .text(let x): self = .text(x)
    default: throw ArchiveError("expected a single value")
    }
  }
}

/// The mean, from differences to a first estimate, so that large offsets cost no digits.
func mean(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return .nan }
  let count = Double(values.count)
  let rough = values.reduce(0, +) / count
  guard rough.isFinite else { return rough }
  return rough + values.reduce(0) { $0 + ($1 - rough) } / count
}
