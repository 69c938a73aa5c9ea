extension LogicalPlan {
  /// A plan with the same result that reads and carries less: conditions stand as near to the sources as they may,
  /// sources give only the columns that something above them reads, verbs of one kind in a row are one.
  func optimized() -> LogicalPlan { merged().withFiltersMovedDown().keeping(nil) }

  /// The plan with `change` made to each input.
  func mappingInputs(_ change: (LogicalPlan) -> LogicalPlan) -> LogicalPlan {
    switch self {
    case .table, .csv, .columns: self
    case .filter(let input, let condition): .filter(change(input), condition)
    case .select(let input, let names): .select(change(input), names)
    case .rename(let input, let renamings): .rename(change(input), renamings)
    case .derive(let input, let derivations): .derive(change(input), derivations)
    case .aggregate(let input, let keys, let values): .aggregate(change(input), by: keys, values)
    case .join(let left, let right, let options): .join(change(left), change(right), options)
    case .sort(let input, let keys): .sort(change(input), keys)
    case .slice(let input, let slice): .slice(change(input), slice)
    case .sample(let input, let sample): .sample(change(input), sample)
    case .distinct(let input, let names): .distinct(change(input), by: names)
    case .concat(let inputs, let options): .concat(inputs.map(change), options)
    case .verb(let input, let verb): .verb(change(input), verb)
    }
  }

  // MARK: Merging

  private func merged() -> LogicalPlan {
    switch mappingInputs({ $0.merged() }) {
    case .select(.select(let input, let inner), let outer) where Set(outer).isSubset(of: inner):
      .select(input, outer)
    case .derive(.derive(let input, let first), let second):
      .derive(input, first + second)
    case .slice(.slice(let input, .first(let a)), .first(let b)): .slice(input, .first(min(a, b)))
    case let plan: plan
    }
  }

  // MARK: Conditions

  private func withFiltersMovedDown() -> LogicalPlan {
    let plan = mappingInputs { $0.withFiltersMovedDown() }
    guard case .filter(let input, let condition) = plan, condition.isRowwise, let reads = condition.reads else {
      return plan
    }
    return input.receiving(condition, reading: reads) ?? plan
  }

  /// The plan with the rows that fail `condition` left out further down; nil where it must stand above.
  ///
  /// It moves only past verbs below which it sees no row that it does not see above, so that it can't fail where it
  /// would not have.
  private func receiving(_ condition: RowExpression, reading reads: Set<String>) -> LogicalPlan? {
    func moved(_ input: LogicalPlan, _ condition: RowExpression) -> LogicalPlan {
      condition.reads.flatMap { input.receiving(condition, reading: $0) } ?? .filter(input, condition)
    }
    switch self {
    case .csv(var scan):
      guard reads.isSubset(of: scan.reader.names) else { return nil }
      scan.predicates.append(condition)
      return .csv(scan)
    case .columns(var scan):
      guard reads.isSubset(of: scan.outputNames) else { return nil }
      scan.predicates.append(condition)
      return .columns(scan)
    case .sort(let input, let keys) where keys.allSatisfy(\.expression.isRowwise):
      return .sort(moved(input, condition), keys)
    case .select(let input, let names) where reads.isSubset(of: names):
      return .select(moved(input, condition), names)
    case .rename(let input, let renamings):
      guard renamings.allSatisfy({ !reads.contains($0.new) && !reads.contains($0.old) }) else { return nil }
      return .rename(moved(input, condition), renamings)
    case .derive(let input, let derivations)
    where derivations.allSatisfy({ $0.expression.isRowwise && !reads.contains($0.name) }):
      return .derive(moved(input, condition), derivations)
    case .join(let left, let right, let options) where options.kind == .left:
      guard let names = left.schema?.names, reads.isSubset(of: names) else { return nil }
      return .join(moved(left, condition), right, options)
    default: return nil
    }
  }

  // MARK: Columns

  /// The plan with no more columns than are `needed` (nil: all) as far as sources can leave them out.
  private func keeping(_ needed: Set<String>?) -> LogicalPlan {
    switch self {
    case .table(let table):
      guard let needed, !needed.isSuperset(of: table.names) else { return self }
      return .select(self, table.names.filter(needed.contains))
    case .csv(var scan):
      scan.columns = needed.map { needed in scan.outputNames.filter(needed.contains) } ?? scan.columns
      return .csv(scan)
    case .columns(var scan):
      scan.columns = needed.map { needed in scan.outputNames.filter(needed.contains) } ?? scan.columns
      return .columns(scan)
    case .filter(let input, let condition):
      return .filter(input.keeping(needed.adding(condition.reads)), condition)
    case .select(let input, let names): return .select(input.keeping(Set(names)), names)
    case .rename(let input, let renamings):
      return .rename(input.keeping(needed.map { LogicalPlan.before(renamings, $0) }), renamings)
    case .derive(let input, let derivations):
      return .derive(input.keeping(needed.adding(derivations.map(\.expression.reads))), derivations)
    case .aggregate(let input, let keys, let values):
      return .aggregate(input.keeping(Set(keys).adding(values.map(\.expression.reads))), by: keys, values)
    case .join(let left, let right, let options): return LogicalPlan.join(left, right, options, keeping: needed)
    case .sort(let input, let keys): return .sort(input.keeping(needed.adding(keys.map(\.expression.reads))), keys)
    case .slice(let input, let slice): return .slice(input.keeping(needed), slice)
    case .sample(let input, let sample): return .sample(input.keeping(needed), sample)
    case .distinct(let input, let names):
      return .distinct(input.keeping(names.isEmpty ? nil : needed.adding(Set(names))), by: names)
    case .concat(let inputs, let options): return .concat(inputs.map { $0.keeping(needed) }, options)
    case .verb(let input, let verb): return .verb(input.keeping(nil), verb)
    }
  }

  private static func before(_ renamings: [Renaming], _ needed: Set<String>) -> Set<String> {
    var names = needed
    for renaming in renamings { names.remove(renaming.new) }
    // Every renamed column must be there, or renaming it would be an error.
    for renaming in renamings { names.insert(renaming.old) }
    return names
  }

  private static func join(
    _ left: LogicalPlan, _ right: LogicalPlan, _ options: JoinOptions, keeping needed: Set<String>?
  ) -> LogicalPlan {
    guard let l = left.schema?.names, let r = right.schema?.names else {
      return .join(left.keeping(nil), right.keeping(nil), options)
    }
    let columns = JoinColumns(l, r, options)
    let sides = columns.needed(needed ?? Set(columns.outputs.map(\.name)))
    return .join(left.keeping(sides.left), right.keeping(sides.right), options)
  }
}

extension Set<String>? {
  /// With the columns that something reads; nil, which is all columns, where that is not known.
  fileprivate func adding(_ reads: Set<String>?) -> Set<String>? {
    guard let self, let reads else { return nil }
    return self.union(reads)
  }

  fileprivate func adding(_ reads: [Set<String>?]) -> Set<String>? { reads.reduce(self) { $0.adding($1) } }
}

extension Set<String> {
  fileprivate func adding(_ reads: [Set<String>?]) -> Set<String>? { Optional(self).adding(reads) }
}
