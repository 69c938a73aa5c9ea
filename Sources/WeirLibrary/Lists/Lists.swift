import WeirBase
import WeirCatalog
import WeirDiagnostics
import WeirNetworks
import WeirTables

extension CatalogBuilder {
  /// Builtins that go through lists.
  mutating func defineLists() {
    defineMapping()
    definePairing()
    defineRearranging()
  }

  private mutating func defineMapping() {
    define("map", "Applies a function to each item.") { f in
      let items = f.required(Items.self, "items", "A list, range or column, or a table, whose rows are records.")
      let function = f.required(FunctionArgument.self, "function", "The function of one argument.")
      f.returns(.anyList)
      f.example("map([1, 2, 3], x => x * 10)", gives: "[10, 20, 30]")
      f.example("table(a: [1, 2], b: [3, 4]) |> map(row => row.a * row.b)", gives: "[3, 8]")
      f.seeAlso("filter", "reduce")
      f.body { call in
        let function = try call[function].function
        return .list(try call[items].items().map { item in
          try call.cancellation.check()
          return try call.apply(function, item)
        })
      }
    }
    define("reduce", "Joins the items of a list into one value, two at a time.") { f in
      let items = f.required(Items.self, "items", "A list, range, column or table.")
      let function = f.required(FunctionArgument.self, "function", "Takes the value so far and the next item.")
      let initial = f.optional(Value.self, "initial", "The value to begin with; without it, the first item.")
      f.returns(.any)
      f.example("reduce([1, 2, 3], (total, x) => total + x)", gives: "6")
      f.example("reduce([\"a\", \"b\"], (text, x) => \"{x}{text}\", initial: \"\")", gives: "\"ba\"")
      f.seeAlso("map", "sum")
      f.body { call in
        let function = try call[function].function
        let invoker = call.context.invoker, cancellation = call.cancellation
        // A range is counted through, so that a long one takes no memory.
        if case .value(.range(let range)) = call.raw(items), var value = try call.has(initial) ? call[initial] : nil {
          var number = range.lower
          while number <= range.upper {
            try cancellation.check()
            value = try invoker.invoke(function, value, .int(number)).forcedTable()
            if number == .max { break }
            number += 1
          }
          return value
        }
        var rest = try call[items].items()[...]
        guard var value = call.has(initial) ? try call[initial] : rest.popFirst() else {
          throw Diagnostic.failure(
            "there is nothing to reduce",
            mend: "give `initial:`, which is the answer for an empty list")
        }
        for item in rest {
          try cancellation.check()
          value = try invoker.invoke(function, value, item).forcedTable()
        }
        return value
      }
    }
  }

  private mutating func definePairing() {
    define("zip", "Puts the items of several lists together, first with first and so on.") { f in
      let lists = f.variadic([Value].self, "lists", "Lists, ranges or columns of one length.")
      f.returns(.list(.anyList))
      f.example("[\"{name}: {n}\" for [name, n] in zip([\"a\", \"b\"], [1, 2])]", gives: "[\"a: 1\", \"b: 2\"]")
      f.seeAlso("enumerate")
      f.body { call in
        let lists = try call[lists]
        let count = lists.first?.count ?? 0
        for list in lists where list.count != count {
          throw Diagnostic.failure(
            "`zip` is given lists of \(count) and of \(list.count) items",
            mend: "cut the longer one: `take(list, \(min(count, list.count)))`")
        }
        return .list((0..<count).map { place in .list(lists.map { $0[place] }) })
      }
    }
    define("enumerate", "Puts its position before each item.") { f in
      let items = f.required(Items.self, "items", "A list, range, column or table.")
      let start = f.optional(Int.self, "start", default: 0, "The number of the first item.")
      f.returns(.list(.anyList))
      f.example("enumerate([\"a\", \"b\"])", gives: "[[0, \"a\"], [1, \"b\"]]")
      f.seeAlso("zip")
      f.body { call in
        let start = try call[start]
        return .list(try call[items].items().enumerated().map { place, item in
          let (number, overflow) = start.addingReportingOverflow(place)
          if overflow { throw Diagnostic.overflow("`enumerate`") }
          return .list([.int(Int64(number)), item])
        })
      }
    }
    define("list", "Turns a range, a column or the rows of a table into a list.") { f in
      let items = f.required(Items.self, "items", "What has items.")
      f.returns(.anyList)
      f.example("list(1..3)", gives: "[1, 2, 3]")
      f.body { call in .list(try call[items].items()) }
    }
    define("flatten", "Takes the items of the lists in a list together into one list.") { f in
      let lists = f.optional([Value].self, "lists", "The list; what is no list in it stays as it is.")
      f.knownAhead()
      f.returns { $0.isAbsent(lists) ? .other("layer") : .anyList }
      f.details("Without a list it makes a layer of a network: an image or a sequence becomes one row of features.")
      f.example("flatten([[1, 2], [], [3]])", gives: "[1, 2, 3]")
      f.seeAlso("concat")
      f.body { call in
        guard call.has(lists) else { return .other(LayerValue(layer: Flatten())) }
        var out: [Value] = []
        for item in try call[lists] ?? [] {
          if case .record = item { out.append(item) } else if let inner = try item.items() { out += inner } else { out.append(item) }
          if out.count > largestList { throw Diagnostic.tooLarge("this list") }
        }
        return .list(out)
      }
    }
  }

  private mutating func defineRearranging() {
    define("reverse", "Gives the items or rows in the opposite order.") { f in
      let items = f.required(Items.self, "items", "A list, range, column or table.")
      f.returns { bound in itemsType(bound.type(items)) }
      f.example("reverse([1, 2, 3])", gives: "[3, 2, 1]")
      f.seeAlso("sort")
      f.body { call in
        let items = try call[items]
        return try items.taking(Array((0..<items.count()).reversed()))
      }
    }
    define("unique", "Gives each different value once, in the order they first appear.") { f in
      let items = f.required(Items.self, "items", "A list, range or column; of a table, the different rows.")
      f.returns { bound in itemsType(bound.type(items)) }
      f.example("unique([3, 1, 3, 2, 1])", gives: "[3, 1, 2]")
      f.seeAlso("distinct", "n_unique", "value_counts")
      f.body { call in
        let items = try call[items]
        switch items {
        case .table(let query): return .query(try query.distinct())
        case .column(let column): return .column(column.taking(Grouping(by: [column]).firstRows.filter { $0 < column.count }))
        case .list(let values): return .list(try Value.distinct(values))
        }
      }
    }
  }
}

/// What comes out of a verb that gives the kind of thing it was given; a range becomes a list.
func itemsType(_ type: ValueType?) -> ValueType {
  switch type {
  case .table, .column, .list: type ?? .any
  case .range: .list(.int)
  default: .any
  }
}

extension Value {
  /// Equal items once; ints and floats of the same size are equal.
  static func distinct(_ values: [Value]) throws -> [Value] {
    if values.allSatisfy({ $0.scalar != nil }), let column = try? Column.of(values) {
      return Grouping(by: [column]).firstRows.filter { $0 < values.count }.map { values[$0] }
    }
    var seen: [Value] = []
    for value in values where !seen.contains(where: { $0.isEqual(to: value) ?? false }) { seen.append(value) }
    return seen
  }
}
