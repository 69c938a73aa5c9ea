/// The verbs: each notes what is asked. Names of columns are checked at once where the columns are known.
extension LazyTable {
  package func filtering(_ condition: RowExpression) throws -> LazyTable {
    try checked(condition.reads).adding(.filter(plan, condition))
  }

  package func selecting(_ names: [String]) throws -> LazyTable {
    try checked(names).adding(.select(plan, names))
  }

  package func dropping(_ names: [String]) throws -> LazyTable {
    guard let schema = try checked(names).schema() else {
      return try transforming(TableVerb("drop", schema: { _ in nil }) { try $0.dropping(names) })
    }
    let dropped = Set(names)
    return try adding(.select(plan, schema.names.filter { !dropped.contains($0) }))
  }

  package func renaming(_ renamings: [Renaming]) throws -> LazyTable {
    try checked(renamings.map(\.old)).adding(.rename(plan, renamings))
  }

  /// A later derivation sees the columns of the earlier ones.
  package func deriving(_ derivations: [Derivation]) throws -> LazyTable { try adding(.derive(plan, derivations)) }

  package func aggregating(by keys: [String], _ values: [GroupDerivation]) throws -> LazyTable {
    try checked(keys).adding(.aggregate(plan, by: keys, values))
  }

  package func joining(_ other: LazyTable, _ options: JoinOptions) throws -> LazyTable {
    _ = try other.checked(options.on)
    return try LazyTable(
      checked(options.on).adding(.join(plan, other.plan, options)).plan, depth: max(depth, other.depth) + 1)
  }

  package func sorting(by keys: [SortKey]) throws -> LazyTable {
    var result = self
    for key in keys { result = try result.checked(key.expression.reads) }
    return try result.adding(.sort(plan, keys))
  }

  package func slicing(_ slice: RowSlice) throws -> LazyTable { try adding(.slice(plan, slice)) }

  package func sampling(_ sample: RowSample) throws -> LazyTable { try adding(.sample(plan, sample)) }

  package func distinct(by names: [String] = []) throws -> LazyTable {
    try checked(names).adding(.distinct(plan, by: names))
  }

  package static func concatenating(_ tables: [LazyTable], _ options: ConcatOptions = ConcatOptions()) throws -> LazyTable {
    try LazyTable(.concat(tables.map(\.plan), options), depth: (tables.map(\.depth).max() ?? 0) + 1)
  }

  /// A verb that the optimiser does not look into.
  package func transforming(_ verb: TableVerb) throws -> LazyTable { try adding(.verb(plan, verb)) }

  private func adding(_ plan: LogicalPlan) throws -> LazyTable { try LazyTable(plan, depth: depth + 1) }

  private func checked(_ names: [String]) throws -> LazyTable {
    guard !names.isEmpty, let schema = schema() else { return self }
    try schema.require(names)
    return self
  }

  private func checked(_ reads: Set<String>?) throws -> LazyTable { try checked((reads ?? []).sorted()) }
}
