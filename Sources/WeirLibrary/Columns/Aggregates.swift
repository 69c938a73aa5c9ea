import WeirCatalog
import WeirDiagnostics
import WeirTables
import WeirTensors

private typealias Inputs = [(name: String, summary: String)]
private let numbers: Inputs = [(name: "values", summary: "A column, list or range of numbers.")]
private let anything: Inputs = [(name: "values", summary: "A column, list or range.")]

extension CatalogBuilder {
  /// Functions from many values to one. Missing values are skipped.
  mutating func defineAggregates() {
    defineCounts()
    defineSums()
    defineSpread()
    defineShapes()
    defineChosenRows()
    definePairs()
  }

  private mutating func defineCounts() {
    define("count", "Counts rows, or values that are not missing.") { f in
      let values = f.optional(Value.self, "values",
        "A table, whose rows are counted, or a column or list; left out inside `aggregate`, the rows of the group.",
        accepts: .either([.anyTable, .anyColumn, .anyList, .range]))
      f.returns(.int)
      // How many rows there are says nothing of what is in them.
      f.flow(.none)
      f.aggregates(inputs: 1) { columns, grouping, _ in RowAggregate.count(columns.first, grouping) }
      f.example("table(a: [1, missing, 3]) |> count()", gives: "3")
      f.example("count([1, missing, 3])", gives: "2")
      f.example(
        "table(k: [\"x\", \"y\", \"x\"]) |> aggregate(by: .k, n: count()) |> map(row => row.n)",
        gives: "[2, 1]")
      f.seeAlso("length", "n_missing", "n_unique", "value_counts")
      f.body { call in
        let given: Value = try call[values] ?? .missing
        switch given {
        case .table(let table): return .int(Int64(table.rowCount))
        case .query(let query):
          return .int(Int64(try query.countRows(workers: call.workers, cancellation: call.cancellation)))
        case .missing where !call.has(values):
          throw Diagnostic.missingArgument("values", of: call.builtin.info)
        case let value:
          guard let items = try value.items() else {
            throw ArgumentReader.wrongKind(.value(value), wanted: "table, column or list", "values", in: call)
          }
          return .int(Int64(items.count { !$0.isMissing }))
        }
      }
    }
    defineAggregate("n_unique", "Counts the different values.", inputs: anything, gives: .int) { f in
      f.definition.example("n_unique([1, 2, 2, missing])", gives: "2")
      f.definition.seeAlso("unique", "count")
      f.grouped { columns, grouping, _ in RowAggregate.uniqueCount(columns[0], grouping) }
    }
    defineAggregate("n_missing", "Counts the values that are missing.", inputs: anything, gives: .int) { f in
      f.definition.example("n_missing([1, missing, 3])", gives: "1")
      f.definition.seeAlso("count", "is_missing", "drop_missing")
      f.grouped { columns, grouping, _ in RowAggregate.missingCount(columns[0], grouping) }
    }
  }

  private mutating func defineSums() {
    defineAggregate("sum", "Adds numbers or durations up.", inputs: numbers, gives: .number, accepts: .numbersOrTensor) { f in
      f.ofTensors { value, axes, keep, _ in try .tensor(value.variable.sum(axes, keep: keep)) }
      f.definition.details(
        "Ints give an int, and an error where it does not fit. Floats give a float whose rounding does not grow with the rows; "
          + "where the sum of finite ones is beyond all floats, that is an error too.")
      f.definition.example("sum([1, 2, missing])", gives: "3")
      f.definition.seeAlso("mean", "count")
      f.grouped { columns, grouping, _ in try NumberAggregate.sum(columns[0], grouping) }
    }
    defineAggregate("mean", "Gives the arithmetic mean of numbers.", inputs: numbers, accepts: .numbersOrTensor) { f in
      f.ofTensors { value, axes, keep, _ in try .tensor(value.variable.mean(axes, keep: keep)) }
      f.definition.example("mean([1, 2, missing, 6])", gives: "3.0")
      f.definition.seeAlso("median", "weighted_mean", "std")
      f.grouped { columns, grouping, _ in try NumberAggregate.mean(columns[0], grouping) }
    }
    defineAggregate("median", "Gives the number in the middle.", inputs: numbers, accepts: .numbers) { f in
      f.definition.details("Of an even count, the mean of the two in the middle.")
      f.definition.example("median([3, 1, 10, 2])", gives: "2.5")
      f.definition.seeAlso("quantile", "mean")
      f.grouped { columns, grouping, _ in
        try NumberAggregate.quantile(columns[0], grouping, at: 0.5, for: "median")
      }
    }
    defineAggregate("quantile", "Gives the number below which a share of the numbers lies.", inputs: numbers, accepts: .numbers) { f in
      let share = f.definition.required(Double.self, "q", "The share, 0 to 1.")
      f.definition.details("Linear between the two nearest, as NumPy and pandas have it.")
      f.definition.example("quantile([1, 2, 3, 4], 0.9)", gives: "3.7")
      f.definition.seeAlso("median")
      f.grouped { columns, grouping, call in
        try NumberAggregate.quantile(columns[0], grouping, at: try call[share], for: "quantile")
      }
    }
    defineAggregate(
      "weighted_mean", "Gives the mean of numbers, each counted by its weight.",
      inputs: numbers + [(name: "weights", summary: "One weight for each number.")]
    ) { f in
      f.definition.example("weighted_mean([1, 4], [2, 1])", gives: "2.0")
      f.definition.seeAlso("mean")
      f.grouped { columns, grouping, _ in try NumberAggregate.weightedMean(columns[0], columns[1], grouping) }
    }
  }

