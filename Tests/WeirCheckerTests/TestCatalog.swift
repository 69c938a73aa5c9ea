import WeirBase
import WeirCatalog
import WeirChecker
import WeirDiagnostics
import WeirModels
import WeirSyntax
import WeirTables

/// A small catalog with builtins of every shape, so that the rules are tested apart from the library.
let testCatalog = Catalog { builtins in
  builtins.defineTestReading()
  builtins.defineTestVerbs()
  builtins.defineTestFunctions()
  builtins.defineTestModels()
}

extension CatalogBuilder {
  fileprivate mutating func defineTestReading() {
    define("read_csv", "Reads a table.") { f in
      let path = f.required(String.self, "path", "The file.")
      _ = f.optional(String.self, "delimiter", "What stands between two fields.")
      f.effect(.reads)
      f.returns { bound in
        guard let name = bound.text(path), let file = bound.file(name) else { return .anyTable }
        let line = String(decoding: file.bytes.prefix { $0 != 10 }, as: UTF8.self)
        let headers = line.split(separator: ",").map { field in
          let parts = field.split(separator: ":")
          let type: ColumnType? = switch parts.dropFirst().first ?? "" {
          case "text": .text
          case "float": .float
          case "int": .int
          case "date": .date
          case "bool": .bool
          default: nil
          }
          return TableType.ColumnHeader(String(parts[0]), type)
        }
        return .table(TableType(columns: headers))
      }
    }
    define("table", "Makes a table.") { f in
      let columns = f.namedRest("columns", "Its columns.")
      f.returns { bound in
        .table(TableType(columns: bound.named(columns).map { column in
          if case .list(let item) = column.type, item == .int { return .init(column.name, .int) }
          if case .list(let item) = column.type, item == .string { return .init(column.name, .text) }
          return .init(column.name)
        }))
      }
    }
  }

  fileprivate mutating func defineTestVerbs() {
    define("filter", "Keeps rows.") { f in
      let rows = f.required(Value.self, "rows", "A table or list.")
      _ = f.rowExpression("condition", over: rows, "Which.")
      f.returns(.same(as: rows.slot))
    }
    define("derive", "Adds columns.") { f in
      let rows = f.required(Table.self, "rows", "A table.")
      let named = f.namedRowExpressions("columns", over: rows, "New columns.")
      f.returns { bound in
        var table = bound.table(rows)
        for column in bound.named(named) {
          var type: ColumnType?
          if case .column(let known) = column.type { type = known }
          table.columns?.removeAll { $0.name == column.name }
          table.columns?.append(.init(column.name, type))
        }
        return .table(table)
      }
    }
    define("select", "Keeps columns.") { f in
      let rows = f.required(Table.self, "rows", "A table.")
      let names = f.columns("columns", of: rows, "Which.")
      f.returns { bound in
        guard let kept = bound.columns(names) else { return .table(bound.table(rows).with(columns: nil)) }
        let table = bound.table(rows)
        return .table(table.with(columns: kept.map { table.column($0) ?? .init($0) }))
      }
    }
    define("aggregate", "One row for each group.") { f in
      let rows = f.required(Table.self, "rows", "A table.")
      let by = f.namedColumns("by", of: rows, "The columns that make groups.")
      let named = f.namedGroupExpressions("columns", over: rows, "What to compute.")
      f.returns { bound in
        guard let keys = bound.columns(by) else { return .anyTable }
        return .table(TableType(columns: (keys + bound.named(named).map(\.name)).map { .init($0) }))
      }
    }
    define("sort", "Orders rows.") { f in
      let rows = f.required(Table.self, "rows", "A table.")
      _ = f.orderKeys("keys", over: rows, "By what.")
      f.returnsRows(of: rows)
    }
    defineDescending("desc", "Falling.", example: "1")
    define("take", "The first rows.") { f in
      let rows = f.required(Value.self, "rows", "A table or list.")
      _ = f.required(Int.self, "n", "How many.")
      f.returns(.same(as: rows.slot))
    }
    define("concat", "One below the other.") { f in
      let tables = f.variadic(Table.self, "tables", "Tables.")
      f.returns { bound in bound.tables(tables).first.map { .table($0) } ?? .anyTable }
    }
    define("join", "Side by side.") { f in
      _ = f.required(Table.self, "left", "A table.")
      let right = f.required(Table.self, "right", "Another.")
      _ = f.namedColumns("on", of: right, "The columns that must be equal.")
      _ = f.choice("how", ["inner", "left", "full"], default: "inner", "Which rows stay.")
      f.returns(.anyTable)
    }
    define("cast", "Changes types.") { f in
      let rows = f.required(Table.self, "rows", "A table.")
      let types = f.namedRest("types", "New types.")
      f.returns { bound in
        let table = bound.table(rows)
        for named in bound.named(types) where table.columns != nil && table.column(named.name) == nil {
          throw TableError.noColumn(named.name, columns: table.columns?.map(\.name) ?? [])
        }
        return .table(table)
      }
    }
  }

