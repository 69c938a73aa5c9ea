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
    let keys = try JoinKeys(self, other, options.on)
    let lineage = self.lineage.union(other.lineage)
    // The rows of a semi or anti join are this table's alone.
    switch options.kind {
    case .semi, .anti:
      let rows = (0..<rowCount).filter { keys.matches($0).isEmpty == (options.kind == .anti) }
      return try taking(rows)
    case .inner, .left, .right, .full: break
    }
    let pairs = try keys.pairs(
      keepLeft: options.kind == .left || options.kind == .full, keepRight: options.kind == .right || options.kind == .full)
    var out: [(name: String, column: Column)] = []
    for output in JoinColumns(names, other.names, options).outputs {
      let column = try (output.fromLeft ? self : other).column(output.source)
      if output.fromLeft, let key = options.on.firstIndex(of: output.source) {
        let rows = zip(pairs.left, pairs.right).map { $0 >= 0 ? $0 : rowCount + $1 }
        out.append((output.name, keys.columns[key].taking(rows)))
      } else {
        out.append((output.name, column.taking(output.fromLeft ? pairs.left : pairs.right)))
      }
    }
    return try Table(out, rowCount: pairs.left.count, lineage: lineage)
  }
}

/// The key columns of two tables one below the other, and which rows of the second meet a row of the first.
private struct JoinKeys {
  let columns: [Column]
  private let leftCount: Int
  private let rightCount: Int
  private let groups: [UInt32]
  /// Rows of the second table by group: those of group `g` are `rows[starts[g] ..< starts[g + 1]]`.
  private var starts: [Int]
  private var rows: [Int]
  private let hasMissing: [Bool]

  init(_ left: Table, _ right: Table, _ names: [String]) throws(TableError) {
    (leftCount, rightCount) = (left.rowCount, right.rowCount)
    var columns: [Column] = []
    for name in names {
      let (a, b) = (try left.column(name), try right.column(name))
      do throws(TableError) {
        columns.append(try Column.concatenated([a, b]))
      } catch {
        throw .other(
          "the key `\(name)` is \(a.type) in one table and \(b.type) in the other",
          mend: "convert one of them: `cast(\(name): \"\(a.type)\")`")
      }
    }
    self.columns = columns
    let grouping = Grouping(by: columns, count: leftCount + rightCount)
    groups = grouping.groups
    var hasMissing = [Bool](repeating: false, count: leftCount + rightCount)
    for column in columns where column.validity != nil {
      for row in hasMissing.indices where column.isMissing(row) { hasMissing[row] = true }
    }
    self.hasMissing = hasMissing
    starts = Array(repeating: 0, count: grouping.count + 1)
    for row in leftCount..<leftCount + rightCount where !hasMissing[row] { starts[Int(groups[row]) + 1] += 1 }
    for group in 0..<grouping.count { starts[group + 1] += starts[group] }
    rows = Array(repeating: 0, count: starts.last ?? 0)
    var next = starts
    for row in leftCount..<leftCount + rightCount where !hasMissing[row] {
      rows[next[Int(groups[row])]] = row - leftCount
      next[Int(groups[row])] += 1
    }
  }

  func matches(_ row: Int) -> ArraySlice<Int> {
    if hasMissing[row] { return [] }
    let group = Int(groups[row])
    return rows[starts[group]..<starts[group + 1]]
  }

  /// The rows of both sides of each row of the result; -1 where a side has none.
  func pairs(keepLeft: Bool, keepRight: Bool) throws(TableError) -> (left: [Int], right: [Int]) {
    var total = 0
    for row in 0..<leftCount {
      total += matches(row).count
      if total > Table.largestJoin {
        throw .other(
          "the join has more than \(Table.largestJoin) rows, because keys occur many times on both sides",
          mend: "join on more columns, or make the keys of one table `distinct` first")
      }
    }
    var (left, right): ([Int], [Int]) = ([], [])
    left.reserveCapacity(total)
    right.reserveCapacity(total)
    var met = [Bool](repeating: false, count: keepRight ? rightCount : 0)
    for row in 0..<leftCount {
      let matches = matches(row)
      for other in matches {
        left.append(row)
        right.append(other)
        if keepRight { met[other] = true }
      }
      if matches.isEmpty, keepLeft {
        left.append(row)
        right.append(-1)
      }
    }
    for (row, wasMet) in met.enumerated() where !wasMet {
      left.append(-1)
      right.append(row)
    }
    return (left, right)
  }
}
