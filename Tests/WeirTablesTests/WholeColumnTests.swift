import Testing
import WeirBase
import WeirTables

/// Verbs on enough rows for several blocks, parts and threads, against the obvious way, and at 1, 2 and 7 threads.
@Suite struct WholeColumnTests {
  static let rowCount = 70_000

  func table(_ seed: Int, rows: Int = rowCount) throws -> Table {
    var random = RandomStream(seed: Int64(seed))
    func gaps() -> Bitmap { Bitmap((0..<rows).map { _ in random.nextInt(below: 10) > 0 }) }
    let floats = (0..<rows).map { _ -> Double in
      switch random.nextInt(below: 50) {
      case 0: -0.0
      case 1: 0
      case 2: .infinity
      default: Double(random.nextInt(below: 20_000)) / 7 - 900
      }
    }
    let words = (0..<rows).map { _ in "w\(random.nextInt(below: 60_000))é" }
    return try Table([
      ("small", Column(.int((0..<rows).map { _ in Int64(random.nextInt(below: 12)) }), validity: gaps())),
      ("large", Column(.int((0..<rows).map { _ in Int64(random.nextInt(below: 50_000)) * 1_234_567_891_011 }))),
      ("float", Column(.float(floats), validity: gaps())),
      ("word", Column(.text(TextValues(words)), validity: gaps())),
      ("code", Column(.text(TextValues(words.map { String($0.suffix(2)) }).dictionaryCoded))),
      ("flag", Column(.bool((0..<rows).map { $0 % 3 == 0 }), validity: gaps())),
      ("day", Column(.date((0..<rows).map { _ in Int32(random.nextInt(below: 900)) }))),
    ])
  }

  func same(_ work: () throws -> Table) throws -> Table {
    let results = try [1, 2, 7].map { count in try Workers.$current.withValue(Workers(count)) { try work() } }
    for other in results.dropFirst() { #expect(other.archive == results[0].archive) }
    return results[0]
  }

  @Test func distinctRowsAreTheFirst() throws {
    let table = try table(1)
    for names in [["small", "flag"], ["word"], ["large", "word"], ["float"], ["small", "code", "day"], ["float", "small"]] {
      var seen: Set<[Scalar]> = []
      let columns = try names.map { try table.column($0) }
      let wanted = (0..<table.rowCount).filter { row in seen.insert(columns.map { cell($0, row) }).inserted }
      let found = try same { try table.distinct(by: names) }
      #expect(found.rowCount == wanted.count, "\(names)")
      let taken = rows(try table.taking(wanted))
      #expect(rows(found) == taken, "\(names)")
    }
  }

  @Test func sortsAsTheStandardLibraryDoes() throws {
    let table = try table(2, rows: 40_000)
    for (names, descending) in [(["small", "float"], [false, true]), (["word"], [false]), (["large", "day"], [true, false])] {
      let keys = try zip(names, descending).map { (column: try table.column($0), descending: $1) }
      func before(_ a: Int, _ b: Int) -> Bool {
        for key in keys {
          let x = cell(key.column, a), y = cell(key.column, b)
          if x == .missing || y == .missing { if (x == .missing) != (y == .missing) { return y == .missing } else { continue } }
          let isLess: Bool?
          switch (x, y) {
          case (.int(let p), .int(let q)): isLess = p == q ? nil : p < q
          case (.float(let p), .float(let q)): isLess = p == q ? nil : p < q
          case (.text(let p), .text(let q)): isLess = p == q ? nil : p < q
          case (.date(let p), .date(let q)): isLess = p == q ? nil : p < q
          default: isLess = nil
          }
          if let isLess { return isLess != key.descending }
        }
        return a < b
      }
      let wanted = (0..<table.rowCount).sorted(by: before)
      let found = try same {
        try table.sorted(by: zip(names, descending).map { SortKey.column($0, descending: $1) })
      }
      let taken = rows(try table.taking(wanted))
      #expect(rows(found) == taken, "\(names)")
    }
  }

  @Test func notANumberSortsLastInBothDirections() throws {
    let numbers = (0..<1000).map { $0 % 5 == 0 ? Double.nan : Double(($0 * 37) % 101) }
    let table = try Table([("x", Column(.float(numbers)))])
    for descending in [false, true] {
      guard case .float(let sorted) = try table.sorted(by: [.column("x", descending: descending)]).columns[0].storage else { return }
      let areLast = sorted.suffix(200).allSatisfy { $0.isNaN }
      #expect(areLast)
      let rest = numbers.filter { !$0.isNaN }.sorted()
      #expect(Array(sorted.prefix(800)) == (descending ? rest.reversed() : rest))
    }
  }

  @Test func groupsAddAndRankAsADictionaryDoes() throws {
    let table = try table(3)
    for key in ["small", "word", "day"] {
      let grouping = Grouping(by: [try table.column(key)])
      let column = try table.column("day"), day = column
      var groups: [Scalar: [Double]] = [:]
      var order: [Scalar] = []
      for row in 0..<table.rowCount {
        let name = cell(try table.column(key), row)
        if groups[name] == nil { order.append(name) }
        if case .date(let value) = cell(day, row) { groups[name, default: []].append(Double(value.number)) }
      }
      let means = try NumberAggregate.mean(column, grouping), medians = try NumberAggregate.quantile(column, grouping, at: 0.5, for: "median")
      #expect(grouping.count == order.count)
      for (group, name) in order.enumerated() {
        let values = (groups[name] ?? []).sorted()
        #expect(cell(means, group) == .float(values.reduce(0, +) / Double(values.count)))
        #expect(cell(medians, group) == .float(NumberAggregate.quantile(values, 0.5)))
      }
    }
  }

  @Test func wholeQuantilesAreThoseOfSortedValues() throws {
    let table = try table(4)
    let column = try table.column("float")
    let sorted = cells(column).compactMap(\.double).sorted()
    for share in [0, 0.01, 0.25, 0.5, 0.77, 0.95] {
      let found = try NumberAggregate.quantile(column, .whole(column.count), at: share, for: "q")
      #expect(cell(found, 0) == .float(NumberAggregate.quantile(sorted, share)))
    }
    let constant = Column(.float(Array(repeating: 3.5, count: 70_000)))
    let only = try NumberAggregate.quantile(constant, .whole(70_000), at: 0.3, for: "q")
    #expect(cell(only, 0) == .float(3.5))
  }

  @Test func sumsThatDoNotFitAreErrorsAndOthersAreExact() throws {
    let big = Column(.int([.max, 1, -1]))
    let sum = try NumberAggregate.sum(big, .whole(3))
    #expect(cell(sum, 0) == .int(.max))
    #expect(throws: TableError.overflow(operation: "`sum`")) { try NumberAggregate.sum(Column(.int([.max, 1])), .whole(2)) }
    let grouping = Grouping(by: [Column(.int([0, 1, 0]))])
    #expect(throws: TableError.overflow(operation: "`sum`")) { try NumberAggregate.sum(Column(.int([.min, 1, -1])), grouping) }
  }

  @Test func chosenTextsShareBytesAndSmallResultsDoNot() throws {
    let texts = TextValues((0..<10_000).map { "text number \($0)" })
    let column = Column(.text(texts))
    guard case .text(let half) = column.taking(Array(stride(from: 0, to: 10_000, by: 2))).storage,
      case .text(let few) = column.taking([5, -1, 7]).storage
    else { return }
    #expect(half.bytes.count == texts.bytes.count && !half.entriesAreDistinct)
    #expect(half[3] == "text number 6")
    #expect(few.bytes.count < 100 && few[0] == "text number 5" && few[2] == "text number 7")
  }
}
