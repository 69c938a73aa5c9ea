import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Verbs of tables; those that choose rows are with the lists.
  mutating func defineTables() {
    defineMakingTables()
    defineColumnVerbs()
    defineComputedColumns()
    defineMissingVerbs()
    defineGrouping()
    defineWindows()
    defineJoining()
    defineAligning()
    defineReshaping()
    defineLooking()
  }

  private mutating func defineMakingTables() {
    define("table", "Makes a table from named columns, or from a list of records.") { f in
      let rows = f.optional(Items.self, "rows", "A list of records, one a row.")
      let columns = f.namedRest("columns",
        "The columns: lists, ranges or columns of one length; a single value stands on every row.")
      f.returns { bound in
        guard bound.isAbsent(rows) else { return .anyTable }
        return .table(TableType(columns: bound.named(columns).map { ($0.name, $0.type.columnType) }))
      }
      f.example("table(a: [1, 2], b: [\"x\", \"y\"]) |> columns()", gives: "[\"a\", \"b\"]")
      f.example("table([{a: 1}, {a: 2, b: true}]) |> count()", gives: "2")
      f.seeAlso("columns", "concat")
      f.body { call in
        let named = try call[columns]
        if let rows = try call[rows] {
          let table = try Table(records: try rows.items())
          return .table(try named.reduce(table) { try $0.setting($1.name, to: try $1.value.asColumn(rows: table.rowCount)) })
        }
        return .table(try Table(fields: named))
      }
    }
    define("columns", "Gives the names of the columns.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      f.returns(.list(.string))
      f.flow(.none)
      f.example("table(a: [1], b: [2]) |> columns()", gives: "[\"a\", \"b\"]")
      f.seeAlso("schema")
      f.body { call in
        let rows = try call[rows]
        return .list(try (rows.schema()?.names ?? rows.collect().names).map { .string($0) })
      }
    }
  }

  private mutating func defineColumnVerbs() {
    define("select", "Keeps columns, in the order given.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "The columns to keep.")
      f.returns { bound in .table(bound.table(rows).keeping(bound.columns(names))) }
      f.example("table(a: [1], b: [2], c: [3]) |> select(.c, .a) |> columns()", gives: "[\"c\", \"a\"]")
      f.seeAlso("drop", "rename")
      f.body { call in .query(try call[rows].selecting(try call[names])) }
    }
    define("drop", "Leaves columns out.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "The columns to leave out.")
      f.returns { bound in .table(bound.table(rows).dropping(bound.columns(names))) }
      f.example("table(a: [1], b: [2]) |> drop(.a) |> columns()", gives: "[\"b\"]")
      f.seeAlso("select", "drop_missing")
      f.body { call in .query(try call[rows].dropping(try call[names])) }
    }
    define("rename", "Gives columns new names where they stand.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let names = f.namedColumnNames("names", of: rows,
        "The new name of each column, before the old one: `mass: .body_mass`.")
      f.returns { bound in
        let table = bound.table(rows)
        guard let columns = table.columns else { return .table(table.with(columns: nil)) }
        var renamed = columns
        for (new, _, old) in bound.named(names) {
          guard case .string(let old) = old ?? .missing else { return .table(table.with(columns: nil)) }
          for place in columns.indices where columns[place].name == old { renamed[place].name = new }
        }
        // A file may have a hundred thousand columns, so none is looked for among all.
        var seen: Set<String> = []
        for column in renamed where !seen.insert(column.name).inserted { throw Diagnostic.duplicateColumn(column.name) }
        return .table(table.with(columns: renamed))
      }
      f.example("table(a: [1], b: [2]) |> rename(x: .a) |> columns()", gives: "[\"x\", \"b\"]")
      f.seeAlso("select")
      f.body { call in
        .query(try call[rows].renaming(try call[names].map { field in
          Renaming(new: field.name, old: field.value.plainText)
        }))
      }
    }
    define("cast", "Turns columns into other types.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let types = f.namedRest("types",
        "The type of each column: \"int\", \"float\", \"bool\", \"text\", \"date\", \"datetime\" or \"duration\".")
      f.returns { bound in
        let table = bound.table(rows), named = bound.named(types)
        try table.require(named.map(\.name))
        for (name, type, constant) in named {
          if !type.fits(.string) {
            throw Diagnostic.wrongArgument(name, of: "cast", wanted: "name of a type", found: type.description)
          }
          guard case .string(let text) = constant ?? .missing, ColumnType(named: text) == nil else { continue }
          throw Diagnostic.notAChoice(text, choices: ColumnType.castable.map(\.description), parameter: name, of: "cast")
        }
        return .table(table.setting(named.map { name, _, constant in
          TableType.Header(name, constant.flatMap { ColumnType(named: $0.plainText) })
        }))
      }
      f.details("A value that can't be read as the type is an error that names its row.")
      f.example("table(a: [\"1\", \"2\"]) |> cast(a: \"int\") |> map(row => row.a)", gives: "[1, 2]")
      f.seeAlso("int", "float", "date", "schema")
      f.body { call in
        let casts = try call[types].map { (name: $0.name, type: try call.columnType($0.value, of: $0.name)) }
        let newTypes = Dictionary(casts.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        let verb = TableVerb("cast", schema: { schema in
          TableSchema(schema.fields.map { field in
            TableSchema.Field(field.name, newTypes[field.name] ?? field.type)
          })
        }) { try $0.casting(casts) }
        return .query(try call[rows].checkingColumns(casts.map(\.name)).transforming(verb))
      }
    }
  }

  private mutating func defineComputedColumns() {
    define("derive", "Adds columns computed from others, or replaces those that have the name.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let columns = f.namedRowExpressions("columns", over: rows,
        "The new columns by name; a later one may read an earlier one.")
      f.returns { bound in
        .table(bound.table(rows).setting(bound.named(columns).map { TableType.Header($0.name, $0.type.columnType) }))
      }
      f.example("table(a: [1, 2]) |> derive(b: .a * 10, c: .b + 1) |> map(row => row.c)", gives: "[11, 21]")
      f.seeAlso("select", "if_else", "cast")
      f.body { call in
        .query(try call[rows].deriving(try call[columns].map { Derivation($0.name, $0.expression) }))
      }
    }
  }

  private mutating func defineMissingVerbs() {
    define("drop_missing", "Drops the rows that have a missing value in the given columns.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "The columns to look at; all when none is given.")
      f.returnsRows(of: rows)
      f.example("table(a: [1, missing, 3]) |> drop_missing(.a) |> count()", gives: "2")
      f.seeAlso("fill_missing", "is_missing", "filter")
      f.body { call in
        let names = try call[names]
        let verb = TableVerb("drop_missing", schema: { $0 }) { try $0.droppingMissing(in: names) }
        return .query(try call[rows].checkingColumns(names).transforming(verb))
      }
    }
    define("fill_missing", "Puts values in the place of missing ones.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "With `how`, the columns to fill; all that fit when none is given.")
      let how = f.optionalChoice("how", FillRule.allCases.map(\.rawValue), "A rule instead of values.")
      let values = f.namedRest("values", "The value for each column: `age: 0`.")
      f.returns { bound in
        let table = bound.table(rows)
        try table.require(bound.named(values).map(\.name))
        // A mean makes floats of ints.
        return .table(bound.isAbsent(how) ? table : table.with(columns: table.columns?.map { TableType.Header($0.name) }))
      }
      f.flow(.rowwiseLearning(by: how.slot, words: FillRule.learning))
      f.details(
        "A rule learns from the table it is given: inside a plan, `impute` learns from the training "
          + "rows alone.")
      f.example("table(a: [1, missing, 5]) |> fill_missing(a: 0) |> map(row => row.a)", gives: "[1, 0, 5]")
      f.example(
        "table(a: [1, missing, 5]) |> fill_missing(.a, how: \"mean\") |> map(row => row.a)",
        gives: "[1.0, 3.0, 5.0]")
      f.seeAlso("drop_missing", "is_missing")
      f.body { call in
        let names = try call[names], how = try call[how]
        let values = try call[values].map { field -> (name: String, value: Scalar) in
          guard let scalar = field.value.scalar else {
            throw ArgumentReader.wrongKind(.value(field.value), wanted: "single value", field.name, in: call)
          }
          return (field.name, scalar)
        }
        let rule = how.flatMap { FillRule(rawValue: $0) }
        guard rule != nil || !values.isEmpty else {
          throw Diagnostic.failure(
            "`fill_missing` is told neither values nor a rule",
            mend: "write `fill_missing(age: 0)` or `fill_missing(how: \"median\")`")
        }
        let verb = TableVerb("fill_missing", schema: { TableSchema($0.fields.map { TableSchema.Field($0.name, nil) }) }) { table in
          let filled = try table.fillingMissing(values)
          return try rule.map { try filled.fillingMissing($0, in: names) } ?? filled
        }
        return .query(try call[rows].checkingColumns(names + values.map(\.name)).transforming(verb))
      }
    }
    define("distinct", "Keeps the first of the rows that are alike.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let names = f.columns("columns", of: rows, "The columns to compare; all when none is given.")
      let keep = f.choice("keep", Table.Keep.allCases.map(\.rawValue), default: "first",
        "Which of them stays: the first, the last, or none, so that only rows stay that are like no other.")
      f.returnsRows(of: rows)
      f.example("table(a: [1, 1, 2], b: [5, 5, 5]) |> distinct(.b) |> count()", gives: "1")
      f.example("table(a: [1, 1, 2]) |> distinct(keep: \"none\") |> map(row => row.a)", gives: "[2]")
      f.seeAlso("unique", "duplicates", "n_unique")
      f.body { call in
        let names = try call[names], rows = try call[rows]
        guard let keep = Table.Keep(rawValue: try call[keep]), keep != .first else { return .query(try rows.distinct(by: names)) }
        let verb = TableVerb("distinct", schema: { $0 }) { try $0.distinct(by: names, keep: keep) }
        return .query(try rows.checkingColumns(names).transforming(verb))
      }
    }
  }
}

