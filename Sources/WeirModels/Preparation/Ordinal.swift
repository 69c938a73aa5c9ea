package import WeirBase
package import WeirTables

/// Puts the number of each category in its place, from 0 on: in the order given, or else ascending.
///
/// Missing values stay missing. A category that was not seen in training is an error, or missing.
package struct Ordinal: PreparationStep {
  package static let archiveName = "ordinal"
  package enum Unknown: String, Sendable, CaseIterable { case error, missing }

  package let columns: ColumnChoice
  /// From the lowest to the highest; empty to learn it.
  package let order: [Scalar]
  package let unknown: Unknown

  package init(columns: [String] = [], order: [Scalar] = [], unknown: Unknown = .error) throws {
    guard !order.contains(.missing) else { throw ModelError("the `order` of `ordinal` can't hold missing") }
    guard Set(order).count == order.count else { throw ModelError("the `order` of `ordinal` names a category twice") }
    self.columns = ColumnChoice(columns)
    self.order = order
    self.unknown = unknown
  }

  package init(archive: Archive) throws {
    guard let unknown = Unknown(rawValue: try archive.part("unknown").asText()) else {
      throw ArchiveError("an unknown setting of `ordinal`")
    }
    self = try readingSettings {
      try Ordinal(
        columns: archive.part("columns").asTexts(), order: archive.part("order").asList().map { try Scalar(setting: $0) },
        unknown: unknown)
    }
  }

  package var settings: [Setting] {
    [
      columns.setting, Setting("order", .list(order.map(\.setting)), default: .list([])),
      Setting("unknown", .text(unknown.rawValue), default: .text("error")),
    ]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedOrdinal {
    let names = try columns.picked(from: sample.features, for: name, .categories)
    let found = try sample.features.columns(named: names, for: name)
    let labels = try context.workers.map(names.count) { place in
      guard order.isEmpty else { return try ordered(like: found[place], named: names[place]) }
      return Categories(of: found[place]).labels
    }
    return FittedOrdinal(names: names, labels: labels, unknown: unknown)
  }

  private func ordered(like column: Column, named column_: String) throws -> ClassLabels {
    let labels = try order.map { value in
      guard let fitting = value.converted(to: column.type) else {
        throw ModelError("the `order` of `ordinal` holds \(formatScalar(value)), and the column `\(column_)` holds \(column.type) values")
      }
      return fitting
    }
    return ClassLabels(try Column(scalars: labels))
  }
}

/// What `ordinal` learned: the categories of each column in their order.
package struct FittedOrdinal: ParallelTransformer {
  package static let archiveName = "fitted_ordinal"
  let names: [String]
  let labels: [ClassLabels]
  let unknown: Ordinal.Unknown

  init(names: [String], labels: [ClassLabels], unknown: Ordinal.Unknown) {
    self.names = names
    self.labels = labels
    self.unknown = unknown
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    labels = try archive.part("labels").asList().map { try ClassLabels(archive: $0) }
    guard labels.count == names.count else { throw ArchiveError("the categories of each column are needed") }
    guard let unknown = Ordinal.Unknown(rawValue: try archive.part("unknown").asText()) else {
      throw ArchiveError("an unknown setting of `ordinal`")
    }
    self.unknown = unknown
  }

  package var archive: Archive {
    .of([
      "names": .texts(names), "labels": .list(labels.map(\.archive)), "unknown": .text(unknown.rawValue),
    ])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    try features.replacing(names, for: "ordinal", workers: workers) { place, column in
      let codes = try labels[place].categoryCodes(of: column, named: names[place], for: "ordinal")
      if unknown == .error, let row = codes.firstIndex(of: CategoryCode.unknown) {
        throw PreparationError.unknownCategory(
          step: "ordinal", column: names[place], value: formatScalar(column.scalar(at: row)))
      }
      return Column(.int(codes.map { Int64(max($0, 0)) }), validity: Bitmap(codes.map { $0 >= 0 }))
    }
  }

  package var lessons: [Lesson] {
    zip(names, labels).flatMap { name, labels in
      labels.names.enumerated().map { Lesson(name, "\($0.offset)", .text($0.element)) }
    }
  }
}
