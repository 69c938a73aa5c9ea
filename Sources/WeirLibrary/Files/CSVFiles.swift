import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Files of tables: CSV, and SQLite beside it.
  mutating func defineTableFiles() {
    defineReadingCSV()
    defineWritingCSV()
    defineSQLite()
  }

  private mutating func defineReadingCSV() {
    define("read_csv", "Reads a CSV file into a table.") { f in
      let arguments = CSVArguments(&f)
      f.returns { bound in try arguments.type(bound) }
      f.effect(.reads)
      f.details(
        """
        Delimiter and types are found out from the whole file. `data/*.csv` reads all files that fit, one below the \
        other, and files packed by gzip or Zstandard are read as they are. Only the columns and rows that the program goes on to use \
        are kept. A name that comes twice in the header gets a number (`a`, `a_2`). With `rejects: "keep"` the result is a \
        record: `rows`, and `rejected` with file, line, byte offset, column, problem and text of each row that was put aside.
        """)
      f.example("read_csv(\"penguins.csv\") |> filter(.mass > 3800) |> count()", gives: "2")
      f.example(
        "read_csv(\"penguins.csv\", columns: [\"mass\"], types: {mass: \"float\"}) |> columns()",
        gives: "[\"mass\"]")
      f.example(
        "write_text(\"day,mm\\n1,4\\n2,x,y\\n\", \"days.csv\")\nrows, rejected = read_csv(\"days.csv\", rejects: \"keep\")\nrejected.line",
        gives: "[3]")
      f.seeAlso("write_csv", "read_sqlite", "table")
      f.body { call in
        let paths = try call.host.matching(try call[arguments.path]).filter { !$0.hasSuffix("/") }
        guard !paths.isEmpty else { throw Diagnostic.noMatchingFiles(try call[arguments.path]) }
        let options = try arguments.options(call)
        let readers = try paths.map { try CSVReader(try call.host.read($0), name: $0, options: options) }
        let concat = ConcatOptions(sourceColumn: try call[arguments.source], sources: paths)
        let isOne = paths.count == 1 && concat.sourceColumn == nil
        guard try arguments.keepsRejects(call) else {
          let tables = zip(readers, paths).map { LazyTable(CSVScan($0, name: $1)) }
          return .query(isOne ? tables[0] : try LazyTable.concatenating(tables, concat))
        }
        let results = try readers.map { try $0.read(workers: call.workers, cancellation: call.cancellation) }
        let tables = results.map(\.table)
        return .record(Record([
          Record.Field("rows", .table(isOne ? tables[0] : try Table.concatenated(tables, concat))),
          Record.Field("rejected", .table(try RejectedRows.table(zip(paths, results.map(\.rejected)).map { ($0, $1) }))),
        ]))
      }
    }
  }

  private mutating func defineWritingCSV() {
    define("write_csv", "Writes a table as a CSV file.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let path = f.required(String.self, "path", "The file to write; packed by gzip is not offered.")
      let delimiter = f.optional(String.self, "delimiter", default: ",", "What stands between values: one character.")
      let header = f.optional(Bool.self, "header", default: true, "Whether the first line names the columns.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.details(
        """
        Numbers are written so that they read back as the same number; missing values are empty. Where rows come from files \
        by verbs that look at one row at a time, they are written as they are read, and no more than a part of them is in \
        memory. The file is replaced as a whole or not at all.
        """)
      f.example(
        "table(a: [1, 2], b: [\"x\", missing]) |> write_csv(\"out.csv\")\nread_text(\"out.csv\")",
        gives: "\"a,b\\n1,x\\n2,\\n\"")
      f.seeAlso("read_csv", "write_sqlite")
      f.body { call in
        let writer = CSVWriter(delimiter: try call.singleByte(try call[delimiter], "delimiter"), header: try call[header])
        try call.write(try call[rows], writer, to: try call[path])
        return .missing
      }
    }
  }

  private mutating func defineSQLite() {
    define("read_sqlite", "Reads a table, or what a query gives, from an SQLite file.") { f in
      let path = f.required(String.self, "path", "The file.")
      let table = f.optional(String.self, "table", "Which table; may be left out where there is only one.")
      let query = f.optional(String.self, "query", "A reading SQL statement instead.")
      let blobs = f.choice("blobs", SQLiteBlobs.allCases.map(\.rawValue), default: "hex",
        "What binary data become: the digits of their bytes, `\"text\"` where they are UTF-8, or an error.")
      f.returns(.anyTable)
      f.effect(.reads)
      f.details(
        """
        The type of a column comes from all its values: ints and floats together are floats, and numbers beside texts are \
        texts; the declared types DATE, DATETIME, BOOLEAN and DURATION count where every value fits. A table has no type \
        for binary data, so those columns are texts of digits, and that is said; a column of binary data beside other \
        values is an error. All rows are of one moment, other programs may go on writing, and one that keeps the file \
        locked is waited for up to 5 seconds.
        """)
      f.example(
        "table(a: [1, 2]) |> write_sqlite(\"new.db\", \"t\")\nread_sqlite(\"new.db\", query: \"select a * 10 as b from t\") |> map(row => row.b)",
        gives: "[10, 20]")
      f.seeAlso("write_sqlite", "sql", "read_csv")
      f.body { call in
        let path = try call[path]
        let form = SQLiteBlobs(rawValue: try call[blobs]) ?? .hex
        let reader = SQLiteReader(try call.host.locate(path), name: path, blobs: form, cancellation: call.cancellation)
        let rows: (table: Table, digits: [String])
        switch (try call[table], try call[query]) {
        case (let name, nil): rows = try reader.rows(table: name)
        case (nil, let query?): rows = try reader.rows(query: query)
        default: throw Diagnostic.failure("`read_sqlite` is given both a table and a query")
        }
        if !call.has(blobs), !rows.digits.isEmpty {
          let listed = rows.digits.map { "`\($0)`" }.joined(separator: ", ")
          call.host.emit(.printed("\(path): binary data of \(listed) read as hexadecimal digits (`blobs: \"hex\"`)"))
        }
        return .table(rows.table)
      }
    }
    define("write_sqlite", "Writes a table into an SQLite file.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let path = f.required(String.self, "path", "The file; made where there is none.")
      let table = f.required(String.self, "table", "What the table is called there.")
      let mode = f.choice("mode", SQLiteWriter.Mode.allCases.map(\.rawValue), default: "replace",
        "What to do where a table of that name is there.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.example("table(a: [1]) |> write_sqlite(\"new.db\", \"t\")")
      f.seeAlso("read_sqlite", "write_csv")
      f.body { call in
        let path = try call[path], rows = try call[rows]
        let writer = SQLiteWriter(try call.host.locateForWriting(path), name: path, cancellation: call.cancellation)
        guard let mode = SQLiteWriter.Mode(rawValue: try call[mode]) else { return .missing }
        try writer.write(rows, to: try call[table], mode: mode)
        return .missing
      }
    }
    define("sql", "Runs a SQL query over tables in memory.") { f in
      let query = f.required(String.self, "query", "A reading SQL statement in the words of SQLite.")
      let tables = f.namedRest("tables", "The tables by the names that the query uses.")
      f.returns { bound in
        for (name, type, _) in bound.named(tables) where !type.fits(.anyTable) {
          throw Diagnostic.wrongArgument(name, of: "sql", wanted: "table", found: type.description)
        }
        return .table(bound.named(tables).reduce(TableType()) { united, entry in
          if case .table(let table) = entry.type { united.union(table) } else { united }
        }.with(columns: nil))
      }
      f.example("sql(\"select sum(x) as s from t\", t: table(x: [1, 2, 3])) |> map(row => row.s)", gives: "[6]")
      f.seeAlso("read_sqlite", "aggregate", "join")
      f.body { call in
        let named = try call[tables].map { field in
          guard let table = try Table.from(field.value) else {
            throw ArgumentReader.wrongKind(.value(field.value), wanted: "table", field.name, in: call)
          }
          return (name: field.name, table: table)
        }
        let lineage = named.reduce(Lineage.none) { $0.union($1.table.lineage) }
        return .table(try SQLiteQuery.run(try call[query], over: named, cancellation: call.cancellation).with(lineage: lineage))
      }
    }
  }
}

extension Call {
  /// A text of one ASCII character.
  func singleByte(_ text: String, _ name: String) throws -> UInt8 {
    guard let byte = text.utf8.first, text.utf8.count == 1, byte < 128 else {
      throw ArgumentReader.wrongKind(.value(.string(text)), wanted: "one character", name, in: self)
    }
    return byte
  }
}
