import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirTables

extension CatalogBuilder {
  /// Verbs that choose or order the rows of a table, or the items of a list.
  mutating func defineItemVerbs() {
    defineFilter()
    defineSort()
    defineSlices()
    defineSample()
    defineConcat()
  }

  private mutating func defineFilter() {
    define("filter", "Keeps the rows or items for which a condition is true.") { f in
      let rows = f.required(Items.self, "rows", "A table, list, range or column.")
      let condition = f.rowExpression("condition", over: rows,
        "Of a table, a condition on its columns; of a list, a function of one item.")
      f.returns { bound in
        try checkCondition(bound.type(condition), of: bound.type(rows))
        return itemsType(bound.type(rows))
      }
      f.details("Rows where the condition is missing are left out.")
      f.example("table(a: [1, 2, 3]) |> filter(.a > 1) |> count()", gives: "2")
      f.example("filter([3, 1, 2], x => x > 1)", gives: "[3, 2]")
      f.seeAlso("drop_missing", "distinct")
      f.body { call in
        let rows = try call[rows]
        if let function = call.function(condition) {
          let kept = try rows.items().enumerated().filter { _, item in
            try call.cancellation.check()
            return try call.holds(function, item)
          }
          return try rows.taking(kept.map(\.offset))
        }
        if case .table(let table) = rows { return .query(try table.filtering(try call[condition])) }
        guard case .value(let given) = call.raw(condition), case .column(let mask) = try given.asConditions() else {
          throw ArgumentReader.wrongKind(call.raw(condition), wanted: "function", "condition", in: call)
        }
        return try rows.taking(try mask.trueRows(count: try rows.count()))
      }
    }
  }

  private mutating func defineSort() {
    define("sort", "Puts rows or items in ascending order, missing values last.") { f in
      let rows = f.required(Items.self, "rows", "A table, list, range or column.")
      let keys = f.orderKeys("keys", over: rows,
        "Of a table, the columns or expressions to sort by, `desc(.a)` for falling order.")
      let by = f.optional(FunctionArgument.self, "by", "Of a list, a function that gives what to compare.")
      let descending = f.optional(Bool.self, "descending", default: false, "Whether the greatest comes first.")
      f.returns { bound in itemsType(bound.type(rows)) }
      f.details("Rows with equal keys stay in their order.")
      f.example("table(a: [2, 1, 2], b: [1, 2, 3]) |> sort(.a, desc(.b)) |> map(row => row.b)", gives: "[2, 3, 1]")
      f.example("sort([3, 1, 2], descending: true)", gives: "[3, 2, 1]")
      f.example("sort([\"bb\", \"a\"], by: x => length(x))", gives: "[\"a\", \"bb\"]")
      f.seeAlso("desc", "reverse")
      f.body { call in
        let rows = try call[rows], keys = try call[keys], descending = try call[descending]
        if case .table(let table) = rows {
          guard !keys.isEmpty else {
            throw Diagnostic.failure(
              "`sort` needs to know what to sort the rows by",
              mend: "name a column: `sort(.name)`")
          }
          return .query(try table.sorting(by: keys.map { SortKey($0.expression, descending: $0.descending != descending) }))
        }
        guard keys.isEmpty else {
          throw Diagnostic.failure(
            "a list has no columns to sort by",
            mend: "give a function: `sort(list, by: x => x)`")
        }
        var items = try rows.items()
        if let function = try call[by]?.function { items = try items.map { try call.apply(function, $0) } }
        let column = try Column.of(items)
        if case .object(let kind) = column.type { throw TableError.other("a \(kind) has no place in an order", mend: nil) }
        return try rows.taking(Column.sortedOrder([(column, descending)], count: column.count))
      }
    }
    defineDescending(
      "desc", "Marks a column of `sort` that is to fall from the greatest to the smallest.",
      example: "table(a: [1, 3, 2]) |> sort(desc(.a)) |> map(row => row.a)")
  }