  fileprivate mutating func defineTestFunctions() {
    for name in ["mean", "std", "max", "sum"] {
      defineAggregate(name, "Of numbers.", inputs: [("values", "Numbers.")]) { a in a.grouped { columns, _, _ in columns[0] } }
    }
    defineAggregate("count", "How many rows.", inputs: [], gives: .int) { a in a.grouped { _, _, _ in Column(.int([])) } }
    defineElementwise("upper", "Capitals.", input: ("text", "Text."), gives: .string) { _ in }
    defineElementwise("log", "Logarithm.", input: ("x", "A number."), gives: .float) { $0.number { $0 } }
    define("repeat", "A text again and again.") { f in
      _ = f.required(String.self, "text", "A text.")
      _ = f.required(Int.self, "times", "How often.")
      f.returns(.string)
    }
    define("map", "Applies a function.") { f in
      _ = f.required(Value.self, "items", "A list.")
      _ = f.required(FunctionArgument.self, "function", "What to do.")
      f.returns(.anyList)
    }
    define("reduce", "Joins items.") { f in
      _ = f.required(Value.self, "items", "A list.")
      _ = f.required(FunctionArgument.self, "function", "Of two.")
      f.returns(.any)
    }
    for name in ["describe", "columns"] {
      define(name, "Looks at a table.") { f in
        let rows = f.required(Table.self, "rows", "A table.")
        f.returns(name == "columns" ? .list(.string) : .anyTable)
        f.flow(name == "columns" ? .none : .statistic(of: rows.slot))
      }
    }
    define("print", "Shows.") { f in
      _ = f.variadic(Value.self, "values", "What.")
      f.flow(.none)
      f.effect(.prints)
      f.returns(.missing)
    }
    define("expect", "Demands.") { f in
      _ = f.required(Value.self, "condition", "What.")
      _ = f.optional(String.self, "message", "Why.")
      f.flow(.none)
      f.returns(.missing)
    }
  }

  fileprivate mutating func defineTestModels() {
    for name in ["impute", "standardize", "logistic"] {
      define(name, "A step.") { f in
        _ = f.columns("columns", "Which.")
        _ = f.optional(Double.self, "l2", default: 1, "Strength.")
        f.returns(.plan)
      }
    }
    define("kfold", "Folds.") { f in
      _ = f.required(Int.self, "k", "How many.")
      f.flow(.none)
      f.returns(.other("folds"))
    }
    define("split", "Parts a table.") { f in
      let rows = f.required(Table.self, "rows", "A table.")
      for name in ["train", "valid", "test"] { _ = f.optional(Double.self, name, "The share.") }
      _ = f.optionalColumn("stratify", of: rows, "Kept alike.")
      f.flow(.splits(rows.slot))
      f.random()
      f.returns(.anyRecord)
    }
    for name in ["fit", "cross_validate"] {
      define(name, "Learns.") { f in
        let rows = f.required(Table.self, "rows", "A table.")
        _ = f.required(Plan.self, "plan", "What to fit.")
        _ = f.optionalColumn("target", of: rows, "What to predict.")
        _ = f.optional(Table.self, "valid", "Rows to stop early by.")
        f.flow(.fits(on: rows.slot))
        f.returns(name == "fit" ? .model : .anyTable)
      }
    }
    define("predict", "Predicts.") { f in
      _ = f.required(ModelArgument.self, "model", "A model.")
      _ = f.required(Table.self, "rows", "A table.")
      f.returns(.anyTable)
    }
    define("evaluate", "Scores.") { f in
      _ = f.required(ModelArgument.self, "model", "A model.")
      let rows = f.required(Table.self, "rows", "A table.")
      f.flow(.evaluates(on: rows.slot))
      f.returns(.any)
    }
    define("allow_leak", "Means it.") { f in
      let value = f.required(Value.self, "value", "What.")
      _ = f.required(String.self, "because", "Why.")
      f.flow(.allowsLeak)
      f.returns(.same(as: value.slot))
    }
  }
}

/// Checks programs of several cells, with a table beside them and a module.
struct Checking {
  static let header = "species:text,island:text,bill_length:float,body_mass:int,sex:text,hatched:date"

  static let module = """
    fn iqr(x) = max(x) - mean(x)
    fn train_on(table, plan) = fit(table, plan)
    fn _hidden(x) = x
    """

  let result: CheckResult
  let sources: SourceMap

  init(_ cells: [String], prelude: String? = nil, isModule: Bool = false) {
    self.init(cells: cells.enumerated().map { ("c\($0)", $1) }, prelude: prelude, isModule: isModule)
  }

  init(cells: [(name: String, text: String)], prelude: String? = nil, isModule: Bool = false) {
    var files: [SourceFile] = []
    func tree(_ text: String, _ name: String) -> SyntaxTree {
      let file = SourceFile(id: FileID(UInt32(files.count)), name: name, text: text)
      files.append(file)
      return parse(file).tree
    }
    let graph = CellGraph(cells.map { Cell(name: $0.name, tree: tree($0.text, "cell `\($0.name)`")) })
    let module = tree(Self.module, "stats.weir"), before = prelude.map { tree($0, "prelude.weir") }
    result = Checker.check(graph, in: CheckSurroundings(
      catalog: testCatalog, module: { $0 == "stats" ? module : nil }, moduleNames: ["stats", "text"], prelude: before,
      file: { $0 == "penguins.csv" ? FileContents(Array((Self.header + "\n").utf8)) : nil }, isModule: isModule))
    sources = SourceMap(files)
  }

  /// "W0401 body_mas": each code with the source under it.
  var found: [String] {
    result.diagnostics.map { "\($0.code) \($0.primary.span.map { sources.text(at: $0) } ?? "-")" }
  }

  var codes: [String] { result.diagnostics.map(\.code.description) }
  var rendered: String { Renderer(sources: sources).render(result.diagnostics) }
}

func check(_ cells: String...) -> Checking { Checking(cells) }
