package import WeirBase
import WeirTables

/// Turns each category of a column into a column of its own that is true on the rows which hold it.
///
/// Columns are called `sex_male` and stand where the column stood. Missing values that were seen in training are a
/// category of their own (`sex_missing`); others are false in all. Categories on fewer rows than `min_frequency`, and
/// those beyond the `max_categories` most frequent, share one column, `sex_rare`. A category that was not seen in
/// training is false in all columns, an error, or rare.
package struct OneHot: PreparationStep {
  package static let archiveName = "one_hot"
  /// More categories than this are an error: they are no categories.
  static let largestCategoryCount = 10_000
  package enum Dropped: String, Sendable, CaseIterable {
    case none
    /// The first category of each column: it follows from the others, which a linear model without penalty minds.
    case first
    /// The first category of columns that have two.
    case ifBinary = "if_binary"
  }
  package enum Unknown: String, Sendable, CaseIterable { case ignore, error, rare }

  package let columns: ColumnChoice
  package let drop: Dropped
  /// Nil for no bound.
  package let minFrequency: RowShare?
  /// The column for rare categories counts as one.
  package let maxCategories: Int?
  package let unknown: Unknown

  package init(
    columns: [String] = [], drop: Dropped = .none, minFrequency: RowShare? = nil, maxCategories: Int? = nil,
    unknown: Unknown = .ignore
  ) throws {
    if let maxCategories, maxCategories < 1 {
      throw ModelError.settingTooSmall("max_categories", of: "one_hot", least: 1, found: maxCategories)
    }
    self.columns = ColumnChoice(columns)
    self.drop = drop
    self.minFrequency = try minFrequency?.checked("min_frequency", of: "one_hot")
    self.maxCategories = maxCategories
    self.unknown = unknown
  }

  package init(archive: Archive) throws {
    guard let drop = Dropped(rawValue: try archive.part("drop").asText()),
      let unknown = Unknown(rawValue: try archive.part("unknown").asText())
    else { throw ArchiveError("an unknown setting of `one_hot`") }
    self = try readingSettings {
      try OneHot(
        columns: archive.part("columns").asTexts(), drop: drop,
        minFrequency: archive.part("min_frequency").present.map { try RowShare(setting: $0) },
        maxCategories: archive.part("max_categories").present?.asInt(), unknown: unknown)
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("drop", .text(drop.rawValue), default: .text("none")),
      Setting("min_frequency", minFrequency?.setting ?? .none, default: Archive.none),
      Setting("max_categories", maxCategories.map { .int(Int64($0)) } ?? .none, default: Archive.none),
      Setting("unknown", .text(unknown.rawValue), default: .text("ignore")),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedOneHot {
    let names = try columns.picked(from: sample.features, for: name, .categories)
    let found = try sample.features.columns(named: names, for: name)
    let encodings = try context.workers.columns(
      names.count, rows: sample.rowCount, splits: { found[$0].type == .text }
    ) { try learn(found[$0], named: names[$0], workers: $1) }
    return FittedOneHot(names: names, encodings: encodings)
  }

  private func learn(_ column: Column, named column_: String, workers: Workers) throws -> FittedOneHot.Encoding {
    let categories = Categories(of: column, workers: workers)
    let rare = rareOnes(categories.counts, rows: column.count)
    let isRare = Set(rare)
    let frequent = categories.counts.indices.filter { !isRare.contains($0) }
    guard frequent.count <= OneHot.largestCategoryCount else {
      throw PreparationError.tooManyCategories(
        step: name, column: column_, count: frequent.count, most: OneHot.largestCategoryCount)
    }
    return try FittedOneHot.Encoding(
      labels: ClassLabels(categories.labels.column.taking(frequent)),
      rare: ClassLabels(categories.labels.column.taking(rare)), hasMissing: categories.missingCount > 0,
      drop: drop, unknown: unknown, column: column_)
  }

  /// The numbers of the categories that share a column, ascending; of equally frequent ones the first are rare.
  private func rareOnes(_ counts: [Int], rows: Int) -> [Int] {
    var isRare = [Bool](repeating: false, count: counts.count)
    if let minFrequency {
      let least = minFrequency.count(of: rows)
      for i in counts.indices where Double(counts[i]) < least { isRare[i] = true }
    }
    if let maxCategories {
      let frequent = counts.indices.filter { !isRare[$0] }
      if frequent.count + (frequent.count < counts.count ? 1 : 0) > maxCategories {
        let byCount = frequent.sorted { (counts[$0], $0) < (counts[$1], $1) }
        for i in byCount.dropLast(maxCategories - 1) { isRare[i] = true }
      }
    }
    return counts.indices.filter { isRare[$0] }
  }
}
