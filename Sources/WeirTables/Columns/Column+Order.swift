import WeirBase

/// Sorting and grouping by columns.
extension Column {
  /// The positions of the rows of `count` rows in the order of several keys: stable, missing values last.
  package static func sortedOrder(_ keys: [(column: Column, descending: Bool)], count: Int) -> [Int] {
    var order = Array(0..<count)
    // Sorting by the last key first and keeping ties in place gives the order by all of them.
    for key in keys.reversed() { order = key.column.ordering(order, descending: key.descending) }
    return order
  }

  private func ordering(_ rows: [Int], descending: Bool) -> [Int] {
    let present = rows.filter { !isMissing($0) }, absent = rows.filter { isMissing($0) }
    func sorted<T: Comparable>(_ values: [T]) -> [Int] {
      stableSorted(present) { descending ? values[$0] > values[$1] : values[$0] < values[$1] }
    }
    let order: [Int]
    switch storage {
    case .bool(let v): order = sorted(v.map { $0 ? 1 : 0 })
    case .int(let v), .dateTime(let v), .duration(let v): order = sorted(v)
    case .date(let v): order = sorted(v)
    case .float(let v):
      // NaN sorts after every number.
      let numbers = present.filter { !v[$0].isNaN }, rest = present.filter { v[$0].isNaN }
      order = stableSorted(numbers) { descending ? v[$0] > v[$1] : v[$0] < v[$1] } + rest
    case .text(let texts):
      let coded = texts.dictionaryCoded
      let entries = (0..<coded.entryCount).map { coded.entry($0) }
      let byText = entries.indices.sorted { entries[$0] < entries[$1] }
      var rank = [Int](repeating: 0, count: entries.count)
      for (place, entry) in byText.enumerated() { rank[entry] = place }
      order = sorted(coded.codes?.map { rank[Int($0)] } ?? [])
    case .objects: order = present
    }
    return order + absent
  }

  /// The library's sort is stable in practice; comparing positions makes it so by contract.
  private func stableSorted(_ rows: [Int], _ before: (Int, Int) -> Bool) -> [Int] {
    rows.enumerated().sorted { a, b in
      if before(a.element, b.element) { return true }
      if before(b.element, a.element) { return false }
      return a.offset < b.offset
    }.map(\.element)
  }

  /// A number for each row, equal where the values are; missing has one of its own. `count` bounds the numbers.
  package var groupCodes: (codes: [UInt32], count: Int) {
    let missing = validity
    func coded<Key: Hashable>(_ n: Int, _ key: (Int) -> Key) -> (codes: [UInt32], count: Int) {
      var seen: [Key: UInt32] = [:]
      var missingCode: UInt32?
      var next: UInt32 = 0
      var codes: [UInt32] = []
      codes.reserveCapacity(n)
      for row in 0..<n {
        if let missing, !missing[row] {
          if missingCode == nil {
            missingCode = next
            next += 1
          }
          codes.append(missingCode ?? 0)
        } else {
          let key = key(row)
          if let code = seen[key] {
            codes.append(code)
          } else {
            seen[key] = next
            codes.append(next)
            next += 1
          }
        }
      }
      return (codes, Int(next))
    }
    switch storage {
    case .bool(let v): return coded(v.count) { v[$0] }
    case .int(let v), .dateTime(let v), .duration(let v): return coded(v.count) { v[$0] }
    case .date(let v): return coded(v.count) { v[$0] }
    case .float(let v): return coded(v.count) { v[$0] == 0 ? 0 : v[$0].bitPattern }
    case .text(let texts):
      let codes = texts.dictionaryCoded.codes ?? []
      return coded(codes.count) { codes[$0] }
    case .objects(let v, _): return coded(v.count) { v[$0].archive }
    }
  }

  /// How many different values there are, missing ones not counted.
  package var uniqueCount: Int { groupCodes.count - (missingCount > 0 ? 1 : 0) }
}

extension Grouping {
  /// Rows with equal values in all of the columns are in one group; groups are numbered by first appearance.
  package convenience init(by columns: [Column], count rows: Int) {
    guard let first = columns.first else {
      let whole = Grouping.whole(rows)
      self.init(groups: whole.groups, count: whole.count, firstRows: whole.firstRows)
      return
    }
    var codes = first.groupCodes.codes
    for column in columns.dropFirst() {
      let other = column.groupCodes.codes
      var seen: [UInt64: UInt32] = [:]
      for row in codes.indices {
        let key = UInt64(codes[row]) << 32 | UInt64(other[row])
        let next = UInt32(seen.count)
        codes[row] = seen[key, default: next]
        if codes[row] == next { seen[key] = next }
      }
    }
    var firstRows: [Int] = []
    for (row, code) in codes.enumerated() where Int(code) == firstRows.count { firstRows.append(row) }
    self.init(groups: codes, count: firstRows.count, firstRows: firstRows)
  }

  package convenience init(by columns: [Column]) { self.init(by: columns, count: columns.first?.count ?? 0) }
}