  private mutating func defineSpread() {
    for (name, summary, example, gives, root) in [
      ("std", "Gives the standard deviation of numbers.", "std([1, 2, 3, 4])", "1.29099", true),
      ("var", "Gives the variance of numbers.", "var([1, 2, 3, 4])", "1.66667", false),
    ] {
      defineAggregate(name, summary, inputs: numbers, accepts: .numbersOrTensor) { f in
        let ddof = f.definition.optional(Int.self, "ddof", default: 1,
          "What is taken from the count in the denominator: 1 for a sample, 0 for all there is.")
        f.definition.example(example, gives: gives)
        f.definition.seeAlso(root ? "var" : "std", "mean")
        f.ofTensors { value, axes, keep, call in
          try .tensor(value.variable.spread(axes, keep: keep, ddof: try call[ddof], root: root))
        }
        f.grouped { columns, grouping, call in
          try NumberAggregate.variance(columns[0], grouping, ddof: try call[ddof], root: root)
        }
      }
    }
  }

  private mutating func defineShapes() {
    for (name, summary, example, gives, power) in [
      ("skew", "Says how lopsided numbers lie about their mean.", "skew([1, 2, 3, 10])", "1.76363", 3),
      ("kurtosis", "Says how heavy the tails of numbers are, 0 for a normal distribution.", "kurtosis([1, 2, 3, 10])", "3.228", 4),
    ] {
      defineAggregate(name, summary, inputs: numbers, accepts: .numbers) { f in
        f.definition.details("With the correction for small samples that pandas makes.")
        f.definition.example(example, gives: gives)
        f.definition.seeAlso("std")
        f.grouped { columns, grouping, _ in try NumberAggregate.shape(columns[0], grouping, power: power) }
      }
    }
  }

  private mutating func defineChosenRows() {
    defineExtremes()
    for (name, summary, gives, last) in [
      ("first", "Gives the first value that is not missing.", "2", false), ("last", "Gives the last value that is not missing.", "3", true),
    ] {
      define(name, summary) { f in
        let values = f.required(
          Value.self, "values", "A column or list.", accepts: .either([.anyColumn, .anyList, .range]))
        f.returns { bound in itemType(bound.type(values)) }
        f.flow(.statistic(of: 0))
        f.aggregates(inputs: 1) { columns, grouping, _ in RowAggregate.edge(columns[0], grouping, last: last) }
        f.example("\(name)([missing, 2, 3])", gives: gives)
        f.seeAlso(last ? "first" : "last", "head")
        f.body { call in
          let value = try call[values]
          guard let items = try value.items() else {
            throw ArgumentReader.wrongKind(.value(value), wanted: "column or list", "values", in: call)
          }
          return (last ? items.last { !$0.isMissing } : items.first { !$0.isMissing }) ?? .missing
        }
      }
    }
    defineAggregate("mode", "Gives the most frequent value, the smallest of several.", inputs: anything, gives: .any) { f in
      f.definition.example("mode([\"b\", \"a\", \"b\"])", gives: "\"b\"")
      f.definition.seeAlso("value_counts")
      f.grouped { columns, grouping, _ in RowAggregate.mode(columns[0], grouping) }
    }
    for (name, summary, gives, all) in [
      ("any", "Says whether at least one value is true.", "true", false), ("all", "Says whether every value is true.", "false", true),
    ] {
      let inputs: Inputs = [(name: "values", summary: "A column or list of conditions.")]
      defineAggregate(name, summary, inputs: inputs, gives: .bool, accepts: .truthsOrTensor) { f in
        f.ofTensors { value, axes, keep, _ in
          try .tensor(value.tensor.reduced(all ? .all : .any, axes: axes, keep: keep))
        }
        f.definition.example("\(name)([true, false, missing])", gives: gives)
        f.definition.example("\(name)([])", gives: all ? "true" : "false")
        f.definition.seeAlso(all ? "any" : "all")
        f.whole { columns, _ in
          let column = columns[0].missingCount == columns[0].count ? Column(.bool([])) : columns[0]
          return try RowAggregate.truth(column, .whole(column.count), all: all).values().first ?? .missing
        }
        f.grouped { columns, grouping, _ in try RowAggregate.truth(columns[0], grouping, all: all) }
      }
    }
  }

