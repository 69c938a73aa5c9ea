import CWeirKernels
import WeirBase

/// Which rows of a second table meet the rows of a first: rows with equal keys have one number.
struct JoinKeys {
  private let names: [String]
  private let leftCount: Int
  private let rightCount: Int
  /// The number of each row of the first table; all ones for one that meets none.
  private let numbers: [UInt32]
  /// Rows of the second table by number: those of number `n` are `rows[starts[n] ..< starts[n + 1]]`.
  private let starts: [UInt32]
  private let rows: [UInt32]
  /// The row of each number, -1 for none; nil where a number has several.
  private let rowOf: [Int32]?

  init(_ left: Table, _ right: Table, _ names: [String]) throws(TableError) {
    self.names = names
    (leftCount, rightCount) = (left.rowCount, right.rowCount)
    let sides = try JoinKeys.numbered(left, right, names)
    numbers = sides.left
    let own = sides.right, size = sides.size
    var counts = [UInt32](repeating: 0, count: size + 1)
    for number in own where number != .max { counts[Int(number) + 1] += 1 }
    if counts.allSatisfy({ $0 <= 1 }) {
      var rowOf = [Int32](repeating: -1, count: size)
      for (row, number) in own.enumerated() where number != .max { rowOf[Int(number)] = Int32(row) }
      (self.rowOf, starts, rows) = (rowOf, [], [])
    } else {
      for number in 0..<size { counts[number + 1] += counts[number] }
      starts = counts
      var sorted = [UInt32](repeating: 0, count: Int(counts[size]))
      for (row, number) in own.enumerated() where number != .max {
        sorted[Int(counts[Int(number)])] = UInt32(row)
        counts[Int(number)] += 1
      }
      (rowOf, rows) = (nil, sorted)
    }
  }

  /// The two columns of a key one below the other; nil where the first alone will do.
  func keyColumn(_ name: String, _ column: Column, _ other: Table, always: Bool) throws(TableError) -> Column? {
    guard names.contains(name) else { return nil }
    let second = try other.column(name)
    return always || second.type != column.type ? try Column.concatenated([column, second]) : nil
  }

  /// The rows of the first table that meet one of the second, or those that do not.
  func rows(thatMeet meet: Bool) -> [Int32] {
    (0..<Int32(leftCount)).filter { row in
      let number = numbers[Int(row)]
      if number == .max { return !meet }
      let isMet = rowOf.map { $0[Int(number)] >= 0 } ?? (starts[Int(number)] < starts[Int(number) + 1])
      return isMet == meet
    }
  }

  /// The rows of both sides of each row of the result; -1 where a side has none.
  func pairs(keepLeft: Bool, keepRight: Bool) throws(TableError) -> (left: [Int32], right: [Int32]) {
    var (left, right) = rowOf.map { uniquePairs($0, keepLeft) } ?? ([], [])
    if rowOf == nil { (left, right) = try manyPairs(keepLeft) }
    guard keepRight else { return (left, right) }
    var met = [Bool](repeating: false, count: rightCount)
    for row in right where row >= 0 { met[Int(row)] = true }
    for row in 0..<rightCount where !met[row] {
      left.append(-1)
      right.append(Int32(row))
    }
    return (left, right)
  }

  private func uniquePairs(_ rowOf: [Int32], _ keepLeft: Bool) -> (left: [Int32], right: [Int32]) {
    let count = leftCount, numbers = numbers
    var counts: [Int] = []
    let matches = [Int32](filling: count) { out in
      let out = Places(out)
      counts = Workers.current.blocks(of: count) { rows in
        weir_match_unique(numbers, rowOf, rows.lowerBound, rows.upperBound, out.base)
      }
    }
    let found = counts.reduce(0, +)
    if keepLeft || found == count { return ((0..<Int32(count)).map { $0 }, matches) }
    let starts = JoinKeys.sums(counts)
    var right: [Int32] = []
    let left = [Int32](filling: found) { leftOut in
      let leftOut = Places(leftOut)
      right = [Int32](filling: found) { rightOut in
        let rightOut = Places(rightOut)
        Workers.current.overRows(count) { rows in
          let start = starts[rows.lowerBound / Workers.blockRows]
          weir_compress_matches(matches, rows.lowerBound, rows.upperBound, leftOut.base + start, rightOut.base + start)
        }
      }
    }
    return (left, right)
  }

