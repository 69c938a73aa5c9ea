import WeirTables

extension Value {
  /// `==` of the language, for values that are not columns: ints and floats compare as numbers, missing equals nothing
  /// (here: false), lists and records item by item. Nil where two kinds can't be compared.
  package func isEqual(to other: Value) -> Bool? {
    switch (self, other) {
    case (.missing, _), (_, .missing): false
    case (.int(let a), .int(let b)): a == b
    case (.float(let a), .float(let b)): a == b
    case (.int(let a), .float(let b)), (.float(let b), .int(let a)): Double(a) == b
    case (.bool(let a), .bool(let b)): a == b
    case (.string(let a), .string(let b)): a == b
    case (.date(let a), .date(let b)): a == b
    case (.dateTime(let a), .dateTime(let b)): a == b
    case (.duration(let a), .duration(let b)): a == b
    case (.range(let a), .range(let b)): a == b
    case (.list(let a), .list(let b)): a.count == b.count && zip(a, b).allSatisfy { $0.isSame(as: $1) }
    case (.range, .list), (.list, .range):
      if let a = try? items(), let b = try? other.items() { Value.list(a).isEqual(to: .list(b)) } else { false }
    case (.record(let a), .record(let b)):
      a.fields.count == b.fields.count
        && a.fields.allSatisfy { field in b[field.name].map { field.value.isSame(as: $0) } ?? false }
    case (.query, _), (_, .query):
      if let a = try? forcedForComparison(), let b = try? other.forcedForComparison() { a.isEqual(to: b) } else { false }
    case (.table(let a), .table(let b)): a.isEqual(to: b)
    case (.other, .other), (.model, .model), (.plan, .plan):
      if let a = try? archive(), let b = try? other.archive() { a == b } else { false }
    default: nil
    }
  }

  private func forcedForComparison() throws -> Value {
    if case .query(let query) = self { .table(try query.collect()) } else { self }
  }

  /// Equality inside lists and records, where missing is the same as missing.
  fileprivate func isSame(as other: Value) -> Bool {
    if isMissing && other.isMissing { return true }
    return isEqual(to: other) ?? false
  }
}

extension Table {
  /// Whether names and values are the same, in the same order; how they are stored and where they come from is not asked.
  fileprivate func isEqual(to other: Table) -> Bool {
    guard rowCount == other.rowCount, names == other.names else { return false }
    return zip(columns, other.columns).allSatisfy { a, b in
      a.isIdentical(to: b) || zip(a.values(), b.values()).allSatisfy { $0.isSame(as: $1) }
    }
  }
}
