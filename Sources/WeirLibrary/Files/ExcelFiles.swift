import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Sheets of Excel workbooks.
  mutating func defineExcelFiles() {
    define("read_excel", "Reads a sheet of an Excel workbook (.xlsx) into a table.") { f in
      let path = f.required(String.self, "path", "The workbook, or a pattern like data/*.xlsx; relative to the notebook.")
      let sheet = f.optional(Value.self, "sheet", "The name of the sheet, or its number from 1; the first where left out.",
        accepts: .either([.string, .int]))
      let header = f.optional(Value.self, "header",
        "Whether the first row that holds anything names the columns (true where left out), or the number of the row that does.",
        accepts: .either([.bool, .int]))
      let columns = f.optional([String].self, "columns", "The names of the columns to read, in this order.")
      let types = f.optional(Record.self, "types", "Types that are not left to the cells: `{id: \"text\"}`.")
      let missing = f.optional([String].self, "missing", default: CSVOptions.standardMissing, "What stands for a missing value.")
      let merged = f.choice("merged", ["first", "fill"], default: "first",
        "Whether only the first of merged cells has their value, or each.")
      let source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
      f.returns(.anyTable)
      f.effect(.reads)
      f.details(
        """
        Numbers that a date format shows as days are dates, with a time of day datetimes, and numbers shown as hours and \
        minutes durations; whole numbers are ints. Formulas give the value that Excel computed last; errors like `#N/A` \
        are missing. A column with cells of several kinds is one of texts. Rows that hold nothing are passed over. \
        Files of the older .xls form, and files with a password, must be saved as .xlsx first.
        """)
      f.example("read_excel(\"book.xlsx\", sheet: \"Sales\") |> columns()", gives: "[\"day\", \"item\", \"price\"]")
      f.example("read_excel(\"book.xlsx\", sheet: 2).rate", gives: "[0.5]")
      f.seeAlso("read_csv", "read_sqlite")
      f.body { call in
        var options = SheetOptions(
          columns: try call[columns], missing: try call[missing], fillsMerged: try call[merged] == "fill")
        switch try call[header] {
        case .bool(false): options.header = .none
        case .int(let row): options.header = .row(Int(clamping: row))
        default: options.header = .first
        }
        for field in try call[types]?.fields ?? [] {
          options.types[field.name] = try call.columnType(field.value, of: field.name)
        }
        let paths = try call.files(try call[path]), chosen = try call[sheet], read = options
        let host = call.host
        let tables = try call.workers.map(paths.count) { place in
          let book = try Workbook(try host.read(paths[place]), name: paths[place])
          switch chosen {
          case .string(let name): return try book.table(sheet: name, read)
          case .int(let number): return try book.table(number: Int(clamping: number), read)
          default: return try book.table(read)
          }
        }
        return try call.below(tables.map { LazyTable($0) }, paths, source: try call[source])
      }
    }
  }
}
