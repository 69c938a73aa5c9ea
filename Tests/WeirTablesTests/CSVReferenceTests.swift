import Testing
import WeirBase
import WeirTables

/// The reader held to one that goes byte by byte, with none of its parts, kernels or guesses.
@Suite struct CSVReferenceTests {
  struct Plain {
    var rows: [[(text: String, quoted: Bool)]] = []
    var faults = 0
  }

  /// RFC 4180, one byte after the other.
  static func read(_ bytes: [UInt8], delimiter: UInt8) -> Plain {
    var plain = Plain()
    var row: [(text: String, quoted: Bool)] = []
    var field: [UInt8] = []
    var (quoted, isFaulty, i) = (false, false, 0)
    func isEnd(_ i: Int) -> Bool { bytes[i] == delimiter || bytes[i] == 10 || bytes[i] == 13 }
    func endField() {
      row.append((String(decoding: field, as: UTF8.self), quoted))
      (field, quoted) = ([], false)
    }
    func endRow() {
      endField()
      let isBlank = row.count == 1 && row[0].text.isEmpty && !row[0].quoted
      if isFaulty { plain.faults += 1 } else if !isBlank { plain.rows.append(row) }
      (row, isFaulty) = ([], false)
    }
    while i < bytes.count {
      if field.isEmpty, !quoted, bytes[i] == 34 {
        quoted = true
        i += 1
        while true {
          guard i < bytes.count else {
            isFaulty = true
            break
          }
          if bytes[i] == 34 {
            if i + 1 < bytes.count, bytes[i + 1] == 34 {
              field.append(34)
              i += 2
              continue
            }
            i += 1
            break
          }
          field.append(bytes[i])
          i += 1
        }
        while i < bytes.count, !isEnd(i) {
          if bytes[i] != 32, bytes[i] != 9 { isFaulty = true }
          i += 1
        }
      } else {
        while i < bytes.count, !isEnd(i) {
          field.append(bytes[i])
          i += 1
        }
      }
      guard i < bytes.count else {
        endRow()
        return plain
      }
      if bytes[i] == delimiter {
        endField()
        i += 1
        if i == bytes.count { endRow() }
      } else {
        i += bytes[i] == 13 && i + 1 < bytes.count && bytes[i + 1] == 10 ? 2 : 1
        endRow()
      }
    }
    return plain
  }

  /// A nasty text: most of its quotes stand where they may, and now and then anywhere.
  static func text(_ random: inout RandomStream, wild: Bool) -> [UInt8] {
    let width = 1 + random.nextInt(below: 4)
    let ends: [[UInt8]] = [[10], [13, 10], [13]]
    var out = Array((0..<width).map { "h\($0)" }.joined(separator: ",").utf8) + [10]
    for _ in 0..<random.nextInt(below: 40) {
      let count = wild && random.nextInt(below: 12) == 0 ? random.nextInt(below: 6) : width
      for k in 0..<count {
        if k > 0 { out.append(44) }
        let body = (0..<random.nextInt(below: 9)).map { _ in Array("ab,\"\n\r 1é".utf8)[random.nextInt(below: 8)] }
        switch random.nextInt(below: 4) {
        case 0:
          out.append(34)
          for byte in body { out.append(contentsOf: byte == 34 ? [34, 34] : [byte]) }
          out.append(34)
          if random.nextInt(below: 8) == 0 { out.append(32) }
        case 1 where wild: out.append(contentsOf: body)
        default: out.append(contentsOf: body.filter { ![44, 34, 10, 13].contains($0) })
        }
      }
      out.append(contentsOf: ends[random.nextInt(below: 3)])
      if random.nextInt(below: 10) == 0 { out.append(contentsOf: ends[random.nextInt(below: 3)]) }
    }
    if random.nextInt(below: 3) == 0 { _ = out.popLast() }
    return out
  }

  @Test(arguments: [false, true])
  func agreesWithOneByteAfterTheOther(_ wild: Bool) throws {
    var random = RandomStream(seed: wild ? 41 : 40)
    var careful = 0
    for round in 0..<600 {
      let bytes = Self.text(&random, wild: wild)
      let plain = Self.read(bytes, delimiter: 44)
      guard let header = plain.rows.first else { continue }
      let good = plain.rows.dropFirst().filter { $0.count == header.count }
      careful += plain.faults
      let names = try CSVReader(FileContents(bytes), name: "x", options: CSVOptions(delimiter: 44)).names
      let types = Dictionary(uniqueKeysWithValues: names.map { ($0, ColumnType.text) })
      let options = CSVOptions(delimiter: 44, types: types, rejects: .keep)
      for (size, workers) in [(1 << 19, 1), (1 + round % 30, 2), (7, 7)] {
        let result = try CSVReader(FileContents(bytes), name: "x", options: options, partSize: size)
          .read(workers: Workers(workers))
        let got = rows(result.table)
        let wanted = good.map { row in
          row.map { $0.quoted || !CSVOptions.standardMissing.contains($0.text) ? Scalar.text($0.text) : .missing }
        }
        #expect(got == wanted, "round \(round), parts of \(size): \(String(decoding: bytes, as: UTF8.self))")
        #expect(result.rejected.count == plain.faults + plain.rows.dropFirst().count - good.count)
        #expect(result.rejected.map(\.line) == result.rejected.map(\.line).sorted())
      }
    }
    #expect(wild == (careful > 0))
  }