  private func manyPairs(_ keepLeft: Bool) throws(TableError) -> (left: [Int32], right: [Int32]) {
    let count = leftCount, numbers = numbers, ends = starts, sorted = rows, keep: Int32 = keepLeft ? 1 : 0
    let counts = Workers.current.blocks(of: count) { rows in
      Int(weir_count_matches(numbers, ends, keep, rows.lowerBound, rows.upperBound))
    }
    // A block of rows makes less than 2^47 pairs, and there are less than 2^16 blocks.
    let total = counts.reduce(0, +)
    guard total <= Table.largestJoin else {
      throw .other(
        "the join has more than \(Table.largestJoin) rows, because keys occur many times on both sides",
        mend: "join on more columns, or make the keys of one table `distinct` first")
    }
    let starts = JoinKeys.sums(counts)
    var right: [Int32] = []
    let left = [Int32](filling: total) { leftOut in
      let leftOut = Places(leftOut)
      right = [Int32](filling: total) { rightOut in
        let rightOut = Places(rightOut)
        Workers.current.overRows(count) { rows in
          let start = starts[rows.lowerBound / Workers.blockRows]
          weir_fill_matches(
            numbers, ends, sorted, keep, rows.lowerBound, rows.upperBound, leftOut.base + start, rightOut.base + start)
        }
      }
    }
    return (left, right)
  }

  private static func sums(_ counts: [Int]) -> [Int] {
    var sums = [0]
    for count in counts { sums.append(sums[sums.count - 1] + count) }
    return sums
  }

  // MARK: Numbers

  private static func numbered(
    _ left: Table, _ right: Table, _ names: [String]
  ) throws(TableError) -> (left: [UInt32], right: [UInt32], size: Int) {
    if names.count == 1, let direct = direct(try left.column(names[0]), try right.column(names[0])) { return direct }
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
    let count = left.rowCount + right.rowCount
    guard count <= Positions.mostRows else { throw .other("a join of tables with \(count) rows is too long", mend: nil) }
    let numbering = RowNumbering(columns, count: count)
    var numbers = numbering.numbers
    for column in columns {
      if let validity = column.validity { for row in 0..<count where !validity[row] { numbers[row] = .max } }
    }
    return (Array(numbers[..<left.rowCount]), Array(numbers[left.rowCount...]), numbering.firstRows.count)
  }

  /// Whole numbers of a small range, and texts with a dictionary, need no hashing of rows.
  private static func direct(_ left: Column, _ right: Column) -> (left: [UInt32], right: [UInt32], size: Int)? {
    guard left.type == right.type else { return nil }
    switch (left.storage, right.storage) {
    case (.int(let a), .int(let b)), (.dateTime(let a), .dateTime(let b)), (.duration(let a), .duration(let b)):
      return direct(a, left.validity, b, right)
    case (.date(let a), .date(let b)): return direct(a, left.validity, b, right)
    default: return nil
    }
  }

  private static func direct<T: BitwiseCopyable & Sendable>(
    _ left: [T], _ leftValid: Bitmap?, _ right: [T], _ column: Column
  ) -> (left: [UInt32], right: [UInt32], size: Int)? {
    guard let range = RowKey(column).denseRange(right.count), range.size <= max(4096, 4 * right.count) else { return nil }
    func numbers(_ values: [T], _ validity: Bitmap?) -> [UInt32] {
      [UInt32](filling: values.count) { out in
        let out = Places(out)
        Workers.current.overRows(values.count) { rows in
          values.withUnsafeBytes { values in
            validity.withWords {
              weir_join_numbers(
                values.baseAddress, Int32(MemoryLayout<T>.stride), $0, range.least, UInt32(range.size), rows.lowerBound,
                rows.upperBound, out.base)
            }
          }
        }
      }
    }
    return (numbers(left, leftValid), numbers(right, column.validity), range.size)
  }
}
