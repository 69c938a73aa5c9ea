package import WeirBase
package import WeirTables

/// Puts the parts of dates in the place of dates: `born_year`, `born_month`, `born_day`, `born_weekday`, of moments also
/// `born_hour`.
///
/// Nothing is learned but which columns. Missing values stay missing.
package struct TakeDateParts: PreparationStep {
  package static let archiveName = "date_parts"
  package let columns: ColumnChoice
  /// Empty for those above.
  package let parts: [DatePart]

  package init(columns: [String] = [], parts: [DatePart] = []) throws {
    guard Set(parts).count == parts.count else { throw ModelError("`date_parts` is given a part twice") }
    self.columns = ColumnChoice(columns)
    self.parts = parts
  }

  package init(archive: Archive) throws {
    self = try readingSettings {
      try TakeDateParts(
        columns: archive.part("columns").asTexts(), parts: archive.part("parts").asTexts().map(DatePart.init(archived:)))
    }
  }

  package var settings: [Setting] {
    [columns.setting, Setting("parts", .texts(parts.map(\.rawValue)), default: .list([]))]
  }

  package func learn(from sample: TrainingSample, in context: FitContext) throws -> FittedDateParts {
    let names = try columns.picked(from: sample.features, for: name, .dates)
    let usual: [DatePart] = [.year, .month, .day, .weekday]
    return FittedDateParts(names: names, parts: try sample.features.columns(named: names, for: name).map { column in
      parts.isEmpty ? usual + (column.type == .dateTime ? [.hour] : []) : parts
    })
  }
}

/// The parts to take of each column.
package struct FittedDateParts: ParallelTransformer {
  package static let archiveName = "fitted_date_parts"
  let names: [String]
  let parts: [[DatePart]]

  init(names: [String], parts: [[DatePart]]) {
    self.names = names
    self.parts = parts
  }

  package init(archive: Archive) throws {
    names = try archive.part("names").asTexts()
    parts = try archive.part("parts").asList().map { try $0.asTexts().map(DatePart.init(archived:)) }
    guard parts.count == names.count else { throw ArchiveError("the parts of each column are needed") }
  }

  package var archive: Archive {
    .of(["names": .texts(names), "parts": .list(parts.map { .texts($0.map(\.rawValue)) })])
  }

  package func apply(to features: Table, workers: Workers) throws -> Table {
    let old = try features.columns(named: names, for: "date_parts")
    let new = try workers.map(names.count) { place -> [NamedColumn] in
      let column = old[place], name = names[place]
      guard ColumnChoice.Kind.dates.fits(column.type) || column.missingCount == column.count else {
        throw PreparationError.typeChanged(
          step: "date_parts", column: name, learned: "dates", found: column.type.description)
      }
      return try parts[place].map { ("\(name)_\($0.rawValue)", try column.datePart($0)) }
    }
    return try features.putting(new, inPlaceOf: names, for: "date_parts")
  }
}

extension DatePart {
  fileprivate init(archived name: String) throws {
    guard let part = DatePart(rawValue: name) else { throw ArchiveError("an unknown part of dates, `\(name)`") }
    self = part
  }
}
