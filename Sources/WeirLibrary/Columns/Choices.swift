import WeirCatalog
import WeirDiagnostics
import WeirTables
import WeirTensors

extension CatalogBuilder {
  /// Functions that choose row by row, and that put numbers into classes.
  mutating func defineChoices() {
    define("if_else", "Gives one value where a condition is true and another where it is false.") { f in
      let condition = f.required(Value.self, "condition", "A condition, or a column or list of them.")
      let yes = f.required(Value.self, "yes", "The value, or one for each row, where it is true.")
      let no = f.required(Value.self, "no", "The value, or one for each row, where it is false.")
      f.returns { bound in
        guard case .column = bound.type(condition) ?? .any else { return .any }
        let a = bound.type(yes)?.columnType, b = bound.type(no)?.columnType
        return .column(a == b ? a : nil)
      }
      f.worksRowwise()
      f.details(
        "Missing where the condition is missing. For a single condition, `if c then a else b` looks "
          + "at one side only.")
      f.example(
        "table(a: [1, 5]) |> derive(size: if_else(.a > 2, \"large\", \"small\")) |> map(row => row.size)",
        gives: "[\"small\", \"large\"]")
      f.seeAlso("is_missing", "bin")
      f.body { call in
        let condition = try call[condition], yes = try call[yes], no = try call[no]
        if let truths = condition.asTensor, let a = try Variable(yes), let b = try Variable(no) {
          return try .tensor(truths.choose(a, b))
        }
        switch condition {
        case .bool(let truth): return truth ? yes : no
        case .missing: return .missing
        case .column, .list:
          let mask = try condition.asColumn()
          let chosen = try Column.choosing(
            mask, try yes.asColumn(rows: mask.count), try no.asColumn(rows: mask.count))
          if case .list = condition { return .list(chosen.values()) }
          return .column(chosen)
        default: throw Diagnostic.notACondition(condition.typeName)
        }
      }
    }

    define("cases", "Gives the value behind the first condition that is true.") { f in
      let pairs = f.variadic(Value.self, "pairs", "A condition, its value, the next condition, its value, and so on; each may be a column.")
      let otherwise = f.optional(Value.self, "otherwise", "The value where no condition is true; without it, missing.")
      f.returns { bound in
        guard case .values(let given) = bound.entry(of: pairs) else { return .any }
        let values = given.enumerated().filter { $0.offset % 2 == 1 }.map(\.element.type.columnType)
        guard given.contains(where: { if case .column = $0.type { true } else { false } }) else { return .any }
        let all = values + (bound.isAbsent(otherwise) ? [] : [bound.type(otherwise)?.columnType])
        return .column(all.allSatisfy { $0 == all.first } ? all.first ?? nil : nil)
      }
      f.worksRowwise()
      f.details("A condition that is missing is not true.")
      f.example(
        "table(a: [1, 5, 50]) |> derive(size: cases(.a < 3, \"small\", .a < 10, \"middling\", otherwise: \"large\")) "
          + "|> map(row => row.size)", gives: "[\"small\", \"middling\", \"large\"]")
      f.seeAlso("if_else", "bin")
      f.body { call in
        let given = try call[pairs], rest = try call[otherwise] ?? .missing
        guard !given.isEmpty, given.count % 2 == 0 else {
          throw Diagnostic.failure(
            "`cases` is given \(given.count) values, and each condition needs one of its own",
            mend: "write `cases(.a < 3, \"small\", .a < 10, \"large\", otherwise: \"huge\")`")
        }
        return try Value.rowwise(given + [rest]) { columns in
          let conditions = stride(from: 0, to: given.count, by: 2).map { columns[$0] }
          return try Column.choosing(first: conditions, stride(from: 1, to: given.count, by: 2).map { columns[$0] }, columns[given.count])
        }
      }
    }

    define("is_missing", "Says whether a value is missing.") { f in
      let value = f.required(Value.self, "value", "A value, or a list or column of them.")
      f.returns(.elementwise(.bool))
      f.worksElementwise()
      f.example("is_missing([1, missing])", gives: "[false, true]")
      f.example("is_missing(missing)", gives: "true")
      f.seeAlso("drop_missing", "fill_missing", "n_missing")
      f.body { call in
        switch try call[value] {
        case .column(let column): .column(column.missingMask())
        case .list(let items): .list(items.map { .bool($0.isMissing) })
        case let value: .bool(value.isMissing)
        }
      }
    }

    define("bin", "Puts numbers into classes.") { f in
      let values = f.required(Value.self, "values", "A column or list of numbers.")
      let bins = f.optional(Value.self, "bins", default: .int(5),
        "How many classes, or a list of the edges between them.")
      let how = f.choice("how", ["width", "quantile"], default: "width",
        "Whether classes have one width, or about as many values each.")
      let labels = f.optional([String].self, "labels", "Names for the classes, the lowest first.")
      f.returns(.elementwise(.string))
      f.flow(.statistic(of: 0))
      f.details(
        "A class is named by its ends, `[0.0, 10.0)`; the last holds its upper end. Outside of given "
          + "edges it is missing.")
      f.example("bin([1, 4, 9], [0, 5, 10])", gives: "[\"[0.0, 5.0)\", \"[0.0, 5.0)\", \"[5.0, 10.0]\"]")
      f.example("bin([1, 4, 9], 2, labels: [\"low\", \"high\"])", gives: "[\"low\", \"low\", \"high\"]")
      f.seeAlso("if_else", "value_counts")
      f.body { call in
        let edges: Binning.Edges
        let given = try call[bins]
        if case .int(let n) = given, let count = Int(exactly: n) {
          edges = try call[how] == "quantile" ? .quantiles(count) : .equalWidth(count)
        } else if let bounds = try [Double].from(given) {
          edges = .at(bounds)
        } else {
          throw ArgumentReader.wrongKind(.value(given), wanted: "int or list of numbers", "bins", in: call)
        }
        let names = try call[labels]
        return try call[values].mapped { try Binning.labels($0, edges, names: names) }
      }
    }
  }
}
