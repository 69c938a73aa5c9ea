import WeirBase

/// Groups put together from those of parts of a table, which come one after the other.
///
/// Of each part only what its aggregates need is kept: numbers for each of its groups, and for aggregates that need all
/// values (a median) those of one column with the group of each, or each different value once.
struct ChunkedGroups {
  private let keys: [String]
  private let streams: [GroupExpression.Stream]
  /// A row for each group of each part; the same group may come in several.
  private var parts: [Table] = []
  private var rowCount = 0
  /// Rows since they were last put together.
  private var newRows = 0
  /// By value and by what of it is held, in the order of the parts.
  private var held: [[[HeldPart]]]

  /// The values of some rows, and of each the row of `parts` that is its group.
  private struct HeldPart {
    var groups: [UInt32]
    var columns: [Column]
  }

  /// More rows than this are put together on the way.
  private static let mostRows = 4_000_000

  init(by keys: [String], _ streams: [GroupExpression.Stream]) {
    (self.keys, self.streams) = (keys, streams)
    held = streams.map { $0.held.map { _ in [] } }
  }

  mutating func add(_ table: Table) throws {
    let keyColumns = try keys.map { try table.column($0) }
    let grouping = keys.isEmpty ? Grouping.whole(table.rowCount) : Grouping(by: keyColumns, count: table.rowCount)
    var out = zip(keys, keyColumns).map { (name: Self.keyName($0), column: $1.taking(grouping.firstRows)) }
    for (i, stream) in streams.enumerated() {
      for (k, column) in try stream.partials(table, grouping).enumerated() { out.append((Self.partialName(i, k), column)) }
      for (k, kind) in stream.held.enumerated() { held[i][k].append(try hold(kind, table, grouping)) }
    }
    parts.append(try Table(out, rowCount: grouping.count))
    rowCount += grouping.count
    newRows += grouping.count
    if parts.count > 1, newRows > Self.mostRows { try putTogether() }
  }

  private mutating func hold(_ kind: GroupExpression.Held, _ table: Table, _ grouping: Grouping) throws -> HeldPart {
    let columns = try kind.columns(table)
    // Without keys there is but one group.
    var groups = keys.isEmpty ? [] : grouping.groups
    guard kind.isDistinct else {
      addBase(to: &groups)
      return HeldPart(groups: groups, columns: columns)
    }
    let kept = Self.distinct(groups, grouping.count, columns)
    groups = kept.groups
    addBase(to: &groups)
    newRows += kept.columns.first?.count ?? 0
    return HeldPart(groups: groups, columns: kept.columns)
  }

  private func addBase(to groups: inout [UInt32]) {
    guard rowCount > 0 else { return }
    let base = UInt32(clamping: rowCount)
    for i in groups.indices { groups[i] &+= base }
  }

  /// The first row of each group with each of its values.
  private static func distinct(_ groups: [UInt32], _ count: Int, _ columns: [Column]) -> HeldPart {
    let rows = columns.first?.count ?? 0
    let own = groups.isEmpty ? [] : [Grouping(groups: groups, count: count, firstRows: []).column]
    let first = RowNumbering(own + columns, count: rows, wantsNumbers: false).firstRows
    return HeldPart(groups: groups.isEmpty ? [] : first.map { groups[$0] }, columns: columns.map { $0.taking(first) })
  }

  /// Makes one row of each group.
  private mutating func putTogether() throws {
    let (all, keyColumns, grouping) = try allGroups()
    var out = zip(keys, keyColumns).map { (name: Self.keyName($0), column: $1.taking(grouping.firstRows)) }
    for (i, stream) in streams.enumerated() {
      for (k, column) in try stream.merge(partials(all, i), grouping).enumerated() {
        out.append((Self.partialName(i, k), column))
      }
    }
    (parts, rowCount) = ([try Table(out, rowCount: grouping.count)], grouping.count)
    newRows = rowCount
    for (i, stream) in streams.enumerated() {
      for (k, kind) in stream.held.enumerated() {
        held[i][k] = held[i][k].map { HeldPart(groups: Self.renamed($0.groups, grouping), columns: $0.columns) }
        guard kind.isDistinct else { continue }
        let one = try Self.joined(held[i][k])
        held[i][k] = [Self.distinct(one.groups, grouping.count, one.columns)]
        newRows += held[i][k][0].columns.first?.count ?? 0
      }
    }
    // Where there are more than that, they are put together again once as many have been added.
    newRows = min(newRows, Self.mostRows - newRows)
  }

  private func allGroups() throws -> (all: Table, keys: [Column], grouping: Grouping) {
    let all = try Table.concatenated(parts)
    let keyColumns = try keys.map { try all.column(Self.keyName($0)) }
    return (all, keyColumns, keys.isEmpty ? .whole(all.rowCount) : Grouping(by: keyColumns, count: all.rowCount))
  }

  private func partials(_ all: Table, _ value: Int) throws(TableError) -> [Column] {
    var columns: [Column] = []
    for k in 0..<streams[value].count { columns.append(try all.column(Self.partialName(value, k))) }
    return columns
  }

  private static func renamed(_ groups: [UInt32], _ grouping: Grouping) -> [UInt32] {
    guard !groups.isEmpty else { return [] }
    let names = grouping.groups
    return groups.map { names[Int($0)] }
  }

  private static func joined(_ parts: [HeldPart]) throws(TableError) -> HeldPart {
    if parts.count == 1 { return parts[0] }
    var columns: [Column] = []
    for k in (parts.first?.columns ?? []).indices { columns.append(try Column.concatenated(parts.map { $0.columns[k] })) }
    return HeldPart(groups: Array(parts.map(\.groups).joined()), columns: columns)
  }

  /// The keys of each group and its values; nil where only all rows at once give them.
  mutating func combined(_ values: [GroupDerivation]) throws -> Table? {
    let (all, keyColumns, grouping) = try allGroups()
    parts = []
    var out = zip(keys, keyColumns).map { (name: $0, column: $1.taking(grouping.firstRows)) }
    for (i, value) in values.enumerated() {
      var columns: [GroupExpression.HeldColumns] = []
      for k in streams[i].held.indices {
        let one = try Self.joined(held[i][k])
        held[i][k] = []
        let rows = one.columns.first?.count ?? 0
        let own = keys.isEmpty ? Grouping.whole(rows) : Self.grouping(Self.renamed(one.groups, grouping), grouping.count)
        columns.append(GroupExpression.HeldColumns(columns: one.columns, grouping: own))
      }
      guard let column = try streams[i].combine(partials(all, i), grouping, columns) else { return nil }
      out.append((value.name, column))
    }
    return try Table(out, rowCount: grouping.count)
  }

  private static func grouping(_ groups: [UInt32], _ count: Int) -> Grouping {
    var first = [Int](repeating: -1, count: count)
    for (row, group) in groups.enumerated() where first[Int(group)] < 0 { first[Int(group)] = row }
    return Grouping(groups: groups, count: count, firstRows: first)
  }

  private static func keyName(_ key: String) -> String { "key " + key }
  private static func partialName(_ value: Int, _ k: Int) -> String { "value \(value) \(k)" }
}
