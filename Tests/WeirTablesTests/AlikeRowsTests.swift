import Testing
import WeirBase
import WeirTables

/// Verbs about rows that are alike, against comparing each with each.
@Suite struct AlikeRowsTests {
  /// The edit distance by its definition.
  func distance(_ a: [Character], _ b: [Character]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count { row.append(min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)) }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }

  @Test(arguments: 0..<60) func findsEveryPair(_ seed: Int) throws {
    var random = RandomStream(seed: Int64(seed))
    let letters = Array(seed % 2 == 0 ? "abc" : "abcdefghi jklmn")
    var texts: [String] = []
    for _ in 0..<40 {
      if let known = texts.last, random.nextInt(below: 2) == 0 {
        var changed = Array(known)
        for _ in 0...random.nextInt(below: 3) where !changed.isEmpty {
          let place = random.nextInt(below: changed.count)
          switch random.nextInt(below: 3) {
          case 0: changed[place] = letters[random.nextInt(below: letters.count)]
          case 1: changed.remove(at: place)
          default: changed.insert(letters[random.nextInt(below: letters.count)], at: place)
          }
        }
        texts.append(String(changed))
      } else {
        texts.append(String((0..<(1 + random.nextInt(below: 16))).map { _ in letters[random.nextInt(below: letters.count)] }))
      }
    }
    let least = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0][seed % 6]
    let plain = texts.map { $0.split(separator: " ").joined(separator: " ") }
    // Sets by joining whatever is alike, until nothing changes.
    var sets = Array(texts.indices)
    var nearest = [Double](repeating: 0, count: texts.count)
    for i in texts.indices {
      for j in texts.indices where i != j {
        let longer = max(plain[i].count, plain[j].count)
        let similarity = texts[i] == texts[j] ? 1 : longer == 0 ? 0 : 1 - Double(distance(Array(plain[i]), Array(plain[j]))) / Double(longer)
        guard similarity >= least - 1e-12 else { continue }
        nearest[i] = max(nearest[i], similarity)
        let (a, b) = (min(sets[i], sets[j]), max(sets[i], sets[j]))
        for k in sets.indices where sets[k] == b { sets[k] = a }
      }
    }
    let wanted = texts.indices.filter { row in sets.count { $0 == sets[row] } > 1 }.sorted { (sets[$0], $0) < (sets[$1], $1) }
    let found = try Table([("name", Column(.text(TextValues(texts))))]).duplicates(in: ["name"], least: least)
    #expect(cells(try found.column("row")) == wanted.map { .int(Int64($0)) }, "\(least) \(texts)")
    let similarities = try found.column("similarity").asDoubles()
    for (place, row) in wanted.enumerated() where place < similarities.count {
      #expect((similarities[place] - nearest[row]).magnitude < 1e-12, "\(texts[row])")
    }
  }

  @Test(arguments: 0..<40) func equalRowsAreFoundAndKept(_ seed: Int) throws {
    var maker = TableMaker(seed)
    let table = try maker.table(rows: seed % 25, columns: 1 + seed % 2)
    let all = rows(table)
    let found = try table.duplicates()
    var wanted: [Int64] = []
    for (row, own) in all.enumerated() where all[..<row].firstIndex(of: own) == nil {
      let same = all.indices.filter { all[$0] == own }
      if same.count > 1 { wanted += same.map { Int64($0) } }
    }
    #expect(cells(try found.column("row")) == wanted.map { .int($0) })
    #expect(rows(try table.distinct(by: [], keep: .none)) == all.filter { own in all.count { $0 == own } == 1 })
    #expect(rows(try table.distinct(by: [], keep: .last)) == all.enumerated().filter { row, own in !all[(row + 1)...].contains(own) }.map(\.element))
    #expect(rows(try table.distinct(by: [], keep: .first)) == all.enumerated().filter { row, own in !all[..<row].contains(own) }.map(\.element))
  }

  @Test(arguments: 0..<60, NearestJoin.Direction.allCases) func nearestRowsByLookingAtAll(_ seed: Int, _ direction: NearestJoin.Direction) throws {
    var maker = TableMaker(seed)
    let kind = [1, 2, 3, 4, 5][seed % 5]
    let a = try Table([("t", maker.column(rows: seed % 13, kind: kind, distinct: 9)), ("k", maker.column(rows: seed % 13, kind: 6, distinct: 2))])
    let b = try Table([
      ("t", maker.column(rows: seed % 17, kind: kind, distinct: 9)), ("k", maker.column(rows: seed % 17, kind: 6, distinct: 2)),
      ("v", Column(.int((0..<(seed % 17)).map { Int64($0) }))),
    ])
    var join = NearestJoin(on: "t")
    join.by = seed % 2 == 0 ? ["k"] : []
    join.direction = direction
    join.allowsEqual = seed % 3 != 0
    let found = cells(try a.joinedNearest(with: b, join).column("v"))
    func axis(_ scalar: Scalar) -> Double? {
      switch scalar {
      case .int(let x): Double(x)
      case .float(let x): x
      case .date(let x): Double(x.number)
      case .dateTime(let x): Double(x.microseconds)
      case .duration(let x): Double(x.microseconds)
      default: nil
      }
    }
    for row in 0..<a.rowCount {
      var best: (row: Int, gap: Double, isAfter: Bool)?
      if let t = axis(cell(a.columns[0], row)) {
        for other in 0..<b.rowCount {
          guard let u = axis(cell(b.columns[0], other)), join.allowsEqual || u != t else { continue }
          if !join.by.isEmpty, cell(a.columns[1], row) != cell(b.columns[1], other) || cell(a.columns[1], row) == .missing { continue }
          if direction == .backward && u > t || direction == .forward && u < t { continue }
          let gap = (u - t).magnitude, isAfter = direction == .forward || u > t
          // Looking back the last of equals counts, looking forward the first; of equal gaps the earlier.
          let isBetter = best.map { held in gap < held.gap || (gap == held.gap && (isAfter == held.isAfter ? !isAfter : !isAfter)) } ?? true
          if isBetter { best = (other, gap, isAfter) }
        }
      }
      #expect(found[row] == (best.map { .int(Int64($0.row)) } ?? .missing), "row \(row)")
    }
  }

  @Test func manyNamesTakeNoLongTime() throws {
    var random = RandomStream(seed: 5)
    let first = ["anna", "bernd", "clara", "david", "emil", "frida", "georg", "hanna", "ines", "jonas"]
    let names = (0..<4_000).map { _ in
      let tail = (0..<8).map { _ in ["ka", "lo", "mi", "ne", "ru", "sta", "vo", "zi"][random.nextInt(below: 8)] }.joined()
      return "\(first[random.nextInt(below: 10)]) \(tail)"
    }
    let clock = ContinuousClock(), start = clock.now
    _ = try Table([("name", Column(.text(TextValues(names))))]).duplicates(least: 0.9)
    #expect(clock.now - start < .seconds(30))
  }
}
