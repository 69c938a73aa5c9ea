import WeirBase

/// Functions that choose between values, row by row.
extension Column {
  /// The row of `yes` where `condition` is true, of `no` where it is false; missing where it is missing.
  package static func choosing(_ condition: Column, _ yes: Column, _ no: Column) throws(TableError) -> Column {
    guard case .bool(let bits) = condition.storage else {
      if condition.missingCount == condition.count { return .missing(yes.type, count: condition.count) }
      throw .wrongType(operation: "`if_else`", column: nil, type: condition.type.description, expected: "true or false")
    }
    for side in [yes, no] where side.count != bits.count {
      throw .lengthDiffers("a side of `if_else`", side.count, expected: bits.count)
    }
    let rows = bits.indices.map { condition.isMissing($0) ? -1 : bits[$0] ? $0 : bits.count + $0 }
    return try concatenated([yes, no]).taking(rows)
  }

  /// For each row the value beside the first condition that is true there, else that of `rest`.
  package static func choosing(first conditions: [Column], _ values: [Column], _ rest: Column) throws(TableError) -> Column {
    for column in conditions + values where column.count != rest.count {
      throw .lengthDiffers("a part of `cases`", column.count, expected: rest.count)
    }
    var rows = [Int](repeating: -1, count: rest.count)
    for (number, condition) in conditions.enumerated() where condition.missingCount < condition.count {
      guard case .bool(let bits) = condition.storage else {
        throw .wrongType(operation: "`cases`", column: nil, type: condition.type.description, expected: "true or false")
      }
      for row in bits.indices where rows[row] < 0 && bits[row] && !condition.isMissing(row) { rows[row] = number * rest.count + row }
    }
    for row in rows.indices where rows[row] < 0 { rows[row] = values.count * rest.count + row }
    return try concatenated(values + [rest]).taking(rows)
  }

  /// True where a row has no value.
  package func missingMask() -> Column { Column(.bool((0..<count).map { isMissing($0) })) }

  /// The greatest or smallest of the columns in each row; missing values are passed over.
  package static func extreme(of columns: [Column], greatest: Bool) throws(TableError) -> Column {
    let rows = columns.first?.count ?? 0
    let stacked = try concatenated(columns)
    let groups = columns.indices.flatMap { _ in 0..<UInt32(rows) }
    let grouping = Grouping(groups: groups, count: rows, firstRows: Array(0..<rows))
    return try RowAggregate.extreme(stacked, grouping, greatest: greatest)
  }
}

/// Numbers put into classes.
package enum Binning {
  package enum Edges: Sendable, Hashable {
    /// So many classes of equal width between the smallest and the greatest value.
    case equalWidth(Int)
    /// So many classes with about as many values each.
    case quantiles(Int)
    case at([Double])
  }

  /// The class of each row as a text, `[0.0, 10.0)`; the last class holds its upper end. Values outside of given edges
  /// are missing.
  package static func labels(_ column: Column, _ edges: Edges, names: [String]? = nil) throws(TableError) -> Column {
    let numbers: [Double]
    do { numbers = try column.asDoubles() } catch {
      throw .wrongType(operation: "`bin`", column: nil, type: column.type.description, expected: "numbers")
    }
    let present = numbers.indices.filter { !column.isMissing($0) && numbers[$0].isFinite }.map { numbers[$0] }.sorted()
    let bounds = try self.bounds(edges, present)
    guard bounds.count >= 2 else { return .missing(.text, count: column.count) }
    if let names, names.count != bounds.count - 1 {
      throw .other("`labels` has \(names.count) names for \(bounds.count - 1) classes", mend: nil)
    }
    let labels = names ?? (0..<bounds.count - 1).map { i in
      "[\(formatNumber(bounds[i])), \(formatNumber(bounds[i + 1]))" + (i == bounds.count - 2 ? "]" : ")")
    }
    var codes: [UInt32] = [], valid = Bitmap(repeating: true, count: column.count)
    for row in numbers.indices {
      let place = column.isMissing(row) ? nil : place(of: numbers[row], in: bounds)
      codes.append(UInt32(place ?? 0))
      if place == nil { valid[row] = false }
    }
    let dictionary = TextValues(labels)
    return Column(.text(TextValues(bytes: dictionary.bytes, offsets: dictionary.offsets, codes: codes)), validity: valid)
  }

  private static func bounds(_ edges: Edges, _ sorted: [Double]) throws(TableError) -> [Double] {
    switch edges {
    case .equalWidth(let n), .quantiles(let n):
      guard (1...10_000).contains(n) else { throw .other("`bin` makes 1 to 10000 classes, not \(n)", mend: nil) }
      guard let low = sorted.first, let high = sorted.last else { return [] }
      if low == high { return [low, high] }
      var bounds: [Double] = []
      for i in 0...n {
        let share = Double(i) / Double(n)
        let bound: Double
        if case .quantiles = edges { bound = NumberAggregate.quantile(sorted, share) } else { bound = low + (high - low) * share }
        if bounds.last.map({ bound > $0 }) ?? true { bounds.append(i == n ? high : bound) }
      }
      return bounds
    case .at(let bounds):
      guard bounds.count >= 2, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw .other("the edges of `bin` are at least two numbers, each above the one before", mend: nil)
      }
      return bounds
    }
  }

  private static func place(of value: Double, in bounds: [Double]) -> Int? {
    guard let first = bounds.first, let last = bounds.last, value >= first, value <= last else { return nil }
    var low = 0, high = bounds.count
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return max(0, min(low - 1, bounds.count - 2))
  }
}
