package import WeirBase
package import WeirTables

/// Turns each category of a column into a column of its own that is true on the rows which hold it.
///
/// Columns are called `sex_male` and stand where the column stood. A category that was not seen in training is false
/// in all of them. Missing values that were seen in training are a category of their own (`sex_missing`); others are
/// false in all.
package struct OneHot: Transformer {
  package static let archiveName = "one_hot"
  /// More categories than this are an error: they are no categories.
  static let largestCategoryCount = 10_000
  package enum Dropped: String, Sendable, CaseIterable {
    case none
    /// The first category of each column: it follows from the others, which a linear model without penalty minds.
    case first
  }

  package let columns: ColumnChoice
  package let drop: Dropped

  package init(columns: [String] = [], drop: Dropped = .none) {
    self.columns = ColumnChoice(columns)
    self.drop = drop
  }

  package init(archive: Archive) throws {
    guard let drop = Dropped(rawValue: try archive.part("drop").asText()) else { throw ArchiveError("an unknown `drop`") }
    self.init(columns: try archive.part("columns").asTexts(), drop: drop)
  }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "one_hot" }
  package var settings: [Setting] {
    [columns.setting, Setting("drop", .text(drop.rawValue), default: .text("none"))]
  }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, wanted: "texts, bools, ints and dates") { column in
      switch column.type {
      case .text: true
      case .bool, .int, .date: !columns.names.isEmpty
      default: false
      }
    }
    let categories = try names.map { try learn(sample.features.column($0), named: $0) }
    let fitted = FittedOneHot(names: names, categories: categories)
    var out = sample
    out.features = try fitted.apply(to: sample.features)
    return (fitted, out)
  }

  private func learn(_ column: Column, named name: String) throws -> FittedOneHot.Categories {
    let labels = ClassLabels(of: column)
    guard labels.count <= OneHot.largestCategoryCount else {
      throw ModelError(
        "the column `\(name)` has \(labels.count) different values, too many for `one_hot`",
        mend: "leave it out: `drop(.\(name))`")
    }
    return FittedOneHot.Categories(labels: labels, hasMissing: column.missingCount > 0, skipsFirst: drop == .first)
  }
}

/// What `one_hot` learned: the categories of each column.
package struct FittedOneHot: FittedTransformer {
  package static let archiveName = "fitted_one_hot"

  struct Categories: Sendable {
    let labels: ClassLabels
    let hasMissing: Bool
    let skipsFirst: Bool
  }

  let names: [String]
  let categories: [Categories]

  init(names: [String], categories: [Categories]) {
    self.names = names
    self.categories = categories
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    categories = try archive.part("categories").asList().map { entry in
      Categories(
        labels: try ClassLabels(archive: entry.part("labels")), hasMissing: try entry.part("missing").asBool(),
        skipsFirst: try entry.part("skips_first").asBool())
    }
    guard categories.count == names.count else { throw ArchiveError("the categories of each column are needed") }
  }

  package var archive: Archive {
    .of([
      "names": .texts(names),
      "categories": .list(categories.map {
        .of(["labels": $0.labels.archive, "missing": .bool($0.hasMissing), "skips_first": .bool($0.skipsFirst)])
      }),
    ])
  }

  package func apply(to features: Table) throws -> Table {
    let absent = names.filter { features[$0] == nil }
    guard absent.isEmpty else { throw ModelError.columnsAbsent(absent, from: features.names, for: "one_hot") }
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var parts: [(name: String, column: Column)] = []
    for (name, column) in zip(features.names, features.columns) {
      if let place = places[name] { parts += expand(column, name, categories[place]) } else { parts.append((name, column)) }
    }
    return try Table(parts, rowCount: features.rowCount, lineage: features.lineage)
  }

  private func expand(_ column: Column, _ name: String, _ categories: Categories) -> [(name: String, column: Column)] {
    let codes = categories.labels.codes(of: column), labels = categories.labels.names
    var parts: [(name: String, column: Column)] = labels.indices.map { number in
      ("\(name)_\(labels[number])", Column(.bool(codes.map { $0 == Int32(number) })))
    }
    if categories.hasMissing {
      let own = labels.contains("missing") ? "\(name)_is_missing" : "\(name)_missing"
      parts.append((own, Column(.bool((0..<column.count).map { column.isMissing($0) }))))
    }
    return categories.skipsFirst ? Array(parts.dropFirst()) : parts
  }
}
