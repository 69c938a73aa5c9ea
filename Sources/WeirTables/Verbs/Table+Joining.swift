import WeirBase

/// Joining two tables on equal values in columns of the same name.
extension Table {
  /// More rows than this in a result are an error, not a machine out of memory.
  static let largestJoin = 1 << 30

  /// The rows of both tables whose keys are equal, side by side.
  ///
  /// Rows come in the order of this table, and for one row of it in the order of the other; a row that meets several
  /// rows of the other table appears once for each (so many-to-many keys multiply). Missing is equal to nothing, also
  /// not to missing. What a `right` or `full` join keeps of the other table alone comes last.
  package func joined(with other: Table, _ options: JoinOptions) throws(TableError) -> Table {
    guard !options.on.isEmpty else {
      throw .other("a join needs the columns in which rows agree", mend: "name them: `on: .id`")
    }
    try checkRowCount()
    try other.checkRowCount()
    let keys = try JoinKeys(self, other, options.on)
    let lineage = self.lineage.union(other.lineage)
    // The rows of a semi or anti join are this table's alone.
    switch options.kind {
    case .semi, .anti: return try taking(Positions(keys.rows(thatMeet: options.kind == .semi)))
    case .inner, .left, .right, .full: break
    }
    let keepsRight = options.kind == .right || options.kind == .full
    let pairs = try keys.pairs(keepLeft: options.kind == .left || options.kind == .full, keepRight: keepsRight)
    let left = Positions(pairs.left), right = Positions(pairs.right)
    var out: [(name: String, column: Column)] = []
    for output in JoinColumns(names, other.names, options).outputs {
      let column = try (output.fromLeft ? self : other).column(output.source)
      if output.fromLeft, let both = try keys.keyColumn(output.source, column, other, always: keepsRight) {
        // A key comes from the side that has it.
        let rows = zip(pairs.left, pairs.right).map { $0 >= 0 ? Int($0) : rowCount + Int($1) }
        out.append((output.name, both.taking(rows)))
      } else {
        out.append((output.name, column.taking(output.fromLeft ? left : right)))
      }
    }
    return try Table(out, rowCount: left.count, lineage: lineage)
  }
}
