package import WeirCatalog
import WeirDiagnostics
import WeirTables

/// Which builtin reads a file as a table, by the end of its name.
package enum TableFormats {
  private static let readers: [(endings: [String], builtin: String)] = [
    (["csv", "tsv", "tab", "txt"], "read_csv"), (["jsonl", "ndjson"], "read_jsonl"), (["json"], "read_json"),
    (["sqlite", "sqlite3", "db"], "read_sqlite"), (["parquet"], "read_parquet"), (["arrow", "feather", "ipc"], "read_arrow"),
    (["xlsx"], "read_excel"),
  ]
  private static let packings = ["gz", "zst"]

  /// The endings that this catalog can read.
  package static func endings(_ catalog: Catalog) -> [String] {
    readers.filter { catalog[$0.builtin] != nil }.flatMap(\.endings)
  }

  /// The call that reads a file, as source text; throws where the format is not known or a table must be chosen.
  package static func call(reading path: String, table: String?, catalog: Catalog) throws -> String {
    var parts = Folder.lastPart(of: path).split(separator: ".").map { $0.lowercased() }
    if let last = parts.last, packings.contains(last) { parts.removeLast() }
    guard let ending = parts.count > 1 ? parts.last : nil,
      let reader = readers.first(where: { $0.endings.contains(ending) }), let builtin = catalog[reader.builtin]
    else { throw Diagnostic.unknownTableFormat(path, known: endings(catalog)) }
    var arguments = Value.quoted(path)
    if reader.builtin == "read_sqlite", table == nil {
      let tables = try SQLiteReader(path, name: path).tables()
      guard tables.count == 1 else { throw Diagnostic.tableNotChosen(path, tables: tables) }
    }
    if let table {
      guard let name = ["table", "sheet"].first(where: { name in builtin.slots.contains { $0.name == name } }) else {
        throw Diagnostic.unfitRule("`--table` chooses a table of a database, and `\(path)` holds one alone", mend: "leave it out")
      }
      arguments += ", \(name): \(Value.quoted(table))"
    }
    return "\(reader.builtin)(\(arguments))"
  }
}