extension LazyTable {
  /// Throws where one of the columns is known not to be there.
  func checkingColumns(_ names: [String]) throws -> LazyTable {
    if let schema = schema() { try schema.require(names) }
    return self
  }
}

extension Call {
  /// A type by its name, as `cast` and `read_csv` are given it.
  func columnType(_ value: Value, of name: String) throws -> ColumnType {
    guard case .string(let text) = value else {
      throw ArgumentReader.wrongKind(.value(value), wanted: "name of a type", name, in: self)
    }
    guard let type = ColumnType(named: text) else {
      throw ArgumentReader.notAChoice(text, ColumnType.castable.map(\.description), name, in: self)
    }
    return type
  }
}

extension Table {
  /// Columns from values; a single value stands on every row.
  init(fields: [Record.Field]) throws {
    var rows: Int?
    for field in fields where field.value.scalar == nil {
      guard let count = try field.value.items()?.count else { continue }
      if let rows, rows != count { throw TableError.lengthDiffers(field.name, count, expected: rows) }
      rows = count
    }
    let count = rows ?? (fields.isEmpty ? 0 : 1)
    try self.init(try fields.map { ($0.name, try $0.value.asColumn(rows: count)) }, rowCount: count)
  }

  /// One row a record; what a record lacks is missing.
  init(records: [Value]) throws {
    var names: [String] = [], cells: [String: [Value]] = [:]
    for (row, value) in records.enumerated() {
      guard case .record(let record) = value else {
        throw TableError.other(
          "a row of a table is a record, and item \(row) is a \(value.typeName)",
          mend: "write `table([{a: 1}, {a: 2}])`")
      }
      for field in record.fields {
        if cells[field.name] == nil {
          names.append(field.name)
          cells[field.name] = []
        }
        let gap = row - (cells[field.name]?.count ?? 0)
        if gap < 0 { throw TableError.duplicateColumn(field.name) }
        cells[field.name]?.append(contentsOf: repeatElement(.missing, count: gap))
        cells[field.name]?.append(field.value)
      }
    }
    for name in names {
      let gap = records.count - (cells[name]?.count ?? 0)
      cells[name]?.append(contentsOf: repeatElement(.missing, count: gap))
    }
    try self.init(try names.map { ($0, try Column.of(cells[$0] ?? [])) }, rowCount: records.count)
  }
}
