import WeirBase

/// Aggregates that choose or count rows, good for every type.
package enum RowAggregate {
  /// Rows with a value; all rows of each group where no column is given.
  package static func count(_ column: Column?, _ grouping: Grouping) -> Column {
    var out = [Int64](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !(column?.isMissing(row) ?? false) { out[Int(group)] += 1 }
    return Column(.int(out))
  }

  package static func uniqueCount(_ column: Column, _ grouping: Grouping) -> Column {
    let codes = column.groupCodes.codes
    var seen = Set<UInt64>()
    var out = [Int64](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) {
      if seen.insert(UInt64(group) << 32 | UInt64(codes[row])).inserted { out[Int(group)] += 1 }
    }
    return Column(.int(out))
  }

  /// The first or last row that has a value.
  package static func edge(_ column: Column, _ grouping: Grouping, last: Bool) -> Column {
    var rows = [Int](repeating: -1, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) {
      if last || rows[Int(group)] < 0 { rows[Int(group)] = row }
    }
    return column.taking(rows)
  }

  /// The smallest or greatest value; texts by their order, false below true.
  package static func extreme(_ column: Column, _ grouping: Grouping, greatest: Bool) throws(TableError) -> Column {
    switch column.storage {
    case .float(let v): return column.taking(pick(column, grouping) { greatest ? v[$0] > v[$1] || v[$1].isNaN : v[$0] < v[$1] || v[$1].isNaN })
    case .int(let v), .dateTime(let v), .duration(let v):
      return column.taking(pick(column, grouping) { greatest ? v[$0] > v[$1] : v[$0] < v[$1] })
    case .date(let v): return column.taking(pick(column, grouping) { greatest ? v[$0] > v[$1] : v[$0] < v[$1] })
    case .bool(let v): return column.taking(pick(column, grouping) { greatest ? v[$0] && !v[$1] : !v[$0] && v[$1] })
    case .text(let texts):
      return column.taking(pick(column, grouping) { greatest ? texts[$0] > texts[$1] : texts[$0] < texts[$1] })
    case .objects:
      throw .wrongType(operation: greatest ? "`max`" : "`min`", column: nil, type: column.type.description, expected: "ordered values")
    }
  }

  private static func pick(_ column: Column, _ grouping: Grouping, _ better: (Int, Int) -> Bool) -> [Int] {
    var rows = [Int](repeating: -1, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) {
      let held = rows[Int(group)]
      if held < 0 || better(row, held) { rows[Int(group)] = row }
    }
    return rows
  }

  /// The most frequent value; of several, the smallest.
  package static func mode(_ column: Column, _ grouping: Grouping) -> Column {
    let coded = column.groupCodes
    var counts: [UInt64: (count: Int, row: Int)] = [:]
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) {
      let key = UInt64(group) << 32 | UInt64(coded.codes[row])
      counts[key, default: (0, row)].count += 1
    }
    var rank = [Int](repeating: 0, count: column.count)
    for (place, row) in Column.sortedOrder([(column, false)], count: column.count).enumerated() { rank[row] = place }
    var best = [(count: Int, row: Int)](repeating: (0, -1), count: grouping.count)
    for (key, entry) in counts {
      let group = Int(key >> 32)
      let held = best[group]
      if entry.count > held.count || (entry.count == held.count && held.row >= 0 && rank[entry.row] < rank[held.row]) {
        best[group] = entry
      }
    }
    return column.taking(best.map(\.row))
  }

  /// Whether any, or all, of the values that are there are true.
  package static func truth(_ column: Column, _ grouping: Grouping, all: Bool) throws(TableError) -> Column {
    guard case .bool(let v) = column.storage else {
      throw .wrongType(
        operation: all ? "`all`" : "`any`", column: nil, type: column.type.description, expected: "true or false")
    }
    var out = [Bool](repeating: all, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) {
      if v[row] != all { out[Int(group)] = !all }
    }
    return Column(.bool(out))
  }

  /// The texts of each group one after the other.
  package static func joined(_ column: Column, _ grouping: Grouping, separator: String) throws(TableError) -> Column {
    let texts = try column.texts(for: "join_text")
    var parts = [[String]](repeating: [], count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where !column.isMissing(row) { parts[Int(group)].append(texts[row]) }
    return Column(.text(TextValues(parts.map { $0.joined(separator: separator) })))
  }

  /// How many rows of each group have no value.
  package static func missingCount(_ column: Column, _ grouping: Grouping) -> Column {
    var out = [Int64](repeating: 0, count: grouping.count)
    for (row, group) in grouping.groups.enumerated() where column.isMissing(row) { out[Int(group)] += 1 }
    return Column(.int(out))
  }
}
