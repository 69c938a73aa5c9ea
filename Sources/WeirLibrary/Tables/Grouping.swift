import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  mutating func defineGrouping() {
    define("aggregate", "Makes one row of each group of rows.") { f in
      let rows = f.required(LazyTable.self, "rows", "The table.")
      let by = f.namedColumns("by", of: rows, "The columns whose values make a group; without it, all rows are one.")
      let values = f.namedGroupExpressions("values", over: rows,
        "What to compute of each group, by name: `mass: mean(.mass)`.")
      f.returns { bound in
        let table = bound.table(rows), named = bound.named(values)
        guard let keys = bound.columns(by) else { return .table(table.with(columns: nil)) }
        for (_, type, _) in named {
          if case .column = type { throw Diagnostic.notOneValue("column", at: nil) }
        }
        let computed = named.map { TableType.Header($0.name, $0.type.columnType) }
        return .table(table.with(columns: (table.keeping(keys).columns ?? []) + computed))
      }
      f.flow(.statistic(of: 0))
      f.details("Groups come in the order in which they first appear; a missing key is a group of its own.")
      f.example(
        "table(k: [\"a\", \"b\", \"a\"], x: [1, 2, 4]) |> aggregate(by: .k, n: count(), total: sum(.x)) |> map(row => row.total)",
        gives: "[5, 2]")
      f.seeAlso("value_counts", "count", "mean")
      f.body { call in
        .query(try call[rows].aggregating(
          by: try call[by], try call[values].map { GroupDerivation($0.name, $0.expression) }))
      }
    }
    define("value_counts", "Counts how often each value occurs, most frequent first.") { f in
      let rows = f.required(Items.self, "rows", "The table; or a column or list by itself.")
      let column = f.optionalColumn("column", of: rows, "The column whose values are counted.")
      f.returns { bound in
        guard case .table(let table) = bound.type(rows) ?? .any else {
          return .table(TableType(columns: [("value", itemType(bound.type(rows)).columnType), ("count", .int), ("share", .float)]))
        }
        if bound.isAbsent(column) {
          throw Diagnostic.missingArgument("column", of: "value_counts", signature: "value_counts(rows, column)")
        }
        guard let name = bound.columns(column)?.first else { return .table(table.with(columns: nil)) }
        return .table(TableType(
          columns: [(name, table.column(name)?.type), (name == "count" ? "rows" : "count", .int), (name == "share" ? "share_of_rows" : "share", .float)],
          like: table))
      }
      f.flow(.statistic(of: 0))
      f.details("Missing counts as a value; `share` is the part of all rows.")
      f.example("value_counts([\"a\", \"b\", \"a\"]) |> map(row => row.count)", gives: "[2, 1]")
      f.seeAlso("aggregate", "unique", "mode")
      f.body { call in
        let rows = try call[rows]
        if case .table(let query) = rows {
          guard let name = try call[column] else { throw ArgumentReader.absent("column", in: call) }
          return .table(try query.collect().valueCounts(of: name))
        }
        return .table(try Table([("value", try Column.of(try rows.items()))]).valueCounts(of: "value"))
      }
    }
  }

  mutating func defineReshaping() {
    define("pivot", "Makes a column of each value of a column.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let names = f.column("names", of: rows, "The column whose values name the new columns.")
      let values = f.column("values", of: rows, "The column whose values fill them.")
      f.returns { bound in .table(bound.table(rows).with(columns: nil)) }
      f.details("One row for each combination of the other columns; two values for one place are an error.")
      f.example(
        "table(day: [1, 1, 2], k: [\"a\", \"b\", \"a\"], x: [5, 6, 7]) |> pivot(names: .k, values: .x) |> columns()",
        gives: "[\"day\", \"a\", \"b\"]")
      f.seeAlso("unpivot", "aggregate")
      f.body { call in .table(try call[rows].pivoted(names: try call[names], values: try call[values])) }
    }
    define("unpivot", "Makes a row of each of several columns.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let melted = f.columns("columns", of: rows, "The columns to take apart.")
      let name = f.optional(String.self, "name", default: "name", "The column for their names.")
      let value = f.optional(String.self, "value", default: "value", "The column for their values.")
      f.returns { bound in
        let table = bound.table(rows).dropping(bound.columns(melted))
        guard let kept = table.columns, let name = bound.isAbsent(name) ? "name" : bound.text(name),
          let value = bound.isAbsent(value) ? "value" : bound.text(value)
        else { return .table(table.with(columns: nil)) }
        return .table(table.with(columns: kept + [TableType.Header(name, .text), TableType.Header(value)]))
      }
      f.example("table(id: [1], a: [5], b: [6]) |> unpivot(.a, .b) |> map(row => row.value)", gives: "[5, 6]")
      f.seeAlso("pivot")
      f.body { call in
        .table(try call[rows].unpivoted(try call[melted], name: try call[name], value: try call[value]))
      }
    }
  }

  mutating func defineLooking() {
    define("schema", "Shows the columns with their types and how many values are missing.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      f.returns(.table(TableType(columns: [("column", .text), ("type", .text), ("missing", .int)])))
      f.flow(.statistic(of: 0))
      f.example("table(a: [1, missing]) |> schema() |> map(row => row.type)", gives: "[\"int\"]")
      f.seeAlso("columns", "describe", "profile")
      f.body { call in .table(try call[rows].schemaTable()) }
    }
    define("describe", "Shows what each column holds: counts, mean, spread, quartiles.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let numbers = ["mean", "std", "min", "q25", "median", "q75", "max"].map { ($0, ColumnType.float) }
      f.returns(.table(TableType(columns: [("column", .text), ("type", .text), ("count", .int), ("missing", .int), ("distinct", .int)] + numbers)))
      f.flow(.statistic(of: 0))
      f.example("table(a: [1, 2, 3, 4]) |> describe() |> map(row => row.mean)", gives: "[2.5]")
      f.seeAlso("schema", "profile")
      f.body { call in .table(try call[rows].described()) }
    }
    defineCorrelate()
  }
}
