import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

/// The parameters of `read_csv`, read the same way when it runs and when it is checked.
struct CSVArguments: Sendable {
  let path: Parameter<String>
  private let delimiter: Parameter<String?>
  private let header: Parameter<Bool>
  private let columns: Parameter<[String]?>
  private let types: Parameter<Record?>
  private let missing: Parameter<[String]>
  private let decimal: Parameter<String>
  private let encoding: Parameter<String>
  private let rejects: Parameter<String>
  let source: Parameter<String?>

  init(_ f: inout BuiltinDefinition) {
    path = f.required(String.self, "path", "The file, or a pattern like data/*.csv; relative to the notebook.")
    delimiter = f.optional(String.self, "delimiter", "What stands between values; found out from the file where left out.")
    header = f.optional(Bool.self, "header", default: true, "Whether the first line names the columns; else they are column_1 and so on.")
    columns = f.optional([String].self, "columns", "The names of the columns to read, in this order.")
    types = f.optional(Record.self, "types", "Types that are not left to the file: `{id: \"text\"}`.")
    missing = f.optional([String].self, "missing", default: CSVOptions.standardMissing, "What stands for a missing value.")
    decimal = f.optional(String.self, "decimal", default: ".", "The decimal mark, a point or a comma.")
    encoding = f.choice("encoding", CSVOptions.Encoding.allCases.map(\.rawValue), default: "utf-8", "How characters are stored; a mark at the beginning of the file counts more.")
    rejects = f.choice("rejects", ["error", "keep"], default: "error", "Whether a row that can't be read is an error, or is kept aside in a second table.")
    source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
  }

  func options(_ call: Call) throws -> CSVOptions {
    var options = CSVOptions()
    options.delimiter = try call[delimiter].map { try call.singleByte($0, "delimiter") }
    options.header = try call[header] ? .first : .none
    options.columns = try call[columns]
    for field in try call[types]?.fields ?? [] {
      options.types[field.name] = try call.columnType(field.value, of: field.name)
    }
    options.missing = try call[missing]
    options.decimal = try call.singleByte(try call[decimal], "decimal")
    guard options.decimal == UInt8(ascii: ".") || options.decimal == UInt8(ascii: ",") else {
      throw ArgumentReader.notAChoice(try call[decimal], [".", ","], "decimal", in: call)
    }
    options.encoding = CSVOptions.Encoding(rawValue: try call[encoding]) ?? .utf8
    options.rejects = try call[rejects] == "keep" ? .keep : .error
    return options
  }

  func keepsRejects(_ call: Call) throws -> Bool { try call[rejects] == "keep" }

  /// The table, or the record of it and of the rows that can't be read.
  func type(_ bound: BoundTypes) throws -> ValueType {
    let rows = try rowsType(bound)
    if bound.isAbsent(rejects) { return rows }
    guard let wanted = bound.text(rejects) else { return .any }
    guard wanted == "keep" else { return rows }
    let rejected = RejectedRows.types.map { TableType.ColumnHeader($0.name, $0.type) }
    return .record([
      ValueType.FieldType("rows", rows), ValueType.FieldType("rejected", .table(TableType(columns: rejected))),
    ])
  }

  /// The columns as the file's beginning tells them; unknown where an argument is only known when the program runs.
  private func rowsType(_ bound: BoundTypes) throws -> ValueType {
    try checkConstants(bound)
    guard let path = bound.text(path), let options = options(bound), let contents = bound.file(path) else {
      return .table(FileKnowledge.written(columns, types, source, bound))
    }
    let schema = try CSVReader.schema(of: contents, name: path, options: options)
    var headers = schema.fields.map {
      TableType.ColumnHeader($0.name, schema.typesAreCertain || options.types[$0.name] != nil ? $0.type : nil)
    }
    if !bound.isAbsent(source) {
      guard let name = bound.text(source) else { return .anyTable }
      headers.append(TableType.ColumnHeader(name, .text))
    }
    return .table(TableType(columns: headers))
  }

  /// Types by names that there are not, and marks of more than one character.
  private func checkConstants(_ bound: BoundTypes) throws {
    if case .record(let record) = bound.constant(types) ?? .missing {
      for field in record.fields {
        guard case .string(let text) = field.value, ColumnType(named: text) == nil else { continue }
        throw Diagnostic.notAChoice(
          text, choices: ColumnType.castable.map(\.description), parameter: field.name, of: "read_csv")
      }
    }
    if let text = bound.text(delimiter), text.utf8.count != 1 {
      throw Diagnostic.wrongArgument("delimiter", of: "read_csv", wanted: "one character", found: "text")
    }
    if let text = bound.text(decimal), text != ".", text != "," {
      throw Diagnostic.notAChoice(text, choices: [".", ","], parameter: "decimal", of: "read_csv")
    }
  }

  private func options(_ bound: BoundTypes) -> CSVOptions? {
    var options = CSVOptions()
    if !bound.isAbsent(delimiter) {
      guard let text = bound.text(delimiter), text.utf8.count == 1 else { return nil }
      options.delimiter = text.utf8.first
    }
    if !bound.isAbsent(header) {
      guard case .bool(let first) = bound.constant(header) else { return nil }
      options.header = first ? .first : .none
    }
    if !bound.isAbsent(columns) {
      guard let names = bound.constant(columns).flatMap({ try? [String].from($0) }) else { return nil }
      options.columns = names
    }
    if !bound.isAbsent(types) {
      guard case .record(let record) = bound.constant(types) else { return nil }
      for field in record.fields { options.types[field.name] = ColumnType(named: field.value.plainText) }
    }
    if !bound.isAbsent(missing) {
      guard let markers = bound.constant(missing).flatMap({ try? [String].from($0) }) else { return nil }
      options.missing = markers
    }
    if !bound.isAbsent(decimal) {
      guard let mark = bound.text(decimal)?.utf8.first else { return nil }
      options.decimal = mark
    }
    if !bound.isAbsent(encoding) {
      guard let encoding = bound.text(encoding).flatMap({ CSVOptions.Encoding(rawValue: $0) }) else { return nil }
      options.encoding = encoding
    }
    if !bound.isAbsent(rejects) {
      guard let wanted = bound.text(rejects) else { return nil }
      options.rejects = wanted == "keep" ? .keep : .error
    }
    return options
  }
}