  private mutating func defineSlices() {
    let verbs: [(String, String, Int?, String, String, @Sendable (Int) -> RowSlice)] = [
      ("take", "Gives the first rows or items.", nil, "take([5, 6, 7], 2)", "[5, 6]", { .first($0) }),
      ("skip", "Leaves out the first rows or items.", nil, "skip([5, 6, 7], 2)", "[7]", { .skipping($0) }),
      ("head", "Gives the first rows or items, five where nothing else is said.", 5, "head(1..100)", "[1, 2, 3, 4, 5]", { .first($0) }),
      ("tail", "Gives the last rows or items, five where nothing else is said.", 5, "tail(1..100, 2)", "[99, 100]", { .last($0) }),
    ]
    for (name, summary, usual, example, gives, slice) in verbs {
      define(name, summary) { f in
        let rows = f.required(Items.self, "rows", "A table, list, range or column.")
        let n: Parameter<Int> = usual.map { f.optional(Int.self, "n", default: $0, "How many.") } ?? f.required(Int.self, "n", "How many.")
        f.returns { bound in itemsType(bound.type(rows)) }
        f.example(example, gives: gives)
        f.seeAlso("take", "skip", "head", "tail")
        f.body { call in
          let n = try call[n]
          guard n >= 0 else { throw Diagnostic.failure("`\(name)` can't give \(n) rows") }
          return try call[rows].sliced(slice(n))
        }
      }
    }
  }

  private mutating func defineSample() {
    define("sample", "Draws rows or items at random, without replacement, in the order they had; of a model, new rows.") { f in
      let rows = f.required(
        Value.self, "rows", "A table, list, range or column, or a model that draws rows: of `gan` or `gaussian_mixture`.",
        accepts: .either([Items.valueType, .model]))
      let n = f.optional(Int.self, "n", "How many.")
      let fraction = f.optional(Double.self, "fraction", "What share of them, 0 to 1.")
      let seed = f.optional(Int64.self, "seed", "Draws the same for the same number; by the seed of the program where left out.")
      f.returns { bound in bound.type(rows)?.isModel == true ? .anyTable : itemsType(bound.type(rows)) }
      f.random()
      f.example("1..100 |> sample(n: 10) |> length()", gives: "10")
      f.example("""
        model = table(x: 1..20) |> fit(gan(epochs: 2))
        model |> sample(n: 3, seed: 1) |> columns()
        """, gives: "[\"x\"]")
      f.seeAlso("take", "gan")
      f.body { call in
        let size: RowSample.Size, random = try call[seed].map { RandomStream(seed: $0) } ?? call.random
        switch (try call[n], try call[fraction]) {
        case (let n?, nil): size = .count(n)
        case (nil, let share?): size = .fraction(share)
        default: throw Diagnostic.failure("`sample` needs either `n` or `fraction`", mend: "write `sample(n: 100)` or `sample(fraction: 0.1)`")
        }
        let given = try call[rows]
        if case .model(let model) = given { return .table(try model.drawn(size, random, workers: call.workers)) }
        guard let rows = try Items.from(given) else {
          throw Diagnostic.wrongArgument(
            "rows", of: "sample", wanted: "table, list, range, column or model", found: given.typeName)
        }
        let drawn = RowSample(size, key: random.key)
        if case .table(let table) = rows { return .query(try table.sampling(drawn)) }
        let positions = Column(.int((0..<Int64(try rows.count())).map { $0 }))
        let chosen = try Table([("place", positions)]).sampled(drawn).column("place").values()
        return try rows.taking(chosen.compactMap { if case .int(let place) = $0 { Int(place) } else { nil } })
      }
    }
  }
}

/// What `filter` can't take: of a table a column that is not true or false, of a list what is no function of an item.
private func checkCondition(_ condition: ValueType?, of rows: ValueType?) throws {
  switch (rows, condition) {
  case (.table, .column(let type?)) where type != .bool:
    throw Diagnostic.wrongColumnType(
      operation: "a filter", column: nil, type: type.description, expected: "true or false on every row")
  case (.list, .int), (.list, .float), (.list, .string), (.list, .bool), (.range, .int), (.range, .bool):
    throw Diagnostic.wrongArgument(
      "condition", of: "filter", wanted: "function", found: condition?.description ?? "nothing")
  default: break
  }
}

extension Value {
  /// A column or list of conditions as a column.
  fileprivate func asConditions() throws -> Value {
    switch self {
    case .column, .list: .column(try asColumn())
    default: self
    }
  }
}
