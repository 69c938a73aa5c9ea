package import WeirTables

/// A function from many rows to one value, good for a list, a column, and for every group of an `aggregate`.
package struct AggregateDefinition {
  package var definition: BuiltinDefinition
  fileprivate var whole: (@Sendable ([Column], Call) throws -> Value)?
  fileprivate var ofTensors: (@Sendable (TensorValue, [Int]?, Bool, Call) throws -> Value)?
  fileprivate var grouped: (@Sendable ([Column], Grouping, Call) throws -> Column)?

  /// One value from whole columns. Left out, it is the grouped kernel with all rows in one group.
  package mutating func whole(_ kernel: @escaping @Sendable ([Column], Call) throws -> Value) { whole = kernel }

  /// What it gives for a tensor, over the axes named or over all, which stay with size 1 where asked for. Adds the
  /// parameters `axis` and `keep`.
  package mutating func ofTensors(_ kernel: @escaping @Sendable (TensorValue, [Int]?, Bool, Call) throws -> Value) {
    ofTensors = kernel
  }

  /// One value for each group: a column with as many rows as the grouping has groups.
  package mutating func grouped(_ kernel: @escaping @Sendable ([Column], Grouping, Call) throws -> Column) {
    grouped = kernel
  }
}

extension CatalogBuilder {
  /// Defines an aggregate. `inputs` names and describes its columns; further parameters are settings.
  package mutating func defineAggregate(
    _ name: String, _ summary: String, inputs: [(name: String, summary: String)], gives type: ValueType = .float,
    accepts: ValueType? = nil,
    _ build: (inout AggregateDefinition) -> Void
  ) {
    var definition = BuiltinDefinition(name: name, summary: summary)
    let parameters = inputs.map { definition.required(Column.self, $0.name, $0.summary, accepts: accepts) }
    var aggregate = AggregateDefinition(definition: definition)
    build(&aggregate)
    guard let grouped = aggregate.grouped else { return }
    let whole = aggregate.whole ?? { columns, call in
      let rows = columns.first?.count ?? 0
      return try grouped(columns, .whole(rows), call).values().first ?? .missing
    }
    let tensors = aggregate.ofTensors.map { TensorReduction($0, &aggregate.definition) }
    aggregate.definition.returns { bound in
      if let first = parameters.first, tensors?.applies(bound, first) == true { return .any }
      return type
    }
    aggregate.definition.flow(parameters.isEmpty ? .none : .statistic(of: 0))
    aggregate.definition.kernel = .aggregate(inputs: inputs.count, grouped: grouped)
    aggregate.definition.body { call in
      if let first = parameters.first, let value = try tensors?.value(call.raw(first), call) { return value }
      return try whole(try parameters.map { try call[$0] }, call)
    }
    add(aggregate.definition)
  }

  /// Defines the mark of a falling sort key.
  package mutating func defineDescending(_ name: String, _ summary: String, example: String) {
    define(name, summary) { f in
      let key = f.required(Value.self, "key", "The column to sort by, greatest first.")
      f.kernel = .descending
      f.example(example)
      f.body { call in try call[key] }
    }
  }
}
