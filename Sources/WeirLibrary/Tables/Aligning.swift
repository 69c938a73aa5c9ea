import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Verbs that bring tables of several sources together.
  mutating func defineAligning() {
    defineAlign()
    defineDuplicates()
  }

  private mutating func defineAlign() {
    define("align", "Brings a table into the form of another: its columns, their names, types, units and categories.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let model = f.required(Table.self, "like", "The table whose form it takes.")
      let names = f.optional(Record.self, "names", "What columns are called: `{age: \"Alter\"}` where the model has `age`.")
      let values = f.optional(Record.self, "values",
        "What values stand for, by column: `{sex: {M: \"male\", F: \"female\"}}`; a list of pairs where they are no names.")
      let units = f.optional(Record.self, "units",
        "The units of columns of the table and of the model: `{mass: [\"g\", \"kg\"]}`.")
      let confidence = f.optional(Double.self, "confidence", default: 0.95,
        "How sure a mend must be to be made, 0 to 1; less sure ones are only proposed.")
      let others = f.choice("others", ["drop", "keep"], default: "drop", "What becomes of columns that the model has not.")
      let report = f.optional(Bool.self, "report", default: false,
        "Whether to give a table of what was done and what is proposed, in place of the rows.")
      f.returns { bound in
        if !bound.isAbsent(report) { return .anyTable }
        let like = bound.table(model), own = bound.table(rows)
        guard bound.isAbsent(others) else { return .table(own.with(columns: nil)) }
        // What can't be read as the model's type stays what it was.
        return .table(own.with(columns: like.columns?.map { TableType.Header($0.name) }))
      }
      f.flow(.rowwiseOf(0))
      f.details(
        "Surely the same are: names that differ in case, blanks and marks alone; numbers whose names end in two units of one kind "
          + "(`mass_g`, `mass_kg`); texts that all read as the model's type; categories that differ in case and blanks. All else is "
          + "proposed in what is printed, with the argument that does it.")
      f.example(
        "align(table(bodyMass_g: [3700]), like: table(body_mass_kg: [4.2])) |> map(row => row.body_mass_kg)", gives: "[3.7]")
      f.example(
        "align(table(sex: [\"M\"]), like: table(sex: [\"male\"]), values: {sex: {M: \"male\"}}) |> map(row => row.sex)",
        gives: "[\"male\"]")
      f.seeAlso("concat", "rename", "cast")
      f.body { call in
        var options = AlignmentOptions()
        options.names = try (try call[names]?.fields ?? []).map { ($0.name, try call.text($0.value, in: "names")) }
        options.values = try (try call[values]?.fields ?? []).map { ($0.name, try call.pairs($0.value)) }
        options.units = try (try call[units]?.fields ?? []).map { field in
          let (from, to) = try call.units(field.value)
          return (field.name, from, to)
        }
        options.least = try call[confidence]
        options.keepsOthers = try call[others] == "keep"
        let (table, mends) = try Alignment.align(try call[rows], like: try call[model], options)
        if try call[report] { return .table(try mends.table(lineage: table.lineage)) }
        let lines = mends.map { mend in
          "align: `\(mend.column)`: " + (mend.isApplied ? mend.detail : "not done (sure by \(formatNumber(mend.confidence))): \(mend.detail)")
        }
        if !lines.isEmpty { call.host.emit(.printed(lines.joined(separator: "\n"))) }
        return .table(table)
      }
    }
  }

  private mutating func defineDuplicates() {
    define("duplicates", "Gives the rows that others are alike to, group by group.") { f in
      let rows = f.required(Table.self, "rows", "The table.")
      let columns = f.columns("columns", of: rows, "The columns to compare; all when none is given.")
      let fuzzy = f.optional(Double.self, "fuzzy", "How alike rows must be, 0.5 to 1; without it, they must be equal.")
      f.returns { bound in
        let table = bound.table(rows), names = Set(table.columns?.map(\.name) ?? [])
        guard let own = table.columns else { return .table(table.with(columns: nil)) }
        let added = [("group", ColumnType.int), ("row", .int), ("similarity", .float)].map { name, type in
          TableType.Header(names.contains(name) ? "duplicate_" + name : name, type)
        }
        return .table(table.with(columns: added + own))
      }
      f.details(
        "`similarity` is that to the nearest other row of the group: the share of letters that needs no edit (1 less the Levenshtein "
          + "distance over the longer length) of the texts of the columns in small letters. `row` counts from 0. Rows with equal values are 1.0 "
          + "alike, missing ones too; what is alike to something alike is in its group.")
      f.example(
        "table(name: [\"Ada Lovelace\", \"Alan Turing\", \"ada  lovelace\", \"Ada Lovelase\"]) |> duplicates(.name, fuzzy: 0.9) "
          + "|> map(row => row.row)", gives: "[0, 2, 3]")
      f.example("table(a: [1, 2, 1]) |> duplicates() |> map(row => row.row)", gives: "[0, 2]")
      f.seeAlso("distinct", "unique")
      f.body { call in
        .table(try call[rows].duplicates(in: try call[columns], least: try call[fuzzy], cancellation: call.cancellation))
      }
    }
  }
}

extension [Mend] {
  fileprivate func table(lineage: Lineage) throws -> Table {
    try Table([
      ("column", Column(.text(TextValues(map(\.column))))), ("mend", Column(.text(TextValues(map(\.kind.rawValue))))),
      ("detail", Column(.text(TextValues(map(\.detail))))), ("confidence", Column(.float(map(\.confidence)))),
      ("applied", Column(.bool(map(\.isApplied)))),
    ], lineage: lineage)
  }
}

extension Call {
  fileprivate func text(_ value: Value, in name: String) throws -> String {
    guard case .string(let text) = value else { throw ArgumentReader.wrongKind(.value(value), wanted: "text", name, in: self) }
    return text
  }

  /// `{M: "male"}` or `[[1, "male"]]`.
  fileprivate func pairs(_ value: Value) throws -> [(from: Scalar, to: Scalar)] {
    if case .record(let record) = value {
      return try record.fields.map { field in
        guard let to = field.value.scalar else {
          throw ArgumentReader.wrongKind(.value(field.value), wanted: "single value", "values", in: self)
        }
        return (.text(field.name), to)
      }
    }
    return try (value.items() ?? []).map { item in
      guard let pair = try item.items(), pair.count == 2, let from = pair[0].scalar, let to = pair[1].scalar else {
        throw ArgumentReader.wrongKind(.value(item), wanted: "pair such as `[1, \"male\"]`", "values", in: self)
      }
      return (from, to)
    }
  }

  fileprivate func units(_ value: Value) throws -> (from: Unit, to: Unit) {
    guard let names = try [String].from(value), names.count == 2 else {
      throw ArgumentReader.wrongKind(.value(value), wanted: "pair of units such as `[\"g\", \"kg\"]`", "units", in: self)
    }
    let units = try names.map { name in
      guard let unit = Unit(name) else { throw ArgumentReader.notAChoice(name, Unit.names, "units", in: self) }
      return unit
    }
    guard units[0].kind == units[1].kind else {
      throw Diagnostic.failure("\(names[0]) can't be turned into \(names[1]): they measure different things")
    }
    return (units[0], units[1])
  }
}