  @Test func typesAreThoseOfTheWholeFileWhereverPartsEnd() throws {
    var random = RandomStream(seed: 42)
    let values = ["1", "-20", "3.5", "true", "2026-01-31", "2026-01-31T10:00:00", "007", "x", "NA", "", "1e400", "12345678901234567890", "\"5\"", "\"a\"\"b\""]
    for _ in 0..<150 {
      let kinds = (0..<3).map { _ in (0..<1 + random.nextInt(below: 3)).map { _ in values[random.nextInt(below: values.count)] } }
      var text = "a,b,c\n"
      for _ in 0..<random.nextInt(below: 60) {
        text += kinds.map { $0[random.nextInt(below: $0.count)] }.joined(separator: ",") + "\n"
      }
      let whole = try readCSV(text)
      let parts = try readCSV(text, partSize: 5, workers: 3)
      #expect(parts.columns.map(\.type) == whole.columns.map(\.type), "\(text)")
      #expect(rows(parts) == rows(whole))
    }
  }

  @Test func numbersAreTheNearestThereAre() throws {
    var random = RandomStream(seed: 43)
    var texts = ["0.1", "9007199254740993", "9007199254740993.0", "1.7976931348623157e308", "4.9e-324", "0.30000000000000004", "2.5e-15", "-0"]
    for _ in 0..<4000 {
      let digits = 1 + random.nextInt(below: 19)
      let mantissa = (0..<digits).map { $0 == 0 ? "\(1 + random.nextInt(below: 9))" : "\(random.nextInt(below: 10))" }.joined()
      let mark = random.nextInt(below: digits)
      texts.append(mark == 0 ? "0.\(mantissa)" : "\(mantissa.prefix(mark)).\(mantissa.dropFirst(mark))e\(random.nextInt(below: 60) - 30)")
    }
    let table = try readCSV("x\n" + texts.joined(separator: "\n") + "\n", CSVOptions(types: ["x": .float]))
    guard case .float(let got) = table.columns[0].storage else {
      Issue.record("not floats")
      return
    }
    #expect(got.map(\.bitPattern) == texts.map { (Double($0) ?? .nan).bitPattern })
  }

  @Test func chunksGiveWhatTheWholeFileGives() throws {
    var random = RandomStream(seed: 44)
    var text = "k,x,late\n"
    for i in 0..<5000 {
      text += "g\(random.nextInt(below: 7)),\(random.nextInt(below: 1000)),\(i < 4000 ? "\(i)" : "\(i).5")\n"
    }
    let reader = try CSVReader(FileContents(Array(text.utf8)), name: "x", partSize: 512)
    let small = RowExpression(reads: ["x"], isRowwise: true) { table in
      guard case .int(let x) = try table.column("x").storage else { return Column(.bool([])) }
      return Column(.bool(x.map { $0 < 500 }))
    }
    func sum(_ name: String) -> GroupExpression {
      let add: @Sendable (Column, Grouping) throws -> Column = { try NumberAggregate.sum($0, $1) }
      return GroupExpression(
        reads: [name],
        stream: GroupExpression.Stream(
          count: 1, partials: { [try add($0.column(name), $1)] }, merge: { [try add($0[0], $1)] },
          combine: { columns, grouping, _ in try add(columns[0], grouping) })
      ) { try add($0.column(name), $1) }
    }
    let filtered = try LazyTable(CSVScan(reader, name: "x")).filtering(small)
    let grouped = try filtered.aggregating(
      by: ["k"], [GroupDerivation("s", sum("x")), GroupDerivation("t", sum("late"))])
    for workers in [Workers(1), Workers(2), Workers(7)] {
      let chunked = try grouped.collect(workers: workers, chunkSize: 4096)
      #expect(rows(chunked) == rows(try grouped.collect(workers: workers)))
      #expect(chunked.columns.map(\.type) == [.text, .int, .float])
      let kept = try filtered.collect(workers: workers, chunkSize: 4096)
      #expect(rows(kept) == rows(try filtered.collect(workers: workers)))
      #expect(kept.rowCount > 1000 && kept.columns.map(\.type) == [.text, .int, .float])
    }
  }

  @Test func readsRowsWithoutEndAndColumnsWithoutNumber() throws {
    let wide = (0..<20_000).map { "c\($0)" }.joined(separator: ",") + "\n" + String(repeating: "1,", count: 19_999) + "1\n"
    let table = try readCSV(wide)
    #expect(table.columnCount == 20_000 && cell(table.columns[19_999], 0) == .int(1))
    let long = "a,b\n1,\"" + String(repeating: "x\n", count: 2_000_000) + "\"\n2,y\n"
    #expect(try readCSV(long).rowCount == 2)
  }

  @Test func tellsOfFilesThatAreCutWhileTheyAreRead() throws {
    let path = "/tmp/weir-cut-\(UInt64.random(in: 0 ... .max)).csv"
    try AtomicFile.write(Array(("a\n" + String(repeating: "1\n", count: 300_000)).utf8), to: path)
    let reader = try CSVReader(FileContents(mapping: path), name: path)
    try AtomicFile.write([], to: path)
    // The file that was opened is still there: it was replaced, not cut.
    #expect(try reader.read().table.rowCount == 300_000)
  }
}