  private mutating func defineExtremes() {
    for (name, summary, example, gives, greatest) in [
      ("min", "Gives the smallest value of a column or list, or of its arguments.", "min([3, missing, 1])", "1", false),
      ("max", "Gives the greatest value of a column or list, or of its arguments.", "max([3, missing, 7])", "7", true),
    ] {
      define(name, summary) { f in
        let values = f.required(Value.self, "values", "A column or list; or the first of several values to compare.")
        let others = f.variadic(Value.self, "others", "Further values, or columns, which are compared row by row.")
        let axis = f.axes("Of a tensor: the axis or axes to go over; without it, all.")
        let keep = f.optional(Bool.self, "keep", default: false, "Of a tensor: whether those axes stay, with size 1.")
        f.returns { bound in bound.isAbsent(axis) ? itemType(bound.type(values)) : .any }
        f.flow(.statistic(of: 0))
        f.aggregates(inputs: 1) { columns, grouping, call in
          let own = try RowAggregate.extreme(columns[0], grouping, greatest: greatest)
          let others = try call[others].map { try $0.asColumn(rows: grouping.count) }
          return others.isEmpty ? own : try Column.extreme(of: [own] + others, greatest: greatest)
        }
        f.example(example, gives: gives)
        f.example("\(name)(2, 5)", gives: greatest ? "5" : "2")
        f.details("Of texts, by their order; missing values are passed over.")
        f.seeAlso(greatest ? "min" : "max", "sort")
        f.body { call in
          let value = try call[values], others = try call[others]
          if call.has(axis) || ([value] + others).contains(where: \.holdsTensors) {
            return try extreme(of: [value] + others, try call[axis], keep: try call[keep], greatest: greatest, in: call)
          }
          if others.isEmpty {
            guard value.scalar == nil else { return value }
            let column = try value.asColumn()
            return try RowAggregate.extreme(column, .whole(column.count), greatest: greatest).values().first ?? .missing
          }
          let all = [value] + others
          let rows = all.compactMap { if case .column(let column) = $0 { column.count } else { nil } }.first
          let extreme = try Column.extreme(of: all.map { try $0.asColumn(rows: rows ?? 1) }, greatest: greatest)
          return rows == nil ? extreme.values().first ?? .missing : .column(extreme)
        }
      }
    }
  }

  private mutating func definePairs() {
    let two: Inputs = [
      (name: "x", summary: "A column or list of numbers."), (name: "y", summary: "Another of the same length."),
    ]
    for (name, summary, example, gives, scaled) in [
      ("corr", "Gives the correlation of two columns (Pearson), -1 to 1.", "corr([1, 2, 3], [2, 4, 7])", "0.993399", true),
      ("cov", "Gives the covariance of two columns.", "cov([1, 2, 3], [2, 4, 7])", "2.5", false),
    ] {
      defineAggregate(name, summary, inputs: two, accepts: .numbers) { f in
        f.definition.details("Over the rows where both have a value.")
        f.definition.example(example, gives: gives)
        f.definition.seeAlso(scaled ? "cov" : "corr", "correlate")
        f.grouped { columns, grouping, _ in
          try NumberAggregate.covariance(columns[0], columns[1], grouping, scaled: scaled)
        }
      }
    }
  }
}

/// The greatest (least) of a tensor, or of several element by element.
private func extreme(of values: [Value], _ axes: [Int]?, keep: Bool, greatest: Bool, in call: Call) throws -> Value {
  let variables = try values.map { value in
    guard let variable = try Variable(value) else { throw ArgumentReader.wrongKind(.value(value), wanted: "tensor", "values", in: call) }
    return variable
  }
  guard variables.count > 1 else {
    return try .tensor(Variable.apply(greatest ? Operation.max : Operation.min, variables, Settings(axes: axes, keep: keep)))
  }
  if axes != nil { throw TensorError.other("`axis` is for one tensor, and \(variables.count) are compared", mend: nil) }
  return try .tensor(variables.dropFirst().reduce(variables[0]) {
    try Variable.apply(greatest ? Operation.maximum : Operation.minimum, [$0, $1])
  })
}

/// What one item of a column or list is.
func itemType(_ type: ValueType?) -> ValueType {
  switch type {
  case .list(let item): item
  case .range: .int
  case .column(let column): column.map { ValueType($0) } ?? .any
  case .int, .float, .number, .string, .bool, .date, .dateTime, .duration: type ?? .any
  default: .any
  }
}

extension ValueType {
  /// The type of one row of a column.
  init(_ type: ColumnType) {
    switch type {
    case .bool: self = .bool
    case .int: self = .int
    case .float: self = .float
    case .text: self = .string
    case .date: self = .date
    case .dateTime: self = .dateTime
    case .duration: self = .duration
    case .object(let name): self = .other(name)
    }
  }
}
