import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Files of JSON: one value, or an object on each line.
  mutating func defineJSONFiles() {
    defineReadingJSON()
    defineReadingJSONLines()
    defineWritingJSON()
  }

  private mutating func defineReadingJSON() {
    define("read_json", "Reads a JSON file: an array of objects as a table, else lists, records and values.") { f in
      let path = f.required(String.self, "path", "The file, or a pattern like data/*.json; relative to the notebook.")
      let arguments = JSONArguments(&f)
      let at = f.optional(String.self, "at", "Where in the file the value is: the names around it, `\"result.items\"`.")
      let source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
      f.returns { bound in
        guard bound.isAbsent(at) || bound.text(at) != nil else { return .any }
        let names = bound.text(at)?.split(separator: ".").map(String.init) ?? []
        return try arguments.type(bound, path, source, of: "read_json") { reader in
          if case .table(let table) = try reader.document(at: names).document { table } else { nil }
        } ?? .any
      }
      f.effect(.reads)
      f.details(
        """
        The table's columns are the names of all its objects, in the order of their first appearance, and their types \
        come from all values: ints and floats together are floats, other mixtures texts; lists and objects stay \
        lists and records, or with `flatten: true` the fields of objects become columns of their own (`address.city`). \
        Whole numbers beyond 64 bits are kept as texts of their digits. Where a name occurs twice in an object the last \
        counts, and that is said. Files packed by gzip are read as they are.
        """)
      f.example("read_json(\"people.json\", flatten: true) |> columns()", gives: "[\"name\", \"address.city\"]")
      f.example("read_json(\"people.json\").address.city[1]", gives: "\"Turin\"")
      f.seeAlso("read_jsonl", "write_json", "read_csv")
      f.body { call in
        let paths = try call.files(try call[path])
        let options = try arguments.options(call)
        let names = try call[at]?.split(separator: ".").map(String.init) ?? []
        let documents = try paths.map { path in
          let reader = try JSONReader(try call.host.read(path), name: path, options: options)
          let (document, remarks) = try reader.document(at: names, workers: call.workers, cancellation: call.cancellation)
          for remark in remarks { call.host.emit(.printed(remark)) }
          return document
        }
        let named = try call[source]
        if documents.count == 1, named == nil, case .value(let value) = documents[0] {
          try arguments.refuseForTables(call)
          return Value(value)
        }
        let tables = try zip(documents, paths).map { document, path in
          guard case .table(let table) = document else {
            throw TableError.other("`\(path)` is no array of objects, so it makes no rows", mend: nil)
          }
          return LazyTable(table)
        }
        return try call.below(tables, paths, source: named)
      }
    }
  }

  private mutating func defineReadingJSONLines() {
    define("read_jsonl", "Reads files that have a JSON object on each line into a table.") { f in
      let path = f.required(String.self, "path", "The file, or a pattern like logs/*.jsonl; relative to the notebook.")
      let arguments = JSONArguments(&f)
      let rejects = f.choice("rejects", ["error", "keep"], default: "error",
        "Whether a line that can't be read is an error, or is kept aside in a second table.")
      let source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
      f.returns { bound in
        let keeps = bound.isAbsent(rejects) ? "error" : bound.text(rejects)
        guard keeps == "error" else { return .any }
        return try arguments.type(bound, path, source, of: "read_jsonl") { try $0.lines().table } ?? .table(arguments.written(bound, source))
      }
      f.effect(.reads)
      f.details("Columns and types come from all lines, as with `read_json`. With `rejects: \"keep\"` the result is a record of `rows` and `rejected`, as with `read_csv`. Files packed by gzip are read as they are.")
      f.example("read_jsonl(\"events.jsonl\") |> filter(.level == \"error\") |> count()", gives: "1")
      f.seeAlso("read_json", "write_jsonl", "read_csv")
      f.body { call in
        let paths = try call.files(try call[path])
        var options = try arguments.options(call)
        let keeps = try call[rejects] == "keep", named = try call[source]
        options.rejects = keeps ? .skip : .error
        let results = try paths.map { path in
          let reader = try JSONReader(try call.host.read(path), name: path, options: options)
          let result = try reader.lines(workers: call.workers, cancellation: call.cancellation)
          for remark in result.remarks { call.host.emit(.printed(remark)) }
          return result
        }
        let rows = try call.below(results.map { LazyTable($0.table) }, paths, source: named)
        guard keeps else { return rows }
        return .record(Record([
          Record.Field("rows", try rows.forcedTable(call)),
          Record.Field("rejected", .table(try RejectedRows.table(zip(paths, results.map(\.rejected)).map { ($0, $1) }))),
        ]))
      }
    }
  }

  private mutating func defineWritingJSON() {
    define("write_json", "Writes a value or a table as a JSON file.") { f in
      let value = f.required(Value.self, "value", "A table, or a list, record or single value.")
      let path = f.required(String.self, "path", "The file to write.")
      let indent = f.optional(Int.self, "indent", default: 0, "Blanks before each level, for people; 0 writes a row in a line.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.details(
        """
        A table is an array of objects. Missing values are `null`, and so are NaN and the infinities, which JSON lacks; \
        dates and moments are ISO texts. The file is replaced as a whole or not at all.
        """)
      f.example("write_json({a: [1, 2]}, \"out.json\")\nread_json(\"out.json\").a", gives: "[1, 2]")
      f.seeAlso("read_json", "write_jsonl")
      f.body { call in
        let value = try call[value], indent = try call[indent]
        if let table = LazyTable.from(value) {
          try call.write(table, JSONTableWriter(.array(indent: indent)), to: try call[path])
        } else { try call.host.write(try call[path], JSONWriter.text(of: try value.nested(), indent: indent)) }
        return .missing
      }
    }
    define("write_jsonl", "Writes a table as a file with a JSON object on each line.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let path = f.required(String.self, "path", "The file to write.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.details("Values are written as by `write_json`, and rows as they are read, as by `write_csv`.")
      f.example(
        "table(a: [1, missing], b: [\"x\", \"y\"]) |> write_jsonl(\"out.jsonl\")\nread_jsonl(\"out.jsonl\").a",
        gives: "[1, ·]")
      f.seeAlso("read_jsonl", "write_json", "write_csv")
      f.body { call in
        try call.write(try call[rows], JSONTableWriter(.lines), to: try call[path])
        return .missing
      }
    }
  }
}

