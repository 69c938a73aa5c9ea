import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Files that keep each column apart: Parquet and Arrow.
  mutating func defineColumnFiles() {
    defineParquet()
    defineArrow()
  }

  private mutating func defineArrow() {
    define("read_arrow", "Reads an Arrow or Feather file into a table.") { f in
      let arguments = ColumnFileArguments(&f, example: "data/*.feather") { try ArrowReader($0, name: $1, columns: $2) }
      f.returns { bound in try arguments.type(bound) }
      f.effect(.reads)
      f.details(
        """
        Files and streams of Arrow's IPC form, packed by LZ4, Zstandard or not at all; Feather 2 is the same. Only the \
        columns that the program goes on to use are read. What columns become is as with `read_parquet`; columns of codes \
        become texts.
        """)
      f.example("read_arrow(\"birds.feather\") |> filter(.mass > 10) |> count()", gives: "2")
      f.seeAlso("write_arrow", "read_parquet", "read_csv")
      f.body { call in try arguments.read(call) }
    }
    define("write_arrow", "Writes a table as an Arrow file (Feather 2).") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let path = f.required(String.self, "path", "The file to write.")
      let compression = f.choice(
        "compression", ArrowOptions.Compression.allCases.map(\.rawValue), default: "lz4", "How buffers are packed.")
      let categories = f.optional(
        [String].self, "categories",
        "The names of columns of texts that other programs are to read as categories: each distinct text is kept once.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.details(
        """
        Types and missing values come back as they were, here and in pandas, Polars and Arrow; datetimes have no time \
        zone. Rows are written as they are read, as by `write_csv`, and the file is replaced as a whole or not at all. It is \
        written and read faster than one of `write_parquet`, and takes more room.
        """)
      f.example(
        "table(a: [1, missing], b: [\"x\", \"x\"]) |> write_arrow(\"out.feather\", categories: [\"b\"])\nread_arrow(\"out.feather\").b",
        gives: "[x, x]")
      f.seeAlso("read_arrow", "write_parquet", "write_csv")
      f.body { call in
        var options = ArrowOptions()
        options.compression = ArrowOptions.Compression(rawValue: try call[compression]) ?? .lz4
        options.categories = try call[categories] ?? []
        let path = try call[path]
        do {
          try call.write(try call[rows], ArrowWriter(options), to: path)
        } catch let error as ColumnFileError { throw error.named(path) }
        return .missing
      }
    }
  }

  private mutating func defineParquet() {
    define("read_parquet", "Reads a Parquet file into a table.") { f in
      let arguments = ColumnFileArguments(&f, example: "data/*.parquet") { try ParquetReader($0, name: $1, columns: $2) }
      f.returns { bound in try arguments.type(bound) }
      f.effect(.reads)
      f.details(
        """
        Only the columns and rows that the program goes on to use are read. Fields of records become columns of their \
        own (`address.city`); lists and maps are not read, the other columns are, by `columns:`. Moments are kept to the \
        microsecond and as the file counts them, whatever its time zone; times of the day are durations since midnight; \
        decimals without a fraction are ints, the others the nearest floats.
        """)
      f.example(
        "table(a: [1, 2, 3], b: [\"x\", \"y\", \"x\"]) |> write_parquet(\"new.parquet\")\nread_parquet(\"new.parquet\") |> filter(.b == \"x\") |> count()",
        gives: "2")
      f.seeAlso("write_parquet", "read_arrow", "read_csv")
      f.body { call in try arguments.read(call) }
    }
    define("write_parquet", "Writes a table as a Parquet file.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let path = f.required(String.self, "path", "The file to write.")
      let compression = f.choice(
        "compression", ParquetOptions.Compression.allCases.map(\.rawValue), default: "zstd", "How pages are packed.")
      let group = f.optional(
        Int.self, "row_group", default: ParquetOptions().groupRows,
        "How many rows stand together; readers can take one such group without the others.")
      f.returns(.missing)
      f.flow(.none)
      f.effect(.writes)
      f.details(
        """
        Types and missing values come back as they were. Durations come back as durations in Weir only; other programs \
        read them as whole numbers of microseconds. Texts that repeat are kept once. Rows are written as they are read, as \
        by `write_csv`, and the file is replaced as a whole or not at all.
        """)
      f.example(
        "table(a: [1, missing]) |> write_parquet(\"out.parquet\", compression: \"snappy\")\nread_parquet(\"out.parquet\").a",
        gives: "[1, ·]")
      f.seeAlso("read_parquet", "write_arrow", "write_csv")
      f.body { call in
        var options = ParquetOptions()
        options.compression = ParquetOptions.Compression(rawValue: try call[compression]) ?? .zstd
        options.groupRows = try call[group]
        let path = try call[path]
        do {
          try call.write(try call[rows], ParquetWriter(options), to: path)
        } catch let error as ColumnFileError { throw error.named(path) }
        return .missing
      }
    }
  }
}

/// The parameters of readers of files of columns, read the same way when they run and when they are checked.
struct ColumnFileArguments: Sendable {
  typealias Opening = @Sendable (FileContents, _ name: String, _ columns: [String]?) throws -> any ColumnFile

  private let path: Parameter<String>
  private let columns: Parameter<[String]?>
  private let source: Parameter<String?>
  private let open: Opening

  init(_ f: inout BuiltinDefinition, example: String, _ open: @escaping Opening) {
    path = f.required(String.self, "path", "The file, or a pattern like \(example); relative to the notebook.")
    columns = f.optional([String].self, "columns", "The names of the columns to read, in this order.")
    source = f.optional(String.self, "source", "The name of a column that says which file a row comes from.")
    self.open = open
  }

  func read(_ call: Call) throws -> Value {
    let paths = try call.files(try call[path]), names = try call[columns]
    let tables = try paths.map { path in
      LazyTable(ColumnScan(try open(try call.host.read(path), path, names), name: path))
    }
    return try call.below(tables, paths, source: try call[source])
  }

  /// The columns as the file describes them; unknown where an argument is only known when the program runs.
  func type(_ bound: BoundTypes) throws -> ValueType {
    guard let path = bound.text(path), let contents = bound.file(path) else { return .anyTable }
    var names: [String]?
    if !bound.isAbsent(columns) {
      guard let given = bound.constant(columns).flatMap({ try? [String].from($0) }) else { return .anyTable }
      names = given
    }
    var headers = try open(contents, path, names).schema.fields.map { TableType.ColumnHeader($0.name, $0.type) }
    if !bound.isAbsent(source) {
      guard let name = bound.text(source) else { return .anyTable }
      headers.append(TableType.ColumnHeader(name, .text))
    }
    return .table(TableType(columns: headers))
  }
}
