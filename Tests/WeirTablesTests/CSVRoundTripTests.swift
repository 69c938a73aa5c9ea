import Glibc
import Testing
import WeirBase
import WeirTables

@Suite struct CSVRoundTripTests {
  @Test(arguments: 0..<60)
  func readingGivesBackWhatWasWritten(_ seed: Int) throws {
    var maker = TableMaker(seed)
    let table = try maker.table(rows: maker.random.nextInt(below: 40), columns: 1 + maker.random.nextInt(below: 6))
    let delimiter = [UInt8(ascii: ","), UInt8(ascii: ";"), 9][seed % 3]
    let bytes = try CSVWriter(delimiter: delimiter).bytes(of: table)
    let types = Dictionary(uniqueKeysWithValues: zip(table.names, table.columns.map(\.type)))
    let options = CSVOptions(delimiter: delimiter, types: types)
    let back = try CSVReader(FileContents(bytes), name: "x", options: options, partSize: 64).read().table
    #expect(back.names == table.names)
    #expect(back.columns.map(\.type) == table.columns.map(\.type))
    #expect(rows(back) == rows(table))
  }

  @Test func floatsKeepEveryBit() throws {
    var random = RandomStream(seed: 3)
    var values = (0..<2000).map { _ in Double(bitPattern: random.nextBits()) }.filter(\.isFinite)
    values += [0.1, -0.0, 1e22, 1e23, .leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity, 9007199254740992, 123456.789]
    let table = try Table([("x", Column(.float(values)))])
    let back = try CSVReader(FileContents(try CSVWriter().bytes(of: table)), name: "x").read().table
    guard case .float(let read) = back.columns[0].storage else { Issue.record("not floats"); return }
    #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func writesMissingAsNothingAndQuotesWhatLooksLikeIt() throws {
    let column = Column(.text(TextValues(["", "NA", "x\"y", "ok"])), validity: Bitmap([false, true, true, true]))
    let table = try Table([("a", column), ("b", Column(.int([1, 2, 3, 4])))])
    #expect(try String(decoding: CSVWriter().bytes(of: table), as: UTF8.self) == "a,b\n,1\n\"NA\",2\n\"x\"\"y\",3\nok,4\n")
  }

  /// Whatever the bytes, reading ends in a table or a `TableError`.
  @Test func survivesDamage() throws {
    let seconds = getenv("WEIR_FUZZ_SECONDS").flatMap { Double(String(cString: $0)) }
    var random = RandomStream(seed: 11)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds ?? 1)
    let alphabet = Array("a1,.;\"\n\r\t|-:TZ2026é\0 ".utf8) + [0xFF, 0xFE, 0x1F, 0x8B, 8]
    var runs = 0
    while clock.now < end, seconds != nil || runs < 3000 {
      runs += 1
      var maker = TableMaker(runs)
      var bytes = runs % 2 == 0 ? [] : try CSVWriter().bytes(of: try maker.table(rows: 5, columns: 3))
      if runs % 2 == 0 {
        bytes = (0..<random.nextInt(below: 60)).map { _ in alphabet[random.nextInt(below: alphabet.count)] }
      }
      for _ in 0..<random.nextInt(below: 4) where !bytes.isEmpty {
        bytes[random.nextInt(below: bytes.count)] = alphabet[random.nextInt(below: alphabet.count)]
      }
      let options = CSVOptions(
        header: [.first, .none, .detected][runs % 3], encoding: CSVOptions.Encoding.allCases[runs % 5 == 0 ? 2 : runs % 2],
        rejects: runs % 7 < 3 ? .keep : .error)
      do {
        let reader = try CSVReader(FileContents(bytes), name: "x", options: options, partSize: 1 + runs % 50)
        _ = try reader.schema()
        let table = try reader.read().table
        #expect(table.columns.allSatisfy { $0.count == table.rowCount })
      } catch is TableError {}
    }
    #expect(runs > 50)
  }
}
