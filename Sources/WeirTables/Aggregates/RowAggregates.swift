import CWeirKernels
import WeirBase

/// Aggregates that choose or count rows, good for every type.
package enum RowAggregate {
  /// Rows with a value; all rows of each group where no column is given.
  package static func count(_ column: Column?, _ grouping: Grouping) -> Column {
    Column(.int(grouping.counts(of: column).map { Int64($0) }))
  }

  package static func uniqueCount(_ column: Column, _ grouping: Grouping) -> Column {
    if grouping.isWhole { return Column(.int([Int64(column.uniqueCount)])) }
    let groups = grouping.groups
    var out = [Int64](repeating: 0, count: grouping.count)
    for row in RowNumbering([grouping.column, column], count: column.count, wantsNumbers: false).firstRows
    where !column.isMissing(row) { out[Int(groups[row])] += 1 }
    return Column(.int(out))
  }

  /// The first or last row that has a value.
  package static func edge(_ column: Column, _ grouping: Grouping, last: Bool) -> Column {
    var rows = [Int](repeating: -1, count: grouping.count)
    rows.withUnsafeMutableBytes { rows in
      column.validity.withWords {
        weir_edge_rows(
          grouping.groups, $0, last ? 1 : 0, 0, min(column.count, grouping.rowCount), rows.bindMemory(to: Int64.self).baseAddress)
      }
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
      let coded = texts.dictionaryCoded, ranks = coded.entryRanks
      let places = (coded.codes ?? []).map { ranks[Int($0)] }
      return column.taking(pick(column, grouping) { greatest ? places[$0] > places[$1] : places[$0] < places[$1] })
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
    let pairs = RowNumbering(grouping.isWhole ? [column] : [grouping.column, column], count: column.count)
    let values = column.taking(pairs.firstRows), groups = grouping.groups
    let counts = Grouping(groups: pairs.numbers, count: pairs.firstRows.count, firstRows: pairs.firstRows).counts(of: column)
    var best = [(count: Int, row: Int)](repeating: (0, -1), count: grouping.count)
    // From the smallest value up, so that the first of the most frequent ones is the one.
    for pair in Column.sortedRows([(values, false)], count: values.count) {
      let row = pairs.firstRows[Int(pair)], group = Int(groups[row])
      if counts[Int(pair)] > best[group].count { best[group] = (counts[Int(pair)], row) }
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
    let present = grouping.counts(of: column), all = grouping.counts(of: nil)
    return Column(.int(zip(all, present).map { Int64($0 - $1) }))
  }
}
