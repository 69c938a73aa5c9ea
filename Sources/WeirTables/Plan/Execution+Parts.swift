import WeirBase

extension Execution {
  /// Hands over the rows of a plan in order: part by part where they come from large files and each verb above these looks
  /// at one row at a time, otherwise all at once.
  ///
  /// All parts have the same columns of the same types, and there is one at least. A state taken back to what it was
  /// before undoes what was added since: so it goes where a later part shows that types were wrong.
  func reduceParts<State>(
    of plan: LogicalPlan, into state: inout State, _ add: (inout State, Table) throws -> Void
  ) throws {
    let (before, plan) = (state, plan)
    state = try Workers.$current.withValue(workers) {
      guard let branches = plan.chunkedBranches, try isLarge(branches) else { return try whole(plan, before, add) }
      var reduction = PartReduction(state: before)
      do {
        try reduce(branches, &reduction, add)
        guard !reduction.isUniform else { return try reduction.finished(add) }
        // Files may have other types by themselves than beside each other, which conditions may see.
        if branches.count == 1 || !branches.contains(where: \.looksAtValues), let types = try? reduction.unitedTypes() {
          var again = PartReduction(state: before)
          again.united = types
          try reduce(branches, &again, add)
          return try again.finished(add)
        }
      } catch where branches.count > 1 && !reduction.isRefused { try cancellation.check() }
      return try whole(plan, before, add)
    }
  }

  private func whole<State>(
    _ plan: LogicalPlan, _ before: State, _ add: (inout State, Table) throws -> Void
  ) throws -> State {
    var state = before
    try add(&state, run(plan))
    return state
  }

  private func reduce<State>(
    _ branches: [ChunkedBranch], _ reduction: inout PartReduction<State>, _ add: (inout State, Table) throws -> Void
  ) throws {
    for branch in branches {
      let before = reduction
      try readChunks(of: branch.source, restart: { reduction = before }) { chunk in
        try reduction.take(branch.rows(of: chunk), add)
      }
    }
  }
}

/// Parts that come one after the other, and what was made of them.
private struct PartReduction<State> {
  private(set) var state: State
  /// The types to give all parts, where they are known.
  var united: [ColumnType]?
  /// Whether all parts with rows had the same types.
  private(set) var isUniform = true
  /// Whether what takes the parts has thrown.
  private(set) var isRefused = false
  private var names: [String]?
  private var types: [ColumnType] = []
  /// Of each column the types of those parts that have a value.
  private var seen: [[ColumnType]] = []
  /// A part without rows, which counts only where there is no other.
  private var empty: Table?
  private var isBegun = false

  init(state: State) { self.state = state }

  mutating func take(_ part: Table, _ add: (inout State, Table) throws -> Void) throws {
    var part = part
    if let names {
      if part.names != names { part = try part.selecting(names) }
    } else {
      names = part.names
      types = part.columns.map(\.type)
      seen = types.map { _ in [] }
    }
    for (place, column) in part.columns.enumerated() where column.missingCount < column.count {
      if !seen[place].contains(column.type) { seen[place].append(column.type) }
    }
    guard part.rowCount > 0 else {
      if empty == nil { empty = part }
      return
    }
    if let united { part = try PartReduction.cast(part, to: united) } else {
      // The types of the first part count once it has rows.
      if !isBegun { types = part.columns.map(\.type) }
      isUniform = isUniform && part.columns.map(\.type) == types
    }
    isBegun = true
    if isUniform { try give(part, add) }
  }

  private mutating func give(_ part: Table, _ add: (inout State, Table) throws -> Void) throws {
    do { try add(&state, part) } catch {
      isRefused = true
      throw error
    }
  }

  mutating func finished(_ add: (inout State, Table) throws -> Void) throws -> State {
    if !isBegun, let empty { try give(empty, add) }
    return state
  }

  /// The types that the columns have when all parts stand one below the other.
  func unitedTypes() throws(TableError) -> [ColumnType] {
    var united: [ColumnType] = []
    for (place, found) in seen.enumerated() { united.append(found.isEmpty ? types[place] : try Column.common(found)) }
    return united
  }

  private static func cast(_ part: Table, to types: [ColumnType]) throws(TableError) -> Table {
    var columns: [(name: String, column: Column)] = []
    for ((name, column), type) in zip(zip(part.names, part.columns), types) {
      if column.type == type {
        columns.append((name, column))
      } else {
        let isBlank = column.missingCount == column.count
        columns.append((name, isBlank ? .missing(type, count: column.count) : try column.cast(to: type)))
      }
    }
    return try Table(columns, rowCount: part.rowCount)
  }
}
