import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Sheets of Excel workbooks.
  mutating func defineExcelFiles() {
    define("read_excel", "Reads a sheet of an Excel workbook (.xlsx) into a table.") { f in
      let arguments = ExcelArguments(&f)
      f.returns { bound in try arguments.type(bound) }
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
        let read = try arguments.options(call)
        let paths = try call.files(try call[arguments.path]), chosen = try call[arguments.sheet]
        let host = call.host
        let tables = try call.workers.map(paths.count) { place in
          try ExcelArguments.table(try Workbook(try host.read(paths[place]), name: paths[place]), chosen, read)
        }
        return try call.below(tables.map { LazyTable($0) }, paths, source: try call[arguments.source])
      }
    }
  }
}

/// The parameters of `read_excel`, read the same way when it runs and when it is checked.
struct ExcelArguments: Sendable {
  let path: Parameter<String>
  let sheet: Parameter<Value?>
  private let header: Parameter<Value?>
  private let columns: Parameter<[String]?>
  private let types: Parameter<Record?>
  private let missing: Parameter<[String]>
  private let merged: Parameter<String>
  let source: Parameter<String?>

  init(_ f: inout BuiltinDefinition) {
    path = f.required(String.self, "path", "The workbook, or a pattern like data/*.xlsx; relative to the notebook.")
    sheet = f.optional(Value.self, "sheet", "The name of the sheet, or its number from 1; the first where left out.",
        accepts: .either([.string, .int]))
    header = f.optional(Value.self, "header",
        "Whether the first row that holds anything names the columns (true where left out), or the number of the row that does.",
        accepts: .either([.bool, .int]))
    columns = f.optional([String].self, "columns", "The names of the columns to read, in this order.")
    types = f.optional(Record.self, "types", "Types that are not left to the cells: `{id: \"text\"}`.")
    missing = f.optional([String].self, "missing", default: CSVOptions.standardMissing, "What stands for a missing value.")
    merged = f.choice("merged", ["first", "fill"], default: "first",
        "Whether only the first of merged cells has their value, or each.")
    source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
  }

  static func table(_ book: Workbook, _ sheet: Value?, _ options: SheetOptions) throws -> Table {
    switch sheet {
    case .string(let name): try book.table(sheet: name, options)
    case .int(let number): try book.table(number: Int(clamping: number), options)
    default: try book.table(options)
    }
  }

  func options(_ call: Call) throws -> SheetOptions {
    var options = SheetOptions(
      columns: try call[columns], missing: try call[missing], fillsMerged: try call[merged] == "fill")
    options.header = ExcelArguments.header(try call[header])
    for field in try call[types]?.fields ?? [] {
      options.types[field.name] = try call.columnType(field.value, of: field.name)
    }
    return options
  }

  private static func header(_ value: Value?) -> SheetOptions.Header {
    switch value {
    case .bool(false): .none
    case .int(let row): .row(Int(clamping: row))
    default: .first
    }
  }

  /// The columns of a workbook that is small enough to be read for them; a sheet or a column that it lacks is said.
  func type(_ bound: BoundTypes) throws -> ValueType {
    guard let path = bound.text(path), let sheet = given(bound, sheet), let options = try options(bound),
      let contents = bound.file(path), contents.count <= FileKnowledge.smallEnough
    else { return .table(FileKnowledge.written(columns, types, source, bound)) }
    let table: Table
    do { table = try ExcelArguments.table(try Workbook(contents, name: path), sheet, options) } catch let error as TableError {
      if case .noColumn = error { throw error }
      return .anyTable
    } catch { return .anyTable }
    return try FileKnowledge.type(of: table, source, types, bound)
  }

  /// What an argument is; nil where only the run knows. What is left out is missing.
  private func given(_ bound: BoundTypes, _ parameter: Parameter<Value?>) -> Value? {
    bound.isAbsent(parameter) ? .missing : bound.constant(parameter)
  }

  private func options(_ bound: BoundTypes) throws -> SheetOptions? {
    guard let header = given(bound, header), bound.isAbsent(merged) || bound.text(merged) != nil else { return nil }
    var options = SheetOptions(header: ExcelArguments.header(header), fillsMerged: bound.text(merged) == "fill")
    guard let columns = FileKnowledge.columns(columns, bound) else { return nil }
    (options.columns, options.types) = (columns.names, try FileKnowledge.types(types, bound, of: "read_excel"))
    if !bound.isAbsent(missing) {
      guard let markers = bound.constant(missing).flatMap({ try? [String].from($0) }) else { return nil }
      options.missing = markers
    }
    return options
  }
}
