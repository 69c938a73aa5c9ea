import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Finding out what data is there.
  mutating func defineSources() {
    define("sources", "Tells what data lies in a folder: files, tables, columns, rows and sizes.") { f in
      let folder = f.required(String.self, "folder", "The folder, or one file; relative to the notebook.")
      f.returns(
        .table(TableType(columns: [
          ("path", .text), ("kind", .text), ("format", .text), ("table", .text), ("rows", .int), ("exact", .bool),
          ("columns", .int), ("size", .text), ("modified", .dateTime), ("about", .text),
        ])))
      f.effect(.reads)
      f.details(
        """
        Folders within it are looked into as well, names that start with a point are not. Only the beginning of large \
        files is read: where `exact` is false, `rows` is an estimate. Every table of a database and every sheet of a \
        workbook has a row of its own. `about` names the columns and their types, and of files that can't be read the reason.
        """)
      f.example("sources(\"data\") |> map(row => [row.path, row.rows, row.columns])", gives: "[[\"data/a.csv\", 2, 2]]")
      f.seeAlso("read_csv", "read_sqlite", "read_excel", "read_text")
      f.body { call in
        let (folder, host, cancellation) = (try call[folder], call.host, call.cancellation)
        let paths = try call.sourcePaths(folder)
        let found = try call.workers.map(paths.count) { place in
          try cancellation.check()
          return SourceRow.rows(of: paths[place], host, cancellation)
        }
        return .table(try SourceRow.table(found.flatMap { $0 }))
      }
    }
  }
}

extension Call {
  /// All files of a folder and of those in it; a file is itself.
  fileprivate func sourcePaths(_ folder: String) throws -> [String] {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if folder.contains(where: { "*?[".contains($0) }) { return try host.matching(folder) }
    // The folder itself is asked for first: one that is not there is an error, one without files is not.
    let beside = try host.matching(folder.isEmpty ? "." : folder)
    if beside == [folder] { return beside }
    let pattern = folder.isEmpty || folder == "." ? "**/*" : folder == "/" ? "/**/*" : folder + "/**/*"
    let all = (try? host.matching(pattern)) ?? []
    guard all.count <= 100_000 else { throw TableError.other("`\(folder)` has more than 100000 files", mend: "look into one of its folders") }
    return all
  }
}

/// One row of what `sources` tells.
private struct SourceRow: Sendable {
  var path: String
  var kind: String
  var format: String
  var table: String?
  var rows: Int?
  var isExact: Bool?
  var columns: Int?
  var size: Int
  var modified: Instant?
  var about: String

  static func rows(of path: String, _ host: any Host, _ cancellation: Cancellation) -> [SourceRow] {
    let look: FileLook
    do { look = try host.look(at: path) } catch {
      return [SourceRow(path: path, kind: "unreadable", format: "", size: 0, about: reason(error))]
    }
    let file = SourceFile(path, look, cancellation)
    let packed = file.isPacked ? ", gzip" : ""
    let bare = SourceRow(
      path: path, kind: "other", format: (file.ending.isEmpty ? "" : file.ending) + packed, size: file.size,
      modified: look.modified, about: file.size == 0 ? "empty" : "")
    guard file.size > 0, let format = SourceFormat.of(file) else { return [bare] }
    do {
      return try format.parts(file).map { part in
        var row = bare
        (row.kind, row.format, row.table, row.rows) = (format.kind, format.name + packed, part.table, part.rows)
        row.isExact = part.rows == nil ? nil : part.isExact
        row.columns = part.columns?.count ?? part.columnCount
        row.about = part.columns.map(named) ?? part.about
        return row
      }
    } catch {
      var row = bare
      (row.kind, row.format, row.about) = ("unreadable", format.name + packed, reason(error))
      return [row]
    }
  }

  private static func named(_ columns: [(name: String, type: ColumnType?)]) -> String {
    let shown = columns.prefix(8).map { column in
      column.type.map { "\(column.name) \($0)" } ?? column.name
    }
    return shown.joined(separator: ", ") + (columns.count > 8 ? ", … \(columns.count - 8) more" : "")
  }

  private static func reason(_ error: any Error) -> String { Diagnostic.from(error, at: nil).title }

  static func table(_ rows: [SourceRow]) throws -> Table {
    func texts(_ value: (SourceRow) -> String?) throws -> Column {
      try Column(scalars: rows.map { value($0).map { .text($0) } ?? .missing }, as: .text)
    }
    func ints(_ value: (SourceRow) -> Int?) throws -> Column {
      try Column(scalars: rows.map { value($0).map { .int(Int64($0)) } ?? .missing }, as: .int)
    }
    return try Table([
      ("path", try texts(\.path)), ("kind", try texts(\.kind)), ("format", try texts { $0.format.isEmpty ? nil : $0.format }),
      ("table", try texts(\.table)), ("rows", try ints(\.rows)),
      ("exact", try Column(scalars: rows.map { $0.isExact.map { .bool($0) } ?? .missing }, as: .bool)),
      ("columns", try ints(\.columns)), ("size", try texts { byteSize(Int64($0.size)) }),
      ("modified", try Column(scalars: rows.map { $0.modified.map { .dateTime($0) } ?? .missing }, as: .dateTime)),
      ("about", try texts { $0.about.isEmpty ? nil : $0.about }),
    ])
  }
}
