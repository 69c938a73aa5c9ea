package import WeirBase
package import WeirTables

/// Keeps the first of rows that are alike, among the rows to learn from only: new rows are never dropped.
///
/// Rows are alike where the columns named agree, or all features and the target.
package struct RemoveDuplicates: Transformer {
  package static let archiveName = "remove_duplicates"
  package let columns: ColumnChoice

  package init(columns: [String] = []) { self.columns = ColumnChoice(columns) }
  package init(archive: Archive) throws { self.init(columns: try archive.part("columns").asTexts()) }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "remove_duplicates" }
  package var settings: [Setting] { [columns.setting] }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    let names = try columns.picked(from: sample.features, for: name, .any)
    var compared = names.compactMap { sample.features[$0] }
    if columns.names.isEmpty, let target = sample.target { compared.append(target) }
    let rows = Grouping(by: compared, count: sample.rowCount).firstRows
    return (FittedColumns(names: sample.features.names), try sample.taking(rows))
  }
}

/// Keeps the columns named, in that order, and drops the others.
package struct SelectColumns: Transformer {
  package static let archiveName = "select_columns"
  package let columns: [String]

  package init(columns: [String]) throws {
    guard !columns.isEmpty else {
      throw ModelError("`select_columns` keeps no column", mend: "name some: `select_columns(.age, .income)`")
    }
    guard Set(columns).count == columns.count else { throw ModelError("`select_columns` names a column twice") }
    self.columns = columns
  }

  package init(archive: Archive) throws { try self.init(columns: archive.part("columns").asTexts()) }

  package var archive: Archive { .record(settings.map { Archive.Field($0.name, $0.value) }) }
  package var name: String { "select_columns" }
  package var settings: [Setting] { [.columns(columns)] }

  package func fit(
    _ sample: TrainingSample, in context: FitContext
  ) throws -> (fitted: any FittedTransformer, sample: TrainingSample) {
    var out = sample
    out.features = try sample.features.selecting(columns)
    return (FittedColumns(names: columns), out)
  }
}

/// New rows with the columns that were kept in training.
package struct FittedColumns: FittedTransformer {
  package static let archiveName = "fitted_columns"
  let names: [String]

  init(names: [String]) { self.names = names }
  package init(archive: Archive) throws { names = try archive.asTexts() }
  package var archive: Archive { .texts(names) }

  package func apply(to features: Table) throws -> Table {
    let absent = names.filter { features[$0] == nil }
    guard absent.isEmpty else { throw ModelError.columnsAbsent(absent, from: features.names, for: "the plan") }
    return try features.selecting(names)
  }
}