/// The parameters that both readers of JSON have.
struct JSONArguments: Sendable {
  private let columns: Parameter<[String]?>
  private let types: Parameter<Record?>
  private let flatten: Parameter<Bool>

  init(_ f: inout BuiltinDefinition) {
    columns = f.optional([String].self, "columns", "The names of the columns to read, in this order.")
    types = f.optional(Record.self, "types", "Types that are not left to the values: `{when: \"datetime\"}`.")
    flatten = f.optional(Bool.self, "flatten", default: false, "Whether the fields of objects inside objects become columns (`address.city`).")
  }

  func options(_ call: Call) throws -> JSONOptions {
    var options = JSONOptions(columns: try call[columns], flattens: try call[flatten])
    for field in try call[types]?.fields ?? [] {
      options.types[field.name] = try call.columnType(field.value, of: field.name)
    }
    return options
  }

  /// Columns and types are nothing for a value that is no table.
  func refuseForTables(_ call: Call) throws {
    for (name, given) in [("columns", call.has(columns)), ("types", call.has(types)), ("flatten", call.has(flatten))] where given {
      throw TableError.other("`\(name)` is for tables, and the file holds no array of objects", mend: nil)
    }
  }

  /// What the arguments say of a table whose file is not looked at.
  func written(_ bound: BoundTypes, _ source: Parameter<String?>) -> TableType {
    FileKnowledge.written(columns, types, source, bound)
  }

  /// The columns of a file that is small enough to be read for them; all that could come later must be in it.
  ///
  /// `read` gives the table of a reader, nil where it is none; a column that is asked for and not there is said.
  func type(
    _ bound: BoundTypes, _ path: Parameter<String>, _ source: Parameter<String?>, of builtin: String,
    _ read: (JSONReader) throws -> Table?
  ) throws -> ValueType? {
    let asked = try FileKnowledge.types(types, bound, of: builtin)
    guard let columns = FileKnowledge.columns(columns, bound), let path = bound.text(path),
      let contents = bound.file(path), contents.count <= FileKnowledge.smallEnough
    else { return nil }
    var options = JSONOptions(columns: columns.names, flattens: false)
    options.types = asked
    if !bound.isAbsent(flatten) {
      guard case .bool(let flattens) = bound.constant(flatten) else { return nil }
      options.flattens = flattens
    }
    do {
      guard let table = try read(JSONReader(contents, name: path, options: options)) else { return nil }
      return try FileKnowledge.type(of: table, source, types, bound)
    } catch let error as TableError {
      if case .noColumn = error { throw error }
      return nil
    } catch is JSONError { return nil }
  }
}

extension Call {
  /// Writes rows to a file, as far as that is possible while they are read.
  func write(_ rows: LazyTable, _ encoder: some TableEncoder, to path: String) throws {
    try host.write(path) { draft in
      try rows.write(encoder, to: &draft, workers: workers, cancellation: cancellation)
    }
  }

  /// The files that a path or a pattern names; none is an error.
  func files(_ pattern: String) throws -> [String] {
    let paths = try host.matching(pattern).filter { !$0.hasSuffix("/") }
    guard !paths.isEmpty else { throw Diagnostic.noMatchingFiles(pattern) }
    return paths
  }

  /// The tables of several files one below the other, with a column that says which file where one is asked for.
  func below(_ tables: [LazyTable], _ paths: [String], source: String?) throws -> Value {
    guard tables.count > 1 || source != nil else { return .query(tables[0]) }
    return .query(try LazyTable.concatenating(tables, ConcatOptions(sourceColumn: source, sources: paths)))
  }
}

extension Value {
  /// A planned table computed.
  fileprivate func forcedTable(_ call: Call) throws -> Value {
    if case .query(let query) = self { .table(try query.collect(workers: call.workers, cancellation: call.cancellation)) } else { self }
  }
}
